"""Which deadlines may carry a mark and be counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import event

from casework.clocks import EXTENSION, INVESTIGATE, PENALTY_90
from services.office.working_days import published
from tests.services.lives import ordered
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import ClockRow
from warehouse.queries.cards import card_counts
from warehouse.queries.deadlines import Horizon, deadlines_of, nearest
from warehouse.queries.mine import mine
from warehouse.queries.queue import queue
from warehouse.statistics.month import figures
from warehouse.store.clocks import extend_clock, meet_clocks, start_clock
from warehouse.store.linkage import members

FILED_ON = date(2025, 1, 20)


def test_the_ninety_days_of_the_general_law_are_shown_and_never_held_against_a_case(store: Warehouse) -> None:
    office = Office(store, datetime(2025, 1, 20, 1, 0, tzinfo=UTC))
    case_id, calendar = office.case(), published()
    with store.write() as session:
        meet_clocks(session, "accept", met_on=FILED_ON, by="-", at=office.at, complaint_ids=members(session, case_id))
        clocks = [
            start_clock(session, limit, started_on=FILED_ON, calendar=calendar, by="-", at=office.at, case_id=case_id)
            for limit in (INVESTIGATE, PENALTY_90)
        ]
        extend_clock(session, clocks[0], days=EXTENSION.length, calendar=calendar, reason="-", by="-", at=office.at)
    ahead = Horizon(date(2025, 4, 25), calendar, 2)
    with store.read() as session:
        shown = deadlines_of(session, [case_id], ahead)[case_id]
        first = nearest(shown)
        counts = card_counts(session, office.desk, ahead)
        overdue = figures(session, "2025-04").total("clocks_overdue")
    assert {(one.kind, one.left < 0, one.colour) for one in shown if one.state == "running"} == {
        ("investigate", False, "fine"),
        ("penalty_90", True, "fine"),
    }
    assert first is not None
    assert first.kind == "investigate"
    assert (counts["overdue"], counts["due_soon"], overdue) == (0, 0, 0)


def test_a_deadline_after_the_decision_stands_on_the_cards_and_among_one_s_own(store: Warehouse) -> None:
    office = Office(store, datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    work = ordered(office)
    before, late = (Horizon(day, published(), 2) for day in (date(2026, 11, 20), date(2028, 6, 1)))
    with store.read() as session:
        assert card_counts(session, office.head, before)["overdue"] == 0
        assert [one.id for one in mine(session, work.lead, before).after] == [work.id]
        with_court = [one for one in deadlines_of(session, [work.id], late)[work.id] if one.kind == "apply_court"]
        assert [one.state for one in with_court] == ["running"]
        assert card_counts(session, office.head, late)["overdue"] == 1


def test_a_list_of_cases_reads_only_the_clock_that_it_shows(store: Warehouse) -> None:
    """A case that ended has a dozen clocks behind it, and a list shows the nearest one."""
    office = Office(store, datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    work = ordered(office)
    today = Horizon(date(2026, 11, 20), published(), 2)
    read: list[str] = []

    def note(clock: ClockRow, _context: object) -> None:
        read.append(clock.state)

    with store.read() as session:
        every = deadlines_of(session, [work.id], today)[work.id]
        session.expunge_all()
        event.listen(ClockRow, "load", note)
        try:
            (row,) = queue(session, office.head, today, tab="concluded")
        finally:
            event.remove(ClockRow, "load", note)
    assert {one.state for one in every} > {"running"}
    assert every == sorted(every, key=lambda one: (one.state != "running", one.due_on, one.kind, one.id))
    assert every[0].state == "running" != every[-1].state, "what runs stands before what is over"
    assert not read, "rows of clocks were made to be thrown away"
    assert row.clock == nearest(every)
