"""Learning without labels: it must not collapse, find what sets workmates apart, and refuse whatever went astray."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import pytest

from benchmarks.linking import to_complaint
from casework.linkage import LinkRecord
from dedupe.extraction import fill
from dedupe.learning import Chances
from dedupe.levels import POSITION
from dedupe.linker import link
from dedupe.record import to_record
from dedupe.training import (
    Collapsed,
    chances_of,
    patterns_of,
    refuse_chained,
    refuse_swapped,
    refuse_unsure,
    refuse_weak,
    train,
    try_out,
)
from dedupe.weights import DATA, FIELDS, Model, load_model
from sandbox.world import make_world
from tests.dedupe.making import said

BEGIN = load_model(DATA / "model-by-hand.json", fields=FIELDS)


@lru_cache
def _world(seed: int) -> tuple[LinkRecord, ...]:
    world = make_world(seed, complaints=900, until=datetime(2026, 11, 20, tzinfo=UTC))
    return tuple(to_record(fill(to_complaint(told))) for told in world.told)


def test_a_model_learned_without_labels_is_read_back_and_says_what_it_rests_on() -> None:
    found = train([_world(21)], BEGIN, version="learned", dated="2026-11-21")
    model = found.model
    assert model.name.startswith("learned+")
    told = json.loads(found.text)
    assert told["learned_from"] == {
        "source": "complaints of an office",
        "complaints": 900,
        "pairs": found.pairs,
        "patterns": found.patterns,
        "rounds": found.rounds,
        "wrong": round(found.wrong, 6),
    }
    assert BEGIN.name in told["method"]
    assert found.wrong < 0.01
    names = chances_of(model).tables[POSITION["name"]]
    assert names[0, 0] > 0.4 > 0.05 > names[0, 1]


def test_learning_twice_gives_the_same_file_whatever_the_order_of_the_complaints() -> None:
    records = _world(23)
    first = train([records], BEGIN, version="a", dated="2026-11-21")
    assert first.text == train([records[::-1]], BEGIN, version="a", dated="2026-11-21").text


def test_pairs_are_made_within_each_source_alone() -> None:
    one, other = train([_world(21)], BEGIN, version="a", dated=""), train([_world(23)], BEGIN, version="a", dated="")
    both = train([_world(21), _world(23)], BEGIN, version="a", dated="")
    assert both.pairs == one.pairs + other.pairs
    assert both.complaints == 1800


def test_complaints_that_share_nothing_teach_nothing() -> None:
    with pytest.raises(Collapsed, match="no two complaints share a key"):
        train([[said("a"), said("b")]], BEGIN, version="a", dated="")
    with pytest.raises(Collapsed, match="no two complaints share a key"):
        train([], BEGIN, version="a", dated="")


def test_complaints_of_one_kind_only_are_refused() -> None:
    firm, phone = "青岛源丰建筑工程有限公司", "13812345678"
    rows = [said(f"c{one}", employer_name=firm, district_code="370215", complainant_phone=phone) for one in range(60)]
    with pytest.raises(Collapsed, match="of all pairs"):
        train([rows], BEGIN, version="a", dated="")


def test_learning_that_does_not_settle_is_refused() -> None:
    with pytest.raises(Collapsed, match="did not settle in 2 rounds"):
        train([_world(21)], BEGIN, version="a", dated="", rounds=2)


def _phones_scrambled(records: tuple[LinkRecord, ...]) -> list[LinkRecord]:
    """A channel that fills the phone column with running numbers, two times out of three."""
    return [
        replace(record, complainant_phone=f"138{place * 7919:08d}") if place % 3 else record
        for place, record in enumerate(records)
    ]


def test_a_field_that_should_settle_who_somebody_is_and_does_not_is_refused() -> None:
    records = [record for seed in (21, 23) for record in _phones_scrambled(_world(seed))]
    with pytest.raises(Collapsed, match=r"Only \d+% of one worker's complaints would agree in phone"):
        train([records], BEGIN, version="a", dated="")


def _turned(model: Model, order: list[int]) -> Model:
    """The same model with its explanations in another order."""
    return replace(model, prior=model.prior[order], bits=tuple(bits[:, order] for bits in model.bits))


@pytest.mark.parametrize("order", [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]])
def test_explanations_that_changed_places_are_refused(order: list[int]) -> None:
    with pytest.raises(Collapsed, match="they swapped"):
        train([_world(21)], _turned(BEGIN, order), version="a", dated="")


def test_it_is_said_which_explanations_changed_places() -> None:
    refuse_weak(chances_of(BEGIN))
    refuse_swapped(chances_of(BEGIN))
    with pytest.raises(Collapsed, match="a stranger would agree more than a workmate"):
        refuse_swapped(chances_of(_turned(BEGIN, [0, 2, 1])))
    with pytest.raises(Collapsed, match="a workmate would agree more than a claim"):
        refuse_swapped(chances_of(_turned(BEGIN, [1, 0, 2])))


def test_fields_that_hardly_tell_disputes_apart_are_refused() -> None:
    patterns, chances = patterns_of([_world(21)]), chances_of(BEGIN)
    assert refuse_unsure(patterns, chances) < 0.01
    faint = Chances(chances.prior, tuple(table**0.3 / (table**0.3).sum(axis=0) for table in chances.tables))
    with pytest.raises(Collapsed, match=r"expects \d+\.\d% of the pairs it would join to be wrong"):
        refuse_unsure(patterns, faint)


def test_a_trial_grouping_whose_largest_case_outgrows_the_one_before_by_far_is_refused() -> None:
    told = {"employer_name": "青岛源丰建筑工程有限公司", "district_code": "370215", "site_name": "泉悦公园"}
    crew = [said(f"w{one:03d}", complainant_phone=f"138{one:08d}", **told) for one in range(60)]  # type: ignore[arg-type]  # texts all
    shipped = load_model()
    strict = replace(shipped, lines={**shipped.lines, "case_same": 99.0, "claim_same": 99.0})
    now, before = (link(crew, model=model, explained=False) for model in (shipped, strict))
    refuse_chained(before, before)
    refuse_chained(before, now)
    with pytest.raises(Collapsed, match="largest case grew from 1 to 60"):
        refuse_chained(now, before)
    with pytest.raises(Collapsed, match="largest case grew from 1 to 60"):
        try_out([crew], shipped, strict)


def test_a_trial_grouping_that_blows_the_fuse_is_refused() -> None:
    rows = [said(f"c{one}", employer_name="有限公司") for one in range(300)]
    broken = link(rows, explained=False)
    with pytest.raises(Collapsed, match="was stopped"):
        refuse_chained(broken, broken)


def test_a_model_tried_against_itself_passes() -> None:
    trial = try_out([_world(21)], load_model(), load_model())
    assert trial.largest == trial.largest_before > 1
