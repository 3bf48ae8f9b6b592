"""What counts as rising: the interval is the exact one, a handful never rises, and nothing small is told."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rising import (
    CHANCE,
    FELL,
    LEAST,
    LESS,
    NOT_LESS,
    Counts,
    Stretches,
    above_usual,
    at_least,
    became,
    judged,
    mean_of,
)

COUNT = st.integers(0, 60)
DAYS = st.integers(1, 100)
WEEK = Stretches(7, 56, 63)


def tail(least: int, tries: int, share: Fraction) -> Fraction:
    """The chance of at least so many, added up term by term."""
    return sum(
        (comb(tries, n) * share**n * (1 - share) ** (tries - n) for n in range(least, tries + 1)), start=Fraction(0)
    )


@given(st.integers(1, 40), st.integers(0, 40), DAYS, DAYS)
def test_the_lower_end_is_the_exact_one(now: int, then: int, days: int, before: int) -> None:
    odds = Fraction(at_least(now, days, then, before)).limit_denominator(10**9) * Fraction(days, before)
    assert float(tail(now, now + then, odds / (1 + odds))) == pytest.approx(CHANCE, rel=1e-4)


@given(COUNT, COUNT, DAYS, DAYS)
def test_it_is_below_the_plain_ratio_and_moves_with_what_is_counted(
    now: int, then: int, days: int, before: int
) -> None:
    found = at_least(now, days, then, before)
    assert found >= 0
    if then:
        assert found <= now * before / (then * days) + 1e-9
    assert at_least(now + 1, days, then, before) >= found - 1e-9
    assert at_least(now, days, then + 1, before) <= found + 1e-9


@given(COUNT, COUNT, COUNT)
def test_few_never_rise_and_what_rises_is_more_than_both(now: int, before: int, earlier: int) -> None:
    counts = Counts(now, before, earlier)
    verdict = judged(counts, WEEK)
    if verdict.rising:
        assert now >= LEAST
        assert verdict.at_least > 1
        assert above_usual(counts, WEEK) > 0
        assert now / 7 > before / 56
        assert now / 7 > earlier / 63
    assert not judged(Counts(min(now, LEAST - 1), 0, 0), WEEK).rising
    assert judged(Counts(now, before, 0), WEEK).at_least >= verdict.at_least


def test_one_that_became_four_is_no_rise_and_a_season_is_none_either() -> None:
    assert at_least(4, 7, 1, 7) < 1
    assert not judged(Counts(4, 8, 9), WEEK).rising
    assert judged(Counts(20, 40, 36), WEEK).rising
    assert not judged(Counts(20, 40, 180), WEEK).rising, "as many as in every other year"
    assert judged(Counts(20, 40, 180), Stretches(7, 56, 0)).rising, "no other year is known"
    assert not judged(Counts(20, 160, 9), WEEK).rising, "as many as in the weeks before"


def test_where_nothing_is_stored_nothing_rises() -> None:
    first = Stretches(7, 0, 0)
    assert not first.compared
    assert not judged(Counts(50, 0, 0), first).rising, "nobody knows what is usual"
    assert above_usual(Counts(50, 0, 0), first) == 50
    assert judged(Counts(20, 0, 9), Stretches(7, 0, 63)).rising
    assert not judged(Counts(20, 0, 180), Stretches(7, 0, 63)).rising


def test_large_counts_are_counted_in_no_time_and_nonsense_is_refused() -> None:
    assert at_least(300_000, 7, 200_000, 7) == pytest.approx(1.5, abs=0.02)
    for wrong in ((-1, 7, 1, 7), (1, 0, 1, 7), (1, 7, -1, 7), (1, 7, 1, 0)):
        with pytest.raises(ValueError, match="counts are not negative"):
            at_least(*wrong)


@given(COUNT, COUNT)
def test_what_became_of_a_count(was: int, now: int) -> None:
    found = became(was, 7, now, 7)
    assert (found == NOT_LESS) == (now >= was)
    assert found in (FELL, LESS, NOT_LESS)
    assert became(30, 7, 5, 7) == FELL
    assert became(6, 7, 5, 7) == LESS
    assert became(30, 30, 30, 31) == LESS, "a longer month with as many has fewer a day"


@given(COUNT)
def test_a_sum_under_the_least_is_not_told(count: int) -> None:
    told = mean_of(count, 56, 7, least=3)
    assert told.startswith("<") == (0 < count < 3)
    assert mean_of(1, 56, 7, least=3) == mean_of(2, 56, 7, least=3)
