"""Every route with an id in its address: who may not see the thing is answered as if there were none (R23)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from casework.people import Actor, Role
from console.access import ACCESS
from console.reach import Masking, Reach
from services.office.settings import Settings
from services.people.accounts import create_account
from services.people.rota import record_absence
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.morning import ELSEWHERE, PASSWORD
from tests.console.test_guard import routes
from tests.console.warned import make_warnings
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseRow, ComplaintRow, ComplaintVersionRow, LandedRow, RoleGrantRow

LogIn = Callable[[str], Person]
SYSTEM = Actor.system("test")
NOT_AN_OBJECT = {"asset", "rule_page", "try_rule", "change_rule"}
"""Files of ours, and the rules of the office, which are the same for everybody who may read them."""


def _real(store: Warehouse) -> dict[str, str]:
    """An id that there is, for every name an id has in an address."""
    with store.read() as session:
        desk = session.scalars(select(AccountRow.id).where(AccountRow.login == "desk")).one()
        grant = session.scalars(select(RoleGrantRow.id).where(RoleGrantRow.account_id == desk)).one()
        found = {
            "matter_no": session.scalars(select(CaseRow.matter_no).order_by(CaseRow.matter_no)).first(),
            "complaint_id": session.scalars(select(ComplaintRow.id).order_by(ComplaintRow.id)).first(),
            "landed_id": session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")).first(),
            "account_id": desk,
            "grant_id": grant,
            "path": "visit",
        }
    found["warning_id"] = make_warnings(store, NOW)["arrears"]
    days = {"from_on": date(2026, 12, 1), "to_on": date(2026, 12, 2)}
    found["absence_id"] = record_absence(store, account_id=desk, **days, reason=None, actor=SYSTEM, at=NOW)
    return {name: str(value) for name, value in found.items()}


def _filled(path: str, ids: dict[str, str], missing: str) -> str:
    return re.sub(r"\{([a-z_]+)(:path)?\}", lambda place: ids.get(place[1], missing), path)


def _plain(page: str, *ids: str) -> str:
    for one in ids:
        page = page.replace(one, "")
    return re.sub(r'name="csrf" value="[^"]+"', "", page)


def test_what_one_may_not_see_is_answered_as_what_is_not_there(
    morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    ids = _real(morning)
    nothing = {"matter_no": "JM2026-99999", "path": "visit"}
    with morning.read() as session:
        secrets = {
            told
            for row in session.scalars(select(ComplaintVersionRow))
            for told in (row.employer_name, row.complainant_name, row.complainant_phone)
            if told
        }
    people = {}
    for role in Role:
        grants = [(role, ELSEWHERE)]
        login = f"away_{role.value}"
        create_account(morning, login=login, name="远", password=PASSWORD, grants=grants, actor=SYSTEM, at=NOW)
        people[role] = log_in(login)
    seen = 0
    for route in routes(morning, settings):
        if "{" not in route.path or route.name in NOT_AN_OBJECT:
            continue
        rule = ACCESS[route.name]
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        there, absent = _filled(route.path, ids, "nothing"), _filled(route.path, nothing, "nothing")
        for role, person in people.items():
            if not rule.admits(Actor("x", frozenset({role}), ("",))):
                continue
            headers = {"Origin": person.address}
            data = {"csrf": person.token()} if method == "POST" else None
            answers = [person.client.request(method, path, data=data, headers=headers) for path in (there, absent)]
            seen += 1
            assert answers[0].status_code == answers[1].status_code, (route.name, role)
            assert answers[0].status_code in (404, 422), (route.name, role, answers[0].status_code)
            pages = [_plain(one.text, *ids.values(), *nothing.values(), "nothing") for one in answers]
            assert pages[0] == pages[1], (route.name, role)
            assert not [told for told in secrets if told in pages[0]], (route.name, role)
    assert seen > 150


def test_what_is_masked_stays_masked_for_each_role(morning: Warehouse, settings: Settings, log_in: LogIn) -> None:
    with morning.read() as session:
        rows = session.scalars(select(ComplaintVersionRow)).all()
        names = {row.complainant_name for row in rows if row.complainant_name and len(row.complainant_name) > 1}
        hidden = names | {row.complainant_phone for row in rows if row.complainant_phone}
        hidden |= {row.complainant_id_no for row in rows if row.complainant_id_no}
        numbers = session.scalars(select(CaseRow.matter_no).order_by(CaseRow.matter_no)).all()
    assert len(hidden) > 10
    logins = ("desk", "head", "bureau", "reader", "song", "system", "security", "audit")
    looked = 0
    for login in logins:
        person = log_in(login)
        for route in routes(morning, settings):
            rule = ACCESS[route.name]
            if "GET" not in (route.methods or ()) or rule.masking is Masking.REVEALED or rule.reach is Reach.OPEN:
                continue
            paths = [route.path.replace("{matter_no}", number) for number in numbers[:4]]
            for path in dict.fromkeys(paths):
                if "{" in path:
                    continue
                answer = person.client.get(path)
                looked += answer.status_code == 200
                shown = [told for told in hidden if told in answer.text]
                assert shown == [], (login, route.name)
    assert looked > 60
