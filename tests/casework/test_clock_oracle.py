"""A slow oracle of deadlines that knows nothing of the count but the rules. R21 asks it a hundred thousand times.

It writes every later day down, strikes out what does not count, and takes the n-th of what is left. Whether a day works
it takes from the package of the published years itself, and from a list of its own for the years after.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest

from casework.calendar import Calendar, SpecialDay
from casework.clocks import DueDay, Pause, Unit, due_day
from casework.working import reasons
from services.office.working_days import published

FIRST = date(2022, 1, 1)
KNOWN, ALL = 5 * 365 + 1, 7 * 365 + 400
DAYS = [FIRST + timedelta(days=n) for n in range(ALL)]
CHANCE = 20261121


def works_of(later: dict[date, bool]) -> list[bool]:
    """Whether each day works: as published, then by the list of its own, then by the weekday."""
    return [
        chinese_calendar.is_workday(day) if n < KNOWN else later.get(day, day.isoweekday() < 6)
        for n, day in enumerate(DAYS)
    ]


def oracle(start: int, length: int, unit: Unit, works: list[bool], stopped: set[int]) -> tuple[int, int]:
    """The due day and the last day counted, as places in the list of days."""
    later = range(start + 1, start + 2 * length + len(stopped) + 40)
    counting = [n for n in later if n not in stopped and (unit == "calendar" or works[n])]
    last = counting[length - 1]
    return next(n for n in later if n >= last and works[n] and n not in stopped), last


def two_calendars() -> tuple[Calendar, list[bool]]:
    """The published years and two drawn ones after them, as ours and as the oracle's own list."""
    chance = random.Random(CHANCE)
    later = {DAYS[chance.randrange(KNOWN, ALL - 400)]: chance.random() < 0.5 for _ in range(120)}
    known = published()
    special = {**known.exceptions, **{day: SpecialDay(works, "drawn") for day, works in later.items()}}
    return Calendar("both", known.known_from, known.known_until, special), works_of(later)


@pytest.fixture(scope="module")
def world() -> tuple[Calendar, list[bool]]:
    """Ours and the oracle's."""
    return two_calendars()


def drawn_pauses(chance: random.Random, start: int) -> list[tuple[int, int]]:
    """None to three suspensions around a term: short and long, one before it, some that overlap, some of no day."""
    found = []
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        first = start + chance.randrange(-10, 110)
        found.append((first, first + chance.choice((-1, 0, 1, 4, 9, 30)) + chance.randrange(3)))
    return found


def compared(cases: int, seed: int) -> Counter[str]:
    """Draw terms with their pauses and hold each against the oracle. Returns what was met, and how many differed."""
    calendar, works = two_calendars()
    chance, seen = random.Random(seed), Counter[str]()
    for _ in range(cases):
        start, length = chance.randrange(30, ALL - 900), chance.randint(1, 95)
        unit: Unit = chance.choice(("working", "calendar"))
        stops = drawn_pauses(chance, start)
        stopped = {n for first, last in stops for n in range(first, last + 1)}
        pauses = [Pause(FIRST + timedelta(days=first), FIRST + timedelta(days=last), "x") for first, last in stops]
        due, last = oracle(start, length, unit, works, stopped)
        found = due_day(DAYS[start], length, unit, calendar, pauses)
        struck = {n for n in range(start + 1, due + 1) if n in stopped or (unit == "working" and not works[n])}
        shown = {skip.day for skip in found.working[1:] if unit == "working" or skip.kind == "pause"}
        same = (found.due_on, found.counted_to, found.provisional) == (DAYS[due], DAYS[last], due >= KNOWN)
        seen["differ"] += not same or shown != {DAYS[n] for n in struck}
        seen["terms"] += 1
        seen["paused"] += any(start < n <= due for n in stopped)
        seen["rolled to a working day"] += due != last
        seen["make-up days counted"] += bool(found.made_up)
        seen["provisional"] += found.provisional
    return seen


def planted(due: DueDay) -> date:
    """A count with a mistake in it: the start day counted too."""
    return due.due_on - timedelta(days=1)


def test_the_oracle_catches_a_count_that_is_one_day_off(world: tuple[Calendar, list[bool]]) -> None:
    calendar, works = world
    chance = random.Random(CHANCE + 2)
    wrong = 0
    for _ in range(200):
        start, length = chance.randrange(30, ALL - 900), chance.randint(1, 95)
        due, _last = oracle(start, length, "working", works, set())
        wrong += planted(due_day(DAYS[start], length, "working", calendar)) != DAYS[due]
    assert wrong == 200


def test_every_day_of_a_term_is_counted_or_stands_in_one_run_of_one_reason(
    world: tuple[Calendar, list[bool]],
) -> None:
    calendar, _works = world
    chance = random.Random(CHANCE + 3)
    for _ in range(2_000):
        start, length = chance.randrange(30, ALL - 900), chance.randint(1, 95)
        stops = [(first, last) for first, last in drawn_pauses(chance, start)[:1]]
        pauses = [Pause(FIRST + timedelta(days=first), FIRST + timedelta(days=last), "x") for first, last in stops]
        due = due_day(DAYS[start], length, "working", calendar, pauses)
        struck = [one for one in reasons(due) if one.kind != "made_up"]
        days = [run.first + timedelta(days=n) for one in struck for run in one.runs for n in range(run.days)]
        assert len(days) == len(set(days)) == sum(one.days for one in struck)
        assert (due.due_on - DAYS[start]).days + 1 == length + len(days)
        for one in struck:
            assert all(right.first - left.last > timedelta(days=1) for left, right in pairwise(one.runs))
