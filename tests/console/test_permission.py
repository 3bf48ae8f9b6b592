"""Who gets through a door: what a rule of a route says of a person, and of a stranger."""

from __future__ import annotations

import pytest

from casework.people import Actor, Role
from console.permission import Rule
from console.reach import Masking, Reach

DESK = Actor("acc_1", frozenset({Role.DESK_OFFICER}), ("370215",))


@pytest.mark.parametrize("reach", Reach)
def test_a_stranger_gets_through_what_is_open_and_what_machines_ask_for(reach: Reach) -> None:
    assert Rule(reach, frozenset()).admits(None) is (reach in (Reach.OPEN, Reach.MACHINE))
    assert Rule(reach, frozenset()).admits(DESK)


def test_a_rule_that_names_roles_admits_whoever_holds_one() -> None:
    assert Rule(Reach.CASES, frozenset({Role.DESK_OFFICER, Role.HEAD})).admits(DESK)
    assert not Rule(Reach.CASES, frozenset({Role.HEAD})).admits(DESK)
    assert Rule(Reach.OPEN, frozenset({Role.HEAD})).admits(DESK)


def test_rules_are_told_in_these_words() -> None:
    """They stand in the table of routes that people read: tests/console/matrix.csv."""
    assert [one.value for one in Reach] == ["open", "self", "cases", "office", "machine"]
    assert [one.value for one in Masking] == ["none", "masked", "revealed"]
