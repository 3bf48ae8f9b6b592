"""The back-test: each past day is judged on what had come by then, and what comes later changes no earlier day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.calendar import local_day
from casework.errors import BadInput
from casework.people import Actor, Role
from casework.settings_of_warnings import LIMITS
from casework.warnings.evaluate import evaluate
from casework.warnings.finding import Finding
from casework.warnings.known import Known
from services.warnings.backtesting import Asked, BackTest, back_test, moments
from services.warnings.knowing import known_at
from services.warnings.replaying import known_on
from tests.services.office import Office
from tests.services.pasts import DAYS, FIRMS, Past, merge
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ComplaintVersionRow, EmployerRow, FeedVersionRow, OutsideArrearsRow
from warehouse.queries.complaint_history import CaseLives, ComplaintHistory, PromiseHistory
from warehouse.queries.feed_history import FeedHistory
from warehouse.queries.joined import Joined

ALL = Actor.system("test")
SEEDS = range(6)


PARTS = ("parties", "sites", "payrolls", "balances", "attendance", "heard", "first")
TOLD = ("complaints", "ended", "promised", "outside")
Look = tuple[dict[str, Any], tuple[Finding, ...]]
"""What was known, and what the rules find in it, with all figures and rows."""


def parts(known: Known) -> dict[str, Any]:
    """All that is known, in an order of its own."""
    found = {name: getattr(known, name) for name in (*PARTS, *TOLD)}
    return {name: dict(one) if isinstance(one, Mapping) else sorted(one, key=repr) for name, one in found.items()}


def found(store: Warehouse, when: list[datetime]) -> list[Look]:
    """Each of these moments."""
    with store.read() as session:
        return [(parts(known), evaluate(known, LIMITS)) for known in known_on(session, when)]


def weekly(past: Past, until: datetime) -> list[datetime]:
    return [past.begins + timedelta(days=day) for day in range(20, (until - past.begins).days + 1, 7)]


def told_twice(past: Past) -> tuple[list[Look], list[Look]]:
    """What is found on each day before anything later has come; and on the same days, looked back on from the end."""
    when = weekly(past, past.begins + timedelta(days=DAYS))
    before = []
    for moment in when:
        past.tell(moment)
        before += found(past.office.store, [moment])
    past.tell(past.office.at + timedelta(days=60))
    return before, found(past.office.store, when)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_later_changes_no_earlier_day(store: Warehouse, now: datetime, seed: int) -> None:
    past = Past(Office(store, now), seed, joins=True)
    before, after = told_twice(past)
    assert sum(len(findings) for _, findings in before) > 20
    assert after == before


def _peeks_at_the_feed(self: FeedHistory, *args: Any) -> Any:
    rows = sorted(_ROWS(self, *args), key=lambda one: one[1].changed_at)
    for _, version in rows:
        version.known_at = version.changed_at
    return rows


def _peeks_at_complaints(_self: ComplaintHistory, rows: list[Any], moment: datetime) -> Any:
    return rows[-1] if rows[0].received_at <= moment else None


def _peeks_at_cases(self: CaseLives, case: str, _moment: datetime) -> str:
    return self._now[case]


def _peeks_at_members(self: ComplaintHistory, complaint: str, _moment: datetime) -> Any:
    return next((row for row in self._members.get(complaint, []) if row.valid_to is None), None)


def _peeks_at_others(self: PromiseHistory, _moment: datetime) -> Any:
    return _OUTSIDE(self, datetime.max.replace(tzinfo=_moment.tzinfo))


def _peeks_at_merges(self: Joined, employer: str, at: datetime) -> str:
    return _ROOT(self, employer, datetime.max.replace(tzinfo=at.tzinfo))


_ROOT = Joined.root
_ROWS, _OUTSIDE = FeedHistory._rows, PromiseHistory.outside
BUGS = (
    (FeedHistory, "_rows", _peeks_at_the_feed),
    (ComplaintHistory, "_version", _peeks_at_complaints),
    (CaseLives, "status", _peeks_at_cases),
    (ComplaintHistory, "_member", _peeks_at_members),
    (PromiseHistory, "outside", _peeks_at_others),
    (Joined, "root", _peeks_at_merges),
)


@pytest.mark.parametrize(("where", "what", "bug"), BUGS, ids=lambda one: getattr(one, "__name__", None))
def test_a_look_into_the_future_would_be_caught(
    store: Warehouse, now: datetime, monkeypatch: pytest.MonkeyPatch, where: type, what: str, bug: Any
) -> None:
    monkeypatch.setattr(where, what, bug)
    before, after = told_twice(Past(Office(store, now), 3, joins=True))
    assert before != after, "this bug would not be seen"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_day_is_what_the_daily_run_sees(store: Warehouse, now: datetime, seed: int) -> None:
    past = Past(Office(store, now), seed, joins=True)
    past.tell(now)
    when = weekly(past, now)
    with store.read() as session:
        *_, last = known_on(session, [*when, now])
        daily = known_at(session, now)
    assert parts(last) == parts(daily)
    assert evaluate(last, LIMITS) == evaluate(daily, LIMITS)


def _around_a_merge(store: Warehouse, now: datetime) -> tuple[BackTest, BackTest, BackTest]:
    """The back-test of a day, the same day's after firms that it speaks of were made one, and today's."""
    past = Past(Office(store, now), 4)
    past.tell(now)
    then = Asked(until=local_day(now - timedelta(days=20)))
    before = back_test(store, then, actor=ALL, at=now)
    for one, into in pairwise(f"emp_{name[:4]}" for name in FIRMS):
        with store.write() as session:
            merge(session, one, into, now)
    return before, back_test(store, then, actor=ALL, at=now), back_test(store, Asked(), actor=ALL, at=now)


def test_a_merge_made_after_the_moment_does_not_change_the_back_test_of_that_moment(
    store: Warehouse, now: datetime
) -> None:
    before, after, today = _around_a_merge(store, now)
    assert before == after
    assert before.employers > 1
    assert before.together.alarms > 1
    assert today.employers == 1, "from its moment on they are one"


def test_a_back_test_that_peeks_at_later_merges_would_be_caught(
    store: Warehouse, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Joined, "root", _peeks_at_merges)
    before, after, _ = _around_a_merge(store, now)
    assert before != after


@pytest.mark.parametrize("seed", range(8))
def test_employers_are_one_as_they_were_at_every_moment(store: Warehouse, now: datetime, seed: int) -> None:
    """After each step of a past the steps kept say of now, and later of then, what the rows themselves say."""
    past = Past(Office(store, now), seed, joins=True)
    told: list[tuple[datetime, dict[str, str]]] = []
    for at in sorted({one[0] for one in past.facts}):
        past.tell(at)
        with store.read() as session:
            kept = session.execute(select(EmployerRow.id, EmployerRow.merged_into)).tuples()
            told.append((at, {own: into or own for own, into in kept}))
    with store.read() as session:
        joined = Joined(session)
    for at, rows in told:
        assert {one: joined.root(one, at) for one in rows} == rows
    assert len({joined.step(at) for at, _ in told}) > 2
    assert joined.root("name:某公司", now) == "name:某公司"


def test_a_history_is_told_forwards(store: Warehouse, now: datetime) -> None:
    with store.read() as session, pytest.raises(ValueError, match="forwards"):
        list(known_on(session, [now, now - timedelta(days=1)]))


def test_a_back_test_gives_the_same_twice_and_says_its_bounds(store: Warehouse, now: datetime) -> None:
    past = Past(Office(store, now), 1)
    past.tell(now)
    asked = Asked(step_days=7)
    first, again = (back_test(store, asked, actor=ALL, at=now) for _ in range(2))
    assert first == again
    assert first.looks == 53
    assert first.together.alarms > 0
    for one in first.by_rule.values():
        assert one.alarms == one.right + one.wrong + one.open
        for share in (one.precision, one.recall):
            assert share is None or share.low <= share.share <= share.high
    one_rule = back_test(store, Asked(rules=frozenset({"arrears"})), actor=ALL, at=now)
    arrears = {key: value for key, value in first.by_rule.items() if key[0] == "arrears"}
    assert arrears
    assert dict(one_rule.by_rule) == arrears, "alone it says what it says among the others"
    none = back_test(
        store, Asked(rules=frozenset({"arrears"}), changes={"arrears.least_fen": 10**9}), actor=ALL, at=now
    )
    assert not none.by_rule
    for wrong, words in (
        (Asked(step_days=0), "1 to 30"),
        (Asked(step_days=1), "At most 120"),
        (Asked(rules=frozenset({"tea_leaves"})), "no rule"),
        (Asked(changes={"arrears.tea": 1}), "no threshold"),
        (Asked(changes={"arrears.least_fen": -1}), "not negative"),
        (Asked(until=now.date() + timedelta(days=2)), "today or earlier"),
        (Asked(since=now.date(), until=now.date() - timedelta(days=2)), "before it ends"),
    ):
        with pytest.raises(BadInput, match=words):
            back_test(store, wrong, actor=ALL, at=now)
    assert moments(Asked(), now)[-1] == now


def test_an_officer_s_part_is_that_of_their_place(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    past = Past(office, 1)
    past.tell(now)
    whole = back_test(store, Asked(), actor=office.head, at=now)
    assert whole == back_test(store, Asked(), actor=ALL, at=now)
    street = back_test(store, Asked(), actor=office.officer(Role.HEAD, "370215010"), at=now)
    far = back_test(store, Asked(), actor=office.officer(Role.HEAD, "370299"), at=now)
    assert 0 < street.together.alarms <= whole.together.alarms
    assert (far.together.alarms, far.employers) == (0, 0)


def test_before_the_first_pull_only_the_platform_s_own_moments_help(store: Warehouse, now: datetime) -> None:
    past = Past(Office(store, now), 2)
    past.tell(now)
    with store.write() as session:
        session.execute(update(FeedVersionRow).values(arrived_at=now))
        session.execute(update(ComplaintRow).values(filed_at=now))
        session.execute(update(ComplaintVersionRow).values(read_at=now))
        session.execute(update(OutsideArrearsRow).values(arrived_at=now))
    then = past.begins + timedelta(days=100)
    with store.read() as session:
        (arrived,) = known_on(session, [then])
        (changed,) = known_on(session, [then], basis="changed")
        daily = known_at(session, then, basis="changed")
    assert not arrived.payrolls
    assert not arrived.complaints
    assert changed.complaints
    assert sorted(changed.payrolls, key=repr) == sorted(daily.payrolls, key=repr)
    told = back_test(store, Asked(basis="changed"), actor=ALL, at=now)
    assert told.together.alarms > 0
    assert back_test(store, Asked(until=then.date()), actor=ALL, at=now).together.alarms == 0
