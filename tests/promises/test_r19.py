"""R19: no lost update. Editors with stale forms meet: what was accepted is in the history, nothing else was written."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.cases import handling, held
from services.dispatch.choosing import choose_inspector
from services.linkage.linking import pick_employer
from services.office.rules import change_setting
from tests.conftest import NOW
from tests.floors import FLOORS
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.hands import at_once
from tests.promises.proofs import Proof, proof, times
from tests.services.office import Office
from tests.services.work import Work
from warehouse.models import AuditRow, CaseRow, VisitRow
from warehouse.store import settings
from warehouse.store.cases import live_case

ROUNDS = times(500)
A_CASE = 20
"""Rounds over one case, one rule; then new ones."""
SEED = 19
RULE = "clock.due_soon.days"
REFUSED = (Conflict, NotAllowed, NotFound, BadInput)
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Form:
    """A form as somebody has it before them: of which version, what they typed into which field."""

    who: Actor
    act: str
    field: str
    typed: object
    version: int
    send: Callable[[], object]


@dataclass
class Desk:
    """One thing that people edit, the versions it had, and what its fields must say now."""

    subject: str
    offers: Callable[[random.Random, int], Form]
    version: Callable[[], int]
    says: Callable[[], dict[str, object]]
    seen: list[int] = field(default_factory=list)
    model: dict[str, object] = field(default_factory=dict)


def at_work(office: Office) -> Desk:
    """A case in the hands of its inspectors: its sum, its employer and its visits."""
    work = Work(office)
    given: dict[str, Any] = {"case_id": work.id, "at": NOW}

    def offer(chance: random.Random, version: int) -> Form:
        who, act, name = chance.choice(
            (
                (work.lead, "verify_amount", "amount"),
                (work.other, "verify_amount", "amount"),
                (office.desk, "pick_employer", "employer"),
                (office.head, "pick_employer", "employer"),
                (work.lead, "record_visit", "visits"),
            )
        )
        number, common = chance.randrange(1, 10**6), given | {"version": version, "actor": who}
        if name == "amount":
            amount = Decimal(number)
            return Form(
                who,
                act,
                name,
                number * 100,
                version,
                partial(handling.verify_amount, office.store, amount=amount, **common),
            )
        if name == "employer":
            firm = f"青岛{number}号水产有限公司"
            send = partial(pick_employer, office.store, employer_name=firm, **common)
            return Form(who, act, name, firm, version, send)
        place = f"{number}号车间"
        visit: dict[str, Any] = {
            "visited_at": NOW - timedelta(hours=1),
            "place": place,
            "officer_ids": [work.lead.id, work.other.id],
        }
        return Form(who, act, name, place, version, partial(handling.record_visit, office.store, **visit, **common))

    def says() -> dict[str, object]:
        with office.store.read() as session:
            case = session.get_one(CaseRow, work.id)
            visits = session.scalars(select(VisitRow.place).where(VisitRow.case_id == work.id))
            return {
                "amount": case.amount_verified_fen,
                "employer": case.employer_name,
                "visits": frozenset(visits),
            }

    return Desk(work.id, offer, lambda: office.version(work.id), says)


def waiting(office: Office) -> Desk:
    """A case that waits for dispatch: who is to get it."""
    case_id = office.case()

    def offer(chance: random.Random, version: int) -> Form:
        who, lead = chance.choice((office.desk, office.head, office.chief)), chance.choice(office.inspectors).id
        given: dict[str, Any] = {"case_id": case_id, "version": version, "lead_id": lead, "actor": who, "at": NOW}
        return Form(who, "choose_inspector", "lead", lead, version, partial(choose_inspector, office.store, **given))

    def says() -> dict[str, object]:
        return {"lead": office.look(case_id).suggested_lead_id}

    return Desk(case_id, offer, lambda: office.version(case_id), says)


def rule(office: Office) -> Desk:
    """A rule of the office, which two administrators change."""
    admins = [office.officer(Role.SYSTEM_ADMIN) for _ in range(2)]

    def offer(chance: random.Random, version: int) -> Form:
        who, days = chance.choice(admins), chance.randrange(1, 60)
        given: dict[str, Any] = {
            "name": RULE,
            "value": days,
            "source": "局务会",
            "actor": who,
            "at": NOW,
            "version": version,
        }
        return Form(who, "set_setting", "value", days, version, partial(change_setting, office.store, **given))

    def version() -> int:
        with office.store.read() as session:
            return settings.versions(session, RULE).get(RULE, 0)

    def says() -> dict[str, object]:
        with office.store.read() as session:
            value: Json = settings.setting(session, RULE)
            return {"value": value}

    return Desk(RULE, offer, version, says)


DESKS = (at_work, waiting, rule, at_work)


def one_round(office: Office, desk: Desk, chance: random.Random, made: Proof) -> list[str]:
    """Two to eight editors send what they have before them. What is not as promised, in words."""
    now = desk.version()
    desk.seen.append(now)
    versions = [now if chance.random() < 0.7 else chance.choice(desk.seen) for _ in range(chance.randint(2, 8))]
    forms = [desk.offers(chance, version) for version in versions]
    before, history = desk.says(), _history(office, desk.subject)
    if not desk.model:
        desk.model = before
    outcomes = at_once([partial(_sent, form) for form in forms])
    accepted = [form for form, refused in zip(forms, outcomes, strict=True) if refused is None]
    faults = [refused for refused in outcomes if refused not in (None, "Conflict")]
    made.count("rounds")
    made.count("forms sent", len(forms))
    made.count("stale forms", sum(form.version != now for form in forms))
    made.count("accepted", len(accepted))
    made.count("told of a conflict", outcomes.count("Conflict"))
    if len(accepted) != (now in versions):
        faults.append(f"{len(accepted)} of {versions.count(now)} forms of one version were accepted")
    faults += [f"a form of version {form.version} was accepted at {now}" for form in accepted if form.version != now]
    for form in accepted:
        kept = desk.model[form.field]
        desk.model[form.field] = kept | {form.typed} if isinstance(kept, frozenset) else form.typed
    if desk.says() != desk.model:
        faults.append("a field says what nobody was told it would say")
    written = _history(office, desk.subject)[len(history) :]
    if sorted(written) != sorted((form.who.id, form.act) for form in accepted):
        faults.append(f"{len(accepted)} were accepted and {len(written)} are in the history")
    if desk.version() != now + len(accepted) and desk.subject == RULE:
        faults.append("the versions do not count the changes")
    return [f"{forms[0].act}: {words}" for words in faults if words]


def _sent(form: Form) -> str | None:
    """Why a form was refused; None when it was accepted."""
    try:
        form.send()
    except REFUSED as refused:
        return type(refused).__name__
    except Exception as broken:  # noqa: BLE001 - whatever it is, it is no answer to a person, and is told
        return f"{type(broken).__name__}: {broken}"[:300]
    return None


def _history(office: Office, subject: str) -> list[tuple[str, str]]:
    with office.store.read() as session:
        question = select(AuditRow.by, AuditRow.act).where(AuditRow.subject == subject).order_by(AuditRow.seq)
        return [(by, act) for by, act in session.execute(question)]


def test_no_editor_overwrites_what_they_did_not_see(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {"rounds": ROUNDS, "stale forms": ROUNDS // 2, "accepted": ROUNDS // 2, "told of a conflict": ROUNDS}
    with proof("R19", seed=SEED, enough=enough) as made:
        for place, engine in enumerate(ENGINES):
            office, chance, faults = Office(new_store(engine), NOW), random.Random(SEED), list[str]()
            desk = rule(office)
            for number in range(place, ROUNDS, len(ENGINES)):
                turn = number // len(ENGINES)
                if turn % A_CASE == 0:
                    desk = DESKS[turn // A_CASE % len(DESKS)](office)
                faults += one_round(office, desk, chance, made)
            assert not faults, (engine, faults[:12])
            caught = _unversioned(office, chance, made, monkeypatch)
            made.planted(f"an act that looks at no version, {engine}", caught=caught)
        made.count("writes looked at", len(list(updates())))
        assert [place for place, where in updates() if not bound(where) and place not in EXCUSED] == []
        assert set(EXCUSED) <= {place for place, where in updates() if not bound(where)}
        made.planted("an update that asks for no version and no state", caught=not bound("CaseRow.id == case_id"))


def _unversioned(office: Office, chance: random.Random, made: Proof, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Planted: the version of the form is looked at by nobody. The test must see that."""
    desk, kept = at_work(office), live_case
    with monkeypatch.context() as planted:
        planted.setattr(held, "live_case", lambda session, case_id, **_: kept(session, case_id))
        return any(one_round(office, desk, chance, made) for _ in range(10))


