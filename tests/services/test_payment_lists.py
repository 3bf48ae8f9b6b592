"""A payment list as a file: each line is one worker's of the ledger, or nothing of it is taken."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from casework.errors import ArrearsError, BadInput
from casework.paid_lists import read_paid
from services.money import ledger
from services.money.payment_lists import amounts_in
from tests.services.office import Office
from tests.services.work import Work
from warehouse.engine import Warehouse

CREW = "姓名\t电话\t月份\t欠薪金额\n" + "\n".join(f"工人{n}\t1380000000{n}\t2026-09\t10000" for n in range(3))


@pytest.fixture
def work(store: Warehouse, now: datetime) -> Work:
    one = Work(Office(store, now))
    one.do(ledger.add_roster, content=CREW.encode())
    one.do(ledger.add_roster, content="张伟\t13800000011\t2026-09\t100\n张伟\t13800000012\t2026-09\t100".encode())
    return one


def sheet(*lines: tuple[object, ...]) -> bytes:
    """A workbook as a bank gives it out."""
    held = BytesIO()
    with xlsxwriter.Workbook(held) as book:
        page = book.add_worksheet()
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)
    return held.getvalue()


def paid(work: Work, content: bytes) -> dict[int, Decimal]:
    """The sums by worker that a file comes to."""
    return amounts_in(work.store, case_id=work.id, content=content, actor=work.lead)


def test_a_bank_list_is_read_by_what_was_paid_and_each_line_finds_its_worker(work: Work) -> None:
    book = sheet(
        ("某公司代发明细",),
        ("姓名", "手机", "应发工资", "实发金额"),
        ("工人0", "13800000000", 10000, 4000.5),
        ("工人2", "", 10000, 6000),
        ("工人2", "13800000002", 10000, 1000),
        ("张伟", "13800000012", 100, 80),
    )
    assert paid(work, book) == {1: Decimal("4000.5"), 3: Decimal(7000), 5: Decimal(80)}
    assert paid(work, "工人1,9999.99".encode()) == {2: Decimal("9999.99")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("姓名,实发金额\n工人0,10\n外人,20", "Lines 3 of the payment list fit no worker"),
        ("姓名,实发金额\n张伟,20", "Lines 2 of the payment list fit no worker of the ledger, or several"),
        ("姓名,实发金额\n工人0,一百", "Line 2 of the payment list cannot be taken"),
        ("姓名,实发金额\n工人0,1.005", "Line 2 of the payment list cannot be taken"),
    ],
)
def test_one_line_that_fits_nobody_or_two_stops_the_whole_list(work: Work, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        paid(work, text.encode())


def test_what_is_no_table_or_no_case_of_ones_own_is_refused(work: Work) -> None:
    with pytest.raises(BadInput):
        paid(work, b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(BadInput):
        paid(work, b"")
    with pytest.raises(BadInput, match="larger"):
        paid(work, b"x" * 1_000_001)
    with pytest.raises(ArrearsError):
        amounts_in(work.store, case_id=work.id, content=CREW.encode(), actor=work.office.desk)


def test_without_a_heading_of_what_was_paid_a_plain_sum_counts() -> None:
    lines = [(1, ("姓名", "金额")), (2, ("王五", "12.50"))]
    assert [(one.name, one.claimed) for one in read_paid(lines).rows] == [("王五", Decimal("12.50"))]
