"""One complaint as the invented world tells it to a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

RosterLine: TypeAlias = tuple[str, str | None, str | None, Decimal | None]
"""One worker of a joint complaint: name, phone, identity number, yuan owed."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was told, as it was told, and the truth behind it.

    These four are the truth and never go over a wire: `case` is the
    dispute of one employer, `claim` the worker or crew that is owed, `says`
    the facts that it gives, `how` the kinds of spelling.
    """

    key: str
    channel: str
    told_at: datetime
    case: str
    claim: str
    title: str | None = None
    narrative: str
    employer_name: str | None = None
    employer_uscc: str | None = None
    boss_name: str | None = None
    site_name: str | None = None
    site_address: str | None = None
    district_code: str | None = None
    complainant_name: str | None = None
    complainant_phone: str | None = None
    complainant_id_no: str | None = None
    workers_count: int | None = None
    amount_owed: Decimal | None = None
    arrears_from: str | None = None
    arrears_to: str | None = None
    rural: bool = False
    construction: bool = False
    confidential: bool = False
    urgent: bool = False
    roster: tuple[RosterLine, ...] = ()
    says: tuple[str, ...] = ()
    how: tuple[str, ...] = ()

    @property
    def complaint_id(self) -> str:
        """The id the complaint carries once it is in the store."""
        return f"{self.channel}-{self.key}"
