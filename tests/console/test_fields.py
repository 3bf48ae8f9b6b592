"""What is typed into one field: sums are figures and nothing else, and a list that cannot be told apart is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from starlette.datastructures import FormData

from console.fields import NOT_MONEY, Fields
from console.paid_lines import paid_lines


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("4800", "4800"),
        ("4,800.50", "4800.50"),
        (" ４８００．５ ", "4800.5"),
        ("1,234,567", "1234567"),
        ("12.500", "12.5"),
    ],
)
def test_a_sum_is_read_as_it_is_written(typed: str, yuan: str) -> None:
    fields = Fields(FormData([("sum", typed)]))
    assert fields.yuan("sum") == Decimal(yuan)
    assert fields.errors == {}


@pytest.mark.parametrize(
    "typed", ["1e5", "1E-2", "1_0", "٣", "1,2", "12,00", "1,2345", "+5", "-5", "5.", ".5", "NaN", "0.001"]
)
def test_what_could_be_a_slip_is_no_sum(typed: str) -> None:
    fields = Fields(FormData([("sum", typed)]))
    assert fields.yuan("sum") is None
    assert fields.errors == {"sum": NOT_MONEY}


def test_a_pasted_sum_with_a_comma_in_it_is_not_taken_as_another() -> None:
    fields = Fields(FormData([("lines", "欧阳 锋 4800\n张三,12,000")]))
    assert paid_lines("lines", fields) is None
    assert fields.errors == {"lines": NOT_MONEY}
    found = paid_lines("lines", Fields(FormData([("lines", "欧阳 锋，4800")])))
    assert found is not None
    assert [(one.name, one.amount) for one in found] == [("欧阳锋", Decimal(4800))]
