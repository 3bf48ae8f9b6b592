"""From key columns to pairs: who shares a key meets, and a block that is too large is walked in sorted order.

A block is all rows of one key. A small one gives all its pairs. In a larger one the rows stand in one or two orders and
each meets the next few of them: a crew of two hundred needs neighbours that say nearly the same, not twenty thousand
pairs. The pairs of a block depend on its rows alone, on their order words and, for ties, their `uid`: never on row
numbers, never on other blocks. So one block can be worked out again without the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dedupe.edges import packed, unpacked
from dedupe.rows import once, starts_of
from dedupe.table import I32, I64, U16, U64, Mask
from dedupe.threads import over

SHIFT = np.uint64(24)
PLACE = np.uint64((1 << 24) - 1)
_HALF = np.uint64(32)
MOST_ROWS = 1 << 24
"""Rows that one call can take; more are worked in partitions by key."""
MOST_TIMES = 65_535
_LOTS = 6
_MOST = np.uint64(2**64 - 1)
_EMPTY: U64 = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Limits:
    """Blocks of more than `largest` rows are walked: in each of `orders` every row meets the next `window`.

    Walked blocks of up to `open` rows also give every pair that may be one person.
    """

    largest: int
    window: int
    orders: tuple[int, ...]
    open: int = 0


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """The keys of one rule: `keys[i]` is what row `rows[i]` shares with others. Rows without a key do not stand here.

    A row may stand more than once (a roster has many members). The upper 40 bits of a key tell blocks apart. `near`
    says where each row of the table is and `who` who speaks, 0 for unknown: two who say different places do not meet
    here at all, and two who say different persons only where all do or where they stand side by side.
    """

    rule: str
    rows: I32
    keys: U64
    limits: Limits
    near: I32 | None = None
    who: I32 | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the recall ledger: what a rule's blocks held and what was looked at.

    `pairs` counts all pairs the rule gave; `blocks`, `held` and `kept` speak of the blocks too large to give all.
    """

    rule: str
    pairs: int
    blocks: int
    held: int
    kept: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs to compare, lower row number left, each once and in that order; and what block sizes cost.

    `times` says how often rules and walks gave the pair: it is a candidate until the last of them takes it back.
    """

    left: I32
    right: I32
    times: U16
    ledger: tuple[Line, ...]

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True)
class Order:
    """One way to stand: `place[row]` is a row's place among all, `row[place]` who stands there."""

    place: I32
    row: I32


def order_by(words: U64, uids: U64) -> Order:
    """Let rows stand by their word, ties by `uid`."""
    if len(words) > MOST_ROWS:
        raise ValueError(f"more than {MOST_ROWS} rows in one call")
    row = np.argsort(words).astype(np.int32)
    ranked = words[row]
    equal = ranked[1:] == ranked[:-1]
    tied = np.flatnonzero(np.concatenate((equal, [False])) | np.concatenate(([False], equal)))
    row[tied] = row[tied][np.lexsort((uids[row[tied]], ranked[tied]))]
    place = np.empty_like(row)
    place[row] = np.arange(len(row), dtype=np.int32)
    return Order(place, row)


def block_of(keys: U64) -> U64:
    """The part of a key that tells blocks apart."""
    return keys >> SHIFT


def candidates(columns: Iterable[KeyColumn | Callable[[], KeyColumn]], orders: Sequence[Order]) -> Candidates:
    """Every pair that some column gives.

    A column may be given as a function that makes it: then only the few columns in work stand in memory.
    """

    def worked(column: KeyColumn | Callable[[], KeyColumn]) -> tuple[U64, Line]:
        return pairs_of_column(column if isinstance(column, KeyColumn) else column(), orders)

    edges = _edges(len(orders[0].row) if orders else 0)
    found: list[list[U64]] = [[] for _ in edges]
    lines: dict[str, Line] = {}
    for given, line in over(worked, columns):
        for lot, low, high in zip(found, edges, [*edges[1:], _MOST], strict=True):
            lot.append(given[(given >= low) & (given < high)])
        lines[line.rule] = added(lines.get(line.rule), line)
    lots = list(over(counted, found))
    left, right = unpacked(np.concatenate([given for given, _ in lots]))
    return Candidates(left, right, np.concatenate([times for _, times in lots]), tuple(lines.values()))


