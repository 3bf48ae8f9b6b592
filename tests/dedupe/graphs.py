"""Small made-up tangles of complaints, pairs and decisions by the thousand, and what must hold for any grouping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.agglomeration import Words
from dedupe.components import components
from dedupe.edges import Edges, Kind, packed, unpacked
from dedupe.engine import Grouped, group
from dedupe.table import I32, Table
from dedupe.tabulate import tabulate
from dedupe.vetoes import Why
from dedupe.weights import Model, load_model
from tests.dedupe.making import said

LINES = {"largest_claim": 4.0, "largest_case": 6.0, "largest_gap_months": 1.0, "ambiguity_margin": 1.5}
"""Small caps, so that small tangles meet them."""
FIRMS = (
    "青岛源丰建筑工程有限公司",
    "源丰建筑",
    "青岛源丰水产有限公司",
    "源风建筑",
    "宏达机械",
    "有限公司",
    "济南源丰建筑",
)
SITES = ("泉悦公园一期", "泉悦公园二期", "鹤山学校", "泉月公园")
PLACES = ("李沧区流林街805号", "李沧区浩岭一路491号", "黄岛区淮程路51号")
NAMES = ("王建国", "王*国", "王师傅", "李海", "李海涛", "赵云芳")
IDS = ("370202199001011233", "37020219900101125X", "3702**********1233")
LARGEST = 9


@cache
def vocabulary() -> Table:
    """A table that knows every value."""
    fields: list[dict[str, Any]] = [
        *({"employer_name": one} for one in FIRMS),
        *({"site_name": one} for one in SITES),
        *({"site_address": one} for one in PLACES),
        *({"complainant_name": one} for one in NAMES),
        *({"complainant_id_no": one} for one in IDS),
    ]
    return tabulate(said(f"v{place}", **one) for place, one in enumerate(fields))


@dataclass(frozen=True)
class Tangle:
    """Many small tangles in one table: `of` is the tangle of each row, and no pair or decision joins two."""

    table: Table
    of: NDArray[np.int64]
    edges: Edges
    words: Words


@cache
def model(largest_case: float = LINES["largest_case"]) -> Model:
    """The model in use with small caps."""
    return replace(load_model(), lines={**LINES, "largest_case": largest_case})


def make(seed: int, tangles: int) -> Tangle:
    """So many tangles, the same for the same seed."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(2, LARGEST + 1, tangles)
    of = np.repeat(np.arange(tangles), sizes)
    start = np.cumsum(sizes) - sizes
    rows = len(of)
    known = vocabulary()

    def some(column: I32, silent: float) -> I32:
        values = np.unique(column[column >= 0]).astype(np.int32)
        return np.where(chance.random(rows) < silent, -1, chance.choice(values, rows)).astype(np.int32)

    first = np.where(chance.random(rows) < 0.3, 0, 24_300 + chance.integers(0, 8, rows)).astype(np.int16)
    table = replace(
        known,
        uid=chance.permutation(np.arange(1, rows + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)),
        at=chance.integers(0, 4, rows),
        firm=some(known.firm, 0.2),
        site=some(known.site, 0.4),
        address=some(known.address, 0.6),
        name=some(known.name, 0.3),
        id_no=some(known.id_no, 0.8),
        code=chance.choice(np.asarray([0, 0, 0, 0, 7, 8], dtype=np.uint64), rows),
        first=first,
        last=np.where(first > 0, first + chance.integers(0, 3, rows), 0).astype(np.int16),
    )

    def pairs(a_row: float) -> tuple[I32, I32]:
        one = chance.integers(0, rows, int(rows * a_row))
        other = start[of[one]] + chance.integers(0, LARGEST, len(one)) % sizes[of[one]]
        packed = np.unique((np.minimum(one, other) * rows + np.maximum(one, other))[one != other])
        return (packed // rows).astype(np.int32), (packed % rows).astype(np.int32)

    left, right = pairs(0.6)
    yes = chance.random(len(left)) < 0.6
    words = Words((left[yes], right[yes]), (left[~yes], right[~yes]))
    left, right = pairs(1.8)
    bits = chance.choice(np.asarray([4, 4.5, 5, 7, 9.25], dtype=np.float32), len(left))
    kind = np.where(chance.random(len(left)) < 0.25, Kind.CLAIM | Kind.CASE, Kind.CASE).astype(np.uint8)
    return Tangle(table, of, Edges(packed(left, right), kind, bits, bits), words)


def grouped(tangle: Tangle) -> Grouped:
    """Claims and cases."""
    return group(tangle.table, tangle.words, tangle.edges, model())


def shuffled(tangle: Tangle, seed: int) -> tuple[Tangle, NDArray[np.int64]]:
    """The same with rows, pairs and decisions in another order and pairs turned round; and each new row's old row."""
    chance = np.random.default_rng(seed)
    old = chance.permutation(len(tangle.of))
    new = np.empty(len(old), dtype=np.int32)
    new[old] = np.arange(len(old), dtype=np.int32)
    rows = ("uid", "at", "firm", "site", "address", "name", "id_no", "code", "first", "last")
    table = replace(tangle.table, **{name: getattr(tangle.table, name)[old] for name in rows})

    def turned(left: I32, right: I32) -> tuple[NDArray[np.int64], I32, I32]:
        order = chance.permutation(len(left))
        turn = chance.random(len(left)) < 0.5
        one, other = new[left[order]], new[right[order]]
        return order, np.where(turn, other, one), np.where(turn, one, other)

    order, left, right = turned(*unpacked(tangle.edges.pairs))
    edges = replace(tangle.edges.at(order), pairs=packed(left, right))
    words = Words(turned(*tangle.words.together)[1:], turned(*tangle.words.apart)[1:])
    return Tangle(table, tangle.of[old], edges, words), old


def alone(tangle: Tangle, which: int) -> tuple[Tangle, NDArray[np.int64]]:
    """One of the tangles by itself, and its rows."""
    rows = np.flatnonzero(tangle.of == which)
    number = np.full(len(tangle.of), -1, dtype=np.int32)
    number[rows] = np.arange(len(rows), dtype=np.int32)
    names = ("uid", "at", "firm", "site", "address", "name", "id_no", "code", "first", "last")
    table = replace(tangle.table, **{name: getattr(tangle.table, name)[rows] for name in names})

    def pairs(left: I32, right: I32) -> tuple[I32, I32]:
        inside = number[left] >= 0
        return number[left[inside]], number[right[inside]]

    left, right = unpacked(tangle.edges.pairs)
    edges = replace(tangle.edges.at(number[left] >= 0), pairs=packed(*pairs(left, right)))
    words = Words(pairs(*tangle.words.together), pairs(*tangle.words.apart))
    return Tangle(table, tangle.of[rows], edges, words), rows


def broken_promises(tangle: Tangle, found: Grouped) -> set[str]:
    """What a grouping violates of what must hold for any."""
    case, claim, words = found.case, found.claim, tangle.words
    broken = set()
    if (case[words.apart[0]] == case[words.apart[1]]).any():
        broken.add("a no was not obeyed")
    bound = components(len(case), *words.together)
    torn = np.zeros(len(case), dtype=bool)
    against = bound[words.apart[0]] == bound[words.apart[1]]
    torn[bound[words.apart[0]][against]] = True
    split = case[words.together[0]] != case[words.together[1]]
    if (split & ~torn[bound[words.together[0]]]).any():
        broken.add("a yes was not obeyed")
    for name, label in (("case", case), ("claim", claim)):
        if (label[label] != label).any():
            broken.add(f"a {name} is named by no member of its own")
        age = np.lexsort((tangle.table.uid, tangle.table.at))
        rank = np.empty(len(age), dtype=np.int64)
        rank[age] = np.arange(len(age))
        if (rank[label] > rank).any():
            broken.add(f"a {name} is not named by its oldest")
    if (case[claim] != case).any():
        broken.add("a claim spans two cases")
    left, right = unpacked(tangle.edges.pairs)
    reach, other = np.concatenate([left, words.together[0]]), np.concatenate([right, words.together[1]])
    inside = case[reach] == case[other]
    if (
        components(len(case), reach[inside], other[inside])
        != components(len(case), np.arange(len(case), dtype=np.int32), case)
    ).any():
        broken.add("a case hangs together by nothing")
    free = np.ones(len(case), dtype=bool)
    for rows in words.together:
        free[case[rows]] = False
    low, high = np.full(len(case), 99, dtype=np.uint64), np.zeros(len(case), dtype=np.uint64)
    coded = np.flatnonzero(tangle.table.code != 0)
    np.minimum.at(low, case[coded], tangle.table.code[coded])
    np.maximum.at(high, case[coded], tangle.table.code[coded])
    if (free & (high > 0) & (low != high)).any():
        broken.add("a case has two codes")
    if (np.bincount(case, minlength=len(case))[free] > LINES["largest_case"]).any():
        broken.add("a case is too large")
    left, right, why = found.refused
    if (why == Why.NOTHING).any() or (case[left] == case[right]).any():
        broken.add("a refusal stands for nothing")
    return broken
