"""Completing a complaint: its street from its address, and no person where a firm belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from casework.complaint import Complaint
from services.arriving.reading import completed
from warehouse.store.case_facts import firm_name, place_of

TOLD = Complaint(
    channel="hotline_12345",
    source_key="1",
    version=1,
    received_at=datetime(2026, 11, 20, tzinfo=UTC),
    narrative="干了三个月，工资一分没有发。",
    district_code="370215",
)


@pytest.mark.parametrize(
    ("address", "narrative", "district", "expected"),
    [
        ("即墨区段泊岚镇兴业路8号", None, "370215", "370215103"),
        (None, "我们在鳌山卫街道的工地干活，拖欠工资。", "370215", "370215007"),
        (None, "我们在鳌山卫街道的工地干活，拖欠工资。", None, "370215007"),
        ("崂山区某路", None, "370215", "370215"),
        ("段泊岚镇", None, "370202", "370202"),
        ("段泊岚镇", None, "370215001", "370215001"),
        (None, None, None, None),
    ],
)
def test_a_street_named_in_the_address_or_the_text_is_the_place(
    address: str | None, narrative: str | None, district: str | None, expected: str | None
) -> None:
    told = replace(TOLD, site_address=address, district_code=district, narrative=narrative or TOLD.narrative)
    assert completed(told).district_code == expected


@pytest.mark.parametrize("said", ["包工头王小明", "王老板", "李总"])
def test_a_crew_boss_in_the_place_of_the_firm_is_kept_where_persons_are(said: str) -> None:
    read = completed(replace(TOLD, employer_name=said))
    assert (read.employer_name, read.boss_name) == (None, said)


def test_a_firm_stays_the_employer_and_a_boss_given_apart_stays() -> None:
    firm = completed(replace(TOLD, employer_name="青岛蓝天海产加工有限公司", boss_name="王小明"))
    assert (firm.employer_name, firm.boss_name) == ("青岛蓝天海产加工有限公司", "王小明")


def test_a_case_lies_where_most_say_and_in_the_street_that_any_of_them_names() -> None:
    assert place_of(["370215", "370215", None, "370215103", "370202"]) == "370215103"
    assert place_of(["370215", None]) == "370215"
    assert place_of([None]) is None


def test_a_case_is_shown_under_the_full_name_most_members_give() -> None:
    assert firm_name(["蓝佳机电", "蓝佳机电", "青岛蓝佳机电设备有限公司", None]) == "青岛蓝佳机电设备有限公司"
    assert firm_name(["蓝佳机电", None]) == "蓝佳机电"
    assert firm_name([None]) is None
