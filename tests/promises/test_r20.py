"""R20: a merge is safe against everything: another merge, an edit, a dispatch, a split, an undo, and what arrives."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from services.linkage import linking
from services.office.working_days import calendar_in_force
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.merging import LATER, ROUNDS, Ground, play
from tests.promises.proofs import Proof, proof, times
from tests.promises.standing import amiss, due_days
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, LinkageEventRow
from warehouse.queries.deadlines import Horizon

ROUNDS_OF = {"postgresql": times(500, tier="G", least=len(ROUNDS)), "sqlite": times(100, tier="G")}
"""SQLite lets one write after the other; what meets in earnest meets on PostgreSQL."""
A_STORE = 50
"""Rounds over one store: then a new one, for the linker reads everything there is."""
SEED = 20

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1700)]


def one_round(office: Office, number: int, chance: random.Random, made: Proof) -> list[str]:
    """One round: the acts of one kind at once, then of another on the same cases. What does not hold afterwards."""
    name = sorted(ROUNDS)[number % len(ROUNDS)]
    ground = Ground(office, chance, number)
    due = due_now(office.store)
    faults = [f"{name}: {words}" for words in play(ground, ROUNDS[name](ground))]
    later = chance.choice(sorted(LATER))
    faults += [f"{name}, then {later}: {words}" for words in play(ground, LATER[later](ground))]
    if number % 5 == 0:
        faults += [f"the linker beside a merge: {words}" for words in play(ground, [ground.link(), ground.merge(1, 2)])]
    made.count("rounds")
    for told, count in ground.told.items():
        made.count("acts done" if told == "done" else "acts refused", count)
    with office.store.read() as session:
        horizon = Horizon(NOW.date(), calendar_in_force(session), 3)
        wrong = amiss(session, horizon, due_days(session) | due)
    return faults + [f"{name}, then {later}: {words}" for words in wrong]


def due_now(store: Warehouse) -> dict[str, date]:
    """By when each complaint must be answered, before the round."""
    with store.read() as session:
        return due_days(session)


def events(store: Warehouse) -> Counter[str]:
    """How many merges, splits and undos the store has seen."""
    with store.read() as session:
        rows = session.execute(select(LinkageEventRow.kind, func.count()).group_by(LinkageEventRow.kind))
        return Counter(dict(rows.tuples().all()))


def test_a_merge_is_safe_against_all_that_meets_it(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    total = sum(ROUNDS_OF[engine] for engine in ENGINES)
    enough = {"rounds": total, "acts done": 2 * total, "acts refused": total // 2, "merge": total // 2}
    enough |= {"split": total // 10, "undo": total // 20}
    with proof("R20", seed=SEED, enough=enough) as made:
        for engine in reversed(ENGINES):
            chance, faults, rounds = random.Random(SEED), list[str](), ROUNDS_OF[engine]
            for begin in range(0, rounds, A_STORE):
                office = Office(new_store(engine), NOW)
                for number in range(begin, min(begin + A_STORE, rounds)):
                    faults += one_round(office, number, chance, made)
                for kind, count in events(office.store).items():
                    made.count(kind, count)
            made.count(f"faults, {engine}", len(faults))
            assert not faults, (engine, Counter(faults).most_common(12))
            caught = _unlocked(new_store(engine), made, monkeypatch)
            made.planted(f"a merge that looks at no version and holds no lock, {engine}", caught=caught)


def _unlocked(store: Warehouse, made: Proof, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Planted: a merge that takes the cases for what they were when it saw them. The test must see that."""
    office, chance = Office(store, NOW), random.Random(SEED)
    with monkeypatch.context() as planted:
        planted.setattr(linking, "one_at_a_time", lambda *_: None)
        planted.setattr(linking, "seen", lambda session, case_id, *_, **__: session.get_one(CaseRow, case_id))
        planted.setattr(linking, "why_not_merge", lambda *_: None)
        for number in range(3):
            ground = Ground(office, chance, number)
            due = due_now(store)
            made.count("rounds with a planted bug")
            if play(ground, [ground.merge(0, 1), ground.merge(1, 0)]):
                return True
            with store.read() as session:
                if amiss(session, Horizon(NOW.date(), calendar_in_force(session), 3), due):
                    return True
    return False
