"""The leaders' message board: Open311 GeoReport v2, JSON by default, XML by setting.

There is no field for the employer: who, where and how much stand in the text and are extracted later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import quote, urlencode

from lxml import etree

from casework.canary import TITLE
from casework.complaint import Complaint, Nature
from casework.errors import BadInput, ChannelChanged, NotAllowed, NotFound, Unreadable
from casework.record import Cursor, Json, RawRecord
from casework.reply import FINAL, Letter, Receipt
from connectors.base import Attached, Channel, keep_promises
from connectors.fields import Fields
from connectors.http import Answered, Http, needed, number
from connectors.positions import SKEW, Marks, from_moment, start_from
from connectors.rows import as_receipt, as_record, key_in, moment_in

_WIDEST = timedelta(days=90)
_SECOND = timedelta(seconds=1)
_ID = "service_request_id"
_LONGEST_URL = 2_000
_DATES = {
    "updated": ("updated_after", "updated_before", "updated_datetime"),
    "requested": ("start_date", "end_date", "requested_datetime"),
}


class MessageBoard:
    """The board. Settings: `url`, `api_key`; `format` (json or xml), `page_size` (200), `first_days` (400), `dates`.

    `dates = "updated"` asks by the last change (an extension most servers have); `"requested"` keeps to the standard,
    which cannot, and therefore looks back over 90 days at every pull.
    """

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        self._http = Http(channel.name, settings, channel.reach)
        self._key = needed(channel.name, settings, "api_key")
        self._form = settings.get("format", "json")
        self._dates = settings.get("dates", "updated")
        if self._form not in {"json", "xml"} or self._dates not in _DATES:
            raise BadInput("The message board needs format json or xml, and dates updated or requested.")
        self._service = settings.get("canary_service", "WAGE")
        self._page_size = int(number(channel.name, settings, "page_size", 200))
        self._first_days = number(channel.name, settings, "first_days", 400)

    def check(self) -> None:
        """The board lists its services in the shape of the standard."""
        rows = self._rows(self._http.call("GET", f"/services.{self._form}"))
        if not rows or not all(isinstance(row, dict) and row.get("service_code") for row in rows):
            raise ChannelChanged(f"{self.channel.name}: the list of services has not the shape of the standard.")

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Messages at or after the cursor less the overlap, window by window of at most 90 days, oldest first."""
        start = start_from(self.channel, cursor, now=now, first_days=self._first_days)
        if cursor and self._dates == "requested":
            start -= _WIDEST
        marks, end = Marks(start, now), now + SKEW
        while start < end:
            until = min(start + _WIDEST, end)
            rows = [(self._at(row) or start, key_in(row, _ID) or "", row) for row in self._window(start, until)]
            for at, _, row in sorted(rows, key=lambda found: found[:2]):
                yield as_record(self.channel, row, key=_ID, at=at, marks=marks)
            start = until

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything that changed since a moment, as a pull from there gives it."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """Post a message of these words; the standard lets everybody who has a key."""
        told = {"api_key": self._key, "service_code": self._service, "subject": TITLE, "description": words}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._http.call("POST", f"/requests.{self._form}", body=urlencode(told).encode(), headers=headers)
        if not self._rows(answer):
            raise ChannelChanged(f"{self.channel.name}: the message was taken and has no number.")

    def read(self, raw: RawRecord) -> Complaint:
        """What a message means. Title from its subject, or from the name of the service."""
        fields = Fields(raw, self.channel)
        fields.needed("service_request_id")
        if fields.code("status") is None:
            raise Unreadable("missing", "The field status is empty.", field="status")
        subject, service = fields.text("subject", longest=500), fields.text("service_name", longest=500)
        narrative = fields.text("description", longest=4000) or subject
        nature = fields.code("service_code")
        if narrative is None or nature is None:
            raise Unreadable("missing", "The message has no text or no service.", field="description")
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=fields.needed_moment("requested_datetime"),
            title=subject or service,
            narrative=narrative,
            nature=Nature(nature),
            site_address=fields.text("address", longest=500),
            reply_due_on=fields.day("expected_datetime"),
            remarks=fields.done(),
        )

    def attachments(self, raw: RawRecord) -> tuple[Attached, ...]:
        """What the message shows: one address, or several with blanks or commas between."""
        said = raw.payload.get("media_url")
        found = re.split(r"[\s,;]+", said.strip()) if isinstance(said, str) else []
        return tuple(Attached(url) for url in dict.fromkeys(found) if 0 < len(url) <= _LONGEST_URL)

    def fetch(self, raw: RawRecord, attached: Attached) -> Iterator[bytes]:
        """One file, if it lies at the board itself: an address that leads elsewhere is a stranger's word (R32)."""
        answer = self._http.call("GET", attached.ref, also={404, 410})
        if answer.status_code in {404, 410}:
            raise NotFound("The board has this file no longer.")
        yield answer.content

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: the board keeps its messages."""

    def reply(self, letter: Letter) -> Receipt:
        """Post an update under the letter's key and hand back what the board then shows."""
        update = {
            "api_key": self._key,
            "update_id": letter.key,
            "service_request_id": letter.source_key,
            "status": "closed" if letter.kind in FINAL else "open",
            "description": letter.body,
            "updated_datetime": letter.written_at.astimezone(UTC).isoformat(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/servicerequestupdates.{self._form}"
        answer = self._http.call("POST", path, body=urlencode(update).encode(), headers=headers, also={404, 422})
        if answer.status_code == 404:
            raise NotAllowed("The message board has no message of this number; it takes no answer.")
        if answer.status_code == 422:
            raise NotAllowed("The message board holds another text under the same key.")
        shown = self.confirm(letter)
        if shown is None:
            raise ChannelChanged(f"{self.channel.name}: the update was taken and is not shown.")
        return shown

    def confirm(self, letter: Letter) -> Receipt | None:
        """What the board shows under the letter's key; None when it has nothing."""
        path = f"/servicerequestupdates.{self._form}?service_request_id={quote(letter.source_key, safe='')}"
        for row in self._rows(self._http.call("GET", path)):
            if isinstance(row, dict) and row.get("update_id") == letter.key:
                return as_receipt(self.channel, row, ref="update_ref", body="description", at="updated_datetime")
        return None

    def _at(self, row: Json) -> datetime | None:
        """When a message last changed, or when it came where it does not say."""
        return moment_in(row, _DATES[self._dates][2], "requested_datetime")

    def _window(self, begin: datetime, end: datetime) -> list[Json]:
        """All messages of a window. One that does not fit a page is cut up rather than paged through.

        The standard promises no order, and a message that changes while we page would push another past us. Only a
        window of one second is paged. A page shorter than asked for proves nothing: the next one is always looked at.
        """
        rows = self._page(begin, end, 1)
        known = {_identity(row) for row in rows}
        new = [row for row in self._page(begin, end, 2) if _identity(row) not in known] if rows else []
        if (new or len(rows) >= self._page_size) and end - begin > _SECOND:
            cuts = _cuts(begin, end, {self._at(row) for row in rows})
            return [row for left, right in pairwise(cuts) for row in self._window(left, right)]
        page = 2
        while new:
            rows += new
            known |= {_identity(row) for row in new}
            page += 1
            new = [row for row in self._page(begin, end, page) if _identity(row) not in known]
        return rows

    def _page(self, begin: datetime, end: datetime, page: int) -> list[Json]:
        after, before, _ = _DATES[self._dates]
        params = {after: _w3(begin), before: _w3(end), "page": str(page), "per_page": str(self._page_size)}
        rows = self._rows(self._http.call("GET", f"/requests.{self._form}", params=params))
        keep_promises(self.channel, (row for row in rows if isinstance(row, dict)))
        return rows

    def _rows(self, answer: Answered) -> list[Json]:
        """The rows of an answer in either format; an empty XML element is a null."""
        if self._form == "json":
            rows = answer.json()
            if not isinstance(rows, list):
                raise ChannelChanged(f"{self.channel.name}: the answer is not a list.")
            return rows
        try:
            root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            raise ChannelChanged(f"{self.channel.name}: the answer is not XML.") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise ChannelChanged(f"{self.channel.name}: the answer carries a DTD, which is not allowed.")
        return [{str(field.tag): field.text for field in row.iterchildren("*")} for row in root.iterchildren("*")]


def _cuts(begin: datetime, end: datetime, seen: Iterable[datetime | None]) -> list[datetime]:
    """Where to cut a window: amid the moments seen, around a single one, or in the middle when they do not help."""
    moments = sorted(at for at in seen if at)
    inner = [moments[0] - _SECOND, moments[0] + _SECOND] if len(moments) == 1 else moments[len(moments) // 2 :][:1]
    inside = [at for at in inner if begin < at < end]
    return [begin, *(inside or [begin + (end - begin) / 2]), end]


def _w3(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _identity(row: Json) -> str:
    return key_in(row, _ID) or json.dumps(row, sort_keys=True)


def connector(channel: Channel, settings: Mapping[str, str]) -> MessageBoard:
    """The message board as the registry builds it."""
    return MessageBoard(channel, settings)
