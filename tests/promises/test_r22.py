"""R22: the figures of a month balance, in every place and over all; a month that was frozen stays what it was."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Subquery, and_, select

from services.linkage.linking import merge_cases
from services.months.freezing_month import freeze_month, restate_month
from tests.conftest import NOW
from tests.promises.balance import LATER, MONTHS, Years, apart, places, unbalanced, unlike
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.proofs import Proof, proof, times
from tests.services.office import DISTRICT, Office
from warehouse.models import CaseRow
from warehouse.statistics import asking, of_cases
from warehouse.statistics.month import figures
from warehouse.store.months import cells_digest, frozen, restated

HISTORIES = times(10_000, tier="G")
PLACES = 100
"""Histories in one store, each in a place of its own."""
LOOKS = times(60, tier="G", least=3)
MOST_LOOKS = 60
"""So often the planted bug may look until it is seen: it needs an arrival between two counts."""
MONTH = "2026-10"
SEED = 22

LIVED = 12
"""Histories among which the other planted bug is looked for: of some a case ended after the month. They are drawn by
themselves: what was drawn before them depends on how long the intake ran."""

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1700)]


def world(office: Office, chance: random.Random, streets: list[str], made: Proof) -> list[str]:
    """A history in each place: counted, frozen, edited and counted again. What is not as promised, in words."""
    years = Years(office, chance)
    with office.store.write() as session:
        for street in streets:
            years.history(session, street)
        years.history(session, None)
    made.count("histories", len(streets))
    faults: list[str] = []
    digest = freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with office.store.write() as session:
        for street in chance.sample(streets, max(1, len(streets) // 4)):
            years.edit(session, street, LATER)
            made.count("later edits")
    faults += _counted(office, streets, made)
    made.count("cells restated", restate_month(office.store, month=MONTH, reason="更正", actor=office.head, at=LATER))
    with office.store.read() as session:
        kept = frozen(session, MONTH, DISTRICT)
        now = figures(session, MONTH, territories=(DISTRICT,))
        said = {**(kept.figures.cells if kept else {}), **(restated(session, kept.id) if kept else {})}
    if kept is None or cells_digest(kept.figures.cells) != digest:
        faults.append("the month is not what it was when it was frozen")
    if cells_digest(said) != cells_digest(now.cells):
        faults.append("what was frozen and restated is not what is counted now")
    return faults


def _counted(office: Office, streets: list[str], made: Proof) -> list[str]:
    """Every place by itself and all of them together, in three months; every figure of one month by parts."""
    with office.store.read() as session:
        faults = unbalanced(session, streets)
        faults += apart(session, MONTH, sorted({street[:8] for street in streets}))
    made.count("months balanced", len(streets) * len(MONTHS))
    return faults


def test_the_figures_balance_in_every_place(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {"histories": HISTORIES, "months balanced": HISTORIES * 3, "later edits": HISTORIES // 5}
    enough |= {"cells restated": HISTORIES // 10, "looks during the intake": (LOOKS + 1) * len(ENGINES)}
    enough |= {"acts beside the looks": LOOKS // 2 * len(ENGINES)}
    with proof("R22", seed=SEED, enough=enough) as made:
        chance, done = random.Random(SEED), 0
        while done < HISTORIES:
            count = min(PLACES, HISTORIES - done)
            engine = ENGINES[done // PLACES % 10 == 9] if len(ENGINES) > 1 else ENGINES[0]
            faults = world(Office(new_store(engine), NOW), chance, places(count), made)
            assert not faults, (engine, done, faults[:10])
            done += count
        for engine in ENGINES:
            office = Office(new_store(engine), NOW)
            years = Years(office, chance)
            assert _beside_the_intake(years, made, _one_look) == [], engine
            seen = _beside_the_intake(years, made, _two_looks, until_seen=True)
            made.planted(f"the parts and the whole counted at two moments, {engine}", caught=bool(seen))
            lived = Office(new_store(engine), NOW)
            assert world(lived, random.Random(SEED), places(LIVED), made) == [], engine
            made.planted(f"what is pending by what is known today, {engine}", caught=_by_today(lived, monkeypatch))


def _beside_the_intake(
    years: Years, made: Proof, look: Callable[[Office, list[str]], list[str]], *, until_seen: bool = False
) -> list[str]:
    """Count while complaints come in, cases end and cases are merged. What did not balance, in words."""
    office, streets, ended = years.office, places(3), threading.Event()

    def come_in() -> None:
        while not ended.is_set():
            with office.store.write() as session:
                years.history(session, years.chance.choice(streets))
            _merge_two(office, made)
            made.count("acts beside the looks")

    faults: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        intake = pool.submit(come_in)
        try:
            for _ in range(max(LOOKS, MOST_LOOKS) if until_seen else LOOKS):
                if not (until_seen and faults):
                    faults += look(office, streets)
                    made.count("looks during the intake")
        finally:
            ended.set()
        intake.result()
    return faults


def _merge_two(office: Office, made: Proof) -> None:
    """The two newest cases that wait in one place become one."""
    with office.store.read() as session:
        row = select(CaseRow.district_code, CaseRow.id, CaseRow.version).where(CaseRow.status == "to_dispatch")
        rows = session.execute(row.order_by(CaseRow.matter_no.desc()).limit(6)).all()
    same = next(((one, other) for one in rows for other in rows if one[0] == other[0] and one[1] != other[1]), None)
    if same is not None:
        (_, from_id, from_version), (_, into_id, into_version) = same
        given: dict[str, Any] = {"from_version": from_version, "into_version": into_version, "actor": office.desk}
        merge_cases(office.store, from_case_id=from_id, into_case_id=into_id, at=NOW, **given)
        made.count("merges beside the looks")


def _one_look(office: Office, streets: list[str]) -> list[str]:
    with office.store.read() as session:
        return apart(session, MONTH, streets)


def _two_looks(office: Office, streets: list[str]) -> list[str]:
    """Planted: the whole is counted, and the parts after something has come in."""
    with office.store.read() as session:
        whole = figures(session, MONTH, territories=(DISTRICT,)).total("received")
    time.sleep(0.05)
    with office.store.read() as session:
        parts = sum(figures(session, MONTH, territories=(one,)).total("received") for one in streets)
    return [] if whole == parts else ["the places do not add up"]


def _by_today(office: Office, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Planted: what was pending then is told by what is known now. The test must see that."""

    def pending(ground: Subquery, moment: Any) -> ColumnElement[bool]:
        return and_(ground.c.status != "merged", ground.c.opened_at < moment, ground.c.decided_at.is_(None))

    with monkeypatch.context() as planted, office.store.read() as session:
        planted.setattr(of_cases, "pending", pending)
        asking.forget()
        seen = unbalanced(session, places(LIVED)), unlike(figures(session, MONTH, territories=(DISTRICT,)))
    asking.forget()
    return all(seen)
