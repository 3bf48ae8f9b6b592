"""The workings: the model's file, texts, quality and the fuse, each against something simpler."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from benchmarks.linking import to_complaint
from dedupe import fuse
from dedupe.extraction import fill
from dedupe.levels import FEATURES
from dedupe.quality import area_under_curve, measure
from dedupe.record import to_record
from dedupe.tabulate import tabulate
from dedupe.weights import CURRENT, load_model
from dedupe.wording import alikeness, sketches
from sandbox.world import make_world

MODEL = Path(__file__).parent.parent.parent / "dedupe" / "data" / CURRENT


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


def test_the_area_under_the_curve_is_the_chance_that_a_true_pair_scores_higher() -> None:
    assert area_under_curve([(1.0, True), (0.0, False)]) == 1.0
    assert area_under_curve([(0.5, True), (0.5, False)]) == 0.5
    assert area_under_curve([(0.0, True), (1.0, False)]) == 0.0


def test_the_fuse_lets_an_ordinary_run_pass() -> None:
    world = make_world(3, complaints=300, until=datetime(2026, 11, 20, tzinfo=UTC))
    table = tabulate(to_record(fill(to_complaint(told))) for told in world.told)
    assert fuse.before(table) is None
