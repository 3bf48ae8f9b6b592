"""Weeks and months of the bulletin, what each is held against, trades, and names that may point at somebody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.bulletins import Kind, ahead, around, back, held, period, reference, same_of, speaks_of_nobody
from casework.complaint import Sector
from casework.errors import BadInput
from casework.trades import CONSTRUCTION, OTHER, TITLES, trade_of

DAY = st.dates(date(2005, 1, 1), date(2095, 12, 31))
KIND = st.sampled_from(Kind)


@given(DAY, KIND)
def test_every_day_lies_in_one_period_and_periods_join(day: date, kind: Kind) -> None:
    one = held(kind, day)
    assert one.first <= day < one.after
    assert period(one.name) == one
    assert ahead(one).first == one.after
    assert back(ahead(one)) == one
    assert back(one).after == one.first
    assert reference(one)[1] == one.first


@given(DAY, KIND, st.integers(1, 3))
def test_the_same_weeks_of_an_earlier_year_lie_a_year_back(day: date, kind: Kind, years: int) -> None:
    one, same = held(kind, day), same_of(held(kind, day), years)
    assert same.kind is kind
    assert same.year == one.year - years
    assert abs((one.first - same.first).days - 365.25 * years) <= 7
    first, after = around(same)
    assert after <= reference(one)[0] or years == 1
    assert after <= one.first
    assert (after - first) == (timedelta(days=21) if kind is Kind.WEEKLY else timedelta(days=same.days))


def test_a_year_without_week_53_lends_its_last() -> None:
    assert same_of(period("2026-W53"), 1).name == "2025-W52"
    assert period("2026-W53").after == date(2027, 1, 4)
    assert same_of(period("2024-02"), 1).days == 28


@pytest.mark.parametrize(
    "name",
    ["", "2026", "2026-W00", "2025-W53", "2026-13", "2026-00", "2026-W1", "2026-11-01", "２０２６-11", "1999-01"],
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="A bulletin is of a week"):
        period(name)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("青岛恒崮市政工程有限公司", True),
        ("滨海花园", True),
        ("万达城", True),
        ("张工地", True),
        ("二期", True),
        ("张三", False),
        ("欧阳峰", False),
        ("", False),
        ("工地13800138000", False),
        ("阿不都·热合曼", False),
        ("Harbour Site", True),
    ],
)
def test_a_name_that_may_be_a_persons_is_not_printed(name: str, printed: bool) -> None:
    assert speaks_of_nobody(name) is printed


@pytest.mark.parametrize(
    ("sector", "employer", "trade"),
    [
        (Sector.CONSTRUCTION, "青岛蓝海餐饮有限公司", CONSTRUCTION),
        (Sector.OTHER, "青岛蓝海餐饮有限公司", "H"),
        (Sector.OTHER, "青岛筑北建设工程有限公司", OTHER),
        (Sector.UNKNOWN, "即墨区小李快递站", "G"),
        (Sector.OTHER, "青岛人和劳务有限公司", "L"),
        (Sector.OTHER, None, OTHER),
        (Sector.OTHER, "某某", OTHER),
    ],
)
def test_the_trade_is_in_the_name_and_construction_in_the_sector(
    sector: Sector, employer: str | None, trade: str
) -> None:
    assert trade_of(sector.value, employer) == trade
    assert trade in TITLES
