"""Numbers, sums and months as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import reading
from dedupe.numbers import month_number, month_text, number

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200), ("3万5", 35000), ("3.5万", 35000), ("3万5千", 35000), ("两万三千", 23000), ("两万三", 23000),
        ("一千二", 1200), ("一万零五百", 10500), ("一百二十", 120), ("十二", 12),
        ("二〇二五", 2025), ("叁万贰仟", 32000),
    ],
)  # fmt: skip
def test_a_number_is_read_in_digits_and_in_words(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "很多", "NaN", "Infinity", "十几个人"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.integers(0, 12 * 4000))
def test_a_month_survives_the_way_there_and_back(running: int) -> None:
    assert month_number(month_text(running)) == running


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("拖欠2026年3月至5月工资31000元，至今未付。", "31000"),
        ("5月工资1.58万元到现在没有结清。", "15800"),
        ("欠我工钱，一共三万二千元", "32000"),
        ("每月6000元，一共欠我12,000元没给", "12000"),
        ("拖欠工资2万多元", "20000"),
        ("月薪8000元，没有签合同", None),
        ("押金2000元不退", None),
    ],
)
def test_the_sum_owed_is_not_the_rate_of_pay(text: str, value: str | None) -> None:
    found = reading.amount(text)
    assert (found.value if found else None) == value
    if found:
        assert Decimal(found.value) > 0


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("今年3月份至5月的工资一直没发", ("2026-03", "2026-05")),
        ("去年10月到2026年2月没发工资", ("2025-10", "2026-02")),
        ("拖欠2018.9-2019.1工资", ("2018-09", "2019-01")),
        ("三月份至五月份的工资没发", ("2026-03", "2026-05")),
        ("欠2025年7月份的工资", ("2025-07", "2025-07")),
        ("本人于2016年9月入职，工资一直正常", None),
    ],
)
def test_the_unpaid_months_are_seen_from_the_day_of_telling(text: str, months: tuple[str, str] | None) -> None:
    found = reading.months(text, AT)
    assert (tuple(one.value for one in found) if found else None) == months
