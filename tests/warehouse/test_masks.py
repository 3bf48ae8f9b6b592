"""What pages show of a person: numbers are masked however grouped, names however spaced; days and sums stay."""

from __future__ import annotations

import re
from unicodedata import digit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.personal_numbers import personal_numbers
from casework.written_numbers import FIGURE
from warehouse.queries.masks import mask_secret, mask_told

PHONES = (
    "{0}{1}{2}",
    "{0} {1} {2}",
    "{0}-{1}-{2}",
    "+86 {0}{1}{2}",
    "0086{0}{1}{2}",
    "86-{0}-{1}-{2}",
    "{0}{1} {2}",
    "（{0}）{1}{2}",
    "{0} — {1} – {2}",
)
GAPS = ("", " ", "-", ".", "·", "/", "_", "|", "．", "／", "　", "\u200b", "\u202d", "\ufe0f", " - ")
SCRIPTS = (
    "0123456789",
    "０１２３４５６７８９",
    "〇一二三四五六七八九",
    "○一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨",
)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_four = st.from_regex(r"\A[0-9]{4}\Z")


@given(st.sampled_from(PHONES), st.from_regex(r"\A1[3-9][0-9]\Z"), _four, _four, st.booleans())
def test_a_telephone_shows_three_figures_and_four(written: str, head: str, middle: str, tail: str, wide: bool) -> None:
    said = written.format(head, middle, tail)
    told = mask_told(f"电话{said.translate(_WIDE) if wide else said}，请回电") or ""
    figures = "".join(str(digit(sign)) for sign in told if sign.isdigit())
    assert figures == head + tail
    assert f"{middle}{tail}" not in told.replace(" ", "")
    assert not re.search(r"\d", mask_secret(f"电话{said}，请回电") or "")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("1 9 9 1 2 3 4 0 0 0 1", "199****0001"),
        ("1991 234 0001", "199****0001"),
        ("199 123 40001", "199****0001"),
        ("370282 19800101 0011", "370282********0011"),
        ("370282 1980 0101 001X", "370282********001X"),
        ("37028219800101001x", "370282********001x"),
        ("6228 4801 2345 6780 001", "***************0001"),
        ("6228480123456780001", "***************0001"),
        ("一三九一二三四五六七八", "***"),
        ("0532-88881234", "0532-****1234"),
        ("0532 8888 1234", "0532 ****1234"),
        ("壹叁捌壹贰叁肆伍陆柒捌", "***"),
        ("一三八○○○○一二三四", "***"),
        ("①③⑧①②③④⑤⑥⑦⑧", "①③⑧****⑤⑥⑦⑧"),
        ("①13812345678", "①138****5678"),
        ("方式一13812345678", "方式一138****5678"),
        ("138/1234/5678", "138****5678"),
        ("138.1234.5678", "138****5678"),
        ("138｜1234｜5678", "138****5678"),
        ("138\u202d1234\u202c5678", "138****5678"),
        ("13812345678/13912345678", "138****5678/139****5678"),
        ("370282 19900101 123Ⅹ", "370282********123Ⅹ"),
    ],
)
def test_a_number_is_masked_however_it_is_grouped(said: str, shown: str) -> None:
    assert mask_told(f"号码{said}，") == f"号码{shown}，"


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-20 2026-11-21",
        "自2026-08-01至2026-09-30",
        "欠13500 2026-11-20起",
        "欠12000.00元，共130人 2026-11-20",
        "即人社劳监询字〔2026〕第12号",
        "统一社会信用代码91370215MA61XMJANE",
        "二〇二六年十一月二十日",
        "2022 2023 2024 2025年",
        "JM2026-00012",
        "2026.1.5-2026.3.5",
        "3800/4200/5100/4300元",
        "二○二六年十一月二十日",
        "○○○○○○○○○○○○○○公司",
    ],
)
def test_days_sums_and_numbers_of_papers_stay_as_they_are(said: str) -> None:
    assert mask_told(said) == said


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(GAPS), st.sampled_from(SCRIPTS))
def test_a_number_that_nobody_knows_is_masked_in_every_spelling(phone: str, gap: str, script: str) -> None:
    said = gap.join((phone[:3], phone[3:7], phone[7:])).translate(str.maketrans("0123456789", script))
    for shown in (mask_told(f"工友{said}，请回电"), mask_secret(f"工友{said}，请回电")):
        assert phone not in personal_numbers(shown or ""), shown
    assert not re.search(FIGURE, mask_secret(f"工友{said}，请回电") or "")


@pytest.mark.parametrize("written", ["王小芳", "王 小芳", "王　小 芳", "王·小芳", "王\n小芳"])
def test_a_name_is_masked_however_it_is_spaced(written: str) -> None:
    assert mask_told(f"我叫{written}，在工地", "王小芳") == "我叫王*，在工地"
    assert mask_told(f"我叫{written}，在工地", "王 小芳") == "我叫王*，在工地"
    assert mask_secret(f"我叫{written}，在工地", "王小芳") == "我叫**，在工地"
