"""Rosters as people, spreadsheets and ill will make them: each oddity is told with its line, and nothing is lost."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from casework.errors import BadInput
from services.money import ledger
from services.money.ledger import roster_in
from tests.services.office import Office
from tests.services.test_ledger import roster, seen
from tests.services.work import Work
from warehouse.engine import Warehouse

HEAD = "姓名\t身份证号\t电话\t月份\t欠薪金额\t核实金额"
GOOD = "李四\t\t13800000002\t2026-08\t4800\t"
MOST_MEMORY = 80_000_000


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def table(*lines: str) -> str:
    return "\n".join((HEAD, *lines))


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("NaN", "The amount cannot be read."),
        ("1e400", "The amount cannot be read."),
        ("1E+05", "The amount cannot be read."),
        ("inf", "The amount cannot be read."),
        ("-Infinity", "The amount cannot be read."),
        ("-4800", "The amount cannot be read."),
        ("−4800", "The amount cannot be read."),
        ("(4800)", "The amount cannot be read."),
        ("9" * 13, "The amount cannot be read."),
        ("9" * 400, "The amount cannot be read."),
        ("999999999999万", "The amount cannot be read."),
        ("0x10", "The amount cannot be read."),
        ("=1+1", "The amount cannot be read."),
        ("+4800", "The amount cannot be read."),
        ("#REF!", "The amount cannot be read."),
        ("4800.005", "The amount is finer than a fen."),
        ("\u0664\u0668\u0660\u0660x", "The amount cannot be read."),
        ("4 800,00 €", "The amount cannot be read."),
    ],
)
def test_an_amount_that_is_none_is_told_by_line_and_column(cell: str, why: str) -> None:
    found = roster_in(table(f"张伟\t\t\t2026-08\t{cell}\t", GOOD).encode())
    assert [(one.number, one.why) for one in found.bad] == [(2, why)]
    assert [(one.number, one.name, one.claimed) for one in found.rows] == [(3, "李四", Decimal(4800))]
    of_verified = roster_in(table(f"张伟\t\t\t2026-08\t1\t{cell}", GOOD).encode())
    assert [(one.number, one.why) for one in of_verified.bad] == [(2, why.replace("amount", "verified amount"))]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("=cmd|'/C calc'!A0\t\t\t2026-08\t1\t", "The name cannot be one."),
        ("@SUM(A1)\t\t\t2026-08\t1\t", "The name cannot be one."),
        ("张伟13800000001\t\t\t2026-08\t1\t", "The name cannot be one."),
        ("张" * 61 + "\t\t\t2026-08\t1\t", "The name cannot be one."),
        ("\t\t13800000001\t2026-08\t1\t", "There is no name in it."),
        ("张伟\t\t\t2026-13\t1\t", "The months cannot be read."),
        ("张伟\t\t\t=TODAY()\t1\t", "The months cannot be read."),
        ("张伟\t\t\t1899-01\t1\t", "The months cannot be read."),
        ("张伟\t\t\t99999999\t1\t", "The months cannot be read."),
        ("张伟\t\t\t2026-08\t\t", "There is no amount in it."),
    ],
)
def test_a_line_that_cannot_be_is_told_with_what_is_wrong_and_quotes_nothing(line: str, why: str) -> None:
    found = roster_in(table(line, GOOD).encode())
    assert [(one.number, one.why) for one in found.bad] == [(2, why)]
    assert len(found.rows) == 1


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_a_roster_of_any_usual_encoding_is_read_to_the_last_sign(charset: str, delimiter: str) -> None:
    text = table("欧阳娜娜\t\t13800000001\t2026年8月\t￥4800.50\t", "刘\u3000伟\t\t\t2026-09\t１００元\t")
    found = roster_in(text.replace("\t", delimiter).encode(charset))
    assert [(one.name, one.claimed) for one in found.rows] == [("欧阳娜娜", Decimal("4800.50")), ("刘伟", Decimal(100))]
    assert found.bad == ()


def zipped(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()


def workbook(rows: int, width: int = 2) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "欠薪金额"])
        for number in range(1, rows + 1):
            sheet.write_row(number, 0, ["张伟", 5, *[""] * (width - 2)])
    return made.getvalue()


def bomb() -> bytes:
    """A workbook whose sheet unpacks to far more than it says in bytes on disk."""
    with zipfile.ZipFile(BytesIO(workbook(1))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return zipped({**parts, sheet: parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b" " * 90_000_000)})


def nested() -> bytes:
    """A sheet of elements in elements, none of which ends."""
    with zipfile.ZipFile(BytesIO(workbook(1))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return zipped({**parts, sheet: parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b"<row>" * 400_000)})


def entities() -> bytes:
    """The billion laughs, in the strings of a workbook."""
    with zipfile.ZipFile(BytesIO(workbook(1))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    )
    return zipped({**parts, "xl/sharedStrings.xml": laughs})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bomb, "larger than 20 MB"),
        (nested, "holds more than any table"),
        (entities, "declarations"),
        (lambda: workbook(20_000), "more than 5000 rows"),
        (("姓名,金额\n" + "张,1\n" * 100_000).encode, "more than 5000 rows"),
        (("姓名\t金额\n" + "\t" * 200_000 + "\n").encode, "100000 cells"),
        (("姓名\t金额\n" + "张" * 300_000 + "\t1").encode, "CSV"),
        (lambda: b"%PDF-1.7\n\x00\x01\x02", "neither .xlsx nor text"),
        (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "neither|characters"),
        (lambda: zipped({"word/document.xml": b"<w/>"}), "not an Excel workbook"),
        (lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/vbaProject.bin": b"x"}), "macros"),
        ('姓名\t金额\n张伟\t"1'.encode, "quotation mark|cannot be read"),
        ("姓名\t电话\t联系电话\t金额\n张伟\t1\t2\t3".encode, "mean the same"),
    ],
)
def test_what_would_cost_too_much_or_is_no_table_is_refused_soon_and_small(
    make: Callable[[], bytes], words: str
) -> None:
    content = make()
    began = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match=words):
            roster_in(content)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY
    assert time.monotonic() - began < 4 * ledger.CAPS.seconds


def test_the_largest_roster_that_is_taken_loses_no_line(office: Office) -> None:
    work = Work(office)
    signs = [chr(0x4E00 + n) for n in range(80)]
    lines = [f"{one}{other}\t\t\t2026-08\t1\t" for one in signs[:50] for other in signs]
    taken = roster(work, table(*lines, "坏\t\t\t2026-08\tx\t"))
    assert (taken.workers, taken.lines, len(taken.bad)) == (4_000, 4_000, 1)
    assert seen(work).sums.claimed == 400_000


def test_of_many_lines_that_are_odd_or_stand_twice_twenty_are_named(office: Office) -> None:
    work = Work(office)
    lines = [f"王五\t110105194912310021\t\t2026-08\t{n}\t" for n in range(1, 24)]
    odd, twice = roster(work, table(*lines)).warnings
    assert odd.endswith(f"in lines {', '.join(map(str, range(2, 22)))}.")
    assert twice.startswith(f"Lines {', '.join(map(str, range(3, 23)))} name")


def test_every_line_of_a_roster_is_taken_or_told(office: Office) -> None:
    work = Work(office)
    roster(work, table("张伟\t\t13800000001\t2026-08\t100\t", "张伟\t\t13800000009\t2026-08\t100\t"))
    lines = [
        "王五\t110105194912310021\t1380\t2026-08\t5000\t",
        "王五\t110105194912310021\t1380\t2026-08\t6000\t",
        "王*\t\t138****0001\t2026-08\t70\t",
        "张伟\t\t\t2026-09\t1\t",
        "赵六\t\t\t2026-08\tmuch\t",
        "合计\t\t\t\t11071\t",
        "钱七\t3.70282E+17\t\t2026-08\t10\t20",
    ]
    taken = roster(work, table(*lines))
    assert [(one.number, one.why) for one in taken.bad] == [
        (4, "Nothing in it tells who it is."),
        (5, "Several workers of the ledger could be meant."),
        (6, "The amount cannot be read."),
        (7, "It is a line of sums."),
    ]
    assert taken.warnings == (
        "An identity number or a phone looks wrong and was taken as it is, in lines 2, 3, 8.",
        "Lines 3 name a worker and months that an earlier line names too; the larger sum counts.",
        "More is verified than was claimed for 1 workers.",
    )
    found = {worker.name: (worker.account.claimed, worker.remarks) for worker in seen(work).workers}
    assert found["王*"] == (600_000, ("id_no_check", "phone_odd"))
    assert found["钱*"] == (1_000, ("id_no_digits_lost",))
