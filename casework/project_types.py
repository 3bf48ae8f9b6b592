"""Which department a construction matter goes to (行业主管部门): it follows the type of the project (724 §7, §43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

PROJECT_TYPES: Mapping[str, str] = MappingProxyType({"road": "transport", "water": "water", "building": "housing"})
"""The body (转办单位) of each type of project. What is neither road nor water works is building."""

SOURCE = "724 §7, §43"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The department proposed, the type of project, and the word that spoke for it; None: nothing spoke against."""

    body: str
    project_type: str
    word: str | None


def proposed_body(sector: str, said: Sequence[str | None], words: Mapping[str, Sequence[str]]) -> Proposal | None:
    """The trade department of a case by the names of its site and firms. None outside construction.

    `words` are the office's own, by type of project. The person who refers decides: this is a proposal.
    """
    if sector != "construction":
        return None
    text = "\n".join(part for part in said if part)
    for kind, body in PROJECT_TYPES.items():
        found = next((word for word in words.get(kind, ()) if word and word in text), None)
        if found is not None:
            return Proposal(body, kind, found)
    return Proposal(PROJECT_TYPES["building"], "building", None)
