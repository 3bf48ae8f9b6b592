"""The 12345 hotline: JSON work orders behind a token and a signature on every call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from casework.calendar import SHANGHAI
from casework.canary import TITLE
from casework.complaint import Complaint, Nature
from casework.errors import ChannelChanged, NotAllowed, NotFound, Unreadable
from casework.record import Cursor, Json, RawRecord
from casework.reply import Letter, Receipt
from connectors.base import Attached, Channel, keep_promises
from connectors.fields import Fields
from connectors.http import Answered, number
from connectors.positions import SKEW, Marks, from_moment, start_from
from connectors.rows import as_receipt, as_record, moment_in
from connectors.signed import SignedHttp

_FILE = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Hotline:
    """The hotline's exchange. Settings: `url`, `app_key`, `app_secret`; `page_size` (100), `first_days` (400)."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        self._http = SignedHttp(channel.name, settings, channel.reach)
        self._page_size = int(number(channel.name, settings, "page_size", 100))
        self._first_days = number(channel.name, settings, "first_days", 400)

    def check(self) -> None:
        """A token is given and the first page has its promised fields."""
        self._page(None, 1)

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Orders changed at or after the cursor less the overlap, in the order of (updatedTime, orderId).

        The next page is asked for from the last moment seen, inclusive, and by number only while that moment fills
        whole pages: an order that changes while we read moves to the end and pushes no other one past us.
        """
        start = start_from(self.channel, cursor, now=now, first_days=self._first_days)
        marks = Marks(start, now)
        since, page_no = _local(start), 1
        while True:
            rows, more = self._page(since, page_no)
            for row in rows:
                yield as_record(self.channel, row, key="orderId", at=moment_in(row, "updatedTime"), marks=marks)
            if not more or not rows:
                return
            at = moment_in(rows[-1], "updatedTime")
            ahead = at is not None and start < at <= now + SKEW  # one in the future would lead past all the others
            since, page_no = (_local(at), 1) if at and ahead and _local(at) > since else (since, page_no + 1)

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything that changed since a moment, as a pull from there gives it."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """Enter an order of these words, as the clerks' own desk does."""
        order = {"title": TITLE, "majorContent": words, "callTime": _local(at)}
        self._http.data(self._http.call("POST", "/orders", body=order))

    def read(self, raw: RawRecord) -> Complaint:
        """What a work order means. The narrative holds most facts; they are extracted later."""
        fields = Fields(raw, self.channel)
        fields.needed("orderId")
        organization = fields.text("organizationCode") or ""
        called_at, due = fields.needed_moment("callTime"), fields.day("deadlineDate")
        if due and due < called_at.astimezone(SHANGHAI).date():
            raise Unreadable("dates_crossed", "The deadline lies before the call.", field="deadlineDate")
        nature = fields.code("questionCode")
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=called_at,
            title=fields.text("title"),
            narrative=fields.needed("majorContent"),
            nature=Nature(nature) if nature else Nature.OTHER,
            employer_name=fields.text("reflectName"),
            site_address=fields.text("address"),
            district_code=organization[:6] if len(organization) >= 6 and organization[:6].isdigit() else None,
            complainant_name=fields.text("callerName"),
            complainant_phone=fields.text("phone"),
            confidential=fields.flag("isSecret") or False,
            urgent=fields.code("pilotLight") == "yes",
            reply_due_on=due,
            remarks=fields.done(),
        )

    def attachments(self, raw: RawRecord) -> tuple[Attached, ...]:
        """What the order lists, and the recording of the call: files of the hotline, by its own ids."""
        listed = raw.payload.get("attachmentList")
        said = (
            [one.get("fileId") if isinstance(one, dict) else one for one in listed] if isinstance(listed, list) else []
        )
        ids = [one for one in (*said, raw.payload.get("callRecordFileId")) if isinstance(one, str)]
        return tuple(Attached(one) for one in dict.fromkeys(ids) if _FILE.fullmatch(one))

    def fetch(self, raw: RawRecord, attached: Attached) -> Iterator[bytes]:
        """One file, by its id."""
        answer = self._http.call("GET", f"/files/{attached.ref}", also={404})
        if answer.status_code == 404:
            raise NotFound("The hotline has this file no longer.")
        yield answer.content

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: the exchange keeps its orders."""

    def reply(self, letter: Letter) -> Receipt:
        """Post the reply under the letter's key and hand back what the hotline then shows."""
        body = {"content": letter.body, "kind": str(letter.kind)}
        answer = self._http.call("POST", _replies(letter), body=body, key=letter.key, also={404, 422})
        if answer.status_code == 404:
            raise NotAllowed("The hotline has no order of this number; it takes no reply.")
        if answer.status_code == 422:
            raise NotAllowed("The hotline holds another text under the same key.")
        return self.confirm(letter) or self._receipt(answer)

    def confirm(self, letter: Letter) -> Receipt | None:
        """What the hotline shows under the letter's key; None when it has nothing."""
        answer = self._http.call("GET", f"{_replies(letter)}/{quote(letter.key, safe='')}", also={404})
        return None if answer.status_code == 404 else self._receipt(answer)

    def _receipt(self, answer: Answered) -> Receipt:
        return as_receipt(self.channel, self._http.data(answer), ref="replyId", body="content", at="time")

    def _page(self, since: str | None, page_no: int) -> tuple[list[Json], bool]:
        params = {"pageNo": str(page_no), "pageSize": str(self._page_size)}
        if since:
            params["updatedSince"] = since
        return self._rows(self._http.call("GET", "/orders", params=params))

    def _rows(self, answer: Answered) -> tuple[list[Json], bool]:
        """The rows of a page, and whether there are more."""
        data = self._http.data(answer)
        rows, more = data.get("list"), data.get("hasMore")
        if not isinstance(rows, list) or not isinstance(more, bool):
            raise ChannelChanged(f"{self.channel.name}: the page has not the promised shape.")
        keep_promises(self.channel, (row for row in rows if isinstance(row, dict)))
        return rows, more


def _local(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _replies(letter: Letter) -> str:
    return f"/orders/{quote(letter.source_key, safe='')}/replies"


def connector(channel: Channel, settings: Mapping[str, str]) -> Hotline:
    """The hotline as the registry builds it."""
    return Hotline(channel, settings)
