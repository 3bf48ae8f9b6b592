"""Bands: what says whose dispute it is, what no score outweighs, and where the lines are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from random import Random

import numpy as np
import pytest

from casework.linkage import Band
from dedupe.comparing import Compared
from dedupe.edges import Kind
from dedupe.judging import (
    MARKS,
    Judged,
    Mark,
    anchored,
    conflict_names,
    judge,
    marks_of,
    phone_alone,
    two_people,
    worth_asking,
)
from dedupe.levels import FEATURES, POSITION, Bars
from dedupe.scoring import Scores
from dedupe.table import I8

LINES = {"claim_same": 4.0, "case_same": 4.0, "case_ask": 0.0}


HERE = {"district": "districts_are_one"}


def _levels(**said: str) -> I8:
    """One pair of which these fields say these things."""
    found = np.full((1, len(FEATURES)), -1, dtype=np.int8)
    for feature, level in said.items():
        found[0, POSITION[feature]] = FEATURES[POSITION[feature]].number(level)
    return found


def _judged(levels: I8, *, claim: float, case: float) -> Judged:
    rows = np.zeros(len(levels), dtype=np.int32)
    bits = (np.full(len(levels), one, dtype=np.float32) for one in (claim, case))
    return judge(Compared(rows, rows, levels), Scores(*bits), LINES)


def test_every_mark_is_on_a_level_that_is_there() -> None:
    for name, marks in MARKS.items():
        assert set(marks) <= {level.name for level in FEATURES[POSITION[name]].levels}


@pytest.mark.parametrize(
    ("said", "anchors"),
    [
        ({"code": "codes_are_one"}, True),
        ({"employer": "employers_are_one", "district": "districts_differ"}, True),
        ({"employer": "employer_in_short"}, True),
        ({"employer": "employer_in_short", "district": "districts_differ"}, False),
        ({"employer": "employers_swapped"}, False),
        ({"employer": "employer_vague"}, False),
        ({"site": "sites_close"}, True),
        ({"site": "sites_one_character"}, False),
        ({"address": "addresses_close"}, True),
        ({"boss": "bosses_are_one"}, True),
        ({"boss": "bosses_are_one", "district": "districts_differ"}, False),
        ({"boss": "bosses_are_one", "employer": "employers_differ"}, False),
        ({"boss": "bosses_fit"}, False),
        ({"crew": "rosters_share"}, True),
        ({"crew": "roster_names_other"}, True),
        ({"crew": "rosters_touch"}, False),
        ({"phone": "phones_are_one", "amount": "amounts_are_one", "period": "periods_are_one"}, False),
        ({}, False),
    ],
)
def test_a_dispute_is_joined_only_where_something_says_whose_it_is(said: Mapping[str, str], anchors: bool) -> None:
    levels = _levels(**said)
    assert anchored(marks_of(levels)).tolist() == [anchors]
    judged = _judged(levels, claim=-20.0, case=30.0)
    assert (judged.band(0) is Band.SAME) == anchors


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({}, False),
        ({"employer": "employers_differ"}, False),
        ({"employer": "employer_vague", "district": "districts_are_one", "heads": "heads_are_one"}, False),
        ({"employer": "employers_are_one"}, True),
        ({"employer": "employers_swapped"}, False),
        ({"employer": "employers_swapped", **HERE}, True),
        ({"employer": "employer_in_short"}, False),
        ({"employer": "employer_in_short", **HERE}, True),
        ({"employer": "employer_in_short", "district": "districts_differ"}, False),
        ({"employer": "employers_one_character"}, False),
        ({"employer": "employers_one_character", **HERE}, True),
        ({"site": "sites_are_one"}, True),
        ({"site": "sites_one_character"}, False),
        ({"site": "sites_one_character", **HERE}, True),
        ({"boss": "bosses_fit"}, False),
        ({"boss": "bosses_fit", **HERE}, True),
        ({"boss": "bosses_fit", "employer": "employers_differ", **HERE}, False),
        ({"boss": "bosses_are_one", "employer": "employers_differ", **HERE}, True),
        ({"boss_phone": "boss_phones_fit", "employer": "employers_differ"}, True),
        ({"name": "names_sound_alike"}, True),
        ({"name": "names_fit"}, False),
        ({"phone": "phones_one_slip"}, True),
        ({"phone": "phone_of_many"}, False),
        ({"id_no": "ids_fit"}, True),
        ({"crew": "roster_holds_name"}, True),
        ({"text": "texts_alike"}, True),
    ],
)
def test_nobody_is_asked_where_only_months_and_sums_agree(said: Mapping[str, str], asks: bool) -> None:
    levels = _levels(amount="amounts_are_one", period="periods_are_one", told="told_within_weeks", **said)
    assert worth_asking(marks_of(levels)).tolist() == [asks]
    assert _judged(levels, claim=-20.0, case=3.0).band(0) is (Band.ASK if asks else Band.DIFFERENT)


@pytest.mark.parametrize(
    ("feature", "level"), [(one.name, level.name) for one in FEATURES for level in one.levels if level.bars]
)
def test_no_score_outweighs_a_contradiction(feature: str, level: str) -> None:
    levels = _levels(**{"boss": "bosses_are_one", "crew": "rosters_share", feature: level})
    judged = _judged(levels, claim=30.0, case=30.0)
    bars = FEATURES[POSITION[feature]].levels[FEATURES[POSITION[feature]].number(level)].bars
    assert not judged.kind[0] & Kind.CLAIM
    if bars is Bars.CASE:
        assert judged.kind[0] == Kind.BARRED
        assert judged.band(0) is Band.DIFFERENT
        assert conflict_names(levels[0]) == (level,)
    else:
        assert judged.kind[0] == Kind.CASE
        assert conflict_names(levels[0]) == ()


def test_two_phones_and_two_names_are_two_people_unless_one_identity_number_says_not() -> None:
    apart = {"phone": "phones_differ", "name": "names_differ", "site": "sites_are_one"}
    assert two_people(marks_of(_levels(**apart))).all()
    assert _judged(_levels(**apart), claim=30.0, case=30.0).kind[0] == Kind.CASE
    assert _judged(_levels(**apart, id_no="ids_are_one"), claim=30.0, case=30.0).kind[0] == Kind.CLAIM | Kind.CASE
    assert not two_people(marks_of(_levels(phone="phones_differ"))).any()
    assert not two_people(marks_of(_levels(name="names_differ"))).any()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"phone": "phones_are_one"}, Kind.CLAIM | Kind.CASE),
        ({"phone": "phones_are_one", "employer": "employers_differ"}, Kind.ASK),
        ({"phone": "phones_are_one", "employer": "employers_differ", "name": "names_differ"}, Kind.ASK),
        ({"phone": "phones_are_one", "employer": "employers_differ", "name": "names_fit"}, Kind.CLAIM | Kind.CASE),
        ({"phone": "phones_are_one", "employer": "employers_differ", "id_no": "ids_fit"}, Kind.CLAIM | Kind.CASE),
        ({"phone": "phones_are_one", "employer": "employers_differ", "site": "sites_close"}, Kind.CLAIM | Kind.CASE),
    ],
)
def test_against_two_firms_a_phone_alone_makes_no_claim(said: Mapping[str, str], kind: Kind) -> None:
    assert _judged(_levels(**said), claim=9.0, case=9.0).kind[0] == kind


@pytest.mark.parametrize(
    ("claim", "case", "kind", "band"),
    [
        (4.0, 4.0, Kind.CLAIM | Kind.CASE, Band.SAME),
        (4.0, -9.0, Kind.CLAIM | Kind.CASE, Band.SAME),
        (3.9, 4.0, Kind.CASE, Band.SAME),
        (3.9, 3.9, Kind.ASK, Band.ASK),
        (3.9, 0.0, Kind.ASK, Band.ASK),
        (3.9, -0.1, Kind(0), Band.DIFFERENT),
    ],
)
def test_the_lines_part_what_is_merged_asked_and_left(claim: float, case: float, kind: Kind, band: Band) -> None:
    judged = _judged(_levels(site="sites_are_one"), claim=claim, case=case)
    assert judged.kind[0] == kind
    assert judged.band(0) is band


def test_marks_of_many_pairs_come_to_what_their_levels_say_one_by_one() -> None:
    chance = Random(4)
    rows = [[chance.randint(-1, len(feature.levels) - 1) for feature in FEATURES] for _ in range(3000)]
    levels = np.asarray(rows, dtype=np.int8)
    marks = marks_of(levels)
    alike = {"employer_in_short", "employer_within", "employers_sound_alike"}
    for row, is_anchored, are_two in zip(rows, anchored(marks), two_people(marks), strict=True):
        said = {feature.levels[level].name for feature, level in zip(FEATURES, row, strict=True) if level >= 0}
        near = "districts_differ" not in said
        other = said & {"employers_differ", "employer_trades_differ", "employers_elsewhere"}
        spot = said & {"sites_are_one", "sites_close", "addresses_are_one", "addresses_close"}
        firm = said & {"codes_are_one", "employers_are_one", "rosters_share", "roster_names_other"}
        close = near and said & {*alike, "employer_trades_related"}
        here = {"districts_are_one", "employers_one_character"} <= said
        boss = near and "bosses_are_one" in said and not other
        assert is_anchored == bool(firm or close or spot or boss or here)
        assert are_two == ({"phones_differ", "names_differ"} <= said and "ids_are_one" not in said)


def test_no_pairs_are_judged_as_none() -> None:
    assert len(_judged(np.zeros((0, len(FEATURES)), dtype=np.int8), claim=0.0, case=0.0).kind) == 0


def test_two_slips_against_two_firms_make_no_claim() -> None:
    slips = {"name": "names_one_character", "phone": "phones_one_slip", "period": "periods_are_one"}
    assert not _judged(_levels(employer="employers_differ", **slips), claim=8.0, case=8.0).kind[0] & Kind.CLAIM
    assert _judged(_levels(employer="employers_are_one", **slips), claim=8.0, case=8.0).kind[0] & Kind.CLAIM


def test_pairs_are_judged_as_their_marks_and_scores_say() -> None:
    chance = np.random.default_rng(4)
    levels = np.stack([chance.integers(-1, len(one.levels), 20_000, dtype=np.int8) for one in FEATURES], axis=1)
    claims, cases = (chance.normal(2, 3, len(levels)).astype(np.float32) for _ in range(2))
    claims[:50], cases[50:100] = LINES["claim_same"], LINES["case_ask"]
    compared = Compared(*(np.zeros(len(levels), dtype=np.int32),) * 2, levels)
    marks = marks_of(levels)
    bars_case, bars_claim = (marks & np.uint16(mark) != 0 for mark in (Mark.BARS_CASE, Mark.BARS_CLAIM))
    high = (cases >= LINES["case_same"]) & anchored(marks)
    claim = (claims >= LINES["claim_same"]) & ~bars_case & ~bars_claim & ~two_people(marks) & ~phone_alone(marks)
    case = (high & ~bars_case) | claim
    ask = (cases >= LINES["case_ask"]) & ~bars_case & ~case & worth_asking(marks)
    wanted = claim * Kind.CLAIM | case * Kind.CASE | ask * Kind.ASK | (high & bars_case) * Kind.BARRED
    assert (judge(compared, Scores(claims, cases), LINES).kind == wanted).all()
    assert len(set(wanted.tolist())) == 5
    for row, said in zip(levels[:300], marks[:300].tolist(), strict=True):
        borne = [MARKS.get(one.name, {}).get(one.levels[at].name, 0) for one, at in zip(FEATURES, row, strict=True)]
        bars = [one.levels[at].bars for one, at in zip(FEATURES, row, strict=True) if at >= 0]
        borne = [mark for mark, at in zip(borne, row, strict=True) if at >= 0]
        borne += [Mark.BARS_CASE] * (Bars.CASE in bars) + [Mark.BARS_CLAIM] * (Bars.CLAIM in bars)
        assert said == reduce(or_, borne, 0)
