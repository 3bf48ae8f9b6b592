"""A complaint (线索): what one person told one channel, once. It is never changed; a new version supersedes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """投诉 names a worker concerned and gets a decision; 举报 may come from anyone and is secret (423 §9)."""

    WORKER_COMPLAINT = "worker_complaint"
    INFORMANT_REPORT = "informant_report"


class Nature(StrEnum):
    """性质, after QD §7-14; arrears and unlawful deduction apart (423 §26)."""

    ARREARS_RURAL = "arrears_rural"
    ARREARS = "arrears"
    DEDUCTION = "deduction"
    BELOW_MINIMUM = "below_minimum"
    OVERTIME = "overtime"
    SEVERANCE = "severance"
    NO_CONTRACT = "no_contract"
    SOCIAL_INSURANCE = "social_insurance"
    HOURS_AND_LEAVE = "hours_and_leave"
    PROTECTED_WORKERS = "protected_workers"
    CHILD_LABOUR = "child_labour"
    WITHHELD_PAPERS = "withheld_papers"
    LABOUR_DISPATCH = "labour_dispatch"
    OTHER = "other"


MONEYLESS = frozenset(
    {
        Nature.NO_CONTRACT,
        Nature.SOCIAL_INSURANCE,
        Nature.HOURS_AND_LEAVE,
        Nature.PROTECTED_WORKERS,
        Nature.CHILD_LABOUR,
        Nature.WITHHELD_PAPERS,
        Nature.LABOUR_DISPATCH,
    }
)
"""What is made good by an act and not by wages. Of any other complaint wages may be owed, whatever it says."""


class Sector(StrEnum):
    """领域: the first question of the national platform."""

    CONSTRUCTION = "construction"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Extracted:
    """A fact found in the narrative rather than given in a field, with where it stands.

    `start` and `end` are offsets in characters into `Complaint.told()`.
    """

    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One worker named in an attached roster (工人名单). Amount in yuan; None is "not said"."""

    name: str | None = None
    phone: str | None = None
    id_no: str | None = None
    amount: Decimal | None = None


_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The facts as said. None means "not said", never zero and never "no".

    `received_at` is an aware moment in UTC: when the channel heard it. Months are "YYYY-MM". `amount_claimed` is
    Decimal yuan. `reply_due_on` is the day the channel itself demands an answer by, where it says one.
    `remarks` names what was odd but not wrong (a credit code with a bad check digit), by code.
    """

    channel: str
    source_key: str
    version: int
    received_at: datetime
    narrative: str
    title: str | None = None
    kind: Kind = Kind.WORKER_COMPLAINT
    nature: Nature = Nature.ARREARS
    sector: Sector = Sector.UNKNOWN
    employer_name: str | None = None
    employer_uscc: str | None = None
    boss_name: str | None = None
    site_name: str | None = None
    site_address: str | None = None
    district_code: str | None = None
    complainant_name: str | None = None
    complainant_phone: str | None = None
    complainant_id_no: str | None = None
    worker_count: int | None = None
    amount_claimed: Decimal | None = None
    arrears_from: str | None = None
    arrears_to: str | None = None
    confidential: bool = False
    wants_reply: bool = True
    urgent: bool = False
    reply_due_on: date | None = None
    probably_arrears: bool | None = None
    roster: tuple[RosterLine, ...] = ()
    extracted: tuple[Extracted, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must be aware")
        for month in (self.arrears_from, self.arrears_to):
            if month is not None and not _MONTH.match(month):
                raise ValueError("months are YYYY-MM")
        if self.amount_claimed is not None and not isinstance(self.amount_claimed, Decimal):
            raise TypeError("amounts are Decimal yuan")

    @property
    def id(self) -> str:
        """The id of the complaint, the same for every version of it."""
        return complaint_id(self.channel, self.source_key)

    def told(self) -> str:
        """Title and narrative as one text; spans of `extracted` count into it."""
        return f"{self.title}\n{self.narrative}" if self.title else self.narrative


@lru_cache(maxsize=4_096)
def complaint_id(channel: str, source_key: str) -> str:
    """The complaint's own id, derived from who sent it and what they call it, so that a second landing finds it again.

    The parts are joined with their lengths: ("ab", "c") and ("a", "bc") must not meet.
    """
    joined = f"{len(channel)}:{channel}{len(source_key)}:{source_key}"
    return "cp_" + hashlib.sha256(joined.encode()).hexdigest()[:24]
