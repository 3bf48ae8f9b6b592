"""A model file is read whole or refused, and a pair's scores are a function of its two complaints and the model."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from casework.linkage import LinkRecord
from dedupe.comparing import compare
from dedupe.levels import FEATURES, POSITION, SIZES
from dedupe.scoring import Scores, rarities_of, score
from dedupe.sharing import shared_phones
from dedupe.table import I8, Table
from dedupe.tabulate import tabulate
from dedupe.weights import DATA, FIELDS, Model, read_model
from tests.dedupe.making import said

TEXT = (DATA / "model-2.json").read_text("utf-8")
MODEL = read_model(TEXT, fields=FIELDS)
FIRM, WANG, LI = "青岛源丰建筑工程有限公司", ("王伟", "13812345678"), ("李强", "13987654321")


def _told(name: str, firm: str, who: tuple[str, str], *, day: int = 0, district: str = "370215") -> LinkRecord:
    fields = {"employer_name": firm, "complainant_name": who[0], "complainant_phone": who[1]}
    return said(name, day=day, district_code=district, **fields)


RECORDS = [
    _told("a", FIRM, WANG),
    _told("b", "源丰建筑", WANG, day=3),
    _told("c", FIRM, LI, day=5),
    _told("d", "青岛蓝天海产有限公司", ("王伟", "13700001111"), district="370202"),
]


def _scored(table: Table, model: Model = MODEL) -> tuple[Scores, I8, dict[tuple[int, int], int]]:
    left, right = (rows.astype(np.int32) for rows in np.triu_indices(len(table), 1))
    levels = compare(table, left, right, shared_phones(table)).levels
    places = {(int(one), int(other)): at for at, (one, other) in enumerate(zip(left, right, strict=True))}
    return score(table, left, levels, model), levels, places


def test_one_worker_workmates_and_strangers_score_in_that_order() -> None:
    scores, _, at = _scored(tabulate(RECORDS))
    assert scores.claim[at[0, 1]] > 4 > 0 > scores.claim[at[0, 2]]
    assert scores.case[at[0, 2]] > 0 > scores.case[at[0, 3]]
    assert scores.claim[at[0, 3]] < 0
    assert scores.claim.dtype == scores.case.dtype == np.float32


def test_scores_are_the_sums_of_the_model_and_its_corrections() -> None:
    table = tabulate(RECORDS)
    scores, levels, at = _scored(table)
    pair = at[0, 1]
    sums = MODEL.prior.copy()
    for position, level in enumerate(levels[pair]):
        if level >= 0:
            sums += MODEL.bits[position][level]
    rare = rarities_of(table, 0, levels[pair], MODEL)
    assert rare["name"] != 0.0
    assert levels[pair, POSITION["name"]] == 0
    claim, workmate, stranger = sums
    workmate += rare["name"] + rare["amount"]
    stranger += sum(rare.values())
    assert scores.claim[pair] == pytest.approx(claim - np.logaddexp2(workmate, stranger), abs=0.02)
    assert scores.case[pair] == pytest.approx(np.logaddexp2(claim, workmate) - stranger, abs=0.02)


def test_other_complaints_change_no_score() -> None:
    alone, _, here = _scored(tabulate(RECORDS[:2]))
    crowd = [said(f"x{one}", complainant_name="王伟", employer_name="源丰建筑") for one in range(60)]
    among, _, there = _scored(tabulate([*crowd, *RECORDS]))
    assert among.claim[there[60, 61]] == alone.claim[here[0, 1]]
    assert among.case[there[60, 61]] == alone.case[here[0, 1]]


def test_the_side_on_which_a_complaint_stands_changes_no_score() -> None:
    one, _, _ = _scored(tabulate(RECORDS[:2]))
    other, _, _ = _scored(tabulate(RECORDS[1::-1]))
    assert (one.claim == other.claim).all()
    assert (one.case == other.case).all()


def test_no_pairs_have_no_scores() -> None:
    table = tabulate(RECORDS)
    none = np.zeros(0, dtype=np.int32)
    assert len(score(table, none, np.zeros((0, len(SIZES)), dtype=np.int8), MODEL).case) == 0


def test_the_shipped_model_holds_a_weight_for_every_level_and_names_itself() -> None:
    assert [len(bits) for bits in MODEL.bits] == list(SIZES)
    assert MODEL.name == f"model-2+{MODEL.digest[:8]}"
    assert MODEL.lines["case_ask"] < MODEL.lines["case_same"]


def _changed(**parts: Any) -> str:
    return json.dumps({**json.loads(TEXT), **parts})


def _without_level() -> str:
    told = json.loads(TEXT)
    told["features"][FEATURES[0].name].popitem()
    return json.dumps(told)


def _with_sum_of(length: int) -> str:
    told = json.loads(TEXT)
    told["commonness"]["counts"]["sums"][f"{length}/1"] = 1
    return json.dumps(told)


def _with_chance(chance: float) -> str:
    told = json.loads(TEXT)
    told["features"]["name"]["names_are_one"][0] = chance
    return json.dumps(told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_without_level(), "levels of code"),
        (_with_chance(0.0), "between 0 and 1"),
        (_with_chance(1.5), "between 0 and 1"),
        (_with_chance(float("nan")), "between 0 and 1"),
        (_changed(lines={}), "no line"),
        (_changed(prior={}), "no model"),
        (_changed(features=[]), "no model"),
        (_changed(commonness=None), "no model"),
        (_with_sum_of(40), "no model"),
        ("[]", "no model"),
        ("{", "no model"),
        ("", "no model"),
    ],
)
def test_a_file_that_is_no_whole_model_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_model(text, fields=FIELDS)


def test_three_chances_are_asked_of_each_level() -> None:
    told = json.loads(TEXT)
    level = next(iter(told["features"]["name"]))
    told["features"]["name"][level] = told["features"]["name"][level][:2]
    with pytest.raises(ValueError, match="are not three"):
        read_model(json.dumps(told), fields=FIELDS)
