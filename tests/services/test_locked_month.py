"""A locked month: the same bytes whatever comes later; and each cell that changes since, with the ids that did it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy import delete, select, update

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from services.linkage.linking import merge_cases, split
from services.months.alongside import alongside
from services.months.closing_month import Asked, export_month
from services.months.freezing_month import freeze_month, restate_month
from tests.services.office import Office
from tests.services.pencil import MONTH, history
from warehouse import schema
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ClockRow,
    MonthCellRow,
    MonthItemRow,
    MonthRow,
    PaymentRow,
    VisitRow,
)
from warehouse.queries.behind import named
from warehouse.statistics.definitions import VERSION
from warehouse.statistics.grounds import outermost, window
from warehouse.statistics.month import DIMENSIONS, Item, cells_of, figures, figures_of, items
from warehouse.statistics.restating import Changed, restatements, restating
from warehouse.statistics.spans import between, stretch
from warehouse.store.months import cells_digest, frozen, frozen_items, last_taken

LOCKED = datetime(2026, 11, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
PLACES = ("370215",)


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, datetime(2026, 10, 5, tzinfo=UTC))


def counted_now(office: Office) -> list[Item]:
    with office.store.read() as session:
        return items(session, window(MONTH), territories=PLACES)


def changes(office: Office) -> list[Changed]:
    with office.store.read() as session:
        locked = frozen(session, MONTH, "370215")
        assert locked is not None
        kept = frozen_items(session, locked.id)
        assert cells_of(kept) == locked.figures.cells, "a locked month opens to what it counted"
        return restating(session, kept, items(session, window(MONTH), territories=PLACES), since=LOCKED)


def of(found: list[Changed], figure: str, dimension: str = "total") -> Changed:
    return next(one for one in found if (one.figure, one.dimension) == (figure, dimension))


def merge(office: Office, from_case: str, into_case: str) -> None:
    merge_cases(
        office.store,
        from_case_id=from_case,
        into_case_id=into_case,
        from_version=office.version(from_case),
        into_version=office.version(into_case),
        actor=office.desk,
        at=LATER,
    )


def test_every_later_change_is_named_with_its_ids_and_the_bytes_stay(office: Office, tmp_path: Path) -> None:
    first, second, third = office.case(), office.case(channels=("petition",)), office.case(channels=("petition",) * 2)
    paid, moved = office.case(yuan=100), office.case()
    open_text = written(office, tmp_path / "o.csv")
    digest = cells_digest(cells_of(counted_now(office)))
    with pytest.raises(Conflict, match="changed since"):
        freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED, seen="0" * 64)
    assert freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED, seen=digest) == digest
    before = written(office, tmp_path / "a.xlsx"), written(office, tmp_path / "a.csv")
    assert before[1] == open_text.replace(b"provisional", b"final"), "as it was counted before the lock"
    assert changes(office) == []
    merge(office, second, first)
    own = next(one for one in members(office, third) if one != office.look(third).main_complaint_id)
    split(office.store, case_id=third, version=office.version(third), complaint_ids=[own], actor=office.desk, at=LATER)
    late = []
    for office.at in (LOCKED, LATER):
        late.append(office.case(received_at=datetime(2026, 10, 9, tzinfo=UTC)))
    with office.store.write() as session:
        session.get_one(CaseRow, moved).district_code = "370215001"
        note: dict[str, Any] = {"case_id": paid, "by": "acc", "at": LATER}
        session.add(
            PaymentRow(id="pay", paid_on=date(2026, 10, 20), workers=1, amount_fen=900, proof="bank_voucher", **note)
        )
        session.add(
            VisitRow(id="vis", visited_at=datetime(2026, 10, 21, tzinfo=UTC), place="-", officer_ids=[], **note)
        )
    found = changes(office)
    received = of(found, "received")
    assert (received.was, received.now) == (6, 8)
    assert received.why == (("late", tuple(sorted(office.look(one).main_complaint_id for one in late))),)
    opened = of(found, "cases_opened")
    kinds = {kind: set(ids) for kind, ids in opened.why}
    assert (opened.was, opened.now) == (5, 7), "one merged, one split off, two late"
    assert kinds["merge"] == {second}
    assert kinds["late"] == {*late}
    assert len(kinds["split"]) == 1
    assert of(found, "amount_paid").why == of(found, "visits").why == (("recorded", (paid,)),)
    towns = {one.member: one for one in found if (one.figure, one.dimension) == ("cases_opened", "town")}
    assert ("town", (moved,)) in towns["370215001"].why
    assert written(office, tmp_path / "b.xlsx"), "and again"
    assert (written(office, tmp_path / "c.xlsx"), written(office, tmp_path / "c.csv")) == before


def members(office: Office, case_id: str) -> list[str]:
    with office.store.read() as session:
        row = CaseMembershipRow
        return sorted(session.scalars(select(row.complaint_id).where(row.case_id == case_id, row.valid_to.is_(None))))


def written(office: Office, path: Path) -> bytes:
    export_month(office.store, month=MONTH, path=path, purpose="月报", actor=office.head, at=LATER)
    return path.read_bytes()


def test_a_month_is_locked_for_each_territory_by_itself(office: Office) -> None:
    office.case()
    elsewhere = office.officer(Role.HEAD, "370202")
    freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED)
    freeze_month(office.store, month=MONTH, actor=elsewhere, at=LOCKED)
    with pytest.raises(NotAllowed, match="frozen already"):
        freeze_month(office.store, month=MONTH, actor=elsewhere, at=LOCKED)
    with office.store.read() as session:
        here, there = (frozen(session, MONTH, place) for place in ("370215", "370202"))
        assert here is not None
        assert there is not None
        assert (here.figures.total("received"), there.figures.total("received")) == (1, 0)
        assert frozen(session, MONTH, "") is None


def test_the_schedule_writes_a_month_as_the_district_locked_it(office: Office, tmp_path: Path) -> None:
    office.case()
    freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED)
    office.case()
    own: dict[str, Any] = {"month": MONTH, "purpose": "月报", "actor": Actor.system("month"), "at": LATER}
    path = tmp_path / "a.xlsx"
    assert export_month(office.store, path=path, asked=Asked("370215"), **own).complaints == 1
    assert export_month(office.store, path=path, asked=Asked("370202"), **own).complaints == 2


def test_what_was_last_taken_out_is_kept_by_span_and_place(office: Office, tmp_path: Path) -> None:
    office.case()
    written(office, tmp_path / "a.xlsx")
    office.case(place="370215001")
    with office.store.read() as session:
        taken = last_taken(session, MONTH, PLACES)
        now = figures(session, MONTH, territories=PLACES)
        assert last_taken(session, "2026-Q4", PLACES) is None
    assert taken is not None
    assert (taken.by, taken.at) == (office.head.id, LATER)
    assert (taken.cells["received", "total", ""], now.total("received")) == (1, 2)
    assert taken.definition == VERSION
    assert taken.says(("warnings_raised", "total", ""))
    before = replace(taken, definition="2026-11.2")
    assert not before.says(("warnings_raised", "total", "")), "new in the definitions is not changed since"
    assert before.says(("received", "sector", "other"))


def test_several_spans_are_counted_as_each_by_itself(office: Office) -> None:
    history(office, random.Random(5))
    months = [f"2026-{month:02d}" for month in range(8, 13)]
    quarter = stretch("2026-Q4", date(2027, 1, 5)).span
    with office.store.read() as session:
        together = figures_of(session, {name: window(name) for name in months} | {"quarter": quarter})
        alone = {name: figures(session, name) for name in months}
    assert {name: dict(together[name].cells) for name in months} == {
        name: dict(one.cells) for name, one in alone.items()
    }
    for figure in ("received", "cases_opened", "concluded", "amount_paid", "visits", "documents", "clocks_met"):
        assert together["quarter"].total(figure) == sum(alone[f"2026-{month}"].total(figure) for month in (10, 11, 12))
        for dimension in DIMENSIONS:
            assert sum(together["quarter"].by(figure, dimension).values()) == together["quarter"].total(figure)
    assert together["quarter"].total("cases_opened") > 5


def test_what_stands_behind_a_figure_is_named_to_those_who_may_see_it(office: Office) -> None:
    here, there = office.case(place="370215001"), office.case(place="370215007")
    ids = {here, there, office.look(here).main_complaint_id, office.look(there).main_complaint_id}
    street = office.officer(Role.HEAD, "370215001")
    with office.store.read() as session:
        every, own = named(session, office.head, ids), named(session, street, ids)
    assert set(every) == ids
    assert set(own) == {here, office.look(here).main_complaint_id}
    assert {one.matter_no for one in own.values()} == {office.look(here).matter_no}


def sent(office: Office, case_id: str, state: str, officer: int) -> None:
    """A case was sent to an inspector, each an hour after the one before."""
    lead, other = office.inspectors[officer].id, office.inspectors[officer - 1].id
    people = {"lead_id": lead, "assisting_id": other, "why": [], "dispatched_by": "acc"}
    at = office.at + timedelta(hours=officer)
    with office.store.write() as session:
        session.add(AssignmentRow(id=f"asg_{officer}", case_id=case_id, dispatched_at=at, state=state, **people))


def test_who_leads_is_who_was_last_sent_it(office: Office) -> None:
    case_id = office.case()
    for officer, state in enumerate(("replaced", "ended", "signed")):
        sent(office, case_id, state, officer)
    with office.store.read() as session:
        assert figures(session, MONTH).by("received", "lead") == {office.inspectors[2].id: 1}


def test_spans_are_read_and_held_against_the_same_days() -> None:
    friday = date(2026, 11, 20)
    days = {
        name: [
            None if one is None else (one.first.isoformat(), one.after.isoformat())
            for one in (found.span, found.before, found.last_year)
        ]
        for name in ("2026-11", "2026-10", "2026-Q4", "2026", "2026-03..2026-04")
        for found in [stretch(name, friday)]
    }
    assert days == {
        "2026-11": [("2026-11-01", "2026-12-01"), ("2026-10-01", "2026-10-21"), ("2025-11-01", "2025-11-21")],
        "2026-10": [("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01"), ("2025-10-01", "2025-11-01")],
        "2026-Q4": [("2026-10-01", "2027-01-01"), ("2026-07-01", "2026-08-21"), ("2025-10-01", "2025-11-21")],
        "2026": [("2026-01-01", "2026-12-01"), None, ("2025-01-01", "2025-11-21")],
        "2026-03..2026-04": [("2026-03-01", "2026-05-01"), ("2026-01-01", "2026-03-01"), ("2025-03-01", "2025-05-01")],
    }
    assert between("2026-05", "2026-03") == "2026-03..2026-05"
    assert between("2026-05", "2026-05") == "2026-05"
    for wrong in ("", "2026-13", "2026-Q5", "20x6", "2026-04..2026-03", "2020-01..2026-01", "1999", "2026-01..x"):
        with pytest.raises(BadInput):
            stretch(wrong, friday)
    assert outermost(("370215", "370215001", "370202")) == ("370202", "370215")
    assert outermost(("370215", "")) == ("",)


def test_what_was_locked_before_stays_locked_over_its_territory(office: Office) -> None:
    """The step of the tables that keys a month by its territory too, back and forth."""
    office.case()
    freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED)
    with office.store.read() as session:
        before = frozen(session, MONTH, "370215")
    schema.downgrade(office.store.engine, "0019")
    with office.store.engine.connect() as connection:
        old = connection.execute(sa.text("SELECT month, definition FROM month")).one()
    assert tuple(old) == (MONTH, f"{VERSION}@370215")
    schema.upgrade(office.store.engine)
    with office.store.read() as session:
        after = frozen(session, MONTH, "370215")
        assert before is not None
        assert after is not None
        assert (after.figures, after.at, after.by) == (before.figures, before.at, before.by)
        assert after.definition == VERSION


def test_a_month_locked_before_a_breakdown_was_counted_is_not_restated_for_it(office: Office, tmp_path: Path) -> None:
    case_id = office.case()
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with office.store.write() as session:
        row = session.scalars(select(MonthRow)).one()
        row.definition = "2026-11"
        session.execute(delete(MonthCellRow).where(MonthCellRow.dimension == "sector"))
        session.execute(delete(MonthCellRow).where(MonthCellRow.figure == "through_platform"))
        session.execute(delete(MonthItemRow).where(MonthItemRow.figure == "through_platform"))
        session.execute(update(MonthItemRow).values(sector=""))
        session.flush()
        older = session.scalars(select(MonthCellRow)).all()
        row.digest = cells_digest({(one.figure, one.dimension, one.member): one.value or 0 for one in older})
    with office.store.read() as session:
        lock = frozen(session, MONTH, PLACES[0])
        assert lock is not None
        assert not lock.says(("received", "sector", "other"))
        assert not lock.says(("through_platform", "total", ""))
        assert lock.says(("received", "nature", "arrears"))
        kept = frozen_items(session, lock.id)
        assert {one.subject_id for one in kept} >= {case_id}
        assert not [cell for cell in cells_of(kept) if cell[1] == "sector"]
    path = tmp_path / "older.xlsx"
    asked = Asked("370215", final=True)
    export_month(office.store, month=MONTH, path=path, purpose="月报", actor=office.head, at=LATER, asked=asked)
    said = {line[1]: line[2] for line in openpyxl.load_workbook(path)["总表"].iter_rows(values_only=True)}
    assert said["complaints received"] == 1
    assert said["complaints through a platform"] is None, "it was not counted then: no figure, not nothing"
    assert restate_month(office.store, month=MONTH, reason="复核", actor=office.head, at=LATER) == 0
    office.case()
    changed = restate_month(office.store, month=MONTH, reason="复核", actor=office.head, at=LATER)
    assert changed > 0
    with office.store.read() as session:
        lock = frozen(session, MONTH, PLACES[0])
        assert lock is not None
        assert all(lock.says((one.figure, one.dimension, one.member)) for one in restatements(session, lock.id))


def test_what_stands_beside_a_month_is_the_year_counted_at_once_and_locked_with_it(
    office: Office, tmp_path: Path
) -> None:
    for at in (datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 10, 7, tzinfo=UTC), datetime(2025, 11, 3, tzinfo=UTC)):
        office.case(received_at=at)
    for at in (datetime(2026, 10, 7, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC)):
        office.case(received_at=at, yuan=100)
    early = office.case(received_at=datetime(2026, 2, 3, tzinfo=UTC), yuan=100)
    sent(office, early, "ended", 0)
    over = {"status": "closed", "ended_at": datetime(2026, 3, 3, tzinfo=UTC)}
    with office.store.write() as session:
        session.execute(update(CaseRow).where(CaseRow.id == early).values(over))
        main = select(CaseRow.main_complaint_id).where(CaseRow.id == early).scalar_subquery()
        about = (ClockRow.case_id == early) | (ClockRow.complaint_id == main)
        session.execute(update(ClockRow).where(about).values(state="cancelled"))
    office.case(received_at=datetime(2026, 11, 2, tzinfo=UTC))
    open_text = written(office, tmp_path / "o.csv")
    freeze_month(office.store, month=MONTH, actor=office.head, at=LOCKED)
    with office.store.read() as session:
        lock = frozen(session, MONTH, "370215")
        assert lock is not None
        assert lock.along is not None
        spans = {"cumulative": "2026-01..2026-10", "last_year": "2025-10", "cumulative_last_year": "2025-01..2025-10"}
        counted = {"cumulative": 3, "last_year": 1, "cumulative_last_year": 2}
        for part, name in spans.items():
            held = getattr(lock.along, part)
            anew = figures_of(session, {"": stretch(name, LOCKED.date()).span}, territories=PLACES)[""]
            assert held.month == name
            assert {cell: one for cell, one in anew.cells.items() if one or cell[1] == "total"} == held.cells
            assert held.total("received") == counted[part]
    before = written(office, tmp_path / "a.csv"), written(office, tmp_path / "a.xlsx")
    assert before[0] == open_text.replace(b"provisional", b"final"), "as it stood beside the open month"
    lines = before[0].decode("utf-8-sig").splitlines()
    said = next(line for line in lines if line.startswith("收到线索,complaints received,合计"))
    assert said == "收到线索,complaints received,合计,total,,,2,件次,3,1,2,final"
    assert "收到线索,complaints received,按监察员,by inspector,officer 4,officer 4,0,件次,1,0,0,final" in lines
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["总表"]
    heads = [cell.value for cell in sheet[3]]
    assert [str(head).splitlines()[-1] for head in heads[4:]] == [
        "2026-01..2026-10", "2025-10", "同比 change", "2025-01..2025-10", "累计同比 cumulative change",
    ]  # fmt: skip
    row = next(row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0] == "收到线索")
    assert row[4:] == (3, 1, 1, 2, 0.5)
    for at in (datetime(2026, 3, 3, tzinfo=UTC), datetime(2025, 3, 3, tzinfo=UTC)):
        office.case(received_at=at)
    assert (written(office, tmp_path / "b.csv"), written(office, tmp_path / "b.xlsx")) == before
    outside = tmp_path / "outside.csv"
    given: dict[str, Any] = {"purpose": "x", "actor": office.head, "at": LATER, "asked": Asked(outside=True)}
    export_month(office.store, month=MONTH, path=outside, **given)
    assert all(line.split(",")[8:] == ["final"] for line in outside.read_text("utf-8-sig").splitlines()[1:])
    with office.store.write() as session:
        month = session.scalars(select(MonthRow)).one()
        assert month.along is not None
        month.along = {**month.along, "cumulative": {**month.along["cumulative"], "cells": []}}
    with office.store.read() as session, pytest.raises(ArrearsError, match="no longer adds up"):
        frozen(session, MONTH, "370215")


def test_of_the_year_before_a_locked_month_counts_as_it_was_published(office: Office) -> None:
    office.case(received_at=datetime(2025, 10, 7, tzinfo=UTC))
    freeze_month(office.store, month="2025-10", actor=office.head, at=datetime(2025, 11, 3, tzinfo=UTC))
    office.case(received_at=datetime(2025, 10, 8, tzinfo=UTC))
    with office.store.read() as session:
        found = alongside(session, stretch(MONTH, LOCKED.date()), PLACES, today=LOCKED.date())
        running = alongside(session, stretch("2026-11", LOCKED.date()), PLACES, today=LOCKED.date())
        assert alongside(session, stretch("2026-Q4", LOCKED.date()), PLACES, today=LOCKED.date()) is None
    assert found is not None
    assert found.last_year is not None
    assert found.cumulative_last_year is not None
    assert (found.last_year.total("received"), found.cumulative_last_year.total("received")) == (1, 1)
    assert running is not None
    assert running.cumulative_last_year is not None
    assert running.cumulative_last_year.month == "2025-01..2025-11~307", "the same days of the year before"
