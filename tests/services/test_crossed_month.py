"""All breakdowns at once: the sheet, its text, of an open month and of a locked one, inside the bureau alone."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casework.errors import BadInput, NotAllowed
from services.linkage.linking import merge_cases
from services.months import book_cross
from services.months.closing_month import Asked, export_month
from services.months.freezing_month import freeze_month
from services.months.month_book import DoesNotFoot, month_book
from services.months.standing import Standing
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from warehouse.engine import Warehouse
from warehouse.statistics.definitions import BY_NAME, FEN
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures, crossing_of, figures


@pytest.fixture
def october(store: Warehouse, now: Any) -> Office:
    office = Office(store, now)
    history(office, random.Random(7))
    return office


def taken(office: Office, path: Path, *, cross: bool = False, outside: bool = False) -> bytes:
    given: dict[str, Any] = {"purpose": "月报", "actor": office.head, "at": LATER}
    given["asked"] = Asked(cross=cross, outside=outside)
    export_month(office.store, month=MONTH, path=path, **given)
    return path.read_bytes()


def test_the_lines_add_up_to_every_breakdown_and_say_the_same_in_both_files(october: Office, tmp_path: Path) -> None:
    taken(october, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = [list(row) for row in book["交叉"].iter_rows(values_only=True)]
    text = list(csv.reader(io.StringIO(taken(october, tmp_path / "a.csv", cross=True).decode("utf-8-sig"))))
    assert [*sheet[0], "状态 status"] == text[0]
    for line, said in zip(sheet[1:], text[1:], strict=True):
        assert [*(one or "" for one in line[:9]), line[10]] == [*said[:9], said[10]]
        assert float(str(line[9])) == float(said[9])
        assert said[11] == "provisional"
    with october.store.read() as session:
        found = figures(session, MONTH)
    by_nature: Counter[tuple[Any, ...]] = Counter()
    for line in sheet[1:]:
        by_nature[line[1], line[3]] += round(float(str(line[9])) * 100)
    for figure in BY_NAME.values():
        own = sum(value for (name, _), value in by_nature.items() if name == figure.en)
        assert own == found.total(figure.name) * (1 if figure.unit == FEN else 100), figure.name
    rows = list(book["按性质"].iter_rows(values_only=True))
    column = next(at for at, head in enumerate(rows[0]) if str(head).startswith("新增案件\n"))
    for zh, _, *values in ((row[0], row[1], *row[2:]) for row in rows[1:-2]):
        name = next((key for key in by_nature if key[0] == "cases opened" and str(key[1]).startswith(f"{zh} ")), None)
        assert (by_nature[name] if name else 0) == int(str(values[column - 2])) * 100


def test_a_locked_month_is_crossed_as_it_was_locked(october: Office, tmp_path: Path) -> None:
    first, second = (october.case(channels=("petition",)) for _ in range(2))
    freeze_month(october.store, month=MONTH, actor=october.head, at=LATER)
    before = taken(october, tmp_path / "a.csv", cross=True)
    assert b"final" in before
    merge_cases(
        october.store,
        from_case_id=first,
        into_case_id=second,
        from_version=october.version(first),
        into_version=october.version(second),
        actor=october.desk,
        at=LATER,
    )
    assert taken(october, tmp_path / "a.csv", cross=True) == before


def test_crosses_never_leave_the_bureau_and_are_text_alone(october: Office, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="never for outside"):
        taken(october, tmp_path / "a.xlsx", cross=True)
    freeze_month(october.store, month=MONTH, actor=october.head, at=LATER)
    with pytest.raises(BadInput, match="never for outside"):
        taken(october, tmp_path / "a.csv", cross=True, outside=True)
    taken(october, tmp_path / "o.xlsx", outside=True)
    assert "交叉" not in openpyxl.load_workbook(tmp_path / "o.xlsx").sheetnames
    with october.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM month_item")
    with pytest.raises(NotAllowed, match="before its rows were kept"):
        taken(october, tmp_path / "b.csv", cross=True)
    taken(october, tmp_path / "b.xlsx")
    assert "交叉" not in openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames


def test_lines_that_are_not_the_figures_are_never_written(october: Office) -> None:
    with october.store.read() as session:
        crossing = crossing_of(session, window(MONTH))
        found = figures(session, MONTH)
    (figure, place), value = next(item for item in crossing.items() if item[0][0] == "received")
    wrong = {**crossing, (figure, place): value + 1}
    with pytest.raises(DoesNotFoot, match="crossed lines of received"):
        month_book(found, standing=Standing(cross=wrong))
    moved = dict(crossing)
    del moved[figure, place]
    moved[figure, ("petition", "wages?", *place[2:])] = value
    with pytest.raises(DoesNotFoot, match=r"by (channel|nature)"):
        month_book(found, standing=Standing(cross=moved))
    month_book(MonthFigures(MONTH, found.cells), standing=Standing(cross=crossing))


def test_a_table_too_long_for_a_sheet_says_where_it_is(
    october: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_cross, "LONGEST", 3)
    taken(october, tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["交叉"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 1
    assert "CSV" in str(rows[0][0])
    assert len(taken(october, tmp_path / "a.csv", cross=True).splitlines()) > 4
