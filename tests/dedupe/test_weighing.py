"""Pairs come to the same in one part and in many, and only those that matter are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest

from benchmarks.linking import to_complaint
from dedupe import weighing
from dedupe.comparing import pack
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.sharing import shared_phones
from dedupe.table import I32, Table
from dedupe.tabulate import tabulate
from dedupe.weighing import judged, weigh, weigh_every
from dedupe.weights import load_model
from sandbox.world import make_world

MODEL = load_model()


@pytest.fixture(scope="module")
def table() -> Table:
    world = make_world(9, complaints=150, until=datetime(2026, 11, 20, tzinfo=UTC))
    return tabulate([to_record(fill(to_complaint(told))) for told in world.told])


def _pairs(table: Table) -> tuple[I32, I32]:
    left, right = zip(*combinations(range(len(table)), 2), strict=True)
    return np.asarray(left, dtype=np.int32), np.asarray(right, dtype=np.int32)


def test_pairs_come_to_the_same_in_any_parts(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    (left, right), shared = _pairs(table), shared_phones(table)
    monkeypatch.setattr(weighing, "FEW", len(left))
    whole, every = judged(table, left, right, shared, MODEL), weigh_every(table, left, right, shared, MODEL)
    edges = every.edges
    assert (edges.kind == whole.kind).all()
    assert (every.levels == pack(whole.compared.levels)).all()
    for few, at_once in ((10, 1 << 16), (10, 700), (len(left), 700)):
        monkeypatch.setattr(weighing, "FEW", few)
        monkeypatch.setattr(weighing, "AT_ONCE", at_once)
        found = judged(table, left, right, shared, MODEL)
        assert (found.compared.left == left).all()
        assert (found.compared.right == right).all()
        assert (found.compared.levels == whole.compared.levels).all()
        assert (found.scores.claim == whole.scores.claim).all()
        assert (found.scores.case == whole.scores.case).all()
        assert (found.kind == whole.kind).all()
        again = weigh_every(table, left, right, shared, MODEL)
        for name in ("pairs", "kind", "claim", "case"):
            assert (getattr(again.edges, name) == getattr(edges, name)).all()
        assert (again.levels == every.levels).all()


def test_only_pairs_that_matter_are_kept_unless_all_are_asked_for(table: Table) -> None:
    (left, right), shared = _pairs(table), shared_phones(table)
    every, kept = weigh_every(table, left, right, shared, MODEL).edges, weigh(table, left, right, shared, MODEL)
    assert 0 < len(kept) < len(every) == len(left)
    assert (kept.pairs == every.pairs[every.kind != 0]).all()
    assert kept.kind.all()


def test_no_pairs_come_to_nothing(table: Table) -> None:
    nothing, shared = np.zeros(0, dtype=np.int32), shared_phones(table)
    assert len(weigh(table, nothing, nothing, shared, MODEL)) == 0
    assert len(weigh_every(table, nothing, nothing, shared, MODEL).levels) == 0
    assert len(judged(table, nothing, nothing, shared, MODEL).kind) == 0
