"""How numbers that a complaint says stand to each other: codes, districts, counts, sums, months, days and sketches.

Each loop gives one level a pair of rows, as a number of its row in `levels`, -1 where one side said nothing. A level is
how many bounds the pair missed, the closest first.
"""

from __future__ import annotations

from typing import TypeAlias

from dedupe.compiled import compiled
from dedupe.table import I8, I16, I32, I64, SKETCH, U16, U64

WEEKS, HALF_A_YEAR = 31, 183
"""Days within which two complaints were told together."""
SAME_TEXT, ALIKE_TEXT = 0.8, 0.45
"""Shares of equal sketch columns."""
Said: TypeAlias = I32 | I64 | U64
_SAID_NOTHING = -1


@compiled
def equal(said: Said, left: I32, right: I32, found: I8) -> None:
    """Codes and districts: the same, others."""
    for pair in range(len(left)):
        one, other = said[left[pair]], said[right[pair]]
        found[pair] = _SAID_NOTHING if one == 0 or other == 0 else one != other


@compiled
def heads(said: I32, left: I32, right: I32, found: I8) -> None:
    """Counts of workers: the same, a quarter apart, further."""
    for pair in range(len(left)):
        one, other = said[left[pair]], said[right[pair]]
        apart, most = abs(one - other), max(one, other)
        found[pair] = _SAID_NOTHING if one == 0 or other == 0 else int(apart > 0) + int(apart > most // 4)


@compiled
def amounts(said: I64, left: I32, right: I32, found: I8) -> None:
    """Sums: the same, a twentieth apart, a quarter, further."""
    for pair in range(len(left)):
        one, other = said[left[pair]], said[right[pair]]
        apart, most = abs(one - other), max(one, other)
        missed = int(apart > 0) + int(apart > most // 20) + int(apart > most // 4)
        found[pair] = _SAID_NOTHING if one == 0 or other == 0 else missed


@compiled
def days(said: I32, left: I32, right: I32, found: I8) -> None:
    """Days: within weeks, within half a year, longer apart."""
    for pair in range(len(left)):
        one, other = said[left[pair]], said[right[pair]]
        apart = abs(one - other)
        found[pair] = _SAID_NOTHING if one == 0 or other == 0 else int(apart > WEEKS) + int(apart > HALF_A_YEAR)


@compiled
def months(first: I16, last: I16, left: I32, right: I32, found: I8) -> None:
    """Unpaid months: the same, overlapping, close together (a month between them at most), apart."""
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        start, end = max(first[one], first[other]), min(last[one], last[other])
        differ = first[one] != first[other] or last[one] != last[other]
        silent = first[one] == 0 or first[other] == 0
        found[pair] = _SAID_NOTHING if silent else int(differ) + int(start > end) + int(start > end + 2)


@compiled
def texts(sketch: U16, left: I32, right: I32, found: I8) -> None:
    """Texts by their sketches: one, alike, others."""
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        equal = 0
        for column in range(SKETCH):
            equal += sketch[one, column] == sketch[other, column]
        silent = sketch[one, 0] == 0 or sketch[other, 0] == 0
        found[pair] = _SAID_NOTHING if silent else int(equal < SAME_TEXT * SKETCH) + int(equal < ALIKE_TEXT * SKETCH)
