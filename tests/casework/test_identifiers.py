"""Codes, numbers, phones, masks and money: the vectors and the round trips."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import identifiers, money
from casework.documents import KINDS
from casework.errors import BadInput
from casework.numbering import case_no, document_no, matter_no
from casework.settings_of_law import SETTINGS

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    "code", ["91110108551385082Q", "91350100M000100Y43", "91410100170051134L", "91370215MA3C0000H0"]
)
def test_valid_credit_codes_pass(code: str) -> None:
    assert identifiers.is_uscc(code)
    assert identifiers.uscc_remark(f" {code[:6]} {code[6:].lower()} ") is None


@pytest.mark.parametrize(
    ("code", "remark"),
    [("91510524209153817R", "uscc_check"), ("512002600441028", "uscc_old_number"), ("9137", "uscc_length")],
)
def test_odd_credit_codes_are_remarked_on(code: str, remark: str) -> None:
    assert not identifiers.is_uscc(code)
    assert identifiers.uscc_remark(code) == remark


def test_the_published_wrong_code_should_end_in_d() -> None:
    assert identifiers.uscc_check_digit("91510524209153817") == "D"


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_exactly_one_last_character_fits_a_credit_code(stem: str) -> None:
    fitting = [char for char in ALPHABET if identifiers.is_uscc(stem + char)]
    assert fitting == [identifiers.uscc_check_digit(stem)]


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0532-88551234", "053288551234"),
        ("12345", "12345"),
    ],
)
def test_phones_are_read_however_they_are_written(phone: str, digits: str) -> None:
    assert identifiers.plain_phone(phone) == digits


def test_masks_hide_what_they_must() -> None:
    assert identifiers.mask_name("王小明") == identifiers.mask_name("王明") == "王*"
    assert identifiers.mask_phone("13812345678") == "138****5678"
    assert identifiers.mask_identity_number("370215199001011234") == "370215********1234"
    assert identifiers.mask_phone("12345") == "*****"
    assert identifiers.mask_name(None) is None
    assert identifiers.mask_phone(" ") is None


@given(st.integers(0, 10**14))
def test_fen_and_yuan_are_inverse(fen: int) -> None:
    assert money.fen_of(money.yuan_of(fen)) == fen


@pytest.mark.parametrize("bad", ["-1", "0.001", "NaN", "Infinity", "1E20"])
def test_amounts_that_cannot_be_are_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="two decimals"):
        money.fen_of(Decimal(bad))


def test_amounts_in_words() -> None:
    assert money.yuan_words(78_400_000) == "784,000.00 yuan"
    assert money.fen_of(None) is None
    assert money.yuan_of(None) is None


def test_numbers_are_written_as_the_office_writes_them() -> None:
    form = str(SETTINGS["document.no.form"].default)
    word = str(SETTINGS["document.word.inquiry_notice"].default)
    assert (
        document_no(form=form, prefix="即人社劳监", word=word, year=2026, serial=41) == "即人社劳监询字〔2026〕第41号"
    )
    assert case_no(form="{prefix}案字〔{year}〕第{serial}号", prefix="即人社劳监", year=2026, serial=3).endswith(
        "第3号"
    )
    assert matter_no(prefix="JM", year=2026, serial=7) == "JM2026-00007"


def test_every_paper_has_a_number_of_its_own() -> None:
    words = [row.word for row in KINDS.values()]
    assert len(set(words)) == len(words)
    assert len(KINDS) > 20
    assert all(row.source and row.title for row in KINDS.values())
