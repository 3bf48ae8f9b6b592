"""A list of who was paid how much, as a bank or an employer gives it: read as a roster, by the sum that was paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from casework.rosters import HEADINGS, Cells, Roster, read_roster

PAID = frozenset(
    {
        "实发金额", "实发工资", "实发", "实付金额", "实付", "已付金额", "支付金额", "付款金额", "转账金额", "代发金额",
        "交易金额", "发放金额", "到账金额", "paid", "amountpaid",
    }
)  # fmt: skip
"""What the column of the sum that was paid is called. The list is ours: no form of a payment list is prescribed."""
_LOOKED_AT = 20
_SUM = "金额"


def read_paid(lines: Sequence[Cells]) -> Roster:
    """Every line with what was paid as its sum. Where a heading says what was paid, other sums are left out.

    A list that names what was owed and not what was paid is one of sums under a plain heading, such as 金额. Raises
    `BadInput` as `read_roster` does.
    """
    for index, (number, cells) in enumerate(lines[:_LOOKED_AT]):
        named = [_bare(cell) for cell in cells]
        if any(one in PAID for one in named):
            told = tuple(_heading(cell, bare) for cell, bare in zip(cells, named, strict=True))
            return read_roster([*lines[:index], (number, told), *lines[index + 1 :]])
    return read_roster(lines)


def _heading(cell: str, bare: str) -> str:
    if bare in PAID:
        return _SUM
    return "" if bare in HEADINGS["claimed"] | HEADINGS["verified"] else cell


def _bare(cell: str) -> str:
    return re.sub(r"[\s*:_()/]|元|单位", "", normalize("NFKC", cell)).casefold()
