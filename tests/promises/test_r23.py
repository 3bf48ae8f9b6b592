"""R23: every route, by role, district and object, is decided, and the default is no.

`matrix.csv` beside the console's tests says which role a route admits and how far it reaches; every cell is asked with
what is one's own, from the other district, and with another's id. A denial is 404, leaves a row in the audit log and
writes nothing else. Where a form is read before the thing it is about is looked for, an incomplete one is answered 422,
the same whether the thing is there or not.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select

from casework.people import Actor, Role
from console import access
from console.access import ACCESS
from console.acts import ACTS
from console.permission import Rule
from console.reach import Masking, Reach
from tests.dumps import still
from tests.promises.districts import (
    ELSEWHERE,
    ENDS_THE_LOGIN,
    SECRETS,
    TYPED,
    Seat,
    World,
    filled,
    named,
    routes,
    world,
)
from tests.promises.kept_questions import territory_forgotten
from tests.promises.offered import PAGES, act_pages, forms, twins
from tests.promises.proofs import Proof, proof, times
from tests.services.office import DISTRICT
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, new_id

MATRIX = Path(__file__).parents[1] / "console" / "matrix.csv"
FOR_ALL = (
    {"asset", "rule_page", "try_rule", "change_rule", "run_again"}
    | {f"{act}_channel" for act in ("retry", "test", "pause", "resume")}
    | {"wording_page", "preview_wording", "change_wording"}
)
"""Files of ours, and what belongs to the installation: the same for everybody whom the matrix admits."""
NOT_NOW: dict[tuple[str, Role | None], str] = {
    ("asset", None): "the address holds a digest of what it says",
    ("papers_page", Role.DESK_OFFICER): "no paper of this case is the desk's to write",
    ("refused_file", Role.SYSTEM_ADMIN): "the record did not come as a file",
    ("figure_list", None): "a list is of the figure that its query names",
    **{
        (name, Role.SYSTEM_ADMIN): "who keeps the machine sees the warnings on channels only"
        for name in ("warning_page", "give_warning", "settle_warning", "snooze_warning", "undo_warning", "wake_warning")
    },
    ("drop_draft", Role.DESK_OFFICER): "the draft is the inspector's own",
    ("drop_draft", Role.HEAD): "the draft is the inspector's own",
    ("drop_draft", Role.BUREAU_HEAD): "the draft is the inspector's own",
    **{
        ("end_address", role): "the address is the desk's own" for role in (Role.INSPECTOR, Role.HEAD, Role.BUREAU_HEAD)
    },
}
"""Routes that answer an admitted role 404 for a reason of the case."""
OF_THE_HOUSE = {"landed_id", "purpose_id"}
"""Ids of what belongs to no district: there is none of another one's."""


@pytest.fixture(scope="module")
def both(empty: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(empty, tmp_path_factory.mktemp("districts")) as made:
        yield made


def _matrix() -> dict[str, dict[str, str]]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {row["route"]: row for row in csv.DictReader(file)}


def test_every_route_stands_in_the_table_and_in_the_matrix() -> None:
    matrix, names = _matrix(), {route.name for _, route in routes()}
    assert len(names) > 150
    assert names == set(ACCESS)
    assert names == set(matrix)
    for name, row in matrix.items():
        assert row["reach"] == ACCESS[name].reach.value, name
        for role in Role:
            assert (row[role.value] == "yes") == ACCESS[name].admits(Actor("x", frozenset({role}), ("",))), name


def test_a_reader_is_admitted_to_no_route_that_changes_anything() -> None:
    own = {"preferences", "log_out", "log_in", "log_in_code", "change_password", "offer_code", "turn_on_code"}
    own |= {"turn_off_code", "renew_recovery", "search", "search_employers", "export_employer"}
    own |= {"download_bulletin"}
    reader = Actor("x", frozenset({Role.READ_ONLY}), ("",))
    assert {route.name for method, route in routes() if method == "POST" and ACCESS[route.name].admits(reader)} <= own


def _refusals(store: Warehouse) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == "refused")) or 0


def _tells(answer: httpx.Response, code: str) -> list[str]:
    """What the answer says that only this district knows."""
    return [told for told in SECRETS[code] if told in answer.text]


class Cells:
    """The cells of the matrix, asked one after another; `wrong` holds those that are not as they should be."""

    def __init__(self, both: World, made: Proof) -> None:
        self.both, self.proof, self.matrix = both, made, _matrix()
        self.wrong: list[tuple[str, str, str]] = []
        self.denials = 0
        self.idle = both.sit(both.here.inspectors[3])

    def denied(self, method: str, route: APIRoute) -> None:
        """Roles the matrix does not admit, and a stranger."""
        path = self.both.here.address(route)
        if ACCESS[route.name].reach is Reach.MACHINE:
            for place, headers in (("10.9.8.7", {}), ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"})):
                stranger = self.both.client.request(method, path, place=place, headers=headers)
                self.proof.count("strangers")
                if stranger.status_code != 404:
                    self.wrong.append((route.name, f"stranger at {place}", str(stranger.status_code)))
        elif ACCESS[route.name].reach is not Reach.OPEN:
            stranger = self.both.client.request(method, path)
            self.proof.count("strangers")
            if stranger.status_code != 303 or not stranger.headers["location"].startswith("/login"):
                self.wrong.append((route.name, "stranger", str(stranger.status_code)))
        for role in Role:
            if self.matrix[route.name][role.value] != "yes":
                self._refused("denied", route, self.both.seat(role), method, path, "")

    def elsewhere(self, method: str, route: APIRoute) -> None:
        """Admitted, but of the other district: a thing of this one is as if there were none."""
        if not named(route.path) or route.name in FOR_ALL:
            return
        for role in self._admitted(route):
            seat = self.both.seat(role, ELSEWHERE)
            path = self.both.here.address(route, role)
            self._refused("elsewhere", route, seat, method, path, filled(route.path, {"path": "visit"}))
        if "matter_no" in named(route.path) and Role.INSPECTOR in self._admitted(route):
            path = self.both.here.address(route, Role.INSPECTOR)
            self._refused("not held", route, self.idle, method, path, filled(route.path, {"path": "visit"}))

    def foreign(self, method: str, route: APIRoute) -> None:
        """Admitted here, with the other district's id in the address: alone, and behind one's own case."""
        if not named(route.path) - OF_THE_HOUSE or route.name in FOR_ALL:
            return
        here, there = self.both.here.ids, self.both.there.ids
        inner = named(route.path) - {"matter_no", "path"}
        for role in self._admitted(route)[:1]:
            paths = [self.both.there.address(route, role)]
            if inner and len(named(route.path)) > 1:
                paths.append(filled(route.path, here | {name: there[name] for name in inner}))
            for path in paths:
                absent = filled(route.path, {"path": "visit"})
                self._refused("foreign", route, self.both.seat(role), method, path, absent)

    def own(self, method: str, route: APIRoute) -> None:
        """Admitted, with what is one's own: let in, whatever the form then lacks."""
        before = still(self.both.store) if method == "GET" else ""
        gone = False
        for role in self._admitted(route):
            path = self.both.here.address(route, role)
            typed = TYPED if route.name in ("download_paper", "download_bulletin") else None
            if ACCESS[route.name].reach is Reach.MACHINE:
                answer = self.both.client.request(method, path, headers={"Host": "127.0.0.1"})
            else:
                answer = self.both.seat(role).ask(method, path, typed)
            self.proof.count("own")
            known = {(route.name, role), (route.name, None)} & set(NOT_NOW)
            let_in = answer.status_code in (200, 303, 409, 422)
            if let_in == bool(known) and not gone:
                self.wrong.append((route.name, role.value, f"own: {answer.status_code}"))
            if ACCESS[route.name].reach is not Reach.OPEN and _tells(answer, ELSEWHERE):
                self.wrong.append((route.name, role.value, "tells of the other district"))
            masked = ACCESS[route.name].masking is not Masking.REVEALED
            if method == "GET" and masked and any(told in answer.text for told in SECRETS[DISTRICT][1:]):
                self.wrong.append((route.name, role.value, "tells who told it"))
            gone = gone or answer.status_code == 303
        if method == "GET" and still(self.both.store) != before:
            self.wrong.append((route.name, "GET", "writes"))

    def _admitted(self, route: APIRoute) -> list[Role]:
        return [role for role in Role if self.matrix[route.name][role.value] == "yes"]

    def _refused(self, kind: str, route: APIRoute, seat: Seat, method: str, path: str, missing: str) -> None:
        """404, or, where the form is looked at first, what is answered for a thing that is not there."""
        answer = seat.ask(method, path, TYPED | {"key": new_id("key")})
        status = answer.status_code
        self.proof.count(kind)
        self.denials += status == 404
        if status == 422 and missing:
            absent = seat.ask(method, missing, TYPED | {"key": new_id("key")})
            self.proof.count("incomplete forms")
            if absent.status_code == 422 and _bare(absent) == _bare(answer):
                status = 404
        if status != 404 or _tells(answer, DISTRICT if kind in ("elsewhere", "not held") else ELSEWHERE):
            self.wrong.append((route.name, next(iter(seat.actor.roles)).value, f"{kind}: {answer.status_code}"))


def _bare(answer: httpx.Response) -> str:
    """A page without the address it was asked by and the token of its forms."""
    text = re.sub(r'name="csrf" value="[^"]+"', "", answer.text)
    for part in str(answer.request.url.path).split("/"):
        text = text.replace(part, "") if len(part) > 4 else text
    return text


def ask_all(both: World, made: Proof, names: set[str] | None = None) -> list[tuple[str, str, str]]:
    """Ask every cell of every route, or of those named. Returns what is wrong."""
    cells = Cells(both, made)
    chosen = [(method, route) for method, route in routes() if names is None or route.name in names]
    chosen = [(method, route) for method, route in chosen if route.name not in ENDS_THE_LOGIN]
    after = still(both.store)
    for method, route in chosen:
        before, noted = after, _refusals(both.store) - cells.denials
        cells.denied(method, route)
        cells.elsewhere(method, route)
        cells.foreign(method, route)
        after = still(both.store)
        if after != before:
            cells.wrong.append((route.name, "-", "a denial writes"))
        if _refusals(both.store) != noted + cells.denials:
            cells.wrong.append((route.name, "-", "a denial is not in the audit log"))
    for method, route in chosen:
        cells.own(method, route)
    return cells.wrong


def ask_forms(both: World, made: Proof, *, only: set[str] | None = None) -> list[tuple[str, str, str]]:
    """Each form of each page of one's own, sent once with each of its ids changed for the other district's.

    Nothing may be written, and nothing of the other district told.
    """
    other, wrong = twins(both.there), []
    cases = {ask.name for act in ACTS for ask in act.asks if ask.kind == "case"}
    seen: set[tuple[str, str]] = set()
    for role, own in PAGES.items():
        seat = both.seat(role)
        for path in (*own, *act_pages(role)):
            if only is not None and path not in only:
                continue
            page = seat.ask("GET", path.format_map(both.here.ids))
            if page.status_code != 200:
                continue
            made.count("pages with forms")
            for action, sent, ids in forms(page.text):
                for name in {*ids, *(cases & set(sent))}:
                    was = next(iter(ids.get(name, [both.here.ids["matter_no"]])))
                    twin = other.get(was.partition("@")[0].partition("_")[0][: 2 if was.startswith("JM") else 9])
                    if (action, name) in seen or twin is None or name in ("key", "next"):
                        continue
                    seen.add((action, name))
                    changed = twin + was[len(was.partition("@")[0]) :]
                    fields = sent | {name: [changed if one == was else one for one in sent[name]]}
                    if fields[name] == sent[name] or name == "case":
                        fields[name] = [changed]
                    before = still(both.store)
                    answer = seat.ask("POST", action, fields | {"csrf": seat.csrf})
                    made.count("fields with a foreign id")
                    if still(both.store) != before:
                        wrong.append((action, name, f"{answer.status_code} writes"))
                    if answer.status_code >= 500 or _tells(answer, ELSEWHERE):
                        wrong.append((action, name, f"{answer.status_code} tells"))
    return wrong


def ask_queries(both: World, made: Proof) -> list[tuple[str, str, str]]:
    """Each page, with every name that a page asks its address for carrying the other district's id."""
    wrong, there = [], both.there.ids
    pages = [route for method, route in routes() if method == "GET" and ACCESS[route.name].reach is not Reach.OPEN]
    chance = random.Random(made.seed)
    for route in chance.sample(pages, times(len(pages), least=1)):
        for kind in ("matter_no", "case_id", "complaint_id", "batch_id", "employer_id"):
            role = next(role for role in Role if ACCESS[route.name].admits(Actor("x", frozenset({role}), ("",))))
            asked = "&".join(f"{name}={there[kind]}" for name in QUERIES)
            answer = both.seat(role).ask("GET", f"{both.here.address(route, role)}?{asked}")
            made.count("queries with a foreign id")
            if answer.status_code >= 500 or _tells(answer, ELSEWHERE):
                wrong.append((route.name, kind, str(answer.status_code)))
    return wrong


def ask_searches(both: World, made: Proof) -> list[tuple[str, str, str]]:
    """Each search, for what only the other district knows: nothing is found."""
    wrong = []
    known = [*SECRETS[ELSEWHERE], both.there.ids["matter_no"]]
    for name in ("search", "search_employers", "walk_in_similar"):
        path = next(route.path for _, route in routes() if route.name == name)
        for role in (role for role in Role if ACCESS[name].admits(Actor("x", frozenset({role}), ("",)))):
            for text in known:
                sent = dict.fromkeys(("q", "employer_name", "complainant_name", "complainant_phone", "narrative"), text)
                answer = both.seat(role).ask("POST", path, sent)
                made.count("searches")
                if answer.status_code >= 500 or any(one in answer.text for one in known if one != text):
                    wrong.append((name, role.value, text))
    return wrong


QUERIES = sorted(
    {
        name
        for file in (Path(access.__file__).parent).rglob("*.py")
        for name in re.findall(r"query(?:_params)?\.get(?:list)?\(\"(\w+)\"", file.read_text("utf-8"))
    }
)
"""Every name that a page asks its address for."""


def test_r23(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {
        "denied": 800,
        "elsewhere": 350,
        "foreign": 120,
        "own": 600,
        "not held": 70,
        "strangers": 180,
        "searches": 40,
        "fields with a foreign id": 35,
        "queries with a foreign id": times(200),
    }
    with proof("R23", seed=23, enough=enough) as made:
        assert ask_forms(both, made) == []
        assert ask_queries(both, made) == []
        assert ask_searches(both, made) == []
        for bug, plant, names in PLANTED:
            with plant(monkeypatch):
                made.planted(bug, caught=bool(ask_all(both, Proof("R23", 23, {}), names)))
        assert ask_all(both, made) == []


@contextmanager
def _wide_role(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setitem(ACCESS, "chase", Rule(Reach.CASES, frozenset(Role), Masking.MASKED))
        yield


PLANTED = (
    ("a route admits every role", _wide_role, {"chase"}),
    ("a case is looked for without its territory", territory_forgotten, {"case_page"}),
)
