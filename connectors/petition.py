"""Petitions (信访): SOAP 1.1 with a WSDL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from casework.complaint import Complaint, Kind, Nature, RosterLine
from casework.errors import ChannelChanged, NotAllowed, Unreadable
from casework.record import Cursor, Json, RawRecord
from casework.reply import Letter, Receipt
from connectors.base import Channel, keep_promises
from connectors.fields import Fields, as_money
from connectors.http import number
from connectors.positions import Marks, from_moment, start_from
from connectors.rows import as_receipt, as_record, moment_in
from connectors.soap import Refused, Soap, as_fields

_NS = "urn:petition:exchange:1"
_OPERATIONS = ("ListPetitions", "GetPetition", "SubmitAnswer", "GetAnswer")
_MOST_MEMBERS = 2000


class Petitions:
    """The petition office's exchange. Settings: `url`, `user`, `password`; `page_size` (50), `first_days` (400)."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        self._soap = Soap(channel, settings, namespace=_NS, binding="PetitionBinding")
        self._page_size = int(number(channel.name, settings, "page_size", 50))
        self._first_days = number(channel.name, settings, "first_days", 400)

    def check(self) -> None:
        """The WSDL has the four operations and the exchange knows us."""
        self._soap.check(_OPERATIONS)
        self._call("GetAnswer", key="check", petitionId="check")

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Petitions changed at or after the cursor less the overlap, in the order of (updatedAt, petitionId).

        The token of a page says after which petition the next one begins, so what changes meanwhile moves nothing.
        """
        start = start_from(self.channel, cursor, now=now, first_days=self._first_days)
        marks, token, seen = Marks(start, now), None, set[str]()
        while True:
            page = self._call("ListPetitions", since=start, pageSize=self._page_size, pageToken=token)
            for row in self._rows(page):
                at = moment_in(row, "updatedAt")
                yield as_record(self.channel, row, key="petitionId", at=at, marks=marks)
            token = page.findtext(f"{{{_NS}}}nextPageToken")
            if not token:
                return
            if token in seen:
                raise ChannelChanged(f"{self.channel.name}: the same page is offered again.")
            seen.add(token)

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything that changed since a moment, as a pull from there gives it."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """A petition is a person's, with a name and a date: the office cannot register one."""
        raise NotAllowed("The petition office takes no canaries.")

    def read(self, raw: RawRecord) -> Complaint:
        """What a petition means: request, facts and reasons are told; the rest are fields."""
        fields = Fields(raw, self.channel)
        fields.needed("petitionId")
        category, nature = fields.code("category"), fields.code("classCode")
        parts = (fields.needed("facts"), fields.text("reasons"))
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=fields.needed_moment("registeredAt"),
            title=fields.text("request"),
            narrative="\n".join(part for part in parts if part),
            kind=Kind(category) if category else Kind.WORKER_COMPLAINT,
            nature=Nature(nature) if nature else Nature.OTHER,
            employer_name=fields.text("respondentName"),
            employer_uscc=fields.text("respondentCreditCode"),
            site_name=fields.text("siteName"),
            site_address=fields.text("siteAddress"),
            district_code=fields.text("districtCode"),
            complainant_name=fields.text("petitionerName"),
            complainant_phone=fields.text("petitionerPhone"),
            complainant_id_no=fields.text("petitionerIdNo"),
            worker_count=fields.count("headCount"),
            confidential=fields.flag("secret") or False,
            urgent=fields.flag("urgent") or False,
            reply_due_on=fields.day("dueDate"),
            roster=_roster(fields.raw("member")),
            remarks=fields.done(),
        )

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: the exchange keeps its petitions."""

    def reply(self, letter: Letter) -> Receipt:
        """Submit the answer under the letter's key; hand back what the exchange then shows."""
        try:
            shown = self._soap.call(
                "SubmitAnswer", key=letter.key, petitionId=letter.source_key, kind=str(letter.kind), content=letter.body
            )
        except Refused as refused:
            words = {
                "UnknownPetition": "The petition office has no petition of this number; it takes no answer.",
                "OtherBody": "The petition office holds another text under the same key.",
            }
            if refused.code in words:
                raise NotAllowed(words[refused.code]) from None
            raise ChannelChanged(str(refused)) from None
        return self.confirm(letter) or self._receipt(shown.find(f"{{{_NS}}}answer"))

    def confirm(self, letter: Letter) -> Receipt | None:
        """What the exchange shows under the letter's key; None when it has nothing."""
        answer = self._call("GetAnswer", key=letter.key, petitionId=letter.source_key).find(f"{{{_NS}}}answer")
        return None if answer is None else self._receipt(answer)

    def _rows(self, page: Any) -> list[dict[str, Json]]:
        """The petitions of a page."""
        rows = [as_fields(row) for row in page.iterchildren(f"{{{_NS}}}petition")]
        keep_promises(self.channel, rows)
        return rows

    def _call(self, operation: str, **arguments: object) -> Any:
        try:
            return self._soap.call(operation, **arguments)
        except Refused as refused:
            raise ChannelChanged(str(refused)) from None

    def _receipt(self, answer: etree._Element | None) -> Receipt:
        shown = {} if answer is None else as_fields(answer)
        return as_receipt(self.channel, shown, ref="answerRef", body="content", at="answeredAt")


def _roster(members: Json) -> tuple[RosterLine, ...]:
    """The workers of a joint petition, as listed. Amounts are in yuan."""
    if members is None:
        return ()
    if not isinstance(members, list) or len(members) > _MOST_MEMBERS:
        raise Unreadable("roster_unreadable", "The roster cannot be read.", field="member")
    lines = []
    for member in members:
        said = (
            {name: text for name, text in member.items() if isinstance(text, str)} if isinstance(member, dict) else {}
        )
        amount = said.get("amount")
        lines.append(
            RosterLine(
                name=said.get("name") or None,
                phone=said.get("phone") or None,
                id_no=said.get("idNo") or None,
                amount=as_money(amount, field="member.amount") if amount else None,
            )
        )
    return tuple(lines)


def connector(channel: Channel, settings: Mapping[str, str]) -> Petitions:
    """The petition office as the registry builds it."""
    return Petitions(channel, settings)
