"""Deadlines: the vectors of the law, and a slow oracle that counts on its fingers."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendar import Calendar, SpecialDay, local_day
from casework.clocks import LIMITS, Unit, days_left, due_day
from services.working_days import published

VECTORS = [
    ("2023-04-21", 5, "working", "2023-04-27"),
    ("2023-05-23", 5, "working", "2023-05-30"),
    ("2023-05-23", 60, "working", "2023-08-16"),
    ("2023-05-23", 90, "working", "2023-09-27"),
    ("2023-05-23", 90, "calendar", "2023-08-21"),
    ("2023-09-28", 5, "working", "2023-10-11"),
    ("2025-01-20", 5, "working", "2025-01-26"),
    ("2025-01-20", 60, "working", "2025-04-21"),
    ("2026-02-12", 5, "working", "2026-02-26"),
    ("2026-02-12", 15, "working", "2026-03-11"),
    ("2026-02-12", 60, "working", "2026-05-18"),
    ("2026-09-18", 5, "working", "2026-09-24"),
    ("2026-09-18", 60, "working", "2026-12-17"),
]


@pytest.mark.parametrize(("start", "length", "unit", "due"), VECTORS)
def test_the_published_vectors_come_out(start: str, length: int, unit: Unit, due: str) -> None:
    found = due_day(date.fromisoformat(start), length, unit, published())
    assert found.due_on == date.fromisoformat(due)
    assert not found.provisional


def test_a_count_shows_what_it_skipped_and_why() -> None:
    found = due_day(date(2026, 9, 18), 5, "working", published())
    assert [(skip.day, skip.why) for skip in found.working] == [
        (date(2026, 9, 18), "start"),
        (date(2026, 9, 19), "weekend"),
    ]


def test_a_calendar_term_that_ends_on_a_day_of_rest_rolls_on() -> None:
    found = due_day(date(2026, 9, 24), 7, "calendar", published())
    assert found.due_on == date(2026, 10, 8)
    assert found.working[-1].why != "weekend"


def test_a_deadline_past_the_last_notice_is_provisional() -> None:
    found = due_day(date(2026, 11, 20), 60, "working", published())
    assert found.provisional
    assert not due_day(date(2026, 11, 20), 5, "working", published()).provisional


def test_a_term_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        due_day(date(2026, 1, 5), 0, "working", published())


def test_every_limit_names_its_source() -> None:
    assert all(limit.source and limit.length > 0 for limit in LIMITS.values())


def test_the_day_of_a_moment_is_the_day_in_shanghai() -> None:
    assert local_day(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == date(2026, 11, 1)
    assert local_day(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == date(2026, 10, 31)
    with pytest.raises(ValueError, match="aware"):
        local_day(datetime(2026, 10, 31))  # noqa: DTZ001 - the naive moment that is refused


def slow_oracle(start: date, length: int, unit: Unit, calendar: Calendar) -> date:
    """Write every later day down, keep those that count, take the n-th; then look for the next working day."""
    later = [start + timedelta(days=n) for n in range(1, 1_500)]
    counting = [day for day in later if unit == "calendar" or calendar.works(day)]
    last = counting[length - 1]
    return next(day for day in later if day >= last and calendar.works(day))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = draw(st.dictionaries(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.booleans(), max_size=80))
    special = {day: SpecialDay(works, "draw") for day, works in days.items()}
    return Calendar("drawn", date(2024, 1, 1), date(2028, 12, 31), special)


@settings(max_examples=400, deadline=None)
@given(
    start=st.dates(date(2024, 1, 1), date(2027, 6, 30)),
    length=st.integers(1, 130),
    unit=st.sampled_from(["working", "calendar"]),
    calendar=calendars(),
)
def test_the_count_agrees_with_a_slow_oracle(start: date, length: int, unit: Unit, calendar: Calendar) -> None:
    assert due_day(start, length, unit, calendar).due_on == slow_oracle(start, length, unit, calendar)


@settings(max_examples=200, deadline=None)
@given(start=st.dates(date(2024, 1, 1), date(2026, 6, 30)), length=st.integers(1, 90), calendar=calendars())
def test_what_is_left_at_the_start_is_the_whole_term(start: date, length: int, calendar: Calendar) -> None:
    due = due_day(start, length, "working", calendar).due_on
    assert days_left(due, start, "working", calendar) == length
    assert days_left(due, due, "working", calendar) == 0
    assert days_left(due, due + timedelta(days=9), "calendar", calendar) == -9


def test_a_hundred_thousand_terms_of_2024_to_2028_agree_with_the_oracle() -> None:
    chance = random.Random(2026)
    known = published()
    drawn = {date(2027, 1, 1) + timedelta(days=chance.randrange(730)): chance.random() < 0.5 for _ in range(90)}
    special = {**known.exceptions, **{day: SpecialDay(works, "drawn") for day, works in drawn.items()}}
    calendar = Calendar("both", known.known_from, known.known_until, special)
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(5 * 366 + 200)]
    rest = [calendar.works(day) for day in days]
    for _ in range(100_000):
        start, length = chance.randrange(5 * 366 - 100), chance.randint(1, 95)
        unit: Unit = chance.choice(("working", "calendar"))
        place, left = start, length
        while left:
            place += 1
            left -= unit == "calendar" or rest[place]
        while not rest[place]:
            place += 1
        found = due_day(days[start], length, unit, calendar)
        assert (found.due_on, found.provisional) == (days[place], days[place] > known.known_until)
