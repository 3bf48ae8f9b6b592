"""The words of a canary: a complaint of nobody, placed at a source by the office itself, to see whether it arrives.

It is told from a person's complaint by its seal alone: a keyed hash of which channel, day and canary it is. A seal is
worth nothing beside other words: a complaint that carries a copied mark and says anything of its own is a person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from casework.complaint import Complaint

TITLE = "系统自检"
_SAYS = "本件用于检查渠道是否畅通，不是任何人的诉求，请勿受理、转办或联系。"
_NAME = "ARREARS-CANARY/1"
_MARK = re.compile(r"ARREARS-CANARY/1 ([a-z0-9_]{1,40}) (\d{4}-\d\d-\d\d) (cny_[0-9a-f]{30}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a canary says of itself, and the seal that proves it."""

    channel: str
    day: str
    id: str
    seal: str

    def sealed(self) -> str:
        """What the seal is the keyed hash of."""
        return f"{self.channel} {self.day} {self.id}"


def words(mark: Mark) -> str:
    """The whole text of a canary. It names nobody, no employer and no place."""
    return f"{_SAYS} {_NAME} {mark.sealed()} {mark.seal}"


def mark_in(text: str) -> Mark | None:
    """The mark that stands in a text; None where there is none, or more than one."""
    if _NAME not in text:
        return None
    found = _MARK.findall(" ".join(text.split()))
    return Mark(*found[0]) if len(found) == 1 else None


_FACTS = (
    "employer_name",
    "employer_uscc",
    "boss_name",
    "site_name",
    "site_address",
    "complainant_name",
    "complainant_phone",
    "complainant_id_no",
    "worker_count",
    "amount_claimed",
    "roster",
)


def says_only(complaint: Complaint, mark: Mark) -> bool:
    """Whether a complaint says nothing but what the canary of this mark says: no person, employer, place or sum.

    What was found in its text stands for nothing here: the text is the canary's own, to the letter.
    """
    found = {one.field for one in complaint.extracted}
    said = [name for name in _FACTS if name not in found and getattr(complaint, name)]
    title = (complaint.title or TITLE).strip()
    text = "".join(complaint.narrative.split())
    return not said and title == TITLE and text == "".join(words(mark).split())


def day_text(day: date) -> str:
    """A day as it stands in a mark."""
    return day.isoformat()
