"""Rosters: the good lines are taken, the bad ones told by number, and no cell is ever more than text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casework.errors import BadInput
from casework.ledger import Span
from casework.rosters import MOST_LINES, id_no_remark, read_roster

HEAD = (2, ("序号", "姓 名", "身份证号", "联系电话", "欠薪月份", "欠薪金额（元）"))


def lines(*rows: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    return [(1, ("某工地工资表",)), HEAD, *((number, row) for number, row in enumerate(rows, start=3))]


def test_a_payroll_with_a_title_row_is_read_under_its_headings() -> None:
    row = ("1", "张 伟", "11010519491231002x", "+86 138-1234-5678", "2026年8-10月", "￥16,000.00")
    found = read_roster(lines(row)).rows[0]
    assert (found.name, found.phone, found.id_no) == ("张伟", "13812345678", "11010519491231002X")
    assert (found.span, found.claimed, found.remarks) == (Span("2026-08", "2026-10"), Decimal(16_000), ())


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("1", "", "", "", "", "5"), "There is no name in it."),
        (("合计", "合计", "", "", "", "5"), "It is a line of sums."),
        (("1", "=cmd|' /C calc'!A0", "", "", "", "5"), "The name cannot be one."),
        (("1", "张伟", "", "", "", ""), "There is no amount in it."),
        (("1", "张伟", "", "", "", "=SUM(F3:F9)"), "The amount cannot be read."),
        (("1", "张伟", "", "", "", "-5"), "The amount cannot be read."),
        (("1", "张伟", "", "", "", "5.123"), "The amount is finer than a fen."),
        (("1", "张伟", "", "", "2026-13", "5"), "The months cannot be read."),
    ],
)
def test_a_bad_line_is_told_and_the_good_ones_are_taken(row: tuple[str, ...], why: str) -> None:
    found = read_roster(lines(row, ("2", "李四", "", "", "", "4800")))
    assert [(one.number, one.why) for one in found.bad] == [(3, why)]
    assert [one.name for one in found.rows] == ["李四"]


@pytest.mark.parametrize(
    ("number", "remark"),
    [
        ("11010519491231002X", None),
        ("110105194912310021", "id_no_check"),
        ("110105491231002", None),
        ("3.70282E+17", "id_no_digits_lost"),
        ("G12345678", "id_no_form"),
    ],
)
def test_a_wrong_identity_number_is_a_remark_and_no_refusal(number: str, remark: str | None) -> None:
    found = read_roster(lines(("1", "张伟", number, "", "", "5")))
    assert (found.rows[0].remarks, found.bad) == ((remark,) if remark else (), ())
    assert remark == "id_no_digits_lost" or id_no_remark(number) == remark


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2026-08", "2026-08", "2026-08"),
        ("202608", "2026-08", "2026-08"),
        ("2026年8月份", "2026-08", "2026-08"),
        ("2026-08-01 00:00:00", "2026-08", "2026-08"),
        ("46235", "2026-08", "2026-08"),
        ("2026.8-2026.10", "2026-08", "2026-10"),
        ("2026年8月至10月", "2026-08", "2026-10"),
        ("2026-08至2026-10", "2026-08", "2026-10"),
        ("２０２６－０８", "2026-08", "2026-08"),
    ],
)
def test_months_are_read_however_they_are_written(cell: str, first: str, last: str) -> None:
    assert read_roster(lines(("1", "张伟", "", "", cell, "5"))).rows[0].span == Span(first, last)


def test_a_pasted_list_without_headings_is_read_by_its_looks() -> None:
    pasted = [(1, ("张伟", "13812345678", "2026-08", "4800")), (2, ("1", "李四", "1.6万元")), (3, ("王五",))]
    found = read_roster(pasted)
    assert [(one.name, one.phone, one.span.first, one.claimed) for one in found.rows] == [
        ("张伟", "13812345678", "2026-08", Decimal(4800)),
        ("李四", None, "", Decimal(16_000)),
    ]
    assert [one.number for one in found.bad] == [3]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("千分甲", "2026-09", "12", "000"), "The line has more cells than the headings"),
        (("乙", "2026-09", "999999999999万"), "The amount cannot be read."),
        (("\u200b=cmd", "2026-09", "100"), "The name cannot be one."),
        (("\u200b", "2026-09", "100"), "There is no name in it."),
        (("丁", "2026-02-30", "100"), "The months cannot be read."),
    ],
)
def test_a_slip_that_would_change_a_sum_or_a_name_is_told(cells: tuple[str, ...], why: str) -> None:
    found = read_roster([(1, ("姓名", "月份", "金额")), (2, cells), (3, ("乙\u202e丙", "2026-09", "100", ""))])
    assert [one.why.partition(";")[0] for one in found.bad] == [why]
    assert [one.name for one in found.rows] == ["乙丙"]


def test_two_sums_in_a_line_without_headings_are_one_too_many() -> None:
    found = read_roster([(1, ("1", "张伟", "2026-09", "12000")), (2, ("千分乙", "2026-09", "12", "000"))])
    assert [(one.name, one.claimed) for one in found.rows] == [("张伟", Decimal(12_000))]
    assert [one.why.partition(";")[0] for one in found.bad] == ["Two cells look like a sum"]


def test_no_roster_and_too_much_of_one_are_refused() -> None:
    with pytest.raises(BadInput, match="no lines"):
        read_roster([(1, ("",))])
    with pytest.raises(BadInput, match="at most"):
        read_roster([(number, ("张伟", "5")) for number in range(MOST_LINES + 1)])
    with pytest.raises(BadInput, match="mean the same"):
        read_roster([(1, ("姓名", "金额", "欠薪金额")), (2, ("张伟", "1", "2"))])


def test_no_sentence_about_a_bad_line_quotes_it() -> None:
    bad = read_roster(lines(("1", "孙玉兰13987654321", "", "", "", "5"), ("2", "孙玉兰", "", "", "", "孙玉兰"))).bad
    assert len(bad) == 2
    assert not any("孙玉兰" in one.why or "139" in one.why for one in bad)


def test_a_line_without_headings_may_tell_its_first_and_last_month_apart() -> None:
    apart = read_roster([(1, ("王一", "13800000001", "2026-01", "2026-06", "30000"))]).rows[0]
    assert (apart.span, apart.claimed) == (Span("2026-01", "2026-06"), Decimal(30_000))
    one = read_roster([(1, ("王一", "13800000001", "2026-01", "30000"))]).rows[0]
    assert one.span == Span("2026-01", "2026-01")
