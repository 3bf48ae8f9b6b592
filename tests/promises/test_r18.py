"""R18: one case, one dispatcher. Of fifty officers who send one case at once one wins, and the others are told who.

By real HTTP, each officer in a login of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from benchmarks.serving import served
from casework.people import Role
from services.dispatch import choosing, dispatching
from services.office.settings import Settings
from services.people.sessions import log_in
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.hands import at_once
from tests.promises.proofs import Proof, proof, times
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AssignmentRow, AuditRow, CaseRow

HANDS = 50
CASES = times(200, tier="G", least=2)
PASSWORD = "Morning-2026!"

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1700)]


@dataclass(frozen=True)
class Desk:
    """An officer at a desk: the line to the console, the token of the forms, and the name people read."""

    name: str
    csrf: str
    line: httpx.Client

    def dispatch(self, number: str, version: int, lead_id: str) -> httpx.Response:
        """Send a case to an inspector, as the form of a row does."""
        fields = {"csrf": self.csrf, "version": version, "key": f"{number}.{self.name}", "lead_id": lead_id}
        return self.line.post(f"/cases/{number}/dispatch", data=fields)


@contextmanager
def desks(store: Warehouse, address: str, accounts: list[str]) -> Iterator[list[Desk]]:
    """Every officer logged in, each on a line of their own."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.write() as session:
        session.execute(update(AccountRow).where(AccountRow.id.in_(accounts)).values(password_hash=light))
    with ExitStack() as stack:
        found = []
        for login in accounts:
            entered = log_in(store, login=login, password=PASSWORD, origin="127.0.0.1", at=NOW)
            line = httpx.Client(
                base_url=address,
                cookies={"arrears": entered.token},
                headers={"Origin": address},
                timeout=120,
                trust_env=False,
            )
            found.append(Desk(entered.name, entered.csrf, stack.enter_context(line)))
        yield found


def sent(store: Warehouse, people: list[Desk], leads: list[str], case: tuple[str, str, int], made: Proof) -> list[str]:
    """All send one case at once. What was not as promised, in words."""
    case_id, number, version = case
    answers = at_once([partial(desk.dispatch, number, version, lead) for desk, lead in zip(people, leads, strict=True)])
    won = [desk for desk, answer in zip(people, answers, strict=True) if answer.status_code == 303]
    lost = [answer for answer in answers if answer.status_code == 409]
    made.count("dispatches tried", len(answers))
    made.count("conflicts told", len(lost))
    faults = []
    if len(won) != 1 or len(lost) != len(people) - 1:
        faults.append(f"answers: {sorted(answer.status_code for answer in answers)}")
    unnamed = [answer for answer in lost if len(won) != 1 or not re.search(rf"{won[0].name}\b", answer.text)]
    if unnamed:
        faults.append(f"{len(unnamed)} were not told who was quicker")
    with store.read() as session:
        held = select(func.count()).select_from(AssignmentRow)
        live = session.scalar(held.where(AssignmentRow.case_id == case_id, AssignmentRow.state == "sent"))
        acts = session.scalar(
            select(func.count()).select_from(AuditRow).where(AuditRow.act == "dispatch", AuditRow.subject == case_id)
        )
    if (live, acts) != (1, 1):
        faults.append(f"{live} assignments, {acts} acts")
    return faults


def waiting(office: Office) -> tuple[str, str, int]:
    """A new case that waits: its id, number and version."""
    case_id = office.case()
    with office.store.read() as session:
        row = session.get_one(CaseRow, case_id)
        return row.id, row.matter_no, row.version


def test_of_fifty_dispatches_of_one_case_one_wins(
    new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = CASES * len(ENGINES)
    enough = {"cases": total, "dispatches tried": total * HANDS, "conflicts told": total * (HANDS - 1)}
    with proof("R18", seed=0, enough=enough) as made:
        for engine in ENGINES:
            office = Office(new_store(engine), NOW)
            accounts = [office.officer(Role.DESK_OFFICER).id for _ in range(HANDS)]
            leads = [office.officer(Role.INSPECTOR).id for _ in range(HANDS)]
            console = served(office.store, Settings(data_dir=tmp_path), lambda: NOW)
            with console as address, desks(office.store, address, accounts) as people:
                faults: list[str] = []
                for _ in range(CASES):
                    made.count("cases")
                    faults += sent(office.store, people, leads, waiting(office), made)
                assert not faults, engine
                caught = _unguarded(office, people, leads, made, monkeypatch)
                made.planted(f"a dispatch that looks at no version, {engine}", caught=caught)


def _unguarded(
    office: Office, people: list[Desk], leads: list[str], made: Proof, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Planted: a case changes hands whatever it is like by then. The test must see that."""

    def claim(session: Any, case: CaseRow, *, version: int, values: dict[str, Any], by: str, **_: Any) -> None:
        session.execute(update(CaseRow).where(CaseRow.id == case.id).values(changed_by=by, **values))
        session.refresh(case)

    with monkeypatch.context() as planted:
        planted.setattr(dispatching, "claim_case", claim)
        planted.setattr(choosing, "claim_case", claim)
        planted.setattr(dispatching, "_check_ready", lambda *_a, **_k: None)
        return bool(sent(office.store, people, leads, waiting(office), made))
