"""Two tables as one, part of a table, and whether two say the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.edges import ranges
from dedupe.growing import ROWS, Growing, renumbered
from dedupe.table import I32, I64, VALUES, VALUES_OF, WORDS_IN, Crews, Mask, Table, Values, Words, known_by


def joined(one: Table, other: Table) -> Table:
    """The complaints of both, in this order; what both say stands once."""
    both = Growing(one)
    both.append(other)
    return both.table


def take(table: Table, rows: NDArray[Any]) -> Table:
    """Some complaints of a table, by row numbers or a mask. Values that none of them says are gone."""
    columns = {name: getattr(table, name)[rows] for name in ROWS}
    used = {name: np.zeros(len(getattr(table, name).key), dtype=np.bool_) for name in VALUES}
    for name, kind in VALUES_OF.items():
        used[kind][columns[name][columns[name] >= 0]] = True
    used["words"][:1] = True
    for kind, names in WORDS_IN.items():
        for name in names:
            used["words"][getattr(getattr(table, kind), name)[used[kind]]] = True
    numbers = {name: np.cumsum(mask, dtype=np.int32) - np.int32(1) for name, mask in used.items()}
    kept: dict[str, Any] = {
        name: _kept(getattr(table, name), used[name], WORDS_IN.get(name, ()), numbers["words"]) for name in VALUES
    }
    for name, kind in VALUES_OF.items():
        columns[name] = renumbered(numbers[kind], columns[name])
    return Table(**kept, **columns)


def _kept(values: Values, used: Mask, refer: tuple[str, ...], words: I32) -> Any:
    """The used values of a kind, which `refer` to words by their new numbers."""
    if isinstance(values, Crews):
        sizes = np.diff(values.start)[used]
        start: I64 = np.append(np.int64(0), np.cumsum(sizes))
        return Crews(values.key[used], start, values.member[ranges(values.start[:-1][used], values.start[1:][used])])
    found: dict[str, Any] = {}
    for one in fields(values):
        if one.name == "text" and isinstance(values, Words):
            found["text"] = [values.text[number] for number in np.flatnonzero(used).tolist()]
            continue
        column = getattr(values, one.name)[used]
        found[one.name] = words[column] if one.name in refer else column
    return type(values)(**found)


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
    for one in fields(Table):
        if one.name in VALUES:
            continue
        column = getattr(table, one.name)[order]
        if one.name not in VALUES_OF:
            found[one.name] = column
            continue
        kind = VALUES_OF[one.name]
        for name, values in _spelled(getattr(table, kind), WORDS_IN.get(kind, ()), table.words).items():
            found[f"{one.name} {name}"] = np.append(values, np.zeros_like(values[:1], shape=(1, *values.shape[1:])), 0)[
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
