"""Phones that belong to nobody in particular: an agent's, a foreman's or an office's, given by many people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from rapidfuzz.distance import OSA

from dedupe.rows import among, each, once, starts_of
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


def named_anew(table: Table, rows: I32, around: I32) -> I32:
    """The phones that rows, the last of a table, give with a name that none of the others around them gives with it.

    They are sorted. What is shared follows from phones and names alone: no other phone can turn out to be shared.
    """
    mine, theirs = _given(table, rows), _given(table, around[around < len(table) - len(rows)])
    return each(mine[~among(mine, theirs)] >> 32)


def _given(table: Table, rows: I32) -> I64:
    """Every phone that rows give together with every name, as one number, sorted."""
    rows = rows[(table.phone[rows] >= 0) & (table.name[rows] >= 0)]
    return once(np.sort(table.phone[rows].astype(np.int64) << 32 | table.name[rows]))


def _shared(table: Table, rows: I64) -> Mask:
    found = np.zeros(len(table.phones.key), dtype=bool)
    rows = rows[(table.phone[rows] >= 0) & (table.name[rows] >= 0)]
    phone, name = table.phone[rows], table.name[rows]
    told = table.phones.full[phone] & table.persons.whole[name]
    packed = np.sort(phone[told].astype(np.int64) << 32 | name[told])
    packed = once(packed)
    numbers, names = (packed >> 32).astype(np.int32), (packed & 0xFFFFFFFF).astype(np.int32)
    sizes = np.diff(np.append(np.flatnonzero(starts_of(numbers)), len(numbers)))
    several = np.repeat(sizes >= MANY, sizes)
    if not several.any():
        return found
    numbers, names = numbers[several], names[several]
    order = np.lexsort((*table.persons.chars[names].T[::-1], numbers))
    numbers, names = numbers[order], names[order]
    starts = np.flatnonzero(starts_of(numbers))
    for start, end in zip(starts.tolist(), np.append(starts[1:], len(numbers)).tolist(), strict=True):
        found[numbers[start]] = _are_many(_names(table, names[start:end]))
    return found


def _names(table: Table, names: I32) -> Iterator[str]:
    """Names as they are written, each read when it is asked for."""
    for name in names:
        yield "".join(map(chr, filter(None, table.persons.chars[name].tolist())))


def _are_many(names: Iterable[str]) -> bool:
    """Whether so many of these names are no slip of another, read in the order of their characters."""
    known: list[str] = []
    for name in names:
        if not any(OSA.distance(name, other, score_cutoff=1) <= 1 for other in known):
            known.append(name)
            if len(known) == MANY:
                return True
    return False
