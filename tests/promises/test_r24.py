"""R24: a right that was withdrawn is gone with the next request, whatever is open or running."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import NotAllowed
from casework.people import Actor, Role
from services.dispatch.assignments import reassign
from services.dispatch.dispatching import dispatch_case, suggest_inspectors
from services.people.accounts import disable_account, end_grant, grant_role, restore_account
from services.people.rota import end_absence, record_absence
from tests.conftest import NOW
from tests.dumps import MOVES_ANYWAY, still
from tests.promises.districts import ELSEWHERE, PASSWORD, SECRETS, Seat, World, world
from tests.promises.kept_questions import territory_forgotten
from tests.promises.proofs import Proof, proof, times
from tests.services.office import DISTRICT, SYSTEM
from tests.stores import Template
from warehouse.models import AccountRow, CaseRow, LoginSessionRow, RoleGrantRow

EXPORTS = {
    Role.DESK_OFFICER: ("/statistics/export", {"month": "2026-10", "purpose": "核对", "own_password": PASSWORD}),
    Role.INSPECTOR: ("/cases/{matter_no}/ledger/export", {"reason": "check_payment", "own_password": PASSWORD}),
    Role.AUDIT_ADMIN: ("/audit/export", {"purpose": "核对", "own_password": PASSWORD}),
}
PAGES = {
    Role.DESK_OFFICER: ("/queue", "/cases/{matter_no}", "/employers/{employer_id}"),
    Role.INSPECTOR: ("/cases/{matter_no}", "/cases/{matter_no}/papers/{document_id}", "/cases/{matter_no}/ledger"),
    Role.HEAD: ("/dashboard", "/cases/{matter_no}", "/cases/{matter_no}/visit"),
    Role.READ_ONLY: ("/queue", "/cases/{matter_no}"),
    Role.AUDIT_ADMIN: ("/audit",),
    Role.SYSTEM_ADMIN: ("/channels", "/quarantine/{landed_id}"),
}
CHECKED = (Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD, Role.READ_ONLY, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)


@pytest.fixture(scope="module")
def both(empty: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(empty, tmp_path_factory.mktemp("withdrawn")) as made:
        yield made


def _grants(both: World, actor: Actor) -> list[RoleGrantRow]:
    with both.store.read() as session:
        question = select(RoleGrantRow).where(RoleGrantRow.account_id == actor.id, RoleGrantRow.ended_at.is_(None))
        rows = list(session.scalars(question))
        session.expunge_all()
    return rows


class Withdrawal:
    """One way in which somebody loses a right, and the way back, so that the next one can be tried."""

    def __init__(self, both: World) -> None:
        self.both = both
        self.by: dict[str, Any] = {"actor": SYSTEM, "at": NOW}

    def disable(self, actor: Actor) -> Callable[[], None]:
        """The account is blocked."""
        disable_account(self.both.store, account_id=actor.id, **self.by)
        return lambda: restore_account(self.both.store, account_id=actor.id, **self.by)

    def move(self, actor: Actor) -> Callable[[], None]:
        """The same role in the other district."""
        return self._swap(actor, next(iter(actor.roles)), ELSEWHERE)

    def demote(self, actor: Actor) -> Callable[[], None]:
        """Another role, that reads nothing of this, in the same district."""
        less = Role.SYSTEM_ADMIN if actor.roles != {Role.SYSTEM_ADMIN} else Role.READ_ONLY
        return self._swap(actor, less, DISTRICT)

    def _swap(self, actor: Actor, role: Role, place: str) -> Callable[[], None]:
        before = [(Role(one.role), one.territory, one.id) for one in _grants(self.both, actor)]
        for _, _, grant in before:
            end_grant(self.both.store, grant_id=grant, **self.by)
        grant_role(self.both.store, account_id=actor.id, role=role, territory=place, **self.by)

        def back() -> None:
            for one in _grants(self.both, actor):
                end_grant(self.both.store, grant_id=one.id, **self.by)
            for held, territory, _ in before:
                grant_role(self.both.store, account_id=actor.id, role=held, territory=territory, **self.by)

        return back


BUT = MOVES_ANYWAY | {"export_purpose"}
"""What an export that still runs may write: what it was for."""
WAYS = ("disable", "move", "demote")


def _refused(
    both: World, seat: Seat, method: str, path: str, fields: dict[str, str] | None = None, *, lists: bool = False
) -> str:
    """Why this request was not refused as it must be; empty when it was. `lists`: it may show the new place's list."""
    before = still(both.store, without=BUT)
    answer = seat.ask(method, path, fields)
    out = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    listed = lists and method == "GET" and not re.search(r"\d", path) and answer.status_code == 200
    if not out and not listed and answer.status_code not in (404, 409):
        return f"{method} {path}: {answer.status_code}"
    if [told for told in SECRETS[DISTRICT] if told in answer.text]:
        return f"{method} {path}: tells"
    return "" if still(both.store, without=BUT) == before else f"{method} {path}: writes"


