"""Clocks as they are kept: each change with its event, what runs and what is found; and the mark that each carries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import Calendar, SpecialDay
from casework.clocks import ACCEPT, DECIDE, INVESTIGATE, PENALTY_90, SERVE, Pause, TimeLimit, due_day
from casework.suspension import NAMED
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import ClockEventRow, ClockPauseRow, ClockRow
from warehouse.queries.deadlines import Horizon, deadline, nearest
from warehouse.store import clocks, new_clocks
from warehouse.store.linkage import members
from warehouse.store.pauses import held_since, pauses_of, pauses_of_kinds

PLAIN = Calendar("plain", date(2026, 1, 1), date(2026, 12, 31), {})
AT = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
TODAY, DAY = date(2026, 11, 20), timedelta(days=1)  # a Friday
HORIZON = Horizon(TODAY, PLAIN, 3)


def clock(**said: Any) -> ClockRow:
    """A clock that runs to the end of the horizon."""
    plain: dict[str, Any] = {
        "id": "clk_1", "case_id": "case_1", "complaint_id": None, "kind": "investigate", "started_on": TODAY - 9 * DAY,
        "length": 9, "unit": "working", "due_on": TODAY, "provisional": False, "state": "running", "met_on": None,
        "met_at": None, "due_at": None, "source": "423 §17",
    }  # fmt: skip
    return ClockRow(**{**plain, **said})


@pytest.mark.parametrize(
    ("said", "left", "colour"),
    [
        ({"due_on": TODAY}, 0, "soon"),
        ({"due_on": TODAY - DAY}, -1, "over"),
        ({"due_on": date(2026, 11, 25)}, 3, "soon"),
        ({"due_on": date(2026, 11, 26)}, 4, "fine"),
        ({"due_on": date(2026, 11, 23), "unit": "calendar"}, 3, "soon"),
        ({"due_on": date(2026, 11, 24), "unit": "calendar"}, 4, "fine"),
        ({"due_on": TODAY - DAY, "provisional": True}, -1, "fine"),
        ({"due_on": TODAY - DAY, "kind": PENALTY_90.kind}, -1, "fine"),
        ({"due_on": TODAY - DAY, "state": "paused"}, -1, "paused"),
        ({"due_on": TODAY - DAY, "state": "cancelled"}, 0, "cancelled"),
        ({"state": "met", "met_on": TODAY}, 0, "met"),
        ({"state": "met", "met_on": TODAY + DAY}, 0, "late_met"),
        ({"state": "met", "met_on": None}, 0, "met"),
        ({"state": "met", "met_on": TODAY + DAY, "kind": PENALTY_90.kind}, 0, "met"),
        ({"state": "met", "met_on": TODAY, "due_at": AT, "met_at": AT}, 0, "met"),
        ({"state": "met", "met_on": TODAY, "due_at": AT, "met_at": AT + timedelta(seconds=1)}, 0, "late_met"),
        ({"state": "met", "met_on": TODAY, "due_at": AT, "met_at": None}, 0, "met"),
        ({"state": "met", "met_on": TODAY, "due_at": None, "met_at": AT}, 0, "met"),
    ],
)
def test_the_mark_of_a_clock(said: dict[str, Any], left: int, colour: str) -> None:
    shown = deadline(clock(**said), "petition", HORIZON)
    assert (shown.left, shown.colour, shown.channel) == (left, colour, "petition")


def test_the_nearest_is_the_first_that_runs_and_binds() -> None:
    beside = deadline(clock(id="a", kind=PENALTY_90.kind), None, HORIZON)
    stands = deadline(clock(id="b", state="paused"), None, HORIZON)
    first, second = (deadline(clock(id=one), None, HORIZON) for one in "cd")
    assert nearest([beside, stands, first, second]) == first
    assert nearest([beside, stands]) is None


def test_the_horizon_ends_with_the_last_day_that_is_so_many_away() -> None:
    assert HORIZON.until("calendar") == date(2026, 11, 23)
    assert HORIZON.until("working") == date(2026, 11, 25)
    assert Horizon(TODAY, PLAIN, 0).until("working") == date(2026, 11, 22)


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, AT)


def events(session: Session, one: str) -> list[tuple[str, date | None, date | None, str | None]]:
    """What was noted of a clock."""
    question = select(ClockEventRow).where(ClockEventRow.clock_id == one).order_by(ClockEventRow.at, ClockEventRow.id)
    return [(row.kind, row.due_before, row.due_after, row.reason) for row in session.scalars(question)]


def started(session: Session, case_id: str, limit: TimeLimit = DECIDE) -> ClockRow:
    return clocks.start_clock(session, limit, started_on=TODAY, calendar=PLAIN, by="acc_1", at=AT, case_id=case_id)


def test_a_clock_is_kept_as_it_was_counted(office: Office) -> None:
    case_id = office.case()
    with office.store.write() as session:
        one = started(session, case_id)
        assert (one.kind, one.length, one.unit, one.source) == ("decide", 15, "working", DECIDE.source)
        assert (one.started_on, one.due_on, one.provisional, one.state) == (TODAY, date(2026, 12, 11), False, "running")
        assert (one.calendar_version, one.rule_version, one.case_id) == ("plain", DECIDE.rule_version, case_id)
        assert events(session, one.id) == [("started", None, date(2026, 12, 11), None)]
        far = clocks.start_clock(
            session,
            INVESTIGATE,
            started_on=TODAY,
            calendar=PLAIN,
            by="-",
            at=AT,
            complaint_id=members(session, case_id)[0],
        )
        assert far.provisional
        assert far.complaint_id in members(session, case_id)


@pytest.mark.parametrize(("due_on", "length"), [(TODAY + 4 * DAY, 4), (TODAY, 0), (TODAY - DAY, 0)])
def test_a_day_that_somebody_named_is_not_counted(office: Office, due_on: date, length: int) -> None:
    case_id = office.case()
    with office.store.write() as session:
        one = clocks.start_fixed_clock(
            session, "reply", started_on=TODAY, due_on=due_on, source="the channel", by="-", at=AT, due_at=AT,
            case_id=case_id,
        )  # fmt: skip
        assert (one.due_on, one.length, one.unit, one.provisional) == (due_on, length, "calendar", False)
        assert (one.calendar_version, one.rule_version, one.due_at, one.source) == (NAMED, NAMED, AT, "the channel")
        assert clocks.recount_clocks(session, calendar=Calendar("x", TODAY, TODAY, {}), since=TODAY, by="-", at=AT) == 0


def test_many_clocks_are_started_with_their_events(office: Office) -> None:
    case_id = office.case()
    with office.store.write() as session:
        made = [
            new_clocks.counted_clock(
                SERVE, started_on=TODAY, due=due_day(TODAY, SERVE.length, SERVE.unit, PLAIN), case_id=case_id
            ),
            new_clocks.fixed_clock("reply", started_on=TODAY, due_on=TODAY, source="-", due_at=AT, case_id=case_id),
        ]
        new_clocks.start_clocks(session, made, by="acc_1", at=AT)
        rows = {
            row.id: row for row in session.scalars(select(ClockRow).where(ClockRow.id.in_([one["id"] for one in made])))
        }
        assert [rows[one["id"]].due_at for one in made] == [None, AT]
        assert {row.state for row in rows.values()} == {"running"}
        assert [events(session, one["id"]) for one in made] == [
            [("started", None, one["due_on"], None)] for one in made
        ]


def test_a_clock_is_met_or_cancelled_once(office: Office) -> None:
    case_id = office.case()
    with office.store.write() as session:
        one, other = started(session, case_id), started(session, case_id)
        clocks.meet_clock(session, one, met_on=TODAY, by="-", at=AT, met_at=AT)
        clocks.cancel_clock(session, other, reason="-", by="-", at=AT)
        for each in (one, other):
            clocks.meet_clock(session, each, met_on=TODAY + DAY, by="-", at=AT)
            clocks.cancel_clock(session, each, reason="again", by="-", at=AT)
        session.flush()
        assert [(each.state, each.met_on, each.met_at) for each in (one, other)] == [
            ("met", TODAY, AT), ("cancelled", None, None),
        ]  # fmt: skip
        assert sorted(kind for kind, *_ in events(session, one.id)) == ["met", "started"]
        assert sorted(kind for kind, *_ in events(session, other.id)) == ["cancelled", "started"]


def test_what_stands_still_and_is_met_is_met_in_time_and_what_is_cancelled_stands_still_no_more(office: Office) -> None:
    case_id, late = office.case(), date(2026, 12, 31)
    with office.store.write() as session:
        early, one, other = (started(session, case_id) for _ in range(3))
        for each in (early, one, other):
            clocks.pause_clock(session, each, first_on=TODAY + DAY, ground="other", reason="-", by="-", at=AT)
        assert (one.state, held_since(session, one.id)) == ("paused", TODAY + DAY)
        clocks.meet_clock(session, early, met_on=TODAY + 3 * DAY, by="-", at=AT)
        clocks.meet_clock(session, one, met_on=late, by="-", at=AT)
        clocks.cancel_clock(session, other, reason="gone", by="-", at=AT)
        assert (early.due_on, one.due_on, one.state) == (date(2026, 12, 11), late, "met")
        assert pauses_of(session, one.id) == [Pause(TODAY + DAY, late - DAY, "other")]
        assert pauses_of(session, other.id) == [Pause(TODAY + DAY, TODAY - DAY, "other")]
        assert [held_since(session, each.id) for each in (one, other)] == [None, None]
        session.flush()
        assert ("met", date(2026, 12, 11), late, None) in events(session, one.id)
        assert ("cancelled", date(2026, 12, 11), date(2026, 12, 11), "gone") in events(session, other.id)


def test_a_clock_runs_on_by_the_days_it_stood_still(office: Office) -> None:
    case_id = office.case()
    with office.store.write() as session:
        one = started(session, case_id)
        paused = clocks.pause_clock(
            session, one, first_on=date(2026, 11, 23), ground="other", reason="why", by="acc_1", at=AT
        )
        clocks.run_on(session, one, resumed_on=date(2026, 11, 25), calendar=PLAIN, by="acc_2", at=AT + DAY)
        assert (one.state, one.due_on) == ("running", date(2026, 12, 15))
        row = session.get_one(ClockPauseRow, paused)
        assert (row.first_on, row.last_on, row.ground, row.reason) == (
            date(2026, 11, 23), date(2026, 11, 24), "other", "why",
        )  # fmt: skip
        assert (row.approved_by, row.approved_at, row.resumed_by, row.resumed_at) == ("acc_1", AT, "acc_2", AT + DAY)
        stood = Pause(date(2026, 11, 23), date(2026, 11, 24), "other")
        assert pauses_of_kinds(session, ["decide", "serve"]) == {one.id: [stood]}
        assert pauses_of_kinds(session, ["serve"]) == {}
        clocks.extend_clock(session, one, days=5, calendar=PLAIN, reason="hard", by="-", at=AT + 2 * DAY)
        assert (one.length, one.due_on) == (20, date(2026, 12, 22))
        session.flush()
        assert [(kind, why) for kind, _, _, why in events(session, one.id)][2:] == [
            ("resumed", None),
            ("extended", "hard"),
        ]


def test_what_runs_is_found_by_its_owner_and_kind_and_without_an_owner_there_is_none(office: Office) -> None:
    case_id, other = office.case(), office.case()
    with office.store.write() as session:
        late, soon = started(session, case_id), started(session, case_id, SERVE)
        started(session, other)
        (member,) = members(session, case_id)
        accept = clocks.running(session, kind=ACCEPT.kind, complaint_ids=[member])
        assert len(accept) == 1
        assert clocks.running(session, case_id=case_id) == [soon, late]
        assert clocks.running(session, kind="decide", case_id=case_id) == [late]
        assert set(clocks.running(session, case_id=case_id, complaint_ids=[member])) >= {soon, late, *accept}
        assert clocks.running(session) == clocks.running(session, kind="decide") == []
        clocks.pause_clock(session, late, first_on=TODAY, ground="-", reason="-", by="-", at=AT)
        assert clocks.running(session, case_id=case_id) == [soon, late]
        assert clocks.meet_clocks(session, "decide", met_on=TODAY, by="-", at=AT, case_id=case_id) == 1
        assert clocks.meet_clocks(session, "decide", met_on=TODAY, by="-", at=AT, case_id=case_id) == 0
        assert clocks.running(session, case_id=case_id) == [soon]


def test_only_guesses_under_another_calendar_and_what_a_notice_reaches_are_counted_again(office: Office) -> None:
    newer = Calendar("newer", date(2026, 1, 1), date(2027, 12, 31), {})
    case_id = office.case()
    with office.store.write() as session:
        for every in clocks.running(session, complaint_ids=members(session, case_id)):
            clocks.cancel_clock(session, every, reason="-", by="-", at=AT)
        sure, guess = started(session, case_id), started(session, case_id, INVESTIGATE)
        assert (sure.provisional, guess.provisional) == (False, True)
        assert clocks.recount_clocks(session, calendar=PLAIN, since=None, by="-", at=AT) == 0
        assert clocks.would_move(session, calendar=newer, since=TODAY) == {}
        assert clocks.recount_clocks(session, calendar=newer, since=None, by="-", at=AT + DAY, notice_id=None) == 0
        session.flush()
        assert (guess.provisional, guess.calendar_version, sure.calendar_version) == (False, "newer", "plain")
        assert events(session, guess.id)[-1] == ("recomputed", guess.due_on, guess.due_on, "newer")
        assert len(events(session, sure.id)) == 1
        works = Calendar(
            "saturdays", date(2026, 1, 1), date(2027, 12, 31), {date(2026, 11, 21): SpecialDay(works=True, name="补班")}
        )
        assert clocks.would_move(session, calendar=works, since=sure.due_on + DAY) == {guess.id: guess.due_on - DAY}
        assert set(clocks.would_move(session, calendar=works, since=sure.due_on)) == {sure.id, guess.id}
        assert clocks.recount_clocks(session, calendar=works, since=sure.due_on, by="-", at=AT + 2 * DAY) == 2
