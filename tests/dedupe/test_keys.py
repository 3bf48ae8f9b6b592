"""The key rules on complaints: who meets whom, and that every true pair has its way."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, cast

import pytest

from benchmarks.blocking import Truth, measure_recall
from benchmarks.linking import UNTIL, to_complaint
from casework.linkage import LinkRecord
from dedupe import keys
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.tabulate import tabulate
from sandbox.told import Told
from sandbox.world import Family, make_world
from tests.dedupe.making import said


def _pairs(records: list[LinkRecord]) -> set[frozenset[str]]:
    found = keys.candidates(tabulate(records))
    return {
        frozenset((records[one].complaint_id, records[other].complaint_id))
        for one, other in zip(found.left, found.right, strict=True)
    }


def _records(told: list[Told]) -> list[LinkRecord]:
    return [to_record(fill(to_complaint(one))) for one in told]


@pytest.mark.parametrize("family", ["tuning", "reporting"])
def test_true_pairs_meet_at_no_more_than_five_pairs_a_complaint(family: str) -> None:
    told = make_world(11, complaints=5000, until=UNTIL, family=cast(Family, family)).told
    found = keys.candidates(tabulate(_records(told)))
    recall = measure_recall(found.left, found.right, Truth.of([one.claim for one in told], [one.case for one in told]))
    assert recall.claim >= 0.985
    assert recall.reach >= 0.985
    assert recall.pairs <= 5


def test_pairs_do_not_depend_on_the_order_of_complaints() -> None:
    records = _records(make_world(12, complaints=1500, until=UNTIL).told)
    before = _pairs(records)
    Random(3).shuffle(records)
    assert _pairs(records) == before


def test_empty_complaints_have_no_key() -> None:
    records = [said(f"c{place}") for place in range(50)]
    makers = list(keys.key_columns(tabulate(records)))
    assert len(makers) > 5
    assert all(len(make().rows) == 0 for make in makers)


@pytest.mark.parametrize("name", ["有限公司", "公司", "老板", "工地", "x", "😀", "", "\x00\x01", "王" * 5000])
def test_names_that_say_nothing_bring_nobody_together(name: str) -> None:
    assert not _pairs([said(f"c{place}", employer_name=name, site_name=name) for place in range(500)])


def test_a_phone_of_many_gives_few_pairs_a_complaint() -> None:
    records = [
        said(
            f"c{place}",
            complainant_phone="13812345678",
            complainant_name="王建国",
            employer_name=f"青岛源{chr(0x4E00 + place)}建筑有限公司",
            amount_owed=Decimal(1000 + 1700 * place),
            arrears_from=f"20{10 + place % 17}-0{1 + place % 9}",
        )
        for place in range(3000)
    ]
    assert len(_pairs(records)) <= 6 * len(records)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"complainant_phone": "13812345678"}, {"complainant_phone": "138-1234-5678"}),
        (
            {"complainant_phone": "138****5678", "complainant_name": "王建国"},
            {"complainant_phone": "13812345678", "complainant_name": "王师傅"},
        ),
        (
            {"complainant_phone": "13812345678", "district_code": "370215"},
            {"complainant_phone": "13812345978", "district_code": "370215"},
        ),
        ({"complainant_id_no": "370214198402112734"}, {"complainant_id_no": "370214198402112734"}),
        (
            {"complainant_id_no": "370214********2734", "complainant_name": "夏勇芳"},
            {"complainant_id_no": "370214198402112734", "complainant_name": "夏女士"},
        ),
        (
            {"employer_name": "源丰建筑", "district_code": "370215"},
            {"employer_name": "青岛元丰建筑工程有限公司", "district_code": "370215"},
        ),
        (
            {"employer_name": "源丰建筑公司", "district_code": "370215"},
            {"employer_name": "丰源建筑公司", "district_code": "370215"},
        ),
        (
            {"site_name": "泉悦公园一期", "district_code": "370215"},
            {"site_name": "泉月公园", "district_code": "370215"},
        ),
        (
            {"site_address": "即墨区鹤山路829号", "district_code": "370215"},
            {"site_address": "鹤山路829号", "district_code": "370215"},
        ),
        (
            {"complainant_name": "李海涛", "district_code": "370215"},
            {"crew": (("李海涛", None, None), ("王海", None, None)), "district_code": "370215"},
        ),
        (
            {"crew": (("李海涛", "13812345678", None),), "district_code": "370215"},
            {"crew": (("王海", "13812345678", None),), "district_code": "370215"},
        ),
    ],
)
def test_two_who_share_one_thing_meet(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert _pairs([said("a", **left), said("b", **right)]) == {frozenset("ab")}
