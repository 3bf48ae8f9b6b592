"""The workings: pairs, levels, weights, quality and the fuse, each against something simpler."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.linking import to_complaint
from dedupe import breaker
from dedupe.blocking import RULES, Candidates, Rule, candidates
from dedupe.comparison import FEATURES, compare, pack, unpack
from dedupe.extraction import fill
from dedupe.fingerprint import Fingerprints, fingerprint, in_order
from dedupe.quality import area_under_curve, blocking_recall, measure
from dedupe.record import to_record
from dedupe.weights import CURRENT, load_model
from dedupe.wording import alikeness, sketches
from sandbox.world import make_world
from tests.dedupe.making import said

MODEL = Path(__file__).parent.parent.parent / "dedupe" / "data" / CURRENT


@pytest.fixture(scope="module")
def prints() -> Fingerprints:
    world = make_world(3, complaints=300, until=datetime(2026, 11, 20, tzinfo=UTC))
    return fingerprint(in_order([to_record(fill(to_complaint(told))) for told in world.told]))


def _pairs(found: Candidates) -> set[tuple[int, int]]:
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_every_pair_stands_once_and_left_before_right(prints: Fingerprints) -> None:
    found = candidates(prints)
    assert len(_pairs(found)) == len(found.left)
    assert (found.left < found.right).all()


def test_a_rule_yields_exactly_the_pairs_that_share_its_key(prints: Fingerprints) -> None:
    for rule in RULES:
        if rule.name != "phone":
            continue
        found = _pairs(candidates(prints, rules=[rule]))
        column = prints.columns["phone"]
        wanted = {
            (one, other)
            for one, other in combinations(range(len(prints)), 2)
            if column.at(one) and column.at(other) and column.at(one).phone == column.at(other).phone
            and column.at(one).phone.full
        }  # fmt: skip
        assert found == wanted
        assert wanted


def test_an_oversized_block_is_refined_and_its_loss_is_counted() -> None:
    rows = in_order(
        [said(f"r{one:03d}", day=one % 30, employer_name="源丰建筑", district_code="370215") for one in range(90)]
    )
    rule = next(rule for rule in RULES if rule.name == "core and district")
    whole = candidates(fingerprint(rows), rules=[rule])
    small = candidates(fingerprint(rows), rules=[rule], largest=20)
    assert not whole.ledger
    assert len(whole.left) == 90 * 89 // 2
    (loss,) = small.ledger
    assert loss.held == 90 * 89 // 2
    assert loss.kept == len(small.left) < loss.held
    assert {row for pair in _pairs(small) for row in pair} == set(range(90))


def test_a_rule_with_nothing_to_say_pairs_nobody() -> None:
    rows = in_order([said("a"), said("b"), said("c")])
    assert len(candidates(fingerprint(rows)).left) == 0
    assert isinstance(RULES[0], Rule)


def test_levels_of_arrays_are_the_levels_of_single_values(prints: Fingerprints) -> None:
    found = candidates(prints)
    compared = compare(prints, found.left, found.right)
    for feature in FEATURES:
        if feature.name == "text":
            continue
        column = prints.columns[feature.name]
        for pair in range(0, len(compared), 37):
            left, right = column.at(int(found.left[pair])), column.at(int(found.right[pair]))
            wanted = -1 if left is None or right is None else feature.level(left, right)
            assert int(compared.level(feature.name)[pair]) == wanted


def test_a_step_is_the_first_level_whose_test_is_true(prints: Fingerprints) -> None:
    for name in ("employer", "site", "address"):
        feature = next(one for one in FEATURES if one.name == name)
        values = prints.columns[name].values[:40]
        for left, right in combinations(values, 2):
            first = next(index for index, level in enumerate(feature.levels) if level.test(left, right))
            assert feature.level(left, right) == feature.level(right, left) == first


@given(st.lists(st.lists(st.integers(-1, 8), min_size=15, max_size=15), min_size=1, max_size=20))
def test_packed_levels_come_out_as_they_went_in(rows: list[list[int]]) -> None:
    levels = np.asarray(rows, dtype=np.int8)
    assert (unpack(pack(levels), 15) == levels).all()


def test_every_level_has_a_sentence_and_a_weight() -> None:
    told = json.loads(MODEL.read_text("utf-8"))["features"]
    for feature in FEATURES:
        for level in feature.levels:
            assert level.sentence.endswith("."), level.name
            assert len(told[feature.name][level.name]) == 3
    assert len(load_model().digest) == 64


@pytest.mark.parametrize(
    ("damage", "words"),
    [({"phones_are_one": [0.5, 0.5, 0.0]}, "probabilities"), ({"a_level_nobody_knows": [0.5, 0.5, 0.5]}, "levels")],
)
def test_a_damaged_model_is_refused(tmp_path: Path, damage: dict[str, list[float]], words: str) -> None:
    told = json.loads(MODEL.read_text("utf-8"))
    told["features"]["phone"] |= damage
    path = tmp_path / "model.json"
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(ValueError, match=words):
        load_model(path)


def test_sketches_tell_how_much_two_texts_have_in_common() -> None:
    text = "我们在泉悦公园二期工地做木工，老板拖欠三个月工资一直不给，多次讨要没有结果，请领导帮忙。"
    rows = sketches([text, text.replace("木工", "瓦工"), "小区停车位太少，请尽快规划停车场，谢谢领导关心。", None])
    same, none, silent = alikeness(rows, np.asarray([0, 0, 0]), np.asarray([1, 2, 3]))
    assert same > 0.6
    assert none < 0.2
    assert np.isnan(silent)


def test_quality_of_a_perfect_and_of_a_lumped_grouping() -> None:
    truth = {"a": 1, "b": 1, "c": 2, "d": 2}
    perfect = measure({"a": "x", "b": "x", "c": "y", "d": "y"}, truth)
    assert perfect.pairs.f1 == perfect.b_cubed.f1 == perfect.exact.f1 == 1.0
    lumped = measure(dict.fromkeys(truth, "x"), truth)
    assert lumped.pairs.precision == pytest.approx(2 / 6)
    assert lumped.pairs.recall == lumped.b_cubed.recall == 1.0
    assert lumped.b_cubed.precision == 0.5
    assert (lumped.largest, lumped.largest_true) == (4, 2)
    alone = measure({name: name for name in truth}, truth)
    assert alone.pairs.precision == 1.0
    assert alone.pairs.recall == alone.pairs.f1 == 0.0


def test_quality_refuses_groupings_of_different_complaints() -> None:
    with pytest.raises(ValueError, match="same complaints"):
        measure({"a": 1}, {"b": 1})


def test_blocking_recall_and_the_area_under_the_curve() -> None:
    assert blocking_recall([("a", "b")], {"a": 1, "b": 1, "c": 1}) == pytest.approx(1 / 3)
    assert area_under_curve([(1.0, True), (0.0, False)]) == 1.0
    assert area_under_curve([(0.5, True), (0.5, False)]) == 0.5
    assert area_under_curve([(0.0, True), (1.0, False)]) == 0.0


def test_the_fuse_lets_an_ordinary_run_pass(prints: Fingerprints) -> None:
    assert breaker.before(prints) is None
