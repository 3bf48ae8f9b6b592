"""Walks through large blocks that rows came into: who stands beside a new row, and whom a new row parts.

Only who stands near a new row matters. So a block is not sorted: its new rows are, and of the others those are kept
that stand nearest to one. Between two new rows, before the first and behind the last there are gaps; of the rows in a
gap only the first and the last few, as many as the window is wide, can meet a new row or be parted by one.
"""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.pairs import SHIFT
from dedupe.table import I32, I64, U64

_ONE = np.uint64(1)
_GAINED, _GONE = np.uint64(0), np.uint64(1)
_LEAST, _MOST = np.uint64(0), np.uint64(2**64 - 1)


@compiled
def walked(
    inside: I32, sizes: I64, before: I64, words: U64, uids: U64, largest: int, window: int, orders: I64, old: int
) -> U64:
    """What becomes of the pairs of all blocks with more than `largest` rows: see `block_changes` for their form."""
    most = moved = 0
    for block in range(len(sizes)):
        if sizes[block] > largest:
            new = _new_of(sizes[block], before[block], largest)
            most, moved = max(most, new), moved + new
    found, used = np.empty(moved * window * (window + 2) * len(orders), dtype=np.uint64), 0
    if most > 0:
        for order in orders:
            used = _ordered(found, used, inside, sizes, before, most, words[order], uids, largest, window, old)
    return found[:used]


@compiled
def _new_of(size: int, before: int, largest: int) -> int:
    """The rows of a block that are new to its walk. In a block that was not walked before all are."""
    return size if before <= largest else size - before


@compiled
def _ordered(
    found: U64,
    used: int,
    inside: I32,
    sizes: I64,
    before: I64,
    most: int,
    words: U64,
    uids: U64,
    largest: int,
    window: int,
    old: int,
) -> int:
    """All walks in one order. No block has more than `most` new rows."""
    new, gaps = np.empty(most, dtype=np.int32), np.empty((most + 1, 3), dtype=np.uint64)
    kept = np.empty((most + 1, 2 * window + 1), dtype=np.int32)
    stood, said = np.empty(most + kept.size, dtype=np.int32), np.empty(sizes.max(), dtype=np.uint64)
    start = 0
    for block in range(len(sizes)):
        end = start + sizes[block]
        if sizes[block] > largest:
            first = end - _new_of(sizes[block], before[block], largest)
            _open(inside, first, end, words, uids, new, gaps, kept)
            for place in range(start, first):
                said[place - start] = words[inside[place]]
            _sift(inside, start, first, said, words, uids, window, new, end - first, gaps, kept)
            count = _line_up(new, end - first, kept, stood)
            since = 0 if first == start else old
            used = _beside(found, used, stood, count, since, window)
            used = _parted(found, used, stood, count, since, window)
        start = end
    return used


@compiled
def _open(inside: I32, first: int, end: int, words: U64, uids: U64, new: I32, gaps: U64, kept: I32) -> None:
    """Sort the new rows. Of each gap that they leave it is noted up to which word and from which word on a row matters
    to it, at first all, and the word of the new row behind it.
    """
    news = end - first
    for place in range(news):
        new[place] = inside[first + place]
    _sort(new, news, words, uids)
    for gap in range(news + 1):
        kept[gap, 0] = 0
        gaps[gap, 0], gaps[gap, 1] = _MOST, _LEAST
        gaps[gap, 2] = words[new[gap]] if gap < news else _MOST


@compiled
def _sift(
    inside: I32,
    start: int,
    first: int,
    said: U64,
    words: U64,
    uids: U64,
    window: int,
    new: I32,
    news: int,
    gaps: U64,
    kept: I32,
) -> None:
    """Keep the rows of a block that stand near a new one. `said` are their words."""
    low, high = _LEAST, _MOST
    if news == 1 and window == 1:
        low, high = _beside_one(said, first - start, gaps[0, 2])
    for place in range(start, first):
        row, word = inside[place], said[place - start]
        if word < low or word > high:
            continue
        gap = _gap_of(gaps, news, word)
        while gaps[gap, 2] == word and gap < news and uids[new[gap]] < uids[row]:
            gap += 1
        if word <= gaps[gap, 0] or word >= gaps[gap, 1]:
            lows = window if gap > 0 else 0
            room = lows + (window if gap < news else 0)
            _keep(kept[gap], row, lows, room, words, uids)
            if kept[gap, 0] == room:
                gaps[gap, 0] = words[kept[gap, lows]] if lows > 0 else _LEAST
                gaps[gap, 1] = words[kept[gap, lows + 1]] if room > lows else _MOST


