"""The workbook opened again by two other programs says cell by cell what was written, and nothing in it runs.

And a locked month is the same file after a hundred merges and splits.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError
from services.linkage.linking import merge_cases, split
from services.months.closing_month import Asked, export_month
from services.months.freezing_month import freeze_month, restate_month
from services.months.month_titles import SHEETS
from tests.libreoffice import EVERY_SHEET, converted, needs_soffice
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseMembershipRow, CaseRow
from warehouse.statistics.grounds import window
from warehouse.statistics.month import cells_of, figures, items
from warehouse.store.months import NotAsLocked, frozen, recounted

ACTS = 100
HOSTILE = ("=1+1", "+A1", "-2", "@SUM(A1)", '=HYPERLINK("http://evil.example")')


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@pytest.fixture
def small_office(empty: Template, tmp_path: Path, now: datetime) -> Iterator[Office]:
    """On one engine: what is looked at is the file."""
    with empty.store(tmp_path / "arrears.db") as store:
        yield Office(store, now)


def taken(office: Office, path: Path, *, outside: bool = False) -> bytes:
    given: dict[str, Any] = {"purpose": "月报", "actor": office.head, "at": LATER, "asked": Asked(outside=outside)}
    export_month(office.store, month=MONTH, path=path, **given)
    return path.read_bytes()


def cells(path: Path) -> dict[tuple[str, str], Any]:
    """By sheet and place every cell that says something."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


@needs_soffice
@pytest.mark.timeout(280)
def test_libreoffice_reads_cell_by_cell_what_was_written(small_office: Office, tmp_path: Path) -> None:
    history(small_office, random.Random(3))
    with small_office.store.write() as session:
        for row, name in zip(session.scalars(select(AccountRow).order_by(AccountRow.id)), HOSTILE, strict=False):
            row.name = name
    freeze_month(small_office.store, month=MONTH, actor=small_office.head, at=LATER)
    small_office.case(received_at=datetime(2026, 10, 9, tzinfo=UTC))
    restate_month(small_office.store, month=MONTH, reason="=cmd|' /C calc'!A0", actor=small_office.head, at=LATER)
    path = tmp_path / "october.xlsx"
    taken(small_office, path)
    said = cells(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["封面", "总表", *SHEETS.values(), "交叉", "核对", "用时", "更正", "拉取凭证", "口径说明"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any(value in HOSTILE for value in said.values()), "what is hostile stands in it as a text"
    again = cells(converted(converted(path, "ods", tmp_path / "ods"), "xlsx", tmp_path / "again"))
    assert set(again) == set(said)
    assert [where for where, value in said.items() if not same(value, again[where])] == []
    converted(path, EVERY_SHEET, tmp_path / "csv")
    for name in book.sheetnames:
        with (tmp_path / "csv" / f"october-{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        own = {where: value for (sheet, where), value in said.items() if sheet == name}
        unlike = [where for where, value in own.items() if not same(value, _at(rows, book[name][where]))]
        assert unlike == [], name


def _at(rows: list[list[str]], cell: Any) -> str:
    return str(rows[cell.row - 1][cell.column - 1])


def same(value: Any, other: Any) -> bool:
    """Numbers to the tenth digit, a rate also where it is written in percent; texts letter by letter."""
    if isinstance(value, int | float):
        said = str(other)
        number = Decimal(said[:-1]) / 100 if said.endswith("%") else Decimal(said)
        return abs(Decimal(str(value)) - number) < Decimal("1e-9")
    return str(value).replace("\r\n", "\n") == str(other).replace("\r\n", "\n")


def test_every_sheet_has_its_chart_its_frozen_headings_and_its_page(small_office: Office, tmp_path: Path) -> None:
    history(small_office, random.Random(3))
    taken(small_office, tmp_path / "a.xlsx")
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for name in SHEETS.values():
        assert len(book[name]._charts) == 1
        assert book[name].print_title_rows is not None
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        assert max(one.width for one in sheet.column_dimensions.values()) >= 13
    assert book["封面"].print_area
    sums = list(book["核对"].iter_rows(min_row=2, values_only=True))
    assert len(sums) > 30
    assert all(len({*row[2:-2]}) == 1 and row[-2] == 0 for row in sums), "all sums of a figure are one number"


def test_a_locked_month_is_the_same_file_after_a_hundred_merges_and_splits(office: Office, tmp_path: Path) -> None:
    chance = random.Random(11)
    for _ in range(24):
        office.case(channels=chance.choice((("petition",), ("petition", "hotline_12345"), ("petition",) * 3)))
    history(office, chance)
    with office.store.read() as session:
        then = figures(session, MONTH, territories=("370215",))
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    before = [taken(office, tmp_path / name, outside=out) for name, out in FILES]
    done = 0
    while done < ACTS:
        done += _merge_or_split(office, chance)
        if done % 10 == 0:
            office.case(received_at=datetime(2026, 10, chance.randint(1, 28), tzinfo=UTC))
    with office.store.write() as session:
        for account in session.scalars(select(AccountRow)):
            account.name = f"{account.name} 改名"
    assert [taken(office, tmp_path / name, outside=out) for name, out in FILES] == before
    with office.store.read() as session:
        lock = frozen(session, MONTH, "370215")
        assert lock is not None
        assert cells_of(recounted(session, lock)) == then.cells == lock.figures.cells, "as of the lock"
        assert cells_of(items(session, window(MONTH), territories=("370215",))) != then.cells, "and today it is another"


FILES = (("a.xlsx", False), ("a.csv", False), ("o.xlsx", True), ("o.csv", True))


def _merge_or_split(office: Office, chance: random.Random) -> int:
    """One act on cases taken by chance; 0 where it is refused."""
    member = CaseMembershipRow
    with office.store.read() as session:
        open_ = select(member.case_id).where(member.valid_to.is_(None)).group_by(member.case_id)
        alive = sorted(session.scalars(select(CaseRow.id).where(CaseRow.status != "merged")))
        several = sorted(session.scalars(open_.having(func.count() > 1)))
    try:
        if several and chance.random() < 0.5:
            case_id = chance.choice(several)
            with office.store.read() as session:
                main = session.get_one(CaseRow, case_id).main_complaint_id
                told = select(member.complaint_id).where(member.case_id == case_id, member.valid_to.is_(None))
                others = sorted(one for one in session.scalars(told) if one != main)
            own: dict[str, Any] = {"version": office.version(case_id), "complaint_ids": [chance.choice(others)]}
            split(office.store, case_id=case_id, actor=office.desk, at=LATER, **own)
        else:
            first, second = chance.sample(alive, 2)
            both: dict[str, Any] = {"from_case_id": first, "into_case_id": second}
            both |= {"from_version": office.version(first), "into_version": office.version(second)}
            merge_cases(office.store, **both, actor=office.desk, at=LATER)
    except ArrearsError:
        return 0
    return 1


def test_a_locked_month_that_was_changed_from_outside_is_not_exported(office: Office, tmp_path: Path) -> None:
    office.case()
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with office.store.write() as session:
        session.connection().exec_driver_sql("UPDATE month_cell SET value = value + 1 WHERE figure = 'received'")
    with pytest.raises(NotAsLocked, match="2026-10 no longer adds up"):
        taken(office, tmp_path / "a.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []
