"""The door by real HTTP: what it tells a stranger. Who gets through which one is R23 to R28, in tests/promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

import console
from console.app import make_app
from console.guard import KEYS_COOKIE, LoginNeeded, Visit, _plain
from console.once import REPEATED, each_once
from console.views import VIEWS
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.promises.in_process import console as in_process
from warehouse.engine import Warehouse

LogIn = Callable[[str], Person]


def test_every_form_that_acts_does_so_once_or_says_why_not() -> None:
    found = [route for router in VIEWS for route in each_once(router).routes if isinstance(route, APIRoute)]
    posts = {route.name: route for route in found if "POST" in (route.methods or ())}
    assert set(REPEATED) < set(posts)
    once = {name for name, route in posts.items() if route.endpoint.__code__.co_name == "clicked"}
    assert once == set(posts) - set(REPEATED)


def test_pages_ask_for_the_cookies_that_are_set() -> None:
    pages = (Path(console.__file__).parent / "templates").rglob("*.html")
    asked = {name for page in pages for name in re.findall(r"cookies\.get\('(\w+)'\)", page.read_text("utf-8"))}
    assert asked == {KEYS_COOKIE}


def test_no_route_describes_the_program(log_in: LogIn) -> None:
    stranger = log_in("")
    for path in ("/docs", "/redoc", "/openapi.json"):
        stranger.get(path, status=404)


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
            page = re.sub(r'name="once" value="[^"]+"', "", answer.text)
            pages.append(page.replace(login, "").replace(token[1], ""))
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


def test_a_route_that_nobody_declared_is_answered_to_nobody(morning: Warehouse, settings: Settings) -> None:
    app, called = make_app(morning, settings, lambda: NOW), []
    app.add_api_route("/forgotten", lambda: called.append(1), name="forgotten")
    with in_process(app) as client:
        assert client.request("GET", "/forgotten").status_code == 404
    assert called == []


def test_a_large_file_of_somebody_who_may_not_send_it_is_not_read(log_in: LogIn) -> None:
    """A stranger is sent to the door, and a reader is told that there is no such page, whatever the file says."""
    path, file = "/channels/upload", {"file": ("a.csv", b"no file of ours" * 50_000, "text/csv")}
    for login, status in (("", 303), ("reader", 404)):
        person = log_in(login)
        data = {"csrf": person.token("/login" if not login else "/account"), "channel": "hotline_12345"}
        headers = {"Origin": person.address}
        answer = person.client.post(path, data=data, files=file, headers=headers, follow_redirects=False)
        assert answer.status_code == status, login


def test_nobody_acts_before_they_are_logged_in(morning: Warehouse, settings: Settings) -> None:
    words: Any = None
    stranger = Visit(words, morning, settings, NOW, words, large=False, csrf="", who=None)
    with pytest.raises(LoginNeeded):
        _ = stranger.actor


def test_a_fragment_is_wanted_by_a_page_that_says_so(morning: Warehouse, settings: Settings) -> None:
    words: Any = None
    for said, wanted in ({b"hx-request": b"true"}, True), ({b"hx-request": b"no"}, False), ({}, False):
        request = Request({"type": "http", "headers": list(said.items())})
        visit = Visit(request, morning, settings, NOW, words, large=False, csrf="", who=None)
        assert visit.by_htmx is wanted


def test_a_file_is_taken_where_one_is_asked_for_and_nowhere_else(log_in: LogIn) -> None:
    person = log_in("system")
    file, data = {"file": ("a.csv", b"no table", "text/csv")}, {"csrf": person.token(), "channel": ""}
    headers = {"Origin": person.address}
    taken = person.client.post("/channels/upload", data=data, files=file, headers=headers, follow_redirects=False)
    assert taken.status_code in (303, 422)
    assert person.client.post("/search", data=data, files=file, headers=headers).status_code == 400


def test_what_no_page_can_hold_is_left_out_of_a_field() -> None:
    assert _plain("甲\x00乙\ud800丙") == "甲乙丙"
