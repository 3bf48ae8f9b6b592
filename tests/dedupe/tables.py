"""Two tables as one, and whether two say the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.growing import ROWS, Growing
from dedupe.table import VALUES_OF, WORDS_IN, Crews, Table, Values, Words, known_by


def joined(one: Table, other: Table) -> Table:
    """The complaints of both, in this order; what both say stands once."""
    both = Growing(one)
    both.append(other)
    return both.table


def same(one: Table, other: Table) -> bool:
    """The same complaints say the same, in whatever order they stand and however their values are numbered."""
    if len(one) != len(other):
        return False
    left, right = _seen(one), _seen(other)
    return all(np.array_equal(left[name], right[name]) for name in left)


def _seen(table: Table) -> dict[str, NDArray[Any]]:
    """Every column by `uid`, values spelled out: a row of each of their columns, zeros where nothing was said."""
    order = np.argsort(table.uid, kind="stable")
    found: dict[str, NDArray[Any]] = {}
    for row in ROWS:
        column = getattr(table, row)[order]
        if row not in VALUES_OF:
            found[row] = column
            continue
        kind = VALUES_OF[row]
        for name, values in _spelled(getattr(table, kind), WORDS_IN.get(kind, ()), table.words).items():
            found[f"{row} {name}"] = np.append(values, np.zeros_like(values[:1], shape=(1, *values.shape[1:])), 0)[
                column
            ]
    return found


def _spelled(values: Values, refer: tuple[str, ...], words: Words) -> dict[str, NDArray[Any]]:
    """Every column of a kind of values, words by everything that is known of them, members by what they add up to."""
    found: dict[str, NDArray[Any]] = {"known by": known_by(values)}
    if isinstance(values, Crews):
        sums = np.append(np.uint64(0), np.cumsum(values.member))
        return {**found, "size": np.diff(values.start), "members": np.diff(sums[values.start])}
    for one in fields(values):
        column = getattr(values, one.name)
        if one.name not in refer:
            found[one.name] = column
            continue
        for fact in ("key", "sound", "bag", "marks", "length"):
            found[f"{one.name} {fact}"] = getattr(words, fact)[column]
        found[f"{one.name} text"] = np.asarray(words.text)[column] if len(column) else np.zeros(0, dtype="U1")
    return found
