"""What groups of complaints are known by, as columns: the distinct values their members say, the months they span."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dedupe.rows import once
from dedupe.table import I16, I32, I64, U64
from dedupe.value_sets import Sets, Steps, pair_numbers

NO_MONTH = 32_767
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_NEVER = np.uint64(2**64 - 1)


@dataclass(frozen=True, slots=True)
class Profiles:
    """What every group is known by.

    The lowest and the highest hash tell whether a group has one code and one identity number, or several; 0 is none.
    `first` is `NO_MONTH` and `last` 0 where nobody gave months. `enemies` are pairs of groups of which a person said
    no to some members, as sorted numbers. `kinds` are the values of `sets` by what they contradict; `steps` compare.
    """

    size: I64
    code: tuple[U64, U64]
    identity: tuple[U64, U64]
    first: I16
    last: I16
    enemies: U64
    sets: Mapping[str, Sets]
    kinds: Mapping[str, Sets]
    steps: Mapping[str, Steps]

    def __len__(self) -> int:
        return len(self.size)

    def some(self, groups: I32) -> Profiles:
        """Those of some groups, numbered as given."""
        if len(groups) == len(self):
            return self
        number = np.full(len(self), -1, dtype=np.int32)
        number[groups] = np.arange(len(groups), dtype=np.int32)
        left, right = (number[one] for one in ends_of(self.enemies))
        known = (left >= 0) & (right >= 0)
        return replace(
            self,
            size=self.size[groups],
            code=(self.code[0][groups], self.code[1][groups]),
            identity=(self.identity[0][groups], self.identity[1][groups]),
            first=self.first[groups],
            last=self.last[groups],
            enemies=sorted_pairs(left[known], right[known]),
            sets={name: one.some(groups) for name, one in self.sets.items()},
            kinds={name: one.some(groups) for name, one in self.kinds.items()},
        )

    def merged(self, into: I32, groups: int) -> Profiles:
        """The profiles of groups of groups."""
        size = np.zeros(groups, dtype=np.int64)
        np.add.at(size, into, self.size)
        first = np.full(groups, NO_MONTH, dtype=np.int16)
        np.minimum.at(first, into, self.first)
        last = np.zeros(groups, dtype=np.int16)
        np.maximum.at(last, into, self.last)
        left, right = ends_of(self.enemies)
        return replace(
            self,
            size=size,
            code=span(self.code, into, groups),
            identity=span(self.identity, into, groups),
            first=first,
            last=last,
            enemies=sorted_pairs(into[left], into[right]),
            sets={name: one.merged(into, groups) for name, one in self.sets.items()},
            kinds={name: one.merged(into, groups) for name, one in self.kinds.items()},
        )


def ends_of(pairs: U64) -> tuple[I64, I64]:
    """The two groups of every numbered pair."""
    return (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)


def sorted_pairs(left: I32, right: I32) -> U64:
    """Pairs of groups as one number each, in order, each once."""
    return once(np.sort(pair_numbers(left, right)))


def span(ends: tuple[U64, U64], into: I32, groups: int) -> tuple[U64, U64]:
    """The lowest and the highest number of every group; 0 is no number."""
    low = np.full(groups, _NEVER)
    np.minimum.at(low, into, np.where(ends[0] == 0, _NEVER, ends[0]))
    high = np.zeros(groups, dtype=np.uint64)
    np.maximum.at(high, into, ends[1])
    low[high == 0] = 0
    return low, high
