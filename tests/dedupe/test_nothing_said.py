"""Fields that were filled only because the form asked for something name nobody and nothing."""

from __future__ import annotations

import pytest

from dedupe.employers import employer
from dedupe.persons import credit_code, person
from dedupe.sites import site


@pytest.mark.parametrize("code", ["000000000000000000", "111111111111111111", "0 0 0", ""])
def test_a_code_typed_to_fill_the_field_is_none(code: str) -> None:
    assert credit_code(code) is None


@pytest.mark.parametrize("name", ["有限公司", "某公司", "工地", "项目部", "建筑公司", "0", "****"])
def test_what_names_an_employer_names_no_person(name: str) -> None:
    assert person(name) is None


@pytest.mark.parametrize("name", ["00000", "12345678", "1" * 5000, "!!!", "啊啊啊啊", "😀😀", "aaaaaa", "……"])
def test_a_name_without_a_letter_or_of_one_character_is_no_firm_and_no_site(name: str) -> None:
    firm, spot = employer(name), site(name)
    assert firm is None or (not firm.core and firm.site is None)
    assert spot is None or not spot.core


def test_a_doubled_character_is_a_name() -> None:
    firm, spot = employer("青岛鑫鑫建筑有限公司"), site("圆圆小区")
    assert firm is not None
    assert firm.core == "鑫鑫"
    assert spot is not None
    assert spot.core == "圆圆"