@compiled
def _beside_one(said: U64, count: int, word: np.uint64) -> tuple[np.uint64, np.uint64]:
    """The next lower and the next higher of so many words: what is further off cannot stand beside this one."""
    low, high = _LEAST, _MOST
    for place in range(count):
        low = max(low, said[place] if said[place] < word else _LEAST)
        high = min(high, said[place] if said[place] > word else _MOST)
    return low, high


@compiled
def _gap_of(gaps: U64, news: int, word: np.uint64) -> int:
    """How many new rows have a lower word. Which way a step goes is chance: so no step is a branch."""
    gap, left = 0, news
    while left > 1:
        half = left // 2
        gap += half * int(gaps[gap + half - 1, 2] < word)
        left -= half
    return gap + int(gaps[gap, 2] < word)


@compiled
def _keep(kept: I32, row: int, lows: int, room: int, words: U64, uids: U64) -> None:
    """Let a row stand among those that are kept of its gap, whose count stands before them.

    When there is no room left, whoever stands behind the lowest and before the highest goes.
    """
    count = kept[0]
    place = count + 1
    while place > 1 and _ahead(row, kept[place - 1], words, uids):
        place -= 1
    if count < room or place <= lows:
        last = count + 1 if count < room else lows
        for other in range(last, place, -1):
            kept[other] = kept[other - 1]
        kept[place] = row
        kept[0] = min(count + 1, room)
    elif place > lows + 1:
        for other in range(lows + 1, place - 1):
            kept[other] = kept[other + 1]
        kept[place - 1] = row


@compiled
def _line_up(new: I32, news: int, kept: I32, stood: I32) -> int:
    """Let one gap and one new row stand after the other, and count them."""
    count = 0
    for gap in range(news + 1):
        for place in range(kept[gap, 0]):
            stood[count] = kept[gap, place + 1]
            count += 1
        if gap < news:
            stood[count] = new[gap]
            count += 1
    return count


@compiled
def _beside(found: U64, used: int, stood: I32, count: int, since: int, window: int) -> int:
    """Who stands within the window of a new row."""
    for place in range(count):
        for other in range(place + 1, min(place + window + 1, count)):
            if stood[place] >= since or stood[other] >= since:
                found[used] = _pair(stood[place], stood[other]) | _GAINED
                used += 1
    return used


@compiled
def _parted(found: U64, used: int, stood: I32, count: int, since: int, window: int) -> int:
    """Who stood within the window of each other before others came between."""
    for place in range(count):
        met, other = 0, place + 1
        while stood[place] < since and met < window and other < count:
            if stood[other] < since:
                met += 1
                if other - place > window:
                    found[used] = _pair(stood[place], stood[other]) | _GONE
                    used += 1
            other += 1
    return used


@compiled
def _pair(one: int, other: int) -> np.uint64:
    low, high = np.uint64(min(one, other)), np.uint64(max(one, other))
    return (low << SHIFT | high) << _ONE


@compiled
def _sort(new: I32, news: int, words: U64, uids: U64) -> None:
    """Let rows stand by their word, ties by uid."""
    step = 1
    while step < news // 3:
        step = 3 * step + 1
    while step > 0:
        for place in range(step, news):
            row = new[place]
            while place >= step and _ahead(row, new[place - step], words, uids):
                new[place] = new[place - step]
                place -= step
            new[place] = row
        step //= 3


@compiled
def _ahead(one: int, other: int, words: U64, uids: U64) -> bool:
    """Whether one row stands before another."""
    if words[one] != words[other]:
        return bool(words[one] < words[other])
    return bool(uids[one] < uids[other])
