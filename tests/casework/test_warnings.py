"""What the rules of early warning find, at their boundaries, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from casework.calendar import Calendar
from casework.settings_of_warnings import LIMITS
from casework.warnings import evaluate as evaluation
from casework.warnings.backtest import found_by
from casework.warnings.due import pay_day
from casework.warnings.evaluate import FINDERS, evaluate
from casework.warnings.finding import Finding, is_worse
from casework.warnings.known import (
    Attendance,
    Balance,
    Ended,
    Known,
    Line,
    Outside,
    Payroll,
    PayrollVersion,
    Promised,
    Site,
    Told,
)
from casework.warnings.rule import FoundBy, Level
from casework.warnings.rules import RULES, TABLE
from services.office.working_days import published

CALENDAR = published()
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def at(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def line(who: str, due: int = 600_000, paid: int | None = 0, days: float | None = 22.0) -> Line:
    return Line(who=who, days=days, due_fen=due, paid_fen=paid)


def version(
    *lines: Line, on: date = date(2026, 10, 15), paid_on: date | None = None, number: int = 1
) -> PayrollVersion:
    return PayrollVersion(id=f"fdv_{number}_{on}", changed_on=on, arrived_on=on, paid_on=paid_on, lines=lines)


def payroll(
    month: str, due_on: date | None, *versions: PayrollVersion, employer: str = "emp_a", project: str = "P1"
) -> Payroll:
    own = f"pay_{project}_{employer}_{month}"
    return Payroll(id=own, project=project, employer=employer, month=month, due_on=due_on, versions=versions)


def site(code: str = "P1", **more: Any) -> Site:
    facts = {
        "contractor": "emp_gc",
        "district": "370215010",
        "pay_day": 15,
        "started_on": date(2026, 3, 2),
        "deposit_paid": True,
    }
    return Site(code=code, **{**facts, **more})


def found(known: Known, rule: str, limits: Mapping[str, int] = LIMITS) -> list[Finding]:
    """What one rule finds, through the whole evaluation."""
    every = evaluate(known, limits)
    for one in every:
        assert set(RULES[one.rule].facts) <= set(one.facts) <= set(RULES[one.rule].known_facts), one
        assert one.level in RULES[one.rule].levels
        assert all(len(row_id) <= 64 for _, row_id in one.speaks_for + one.speaks_against)
        assert {table for table, _ in one.speaks_for} <= set(RULES[one.rule].inputs) or one.rule == "signs_together"
        assert one.speaks_for, one
    return [one for one in every if one.rule == rule]


def known(**more: Any) -> Known:
    facts: dict[str, Any] = {"at": NOON, "calendar": CALENDAR}
    return Known(**{**facts, **more})


def test_every_rule_of_the_daily_run_has_a_finder() -> None:
    assert {*FINDERS, evaluation.TOGETHER} == {rule.id for rule in TABLE if rule.found_by is FoundBy.WARN}
    assert {name.partition(".")[0] for name in LIMITS} <= {*RULES, "window"}
    assert evaluate(known(), LIMITS) == ()


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 9, 15), None),  # due today is not late
        (date(2026, 9, 16), Level.YELLOW),
        (date(2026, 10, 15), Level.YELLOW),  # exactly one month
        (date(2026, 10, 16), Level.ORANGE),
        (date(2026, 11, 15), Level.ORANGE),  # exactly two months
        (date(2026, 11, 16), Level.RED),
    ],
)
def test_arrears_rise_with_whole_months(today: date, level: Level | None) -> None:
    late = payroll("2026-08", date(2026, 9, 15), version(line("w1"), line("w2", paid=600_000)))
    paid = payroll("2026-07", date(2026, 8, 15), version(line("w1", paid=600_000)))
    held = Balance(
        id="bal", project="P1", as_of=date(2026, 9, 1), balance_fen=900_000, paid_in_fen=900_000, agreed_fen=900_000
    )
    signs = found(known(at=at(today), payrolls=(late, paid), balances=(held,), sites={"P1": site()}), "arrears")
    assert [one.level for one in signs] == ([level] if level else [])
    for one in signs:
        assert (one.employer, one.facts["owed"], one.facts["workers"]) == ("emp_a", 600_000, 1)
        assert one.facts["days"] == (today - date(2026, 9, 15)).days
        assert one.speaks_for == (("pay_period", late.id),)
        assert set(one.speaks_against) == {("pay_period", paid.id), ("account_balance", "bal")}


def test_a_month_ends_with_its_last_day() -> None:
    late = payroll("2025-12", date(2026, 1, 31), version(line("w1")))
    levels = [
        found(known(at=at(day), payrolls=(late,)), "arrears")[0].level for day in (date(2026, 2, 28), date(2026, 3, 1))
    ]
    assert levels == [Level.YELLOW, Level.ORANGE]


def test_a_pay_day_is_before_a_holiday_and_a_guess_is_the_latest_day_there_can_be() -> None:
    assert pay_day("2026-09", 1, CALENDAR) == (date(2026, 9, 30), False)  # the 1st of October is a holiday (724 §14)
    unknown = Calendar("none", date(2026, 1, 1), date(2026, 9, 30))
    assert pay_day("2026-09", 1, unknown) == (date(2026, 10, 1), True)
    assert pay_day("2026-01", 31, CALENDAR)[0] == date(2026, 2, 28), "the last of a short month, a make-up Saturday"
    late = payroll("2026-09", None, version(line("w1")))
    facts = {"payrolls": (late,), "sites": {"P1": site(pay_day=1)}}
    for calendar, first in ((CALENDAR, date(2026, 10, 1)), (unknown, date(2026, 10, 2))):
        before = first - timedelta(days=1)
        assert not found(known(at=at(before), calendar=calendar, **facts), "arrears")
        sign = found(known(at=at(first), calendar=calendar, **facts), "arrears")[0]
        assert ("provisional" in sign.facts) == (calendar is unknown)


def test_money_that_came_late_or_in_part_is_counted_as_it_is() -> None:
    part = payroll("2026-09", date(2026, 10, 15), version(line("w1", paid=200_000), paid_on=date(2026, 10, 15)))
    assert found(known(payrolls=(part,)), "arrears")[0].facts["owed"] == 400_000
    rounding = payroll("2026-09", date(2026, 10, 15), version(line("w1", paid=590_001)))
    assert not found(known(payrolls=(rounding,)), "arrears")
    no_sums = version(line("w1", paid=None), paid_on=date(2026, 10, 14))
    assert not found(known(payrolls=(payroll("2026-09", date(2026, 10, 15), no_sums),)), "arrears")
    corrected = version(line("w1", paid=600_000), on=date(2026, 10, 20), number=2)
    late_paid = payroll("2026-09", date(2026, 10, 15), version(line("w1")), corrected)
    assert not evaluate(known(payrolls=(late_paid,)), LIMITS), "paying later is no rewriting"


def test_a_month_at_the_gates_without_payroll_is_missed_after_ten_days_and_empty_ones_are_none() -> None:
    seen = Attendance(id="att_9", project="P1", month="2026-09", heads=20, days=400)
    empty = payroll("2026-09", date(2026, 10, 15), version())
    facts = {"attendance": (seen,), "payrolls": (empty,), "sites": {"P1": site()}}
    assert not found(known(at=at(date(2026, 10, 25)), **facts), "payroll_missing")
    one = found(known(at=at(date(2026, 10, 26)), **facts), "payroll_missing")[0]
    assert (one.level, one.employer) == (Level.YELLOW, "emp_a")
    before = Attendance(id="att_8", project="P1", month="2026-08", heads=20, days=400)
    two = found(known(at=at(date(2026, 10, 26)), **{**facts, "attendance": (before, seen)}), "payroll_missing")[0]
    assert (two.level, two.facts["month"]) == (Level.ORANGE, "2026-09")


@pytest.mark.parametrize(
    ("heads", "listed", "paid", "rule"),
    [
        (30, 27, 27, "heads_short"),  # three of thirty: exactly ten percent is not above it
        (29, 26, 26, "attendees_unpaid"),
        (30, 28, 28, None),  # two visitors
        (12, 10, 10, None),  # a large share of very few
        (40, 37, 36, None),  # one is owed: that is arrears, and three of forty are too few
        (30, 30, 27, None),
        (30, 30, 0, None),  # nobody was paid: that is arrears
    ],
)
def test_heads_at_the_gates_are_held_against_the_payroll(heads: int, listed: int, paid: int, rule: str | None) -> None:
    lines = [line(f"w{number}", paid=600_000 if number < paid else 0) for number in range(listed)]
    month = Attendance(id="att", project="P1", month="2026-09", heads=heads, days=600)
    every = known(attendance=(month,), payrolls=(payroll("2026-09", date(2026, 10, 15), version(*lines)),))
    signs = found(every, "heads_short") + found(every, "attendees_unpaid")
    assert [one.rule for one in signs] == ([rule] if rule else [])


def test_where_the_graver_rule_is_off_the_milder_speaks_of_the_same_heads() -> None:
    lines = [line(f"w{number}", paid=600_000) for number in range(26)]
    month = Attendance(id="att", project="P1", month="2026-09", heads=29, days=600)
    every = known(attendance=(month,), payrolls=(payroll("2026-09", date(2026, 10, 15), version(*lines)),))
    both = {"heads_short", "attendees_unpaid"}
    for off, told in ((set[str](), {"attendees_unpaid"}), ({"attendees_unpaid"}, {"heads_short"}), (both, set[str]())):
        assert {one.rule for one in evaluate(every, LIMITS, off=off)} & both == told
        alone = found_by(every, LIMITS, rules=both - off, off=off) if both - off else ()
        assert {one.rule for one in alone} == told
    assert not found_by(every, LIMITS, rules={"heads_short"}), (
        "what the graver tells is not told twice, nor tried twice"
    )


def test_the_average_is_of_full_months() -> None:
    half = payroll("2026-10", date(2026, 11, 15), version(line("w1", due=110_000, paid=110_000, days=10.875)))
    assert not found(known(payrolls=(half,)), "below_minimum"), "2,200 yuan a month is the minimum itself"
    less = payroll("2026-10", date(2026, 11, 15), version(line("w1", due=109_000, paid=109_000, days=10.875)))
    one = found(known(payrolls=(less,)), "below_minimum")[0]
    assert (one.facts["average"], one.facts["minimum"], one.level) == (218_000, 220_000, Level.RED)


def test_sums_beyond_belief_in_a_month_or_a_year() -> None:
    fits = payroll("2026-10", date(2026, 11, 15), version(line("w1", due=5_000_000, paid=5_000_000)))
    assert not found(known(payrolls=(fits,)), "sum_implausible")
    high = payroll("2026-10", date(2026, 11, 15), version(line("w1", due=5_000_001, paid=5_000_001)))
    assert found(known(payrolls=(high,)), "sum_implausible")[0].facts["most"] == 5_000_001
    year = [
        payroll(f"2026-{month:02d}", None, version(line("w1", due=4_500_000, paid=4_500_000))) for month in range(1, 8)
    ]
    assert found(known(payrolls=tuple(year)), "sum_implausible")[0].facts["limit"] == 30_000_000
    assert not found(known(payrolls=tuple(year[:6])), "sum_implausible")


def test_a_leaver_is_one_who_is_on_no_later_payroll() -> None:
    first = payroll("2026-08", date(2026, 9, 15), version(line("w1"), line("w2", paid=600_000)))
    alone = known(payrolls=(first,))
    assert not found(alone, "leaver_unsettled"), "no later payroll was made: nobody can say who left"
    second = payroll("2026-09", date(2026, 10, 15), version(line("w2", paid=600_000)))
    one = found(known(payrolls=(first, second)), "leaver_unsettled")[0]
    assert (one.level, one.facts["workers"], one.facts["owed"]) == (Level.RED, 1, 600_000)
    runs = Told(id="cmp", employer="emp_a", channel="petition", at=NOON)
    softer = found(known(payrolls=(first, second), complaints=(runs,)), "leaver_unsettled")[0]
    assert softer.level is Level.YELLOW
    assert ("complaint", "cmp") in softer.speaks_against


def balance(day: date, paid_in: int | None, *, held: int = 0, agreed: int = 1_000_000) -> Balance:
    return Balance(id=f"bal_{day}", project="P1", as_of=day, balance_fen=held, paid_in_fen=paid_in, agreed_fen=agreed)


def test_an_account_is_unfed_after_a_cycle_and_its_slack() -> None:
    balances = (balance(date(2026, 8, 5), 1_000_000), balance(date(2026, 9, 15), 0), balance(date(2026, 10, 15), 0))
    facts = {"balances": balances, "sites": {"P1": site()}}
    levels = {
        day: [one.level for one in found(known(at=at(day), **facts), "account_unfed")]
        for day in (date(2026, 9, 15), date(2026, 9, 16), date(2026, 10, 15), date(2026, 10, 16))
    }
    assert list(levels.values()) == [[], [Level.ORANGE], [Level.ORANGE], [Level.RED]]
    silent = known(at=at(date(2026, 11, 20)), balances=balances[:1], sites={"P1": site()})
    assert not found(silent, "account_unfed"), "of an account of which nothing is heard nobody can say that it is empty"
    assert found(silent, "no_data")


def test_a_short_account_is_judged_from_the_tenth_and_by_shares() -> None:
    def signs(day: date, *paid_in: int) -> list[tuple[str, Level]]:
        rows = [balance(date(2026, 10, 1), 1_000_000)]
        rows += [balance(date(2026, 11, 5 + number), one) for number, one in enumerate(paid_in)]
        every = known(at=at(day), balances=tuple(rows), sites={"P1": site()})
        return [(str(one.facts["month"]), one.level) for one in found(every, "account_short")]

    assert signs(date(2026, 11, 9), 100_000) == []
    assert signs(date(2026, 11, 10), 900_000) == []
    assert signs(date(2026, 11, 10)) == [], "of November nothing is known yet"
    assert signs(date(2026, 11, 10), 500_000) == [("2026-11", Level.YELLOW)]
    assert signs(date(2026, 11, 10), 400_000, 99_999) == [("2026-11", Level.ORANGE)]
    assert signs(date(2026, 12, 1), 899_999) == [("2026-11", Level.YELLOW)], "the month that is over"
    begun = balance(date(2026, 9, 1), 1_000_000)
    skipped = found(known(at=at(date(2026, 11, 2)), balances=(begun, balance(date(2026, 11, 1), 0))), "account_short")
    assert [one.facts["month"] for one in skipped] == ["2026-10"], "nothing moved in October"
    made_up = (begun, balance(date(2026, 10, 5), 200_000), balance(date(2026, 11, 5), 1_700_000))
    assert not found(known(at=at(date(2026, 11, 12)), balances=made_up), "account_short")
    late_start = (balance(date(2026, 11, 2), 0),)
    assert not found(known(at=at(date(2026, 11, 12)), balances=late_start), "account_short")


def test_a_deposit_is_missed_after_twenty_working_days_and_a_guess_gets_more() -> None:
    late = {"P1": site(started_on=date(2026, 10, 9), deposit_paid=False)}
    assert not found(known(at=at(date(2026, 11, 5)), sites=late), "deposit_missing")
    one = found(known(at=at(date(2026, 11, 6)), sites=late), "deposit_missing")[0]
    assert (one.facts["due_on"], one.employer) == ("2026-11-05", "emp_gc")
    guessed = Calendar("none", date(2025, 1, 1), date(2025, 12, 31))
    assert not found(known(at=at(date(2026, 11, 6)), sites=late, calendar=guessed), "deposit_missing")
    assert found(known(at=at(date(2026, 11, 30)), sites=late, calendar=guessed), "deposit_missing")
    unsaid = {"P1": site(deposit_paid=None)}
    assert not found(known(sites=unsaid), "deposit_missing")


def test_a_crew_on_two_sites_is_graver_when_its_days_do_not_fit() -> None:
    def signs(workers: int, days: float) -> list[Finding]:
        crew = tuple(line(f"w{number}", paid=600_000, days=days) for number in range(workers))
        due = date(2026, 11, 15)
        both = (
            payroll("2026-10", due, version(*crew)),
            payroll("2026-10", due, version(*crew), employer="emp_b", project="P2"),
        )
        return found(known(payrolls=both), "crew_on_two_sites")

    assert signs(2, 15) == []
    assert [(one.employer, one.level) for one in signs(3, 15.5)] == [("emp_a", Level.YELLOW), ("emp_b", Level.YELLOW)]
    assert {one.level for one in signs(3, 16)} == {Level.ORANGE}


def test_no_data_is_a_sign_and_one_kind_missing_too() -> None:
    def signs(days: int, **heard: int) -> list[tuple[object, Level]]:
        of = {kind: NOON.date() - timedelta(days=one) for kind, one in heard.items()}
        every = known(sites={"P1": site()}, heard={"P1": of}, at=NOON + timedelta(days=days))
        return [(one.facts["what"], one.level) for one in found(every, "no_data")]

    assert signs(45, pay_period=0, account_balance=0, attendance_month=0) == []
    assert signs(46, pay_period=0, account_balance=0, attendance_month=0) == [("anything", Level.YELLOW)]
    assert signs(76, pay_period=0) == [("anything", Level.ORANGE)]
    assert signs(0, pay_period=0, account_balance=76, attendance_month=0) == [("account", Level.YELLOW)]
    assert signs(0) == [("anything", Level.ORANGE)], "never a word since it began"


def test_a_payroll_reported_late_is_one_that_could_have_come_before() -> None:
    due = date(2026, 10, 15)

    def signs(on: date, first: date) -> int:
        one = payroll("2026-09", due, version(line("w1", paid=600_000), on=on))
        return len(found(known(payrolls=(one,), first={"P1": first}), "payroll_late"))

    assert signs(date(2026, 10, 25), date(2026, 9, 1)) == 0
    assert signs(date(2026, 10, 26), date(2026, 9, 1)) == 1
    assert signs(date(2026, 10, 26), date(2026, 10, 26)) == 0, "it came with the first pull"


def test_a_payroll_is_rewritten_when_it_loses_people_money_or_what_was_paid() -> None:
    due = date(2026, 10, 15)
    full = version(line("w1", paid=600_000), line("w2", paid=600_000), on=due)

    def level(*later: Line) -> Level | None:
        after = version(*later, on=date(2026, 10, 20), number=2)
        signs = found(known(payrolls=(payroll("2026-09", due, full, after),)), "payroll_rewritten")
        return signs[0].level if signs else None

    assert level(line("w1", paid=600_000), line("w2", paid=600_000), line("w3", paid=0)) is None
    assert level(line("w1", paid=600_000), line("w2", due=500_000, paid=600_000)) is Level.YELLOW
    assert level(line("w1", paid=600_000), line("w2", paid=0)) is Level.ORANGE
    before_due = version(line("w1", paid=600_000), on=date(2026, 10, 14), number=2)
    early = payroll("2026-09", due, version(line("w1"), line("w2"), on=date(2026, 10, 10)), before_due)
    assert not found(known(payrolls=(early,)), "payroll_rewritten"), "before pay is due a payroll may change"


def told(number: int, hours_ago: float, *people: str, channel: str = "petition", **more: Any) -> Told:
    return Told(
        id=f"cmp_{number:03d}",
        employer="emp_a",
        channel=channel,
        at=NOON - timedelta(hours=hours_ago),
        people=frozenset(people),
        **more,
    )


def test_different_workers_within_72_hours_are_counted_and_the_same_one_adds_nobody() -> None:
    def sign(*complaints: Told) -> tuple[int, Level] | None:
        signs = found(known(complaints=complaints), "workers_72h")
        return (int(str(signs[0].facts["workers"])), signs[0].level) if signs else None

    assert sign(told(1, 80, "a"), told(2, 8, "b"), told(3, 7.9, "c")) is None, "72 hours and a little more"
    assert sign(told(1, 80, "a"), told(2, 8, "b"), told(3, 8, "c")) == (3, Level.YELLOW)
    assert sign(told(1, 20, "a"), told(2, 8, "a"), told(3, 8, "a")) is None
    assert sign(told(1, 20), told(2, 8), told(3, 8)) == (3, Level.YELLOW), "nobody can say that they are one"
    assert sign(*(told(one, 5, f"w{one}") for one in range(5))) == (5, Level.ORANGE)
    assert sign(told(1, 5, *(f"w{one}" for one in range(10)))) == (10, Level.RED), "a roster of ten"
    assert sign(*(told(one, 24 * 7 + 1, f"w{one}") for one in range(5))) is None, "more than a week ago"
    twice = found(known(complaints=(told(1, 9, "a"), told(2, 8, "a"), told(3, 7, "b", "c"))), "workers_72h")[0]
    assert twice.speaks_against == (("complaint", "cmp_002"),)
    many = (*(told(n, 60 - n, "ab"[n % 2]) for n in range(29)), told(29, 31, "c"))
    often = found(known(complaints=many), "workers_72h")[0]
    assert often.speaks_for == tuple(("complaint", f"cmp_{n:03d}") for n in (0, 1, 29))
    assert often.speaks_against == tuple(("complaint", f"cmp_{n:03d}") for n in range(2, 29)), "in the order told"


def test_channels_are_seen_together_before_one_of_them_sees_a_group() -> None:
    def signs(*channels: str) -> list[Level]:
        complaints = tuple(told(n, 100 - n, f"w{n}", channel=channel) for n, channel in enumerate(channels))
        return [one.level for one in found(known(complaints=complaints), "channel_hopping")]

    assert signs("petition", "petition", "petition") == []
    assert signs("petition", "mailbox") == []
    assert signs("petition", "mailbox", "petition") == [Level.YELLOW]
    assert signs("petition", "mailbox", "hotline_12345") == [Level.ORANGE]
    assert signs(*["petition"] * 5, "mailbox") == [], "five on one channel are a group by themselves"


def test_complaints_of_a_month_and_their_growth() -> None:
    day = 24
    three = tuple(told(n, n * day, f"w{n}") for n in (1, 10, 29))
    assert found(known(complaints=three), "complaints_30d")[0].level is Level.YELLOW
    assert not found(known(complaints=(*three[:2], told(3, 30 * day, "w3"))), "complaints_30d"), (
        "thirty days ago is out"
    )
    before = tuple(told(50 + n, (31 + n) * day, f"v{n}") for n in range(3))
    four = (*three, told(4, 2 * day, "w4"))
    assert not found(known(complaints=(*three, *before)), "growth")
    grown = found(known(complaints=(*four, *before)), "growth")[0]
    assert (grown.facts["now"], grown.facts["before"], len(grown.speaks_against)) == (4, 3, 3)
    assert not found(known(complaints=four), "growth"), "out of none nothing grows"


def test_again_after_the_end_and_by_the_same_worker_graver() -> None:
    case = Ended(id="case_1", employer="emp_a", ended_at=NOON - timedelta(days=100))
    old, new = told(1, 200 * 24, "a"), told(2, 24, "b")
    assert found(known(complaints=(old, new), ended=(case,)), "repeat")[0].level is Level.YELLOW
    assert found(known(complaints=(old, told(2, 24, "a")), ended=(case,)), "repeat")[0].level is Level.ORANGE
    long_ago = Ended(id="case_1", employer="emp_a", ended_at=NOON - timedelta(days=181))
    assert not found(known(complaints=(old, new), ended=(long_ago,)), "repeat")


def test_one_boss_on_two_sites() -> None:
    two = (told(1, 50, "a", site="甲工地", boss="b"), told(2, 40, "b", site="乙工地", boss="b"))
    assert found(known(complaints=two), "boss_two_sites")[0].facts["sites"] == 2
    same = (two[0], told(2, 40, "b", site="甲工地", boss="b"))
    assert not found(known(complaints=same), "boss_two_sites")


def test_promises_and_what_other_bodies_say() -> None:
    def step(number: int, broken: bool) -> Promised:
        return Promised(id=f"ins_{number}", employer="emp_a", due_on=date(2026, 10, number), fen=100, broken=broken)

    assert not found(known(promised=(step(1, broken=False),)), "plan_broken")
    one = found(known(promised=(step(1, broken=False), step(2, broken=True))), "plan_broken")[0]
    assert (one.level, one.speaks_against) == (Level.ORANGE, (("instalment", "ins_1"),))
    assert found(known(promised=(step(1, True), step(2, True))), "plan_broken")[0].level is Level.RED

    def outside(kind: str, months: int, days_ago: int = 10) -> Known:
        word = Outside(
            id="out", kind=kind, employer="emp_a", months=months, owed_fen=5, as_of=NOON.date() - timedelta(days_ago)
        )
        return known(outside=(word,))

    assert not found(outside("insurance", 1), "insurance_arrears")
    levels = [found(outside("insurance", months), "insurance_arrears")[0].level for months in (2, 4)]
    assert levels == [Level.YELLOW, Level.ORANGE]
    assert found(outside("utility", 2), "utility_arrears")
    assert not found(outside("utility", 9, days_ago=121), "utility_arrears"), "an old word says nothing of today"


def test_signs_of_an_employer_and_of_its_project_count_together() -> None:
    late = payroll("2026-08", date(2026, 9, 15), version(line("w1")))
    other = payroll("2026-10", date(2026, 11, 25), version(line("x1")), employer="emp_b")
    word = Outside(id="out", kind="utility", employer="emp_a", months=2, owed_fen=5, as_of=NOON.date())
    every = known(
        payrolls=(late, other),
        outside=(word,),
        sites={"P1": site(deposit_paid=False)},
        heard={"P1": dict.fromkeys(("pay_period", "account_balance", "attendance_month"), NOON.date())},
    )
    signs = {one.employer: one for one in found(every, "signs_together")}
    assert set(signs) == {"emp_a"}, "the deposit is a sign of both, and the only one of the other"
    parts = {"pay": 3, "account": 0, "elsewhere": 2, "others": 1}
    assert (signs["emp_a"].facts, signs["emp_a"].level) == ({"signs": 3, "points": 6, **parts}, Level.ORANGE)
    switched_off = evaluate(every, LIMITS, off={"arrears"})
    assert {one.rule for one in switched_off} == {"deposit_missing", "utility_arrears"}


def test_signs_weigh_by_how_long_they_last() -> None:
    def points(days: int, insurance: int, *, most: int = 3) -> dict[str, object]:
        due = NOON.date() - timedelta(days=days)
        word = Outside(id="out", kind="insurance", employer="emp_a", months=insurance, owed_fen=5, as_of=NOON.date())
        every = known(payrolls=(payroll("2026-09", due, version(line("w1"))),), outside=(word,))
        limits = {**LIMITS, "signs_together.orange": 1, "signs_together.most_points": most}
        signs = found(every, "signs_together", limits)
        return {name: signs[0].facts[name] for name in ("signs", "pay", "elsewhere")} if signs else {}

    assert points(13, 1) == {}, "who pays some days late gives no sign of pay, and one sign is not several"
    assert points(14, 1) == {"signs": 2, "pay": 1, "elsewhere": 1}, "a month of dues is no warning, and counts beside"
    assert points(41, 2) == {"signs": 2, "pay": 2, "elsewhere": 2}
    assert points(200, 9) == {"signs": 2, "pay": 3, "elsewhere": 3}
    assert points(200, 9, most=1) == {"signs": 2, "pay": 1, "elsewhere": 1}


def test_what_is_switched_off_does_not_count_beside_other_signs() -> None:
    word = Outside(id="out", kind="insurance", employer="emp_a", months=1, owed_fen=5, as_of=NOON.date())
    every = known(payrolls=(payroll("2026-07", date(2026, 8, 15), version(line("w1"))),), outside=(word,))
    limits = {**LIMITS, "signs_together.orange": 4}
    assert "signs_together" in {one.rule for one in evaluate(every, limits)}
    assert "signs_together" not in {one.rule for one in evaluate(every, limits, off={"insurance_arrears"})}


def test_an_account_tells_for_how_many_months_running_it_was_short() -> None:
    def months(*paid_in: int) -> list[object]:
        rows = [balance(date(2026, 7, 31), 1_000_000)]
        rows += [balance(date(2026, 8 + number, 28), one) for number, one in enumerate(paid_in)]
        every = known(at=at(date(2026, 11, 2)), balances=tuple(rows))
        return [(one.facts["month"], one.facts["months"]) for one in found(every, "account_short")]

    assert months(0, 0, 0) == [("2026-10", 3)]
    assert months(0, 1_000_000, 0) == [("2026-10", 1)]
    assert months(0, 0, 1_000_000) == [("2026-09", 2)]


def test_worse_is_a_higher_level_or_half_as_much_again() -> None:
    def worse(level: str, owed: int) -> bool:
        return is_worse("arrears", level=level, facts={"owed": owed}, before_level="orange", before={"owed": 100})

    assert [worse("orange", 149), worse("orange", 150), worse("red", 1), worse("yellow", 900)] == [
        False,
        True,
        True,
        False,
    ]
    assert not is_worse("no_data", level="yellow", facts={"days": 90}, before_level="yellow", before={"days": 46})


def test_nothing_depends_on_the_order_of_what_is_known() -> None:
    complaints = tuple(told(n, n * 5, f"w{n}", channel=("petition", "mailbox")[n % 2]) for n in range(1, 8))
    payrolls = tuple(payroll(f"2026-{n:02d}", date(2026, n + 1, 15), version(line("w1"))) for n in range(6, 10))
    results = [
        evaluate(known(complaints=complaints[::way], payrolls=payrolls[::way], sites={"P1": site()}), LIMITS)
        for way in (1, -1)
    ]
    assert len(results[0]) > 3
    assert all(left == right for left, right in pairwise(results))
