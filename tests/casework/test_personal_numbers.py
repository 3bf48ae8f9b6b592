"""Numbers of persons are found however they are written; days, sums and codes of firms are none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.personal_numbers import personal_numbers

CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
BETWEEN = st.sampled_from(["", " ", "-", ".", "·", " - ", "—"])
FIGURES: tuple[dict[int, int], ...] = ({}, CHINESE, WIDE)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
BIRTHS = st.dates(date(1940, 1, 1), date(2008, 12, 31))
PLACES = st.sampled_from(["110105", "370215", "511024"])


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number of a person and how it is written."""
    kind = draw(st.sampled_from(["phone", "identity", "old"]))
    if kind == "phone":
        groups = [(phone := draw(PHONES))[:3], phone[3:7], phone[7:]]
    else:
        place, born, end = draw(PLACES), draw(BIRTHS), draw(st.integers(0, 999))
        last = draw(st.sampled_from("0123456789X")) if kind == "identity" else ""
        day = f"{born:%Y%m%d}" if kind == "identity" else f"{born:%y%m%d}"
        groups = [place, day, f"{end:03d}{last}"]
    return "".join(groups), draw(BETWEEN).join(groups).translate(draw(st.sampled_from(FIGURES)))


@given(numbers())
def test_a_number_of_a_person_is_found_however_it_is_written(given_: tuple[str, str]) -> None:
    number, written = given_
    assert number in personal_numbers(f"联系{written}。"), written


@pytest.mark.parametrize(
    "said",
    [
        "13812345678",
        "138.1234.5678",
        "+86 138-1234-5678",
        "一三八一二三四五六七八",
        "幺三八幺二三四五六七八",
        "11010519491231002X",
        "110105 1949-12-31 002X",
        "110105491231002",
        "6222 0000 1111 2222 333",
        "0532-88551234",
    ],
)
def test_these_are_numbers_of_persons(said: str) -> None:
    assert personal_numbers(f"职工{said}反映")


@pytest.mark.parametrize(
    "said",
    [
        "2026-01-05 - 2026-03-05",
        "2026.1.5-2026.3.5",
        "2026年9月至10月工资共30,000元",
        "二〇二六年九月至二〇二六年十一月",
        "2026.10-2026.12 30000.00元",
        "拖欠30,000元、29,000元、12,000.50元",
        "(1)38000000.00元",
        "三十八人一百三十八万元",
        "www.jimo.gov.cn/202611/t20261120_12345678.html",
        "即人社劳监罚字〔2026〕第12号",
    ],
)
def test_days_sums_and_numbers_of_papers_are_none(said: str) -> None:
    assert personal_numbers(said) == []


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_two_days_side_by_side_are_no_number(one: date, other: date) -> None:
    for between in (" - ", "-", " ", "~", "至"):
        assert personal_numbers(f"{one}{between}{other}期间") == []
