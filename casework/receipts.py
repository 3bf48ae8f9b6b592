"""The return-receipt book (回执簿): where each source id stands, and the balance of a channel's day.

A *source id* is one complaint as its channel calls it. It is open from the moment it was landed (or written down at
the window) until its final answer was read back from its channel and is equal to what was sent, or until it is over
in one of the other ways named here. It may be opened again, when its case is.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from casework.lifecycle import ComplaintStatus
from casework.reply import ReplyKind


class Place(StrEnum):
    """Where a source id stands in the book. The first seven are open, the others over."""

    LANDED = "landed"
    QUARANTINED = "quarantined"
    ACCEPTED = "accepted"
    WRITTEN = "written"
    SENT = "sent"
    DIFFERS = "differs"
    REFUSED = "refused"
    ANSWERED = "answered"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    TOLD = "told"
    NOT_OWED = "not_owed"
    DISCARDED = "discarded"
    UNPROVEN = "unproven"


OPEN = (
    Place.LANDED,
    Place.QUARANTINED,
    Place.ACCEPTED,
    Place.WRITTEN,
    Place.SENT,
    Place.DIFFERS,
    Place.REFUSED,
)
OVER = tuple(place for place in Place if place not in OPEN)
WITH_A_PERSON = (Place.QUARANTINED, Place.DIFFERS, Place.REFUSED)
"""What goes no further until somebody does something."""

ENDED = frozenset({ComplaintStatus.CONFIRMED, ComplaintStatus.CLOSED})
"""The life of a complaint whose answer is settled: what the balance counts as over."""


class Way(StrEnum):
    """How somebody was told whom the channel could not tell: 电话 / 信函 / 当面 / 短信 / 见归档说明."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    TEXT_MESSAGE = "text_message"
    ARCHIVE_NOTE = "archive_note"


_BY_KIND = {ReplyKind.DECLINED: Place.DECLINED, ReplyKind.REDIRECTED: Place.REDIRECTED}


def ended_as(kind: str | None, state: str | None, *, told: bool, owed: bool) -> Place:
    """How a source id ended, by its last final answer: its kind and state, whether somebody told it in another way.

    `owed`: the teller wants an answer and the channel takes them. What is over without either is unproven.
    """
    if told:
        return Place.TOLD
    if kind is not None and state == "confirmed":
        return _BY_KIND.get(ReplyKind(kind), Place.ANSWERED)
    if state in (None, "withdrawn") and not owed:
        return Place.NOT_OWED
    return Place.UNPROVEN


def stands_at(state: str | None, *, error: str | None, told: bool) -> Place:
    """Where an open source id stands that is filed, by its last final answer."""
    if told:
        return Place.TOLD
    if state in (None, "withdrawn"):
        return Place.ACCEPTED
    if error == "read_back_differs":
        return Place.DIFFERS
    if state == "failed":
        return Place.REFUSED
    return Place.WRITTEN if state == "pending" else Place.SENT


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of one channel on one day, in source ids.

    `carried_over` + `received` + `opened_again` = all that ended + `still_open`; what is left is the `remainder`.
    """

    carried_over: int = 0
    received: int = 0
    opened_again: int = 0
    answered: int = 0
    declined: int = 0
    redirected: int = 0
    told: int = 0
    not_owed: int = 0
    discarded: int = 0
    unproven: int = 0
    still_open: int = 0

    @property
    def came(self) -> int:
        """What was open on this day at any time."""
        return self.carried_over + self.received + self.opened_again

    @property
    def ended(self) -> int:
        """What ended on this day, in whichever way."""
        return sum(getattr(self, place.value) for place in OVER)

    @property
    def remainder(self) -> int:
        """What does not add up: 0, unless a fact is missing, doubled or dated back into a counted day."""
        return self.came - self.ended - self.still_open

    def __add__(self, other: Balance) -> Balance:
        return Balance(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Balance)))
