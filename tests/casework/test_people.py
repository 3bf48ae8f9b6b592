"""Who may act where: a place is held by who covers it, a role where it was given."""

from __future__ import annotations

import pytest

from casework.people import Actor, Role

DISTRICT, STREET, OTHER = "370215", "370215010", "370215011"


@pytest.mark.parametrize(
    ("territories", "place", "covered"),
    [
        ((DISTRICT,), DISTRICT, True),
        ((DISTRICT,), STREET, True),
        ((STREET,), DISTRICT, False),
        ((STREET,), OTHER, False),
        ((STREET, OTHER), OTHER, True),
        ((DISTRICT,), None, True),
        ((DISTRICT,), "", True),
        ((), None, False),
        ((), DISTRICT, False),
        (("",), DISTRICT, True),
        (("",), None, True),
        (("", STREET), OTHER, True),
    ],
)
def test_a_place_belongs_to_who_covers_it(territories: tuple[str, ...], place: str | None, covered: bool) -> None:
    assert Actor("acc_1", frozenset({Role.HEAD}), territories).covers(place) is covered


def test_a_role_holds_where_it_was_given_and_nowhere_else() -> None:
    grants = frozenset({(Role.HEAD, STREET), (Role.INSPECTOR, DISTRICT), (Role.INSPECTOR, OTHER)})
    one = Actor("acc_1", frozenset({Role.HEAD, Role.INSPECTOR}), (DISTRICT,), grants)
    assert one.may(Role.HEAD, STREET)
    assert not one.may(Role.HEAD, OTHER)
    assert one.may(Role.INSPECTOR, STREET)
    assert not one.may(Role.DESK_OFFICER, STREET)
    assert one.places([Role.HEAD]) == (STREET,)
    assert one.places([Role.HEAD, Role.INSPECTOR]) == (DISTRICT, STREET, OTHER)
    assert one.places([Role.READ_ONLY]) == ()


def test_without_grants_every_role_holds_in_every_territory() -> None:
    one = Actor("acc_1", frozenset({Role.HEAD}), (STREET, OTHER))
    assert one.may(Role.HEAD, OTHER)
    assert not one.may(Role.HEAD, DISTRICT)
    assert not one.may(Role.INSPECTOR, STREET)
    assert one.places([Role.INSPECTOR]) == (STREET, OTHER)


def test_the_head_of_a_bureau_is_a_head_there_and_a_head_is_none_of_a_bureau() -> None:
    chief = Actor("acc_1", frozenset({Role.BUREAU_HEAD}), (DISTRICT,), frozenset({(Role.BUREAU_HEAD, DISTRICT)}))
    assert chief.roles == {Role.BUREAU_HEAD, Role.HEAD}
    assert chief.grants == {(Role.BUREAU_HEAD, DISTRICT), (Role.HEAD, DISTRICT)}
    assert chief.may(Role.HEAD, STREET)
    both = frozenset({(Role.BUREAU_HEAD, STREET), (Role.INSPECTOR, OTHER)})
    mixed = Actor("acc_2", frozenset({Role.BUREAU_HEAD, Role.INSPECTOR}), (STREET, OTHER), both)
    assert not mixed.may(Role.HEAD, OTHER)
    head = Actor("acc_3", frozenset({Role.HEAD}), (DISTRICT,), frozenset({(Role.HEAD, DISTRICT)}))
    assert head.roles == {Role.HEAD}
    assert not head.may(Role.BUREAU_HEAD, DISTRICT)


def test_the_schedule_may_all_and_says_which_flow_it_is() -> None:
    flow = Actor.system("collect")
    assert flow.id == "system:collect"
    assert flow.roles == set(Role)
    assert flow.may(Role.AUDIT_ADMIN, STREET)
    assert flow.covers(None)
