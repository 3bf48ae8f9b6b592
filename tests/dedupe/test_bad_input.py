"""What nobody should send and somebody will: nothing breaks, and nothing is merged on nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from casework.linkage import LinkRecord
from dedupe.agglomeration import Words
from dedupe.engine import Linked, link_table
from dedupe.linker import link
from dedupe.tabulate import tabulate
from dedupe.weights import load_model
from tests.dedupe.making import said

ROWS = 500
NOBODY = Words.of([], {})
TEXTS = (
    "",
    "   ",
    "有限公司",
    "公司",
    "老板",
    "无",
    "不详",
    "海",
    "！！！。。。",
    "海" * 5000,
    "青岛海天建筑工程有限公司" * 420,
    "0" * 5000,
    "😀🏗️💰",
    "👨‍👩‍👧‍👦" * 1000,
    "\x00",
    "\x00\x01\x07\x1b[31m",
    "\u200b\u200d\ufeff",
    "\u202e有限公司",
    "\ud800有限公司",
)
FIELDS = (
    "employer_name",
    "employer_uscc",
    "site_name",
    "site_address",
    "district_code",
    "complainant_name",
    "complainant_phone",
    "complainant_id_no",
    "arrears_from",
    "arrears_to",
    "boss_name",
    "boss_phone",
    "narrative",
)


def _linked(records: list[LinkRecord]) -> Linked:
    return link_table(tabulate(records), NOBODY, load_model())


def _cases(records: list[LinkRecord]) -> int:
    grouped = _linked(records).grouped
    assert (grouped.case[grouped.claim] == grouped.case).all()
    return len(np.unique(grouped.case))


def _rows(count: int = ROWS, **fields: Any) -> list[LinkRecord]:
    return [said(f"c{row}", day=row % 60, **fields) for row in range(count)]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_five_hundred_employers_that_say_nothing_are_five_hundred_cases(text: str) -> None:
    assert _cases(_rows(employer_name=text)) == ROWS


@pytest.mark.parametrize("text", TEXTS[:9], ids=range(9))
def test_nor_do_months_and_sums_make_one_case_of_them(text: str) -> None:
    rows = _rows(employer_name=text, district_code="370215", arrears_from="2026-06", amount_owed=Decimal(10_000))
    assert _cases(rows) == ROWS


@pytest.mark.parametrize("text", [*TEXTS[:11], *TEXTS[12:]], ids=range(len(TEXTS) - 1))
def test_a_file_that_says_one_thing_in_every_field_is_merged_by_nobody(text: str) -> None:
    """Columns that were mixed up, or a form sent off untouched: where all are alike the fuse blows."""
    fields: dict[str, Any] = dict.fromkeys(FIELDS, text)
    records = _rows(**fields, crew=((text, text, text),) * 3)
    found = link(records, explained=False)
    assert len(set(found.case_of.values())) == ROWS


@pytest.mark.parametrize(
    "fields",
    [
        {"complainant_phone": "12345678901"},
        {"complainant_phone": "11111111111"},
        {"complainant_phone": "00000000000", "complainant_name": "无"},
        {"complainant_id_no": "000000000000000000"},
        {"complainant_id_no": "111111111111111111"},
        {"complainant_id_no": "123456789012345678"},
        {"complainant_name": "张*", "complainant_phone": "***********", "complainant_id_no": "*" * 18},
        {"complainant_name": "匿名"},
        {"narrative": "拖欠工资，请领导帮忙。"},
        {"boss_name": "老板", "employer_name": "老板"},
        {"site_name": "工地", "employer_name": "工地"},
        {"site_address": "青岛市", "employer_name": "青岛市"},
    ],
    ids=str,
)
def test_what_is_typed_to_fill_a_field_joins_nobody(fields: dict[str, Any]) -> None:
    assert _cases(_rows(**fields)) == ROWS


@pytest.mark.parametrize(
    "amount", ["1E+15", "1E+400", "1E-400", "-5", "0", "NaN", "sNaN", "Infinity", "-Infinity"], ids=str
)
def test_no_sum_of_money_breaks_the_linker_or_joins_anybody(amount: str) -> None:
    assert _cases(_rows(50, amount_owed=Decimal(amount), employer_name="有限公司")) == 50


@pytest.mark.parametrize(
    "month", ["0000-00", "9999-99", "2026-13", "2026-00", "1900-01", "2026-6", "２０２６-０６", "-1", "soon", ""]
)
def test_no_month_breaks_the_linker_or_joins_anybody(month: str) -> None:
    assert _cases(_rows(50, arrears_from=month, arrears_to=month)) == 50


def test_no_day_and_no_count_breaks_the_linker() -> None:
    days = [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
    counts = [-1, 0, 1, 10**18, 2**63]
    rows = [said(f"d{row}", submitted_at=day) for row, day in enumerate(days)]
    rows += [said(f"h{row}", workers_count=count) for row, count in enumerate(counts)]
    assert _cases(rows) == len(days) + len(counts)


def test_bad_rows_change_nothing_for_the_good_ones() -> None:
    good: dict[str, Any] = {
        "employer_name": "青岛蓝天海产有限公司",
        "complainant_name": "张建国",
        "complainant_phone": "13812345678",
        "arrears_from": "2026-06",
        "arrears_to": "2026-08",
    }
    pair = [said("a", **good), said("b", day=3, **good)]
    bad = [said(f"x{row}", employer_name=text, complainant_name=text) for row, text in enumerate(TEXTS * 5)]
    found = link([*bad[:40], pair[0], *bad[40:], pair[1]], explained=False)
    assert found.breaker is None
    assert found.case_of["a"] == found.case_of["b"]
    assert found.claim_of["a"] == found.claim_of["b"]
    assert len(set(found.case_of.values())) == len(bad) + 1
