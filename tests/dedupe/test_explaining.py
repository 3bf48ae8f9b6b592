"""Why two complaints belong together: weights that add up, values as they were written, one sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from casework.linkage import Band, Finding, Judgement, LinkRecord
from dedupe.comparing import compare
from dedupe.explaining import judgement, quoted, sentence
from dedupe.judging import judge
from dedupe.levels import FEATURES, POSITION
from dedupe.scoring import rarities_of, score
from dedupe.sharing import shared_phones
from dedupe.tabulate import tabulate
from dedupe.weights import Model, load_model
from tests.dedupe.making import said

LEFT = said(
    "b",
    employer_name="青岛源丰建筑工程有限公司",
    site_name="泉悦公园二期",
    complainant_name="王建国",
    complainant_phone="13812345678",
    boss_phone="13987654321",
    amount_owed=Decimal("18730.50"),
    arrears_from="2026-03",
    narrative="拖欠" * 60,
)
RIGHT = said(
    "a",
    day=40,
    employer_name="源丰建筑",
    site_name="泉悦公园2期项目部",
    complainant_name="王*国",
    complainant_phone="138****5678",
    boss_phone="139****4321",
    amount_owed=Decimal("18730.5"),
)


def _model() -> Model:
    """Weights that halve from level to level, the same for every field."""
    told = load_model()
    bits = tuple(
        np.asarray([[0.0, -1.0 - level, -3.0 + level] for level, _ in enumerate(feature.levels)])
        for feature in FEATURES
    )
    return replace(told, bits=bits)


def _word(left: LinkRecord, right: LinkRecord, *, explain: bool = True) -> Judgement:
    rows = [left, right]
    table, model = tabulate(rows), _model()
    compared = compare(table, np.asarray([0]), np.asarray([1]), shared_phones(table))
    judged = judge(compared, score(table, compared.left, compared.levels, model), model.lines)
    return judgement(table, rows.__getitem__, judged, model, 0, explain=explain)


def test_a_judgement_names_the_smaller_id_first_whichever_row_was_left() -> None:
    one, other = _word(LEFT, RIGHT), _word(RIGHT, LEFT)
    assert (one.left, one.right) == ("a", "b")
    assert (one.left, one.right, one.band, one.evidence) == (other.left, other.right, other.band, other.evidence)


def test_every_field_that_both_filled_in_is_quoted_as_it_was_written() -> None:
    found = {item.feature: item for item in _word(LEFT, RIGHT).evidence}
    assert set(found) == {"employer", "site", "name", "phone", "boss_phone", "amount", "told"}
    assert (found["name"].left, found["name"].right) == ("王*国", "王建国")
    assert (found["boss_phone"].left, found["boss_phone"].right) == ("139****4321", "13987654321")
    assert (found["amount"].left, found["amount"].right) == ("18730.5", "18730.50")
    assert found["phone"].sentence == "The visible digits of the phones agree."


def test_evidence_stands_weightiest_first_and_its_weights_come_from_the_model() -> None:
    table, model = tabulate([LEFT, RIGHT]), _model()
    word = _word(LEFT, RIGHT)
    weights = [abs(item.weight) for item in word.evidence]
    assert weights == sorted(weights, reverse=True)
    levels = compare(table, np.asarray([0]), np.asarray([1]), shared_phones(table)).levels[0]
    rare = rarities_of(table, 0, levels, model)
    for item in word.evidence:
        feature = FEATURES[POSITION[item.feature]]
        claim, workmate, stranger = model.bits[POSITION[item.feature]][feature.number(item.level)].tolist()
        stranger += rare.get(item.feature, 0.0)
        best = claim if feature.personal else max(claim, workmate)
        assert item.weight == pytest.approx(best - stranger, abs=0.006)
        assert item.against_stranger == pytest.approx(claim - stranger, abs=0.006)


def test_a_finding_that_weighs_next_to_nothing_says_nothing() -> None:
    found = {item.feature: item for item in _word(LEFT, RIGHT).evidence}
    assert len(found) > 5
    assert all((abs(item.weight) >= 0.25) or item.finding is Finding.SILENT for item in found.values())
    assert found["site"].finding is Finding.AGREES


def test_a_contradiction_is_named_and_joins_nobody() -> None:
    word = _word(LEFT, replace(RIGHT, site_name="泉悦公园一期"))
    assert word.conflicts == ("phases_differ",)
    assert word.band is Band.DIFFERENT
    assert not word.same_claim


def test_without_evidence_a_judgement_is_the_same_but_for_it() -> None:
    assert replace(_word(LEFT, RIGHT), evidence=()) == _word(LEFT, RIGHT, explain=False)


def test_what_was_said_at_length_is_cut_and_what_was_not_said_is_none() -> None:
    assert quoted(LEFT, "text") == "拖欠" * 40 + "…"
    assert quoted(LEFT, "boss") is None
    assert quoted(LEFT, "period") == "2026-03 – …"
    assert quoted(LEFT, "told") == "2026-09-01"
    assert quoted(LEFT, "crew") == "0"


def test_every_field_is_quoted_as_it_was_told() -> None:
    told: dict[str, tuple[str, Any]] = {
        "code": ("employer_uscc", "91370215MA3C0001X6"), "employer": ("employer_name", "源丰建筑"),
        "boss": ("boss_name", "李大海"), "boss_phone": ("boss_phone", "139****4321"), "site": ("site_name", "泉悦公园"),
        "address": ("site_address", "鹤山路188号"), "district": ("district_code", "370215010"),
        "name": ("complainant_name", "王*国"), "phone": ("complainant_phone", "138****5678"),
        "id_no": ("complainant_id_no", "3702**********0021"), "heads": ("workers_count", 12),
        "amount": ("amount_owed", Decimal("18730.50")),
    }  # fmt: skip
    record = said("a", **dict(told.values()))
    assert {feature: quoted(record, feature) for feature in told} == {one: str(said) for one, (_, said) in told.items()}
    assert {*told, "period", "told", "text", "crew"} == {feature.name for feature in FEATURES}


def test_one_sentence_says_what_speaks_for_a_pair_and_what_against() -> None:
    word = _word(LEFT, replace(RIGHT, site_name="泉悦公园一期"))
    told = sentence(word.evidence, word.conflicts)
    assert told.endswith(".")
    assert "The same project, and a different phase" in told
    assert sentence((), ()) == "Nothing speaks for it."


def test_the_day_of_telling_is_the_day_at_the_office() -> None:
    late = replace(LEFT, submitted_at=datetime(2026, 11, 16, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert quoted(late, "told") == "2026-11-17"
