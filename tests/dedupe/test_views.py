"""A view is what is left when all other rows are struck out."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dedupe import views
from dedupe.agglomeration import Words
from dedupe.edges import JOINS, Edges
from dedupe.lots import SAID
from dedupe.table import I32
from dedupe.tabulate import tabulate
from dedupe.views import View
from tests.dedupe.making import said


def _pairs(chance: Random, count: int) -> list[tuple[int, int]]:
    return sorted({(min(pair), max(pair)) for pair in (chance.sample(range(40), 2) for _ in range(count))})


def _columns(pairs: list[tuple[int, int]]) -> tuple[I32, I32]:
    left, right = np.asarray(pairs, dtype=np.int32).reshape(-1, 2).T
    return np.ascontiguousarray(left), np.ascontiguousarray(right)


def _here(pairs: list[tuple[int, int]], rows: list[int]) -> list[tuple[int, int]]:
    return [(rows.index(one), rows.index(other)) for one, other in pairs if one in rows and other in rows]


@pytest.mark.parametrize("sparse", [0, 1_000_000])
@pytest.mark.parametrize("seed", range(10))
def test_a_view_has_what_is_among_its_rows(seed: int, sparse: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_SPARSE", sparse)
    chance = Random(seed)
    table = tabulate([said(str(one), employer_name=f"青岛{chance.randrange(9)}号厂") for one in range(40)])
    pairs, together, apart = (_pairs(chance, count) for count in (200, 9, 30))
    kind = [chance.choice((0, 2, 3, 4, 8)) for _ in pairs]
    bits = np.arange(len(pairs), dtype=np.float32)
    packed = np.asarray([one << 32 | other for one, other in pairs], dtype=np.uint64)
    rows = sorted(chance.sample(range(40), chance.choice([0, 1, 25])))
    edges = Edges(packed, np.asarray(kind, dtype=np.uint8), bits, -bits)
    words = Words(_columns(together), _columns(apart))
    view = View.over(table, np.asarray(rows, dtype=np.int32), edges, words)
    matter = [pair for pair, good in zip(pairs, kind, strict=True) if good & JOINS]
    assert view.edges.pairs.tolist() == [one << 32 | other for one, other in _here(matter, rows)]
    places = [place for place, (one, other) in enumerate(pairs) if kind[place] & JOINS and {one, other} <= set(rows)]
    ends = [(rows.index(one) if one in rows else -1, rows.index(two) if two in rows else -1) for one, two in pairs]
    assert list(zip(*(side.tolist() for side in view.ends), strict=True)) == ends
    assert view.places.tolist() == places
    assert view.edges.kind.tolist() == [kind[place] for place in places]
    assert view.edges.claim.tolist() == (-view.edges.case).tolist() == places
    assert list(zip(*(side.tolist() for side in view.words.together), strict=True)) == _here(together, rows)
    assert list(zip(*(side.tolist() for side in view.words.apart), strict=True)) == _here(apart, rows)
    assert len(view.table) == len(rows)
    assert all(np.array_equal(getattr(view.table, name), getattr(table, name)[rows]) for name in SAID)
    assert len(view.table.sketch) == 0
