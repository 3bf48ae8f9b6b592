"""R28: a login belongs to who opened it, ends when it should, and no form of another site is taken."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from casework.people import Actor, Role
from console import guard
from console.access import ACCESS
from console.app import make_app
from tests.conftest import NOW
from tests.dumps import still
from tests.promises.districts import PASSWORD, Seat, World, routes, world
from tests.promises.in_process import ORIGIN, Console, console
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.stores import Template
from warehouse.models import AccountRow

RECORDED = Path(__file__).parent / "headers.json"
FOREIGN: tuple[str | None, ...] = (
    None,
    "null",
    "http://evil.example",
    "http://console.test:81",
    "https://console.test.evil",
)
TOKENS: tuple[str | None, ...] = (None, "", "wrong", "é", "another's")


@pytest.fixture(scope="module")
def both(empty: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(empty, tmp_path_factory.mktemp("logins")) as made:
        yield made


class Clock:
    """The time of day at the console, moved by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Browser:
    """Somebody at a desk with a real login form, and whatever cookies they carry."""

    def __init__(self, client: Console, login: str, **cookies: str) -> None:
        self.client, self.login, self.cookies = client, login, dict(cookies)

    def ask(self, method: str, path: str, **fields: str) -> httpx.Response:
        """One request; cookies that come are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": ORIGIN}
        data = fields if method == "POST" else None
        answer = self.client.request(method, path, headers=headers, data=data)
        for value in answer.headers.get_list("set-cookie"):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer

    def enter(self) -> str:
        """Log in. Returns the token of the forms."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/login").text)
        assert found is not None
        answer = self.ask("POST", "/login", login=self.login, password=PASSWORD, csrf=found[1])
        assert answer.status_code == 303, answer.status_code
        token = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/account").text)
        assert token is not None
        return token[1]

    def inside(self) -> bool:
        """Whether this browser is let in."""
        return self.ask("GET", "/account").status_code == 200


def logins(both: World, clock: Clock, client: Console, made: Proof) -> list[str]:
    """Fixation, the way back, idleness, age, and several logins of one person."""
    name, wrong = both.here.desk.id, []

    def tried(what: str, kept: bool) -> None:
        made.count("ways of a login")
        if not kept:
            wrong.append(what)

    planted = Browser(client, name, arrears="planted-by-somebody-else")
    planted.enter()
    tried("a token from elsewhere is kept", planted.cookies["arrears"] != "planted-by-somebody-else")
    tried("a token from elsewhere opens", not Browser(client, name, arrears="planted-by-somebody-else").inside())
    first, second = Browser(client, name), Browser(client, name)
    token, _ = first.enter(), second.enter()
    tried("two logins are one", first.cookies["arrears"] != second.cookies["arrears"])
    old = Browser(client, name, **first.cookies)
    left = first.ask("POST", "/logout", csrf=token)
    tried("the browser's copy is kept", "cache" in left.headers.get("clear-site-data", ""))
    tried("back after leaving", not old.inside())
    tried("a form after leaving", old.ask("POST", "/notices/read", csrf=token).status_code in (303, 403))
    tried("the other login ends too", second.inside())
    for minutes, kept in ((29, True), (29, True), (31, False)):
        clock.at += timedelta(minutes=minutes)
        tried(f"idle for {minutes} minutes", second.inside() == kept)
    worker = Browser(client, name)
    worker.enter()
    begun, alive = clock.at, True
    while clock.at < begun + timedelta(hours=13):
        clock.at += timedelta(minutes=20)
        alive = alive and worker.inside()
        if not alive:
            break
    tried("a login has no end", not alive and clock.at <= begun + timedelta(hours=12, minutes=20))
    third, fourth = Browser(client, name), Browser(client, name)
    token, _ = third.enter(), fourth.enter()
    third.ask("POST", "/account/password", csrf=token, old=PASSWORD, new="Evening-2027!", again="Evening-2027!")
    tried("a new password leaves logins open", not third.inside() and not fourth.inside())
    clock.at = NOW
    return wrong


def _unsafe(both: World) -> list[tuple[APIRoute, Seat]]:
    """Every route that changes something, with somebody who is admitted to it."""
    found = []
    for method, route in routes():
        if method != "GET":
            role = next(role for role in Role if ACCESS[route.name].admits(Actor("x", frozenset({role}), ("",))))
            found.append((route, both.seat(role)))
    return found


