"""A new model against people's verdicts: what it would flip, its precision and recall, and nothing counted twice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from casework.linkage import Band, Decision, LinkRecord, Verdict
from dedupe.linker import explain_pair
from dedupe.replay import THRESHOLDS, replay
from dedupe.weights import load_model
from tests.dedupe.making import said

FIRM = "青岛源丰建筑工程有限公司"
NOW = load_model()
BOLD = replace(NOW, lines={**NOW.lines, "case_same": -1e6, "case_ask": -1e6})
SHY = replace(NOW, lines={**NOW.lines, "case_same": 1e6, "case_ask": 1e6, "claim_same": 1e6})


def _records() -> list[LinkRecord]:
    """Two tellings of each of five workers' claims, each at a firm of its own."""
    firms = (FIRM, "烟台宏远机械有限公司", "济南瑞和餐饮有限公司", "青岛蓝天海产有限公司", "威海永盛渔业有限公司")
    found = []
    for place, firm in enumerate(firms):
        told = {
            "employer_name": firm,
            "complainant_name": ("王建国", "李秀英", "赵永强", "孙丽", "周海波")[place],
            "complainant_phone": ("13853201946", "15966237058", "18764815329", "13573982617", "17660429183")[place],
            "arrears_from": "2026-08",
            "arrears_to": "2026-09",
        }
        found += [said(f"{place}a", day=place, **told), said(f"{place}b", day=place + 5, channel="mailbox", **told)]
    return found


RECORDS = _records()
ONE = [Decision(f"{place}a", f"{place}b", Verdict.SAME) for place in range(4)]
APART = [Decision("0a", f"{place}a", Verdict.DIFFERENT) for place in (1, 2, 3)]
WRONG = Decision("4a", "4b", Verdict.DIFFERENT)


def test_a_model_that_agrees_with_people_flips_nothing() -> None:
    found = replay(RECORDS, [*ONE, *APART], NOW, NOW)
    assert (found.verdicts, found.flips, found.mended) == (7, (), 0)
    assert (found.at_its_line.joined, found.at_its_line.precision, found.at_its_line.recall) == (4, 1.0, 1.0)
    assert [line.line for line in found.thresholds] == list(THRESHOLDS)


def test_a_pair_that_people_keep_apart_and_a_model_would_join_is_a_flip_with_its_bits() -> None:
    found = replay(RECORDS, [*ONE, WRONG], NOW, NOW)
    (flip,) = found.flips
    assert (flip.left, flip.right, flip.verdict, flip.band) == ("4a", "4b", Verdict.DIFFERENT, Band.SAME)
    assert flip.already
    assert found.at_its_line.precision == pytest.approx(4 / 5)
    by_left = {record.complaint_id: record for record in RECORDS}
    assert flip.bits == pytest.approx(explain_pair(by_left["4a"], by_left["4b"]).case_score, abs=2e-3)


def test_a_model_that_joins_nobody_flips_what_people_joined_and_has_no_precision() -> None:
    found = replay(RECORDS, [*ONE, *APART], SHY, NOW)
    assert {(flip.left, flip.right) for flip in found.flips} == {(one.left, one.right) for one in ONE}
    assert not any(flip.already for flip in found.flips)
    assert (found.at_its_line.precision, found.at_its_line.recall) == (None, 0.0)


def test_what_the_model_in_use_has_wrong_and_another_would_not_is_mended() -> None:
    found = replay(RECORDS, [*ONE, WRONG], SHY, NOW)
    assert found.mended == 1
    assert ("4a", "4b") not in {(flip.left, flip.right) for flip in found.flips}


def test_no_line_however_low_joins_what_has_nothing_in_common() -> None:
    blank = [said("x"), said("y"), said("z", narrative="无")]
    decided = [Decision("x", "y", Verdict.SAME), Decision("x", "z", Verdict.SAME)]
    found = replay([*RECORDS, *blank], decided, BOLD, NOW)
    assert (found.at_its_line.joined, found.at_its_line.recall) == (0, 0.0)


def test_a_higher_line_joins_no_more_and_finds_no_more() -> None:
    lines = replay(RECORDS, [*ONE, *APART, WRONG], NOW, NOW).thresholds
    joined = [line.joined for line in lines]
    assert joined == sorted(joined, reverse=True)
    assert joined[0] > 0


def test_linked_disputes_count_as_two() -> None:
    found = replay(RECORDS, [Decision("0a", "0b", Verdict.LINKED)], NOW, NOW)
    assert [flip.verdict for flip in found.flips] == [Verdict.LINKED]


def test_an_unsure_verdict_and_an_unknown_complaint_count_for_nothing() -> None:
    decided = [Decision("0a", "0b", Verdict.UNSURE), Decision("0a", "gone", Verdict.SAME)]
    found = replay(RECORDS, decided, NOW, NOW)
    assert (found.verdicts, found.flips) == (0, ())
    assert (found.at_its_line.precision, found.at_its_line.recall) == (None, None)


def test_the_order_of_complaints_and_verdicts_does_not_matter() -> None:
    decided = [*ONE, *APART, WRONG]
    expected = replay(RECORDS, decided, SHY, NOW)
    turn = random.Random(7)
    for _ in range(5):
        records, verdicts = turn.sample(RECORDS, len(RECORDS)), turn.sample(decided, len(decided))
        found = replay(records, verdicts, SHY, NOW)
        assert set(found.flips) == set(expected.flips)
        assert replace(found, flips=()) == replace(expected, flips=())