def _edges(rows: int) -> list[np.uint64]:
    """Where lots of pairs begin, which are sorted one by one: two at a time and in less memory than all at once."""
    lots = min(_LOTS, max(rows, 1))
    return [np.uint64(rows * lot // lots) << _HALF for lot in range(lots)]


def added(one: Line | None, other: Line) -> Line:
    """The lines of two columns of one rule as one."""
    if one is None:
        return other
    return Line(
        one.rule, one.pairs + other.pairs, one.blocks + other.blocks, one.held + other.held, one.kept + other.kept
    )


def pairs_of_column(column: KeyColumn, orders: Sequence[Order]) -> tuple[U64, Line]:
    """The packed pairs of one column, each once for every order that gives it, and its line of the ledger."""
    limits = column.limits
    first = orders[limits.orders[0]]
    inside, starts, sizes = _blocks((column.keys & ~PLACE) | first.place[column.rows].astype(np.uint64))
    if not len(inside):
        return _EMPTY, Line(column.rule, 0, 0, 0, 0)
    big = sizes > limits.largest
    reach = np.where(big, limits.window, limits.largest)
    rows = first.row[(inside & PLACE).astype(np.int64)]
    found = [followers(rows, starts, sizes, reach)]
    held = int((sizes[big].astype(np.int64) * (sizes[big] - 1) // 2).sum())
    kept = _walked(sizes[big], limits.window)
    middle = big & (sizes <= limits.open)
    if middle.any():
        chosen = np.flatnonzero(middle)
        ends = np.cumsum(sizes[chosen])
        reach = np.full(len(chosen), limits.open)
        open_rows = rows[np.repeat(middle, sizes)]
        found.append(followers(open_rows, ends - sizes[chosen], sizes[chosen], reach, column.who))
        kept += len(found[-1])
    if big.any() and len(limits.orders) > 1:
        rows = rows[np.repeat(big, sizes)]
        starts, sizes = np.cumsum(sizes[big]) - sizes[big], sizes[big]
        block = np.repeat(np.arange(len(sizes), dtype=np.uint64) << SHIFT, sizes)
        again = np.full(len(sizes), limits.window)
        for other in limits.orders[1:]:
            placed = block | orders[other].place[rows].astype(np.uint64)
            placed.sort()
            beside = orders[other].row[(placed & PLACE).astype(np.int64)]
            found.append(followers(beside, starts, sizes, again))
            kept += _walked(sizes, limits.window)
    given = np.concatenate(found) if len(found) > 1 else found[0]
    if column.near is not None:
        given = given[may_be_one(*unpacked(given), column.near)]
    return given, Line(column.rule, len(given), int(big.sum()), held, min(kept, held))


def _walked(sizes: I64, window: int) -> int:
    """Pairs that one walk through large blocks gives."""
    return int((sizes * window - window * (window + 1) // 2).sum())


def _blocks(ranked: U64) -> tuple[U64, I64, I64]:
    """Sort keys with places, each once, leave out who is alone; with the start and size of each block."""
    ranked.sort()
    ranked = once(ranked)
    block = block_of(ranked)
    equal = block[1:] == block[:-1]
    fellow = np.zeros(len(ranked), dtype=np.bool_)
    fellow[1:] |= equal
    fellow[:-1] |= equal
    ranked, block = ranked[fellow], block[fellow]
    if not len(ranked):
        none: I64 = np.zeros(0, dtype=np.int64)
        return ranked, none, none
    starts = np.flatnonzero(starts_of(block))
    return ranked, starts, np.diff(np.append(starts, len(ranked)))


def followers(rows: I32, starts: I64, sizes: I64, reach: I64, who: I32 | None = None) -> U64:
    """Each row with the next `reach` of its block, packed; only those who may be one, if `who` is given."""
    behind = np.repeat(starts + sizes, sizes) - np.arange(1, len(rows) + 1)
    span = np.minimum(behind, np.repeat(reach, sizes)).astype(np.int32)
    found = []
    ahead = np.flatnonzero(span > 0)
    step = 1
    while len(ahead):
        one, other = rows[ahead], rows[ahead + step]
        if who is not None:
            may = may_be_one(one, other, who)
            one, other = one[may], other[may]
        found.append(packed(one, other))
        step += 1
        ahead = ahead[span[ahead] >= step]
    return np.concatenate(found) if found else _EMPTY


def may_be_one(left: I32, right: I32, said: I32) -> Mask:
    """Which pairs do not say different things."""
    one, other = said[left], said[right]
    found: Mask = (one == other) | (one == 0) | (other == 0)
    return found


def distinct(found: list[U64]) -> U64:
    """Sorted, each once: see `counted`."""
    return counted(found)[0]


def counted(found: list[U64]) -> tuple[U64, U16]:
    """Sorted, each once, and how often each stood there.

    The list is emptied: the parts and the whole need not stand in memory together for long. Sorting and masking is many
    times faster than `np.unique` on 64-bit numbers.
    """
    given = np.concatenate(found) if found else _EMPTY
    found.clear()
    given.sort()
    first = np.flatnonzero(starts_of(given))
    times = np.minimum(np.diff(first, append=len(given)), MOST_TIMES).astype(np.uint16)
    return given[first], times
