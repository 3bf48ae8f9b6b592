"""The people of the demonstration: by their posts, with one password that is made at the first start and printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.people import Actor, Role
from services.office.settings import Settings
from services.people.accounts import LoggedIn, create_account, log_in
from warehouse.engine import Warehouse
from warehouse.queries.morning import known_logins

_NORTH = ("", "001", "002", "003", "004")
_MIDDLE = ("", "005", "006", "007", "008")
_SOUTH = ("", "009", "010", "011", "100", "101", "103", "104")


@dataclass(frozen=True, slots=True)
class Person:
    """One demo account: login, name on the screen, role, and its places as endings of the district's code.

    Each inspector may work in the whole district and has streets of their own, which count when one is suggested.
    """

    login: str
    name: str
    role: Role
    places: tuple[str, ...] = ("",)


PEOPLE: tuple[Person, ...] = (
    Person("desk", "综合岗", Role.DESK_OFFICER),
    Person("inspector1", "监察员甲", Role.INSPECTOR, _NORTH),
    Person("inspector2", "监察员乙", Role.INSPECTOR, _NORTH),
    Person("inspector3", "监察员丙", Role.INSPECTOR, _MIDDLE),
    Person("inspector4", "监察员丁", Role.INSPECTOR, _MIDDLE),
    Person("inspector5", "监察员戊", Role.INSPECTOR, _SOUTH),
    Person("inspector6", "监察员己", Role.INSPECTOR, _SOUTH),
    Person("head", "负责人", Role.HEAD),
    Person("bureau", "局负责人", Role.BUREAU_HEAD),
    Person("viewer", "只读", Role.READ_ONLY),
    Person("system", "系统管理员", Role.SYSTEM_ADMIN),
    Person("security", "安全管理员", Role.SECURITY_ADMIN),
    Person("auditor", "审计管理员", Role.AUDIT_ADMIN),
)


def make_accounts(store: Warehouse, settings: Settings, *, password: str, at: datetime) -> int:
    """Make the accounts that are missing. Returns how many were made."""
    with store.read() as session:
        there = known_logins(session)
    missing = [person for person in PEOPLE if person.login not in there]
    for person in missing:
        create_account(
            store,
            login=person.login,
            name=person.name,
            password=password,
            grants=[(person.role, settings.district + place) for place in person.places],
            actor=Actor.system("setup"),
            at=at,
        )
    return len(missing)


def enter(store: Warehouse, login: str, *, password: str, at: datetime) -> LoggedIn:
    """Log in as one of them."""
    return log_in(store, login=login, password=password, origin="127.0.0.1", at=at)
