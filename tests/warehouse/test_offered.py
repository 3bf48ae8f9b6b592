"""What a list may be narrowed by says the numbers that those lists have, and the concluded list is the newest."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from benchmarks.stored_cases import DISTRICT, make_cases
from casework.calendar import local_day
from casework.people import Actor, Role
from console.views.shared import horizon
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, ClockRow, EmployerRow
from warehouse.queries.cards import LAST_CONCLUDED, TABS, tab_condition
from warehouse.queries.deadlines import deadlines_of, nearest, nearest_of
from warehouse.queries.employer_record import records
from warehouse.queries.narrowed import TICKS, Narrowed, offered, offered_in
from warehouse.queries.queue import in_order, queue
from warehouse.queries.queue_order import numbers_in_order
from warehouse.queries.queue_pane import share_of
from warehouse.queries.sight import seen_by

DESK = Actor("desk", frozenset({Role.DESK_OFFICER}), (DISTRICT,), frozenset({(Role.DESK_OFFICER, DISTRICT)}))


@pytest.fixture
def stored(store: Warehouse, now: datetime) -> Warehouse:
    """A few hundred cases; an employer with one alone, one whose other case was merged, and one with none named."""
    make_cases(store, 500, now, waiting=20)
    with store.write() as session:
        session.get_one(CaseRow, "case_61").employer_id = None
        session.get_one(CaseRow, "case_300").status = "merged"
        session.get_one(CaseRow, "case_200").group_incident = True
    return store


@pytest.mark.parametrize("tab", ["to_dispatch", "in_progress", "concluded", "overdue"])
def test_each_offer_is_as_many_as_its_list_holds(stored: Warehouse, now: datetime, tab: str) -> None:
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        offer = offered(session, DESK, near, tab=tab)
        every = select(func.count()).select_from(CaseRow).where(seen_by(DESK), tab_condition(tab, near))

        def count(**only: Any) -> int:
            return session.scalar(every.where(Narrowed(**only).condition())) or 0

        assert {one: offer.ticks[one] for one in TICKS} == {one: count(ticks=(one,)) for one in TICKS}
        for name in ("channel", "street", "nature"):
            said = getattr(offer, name)
            assert said == {value: count(**{name: value}) for value in said}, name
        assert sum(offer.nature.values()) == count()


@pytest.mark.parametrize("tab", ["to_dispatch", "dispatched", "in_progress", "supervised"])
def test_a_list_that_is_here_whole_offers_what_counting_does(stored: Warehouse, now: datetime, tab: str) -> None:
    with stored.write() as session:
        alone, other = session.get_one(CaseRow, "case_2"), session.get_one(CaseRow, "case_333")
        lone = EmployerRow(id="emp_lone", name="-", name_key="-", created_at=now, version=1)
        lone.merged_into = other.employer_id
        session.add(lone)
        session.flush()
        alone.employer_id = lone.id
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        rows = queue(session, DESK, near, tab=tab)
        assert offered_in(rows) == offered(session, DESK, near, tab=tab)
        assert bool(rows) == (tab in ("to_dispatch", "in_progress"))
        assert tab != "to_dispatch" or next(row for row in rows if row.id == "case_2").repeat > 0


@pytest.mark.parametrize("tab", TABS)
def test_the_order_of_a_list_is_known_without_the_list(stored: Warehouse, now: datetime, tab: str) -> None:
    with stored.write() as session:
        for number, case_id in enumerate(("case_3", "case_5", "case_8", "case_11")):
            case = session.get_one(CaseRow, case_id)
            case.needs_check, case.needs_supplement = number % 2 == 0, number > 1
        session.get_one(CaseRow, "case_9").suggested_lead_id = None
        session.get_one(ClockRow, "clk_accept_4").due_on = local_day(now) - timedelta(days=1)
        for kind in ("accept", "investigate", "reply"):
            session.get_one(ClockRow, f"clk_{kind}_7").state = "cancelled"
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        for only in (Narrowed(channel="petition").condition(), Narrowed(nature="arrears").condition(), None):
            rows = queue(session, DESK, near, tab=tab, only=only)
            shown = in_order(rows) if tab == "to_dispatch" else rows
            assert numbers_in_order(session, DESK, near, tab=tab, only=only) == [row.matter_no for row in shown]
        assert bool(rows) == (tab in ("to_dispatch", "in_progress", "concluded", "overdue")), tab


def test_a_case_that_comes_back_goes_to_whom_it_is_suggested_to(stored: Warehouse, now: datetime) -> None:
    """Who had it before it was concluded need not be the one who may take it now."""
    with stored.write() as session:
        case = session.get_one(CaseRow, "case_2")
        before = session.scalars(select(AssignmentRow).where(AssignmentRow.lead_id != case.suggested_lead_id)).first()
        assert before is not None
        before.case_id, before.state = case.id, "ended"
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        row = next(one for one in queue(session, DESK, near, tab="to_dispatch") if one.id == "case_2")
        assert row.lead_id == session.get_one(CaseRow, "case_2").suggested_lead_id
        shown = Counter(one.lead_id for one in queue(session, DESK, near, tab="to_dispatch") if one.ready)
        assert share_of(session, DESK) == shown


def test_the_nearest_deadline_is_the_first_of_all_that_bind(stored: Warehouse, now: datetime) -> None:
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        every = list(session.scalars(select(CaseRow.id)))
        first = {one: nearest(clocks) for one, clocks in deadlines_of(session, every, near).items()}
        assert nearest_of(session, every, near) == {one: clock for one, clock in first.items() if clock is not None}
        assert {clock.complaint_id is None for clock in first.values() if clock} == {True, False}


@pytest.mark.parametrize("only", [None, Narrowed(ticks=("many",))])
def test_the_concluded_list_is_the_newest_of_both_states(
    stored: Warehouse, now: datetime, only: Narrowed | None
) -> None:
    with stored.read() as session:
        near = horizon(session, cast(Any, SimpleNamespace(today=local_day(now), at=now, actor=DESK)))
        shown = queue(session, DESK, near, tab="concluded", only=only.condition() if only else None)
        fits = [seen_by(DESK), tab_condition("concluded", near), *([only.condition()] if only else [])]
        rows = session.scalars(select(CaseRow).where(*fits)).all()
        newest = sorted(rows, key=lambda row: (-row.changed_at.timestamp(), row.matter_no))[:LAST_CONCLUDED]
        assert [one.id for one in shown] == [row.id for row in newest]
        assert len({row.status for row in newest}) == 2


def test_the_record_of_an_employer_counts_its_cases_once(stored: Warehouse, now: datetime) -> None:
    with stored.read() as session:
        found = records(session, today=local_day(now))
        rows = session.scalars(
            select(CaseRow).where(CaseRow.employer_id.is_not(None), CaseRow.status != "merged")
        ).all()
        at_work = Counter(str(row.employer_id) for row in rows if row.status in ("to_dispatch", "in_progress"))
        lately = Counter(str(row.employer_id) for row in rows if (now - row.opened_at).days < 365)
        assert {one: record.open_cases for one, record in found.items() if record.open_cases} == dict(at_work)
        assert {one: record.recent_cases for one, record in found.items() if record.recent_cases} == dict(lately)
        assert sum(record.group_incidents for record in found.values()) == 1
        some = sorted(found)[:3]
        assert records(session, today=local_day(now), only=some) == {one: found[one] for one in some}
