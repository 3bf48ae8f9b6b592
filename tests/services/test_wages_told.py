"""The sandbox's wage feed as it really comes, landed and shown: every figure of a project is the world's.

Late and corrected words are shown with the day on which they came; of what was never told nothing is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.pay_history import Paid
from casework.people import Actor
from connectors.base import load_channel
from connectors.wage_monitor import connector
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.wages import Payroll
from sandbox.world import World, make_world
from services.arriving.intake import collect_channel
from services.office.working_days import calendar_in_force
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import EmployerRow, ProjectFirmRow, ProjectRow
from warehouse.queries.employer_page import family
from warehouse.queries.employer_pay import Wages, wages
from warehouse.queries.project_page import ProjectFacts, project_facts

PULL = Actor.system("collect")
SILENCE = {"days": 45, "one_kind_days": 75}


@dataclass
class Told:
    """Three projects of the sandbox's world on their platform, and the office that pulls it."""

    platform: WagePlatform
    office: Office
    world: World
    codes: list[str]
    payrolls: list[Payroll]

    def pull(self, at: datetime) -> None:
        """Pull the platform into the store."""
        source = connector(load_channel("wage_monitor"), self.platform.settings)
        collect_channel(self.office.store, source, run_id=f"run_{at:%d%H%M}", clock=lambda: at, actor=PULL)

    def project(self, code: str, at: datetime) -> ProjectFacts:
        """What its page would show at a moment."""
        with self.office.store.read() as session:
            row = session.get_one(ProjectRow, code)
            calendar = calendar_in_force(session)
            found = project_facts(session, self.office.desk, row, calendar=calendar, at=at, limits=SILENCE)
            session.expunge_all()
            return found

    def employer(self, name: str, at: datetime) -> Wages:
        """What an employer's page would show at a moment."""
        with self.office.store.read() as session:
            row = session.scalars(select(EmployerRow).where(EmployerRow.name == name)).one()
            calendar = calendar_in_force(session)
            return wages(session, self.office.desk, family(session, row), calendar=calendar, at=at)


@pytest.fixture
def told(store: Warehouse, tmp_path: Path, now: datetime) -> Told:
    world = make_world(7, complaints=150, until=now, days=20)
    home = Office(store, now)
    late = {one.project_code for one in world.payrolls if one.paid_on is None and one.due_on < local_day(now)}
    here = [one.code for one in world.projects if one.district_code.startswith("370215")]
    codes = sorted(here, key=lambda code: (code not in late, code))[:3]
    payrolls = [replace(one, lines=one.lines[:4]) for one in world.payrolls if one.project_code in codes]
    platform = WagePlatform(tmp_path / "wages")
    platform.add_wages(
        [one for one in world.projects if one.code in codes],
        [one for one in world.balances if one.project_code in codes],
        payrolls,
        [one for one in world.attendance if one.project_code in codes],
        at=now,
    )
    made = Told(platform, home, world, codes, payrolls)
    made.pull(now - timedelta(minutes=30))
    return made


def fen(yuan: object) -> int:
    """Yuan of the sandbox as fen."""
    return round(float(str(yuan)) * 100)


def test_each_kind_of_the_feed_is_shown_as_the_world_has_it(told: Told, now: datetime) -> None:
    assert len(told.codes) == 3
    for code in told.codes:
        truth = next(one for one in told.world.projects if one.code == code)
        shown = told.project(code, now)
        assert (shown.project.owner_name, shown.project.deposit_paid) == (truth.owner_name, truth.deposit_paid)
        chain = {(one.part, one.name) for one in shown.chain}
        assert ("project_owner", truth.owner_name) in chain
        assert ("general_contractor", truth.general_contractor) in chain
        paying = {one.employer_name for one in told.payrolls if one.project_code == code}
        assert paying == {one.name for one in shown.payers}
        assert paying <= {name for _, name in chain}
        assert all(one.employer_id for one in shown.chain if one.part != "project_owner"), "each leads to a page"
        balances = [one for one in told.world.balances if one.project_code == code]
        assert shown.account is not None
        assert shown.account.balance_fen == fen(max(balances, key=lambda one: one.as_of).balance)
        heads = {one.month: one.heads for one in told.world.attendance if one.project_code == code}
        assert {one.month: one.heads for one in shown.months if one.heads is not None} == heads
        assert [one.table for one in shown.kinds if one.last is None] == []


