"""Phones that belong to nobody in particular: an agent's, a foreman's or an office's, given by many people."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rapidfuzz.distance import OSA

from dedupe.rows import once, starts_of
from dedupe.table import I32, I64, Mask, Table
from dedupe.value_steps import Values

MANY = 3
"""A phone given with so many different names belongs to a foreman or an agency and identifies nobody."""


def shared_phones(table: Table) -> Mask:
    """For every phone whether so many different persons give it; a name and its misspelling are one person."""
    return _shared(table, np.flatnonzero(table.phone >= 0))


def shared_phones_of(table: Table, phones: Values, rows: Values | None = None) -> Mask:
    """The same for these phones alone, False for all others.

    `rows` are those that give one of them, where they are known; else every complaint is looked at.
    """
    wanted = np.zeros(len(table.phones.key) + 1, dtype=bool)
    wanted[phones] = True
    wanted[-1] = False
    among = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    return _shared(table, among[wanted[table.phone[among]]])


def _shared(table: Table, rows: I64) -> Mask:
    found = np.zeros(len(table.phones.key), dtype=bool)
    rows = rows[(table.phone[rows] >= 0) & (table.name[rows] >= 0)]
    phone, name = table.phone[rows], table.name[rows]
    told = table.phones.full[phone] & table.persons.whole[name]
    packed = np.sort(phone[told].astype(np.int64) << 32 | name[told])
    if not len(packed):
        return found
    packed = once(packed)
    numbers = (packed >> 32).astype(np.int32)
    starts = np.flatnonzero(starts_of(numbers))
    ends = np.append(starts[1:], len(numbers))
    for start, end in zip(starts[ends - starts >= MANY], ends[ends - starts >= MANY], strict=True):
        found[numbers[start]] = _are_many(_names(table, (packed[start:end] & 0xFFFFFFFF).astype(np.int32)))
    return found


def _names(table: Table, names: I32) -> list[str]:
    return ["".join(map(chr, filter(None, row))) for row in table.persons.chars[names].tolist()]


def _are_many(names: Iterable[str]) -> bool:
    """Whether so many of these names are no slip of another, read in the order of the alphabet."""
    known: list[str] = []
    for name in sorted(names):
        if not any(OSA.distance(name, other, score_cutoff=1) <= 1 for other in known):
            known.append(name)
            if len(known) == MANY:
                return True
    return False
