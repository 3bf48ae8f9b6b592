"""Which group contradicts nothing that another does not contradict as well: it can join that one at any time."""

from __future__ import annotations

import numpy as np

from dedupe.group_profiles import NO_MONTH, Profiles, ends_of
from dedupe.table import I32, I64, U64, Mask
from dedupe.vetoes import Vetoes


def covered(vetoes: Vetoes, profiles: Profiles, into: I32, left: I32, right: I32) -> Mask:
    """Per pair: everything in its component that contradicts the left group contradicts the right one too."""
    parts = int(into.max()) + 1
    hated = np.zeros(len(profiles), dtype=bool)
    for one in ends_of(profiles.enemies):
        hated[one] = True
    found = ~hated[left]
    if vetoes.lines is None:
        return found
    for ends in (profiles.code, profiles.identity):
        found &= _one_number(ends, into, parts, left, right)
    before, after = _months_apart(profiles, into, vetoes.gap)
    found &= (before[left] <= before[right]) & (after[left] <= after[right])
    for kinds in profiles.kinds.values():
        asked = np.flatnonzero(found)
        found[asked] = kinds.within(left[asked], right[asked])
    return found


def _one_number(ends: tuple[U64, U64], into: I32, parts: int, left: I32, right: I32) -> Mask:
    """The left group has no number, or that of the right one, or its component has no other."""
    same = (ends[0][left] == ends[0][right]) & (ends[1][left] == ends[1][right])
    none = ends[1][left] == 0
    low, high = np.full(parts, np.uint64(2**64 - 1)), np.zeros(parts, dtype=np.uint64)
    said = ends[1] != 0
    np.minimum.at(low, into[said], ends[0][said])
    np.maximum.at(high, into[said], ends[1][said])
    alone = (low == high)[into[left]]
    found: Mask = same | none | alone
    return found


def _months_apart(profiles: Profiles, into: I32, gap: int) -> tuple[I64, I64]:
    """How many groups of its component lie too long before and too long after each group."""
    said = np.flatnonzero(profiles.first != NO_MONTH)
    base = into[said].astype(np.int64) << 17
    first, last = base + profiles.first[said], base + profiles.last[said]
    before, after = np.zeros(len(profiles), dtype=np.int64), np.zeros(len(profiles), dtype=np.int64)
    ranked = np.sort(last)
    before[said] = np.searchsorted(ranked, first - gap - 1) - np.searchsorted(ranked, base)
    ranked = np.sort(first)
    after[said] = np.searchsorted(ranked, base + (1 << 16)) - np.searchsorted(ranked, last + gap + 1, side="right")
    return before, after
