"""The months of an employer's wages: sums meet whatever the feed said and corrected, and silence is never payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.pay_history import Paid, PayMonth, pay_history
from casework.payroll_words import said
from casework.warnings.due import month_before, month_of, pay_day
from casework.warnings.known import Line, Payroll, PayrollVersion, Site
from services.office.working_days import published

CALENDAR = published()
TODAY = date(2026, 11, 20)
FIRST = "2025-11"
SITES = {
    code: Site(code=code, contractor=None, district=None, pay_day=day, started_on=None, deposit_paid=None)
    for code, day in (("P1", 15), ("P2", None), ("P3", 31))
}
FEN = st.one_of(st.none(), st.integers(0, 900_000))
LINES = st.lists(
    st.builds(lambda due, paid: Line(who=None, days=None, due_fen=due, paid_fen=paid), FEN, FEN), max_size=4
)
DAYS = st.dates(date(2025, 11, 1), TODAY)
VERSIONS = st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS), LINES), min_size=1, max_size=4)


def payroll(
    month: str, *told: tuple[date, date | None, list[Line]], project: str = "P1", due_on: date | None = None
) -> Payroll:
    """A payroll as it was told on days: when, paid on, lines."""
    versions = tuple(
        PayrollVersion(id=f"fdv_{n}", changed_on=on, arrived_on=on, paid_on=paid_on, lines=tuple(lines))
        for n, (on, paid_on, lines) in enumerate(sorted(told, key=lambda one: one[0]))
    )
    own = f"{project}-{month}"
    return Payroll(id=own, project=project, employer="emp_a", month=month, due_on=due_on, versions=versions)


def line(due: int, paid: int | None) -> Line:
    return Line(who=None, days=None, due_fen=due, paid_fen=paid)


@st.composite
def feeds(draw: st.DrawFn) -> list[Payroll]:
    """Payrolls of three projects over a year and more, each told once or oftener, in any order, some months never."""
    found = []
    for project in SITES:
        for back in draw(st.sets(st.integers(0, 13), max_size=6)):
            month = month_before(month_of(TODAY), back)
            due_on = draw(st.one_of(st.none(), DAYS))
            found.append(payroll(month, *draw(VERSIONS), project=project, due_on=due_on))
    return found


def parts(one: PayMonth) -> int:
    """The parts of what was due."""
    split = (one.in_time_fen, one.late_fen, one.unpaid_fen, one.pending_fen)
    assert all(part is not None and part >= 0 for part in split), one
    return sum(part for part in split if part is not None)


@given(feeds())
def test_the_parts_of_a_month_are_what_was_due_and_the_months_are_the_projects(payrolls: list[Payroll]) -> None:
    history = pay_history(payrolls, SITES, CALENDAR, today=TODAY, first=FIRST)
    for one in (*history.months, *(cell for project in history.projects for cell in project.months)):
        if one.due_fen is None:
            assert one.state in (Paid.NO_DATA, Paid.EMPTY)
            assert one.silent
            assert (one.paid_fen, one.unpaid_fen, one.in_time_fen) == (None, None, None), "nothing heard adds nothing"
        else:
            assert parts(one) == one.due_fen
    for one in history.months:
        cells = [cell for project in history.projects for cell in project.months if cell.month == one.month]
        for name in ("due_fen", "in_time_fen", "late_fen", "unpaid_fen", "pending_fen", "workers"):
            heard = [getattr(cell, name) for cell in cells if getattr(cell, name) is not None]
            assert getattr(one, name) == (sum(heard) if heard else None), name
        assert one.silent == sum(cell.silent for cell in cells)
    within = [one for one in payrolls if one.month >= FIRST and one.lines]
    assert sum(one.due_fen or 0 for one in history.months) == sum(one.now.due_fen for one in within)
    owed = sum(one.owed_fen for one in within)
    assert sum((one.unpaid_fen or 0) + (one.pending_fen or 0) for one in history.months) == owed


@given(feeds())
def test_nothing_heard_is_no_data_in_every_month_whose_pay_day_is_over(payrolls: list[Payroll]) -> None:
    history = pay_history(payrolls, SITES, CALENDAR, today=TODAY, first=FIRST)
    told = {(one.project, one.month) for one in payrolls}
    for project in history.projects:
        begins = max(FIRST, min(month for code, month in told if code == project.project))
        cells = {one.month: one for one in project.months}
        month = begins
        while month <= month_of(TODAY):
            if (project.project, month) in told:
                assert cells[month].state is not Paid.NO_DATA
            elif pay_day(month, SITES[project.project].pay_day, CALENDAR)[0] < TODAY:
                assert cells[month].state is Paid.NO_DATA, "silence is said to be silence"
            else:
                assert month not in cells, "pay that is not due yet is not missed"
            month = month_before(month, -1)


@given(feeds())
def test_a_late_correction_changes_what_is_shown_from_its_day_on_and_says_that_day(payrolls: list[Payroll]) -> None:
    for one in payrolls:
        for place, version in enumerate(one.versions):
            known = replace(one, versions=one.versions[: place + 1])
            history = pay_history([known], SITES, CALENDAR, today=TODAY, first=FIRST)
            now = said(known, version)
            if one.month >= FIRST:
                shown = next(cell for cell in history.months if cell.month == one.month)
                assert shown.due_fen == (now.due_fen if now.workers else None)
            changes = [change for change in history.corrections if one.month >= FIRST]
            if place and one.month >= FIRST and said(known, known.versions[place - 1]) != now:
                latest = changes[0]
                assert latest.on == version.arrived_on
                assert latest.after == now or any(change.after == now for change in changes if change.on == latest.on)


def test_paid_in_time_late_in_part_and_not_at_all() -> None:
    due_on = date(2026, 9, 15)
    before, after = due_on - timedelta(days=1), due_on + timedelta(days=20)

    def shown(*told: tuple[date, date | None, list[Line]], today: date = TODAY) -> PayMonth:
        one = payroll("2026-08", *told, due_on=due_on)
        return next(
            cell
            for cell in pay_history([one], SITES, CALENDAR, today=today, first=FIRST).months
            if cell.month == "2026-08"
        )

    paid = shown((before, before, [line(600, 600), line(400, 400)]))
    assert (paid.state, paid.in_time_fen, paid.days_late) == (Paid.IN_TIME, 1000, None)
    told_late = shown((before, None, [line(600, 0)]), (after, due_on, [line(600, 600)]))
    assert (told_late.state, told_late.in_time_fen) == (Paid.IN_TIME, 600), "a late word on pay in time"
    late = shown((before, None, [line(600, 200)]), (after, after, [line(600, 600)]))
    assert (late.state, late.in_time_fen, late.late_fen, late.days_late) == (Paid.LATE, 200, 400, 20)
    half = shown((after, None, [line(600, 600), line(400, 0)]))
    assert (half.state, half.in_time_fen, half.unpaid_fen, half.unpaid) == (Paid.PART, 600, 400, 1)
    assert half.days_late == (TODAY - due_on).days
    none = shown((after, None, [line(600, 0)]))
    assert (none.state, none.unpaid_fen) == (Paid.UNPAID, 600)
    early = shown((before, None, [line(600, 0)]), today=before)
    assert (early.state, early.pending_fen, early.unpaid_fen, early.unpaid) == (Paid.PENDING, 600, 0, 0)
    no_sums = shown((after, after, [line(600, None)]))
    assert (no_sums.state, no_sums.late_fen, no_sums.days_late) == (Paid.LATE, 600, 20)
    empty = shown((after, after, []))
    assert (empty.state, empty.due_fen, empty.silent) == (Paid.EMPTY, None, 1)


def test_workers_that_vanish_from_a_payroll_were_not_paid_late() -> None:
    due_on, later = date(2026, 9, 15), date(2026, 10, 5)
    one = payroll(
        "2026-08",
        (date(2026, 9, 20), None, [line(600, 600), line(400, 0)]),
        (later, None, [line(600, 600)]),
        due_on=due_on,
    )
    history = pay_history([one], SITES, CALENDAR, today=TODAY, first=FIRST)
    shown = next(cell for cell in history.months if cell.month == "2026-08")
    assert (shown.due_fen, shown.in_time_fen, shown.late_fen) == (600, 600, 0)
    assert shown.corrected_on == later
    (change,) = history.corrections
    assert change.rewritten
    assert (change.before.due_fen, change.after.due_fen, change.before.workers, change.after.workers) == (
        1000,
        600,
        2,
        1,
    )


def test_money_that_comes_later_is_no_rewriting() -> None:
    one = payroll(
        "2026-08",
        (date(2026, 9, 20), None, [line(600, 0)]),
        (date(2026, 10, 5), date(2026, 10, 4), [line(600, 600)]),
        due_on=date(2026, 9, 15),
    )
    history = pay_history([one], SITES, CALENDAR, today=TODAY, first=FIRST)
    assert [change.rewritten for change in history.corrections] == [False]
    assert history.months[0].corrected_on is None


def test_a_project_with_gates_and_no_payroll_is_silent_since_its_first_month() -> None:
    history = pay_history([], SITES, CALENDAR, today=TODAY, first=FIRST, since={"P1": "2026-07"})
    assert [(one.month, one.state) for one in history.months] == [
        ("2026-07", Paid.NO_DATA),
        ("2026-08", Paid.NO_DATA),
        ("2026-09", Paid.NO_DATA),
        ("2026-10", Paid.NO_DATA),
    ]
