"""Numbers of persons are found however they are written; days, sums and codes of firms are none."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import category, digit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.personal_numbers import personal_numbers
from casework.written_numbers import FIGURE, UNSEEN, in_figures, may_hold_number, without_numbers

CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHEQUE = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
BETWEEN = st.sampled_from(["", " ", "-", ".", "·", " - ", "—", "/", "_", "．", "　", "\u200b", " : "])
FIGURES: tuple[dict[int, int], ...] = ({}, CHINESE, WIDE, CHEQUE, CIRCLED)
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
BIRTHS = st.dates(date(1940, 1, 1), date(2008, 12, 31))
PLACES = st.sampled_from(["110105", "370215", "511024"])


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number of a person and how it is written."""
    kind = draw(st.sampled_from(["phone", "identity", "old"]))
    as_a_day = draw(st.booleans())
    if kind == "phone" and as_a_day:
        groups = [draw(st.sampled_from(["138", "139", "186"])), f"{draw(BIRTHS):%Y-%m-%d}"]
    elif kind == "phone":
        groups = [(phone := draw(PHONES))[:3], phone[3:7], phone[7:]]
    else:
        place, born, end = draw(PLACES), draw(BIRTHS), draw(st.integers(0, 999))
        last = draw(st.sampled_from("0123456789X")) if kind == "identity" else ""
        whole = f"{born:%Y-%m-%d}" if as_a_day else f"{born:%Y%m%d}"
        groups = [place, whole if kind == "identity" else f"{born:%y%m%d}", f"{end:03d}{last}"]
    between = draw(BETWEEN) or (" " if "-" in "".join(groups) else "")
    return "".join(groups).replace("-", ""), between.join(groups).translate(draw(st.sampled_from(FIGURES)))


@given(numbers())
def test_a_number_of_a_person_is_found_however_it_is_written(given_: tuple[str, str]) -> None:
    number, written = given_
    assert number in personal_numbers(f"联系{written}。"), written
    assert may_hold_number(f"联系{written}。"), written
    assert without_numbers(f"联系{written}。", [number], lambda _: "***") == "联系***。", "what is refused is hidden"


@given(numbers(), numbers(), st.text(max_size=60))
def test_what_the_public_may_not_read_is_hidden_where_it_is_known(
    one: tuple[str, str], other: tuple[str, str], beside: str
) -> None:
    said = f"{beside}电话{one[1]}，证件{other[1]}。{beside}"
    found = personal_numbers(said)
    assert {one[0], other[0]} <= set(found)
    left = without_numbers(said, found, lambda _: "***")
    assert not {one[0], other[0]} & set(personal_numbers(left)), left
    assert without_numbers(left, found, lambda _: "***") == left


def test_a_figure_is_all_that_the_standard_calls_a_digit_and_each_keeps_its_place() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    digits = {letter: str(value) for letter in letters if (value := digit(letter, None)) is not None}
    spelled = dict(zip("〇一二三四五六七八九零壹贰叁肆伍陆柒捌玖幺", "012345678901234567891", strict=True))
    assert in_figures("".join(digits)) == "".join(digits.values())
    assert in_figures("".join(spelled)) == "".join(spelled.values())
    assert set(re.findall(FIGURE, "".join(letters))) == {*digits, *spelled, *"貳參陸○", *"XxＸｘⅩⅹ"}
    unseen = "".join(letter for letter in letters if category(letter) in {"Cf", "Mn", "Me"})
    assert set(in_figures(unseen)) == {UNSEEN}
    assert not re.search(FIGURE, unseen)
    assert all(len(in_figures(letter)) == 1 for letter in letters[::7])


@given(numbers(), numbers(), st.sampled_from([*"/*:|()[]~_+;,，、；·。\n甲元", " ", " / ", " - ", "  ", "）（"]))
def test_two_numbers_side_by_side_are_both_found(one: tuple[str, str], other: tuple[str, str], between: str) -> None:
    said = f"联系{one[1]}{between}{other[1]}。"
    assert {one[0], other[0]} <= set(personal_numbers(said)), said


@given(numbers(), st.integers(0, 99), st.sampled_from([". ", "/", " ", ":", "*", ")", "|", "、"]), st.booleans())
def test_a_short_number_beside_hides_none(one: tuple[str, str], short: int, between: str, before: bool) -> None:
    said = f"{short}{between}{one[1]}" if before else f"{one[1]}{between}{short}"
    assert one[0] in personal_numbers(f"联系{said}。"), said


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("2026-11-20 09:30 到场，2026-11-21复查", False),
        ("2026-01-05 - 2026-03-05", False),
        ("共130人，3号楼", False),
        ("138 2026-11-20", True),
        ("110105 - 1949-12-31 - 002X", True),
        ("88551234", True),
        ("八八五五一二三四", True),
    ],
)
def test_days_alone_ask_for_no_known_numbers(said: str, *, may: bool) -> None:
    assert may_hold_number(said) is may


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
        "壹叁捌壹贰叁肆伍陆柒捌",
        "①③⑧①②③④⑤⑥⑦⑧",
        "138/1234/5678",
        "138\u200b1234\u200b5678",
        "138 2011-12-31",
        "3/13812345678",
        "(1) 13812345678",
        "13812345678*2",
        "13812345678:8",
        "1. 13812345678",
        "工号3 13812345678",
        "①13812345678",
        "方式一13812345678",
        "0532-88512345/88512346",
        "020-20110512",
        "370282 19900101 123Ⅹ",
        "3702 8219 9001 0112 34",
        "138 1234 5678元旦前有效",
        "138 1234 5678元",
        "138\u202d1234\u202c5678",
        "\ufe0f\u20e3".join("13812345678"),
        "一三八○○○○一二三四",
        "138|1234|5678",
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
        "3800+4200+5100+4300=17400元",
        "分别为38000、42000、51000元",
        "20260105-20260305",
        "2026/01/05—2026/03/05",
        "2026-11-20 13:30 - 2026-11-20 15:30",
        "1. 3800 2. 4200 3. 510",
        "3800/4200/5100/4300元",
        "共38人，违反第三十八条第一款第138项",
        "○○公司二○二六年一月五日",
    ],
)
def test_days_sums_and_numbers_of_papers_are_none(said: str) -> None:
    assert personal_numbers(said) == []


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_two_days_side_by_side_are_no_number(one: date, other: date) -> None:
    for between in (" - ", "-", " ", "~", "至"):
        assert personal_numbers(f"{one}{between}{other}期间") == []
