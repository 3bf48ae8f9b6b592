"""The month: every figure adds up by channel, nature and outcome, and the workbook says what was counted."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import EXEMPTIONS
from casework.people import Actor, Role
from services.months.closing_month import export_month
from services.months.month_book import CHECK, DoesNotFoot, month_book
from services.months.month_titles import SHEETS
from services.replying.calling_back import record_callback
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    ExportPurposeRow,
)
from warehouse.statistics.cross import cross, unmet
from warehouse.statistics.definitions import FEN, FIGURES
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.grounds import window
from warehouse.statistics.month import (
    DIMENSIONS,
    Crossing,
    MonthFigures,
    cells_of,
    crossing_of,
    crossing_of_items,
    figures,
    in_cells,
    items,
)
from warehouse.statistics.of_cases import STEPS


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@pytest.mark.parametrize("seed", range(5))
def test_every_cell_of_a_random_history_is_what_a_clerk_with_a_pencil_counts(office: Office, seed: int) -> None:
    pencil = history(office, random.Random(seed))
    with office.store.read() as session:
        found = figures(session, MONTH)
        assert cells_of(items(session, window(MONTH))) == found.cells
    assert written(found.cells) == written(pencil)
    for figure in ("complaints_declined", *(one.name for one in WARNED)):
        assert found.by(figure, "kind") == {
            kind: value for (name, by, kind), value in pencil.items() if (name, by) == (figure, "kind")
        }
    for figure in ("clocks_met", "clocks_on_time", "clocks_overdue"):
        assert found.by(figure, "kind").get("decide", 0) == pencil[figure, "kind", "decide"]
    _foots(found)
    with office.store.read() as session:
        crossing = crossing_of(session, window(MONTH))
        assert crossing == crossing_of_items(items(session, window(MONTH)))
    assert in_cells(crossing) == found.cells
    assert unmet(crossing, found) == []
    _crosses_foot(crossing, found)


def _crosses_foot(crossing: Crossing, found: MonthFigures) -> None:
    """Every figure by every two breakdowns: the sums of the rows and of the columns are these breakdowns."""
    by = {(name, side): found.by(name, side) for name, side, _ in found.cells}
    for figure in FIGURES:
        for rows, columns in combinations(DIMENSIONS, 2):
            table = cross(crossing, figure.name, rows, columns)
            assert {one: table.of_row(one) for one in table.row_members} == by.get((figure.name, rows), {})
            assert {one: table.of_column(one) for one in table.column_members} == by.get((figure.name, columns), {})
            assert table.total == found.total(figure.name)


def written(cells: Mapping[tuple[str, str, str], int]) -> dict[tuple[str, str, str], int]:
    """What stands on the paper. Deadlines are compared by their kind: the complaints bring some of their own."""
    return {cell: value for cell, value in cells.items() if value and not cell[0].startswith("clocks")}


def _foots(found: MonthFigures) -> None:
    for figure in FIGURES:
        for dimension in DIMENSIONS:
            assert sum(found.by(figure.name, dimension).values()) == found.total(figure.name), figure.name
    total = found.total
    assert total("received") == total("duplicates") + total("unlinked") + total("cases_opened")
    assert total("pending_start") + total("cases_opened") == total("concluded") + total("pending_end")
    assert total("workers_concerned") == total("workers_migrant") + total("workers_unstated")
    settled = sum(total(f"warnings_{how}") for how in ("confirmed", "false", "corrected", "cleared"))
    assert total("warnings_start") + total("warnings_raised") == settled + total("warnings_end")
    for name in ("complaints_declined", "warnings_raised", "warnings_end"):
        assert sum(found.by(name, "kind").values()) == total(name)
    steps = [total("cases_opened"), *(total(f"progress_{step}") for step in STEPS[1:])]
    assert steps == sorted(steps, reverse=True)
    assert total("exempted") == sum(found.by("concluded", "outcome").get(exit_, 0) for exit_ in EXEMPTIONS)


@pytest.fixture
def october(office: Office) -> Office:
    history(office, random.Random(99))
    return office


def test_the_workbook_says_cell_by_cell_what_was_counted(october: Office, tmp_path: Path) -> None:
    path = tmp_path / "october.xlsx"
    export_month(october.store, month=MONTH, path=path, purpose="月报", actor=october.head, at=LATER)
    with october.store.read() as session:
        found = figures(session, MONTH)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["封面", "总表", *SHEETS.values(), "交叉", "核对", "用时", "更正", "拉取凭证", "口径说明"]
    headline = {row[1].value: row[2].value for row in book["总表"].iter_rows(min_row=4)}
    for figure in FIGURES:
        assert exact(headline[figure.en]) == yuan(figure.unit, found.total(figure.name))
    checks = [row[2].value for row in book["总表"].iter_rows(min_row=4) if row[0].value == CHECK]
    assert checks == [0] * 5
    for dimension, name in SHEETS.items():
        rows = list(book[name].iter_rows(values_only=True))
        for column, figure in enumerate(FIGURES, start=2):
            parts = [exact(row[column]) for row in rows[1:-2]]
            assert sum(parts) == exact(rows[-2][column]) == yuan(figure.unit, found.total(figure.name))
            assert sorted(part for part in parts if part) == sorted(
                yuan(figure.unit, value) for value in found.by(figure.name, dimension).values() if value
            )
            assert rows[-1][column] == 0
        assert (rows[-2][0], rows[-1][0]) == ("合计", CHECK)
    assert len(list(book["口径说明"].iter_rows())) > len(FIGURES)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def exact(value: Any) -> Decimal:
    return Decimal(str(value))


def yuan(unit: str, value: int) -> Decimal:
    return Decimal(value) / (100 if unit == FEN else 1)


def test_the_same_figures_give_the_same_bytes(october: Office, tmp_path: Path) -> None:
    digests = {
        export_month(
            october.store, month=MONTH, path=tmp_path / name, purpose="月报", actor=october.head, at=LATER
        ).digest
        for name in ("one.xlsx", "two.xlsx")
    }
    assert len(digests) == 1
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix == ".xlsx") == ["one.xlsx", "two.xlsx"]


def test_an_export_leaves_its_purpose_with_the_log_and_not_in_clear(october: Office, tmp_path: Path) -> None:
    done = export_month(
        october.store, month=MONTH, path=tmp_path / "a.xlsx", purpose=" 上报 ", actor=october.desk, at=LATER
    )
    with october.store.read() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.act == "export_month")).one()
        assert (row.subject, row.details["sha256"]) == ("month:2026-10", done.digest)
        assert "上报" not in str(row.details)
        assert session.get_one(ExportPurposeRow, row.details["purpose"]).purpose == "上报"


REFUSED: list[tuple[type[ArrearsError], str, dict[str, Any]]] = [
    (BadInput, "YYYY-MM", {"month": "2026/10"}),
    (BadInput, "YYYY-MM", {"month": "２０２６-10"}),
    (BadInput, "no such month", {"month": "2026-13"}),
    (BadInput, "not begun", {"month": "2027-01"}),
    (BadInput, "purpose", {"purpose": "  "}),
    (BadInput, "no folder", {"path": Path("nowhere/there/a.xlsx")}),
    (NotAllowed, "Only the desk or a head", {"actor": Actor("acc_1", frozenset({Role.INSPECTOR}), ("370215",))}),
]


@pytest.mark.parametrize(("error", "words", "change"), REFUSED)
def test_a_refused_export_writes_nothing(
    office: Office, tmp_path: Path, error: type[ArrearsError], words: str, change: dict[str, Any]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    asked = {"month": MONTH, "path": folder / "a.xlsx", "purpose": "月报", "actor": office.head, **change}
    with pytest.raises(error, match=words):
        export_month(office.store, at=LATER, **asked)
    assert list(folder.iterdir()) == []


def test_figures_that_do_not_foot_are_never_written() -> None:
    broken = MonthFigures(MONTH, {("received", "total", ""): 3, ("received", "channel", "petition"): 2})
    with pytest.raises(DoesNotFoot, match="received"):
        month_book(broken)


def test_a_month_turns_at_midnight_in_shanghai(office: Office) -> None:
    turns = {
        datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC): 0,
        datetime(2026, 9, 30, 16, 0, tzinfo=UTC): 1,
        datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC): 1,
        datetime(2026, 10, 31, 16, 0, tzinfo=UTC): 0,
    }
    for at in turns:
        office.case(received_at=at)
    with office.store.read() as session:
        assert figures(session, MONTH).total("received") == sum(turns.values())
        assert window("2026-12").after == date(2027, 1, 1)


def test_an_officer_exports_the_places_they_have(office: Office, tmp_path: Path) -> None:
    october = datetime(2026, 10, 5, tzinfo=UTC)
    office.case(place="370215010", received_at=october)
    elsewhere = office.officer(Role.HEAD, "370202")
    office.case(place="370202001", received_at=october)

    def received(actor: Actor) -> int:
        path = tmp_path / "a.xlsx"
        return export_month(office.store, month=MONTH, path=path, purpose="月报", actor=actor, at=LATER).complaints

    assert received(elsewhere) == 1
    assert received(Actor.system("month")) == 2


def test_satisfaction_is_counted_over_those_who_answered(office: Office) -> None:
    case_id = office.case(received_at=datetime(2026, 10, 5, tzinfo=UTC))
    complaint_id = office.look(case_id).main_complaint_id
    call: dict[str, Any] = {"complaint_id": complaint_id, "actor": office.desk, "at": datetime(2026, 10, 9, tzinfo=UTC)}
    for answered, satisfied in ((True, True), (True, False), (True, None), (False, None)):
        record_callback(office.store, answered=answered, solved=satisfied, satisfied=satisfied, **call)
    with pytest.raises(BadInput, match="not reached"):
        record_callback(office.store, answered=False, solved=False, satisfied=None, **call)
    with pytest.raises(NotAllowed, match="their own work"):
        record_callback(
            office.store, answered=True, solved=True, satisfied=True, **{**call, "actor": office.inspectors[0]}
        )
    elsewhere = office.officer(Role.HEAD, "370202")
    with pytest.raises(NotFound, match="not yours"):
        record_callback(office.store, answered=True, solved=True, satisfied=True, **{**call, "actor": elsewhere})
    with office.store.read() as session:
        found = figures(session, MONTH)
    assert [found.total(name) for name in ("asked", "answered", "satisfied", "solved")] == [4, 3, 1, 1]
