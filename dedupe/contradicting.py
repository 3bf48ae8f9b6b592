"""Groups that become one, and why they may not, as compiled loops over `laid.Lot`."""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled, inlined
from dedupe.laid import (
    AFTER,
    BEGIN,
    BITS,
    CAP,
    CODE,
    COLUMNS,
    COUNT,
    FIRST,
    FOES,
    GAP,
    GROUP,
    HEAD,
    HOME,
    IDENTITY,
    KEY,
    LABEL,
    LAST,
    LINES,
    LINK,
    NO_MONTH,
    PERSONS,
    RANK,
    SEEN,
    SIZE,
    STEP,
    VALUE,
    Lot,
)
from dedupe.naming import Alike, Sites
from dedupe.table import I8, I32, I64
from dedupe.vetoes import Why

FIRM, SITE, ADDRESS, NAME = range(COLUMNS)


def _bits(*steps: int) -> int:
    return sum(1 << int(step) for step in steps)


_TRADE, _ELSEWHERE, _RELATED = _bits(Alike.TRADE), _bits(Alike.ELSEWHERE), _bits(Alike.RELATED)
_CLOSE = _bits(*range(Alike.CHARACTER + 1))
_ALIKE = _CLOSE | _bits(Alike.RELATED, Alike.ELSEWHERE, Alike.VAGUE)
_PHASE, _SECTION = _bits(Sites.PHASE), _bits(Sites.SECTION)
_PLACED = _bits(Sites.ONE, Sites.CLOSE, Sites.CHARACTER, Sites.VAGUE)
_SPOT = _bits(Sites.ONE, Sites.CLOSE)
_NEAR = _bits(0, 1)
_OTHER_NAME = _bits(4)
BAD = (_bits(Alike.TRADE, Alike.ELSEWHERE, Alike.RELATED, Alike.NONE), _bits(Sites.PHASE, Sites.SECTION, Sites.NONE))
"""Steps that may keep two groups apart: of firms, and of sites."""
SITE_NUMBERS = _PHASE | _SECTION
"""Steps of two sites whose phases or sections have other numbers."""
EMPTY = -1
"""Stands in an open table where no key does."""
_ODD, _HIGH, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(20), 32


@compiled
def merge(rows: I32, notes: I32, one: int, other: int) -> None:
    """Make two groups one."""
    if rows[one, SIZE] < rows[other, SIZE]:
        one, other = other, one
    row = other
    while True:
        rows[row, LABEL] = one
        row = rows[row, AFTER]
        if row == other:
            break
    rows[one, AFTER], rows[other, AFTER] = rows[other, AFTER], rows[one, AFTER]
    rows[one, SIZE] += rows[other, SIZE]
    _widen(rows, CODE, one, other)
    _widen(rows, IDENTITY, one, other)
    rows[one, FIRST] = min(rows[one, FIRST], rows[other, FIRST])
    rows[one, LAST] = max(rows[one, LAST], rows[other, LAST])
    for column in range(COLUMNS):
        _gather(rows, notes, column, one, other)


@inlined
def _widen(rows: I32, ends: int, one: int, other: int) -> None:
    """The lowest and the highest number of both; 0 is no number."""
    if not _has(rows, ends, other):
        return
    if not _has(rows, ends, one):
        rows[one, ends], rows[one, ends + 1] = rows[other, ends], rows[other, ends + 1]
        return
    rows[one, ends] = min(rows[one, ends], rows[other, ends])
    rows[one, ends + 1] = max(rows[one, ends + 1], rows[other, ends + 1])


@inlined
def _gather(rows: I32, notes: I32, column: int, one: int, other: int) -> None:
    """Give a group the values of another that it has not."""
    row = rows[other, HEAD + column]
    while row >= 0:
        further = rows[row, LINK + column]
        if not _in(rows, notes, column, rows[row, VALUE + column], one):
            rows[row, LINK + column] = rows[one, HEAD + column]
            rows[one, HEAD + column] = row
            rows[one, COUNT + column] += 1
        row = further


@inlined
def _in(rows: I32, notes: I32, column: int, value: int, group: int) -> bool:
    """A value is one of a group; from now on it is."""
    if notes[value, HOME] == group:
        return True
    notes[value, HOME] = group
    row = rows[group, HEAD + column]
    while row >= 0 and rows[row, VALUE + column] != value:
        row = rows[row, LINK + column]
    return bool(row >= 0)


@inlined
def _seen(rows: I32, notes: I32, step: I8, known: I64, column: int, one: int, other: int) -> int:
    """One bit for every step that some value of one group and some value of the other stand in."""
    if rows[one, COUNT + column] > rows[other, COUNT + column]:
        one, other = other, one
    found = 0
    row = rows[one, HEAD + column]
    while row >= 0:
        found |= _towards(rows, notes, step, known, column, rows[row, VALUE + column], other)
        row = rows[row, LINK + column]
    return found


@inlined
def _towards(rows: I32, notes: I32, step: I8, known: I64, column: int, value: int, group: int) -> int:
    """The same for one value. What came to the group since the value was last compared with it is compared now."""
    found, before, count = 0, 0, rows[group, COUNT + column]
    if notes[value, GROUP] == group:
        found, before = notes[value, BITS], notes[value, SEEN]
    row, begin = rows[group, HEAD + column], notes[value, BEGIN]
    for _ in range(count - before):
        other = rows[row, VALUE + column]
        if begin >= 0:
            found |= 1 << int(step[begin + notes[other, RANK]])
        else:
            found |= _looked_up(known, value, other)
        row = rows[row, LINK + column]
    notes[value, GROUP], notes[value, SEEN], notes[value, BITS] = group, count, found
    return found


