"""Response tiers: what a setting may say, when their hours and days end, and that no tier goes before the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANGHAI, Calendar, SpecialDay, local_day
from casework.clocks import due_day
from casework.errors import BadInput
from casework.settings_of_law import SETTINGS
from casework.settings_of_tiers import EXAMPLES, TIERS
from casework.stopwatch import OfficeHours
from casework.tiers import (
    Handed,
    Lamp,
    Terms,
    Tier,
    UnitKind,
    beside_the_law,
    lamps,
    nearest_lamp,
    read_tiers,
    unit_kind,
)

HOURS = OfficeHours.read(["08:30-12:00", "13:30-17:30"])
CALENDAR = Calendar(
    "test",
    date(2026, 1, 1),
    date(2026, 12, 31),
    {
        **{date(2026, 10, day): SpecialDay(works=False, name="国庆节") for day in range(1, 8)},
        date(2026, 10, 10): SpecialDay(works=True, name="国庆节"),
    },
)
TERMS = Terms(HOURS, CALENDAR)
_FIRST, _LAST = datetime(2026, 1, 5), datetime(2026, 11, 30)  # noqa: DTZ001  # hypothesis adds the zone
MOMENTS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
TIERS_OF = st.builds(
    Tier,
    unit=st.sampled_from(UnitKind),
    hours=st.integers(1, 40),
    hours_in=st.sampled_from(["office", "clock"]),
    days=st.integers(1, 15),
    days_in=st.sampled_from(["working", "calendar"]),
    until=st.sampled_from(["filed", "concluded"]),
    source=st.just("办法"),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def both(tier: Tier, handed: Handed, now: datetime) -> tuple[Lamp, Lamp]:
    first, answer = lamps(tier, handed, TERMS, now=now)
    return first, answer


def test_tiers_are_off_and_the_neighbours_ship_as_an_example() -> None:
    assert SETTINGS[TIERS].default == {}
    example = read_tiers(EXAMPLES[TIERS])
    assert {unit: (tier.hours, tier.days) for unit, tier in example.items()} == {
        UnitKind.COMMUNITY: (4, 2), UnitKind.TOWN: (4, 3), UnitKind.DEPARTMENT: (4, 4),
    }  # fmt: skip
    assert all("崂先办" in tier.source for tier in example.values())


@pytest.mark.parametrize(
    "value",
    [
        [], {"village": {"days": 1, "source": "x"}}, {"town": {"days": 3}}, {"town": {"days": 3, "source": " "}},
        {"town": {"source": "x"}}, {"town": {"days": 0, "source": "x"}}, {"town": {"days": 367, "source": "x"}},
        {"town": {"days": True, "source": "x"}}, {"town": {"days": 1.5, "source": "x"}}, {"town": 4},
        {"town": {"hours": 241, "source": "x"}}, {"town": {"hours": 4, "hours_in": "lunch", "source": "x"}},
        {"town": {"days": 4, "until": "paid", "source": "x"}}, {"town": {"days": 4, "colour": "red", "source": "x"}},
    ],
)  # fmt: skip
def test_what_is_no_tier_or_names_no_source_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        read_tiers(value)


def test_a_unit_is_known_by_the_code_of_its_place() -> None:
    kinds = [unit_kind(code) for code in ("37", "3702", "370215", "370215010", "370215010201")]
    assert kinds == ["department", "department", "department", "town", "community"]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-11-20 08:30", "2026-11-20 14:00"),  # three and a half hours before noon, half an hour after
        ("2026-11-20 16:30", "2026-11-23 11:30"),  # Friday afternoon to Monday
        ("2026-11-21 10:00", "2026-11-23 14:00"),  # a Saturday counts nothing
        ("2026-09-30 16:30", "2026-10-08 11:30"),  # across the National Day
        ("2026-10-09 17:00", "2026-10-10 12:00"),  # a make-up Saturday works; noon is the end, not half past one
    ],
)
def test_four_office_hours_are_those_of_working_days(begins: str, ends: str) -> None:
    assert HOURS.after(at(begins), timedelta(hours=4), CALENDAR) == at(ends)


@given(MOMENTS, st.integers(1, 60 * 60))
def test_the_end_of_a_span_of_office_time_is_the_first_moment_that_holds_it(begins: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    ends = HOURS.after(begins, span, CALENDAR)
    assert HOURS.seconds(begins, ends, CALENDAR) == pytest.approx(span.total_seconds(), abs=1e-3)
    assert HOURS.seconds(begins, ends - timedelta(seconds=1), CALENDAR) < span.total_seconds() - 0.5
    assert HOURS.after(begins, span + timedelta(minutes=1), CALENDAR) > ends


@given(TIERS_OF, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_lamp_only_grows_redder_and_is_red_exactly_behind_its_end(
    tier: Tier, begins: datetime, later: timedelta
) -> None:
    now = begins + later
    first, answer = both(tier, Handed(begins), now)
    assert first.due_at is not None
    assert (first.state == "over") == (now > first.due_at) == (first.left < 0)
    assert answer.due_on == due_day(local_day(begins), tier.days or 0, tier.days_in, CALENDAR).due_on
    assert (answer.state == "over") == (local_day(now) > answer.due_on) == (answer.left < 0)
    order = ("fine", "soon", "over")
    for before, after in zip((first, answer), both(tier, Handed(begins), now + timedelta(hours=3)), strict=True):
        assert order.index(before.state) <= order.index(after.state)
    assert nearest_lamp((first, answer)) == first


@given(TIERS_OF, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_what_was_done_is_kept_or_late_for_ever(tier: Tier, begins: datetime, took: timedelta) -> None:
    done = begins + took
    seen = [both(tier, Handed(begins, done, done), done + wait) for wait in (timedelta(0), timedelta(days=90))]
    states = [[one.state for one in pair] for pair in seen]
    assert states[0] == states[1]
    first, answer = seen[0]
    assert first.due_at is not None
    assert (first.state == "kept") == (done <= first.due_at)
    assert (answer.state == "kept") == (local_day(done) <= answer.due_on)
    assert nearest_lamp(seen[0]) is None


@given(
    TIERS_OF, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)), st.dates(date(2026, 1, 1), date(2026, 12, 31))
)
def test_no_tier_is_lit_where_the_law_ends_first(tier: Tier, begins: datetime, later: timedelta, legal: date) -> None:
    found = both(tier, Handed(begins), begins + later)
    lit = beside_the_law(found, legal)
    assert all(one.due_on <= legal and (one.part == "first" or one.due_on < legal) for one in lit)
    assert all(one in lit for one in found if one.due_on < legal)
    assert beside_the_law(found, None) == found
    done = both(tier, Handed(begins, begins, begins), begins + later)
    assert beside_the_law(done, legal) == done


def test_a_day_that_nobody_has_published_is_neither_amber_nor_red() -> None:
    known = replace(TERMS, calendar=replace(CALENDAR, known_until=date(2026, 11, 20)))
    tier = read_tiers({"town": {"hours": 4, "days": 3, "source": "x"}})[UnitKind.TOWN]
    for lamp in lamps(tier, Handed(at("2026-11-20 16:30")), known, now=at("2026-12-20 09:00")):
        assert (lamp.provisional, lamp.state) == (True, "fine")
    by_clock = replace(tier, hours_in="clock")
    first = lamps(by_clock, Handed(at("2026-11-20 16:30")), known, now=at("2026-12-20 09:00"))[0]
    assert (first.provisional, first.state) == (False, "over")
