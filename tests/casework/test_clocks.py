"""Deadlines: the vectors of the law, and a slow oracle that counts on its fingers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendar import Calendar, SpecialDay, local_day
from casework.clocks import LIMITS, Pause, Unit, days_left, due_day
from services.office.working_days import published

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
    assert found.working[1].kind == "weekend"
    over_holidays = due_day(date(2026, 9, 24), 5, "working", published()).working
    assert {skip.kind for skip in over_holidays if skip.why not in ("weekend", "start")} == {"holiday"}


def test_a_calendar_term_that_ends_on_a_day_of_rest_rolls_on() -> None:
    found = due_day(date(2026, 9, 24), 7, "calendar", published())
    assert found.due_on == date(2026, 10, 8)
    assert found.working[-1].why != "weekend"


def test_a_weekend_that_is_worked_is_named() -> None:
    found = due_day(date(2025, 1, 20), 5, "working", published())
    assert [(skip.day, skip.why, skip.kind) for skip in found.made_up] == [
        (date(2025, 1, 26), "Spring Festival", "made_up")
    ]


def test_no_day_counts_while_a_clock_is_suspended() -> None:
    calendar = published()
    plain = due_day(date(2023, 5, 23), 60, "working", calendar)
    # 2023-06-05 to 06-16 holds ten working days and a weekend.
    stopped = Pause(date(2023, 6, 5), date(2023, 6, 16), "supplement_awaited")
    found = due_day(date(2023, 5, 23), 60, "working", calendar, [stopped])
    assert days_left(found.due_on, plain.due_on, "working", calendar) == 10
    assert sum(1 for skip in found.working if skip.kind == "pause") == 12
    assert all(skip.why == "supplement_awaited" for skip in found.working if skip.kind == "pause")


def test_a_term_neither_ends_nor_counts_on_a_day_of_a_pause() -> None:
    calendar = published()
    # Ten calendar days from 2023-06-01 end on Sunday the 11th and roll to Monday, which is suspended, and Tuesday too.
    stopped = Pause(date(2023, 6, 12), date(2023, 6, 13), "other")
    assert due_day(date(2023, 6, 1), 10, "calendar", calendar).due_on == date(2023, 6, 12)
    found = due_day(date(2023, 6, 1), 10, "calendar", calendar, [stopped])
    assert (found.due_on, found.counted_to) == (date(2023, 6, 14), date(2023, 6, 11))
    inside = due_day(date(2023, 6, 1), 10, "calendar", calendar, [Pause(date(2023, 6, 3), date(2023, 6, 4), "other")])
    assert inside.due_on == date(2023, 6, 13)


def test_a_suspension_taken_back_on_its_day_moves_nothing() -> None:
    none = Pause(date(2023, 6, 5), date(2023, 6, 4), "other")
    assert due_day(date(2023, 5, 23), 60, "working", published(), [none]).due_on == date(2023, 8, 16)


def test_a_deadline_past_the_last_notice_is_provisional() -> None:
    found = due_day(date(2026, 11, 20), 60, "working", published())
    assert found.provisional
    assert not due_day(date(2026, 11, 20), 5, "working", published()).provisional


def test_a_term_has_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        due_day(date(2026, 1, 5), 0, "working", published())


def test_every_limit_names_its_source() -> None:
    assert len(LIMITS) == 28
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


def test_days_left_are_those_that_one_counts_on_the_calendar() -> None:
    calendar, today = published(), date(2026, 2, 10)
    for n in range(-900, 900, 7):
        due = today + timedelta(days=n)
        after, until, sign = (today, due, 1) if n >= 0 else (due, today, -1)
        walked = [after + timedelta(days=day) for day in range(1, (until - after).days + 1)]
        assert days_left(due, today, "working", calendar) == sign * sum(calendar.works(day) for day in walked)
        assert days_left(due, today, "calendar", calendar) == n
    assert any(not special.works for special in calendar.exceptions.values())
    assert any(special.works for special in calendar.exceptions.values())
