"""R21: the law's clocks are right, and each reminder comes once, whatever the machine's own clock does.

Drawn terms with their suspensions are held against an oracle that counts on its fingers. Then an office with promises
of pay, pledges and follow-up visits is looked at by the daily watch while its clock jumps a day or an hour forth and
back, the store is closed and opened across midnight, and several watches run at one moment; some of them are processes
of their own under `faketime`. A model says who has to be told when. No reminder rests on a guessed day.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, update

from casework.calendar import SHANGHAI, SpecialDay, local_day
from casework.people import Actor, Role
from services.leniency.watching_sparing import watch_promises
from services.money.payment_plans import record_plan, watch_plans
from services.office.settings import Settings
from services.office.working_days import load_notice
from tests.casework.test_clock_oracle import compared
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.hands import at_once
from tests.promises.proofs import Proof, proof, times
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse import audit, crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import ClockRow, InstalmentRow, NoticeRow

ROOT = Path(__file__).resolve().parents[2]
SEED = 21
TERMS = times(100_000, tier="F")
PLANS = times(40, least=4)
INSTALMENTS = 30
LOOKS = times(300, least=60)
PROCESSES = times(12, least=2)
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
JUMPS = [timedelta(days=1), timedelta(days=-1), timedelta(hours=1), timedelta(hours=-1)]
HOLIDAYS = {date(2027, 2, 5) + timedelta(days=n): SpecialDay(works=False, name="春节") for n in range(8)}
WATCH = Actor.system("watch")
pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1_800)]


@dataclass
class Promised:
    """What was promised in one office, and what its officers must have been told by the looks that were taken."""

    store: Warehouse
    due: dict[str, list[date]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    open: dict[str, list[date]] = field(default_factory=dict)

    def plan(self, work: Work, chance: Random) -> None:
        """A plan of instalments on days of their own, from the day after tomorrow on."""
        days = sorted(chance.sample(range(2, 90), INSTALMENTS))
        steps = [(TODAY + timedelta(days=n), Decimal(100)) for n in days]
        work.do(record_plan, agreed_on=TODAY, agreed_with="法定代表人", instalments=steps)
        self.due[work.id] = [day for day, _ in steps]
        self.open[work.id] = list(self.due[work.id])

    def looked(self, at: datetime) -> None:
        """The model of one look: one notice to both officers of a case with something newly past its day."""
        today = local_day(at)
        for case_id, days in self.open.items():
            late = [day for day in days if day < today]
            if late:
                self.told[case_id] += 2
                self.open[case_id] = [day for day in days if day >= today]

    def differs(self) -> list[str]:
        """Cases whose officers were told another number of times than the model says."""
        with self.store.read() as session:
            lines = session.execute(
                select(NoticeRow.case_id, func.count())
                .where(NoticeRow.kind == "plan_broken")
                .group_by(NoticeRow.case_id)
            ).tuples()
            found = {str(case_id): number for case_id, number in lines}
            alarmed = session.scalar(select(func.count()).where(InstalmentRow.alarmed_at.is_not(None))) or 0
        wrong = [one for one in self.due if found.get(one, 0) != self.told[one]]
        return wrong if alarmed == self.past else [*wrong, f"{alarmed} alarmed of {self.past}"]

    @property
    def past(self) -> int:
        """How many instalments a look has found past their day."""
        return sum(len(days) - len(self.open[case_id]) for case_id, days in self.due.items())


def look(store: Warehouse, at: datetime) -> None:
    """What the watch does about promises, once."""
    watch_promises(store, actor=WATCH, at=at)
    watch_plans(store, actor=WATCH, at=at)


def walk(chance: Random) -> list[datetime]:
    """Moments of looks: mostly onward, now and then a jump of the clock, often a minute before or after midnight."""
    moments, now = [], NOW
    for _ in range(LOOKS):
        now += timedelta(hours=chance.choice((1, 6, 9)) * 480 / LOOKS)
        moments.append(now)
        if chance.random() < 0.2:
            moments.append(now + chance.choice(JUMPS))
        if chance.random() < 0.3:
            midnight = datetime.combine(local_day(now) + timedelta(days=1), time(), SHANGHAI)
            moments += [midnight - timedelta(seconds=1), midnight]
    return moments


def in_a_process(settings: Settings, at: datetime) -> None:
    """`arrears watch` as the schedule starts it, on a machine whose clock says `at`."""
    told = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"@{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", "TZ": "UTC"}
    own = {
        "ARREARS_DATA_DIR": str(settings.data_dir),
        "ARREARS_DATABASE_URL": settings.database,
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "console.cli", "watch"],
        env=os.environ | told | own | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr[-400:]


def spared(office: Office, store: Warehouse, at: datetime, told: Callable[[str], int], made: Proof) -> None:
    """A pledge is told of once; a follow-up visit only when its day is certain, and then once."""
    work = Work(office, employer="青岛守信食品有限公司")
    work.spared()
    for _ in range(3):
        look(store, at)
    with store.read() as session:
        assert session.scalars(select(ClockRow.provisional).where(ClockRow.kind == "follow_up")).all() == [True]
    assert told("pledge_due") == 2
    assert told("follow_up_due") == 0, "a reminder rested on a guessed day"
    admin = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}))
    load_notice(store, year=2027, days=HOLIDAYS, source="国办发明电", actor=admin, at=at)
    at_once([partial(look, store, at)] * 4)
    look(store, at)
    assert told("follow_up_due") == 2
    made.count("told when the year was published", told("follow_up_due"))


def planted(office: Office, promised: Promised, at: datetime, made: Proof) -> None:
    """A watch whose clock says tomorrow, and one that forgets whom it told, must differ from the model."""
    engine, work = promised.store.engine.dialect.name, Work(office, employer="青岛末号水产有限公司")
    due = local_day(at)
    work.do(record_plan, agreed_on=TODAY, agreed_with="法定代表人", instalments=[(due, Decimal(100))])
    promised.due[work.id], promised.open[work.id] = [due], [due]
    look(promised.store, at + timedelta(days=1))
    promised.looked(at)
    made.planted(f"a watch that tells on the day itself, {engine}", caught=bool(promised.differs()))
    promised.looked(at + timedelta(days=1))
    assert promised.differs() == []
    with promised.store.write() as session:
        session.execute(update(InstalmentRow).where(InstalmentRow.alarmed_at.is_not(None)).values(alarmed_at=None))
    look(promised.store, at + timedelta(days=1))
    made.planted(f"a watch that forgets whom it told, {engine}", caught=bool(promised.differs()))


def reminders(engine: str, store: Warehouse, folder: Path, made: Proof) -> None:
    """One office, its promises, and looks at every moment that a bad clock may show."""
    chance, office, promised = Random(SEED), Office(store, NOW), Promised(store)
    for number in range(PLANS):
        promised.plan(Work(office, employer=f"青岛{number}号水产有限公司"), chance)
    settings = Settings(data_dir=folder, database_url=store.engine.url.render_as_string(hide_password=False))
    crypto.keyring().save(settings.keys)
    moments = walk(chance)
    apart = {len(moments) * (n + 1) // (PROCESSES + 1) for n in range(PROCESSES)} if FAKETIME else set()
    for number, at in enumerate(moments):
        if number in apart:
            in_a_process(settings, at)
            made.count("looks of a process of its own under faketime")
        elif chance.random() < 0.15:
            at_once([partial(look, store, at)] * 4)
            made.count("four looks at once")
        elif chance.random() < 0.2:
            again = open_warehouse(settings.database)
            look(again, at)
            again.close()
            made.count("stores opened again")
        else:
            look(store, at)
        promised.looked(at)
        made.count("looks")
        made.count("clock set back", number > 0 and at < moments[number - 1])
        made.count("looks at midnight", at.astimezone(SHANGHAI).time() == time())
    made.count("reminders", promised.told.total() // 2)
    made.count("instalments past their day", promised.past)
    assert promised.differs() == []

    def told(kind: str) -> int:
        with store.read() as session:
            return session.scalar(select(func.count()).where(NoticeRow.kind == kind)) or 0

    spared(office, store, moments[-1], told, made)
    planted(office, promised, moments[-1], made)
    with store.read() as session:
        assert audit.verify(session).broken_at is None


def test_every_term_is_counted_right_and_each_reminder_comes_once(new_store: NewStore, tmp_path: Path) -> None:
    enough = {
        "terms": TERMS,
        **dict.fromkeys(("paused", "rolled to a working day", "make-up days counted", "provisional"), TERMS // 20),
        "looks": LOOKS,
        **dict.fromkeys(
            ("clock set back", "looks at midnight", "four looks at once", "stores opened again"), LOOKS // 10
        ),
        "instalments past their day": PLANS * INSTALMENTS // 2,
        "reminders": PLANS * 5,
    }
    with proof("R21", seed=SEED, enough=enough) as made:
        for name, met in compared(TERMS, SEED).items():
            made.count(name, met)
        assert made.counted["differ"] == 0
        for engine in ENGINES:
            folder = tmp_path / engine
            folder.mkdir()
            reminders(engine, new_store(engine), folder, made)
