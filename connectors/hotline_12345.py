"""The 12345 hotline: JSON work orders behind a token and a signature on every call.

A call is signed with HMAC-SHA256 over method, path, sorted parameters, digest of the body, nonce and timestamp.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from casework.complaint import Complaint, Nature, Sector
from casework.errors import ChannelChanged, NotAllowed, Unreadable
from casework.record import Cursor, RawRecord, broken_record
from casework.reply import Letter, Receipt
from connectors.base import Channel, keep_promises
from connectors.fields import SHANGHAI, Fields, as_moment
from connectors.http import Answered, Http, as_received, needed, number
from connectors.positions import Marks, start_from


class Hotline:
    """The hotline's exchange. Settings: `url`, `app_key`, `app_secret`; `page_size` (100), `first_days` (400)."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        self._http = Http(channel.name, settings)
        self._key = needed(channel.name, settings, "app_key")
        self._secret = needed(channel.name, settings, "app_secret").encode()
        self._page_size = int(number(channel.name, settings, "page_size", 100))
        self._first_days = number(channel.name, settings, "first_days", 400)
        self._token: str | None = None

    def check(self) -> None:
        """A token is given and the first page has its promised fields."""
        rows, _ = self._page(None, 1)
        keep_promises(self.channel, (row for row in rows if isinstance(row, dict)))

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Orders changed at or after the cursor less the overlap, in the order of (updatedTime, orderId).

        The next page is asked for from the last moment seen, inclusive, and by number only while that moment fills
        whole pages: an order that changes while we read moves to the end and pushes no other one past us.
        """
        start = start_from(self.channel, cursor, now=now, first_days=self._first_days)
        marks = Marks(start, now)
        since, page_no = f"{start.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", 1
        while True:
            rows, more = self._page(since, page_no)
            keep_promises(self.channel, (row for row in rows if isinstance(row, dict)))
            moment = None
            for row in rows:
                moment = _moment(row)
                yield self._record(row, marks, moment)
            if not more or not rows:
                return
            last = f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if moment else since
            since, page_no = (last, 1) if last > since else (since, page_no + 1)

    def read(self, raw: RawRecord) -> Complaint:
        """What a work order means. The narrative holds most facts; they are extracted later."""
        fields = Fields(raw, self.channel)
        fields.needed("orderId")
        organization = fields.text("organizationCode") or ""
        due = fields.day("deadlineDate")
        nature = fields.code("questionCode")
        complaint = Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=fields.needed_moment("callTime"),
            title=fields.text("title"),
            narrative=fields.needed("majorContent"),
            nature=Nature(nature) if nature else Nature.OTHER,
            sector=Sector.UNKNOWN,
            employer_name=fields.text("reflectName"),
            site_address=fields.text("address"),
            district_code=organization[:6] if organization[:6].isdigit() and len(organization) >= 6 else None,
            complainant_name=fields.text("callerName"),
            complainant_phone=fields.text("phone"),
            confidential=fields.flag("isSecret") or False,
            urgent=fields.code("pilotLight") == "yes",
            reply_due_on=due,
            remarks=fields.done(),
        )
        if due and due < complaint.received_at.astimezone(SHANGHAI).date():
            raise Unreadable("dates_crossed", "The deadline lies before the call.", field="deadlineDate")
        return complaint

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: the exchange keeps its orders."""

    def reply(self, letter: Letter) -> Receipt:
        """Post the reply under the letter's key and hand back what the hotline then shows."""
        body = {"content": letter.body, "kind": str(letter.kind)}
        answer = self._signed("POST", _replies(letter), body=body, key=letter.key, also={404, 422})
        if answer.status_code == 404:
            raise NotAllowed("The hotline has no order of this number; it takes no reply.")
        if answer.status_code == 422:
            raise NotAllowed("The hotline holds another text under the same key.")
        return self.confirm(letter) or self._receipt(answer)

    def confirm(self, letter: Letter) -> Receipt | None:
        """What the hotline shows under the letter's key; None when it has nothing."""
        answer = self._signed("GET", f"{_replies(letter)}/{quote(letter.key, safe='')}", also={404})
        return None if answer.status_code == 404 else self._receipt(answer)

    def _receipt(self, answer: Answered) -> Receipt:
        data = _data(answer)
        if not all(isinstance(data.get(name), str) for name in ("replyId", "content", "time")):
            raise ChannelChanged(f"{self.channel.name}: the receipt has not the promised fields.")
        return Receipt(data["replyId"], data["content"], as_moment(data["time"], field="time"))

    def _page(self, since: str | None, page_no: int) -> tuple[list[Any], bool]:
        params = {"pageNo": str(page_no), "pageSize": str(self._page_size)}
        if since:
            params["updatedSince"] = since
        data = _data(self._signed("GET", "/orders", params=params))
        rows, more = data.get("list"), data.get("hasMore")
        if not isinstance(rows, list) or not isinstance(more, bool):
            raise ChannelChanged(f"{self.channel.name}: the page has not the promised shape.")
        return rows, more

    def _record(self, row: object, marks: Marks, moment: datetime | None) -> RawRecord:
        key = row.get("orderId") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(key, str) or not 0 < len(key) <= 200:
            return broken_record(self.channel.name, marks.mark(moment, ""), as_received(row))
        return RawRecord(self.channel.name, key, row, marks.mark(moment, key))

    def _signed(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Mapping[str, str] | None = None,
        key: str | None = None, also: set[int] | None = None,
    ) -> Answered:  # fmt: skip
        """A signed call; a token that is over is renewed once."""
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        answer = self._try(method, path, params or {}, content, key, {401, *(also or ())})
        if answer.status_code == 401:
            self._token = None
            answer = self._try(method, path, params or {}, content, key, also or set())
        return answer

    def _try(
        self, method: str, path: str, params: Mapping[str, str], content: bytes, key: str | None, also: set[int]
    ) -> Answered:
        token = self._token or self._new_token()
        nonce, stamp = secrets.token_hex(16), str(int(time.time()))
        query = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        text = "\n".join((method, path, query, hashlib.sha256(content).hexdigest(), nonce, stamp))
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Nonce": nonce,
            "X-Timestamp": stamp,
            "X-Signature": hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest(),
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        return self._http.call(method, path, params=params, body=content or None, headers=headers, also=also)

    def _new_token(self) -> str:
        asked = json.dumps({"appKey": self._key, "appSecret": self._secret.decode()}).encode()
        answer = self._http.call("POST", "/oauth/token", body=asked, headers={"Content-Type": "application/json"})
        token = _data(answer).get("token")
        if not isinstance(token, str) or not token.isascii():
            raise ChannelChanged(f"{self.channel.name}: no token in the answer.")
        self._token = token
        return token


def _data(answer: Answered) -> dict[str, Any]:
    whole = answer.json()
    if not isinstance(whole, dict) or whole.get("code") != 0 or not isinstance(whole.get("data"), dict):
        raise ChannelChanged(f"{answer.channel}: the answer has not the promised shape.")
    found: dict[str, Any] = whole["data"]
    return found


def _moment(row: object) -> datetime | None:
    """When an order last changed; None when it does not say so legibly."""
    text = row.get("updatedTime") if isinstance(row, dict) else None
    try:
        return as_moment(text, field="updatedTime") if isinstance(text, str) else None
    except (Unreadable, OverflowError):
        return None


def _replies(letter: Letter) -> str:
    return f"/orders/{quote(letter.source_key, safe='')}/replies"


def connector(channel: Channel, settings: Mapping[str, str]) -> Hotline:
    """The hotline as the registry builds it."""
    return Hotline(channel, settings)
