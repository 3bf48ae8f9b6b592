"""Who gets through which door, and with which form (R23, R24, R28)."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select, text

from casework.people import Actor, Role
from console.access import ACCESS
from console.app import make_app
from console.once import REPEATED
from console.reach import Reach
from services.office.settings import Settings
from services.people.accounts import disable_account
from tests.conftest import NOW
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AuditRow, CaseRow, LandedRow

LogIn = Callable[[str], Person]
MATRIX = Path(__file__).parent / "matrix.csv"
LOGINS = {
    "desk_officer": "desk",
    "inspector": "song",
    "head": "head",
    "bureau_head": "bureau",
    "read_only": "reader",
    "system_admin": "system",
    "security_admin": "security",
    "audit_admin": "audit",
}
# Written on every request or refusal, whatever was asked: not data of the work.
LEFT_OUT = {"audit", "login_session", "login_attempt", "alembic_version"}


def routes(store: Warehouse, settings: Settings) -> list[APIRoute]:
    app = make_app(store, settings, lambda: NOW)
    found = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        found += [one for one in (inner.routes if inner else [route]) if isinstance(one, APIRoute)]
    return found


def test_every_route_declares_who_may_use_it(morning: Warehouse, settings: Settings) -> None:
    found = routes(morning, settings)
    assert len(found) > 45
    assert {route.name for route in found} == set(ACCESS)


def test_every_form_that_acts_does_so_once_or_says_why_not(morning: Warehouse, settings: Settings) -> None:
    posts = {route.name for route in routes(morning, settings) if "POST" in (route.methods or ())}
    assert set(REPEATED) < posts
    once = {route.name for route in routes(morning, settings) if hasattr(route.endpoint, "__wrapped__")}
    assert once == posts - set(REPEATED)


def test_no_route_describes_the_program(log_in: LogIn) -> None:
    stranger = log_in("")
    for path in ("/docs", "/redoc", "/openapi.json"):
        stranger.get(path, status=404)


def test_the_matrix_names_every_route_and_agrees_with_the_table() -> None:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["route"] for row in rows} == set(ACCESS)
    for row in rows:
        rule = ACCESS[row["route"]]
        assert row["reach"] == rule.reach.value, row["route"]
        for role in Role:
            assert (row[role.value] == "yes") == rule.admits(Actor("x", frozenset({role}), ("",))), row["route"]


def test_a_reader_is_admitted_to_no_route_that_changes_anything(morning: Warehouse, settings: Settings) -> None:
    open_to_readers = {
        "log_in",
        "log_in_code",
        "log_out",
        "preferences",
        "change_password",
        "search",
        "search_employers",
    }
    open_to_readers |= {"offer_code", "turn_on_code", "turn_off_code", "renew_recovery"}
    for route in routes(morning, settings):
        if "POST" in (route.methods or ()) and route.name not in open_to_readers:
            assert not ACCESS[route.name].admits(Actor("x", frozenset({Role.READ_ONLY}), ("",))), route.name


def _filled(path: str, morning: Warehouse) -> str:
    with morning.read() as session:
        matter_no = session.scalars(select(CaseRow.matter_no).order_by(CaseRow.matter_no)).first()
    filled = path.replace("{matter_no}", str(matter_no)).replace("{path}", "visit")
    return re.sub(r"\{[^}]+\}", "nothing-like-it", filled)


def test_every_route_answers_each_role_as_the_matrix_says(
    morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    people = {role: log_in(login) for role, login in LOGINS.items()}
    stranger = log_in("")
    stranger.client.follow_redirects = False
    seen = 0
    for route in routes(morning, settings):
        if route.name in ("log_out", "log_in", "change_password", "asset"):
            continue
        path, rule = _filled(route.path, morning), ACCESS[route.name]
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        for role, person in people.items():
            admitted = rule.admits(Actor("x", frozenset({Role(role)}), ("",)))
            data = {"csrf": person.token()} if method == "POST" else None
            answer = person.client.request(method, path, data=data, headers={"Origin": person.address})
            seen += 1
            if not admitted:
                assert answer.status_code == 404, (route.name, role)
            else:
                assert answer.status_code in (200, 404, 422), (route.name, role, answer.status_code)
        if rule.reach is not Reach.OPEN:
            answer = stranger.client.request(method, path)
            assert answer.status_code == 303, route.name
            assert answer.headers["location"].startswith("/login"), route.name
    assert seen > 300


def test_a_case_of_another_territory_is_the_same_as_no_case(morning: Warehouse, log_in: LogIn) -> None:
    far = log_in("far")
    with morning.read() as session:
        numbers = session.scalars(select(CaseRow.matter_no)).all()
        cases = session.execute(select(CaseRow.id, CaseRow.version)).all()
    missing = far.get("/cases/JM2026-99999", status=404)
    for number in numbers:
        assert far.get(f"/cases/{number}", status=404) == missing.replace("JM2026-99999", number)
        assert number not in far.get("/queue")
        assert number not in far.post("/search", q=number)
        far.get(f"/queue/preview/{number}", status=404)
        far.post(f"/cases/{number}/dispatch", status=404, version=1, key="k")
    for case_id, version in cases[:2]:
        page = far.post("/queue/dispatch", status=422, case=f"{case_id}@{version}", list_version="0" * 64, key="k")
        assert case_id not in page
    with morning.read() as session:
        refused = session.scalars(select(AuditRow).where(AuditRow.act == "refused")).all()
    assert len(refused) >= len(numbers)


def test_quarantine_is_not_for_the_desk_of_another_place(morning: Warehouse, log_in: LogIn) -> None:
    far, desk = log_in("far"), log_in("desk")
    with morning.read() as session:
        landed = session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")).first()
    desk.get(f"/quarantine/{landed}")
    far.get("/quarantine", status=404)
    far.get(f"/quarantine/{landed}", status=404)
    assert "13800001111" not in far.post(f"/quarantine/{landed}/reveal", status=404)
    far.post(f"/quarantine/{landed}/discard", status=404, reason="x")


def test_an_inspector_sees_only_cases_they_hold(morning: Warehouse, log_in: LogIn) -> None:
    song = log_in("song")
    with morning.read() as session:
        numbers = session.scalars(select(CaseRow.matter_no)).all()
    for number in numbers:
        song.get(f"/cases/{number}", status=404)


def test_a_disabled_account_is_out_with_its_next_request(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    desk.get("/queue")
    with morning.read() as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.login == "desk")).one()
    disable_account(morning, account_id=account, actor=Actor.system("test"), at=NOW)
    desk.client.follow_redirects = False
    assert desk.client.get("/queue").status_code == 303


def _unsafe(store: Warehouse, settings: Settings) -> list[tuple[APIRoute, str]]:
    """Every route that changes something, with somebody who is admitted to it."""
    found = []
    for route in routes(store, settings):
        if "POST" in (route.methods or ()):
            rule = ACCESS[route.name]
            role = next(role for role in Role if rule.admits(Actor("x", frozenset({role}), ("",))))
            found.append((route, LOGINS[role.value]))
    assert len(found) > 100
    return found


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_form_from_elsewhere_is_refused(
    origin: str | None, morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    found = _unsafe(morning, settings)
    people = {login: log_in(login) for login in sorted({login for _, login in found})}
    tokens = {login: person.token() for login, person in people.items()}
    before = dump(morning)
    for route, login in found:
        headers = {"Origin": origin} if origin else {}
        answer = people[login].client.post(_filled(route.path, morning), data={"csrf": tokens[login]}, headers=headers)
        assert answer.status_code == 403, route.name
    assert dump(morning) == before


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "of another login"])
def test_a_form_without_its_token_is_refused(
    token: str | None, morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    found = _unsafe(morning, settings)
    people = {login: log_in(login) for login in sorted({login for _, login in found})}
    if token == "of another login":
        token = log_in("yu").token()
    before = dump(morning)
    for route, login in found:
        data = {} if token is None else {"csrf": token}
        person = people[login]
        answer = person.client.post(_filled(route.path, morning), data=data, headers={"Origin": person.address})
        assert answer.status_code == 403, route.name
    assert dump(morning) == before


def dump(store: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the work."""
    with store.engine.connect() as connection:
        tables = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return {
            table: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}" ORDER BY 1'))]
            for table in tables
            if table not in LEFT_OUT
        }


