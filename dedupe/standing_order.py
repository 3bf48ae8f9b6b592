"""How all rows stand in one order, kept while rows come: a label a row, of which the lower stands first."""

from __future__ import annotations

import numpy as np

from dedupe.pairs import order_by
from dedupe.table import I32, I64, U64

LABEL = 44
"""Bits of a label: a place among the rows that were put in order together, then one among those that came later."""
_LATER = np.uint64(20)
_BASE = np.uint64((1 << 20) - 1)
_MOST = (1 << 20) - 1
FEW = 65_536
_SHARE = 16


class StandingOrder:
    """Rows by their word, ties by uid. New rows find their places by halving; nobody else is moved."""

    def __init__(self, words: U64, uids: U64, few: int = FEW) -> None:
        self.few = few
        self.rows: I32 = order_by(words, uids).row
        self.words: U64 = words[self.rows]
        self.late_rows: I32 = self.rows[:0]
        self.late_words: U64 = self.words[:0]
        self.late_slots: I64 = np.zeros(0, dtype=np.int64)
        self.labels: U64 = np.zeros(0, dtype=np.uint64)
        self._label_all(len(words))

    @property
    def nbytes(self) -> int:
        """Bytes that stand in memory."""
        return self.rows.nbytes + self.words.nbytes + self.labels.nbytes

    def add(self, words: U64, uids: U64, rows: I32) -> None:
        """Let new rows stand. `uids` are those of all rows, the new ones last."""
        order = np.lexsort((uids[rows], words))
        rows, words = rows[order], words[order]
        if len(uids) > len(self.labels):
            wide = np.zeros(len(uids) + len(uids) // _SHARE, dtype=np.uint64)
            wide[: len(self.labels)] = self.labels
            self.labels = wide
        slots = _places(self.words, self.rows, words, uids, uids[rows])
        at = _places(self.late_words, self.late_rows, words, uids, uids[rows])
        self.late_rows = np.insert(self.late_rows, at, rows)
        self.late_words = np.insert(self.late_words, at, words)
        self.late_slots = np.insert(self.late_slots, at, slots)
        if len(self.late_rows) > min(self.few + len(self.rows) // _SHARE, _MOST):
            self.rows = np.insert(self.rows, self.late_slots, self.late_rows)
            self.words = np.insert(self.words, self.late_slots, self.late_words)
            self.late_rows, self.late_words = self.late_rows[:0], self.late_words[:0]
            self.late_slots = self.late_slots[:0]
            self._label_all(len(self.labels))
            return
        self.labels[self.late_rows] = (self.late_slots.astype(np.uint64) << _LATER) | np.arange(
            len(self.late_rows), dtype=np.uint64
        )

    def _label_all(self, room: int) -> None:
        self.labels = np.zeros(room, dtype=np.uint64)
        self.labels[self.rows] = (np.arange(len(self.rows), dtype=np.uint64) << _LATER) | _BASE

    def rows_of(self, labels: U64) -> I32:
        """Whose labels these are."""
        later = (labels & _BASE).astype(np.int64)
        if not len(self.late_rows):
            return self.rows[(labels >> _LATER).astype(np.int64)]
        base = later == _MOST
        found = self.late_rows[np.where(base, 0, later)]
        found[base] = self.rows[(labels[base] >> _LATER).astype(np.int64)]
        return found


def _places(ranked: U64, rows: I32, words: U64, uids: U64, ties: U64) -> I64:
    """Where words belong among ranked ones, whose rows are given too; equal words by their uids."""
    low = np.searchsorted(ranked, words, "left").astype(np.int64)
    high = np.searchsorted(ranked, words, "right").astype(np.int64)
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low[open_] + high[open_]) // 2
        before = uids[rows[middle]] < ties[open_]
        low[open_[before]] = middle[before] + 1
        high[open_[~before]] = middle[~before]
    return low
