"""Malicious non-payment (恶意欠薪): the grounds of the joint-sanction list, and the packet of a criminal transfer."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date

GROUNDS = ("criminal_figure", "group_incident")
"""R45 §5: an order that ran out unpaid, and one of these."""

PACKET: Mapping[str, str] = {
    "transfer_letter": "移送书",
    "investigation_report": "调查报告",
    "list_of_items": "涉案物品清单",
    "test_report": "检验报告",
    "other_material": "其他材料",
}
"""The packet of five that goes to the police (TRF §6)."""


LISTING_PAPERS = frozenset(
    {"listing_notice", "listing_decision", "not_listed_decision", "removal_decision", "removal_refusal"}
)
"""What the party is told in writing on the way onto the list and off it; it may come after the file is closed."""

STEP_PAPERS = LISTING_PAPERS | {"transfer_form", "reconsideration_letter"}
"""Papers that a step of the listing or of the transfer numbers by itself."""


def later_by(day: date, *, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def lacking_in(packet: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the five nobody has accounted for: where it lies, or why there is none."""
    return tuple(name for name in PACKET if not packet.get(name, "").strip())
