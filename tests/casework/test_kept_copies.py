"""Which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANGHAI
from casework.kept_copies import ALL_FOR, DAILY_FOR, MONTHLY_FOR, spare

NOW = datetime(2026, 11, 20, 8, 10, tzinfo=SHANGHAI)
AGES = st.lists(st.integers(-60, int(timedelta(days=900) / timedelta(minutes=1))), max_size=60, unique=True)


@given(AGES)
def test_of_each_stretch_something_stays(minutes: list[int]) -> None:
    made = {one: NOW - timedelta(minutes=one) for one in minutes}
    stays = set(made) - spare(list(made.items()), NOW)
    assert all(one in stays for one in made if NOW - made[one] <= ALL_FOR)
    assert not made or max(made, key=lambda one: made[one]) in stays
    for one, moment in made.items():
        age = NOW - moment
        if ALL_FOR < age <= DAILY_FOR:
            assert any(made[kept].date() == moment.date() and made[kept] >= moment for kept in stays)
        elif DAILY_FOR < age <= MONTHLY_FOR:
            assert any((made[kept].year, made[kept].month) == (moment.year, moment.month) for kept in stays)
        elif age > MONTHLY_FOR:
            assert one not in stays or one == max(made, key=lambda each: made[each])


def test_three_years_of_quarter_hours_come_to_less_than_two_hundred() -> None:
    kept: list[tuple[datetime, datetime]] = []
    at = NOW
    for day in range(3 * 365):
        at = NOW + timedelta(days=day)
        kept += [(one, one) for one in (at + timedelta(minutes=15 * n) for n in range(96))]
        gone = spare(kept, at + timedelta(hours=23, minutes=45))
        kept = [one for one in kept if one[0] not in gone]
    assert 96 + 34 + 22 < len(kept) < 200


def test_days_are_those_of_the_office() -> None:
    evening, night = (datetime(2026, 11, 10, hour, tzinfo=UTC) for hour in (15, 17))  # the 10th and the 11th there
    assert not spare([("a", evening), ("b", night)], NOW)