def test_no_page_that_is_only_looked_at_changes_anything(morning: Warehouse, settings: Settings, log_in: LogIn) -> None:
    people = [log_in(login) for login in ("desk", "head", "song", "system", "reader", "security", "audit")]
    before = dump(morning)
    for route in routes(morning, settings):
        if "GET" in (route.methods or ()):
            for person in people:
                person.client.get(_filled(route.path, morning))
    assert dump(morning) == before


def test_every_answer_carries_the_headers(log_in: LogIn) -> None:
    desk = log_in("desk")
    for path in ("/queue", "/login", "/nowhere", "/healthz"):
        headers = desk.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_the_cookie_is_kept_from_scripts_and_other_sites(console: str) -> None:
    person = Person(console)
    person.client.follow_redirects = False
    token = person.token("/login")
    data = {"csrf": token, "login": "desk", "password": "Morning-2026!"}
    answer = person.client.post("/login", data=data, headers={"Origin": console})
    cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie" and "arrears=" in value]
    assert cookies
    assert "HttpOnly" in cookies[0]
    assert "SameSite=lax" in cookies[0]
    person.client.close()


def test_nobody_says_for_themselves_where_they_come_from(console: str) -> None:
    left = []
    for place in range(3):
        with httpx.Client(base_url=console, trust_env=False) as client:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
            assert token
            data = {"csrf": token[1], "login": "desk", "password": "wrong-Pass-1"}
            headers = {"Origin": console, "X-Forwarded-For": f"10.9.8.{place}"}
            found = re.search(r"还可试 (\d) 次", client.post("/login", data=data, headers=headers).text)
            left.append(found[1] if found else "-")
    assert left == ["4", "3", "2"]


def test_an_unknown_account_is_answered_like_a_wrong_password(console: str) -> None:
    pages = []
    for login in ("desk", "nobody-at-all"):
        with httpx.Client(base_url=console, trust_env=False) as client:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
            assert token
            data = {"csrf": token[1], "login": login, "password": "wrong-Pass-1"}
            answer = client.post("/login", data=data, headers={"Origin": console})
            assert answer.status_code == 422
            pages.append(answer.text.replace(login, "").replace(token[1], ""))
    assert pages[0] == pages[1]
    assert "还可试" in pages[0]


def test_nobody_is_sent_to_another_site_after_login(console: str) -> None:
    for wanted in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        person = Person(console)
        person.client.follow_redirects = False
        data = {"csrf": person.token("/login"), "login": "desk", "password": "Morning-2026!", "next": wanted}
        answer = person.client.post("/login", data=data, headers={"Origin": console})
        assert answer.headers["location"] == "/", wanted
        person.client.close()


def test_an_oversized_form_is_refused(log_in: LogIn) -> None:
    answer = log_in("desk").client.post("/search", content=b"q=" + b"x" * 2_000_000)
    assert answer.status_code == 413