@compiled
def _looked_up(known: I64, one: int, other: int) -> int:
    """The bit of two values' step, 0 where it is asked for from now on. There is always room for another key."""
    key = int(min(one, other)) << _HALF | int(max(one, other))
    slot = slot_of(known, key)
    if known[slot, KEY] != key:
        if known[-1, STEP] < len(known) // 2:
            known[-1, STEP] += 1
            known[slot, KEY] = key
        return 0
    return 1 << known[slot, STEP] if known[slot, STEP] >= 0 else 0


@compiled
def slot_of(known: I64, key: int) -> int:
    """Where a key stands in an open table, or where it would. The last line of the table counts the keys."""
    room = np.uint64(len(known) - 1)
    slot = (np.uint64(key) * _ODD >> _HIGH) % room
    while known[slot, KEY] != key and known[slot, KEY] != EMPTY:
        slot = (slot + np.uint64(1)) % room
    return int(slot)


@compiled
def _said_no(rows: I32, foe: I32, one: int, other: int) -> bool:
    """A person keeps some member of one group apart from some member of the other."""
    if rows[one, SIZE] > rows[other, SIZE]:
        one, other = other, one
    row = one
    while True:
        end = rows[row + 1, FOES] if row + 1 < len(rows) else len(foe)
        for place in range(rows[row, FOES], end):
            if rows[foe[place], LABEL] == other:
                return True
        row = rows[row, AFTER]
        if row == one:
            return False


@inlined
def _has(rows: I32, ends: int, group: int) -> bool:
    """A group has a number."""
    return bool(rows[group, ends] != 0 or rows[group, ends + 1] != 0)


@inlined
def _both(rows: I32, ends: int, one: int, other: int) -> bool:
    """Both groups have a number."""
    return _has(rows, ends, one) and _has(rows, ends, other)


@inlined
def _differ(rows: I32, ends: int, one: int, other: int) -> bool:
    """Both groups have a number, and not the same."""
    same = rows[one, ends] == rows[other, ends] and rows[one, ends + 1] == rows[other, ends + 1]
    return not same and _both(rows, ends, one, other)


@inlined
def _never(rows: I32, rules: I64, one: int, other: int) -> int:
    """Why two groups cannot be one, by what is no name."""
    if rows[one, SIZE] + rows[other, SIZE] > rules[CAP]:
        return Why.TOO_LARGE.value
    if _differ(rows, CODE, one, other):
        return Why.CODES.value
    later = max(rows[one, FIRST], rows[other, FIRST])
    sooner = min(rows[one, LAST], rows[other, LAST])
    if later != NO_MONTH and later - sooner - 1 > rules[GAP]:
        return Why.PERIODS.value
    return Why.IDS.value if rules[PERSONS] != 0 and _differ(rows, IDENTITY, one, other) else Why.NOTHING.value


@compiled
def why_not(lot: Lot, one: int, other: int, strict: bool) -> int:
    """Why two groups may not become one as they are."""
    rows, notes, step, known, rules = lot.rows, lot.notes, lot.step, lot.known, lot.rules
    if len(lot.foe) and _said_no(rows, lot.foe, one, other):
        return Why.SAID_NO.value
    if rules[LINES] == 0:
        return Why.NOTHING.value
    why = _never(rows, rules, one, other)
    if why != 0:
        return why
    unknown = rules[PERSONS] != 0 and not _both(rows, IDENTITY, one, other)
    if unknown and _seen(rows, notes, step, known, NAME, one, other) & _OTHER_NAME:
        return Why.NAMES.value
    named = _speak(rows, FIRM, one, other) and not _both(rows, CODE, one, other)
    if named and _other_firm(rows, notes, step, known, one, other, strict):
        return Why.EMPLOYERS.value
    return _other_site(rows, notes, step, known, one, other) if _speak(rows, SITE, one, other) else Why.NOTHING.value


@inlined
def _speak(rows: I32, column: int, one: int, other: int) -> bool:
    """Both groups have values."""
    return bool(rows[one, COUNT + column] > 0 and rows[other, COUNT + column] > 0)


@inlined
def _other_site(rows: I32, notes: I32, step: I8, known: I64, one: int, other: int) -> int:
    """Why the sites of two groups keep them apart."""
    seen = _seen(rows, notes, step, known, SITE, one, other)
    if seen & _PHASE:
        return Why.PHASES.value
    if seen & _SECTION:
        return Why.SECTIONS.value
    if seen & _PLACED == 0 and _seen(rows, notes, step, known, ADDRESS, one, other) & _NEAR == 0:
        return Why.SITES.value
    return Why.NOTHING.value


@inlined
def _other_firm(rows: I32, notes: I32, step: I8, known: I64, one: int, other: int, strict: bool) -> bool:
    """One name in two cities is two firms, unless the groups share the place or some of their names are close in one:
    then somebody took the city for another. One name in two related trades is two firms, where it is strict, unless
    they share the place."""
    seen = _seen(rows, notes, step, known, FIRM, one, other)
    if seen & _TRADE != 0 or (strict and seen & _ALIKE == 0):
        return True
    placed = (seen & _ELSEWHERE != 0 and seen & _CLOSE == 0) or (strict and seen & _RELATED != 0)
    if not placed or _seen(rows, notes, step, known, SITE, one, other) & _SPOT:
        return False
    return _seen(rows, notes, step, known, ADDRESS, one, other) & _NEAR == 0
