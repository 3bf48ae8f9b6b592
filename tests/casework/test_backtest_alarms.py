"""Alarms as they are kept say what the days they were made of said, whoever looks at whichever part of them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from casework.warnings.backtest import Sign, alarms_of, ripe, scores_of, warned_by
from casework.warnings.scores import HORIZON, by_rule, score, spells

FIRST = date(2025, 11, 20)
LAST = FIRST + timedelta(days=500)
days = some.integers(0, 500).map(lambda number: FIRST + timedelta(days=number))
signs = some.lists(
    some.builds(
        Sign,
        day=days,
        rule=some.sampled_from(("growth", "repeat")),
        level=some.sampled_from(("yellow", "red")),
        employer=some.sampled_from(("a", "b")),
        place=some.sampled_from(("", "370215", "370214")),
    ),
    max_size=60,
)
complaints = some.dictionaries(some.sampled_from(("a", "b", "c")), some.lists(days, max_size=6), max_size=3)


@given(signs, some.randoms())
def test_alarms_are_the_spells_of_their_days_in_any_order(told: list[Sign], chance: object) -> None:
    mixed = list(told)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    alarms = alarms_of(told)
    assert alarms == alarms_of(mixed)
    for employer, warned in warned_by(alarms).items():
        assert spells(warned) == spells(one.day for one in told if one.employer == employer)


@given(signs, complaints)
def test_kept_alarms_score_as_the_days_themselves(told: list[Sign], heard: dict[str, list[date]]) -> None:
    kept = scores_of(alarms_of(told), heard, since=FIRST, until=LAST)
    plain = by_rule((one.day, one.rule, one.level, one.employer) for one in told)
    assert kept == {key: score(warned, heard, since=FIRST, until=LAST) for key, warned in sorted(plain.items())}


@given(signs, complaints, some.lists(days, max_size=3))
def test_a_complaint_after_the_last_day_and_a_later_sign_change_no_verdict_of_before(
    told: list[Sign], heard: dict[str, list[date]], more: list[date]
) -> None:
    until = FIRST + timedelta(days=300)
    before = [one for one in told if one.day <= until]
    later = {employer: [*found, *(day for day in more if day > until)] for employer, found in heard.items()}
    assert scores_of(alarms_of(before), heard, since=FIRST, until=until) == scores_of(
        alarms_of(before), later, since=FIRST, until=until
    )


@given(signs, complaints, days)
def test_ripe_alarms_are_judged_both_ways_or_not_at_all(
    told: list[Sign], heard: dict[str, list[date]], after: date
) -> None:
    alarms = alarms_of(told)
    right, wrong = ripe(alarms, heard, begun_after=after, until=LAST)
    of_age = [one for one in alarms if after < one.first < LAST - timedelta(days=HORIZON)]
    assert right + wrong <= len(of_age)
    if not any(heard.values()):
        assert right == 0
