"""Medians and their intervals, gaps that are cut, and working time: what must hold for all numbers and acts."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import comb
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANGHAI, Calendar, SpecialDay
from casework.errors import BadInput
from casework.medians import _EXACT_TO, Median, _place, median_of, sooner
from casework.stopwatch import QUEUE_ACTS, Act, OfficeHours, active

NUMBERS = st.lists(st.integers(1, 10_000), min_size=1, max_size=60)
BEGIN = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
PAUSE = timedelta(minutes=5)
HOURS = OfficeHours.read(["08:30-12:00", "13:30-17:30"])
CALENDAR = Calendar(
    "test",
    date(2026, 1, 1),
    date(2026, 12, 31),
    {
        date(2026, 10, 1): SpecialDay(works=False, name="国庆节"),
        date(2026, 10, 2): SpecialDay(works=False, name="国庆节"),
        date(2026, 10, 10): SpecialDay(works=True, name="国庆节"),
    },
)


@given(NUMBERS)
def test_the_interval_holds_the_median_and_lies_among_the_numbers(numbers: list[int]) -> None:
    found = median_of(numbers)
    assert found is not None
    assert found.middle == median(numbers)
    assert (found.low is None) == (found.high is None) == (len(numbers) < 6)
    if found.low is not None and found.high is not None:
        assert found.low <= found.middle <= found.high
        assert {found.low, found.high} <= set(numbers)
    assert Median.from_json(found.to_json()) == found
    shuffled = sorted(numbers, key=lambda one: random.Random(one).random())
    assert median_of(shuffled) == found


def test_the_interval_is_as_sure_as_it_says_and_not_surer_than_it_must_be() -> None:
    for count in range(1, 200):
        place = _place(count, Fraction(95, 100))
        below = [Fraction(sum(comb(count, heads) for heads in range(k)), 2**count) for k in (place, place + 1)]
        assert 1 - 2 * below[0] >= Fraction(95, 100)
        assert 1 - 2 * below[1] < Fraction(95, 100)
    # As printed in tables of the sign test: 6, 10, 20, 100.
    assert [_place(count, Fraction(95, 100)) for count in (5, 6, 10, 20, 100)] == [0, 1, 2, 6, 40]


def test_the_curve_takes_over_on_the_wider_side() -> None:
    exact, curve = _place(_EXACT_TO, Fraction(95, 100)), _place(_EXACT_TO + 1, Fraction(95, 100))
    assert exact - 2 <= curve <= exact


def test_the_interval_of_a_known_median_is_kept_as_often_as_promised() -> None:
    chance, held = random.Random(26), 0
    for _ in range(2_000):
        found = median_of([chance.expovariate(1.0) for _ in range(15)])
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.6931471805599453 <= found.high
    assert held >= 0.95 * 2_000 - 30


@given(NUMBERS, NUMBERS)
def test_a_change_lies_in_its_interval_and_turns_round(before: list[int], now: list[int]) -> None:
    found, back = sooner(before, now), sooner(now, before)
    assert found is not None
    assert back is not None
    assert (1 + found.percent / 100) * (1 + back.percent / 100) == pytest.approx(1)
    assert (found.low is None) == (min(len(before), len(now)) < 7)
    if found.low is not None and found.high is not None:
        assert found.low <= found.percent <= found.high


def test_thirty_five_percent_more_is_what_it_says() -> None:
    found = sooner([13.5] * 20, [10.0] * 20)
    assert found is not None
    assert (round(found.percent, 6), round(found.low or 0, 6), round(found.high or 0, 6)) == (35, 35, 35)
    assert sooner([], [1, 2]) is None
    assert sooner([1, 2], []) is None
    assert sooner([1.0], [0.0]) is None


ACTS = st.lists(st.builds(lambda s, q: Act(BEGIN + timedelta(seconds=s), q), st.integers(0, 7_200), st.booleans()))


@given(ACTS, st.integers(0, 7_200), st.randoms(use_true_random=False))
def test_neither_the_order_nor_repeats_of_acts_matter_and_no_gap_counts_more_than_the_pause(
    acts: list[Act], length: int, chance: random.Random
) -> None:
    end = BEGIN + timedelta(seconds=length)
    worked = active(acts, begins=BEGIN, ends=end, pause=PAUSE)
    mixed = [*acts, *acts]
    chance.shuffle(mixed)
    assert active(mixed, begins=BEGIN, ends=end, pause=PAUSE) == worked
    inside = {act.at for act in acts if act.of_queue and act.at <= end}
    assert timedelta(0) <= worked <= min(timedelta(seconds=length), len(inside) * PAUSE)
    assert active(acts, begins=BEGIN, ends=end, pause=timedelta(days=1)) >= worked


def test_acts_of_emptying_the_queue_are_acts_that_something_records() -> None:
    rooms = [Path(__file__).parents[2] / room for room in ("services", "warehouse")]
    texts = "".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    recorded = set(re.findall(r"""(?:act=|case, )["'](\w+)["']""", texts))
    assert len(QUEUE_ACTS) == 12
    assert recorded >= QUEUE_ACTS, QUEUE_ACTS - recorded


def test_the_time_before_an_act_belongs_to_it() -> None:
    def at(minutes: float, *, of_queue: bool = True) -> Act:
        return Act(BEGIN + timedelta(minutes=minutes), of_queue)

    def minutes(*acts: Act) -> float:
        worked = active(acts, begins=BEGIN, ends=BEGIN + timedelta(minutes=60), pause=PAUSE)
        return worked.total_seconds() / 60

    assert minutes(at(2), at(3)) == 3
    assert minutes(at(2), at(30)) == 2 + 5
    assert minutes(at(2, of_queue=False), at(3)) == 1
    assert minutes(at(3), at(4, of_queue=False)) == 3
    assert minutes(at(61), Act(BEGIN - timedelta(minutes=1), of_queue=True)) == 0


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        (local(12, 9), local(12, 10), 1),
        (local(12, 11, 30), local(12, 14), 1),
        (local(12, 20), local(13, 8), 0),
        (local(12, 20), local(13, 9, 30), 1),
        (local(9, 17), local(12, 9), 0.5 + 7.5 + 0.5),  # Friday to Monday over the Saturday that is worked
        (local(10, 9), local(11, 9), 7),
        (local(12, 10), local(12, 9), 0),
    ],
)
def test_working_time_counts_office_hours_of_working_days(begins: datetime, ends: datetime, hours: float) -> None:
    assert HOURS.seconds(begins, ends, CALENDAR) == hours * 3600
    assert HOURS.seconds(begins.astimezone(UTC), ends.astimezone(UTC), CALENDAR) == hours * 3600


MOMENTS = st.integers(0, 25 * 24 * 3600).map(lambda s: datetime(2026, 9, 25, tzinfo=SHANGHAI) + timedelta(seconds=s))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_and_never_runs_faster_than_the_clock(a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    parts = HOURS.seconds(first, middle, CALENDAR) + HOURS.seconds(middle, last, CALENDAR)
    assert HOURS.seconds(first, last, CALENDAR) == pytest.approx(parts)
    assert 0 <= parts <= (last - first).total_seconds() + 1e-6


@pytest.mark.parametrize(
    "wrong", [[], ["8:30-12:00"], ["12:00-08:30"], ["08:30-12:00", "11:00-17:00"], ["25:00-26:00"]]
)
def test_office_hours_that_are_none_are_refused(wrong: list[str]) -> None:
    with pytest.raises(BadInput, match="Office hours"):
        OfficeHours.read(wrong)


def test_office_hours_are_read_as_written() -> None:
    assert OfficeHours.read(["09:00-17:00"]).spans == ((time(9), time(17)),)
