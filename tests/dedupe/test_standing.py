"""Complaints one by one, by the hundred or all at once, in any order: the same groups for the same reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from benchmarks.linking import to_complaint
from casework.linkage import Decision, LinkRecord, Verdict
from dedupe import standing as standing_module
from dedupe.comparing import pack
from dedupe.edges import unpacked
from dedupe.extraction import fill
from dedupe.judging import Judged
from dedupe.linker import link
from dedupe.record import to_record
from dedupe.scoring import Scores
from dedupe.standing import Standing, Touched
from dedupe.tabulate import tabulate
from dedupe.weighing import judged
from dedupe.weights import load_model
from sandbox.world import make_world
from tests.dedupe.making import said


@cache
def _world(complaints: int, seed: int) -> tuple[LinkRecord, ...]:
    world = make_world(seed, complaints=complaints, until=datetime(2026, 11, 20, tzinfo=UTC))
    return tuple(to_record(fill(to_complaint(told))) for told in world.told)


def _standing(records: Sequence[LinkRecord], decisions: Iterable[Decision] = ()) -> Standing:
    return Standing(tabulate(records), [one.complaint_id for one in records], load_model(), decisions)


@dataclass
class _Kept:
    """What somebody knows who was told of every update: the newest word on every complaint and pair."""

    case: dict[str, str] = field(default_factory=dict)
    claim: dict[str, str] = field(default_factory=dict)
    sure: dict[str, float] = field(default_factory=dict)
    pairs: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)
    refused: dict[tuple[str, str], int] = field(default_factory=dict)
    breaker: str | None = None

    def hear(self, standing: Standing, told: Touched) -> None:
        ids = standing.ids
        names = [ids[row] for row in told.rows.tolist()]
        here = set(names)
        self.pairs = {pair: word for pair, word in self.pairs.items() if not here & set(pair)}
        self.refused = {pair: why for pair, why in self.refused.items() if not here & set(pair)}
        for name, claim, case, sure in zip(
            names, told.claim.tolist(), told.case.tolist(), told.confidence.tolist(), strict=True
        ):
            self.claim[name], self.case[name], self.sure[name] = ids[claim], ids[case], sure
        left, right = (side.tolist() for side in unpacked(told.edges.pairs))
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            word = (
                int(told.edges.kind[place]),
                float(told.edges.case[place]),
                float(told.edges.claim[place]),
                tuple(told.found.compared.levels[place].tolist()),
            )
            self.pairs[self._pair(ids[one], ids[other])] = word
        for one, other, why in zip(*(column.tolist() for column in told.refused), strict=True):
            self.refused[self._pair(ids[one], ids[other])] = why
        self.breaker = told.breaker

    @staticmethod
    def _pair(one: str, other: str) -> tuple[str, str]:
        return (one, other) if one < other else (other, one)


def _all_at_once(records: Sequence[LinkRecord], decisions: Iterable[Decision] = ()) -> _Kept:
    kept, standing = _Kept(), _standing(records, decisions)
    kept.hear(standing, standing.whole())
    return kept


def _decide(records: Sequence[LinkRecord], chance: Random, count: int) -> list[Decision]:
    words = []
    for _ in range(count):
        one, other = sorted(chance.sample([record.complaint_id for record in records], 2))
        words.append(Decision(one, other, chance.choice([Verdict.SAME, Verdict.DIFFERENT, Verdict.LINKED])))
    return words


@pytest.mark.parametrize("seed", range(6))
def test_any_arrival_in_any_order_comes_to_what_all_at_once_does(seed: int) -> None:
    chance = Random(seed)
    records = list(_world(700, seed % 3))
    wanted = _all_at_once(records)
    chance.shuffle(records)
    first = chance.choice([0, 1, 50, 400])
    standing = _standing(records[:first])
    kept = _Kept()
    kept.hear(standing, standing.whole())
    rest = records[first:]
    while rest:
        size = chance.choice([1, 1, 2, 7, 40, 200])
        lot, rest = rest[:size], rest[size:]
        kept.hear(standing, standing.update(tabulate(lot), [one.complaint_id for one in lot]))
    assert kept == wanted


@pytest.mark.parametrize("seed", range(4))
def test_peoples_words_come_and_go_between_arrivals(seed: int) -> None:
    chance = Random(100 + seed)
    records = list(_world(400, seed))
    chance.shuffle(records)
    standing = _standing(records[:100])
    kept = _Kept()
    kept.hear(standing, standing.whole())
    words: list[Decision] = []
    for start in range(100, len(records), 60):
        lot = records[start : start + 60]
        words = [*chance.sample(words, len(words) // 2), *_decide(records, chance, 6)]
        kept.hear(standing, standing.update(tabulate(lot), [one.complaint_id for one in lot], words))
        assert kept == _all_at_once(records[: start + 60], words)
    kept.hear(standing, standing.update(tabulate([]), []))
    assert kept == _all_at_once(records)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_of_the_pairs_is_what_judging_them_anew_says(seed: int) -> None:
    chance = Random(seed)
    records = list(_world(700, seed))
    chance.shuffle(records)
    standing = _standing(records[:200])
    for start in range(200, len(records), 50):
        lot = records[start : start + 50]
        told = standing.update(tabulate(lot), [one.complaint_id for one in lot])
        _same(told.found, judged(standing.table, *unpacked(told.edges.pairs), standing.shared, standing.model))
    assert standing.shared.any()
    every = standing.state().pairs
    anew = judged(standing.table, *unpacked(every.edges.pairs), standing.shared, standing.model)
    _same(Judged(anew.compared, Scores(every.edges.claim, every.edges.case), every.edges.kind), anew)
    assert np.array_equal(every.levels, pack(anew.compared.levels))


def _same(one: Judged, other: Judged) -> None:
    for found, wanted in (
        (one.compared.left, other.compared.left),
        (one.compared.right, other.compared.right),
        (one.compared.levels, other.compared.levels),
        (one.scores.claim, other.scores.claim),
        (one.scores.case, other.scores.case),
        (one.kind, other.kind),
    ):
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)


def test_what_stands_is_what_the_linker_says() -> None:
    records = _world(700, 1)
    words = _decide(records, Random(1), 10)
    kept, linked = _all_at_once(records, words), link(records, words)
    assert kept.case == linked.case_of
    assert kept.claim == linked.claim_of
    assert kept.sure == linked.confidence_of
    assert set(kept.pairs) == {(one.left, one.right) for one in linked.judgements}
    assert set(kept.refused) == {(one.left, one.right) for one in linked.refusals}


def test_a_phone_that_turns_out_to_be_an_agents_counts_less_from_then_on() -> None:
    firm: dict[str, Any] = {
        "employer_name": "青岛源丰建筑工程有限公司",
        "district_code": "370215",
        "complainant_phone": "13812345678",
    }
    records = [
        said(str(place), complainant_name=name, **firm)
        for place, name in enumerate(["王建国", "王建国", "李海", "赵强", "孙明亮"])
    ]
    standing = _standing(records[:2])
    kept = _Kept()
    kept.hear(standing, standing.whole())
    assert kept.claim["1"] == kept.claim["0"]
    for record in records[2:]:
        kept.hear(standing, standing.update(tabulate([record]), [record.complaint_id]))
    assert kept == _all_at_once(records)
    assert standing.shared.sum() == 1


def test_the_fuse_blows_and_mends_as_it_would_for_all_at_once() -> None:
    rubbish = [said(f"r{one:03d}", employer_name="有限公司", district_code="370215") for one in range(120)]
    standing = _standing(_world(300, 2))
    told = standing.update(tabulate(rubbish), [one.complaint_id for one in rubbish])
    assert told.breaker == _all_at_once([*_world(300, 2), *rubbish]).breaker is None
    more = [replace(one, complaint_id=f"x{one.complaint_id}") for one in rubbish]
    told = standing.update(tabulate(more), [one.complaint_id for one in more])
    assert told.breaker == _all_at_once([*_world(300, 2), *rubbish, *more]).breaker is not None
    assert (told.case == told.rows).all()
    good = [replace(one, complaint_id=f"g{one.complaint_id}") for one in _world(700, 1)]
    told = standing.update(tabulate(good), [one.complaint_id for one in good])
    kept = _Kept()
    kept.hear(standing, standing.whole())
    assert told.breaker is None
    assert kept == _all_at_once([*_world(300, 2), *rubbish, *more, *good])


def test_an_id_that_stands_is_refused_and_changes_nothing() -> None:
    records = _world(300, 0)
    standing = _standing(records)
    with pytest.raises(ValueError, match="twice"):
        standing.update(tabulate([records[7]]), [records[7].complaint_id])
    with pytest.raises(ValueError, match="2 ids for 1 complaints"):
        standing.update(tabulate([said("new")]), ["new", "newer"])
    kept = _Kept()
    kept.hear(standing, standing.whole())
    assert kept == _all_at_once(records)


def test_two_that_go_on_from_one_state_do_not_disturb_each_other() -> None:
    records = _world(300, 0)
    state = _standing(records[:200]).state()
    one, other = Standing.of(state, load_model()), Standing.of(state, load_model())
    one.update(tabulate(records[200:]), [record.complaint_id for record in records[200:]])
    kept = _Kept()
    kept.hear(other, other.whole())
    assert kept == _all_at_once(records[:200])


def test_more_than_may_stand_are_refused_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_module, "MOST_ROWS", 3)
    every = [said(f"r{number}") for number in range(4)]
    standing = Standing(tabulate(every[:2]), ["r0", "r1"], load_model())
    with pytest.raises(ValueError, match="more than 3 complaints"):
        standing.update(tabulate(every[2:]), ["r2", "r3"])
    assert len(standing) == 2
