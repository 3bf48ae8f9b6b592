"""Two texts side by side, marked: what they share, and where they differ. Lines say it too, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

Part: TypeAlias = tuple[str, str]
"""A piece of text and its mark: `same`, `differs`, or nothing."""
_LONGEST = 200
"""Longer texts are not compared letter by letter: the marks would say nothing."""


_WORDS = frozenset({"employer", "code", "boss", "site", "address", "crew", "name", "phone"})
"""Fields in which single letters say something; of a number or a day they do not."""


def marked(feature: str, left: str | None, right: str | None, finding: str) -> tuple[Sequence[Part], Sequence[Part]]:
    """Both values in pieces. Where a field agrees the shared letters are marked, else the letters that differ."""
    one, other = left or "—", right or "—"
    plain = ([(one, "")], [(other, "")])
    if feature not in _WORDS or not left or not right or finding == "silent" or max(len(one), len(other)) > _LONGEST:
        return plain
    alike, unlike = ("same", "") if finding == "agrees" else ("", "differs")
    ours: list[Part] = []
    theirs: list[Part] = []
    for step, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        mark = alike if step == "equal" else unlike
        ours.append((one[a:b], mark))
        theirs.append((other[c:d], mark))
    return [part for part in ours if part[0]], [part for part in theirs if part[0]]
