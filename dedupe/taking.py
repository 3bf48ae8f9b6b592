"""Part of a table as a table of its own, with the values that it says and no others."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.edges import ranges
from dedupe.growing import ROWS, renumbered
from dedupe.table import I32, I64, VALUES, VALUES_OF, WORDS_IN, Crews, Mask, Table, Values, Words


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
