"""What a person is asked about: no two cases that contradict each other as wholes, and no pair twice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from casework.linkage import Band, Decision, LinkRecord, Verdict
from dedupe import answers, contradicting
from dedupe.answers import Answers
from dedupe.asking import _firms_and_sites, may_be_one
from dedupe.contradicting import slot_of
from dedupe.growth import lay
from dedupe.laid import COLUMNS, COUNT, KEY, SIZE, STEP, Lot
from dedupe.laying import lot_of, ruled
from dedupe.linker import link
from dedupe.table import I32
from dedupe.tabulate import tabulate
from tests.dedupe.graphs import LINES
from tests.dedupe.making import said

NOBODY = (np.zeros(0, dtype=np.int32),) * 2
CODES = ("91370215MA3C0001X6", "91370215MA3D0007XY")


def _open(*records: LinkRecord, apart: bool = False) -> bool:
    """The first two are one case, the others another; the question is on the second and the third."""
    members = _all([0, 0, *[2] * (len(records) - 2)])
    pair = np.asarray([0], dtype=np.int32), np.asarray([2], dtype=np.int32)
    no = (np.asarray([0], dtype=np.int32), np.asarray([3], dtype=np.int32)) if apart else NOBODY
    return bool(may_be_one(tabulate(records), members, no, LINES, *pair)[0])


def _all(case: list[int]) -> tuple[I32, I32]:
    return np.arange(len(case), dtype=np.int32), np.asarray(case, dtype=np.int32)


@pytest.mark.parametrize(
    ("one", "other", "is_open"),
    [
        ({}, {}, True),
        ({"employer_uscc": CODES[0]}, {"employer_uscc": CODES[0]}, True),
        ({"employer_uscc": CODES[0]}, {"employer_uscc": CODES[1]}, False),
        ({"site_name": "蓝湾小区一期"}, {"site_name": "蓝湾小区二期"}, False),
        ({"site_name": "蓝湾小区一标段"}, {"site_name": "蓝湾小区二标段"}, False),
        ({"site_name": "蓝湾小区"}, {"site_name": "海悦广场"}, True),
        ({"employer_name": "宏达建筑"}, {"employer_name": "新兴建筑"}, True),
        ({"arrears_from": "2025-01", "arrears_to": "2025-03"}, {"arrears_from": "2025-04"}, True),
        ({"arrears_from": "2025-01", "arrears_to": "2025-03"}, {"arrears_from": "2026-04"}, False),
    ],
)
def test_cases_that_contradict_each_other_as_wholes_are_not_asked_about(
    one: Mapping[str, Any], other: Mapping[str, Any], is_open: bool
) -> None:
    """The two complaints asked about say nothing of it; another one of each case does."""
    assert _open(said("a", **one), said("b"), said("c"), said("d", **other)) == is_open


def test_where_a_person_said_no_between_two_cases_nobody_is_asked_again() -> None:
    assert _open(said("a"), said("b"), said("c"), said("d"))
    assert not _open(said("a"), said("b"), said("c"), said("d"), apart=True)


@pytest.mark.parametrize("largest", [0, 512])
def test_what_is_too_much_to_compare_beforehand_is_compared_when_it_is_asked_for(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGEST_SET", largest)
    first, second = "蓝湾小区一期", "蓝湾小区二期"
    assert not _open(said("a", site_name=first), said("b"), said("c"), said("d", site_name=second))
    assert _open(said("a", site_name=first), said("b"), said("c"), said("d", site_name=first))


def test_no_question_is_no_question() -> None:
    assert may_be_one(tabulate([said("a")]), _all([0]), NOBODY, LINES, *NOBODY).tolist() == []


def _told() -> list[LinkRecord]:
    fields: dict[str, Any] = {"district_code": "370215", "arrears_from": "2026-06", "arrears_to": "2026-08"}
    return [
        said("a", employer_name="青岛通建针织厂", amount_owed=Decimal("17932"), **fields),
        said("b", employer_name="青岛建通针织厂", amount_owed=Decimal("18300"), **fields),
    ]


def test_a_name_with_its_characters_in_another_order_is_asked_about_until_a_person_answers() -> None:
    found = link(_told())
    assert found.case_of["a"] != found.case_of["b"]
    assert [one.band for one in found.judgements] == [Band.ASK]
    no = Decision(left="a", right="b", verdict=Verdict.DIFFERENT)
    assert link(_told(), [no]).judgements == ()


def test_steps_that_are_asked_for_have_a_place_each_until_there_is_no_room() -> None:
    """Keys that fall on one place of an open table stand beside each other; where it is full the step waits."""
    known = answers._open_table(2)
    room, first = len(known) - 1, int(slot_of(known, 1 << 32))
    here = [key for key in range(1 << 32, (1 << 32) + 400) if int(slot_of(known, key)) == first]
    known[first, KEY] = here[0]
    assert int(slot_of(known, here[0])) == first
    assert int(slot_of(known, here[1])) == (first + 1) % room
    full = answers._open_table(2)
    for other in range(5):
        assert contradicting._looked_up(full, 7, other) == 0
    assert full[-1, STEP] == room // 2
    assert (full[:-1, KEY] != contradicting.EMPTY).sum() == 2


def _lot(*records: LinkRecord) -> Lot:
    table, nobody = tabulate(list(records)), np.zeros(len(records), np.uint64)
    columns = _firms_and_sites(table, np.zeros(len(records), np.int32))
    return lot_of(table, Answers(columns, len(records)), NOBODY, nobody, LINES, "largest_case")


def test_a_group_without_rows_is_known_by_none() -> None:
    lot = ruled(_lot(said("a"), said("b")), strict=0)
    assert lay(lot, np.asarray([2, 2], np.int32), 3).tolist()[:2] == [-1, -1]


def test_a_value_that_many_of_a_group_say_is_one_of_its_values_once() -> None:
    lot = _lot(*(said(name, employer_name="青岛源丰建筑工程有限公司", site_name="泉悦公园二期") for name in "abcd"))
    for other in (1, 2, 3):
        contradicting.merge(lot.rows, lot.notes, 0, other)
    assert lot.rows[0, SIZE] == 4
    assert set(lot.rows[0, COUNT : COUNT + COLUMNS].tolist()) == {0, 1}


def test_a_lot_under_other_rules_is_another_one() -> None:
    lot = _lot(said("a"), said("b"))
    plain = lot.rules.tolist()
    for place, name in enumerate(("lines", "persons", "strict")):
        other = ruled(lot, **{name: 7}).rules.tolist()
        assert (other[place], other[:place], other[place + 1 :]) == (7, plain[:place], plain[place + 1 :])
    assert lot.rules.tolist() == plain