# Every statement that changes rows without reading them first asks for the version or the state that it changes.

_STATES = (
    "version",
    "fence",
    "status",
    "state",
    "newest",
    "written_at",
    "used_at",
    "delivered_at",
    "settled_at",
    "_unsettled",
)
EXCUSED = {
    "services/arriving/filing.py:_certify": "the statement itself adds to what is there",
    "warehouse/ends.py:keep": "worked out of the records by the statement itself, and only where it is otherwise",
    "warehouse/store/accounts.py:touch_session": "the login was used: the later moment stays",
    "warehouse/resealing.py:_reseal_fields": "only where what is closed is still, byte by byte, what was read",
    "warehouse/resealing.py:_reseal_parts": "the same of a part of a file",
}
"""By place, with the reason."""


def updates() -> Iterator[tuple[str, str]]:
    """Every `update(...)` of SQLAlchemy, by file and function, with the conditions it asks for."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if not _imports_update(tree):
                continue
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef):
                    for call in ast.walk(function):
                        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "update":
                            place = f"{path.relative_to(ROOT).as_posix()}:{function.name}"
                            yield place, _conditions(function, call)


def _imports_update(tree: ast.Module) -> bool:
    found = (one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == "sqlalchemy")
    return any(name.name == "update" for one in found for name in one.names)


def _conditions(function: ast.FunctionDef, call: ast.Call) -> str:
    """What stands in the `where` that follows an `update`."""
    for one in ast.walk(function):
        chained = isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "where"
        if chained and one.func.value is call:  # type: ignore[attr-defined]  # a call of an attribute, as just seen
            return ast.unparse(one)
    return ""


def bound(where: str) -> bool:
    """Whether a condition asks for a version or a state, and not only for the row."""
    return any(word in where for word in _STATES)


def test_no_table_is_changed_by_plain_sql() -> None:
    written = []
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                texts = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant))
                written += [path.name for text in texts if isinstance(text, str) and text.startswith("UPDATE ")]
    assert written == ["resolved_before.py"], "but for the file of one command, which one process writes"
