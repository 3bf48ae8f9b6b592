"""Malicious non-payment (恶意欠薪): the grounds of the joint-sanction list, and the packet of a criminal transfer."""

from __future__ import annotations

from collections.abc import Mapping

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


def lacking_in(packet: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the five nobody has accounted for: where it lies, or why there is none."""
    return tuple(name for name in PACKET if not packet.get(name, "").strip())
