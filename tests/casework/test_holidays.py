"""The file of a holiday notice: what it says is taken, and what it must say to be believed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from casework.calendar import SpecialDay
from casework.errors import BadInput
from casework.holidays import read_holiday_notice

OFF = [("元旦", "2027-01-01"), ("春节", "2027-02-05"), ("劳动节", "2027-05-01")]
OFF += [("国庆节", f"2027-10-0{day}") for day in range(1, 8)]


def notice(**more: Any) -> dict[str, Any]:
    days = [{"name": name, "date": day, "isOffDay": True} for name, day in OFF]
    days.append({"name": "元旦", "date": "2027-01-03", "isOffDay": False})
    return {"year": 2027, "papers": ["https://www.gov.cn/zhengce/content/2026.htm"], "days": days, **more}


def test_a_notice_is_read_in_the_shape_of_holiday_cn() -> None:
    found = read_holiday_notice(json.dumps(notice()))
    assert (found.year, found.papers) == (2027, ("https://www.gov.cn/zhengce/content/2026.htm",))
    assert found.days[date(2027, 1, 1)] == SpecialDay(works=False, name="元旦")
    assert found.days[date(2027, 1, 3)] == SpecialDay(works=True, name="元旦")
    assert len(found.days) == len(OFF) + 1


def test_new_year_may_reach_back_into_december() -> None:
    eve = {"name": "元旦", "date": "2026-12-31", "isOffDay": True}
    found = read_holiday_notice(json.dumps(notice(days=[eve, *notice()["days"]])))
    assert not found.days[date(2026, 12, 31)].works


@pytest.mark.parametrize("day", ["01-01", "05-01", "10-01", "10-02", "10-03"])
def test_the_days_that_rest_in_every_year_are_missed(day: str) -> None:
    left = [one for one in notice()["days"] if one["date"] != f"2027-{day}" or not one["isOffDay"]]
    with pytest.raises(BadInput, match=f"does not give 2027-{day} off"):
        read_holiday_notice(json.dumps(notice(days=left)))


@pytest.mark.parametrize(("year", "whole"), [(1949, None), (1950, False), (2007, False), (2008, True), (2100, None)])
def test_what_rests_in_every_year_is_asked_for_since_there_is_the_rule(year: int, whole: bool | None) -> None:
    """A notice of one day is a whole one in years before; 1949 and 2100 are no years of a notice at all."""
    text = json.dumps(notice(year=year, days=[{"name": "元" * 40, "date": f"{year}-01-01", "isOffDay": True}]))
    if whole is False:
        assert list(read_holiday_notice(text).days) == [date(year, 1, 1)]
        return
    with pytest.raises(BadInput, match="does not give" if whole else "names no year"):
        read_holiday_notice(text)


BAD: list[tuple[str, object]] = [
    ("not JSON", "{"),
    ("not JSON", "NaN{"),
    ("has not the shape", [1]),
    ("has not the shape", {"year": 2027}),
    ("names no year", notice(year="2027")),
    ("names no year", notice(year=True)),
    ("a list of addresses", notice(papers=[1])),
    ("must name days of 2027", notice(days=[])),
    ("no entry of name", notice(days=["2027-01-01"])),
    ("no date such as", notice(days=[{"name": "元旦", "date": "01.01.2027", "isOffDay": True}])),
    ("not name its holiday", notice(days=[{"name": " ", "date": "2027-01-01", "isOffDay": True}])),
    ("not name its holiday", notice(days=[{"name": "元" * 41, "date": "2027-01-01", "isOffDay": True}])),
    ("a day off", notice(days=[{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}])),
    ("two things", notice(days=[*notice()["days"], {"name": "元旦", "date": "2027-01-01", "isOffDay": False}])),
    ("must name days of 2028", notice(year=2028)),
    ("does not give 2027-10-03 off", notice(days=[one for one in notice()["days"] if one["date"] != "2027-10-03"])),
]


@pytest.mark.parametrize(("words", "body"), BAD)
def test_a_file_that_is_no_whole_notice_is_refused(words: str, body: object) -> None:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    with pytest.raises(BadInput, match=words):
        read_holiday_notice(text)


def test_a_file_made_to_break_the_reader_is_refused() -> None:
    with pytest.raises(BadInput, match="not JSON"):
        read_holiday_notice("[" * 500_000)