def forged(both: World, made: Proof, *, names: set[str] | None = None) -> list[str]:
    """Every form without its token, with another's, and from every other site: refused, and nothing written."""
    wrong, other, before = [], both.sit(both.here.chief), still(both.store)
    chance = random.Random(made.seed)
    for route, seat in _unsafe(both):
        if names is not None and route.name not in names:
            continue
        path = both.here.address(route)
        sent: list[tuple[str | None, str | None]] = [(seat.csrf, one) for one in FOREIGN]
        sent += [(other.csrf if one == "another's" else one, ORIGIN) for one in TOKENS]
        for token, origin in sent if SCALE >= 1 else chance.sample(sent, 4):
            headers = {"Cookie": f"arrears={seat.token}"} | ({"Origin": origin} if origin is not None else {})
            data = {} if token is None else {"csrf": token}
            answer = both.client.request("POST", path, headers=headers, data=data)
            made.count("forged forms")
            if answer.status_code != 403:
                wrong.append(f"{route.name} {token and token[:5]} {origin}: {answer.status_code}")
    return wrong if still(both.store) == before else [*wrong, "a forged form writes"]


def looked_at(both: World, clock: Clock, client: Console, made: Proof) -> list[str]:
    """Every page and HEAD and OPTIONS of it: the database stays as it was, though minutes pass."""
    wrong = []
    seats = {role: replace(both.sit(actor), client=client) for role, actor in both.here.roles.items()}
    for n, (method, route) in enumerate(routes()):
        if method == "GET":
            clock.at = NOW + timedelta(seconds=70 * (n % 20))
            before = still(both.store)
            role = next(role for role in Role if ACCESS[route.name].admits(Actor("x", frozenset({role}), ("",))))
            for asked in ("GET", "HEAD", "OPTIONS"):
                seats[role].ask(asked, both.here.address(route, role))
                made.count("looks")
            if still(both.store) != before:
                wrong.append(route.name)
    clock.at = NOW
    return wrong


VARY = {"content-length", "etag", "last-modified", "date", "location", "content-disposition"}


def _headers(both: World) -> dict[str, Any]:
    """What every kind of answer carries, as it was recorded: names and values, those that vary by name alone."""
    desk, audit = both.seat(Role.DESK_OFFICER), both.seat(Role.AUDIT_ADMIN)
    asset = re.search(r'href="(/static/[^"]+\.css)"', desk.ask("GET", "/queue").text)
    assert asset is not None
    answers = {
        "page": desk.ask("GET", "/queue"),
        "page of a case": desk.ask("GET", f"/cases/{both.here.ids['matter_no']}"),
        "login page": both.client.request("GET", "/login"),
        "health": both.client.request("GET", "/healthz"),
        "file of ours": both.client.request("GET", asset[1]),
        "not here": desk.ask("GET", "/nowhere"),
        "denied": desk.ask("GET", "/audit"),
        "to the login": both.client.request("GET", "/queue"),
        "wrong form": desk.ask("POST", "/walk-in"),
        "foreign form": both.client.request("POST", "/walk-in", headers={"Cookie": f"arrears={desk.token}"}),
        "too large": desk.ask("POST", "/search", {"q": "x" * 2_000_000}),
        "taken out": audit.ask("POST", "/audit/export", {"purpose": "核对", "own_password": PASSWORD}),
        "facts": desk.ask("POST", f"/employers/{both.here.ids['employer_id']}.json", {"purpose": "核对"}),
    }
    return {
        kind: {
            "status": answer.status_code,
            "headers": {name: "*" if name in VARY else _still(value) for name, value in sorted(answer.headers.items())},
        }
        for kind, answer in answers.items()
    }


def _still(value: str) -> str:
    """A header's value without what is new every time."""
    return re.sub(r"(arrears_form|arrears)=[^;]+", r"\1=*", value)


def test_r28(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    enough = {"ways of a login": 12, "forged forms": times(1_400, least=500), "looks": 130, "kinds of answers": 13}
    with proof("R28", seed=28, enough=enough) as made, console(make_app(both.store, both.settings, clock)) as client:
        with both.store.write() as session:
            session.get_one(AccountRow, both.here.desk.id).login = both.here.desk.id
        assert forged(both, made) == []
        assert looked_at(both, clock, client, made) == []
        seen = _headers(both)
        made.count("kinds of answers", len(seen))
        assert seen == json.loads(RECORDED.read_text("utf-8"))
        unproven = Proof("R28", 28, {})
        with monkeypatch.context() as patched:
            patched.setattr(guard, "_check_form", lambda *_asked: None)
            made.planted("a form's token is not looked at", caught=bool(forged(both, unproven, names={"log_out"})))
        assert logins(both, clock, client, made) == []
