"""What stands in a lot of complaints whose groups are grown: columns that compiled loops read and write."""

from __future__ import annotations

from typing import NamedTuple

from dedupe.table import I8, I32, I64

COLUMNS = 4
"""Columns of names: firm, site, address, and the name of who complains."""
NO_MONTH = 32_767
LABEL, AFTER, SIZE, FIRST, LAST, TOLD, STATE, FOES, CHAIN, MET = range(10)
CODE, IDENTITY, VALUE, HEAD, LINK, COUNT = 10, 12, 14, 14 + COLUMNS, 14 + 2 * COLUMNS, 14 + 3 * COLUMNS
WIDTH = 14 + 4 * COLUMNS
"""The columns of `Lot.rows`.

A row's own: the row that its group is known by (`LABEL`), the member that follows it round the group (`AFTER`), how
much its group says at first (`TOLD`), where the rows that a person keeps it apart from begin in `Lot.foe` (`FOES`; they
end where the next row's begin), and what it says, -1 for nothing (`VALUE`, one for each column).

Of its group, in the row that it is known by: its `SIZE`, its lowest and highest `CODE` and `IDENTITY` (0 for none), its
months (`NO_MONTH` and 0 for none), and its `STATE`. `HEAD` and `LINK` lead through the rows whose values are the
distinct values of the group, the last that came first, -1 at the end; `COUNT` counts them. `CHAIN` and `MET` are used
while satellites are put to their places.
"""
BEGIN, RANK, GROUP, SEEN, BITS, HOME = range(6)
NOTED = 6
"""The columns of `Lot.notes`, a line a value. How two values of a component stand to each other says
`step[BEGIN of the one + RANK of the other]`; where a component has too many values `BEGIN` is -1. `GROUP` is the group
that the value was last compared with, `SEEN` how many values that had then and `BITS` what was found, a bit a step;
`HOME` is the group that it was last seen in.
"""
KEY, STEP = range(2)
"""The columns of `Lot.known`, an open table: two values as one number, and their step, -1 where it is asked for."""
LINES, PERSONS, STRICT, CAP, GAP, MARGIN = range(6)
"""What stands in `Lot.rules`. Without `LINES` only what people said bars. `PERSONS`: one worker's claims are grown.
`STRICT` bars groups whose firms have nothing in common, even at one site: contractor and subcontractor are two
employers; one worker's own claim may name both. `CAP` is the largest group, `GAP` the most months between two, and
`MARGIN` is how close a second place must be, in parts of a bit (`order.UNIT`).
"""
LEFT, RIGHT, WORTH, PLACE, WHY, FURTHER = range(6)
PAIRED = 6
"""The columns of pairs, the best first: two rows, their bits in parts, where the pair stood before, and what is
written, why they did not join. The last is used while satellites are put to their places."""


class Lot(NamedTuple):
    """All that is known while the groups of some complaints are grown."""

    rows: I32
    notes: I32
    step: I8
    known: I64
    foe: I32
    rules: I64
