"""Instalments of a payment plan: what is proven by its day keeps one, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from casework.instalments import Instalment, Paid, Standing, standing

AGREED = date(2026, 11, 1)
FIRST, SECOND = date(2026, 11, 10), date(2026, 11, 20)
PLAN = [Instalment(SECOND, 300), Instalment(FIRST, 200)]


def states(paid: list[Paid], today: date) -> list[str]:
    return [one.state for one in standing(PLAN, paid, agreed_on=AGREED, today=today)]


@pytest.mark.parametrize(
    ("paid", "today", "said"),
    [
        ([], FIRST, ["ahead", "ahead"]),
        ([], date(2026, 11, 11), ["broken", "ahead"]),
        ([], date(2026, 11, 21), ["broken", "broken"]),
        ([Paid(FIRST, 199)], date(2026, 11, 11), ["broken", "ahead"]),
        ([Paid(FIRST, 200)], date(2026, 11, 11), ["kept", "ahead"]),
        ([Paid(FIRST, 200)], date(2026, 11, 9), ["ahead", "ahead"]),
        ([Paid(date(2026, 11, 11), 200)], date(2026, 11, 11), ["late", "ahead"]),
        ([Paid(AGREED, 500)], date(2026, 11, 2), ["kept", "kept"]),
        ([Paid(date(2026, 10, 31), 500)], date(2026, 11, 11), ["broken", "ahead"]),
        ([Paid(FIRST, 100), Paid(FIRST, 100)], FIRST, ["kept", "ahead"]),
        ([Paid(FIRST, 200), Paid(SECOND, 299)], date(2026, 11, 21), ["kept", "broken"]),
        ([Paid(FIRST, 200), Paid(SECOND, 300)], date(2026, 11, 21), ["kept", "kept"]),
        ([Paid(date(2026, 11, 25), 500)], date(2026, 11, 24), ["broken", "broken"]),
        ([Paid(date(2026, 11, 25), 500)], date(2026, 11, 25), ["late", "late"]),
    ],
)
def test_only_what_was_proven_by_its_day_keeps_an_instalment(paid: list[Paid], today: date, said: list[str]) -> None:
    assert states(paid, today) == said


def test_what_was_wanted_and_found_by_its_day_is_told_in_the_order_of_days() -> None:
    paid = [Paid(FIRST, 250), Paid(date(2026, 11, 21), 50)]
    first, second = standing(PLAN, paid, agreed_on=AGREED, today=date(2026, 11, 30))
    assert first == Standing(Instalment(FIRST, 200), 200, 250, "kept")
    assert second == Standing(Instalment(SECOND, 300), 500, 250, "broken")
    assert (first.missing, second.missing) == (0, 250)


def test_a_plan_of_nothing_stands_nowhere() -> None:
    assert standing([], [Paid(FIRST, 1)], agreed_on=AGREED, today=FIRST) == []