def test_what_was_due_and_is_unpaid_is_what_the_payrolls_of_the_world_say(told: Told, now: datetime) -> None:
    today = local_day(now)
    for code in told.codes:
        due, unpaid = Counter[str](), Counter[str]()
        for one in told.payrolls:
            if one.project_code == code:
                due[one.month] += sum(fen(line.due) for line in one.lines)
                if one.due_on < today:
                    unpaid[one.month] += sum(max(fen(line.due) - fen(line.paid), 0) for line in one.lines)
        shown = {
            one.month: one.paid for one in told.project(code, now).months if one.paid and one.paid.due_fen is not None
        }
        assert {month: one.due_fen for month, one in shown.items()} == dict(due)
        assert sum(one.unpaid_fen or 0 for one in shown.values()) == sum(unpaid.values())
    by_firm: dict[str, Counter[str]] = defaultdict(Counter)
    for one in told.payrolls:
        by_firm[one.employer_name][one.month] += sum(fen(line.due) for line in one.lines)
    for name, truth in by_firm.items():
        months = told.employer(name, now).months
        assert {one.month: one.due_fen for one in months if one.due_fen is not None} == dict(truth)


def test_a_correction_shows_what_it_was_before_and_the_day_it_came(told: Told, now: datetime) -> None:
    paid = next(
        one for one in told.payrolls if one.paid_on is not None and all(line.paid == line.due for line in one.lines)
    )
    before = told.employer(paid.employer_name, now)
    later = now + timedelta(days=1)
    lines = (replace(paid.lines[0], paid=paid.lines[0].due - 100), *paid.lines[1:])
    told.platform.add_wages([], [], [replace(paid, lines=lines, paid_on=local_day(later))], [], at=later)
    told.pull(later + timedelta(minutes=30))
    after = told.employer(paid.employer_name, later + timedelta(hours=1))
    change = next(one for one in after.corrections if one.month == paid.month and one.project == paid.project_code)
    assert (change.on, change.rewritten) == (local_day(later), True)
    assert change.after.unpaid_fen - change.before.unpaid_fen == 10_000
    shown = next(
        one
        for site in after.projects
        if site.code == paid.project_code and site.history
        for one in site.history.months
        if one.month == paid.month
    )
    assert shown.corrected_on == local_day(later)
    assert shown.unpaid_fen == 10_000
    then = told.employer(paid.employer_name, now)
    assert (then.months, then.corrections) == (before.months, before.corrections), "what was known then stays known"


def test_silence_grows_old_and_is_never_paid(told: Told, now: datetime) -> None:
    code = told.codes[0]
    much_later = now + timedelta(days=100)
    shown = told.project(code, much_later)
    assert all(one.late for one in shown.kinds), "no data since"
    newest = shown.months[0]
    assert newest.paid is not None
    assert (newest.paid.state, newest.paid.due_fen, newest.paid.silent > 0) == (Paid.NO_DATA, None, True)


def test_the_firms_of_the_feed_are_kept_once_however_often_it_is_pulled(told: Told, now: datetime) -> None:
    def kept() -> list[tuple[str, str, str, str | None]]:
        row = ProjectFirmRow
        question = select(row.project_code, row.part, row.name, row.employer_id).order_by(row.id)
        with told.office.store.read() as session:
            return list(session.execute(question).tuples())

    before = kept()
    assert len(before) >= 6
    told.pull(now + timedelta(minutes=5))
    assert kept() == before
