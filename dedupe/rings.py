"""Who is in one group with whom, found without looking at anybody else.

The members of a group stand in a ring: each says who comes next.
"""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.growing import Column
from dedupe.table import I32


class Rings:
    """The members of every group, by any one of them."""

    def __init__(self, group: I32) -> None:
        """`group` is the row of some member, the same for all of one group."""
        self._next = Column(np.arange(len(group), dtype=np.int32))
        self.lay(np.arange(len(group), dtype=np.int32), group)

    def extend(self, rows: I32) -> None:
        """Take in new rows, each a group of its own."""
        self._next.extend(rows)

    def lay(self, rows: I32, group: I32) -> None:
        """Lay the groups of some rows anew, as `group` has them by now. They are whole groups, as they were and as they
        are."""
        _lay(self._next.seen(), rows, group)

    def members(self, rows: I32) -> tuple[I32, I32]:
        """All members of the groups of some rows, of which no two are in one, and the place of each one's among these
        rows."""
        found, whose = _walked(self._next.seen(), rows)
        assert len(found) >= len(rows), "a ring is broken"
        return found, whose


@compiled
def _lay(following: I32, rows: I32, group: I32) -> None:
    for row in rows:
        following[row] = row
    for row in rows:
        first = group[row]
        if first != row:
            following[row] = following[first]
            following[first] = row


@compiled
def _walked(following: I32, rows: I32) -> tuple[I32, I32]:
    """Everybody in the rings of these rows; nobody where a ring does not close."""
    count = 0
    for row in rows:
        after = following[row]
        while after != row and count <= len(following):
            after = following[after]
            count += 1
    count = 0 if count > len(following) else count + len(rows)
    found, whose = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    place, after = -1, np.int32(-1)
    for one in range(count):
        if place < 0 or after == rows[place]:
            place += 1
            after = rows[place]
        found[one], whose[one] = after, place
        after = following[after]
    return found, whose