def withdraw(both: World, made: Proof, role: Role, way: str) -> list[str]:
    """Take the right away while its holder has pages open and an export runs. Returns what was not refused."""
    actor = both.here.roles[role]
    seat = both.sit(actor)
    pages = [path.format_map(both.here.ids) for path in PAGES[role]]
    if way == "move" and role is Role.SYSTEM_ADMIN:
        pages = pages[1:]  # the channels belong to the installation, wherever its administrator is
    assert [seat.ask("GET", path).status_code for path in pages] == [200] * len(pages), (role, way)
    path, fields = EXPORTS.get(role, ("", {}))
    path = path.format_map(both.here.ids)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(seat.ask, "POST", path, fields) if path else None
        back = getattr(Withdrawal(both), way)(actor)
        made.count("rights withdrawn")
        wrong = [_refused(both, seat, "GET", one, lists=way == "move") for one in pages]
        made.count("requests after", len(pages))
        if running is not None:
            running.result()
            made.count("exports running")
    if path and (way != "move" or role is Role.INSPECTOR):  # a desk that moved takes out the figures of its new place
        wrong.append(_refused(both, seat, "POST", path, fields))
        made.count("requests after")
    if role is Role.INSPECTOR:
        wrong.append(_refused(both, seat, "POST", f"/cases/{both.here.ids['matter_no']}/visit", {"version": "1"}))
        made.count("requests after")
    back()
    if way == "disable":
        wrong.append(_refused(both, seat, "GET", pages[0]))  # a login that was ended stays ended
    return [f"{role} {way}: {one}" for one in wrong if one]


def _given_to_others(both: World, made: Proof) -> list[str]:
    """A case goes to two other inspectors: the first two are out of it, the new ones in."""
    here, office = both.here, both.here
    case_id, lead = here.case(), here.inspectors
    pair: dict[str, Any] = {"lead_id": lead[0].id, "assisting_id": lead[1].id}
    dispatch_case(
        both.store, case_id=case_id, version=here.version(case_id), key=case_id, actor=here.desk, at=NOW, **pair
    )
    number, seats = here.look(case_id).matter_no, [both.sit(one) for one in lead[:4]]
    path = f"/cases/{number}"
    assert [one.ask("GET", path).status_code for one in seats] == [200, 200, 404, 404]
    reassign(
        both.store,
        case_id=case_id,
        version=office.version(case_id),
        lead_id=lead[2].id,
        assisting_id=lead[3].id,
        reason="另有任务",
        actor=here.head,
        at=NOW,
    )
    made.count("rights withdrawn", 2)
    made.count("requests after", 4)
    wrong = [
        _refused(both, one, *asked) for one in seats[:2] for asked in (("GET", path), ("POST", f"{path}/sign-for"))
    ]
    assert [one.ask("GET", path).status_code for one in seats[2:]] == [200, 200]
    return [one for one in wrong if one]


def _away(both: World, made: Proof) -> None:
    """An officer who is away from today on gets nothing any more: no suggestion, no dispatch, no reassignment."""
    here, gone = both.here, both.here.inspectors[0]
    case_id = here.case()
    suggest_inspectors(both.store, actor=SYSTEM, at=NOW)
    absence = record_absence(
        both.store,
        account_id=gone.id,
        from_on=date(2026, 11, 20),
        to_on=date(2026, 11, 21),
        reason=None,
        actor=here.desk,
        at=NOW,
    )
    made.count("rights withdrawn")
    sent: dict[str, Any] = {"case_id": case_id, "key": f"away-{case_id}", "actor": here.desk, "at": NOW}
    with pytest.raises(NotAllowed):
        dispatch_case(
            both.store,
            version=here.version(case_id),
            lead_id=gone.id,
            assisting_id=here.inspectors[1].id,
            **sent,
        )
    suggest_inspectors(both.store, actor=SYSTEM, at=NOW)
    with both.store.read() as session:
        waiting = select(CaseRow.id).where(CaseRow.status == "to_dispatch")
        assert not session.scalars(waiting.where(CaseRow.suggested_lead_id == gone.id)).all()
        assert not session.scalars(waiting.where(CaseRow.suggested_assisting_id == gone.id)).all()
    made.count("requests after", 2)
    end_absence(both.store, absence_id=absence, actor=here.desk, at=NOW)


def _stale(both: World) -> list[str]:
    """Open logins of blocked accounts: there may be none."""
    with both.store.read() as session:
        open_ = select(LoginSessionRow.id).join(AccountRow, AccountRow.id == LoginSessionRow.account_id)
        return list(
            session.scalars(open_.where(AccountRow.disabled_at.is_not(None), LoginSessionRow.ended_at.is_(None)))
        )


def test_r24(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = times(5)
    enough = {"rights withdrawn": 20 * rounds, "requests after": 45 * rounds, "exports running": 8 * rounds}
    with proof("R24", seed=24, enough=enough) as made:
        for _ in range(rounds):
            for role in CHECKED:
                for way in WAYS:
                    if way != "move" or role is not Role.AUDIT_ADMIN:  # one log for the installation
                        assert withdraw(both, made, role, way) == []
            assert _given_to_others(both, made) == []
            _away(both, made)
            assert _stale(both) == []
        with territory_forgotten(monkeypatch):
            made.planted(
                "a case stays in sight after a move", caught=bool(withdraw(both, made, Role.INSPECTOR, "move"))
            )
        with monkeypatch.context() as patched:
            patched.setattr("services.people.accounts.end_sessions", lambda *_asked, **_more: 0)
            made.planted("a blocked account keeps its login", caught=bool(withdraw(both, made, Role.HEAD, "disable")))
