"""Early warning on a small invented world: it speaks before complaints do, and the measure can tell when it does not.

The bounds leave slack for a world of few employers; the figures that count are in docs/evidence/warning.json.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from benchmarks.warning import Heard, compare, hear
from sandbox.economy import JUDGING, TUNING

STEP = timedelta(days=7)


@pytest.fixture(scope="module")
def world() -> tuple[Heard, set[tuple[str, str]]]:
    """What was heard in a family that nothing was set by, and the rules that muted themselves in the other."""
    silent = hear(400, [1], TUNING, STEP).silent()
    return hear(600, [7], JUDGING, STEP), silent


def test_the_rules_foretell_most_waves_and_the_plain_rule_few(world: tuple[Heard, set[tuple[str, str]]]) -> None:
    heard, silent = world
    figures = compare(heard, silent)
    ours, beaten = figures["ours"], figures["beaten"]
    assert isinstance(ours, dict)
    assert isinstance(beaten, dict)
    assert ours["waves"] > 50
    assert ours["precision"] > 0.5
    assert ours["recall"] > 0.68
    assert ours["lead_days"] > 20
    assert all(beaten.values())
    assert ("account_short", "yellow") in silent
    assert ("signs_together", "red") not in silent


def _reached(heard: Heard, silent: set[tuple[str, str]]) -> bool:
    figures = compare(heard, silent)
    reached, beaten = figures["reached"], figures["beaten"]
    assert isinstance(reached, dict)
    assert isinstance(beaten, dict)
    return all(reached.values()) and all(beaten.values())


def test_the_measure_fails_where_rules_are_muted_by_chance(world: tuple[Heard, set[tuple[str, str]]]) -> None:
    heard, _ = world
    every = sorted({(rule, level) for _, rule, level, _ in heard.signs})
    chance = Random(3)
    assert not any(_reached(heard, set(chance.sample(every, len(every) * 3 // 4))) for _ in range(10))
    assert not _reached(heard, set(every))
    assert not _reached(heard, set()), "with those that are wrong too often nobody would be believed"


def test_the_measure_fails_where_signs_are_of_others(world: tuple[Heard, set[tuple[str, str]]]) -> None:
    heard, silent = world
    names = sorted({employer for *_, employer in heard.signs})
    other = dict(zip(names, Random(5).sample(names, len(names)), strict=True))
    mixed = Heard([(day, rule, level, other[one]) for day, rule, level, one in heard.signs], heard.complaints)
    assert not _reached(mixed, silent)


def test_the_measure_fails_where_warnings_come_after_the_complaint(world: tuple[Heard, set[tuple[str, str]]]) -> None:
    heard, silent = world
    signs = [(day + timedelta(days=90), rule, level, one) for day, rule, level, one in heard.signs]
    late = Heard(signs, heard.complaints)
    assert not _reached(late, silent)


def test_the_plain_rule_is_asked_on_the_same_mornings_of_what_was_told_by_then() -> None:
    heard = Heard([], {})
    first, second = heard.mornings[10:12]
    heard.complaints["a"] = [first]
    stands = heard.plain(1)["a"]
    assert stands[0] == second, "a complaint of the day itself is known the next morning"
    assert stands[-1] <= first + timedelta(days=30)
    assert heard.plain(2)["a"] == []
