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


LISTING_PAPERS = frozenset(
    {"listing_notice", "listing_decision", "not_listed_decision", "removal_decision", "removal_refusal"}
)
"""What the party is told in writing on the way onto the list and off it; it may come after the file is closed."""

PUBLICATION_PAPERS = frozenset({"publication_notice", "publication_answer", "publication_correction"})
"""What is published of a grave breach, what the party is answered, and what corrects or withdraws it (R29)."""

STEP_PAPERS = LISTING_PAPERS | PUBLICATION_PAPERS | {"transfer_form", "reconsideration_letter"}
"""Papers that a step of the listing, of the publication or of the transfer numbers by itself."""


def lacking_in(packet: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the five nobody has accounted for: where it lies, or why there is none."""
    return tuple(name for name in PACKET if not packet.get(name, "").strip())
