"""Warnings over the sandbox's wage feed as it really comes: raised once, kept, cleared, and never against a person."""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.warnings.rules import RULES
from connectors.base import load_channel
from connectors.wage_monitor import connector
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.wages import Payroll
from sandbox.world import make_world
from services.arriving.intake import collect_channel
from services.warnings.knowing import known_at
from services.warnings.raising import WarnCount, find_warnings, raise_warnings, ran_today
from services.warnings.told_elsewhere import ToldCount, take_table
from tests.dumps import dump
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    ChannelRow,
    EmployerRow,
    FeedVersionRow,
    OutsideArrearsRow,
    PayPeriodRow,
    WarningEvidenceRow,
    WarningRow,
)
from warehouse.store.channel_alarms import raise_alarm
from warehouse.store.settings import set_setting

WARN = Actor.system("warn")
RISEN = {"yellow": "orange", "orange": "red"}
"""After a month and a day."""


@dataclass
class Feed:
    """A platform with some projects of the sandbox's world, and the office that pulls it."""

    platform: WagePlatform
    office: Office
    payrolls: list[Payroll]

    def pull(self, at: datetime) -> None:
        """Pull the platform into the store."""
        source = connector(load_channel("wage_monitor"), self.platform.settings)
        collect_channel(self.office.store, source, run_id=f"run_{at:%d%H%M}", clock=lambda: at, actor=WARN)

    def warn(self, at: datetime) -> WarnCount:
        """The daily run."""
        return raise_warnings(self.office.store, actor=WARN, at=at)

    def rows(self, **facts: object) -> list[WarningRow]:
        """Warnings with these values."""
        with self.office.store.read() as session:
            question = select(WarningRow).filter_by(**facts).order_by(WarningRow.raised_at, WarningRow.id)
            rows = list(session.scalars(question))
            session.expunge_all()
            return rows


@pytest.fixture
def feed(store: Warehouse, tmp_path: Path, now: datetime) -> Feed:
    world = make_world(7, complaints=150, until=now, days=20)
    failing = {one.project_code for one in world.payrolls if one.paid_on is None and one.due_on < local_day(now)}
    codes = sorted(failing)[:10] + sorted({one.code for one in world.projects} - failing)[:2]
    payrolls = [replace(one, lines=one.lines[:5]) for one in world.payrolls if one.project_code in codes]
    platform = WagePlatform(tmp_path / "wages")
    platform.add_wages(
        [one for one in world.projects if one.code in codes],
        [one for one in world.balances if one.project_code in codes],
        payrolls,
        [replace(one, heads=5) for one in world.attendance if one.project_code in codes],
        at=now,
    )
    made = Feed(platform, Office(store, now), payrolls)
    made.office.officer(Role.SYSTEM_ADMIN)
    made.pull(now - timedelta(minutes=30))
    return made


def without_owner_or_due(rows: list[WarningRow]) -> list[str]:
    return [row.rule for row in rows if row.owner_id is None or row.due_on is None or row.looked_at is None]


def test_the_daily_run_raises_once_keeps_and_clears(feed: Feed, now: datetime) -> None:
    store = feed.office.store
    before = dump(store, without=set())
    would = find_warnings(store, at=now)
    assert dump(store, without=set()) == before, "the dry run writes nothing"
    count = feed.warn(now)
    assert count.raised == count.found == len(would) > 10
    assert count.by_rule == dict(sorted(Counter(one.rule for one in would).items()))
    assert {"arrears", "account_short", "signs_together"} <= set(count.by_rule)
    rows = feed.rows()
    assert without_owner_or_due(rows) == []
    people = {one.id for one in feed.office.inspectors} | {
        feed.office.head.id,
        feed.office.chief.id,
        feed.office.bureau.id,
    }
    assert {row.owner_id for row in rows} <= people
    assert len({row.owner_id for row in rows}) > 2, "they spread"
    for row in rows:
        assert set(RULES[row.rule].facts) <= set(row.facts)
        assert (row.district_code or "3702").startswith("3702"), "home, or a neighbour that is nobody's here"
    with store.read() as session:
        sides = Counter(session.scalars(select(WarningEvidenceRow.speaks)))
        assert sides["for"] >= len(rows)
        assert sides["against"] > 0
        named = {row.employer_id for row in rows} - {None}
        assert session.scalar(select(func.count()).where(EmployerRow.id.in_(named))) == len(named)
        details = session.scalars(select(AuditRow.details).where(AuditRow.act == "warn")).one()
        assert details == {
            "raised": count.raised, "changed": 0, "cleared": 0, "quiet": 0, "dark": 0, "found": count.found,
        }  # fmt: skip
    kept = dump(store, without={"audit"})
    assert ran_today(store, at=now + timedelta(hours=15))
    assert not ran_today(store, at=now + timedelta(hours=15, minutes=30)), "it is past midnight in Shanghai"
    again = feed.warn(now)
    assert (again.raised, again.changed, again.cleared) == (0, 0, 0)
    assert dump(store, without={"audit"}) == kept, "run twice it changes nothing"


def test_what_a_person_settled_stays_until_it_is_worse(feed: Feed, now: datetime) -> None:
    store = feed.office.store
    feed.warn(now)
    first, second = [row for row in feed.rows(rule="arrears") if row.level != "red"][:2]
    with store.write() as session:
        row = session.get_one(WarningRow, first.id)
        row.state, row.settled_at, row.settled_by, row.reason = "false_alarm", now, feed.office.head.id, "已核实"
        session.get_one(WarningRow, second.id).snoozed_until = date(2027, 6, 1)
    count = feed.warn(now)
    assert (count.quiet, count.raised) == (1, 0)
    worse_on = now + timedelta(days=32)
    count = feed.warn(worse_on)
    settled, anew = feed.rows(identity_key=first.identity_key)
    assert (settled.state, settled.level, settled.facts, settled.reason) == (
        "false_alarm",
        first.level,
        first.facts,
        "已核实",
    )
    assert (anew.state, anew.earlier_id, anew.raised_at) == ("open", first.id, worse_on)
    assert anew.level == RISEN[first.level]
    risen = feed.rows(id=second.id)[0]
    assert (risen.snoozed_until, risen.level, risen.version > second.version) == (None, RISEN[second.level], True)
    assert feed.warn(worse_on).raised == 0


def test_a_correction_clears_and_what_was_known_before_stays_known(feed: Feed, now: datetime) -> None:
    store = feed.office.store
    feed.warn(now)
    row = feed.rows(rule="arrears")[0]
    with store.read() as session:
        was = [one for one in find_warnings(store, at=now) if one.rule == "arrears" and one.project == row.project_code]
        codes = {one.month for one in session.scalars(select(PayPeriodRow).filter_by(project_code=row.project_code))}
    assert codes
    later = now + timedelta(days=1)
    paid = [
        replace(one, paid_on=local_day(later), lines=tuple(replace(line, paid=line.due) for line in one.lines))
        for one in feed.payrolls
        if one.project_code == row.project_code
    ]
    feed.platform.add_wages([], [], paid, [], at=later)
    feed.pull(later)
    count = feed.warn(later)
    assert count.cleared >= 1
    cleared = feed.rows(id=row.id)[0]
    assert (cleared.state, cleared.settled_by, cleared.ended_at) == ("cleared", "system:warn", later)
    with store.read() as session:
        assert {one.version for one in session.scalars(select(FeedVersionRow).filter_by(table_name="pay_period"))} >= {
            1,
            2,
        }
        before = known_at(session, now)
        assert sum(one.owed_fen for one in before.payrolls_of[row.project_code or ""]) > 0
        after = known_at(session, later)
        assert sum(one.owed_fen for one in after.payrolls_of[row.project_code or ""]) == 0
        assert not known_at(session, now - timedelta(days=1)).payrolls, "nothing had arrived"
        assert known_at(session, now - timedelta(days=1), basis="changed").payrolls
    assert [
        one for one in find_warnings(store, at=now) if one.rule == "arrears" and one.project == row.project_code
    ] == was


def test_others_warnings_get_owners_rules_can_be_off_and_merged_employers_have_one(feed: Feed, now: datetime) -> None:
    store = feed.office.store
    with store.write() as session:
        session.merge(ChannelRow(name="petition"))
        raise_alarm(session, "petition", facts={"why": "silent", "last_success_at": None}, at=now)
        set_setting(session, "warning.off", ["account_short"], source="test", by="system:test", at=now)
        ids = [f"emp_{name}" for name in "ab"]
        session.add_all(EmployerRow(id=one, name=one, name_key=one, created_at=now) for one in ids)
        session.flush()
        session.add_all(
            OutsideArrearsRow(
                id=f"out_{one}",
                kind="utility",
                employer_id=one,
                months=3,
                owed_fen=1,
                as_of=local_day(now),
                arrived_at=now,
                by="x",
            )
            for one in ids
        )
    count = feed.warn(now)
    assert "account_short" not in count.by_rule
    assert count.by_rule["utility_arrears"] == 2
    alarm = feed.rows(rule="channel_silent")[0]
    assert (alarm.owner_id or "").startswith("acc_system_admin")
    assert alarm.due_on is not None
    with store.write() as session:
        session.get_one(EmployerRow, "emp_b").merged_into = "emp_a"
    count = feed.warn(now + timedelta(days=1))
    assert sorted(row.state for row in feed.rows(rule="utility_arrears")) == ["cleared", "open"]
    assert feed.rows(rule="channel_silent")[0].state == "open", "the watch clears it, not this run"
    settled = feed.rows(rule="arrears")[0]
    with store.write() as session:
        session.get_one(WarningRow, settled.id).state = "confirmed"
        set_setting(session, "warning.off", ["utility_arrears", "arrears"], source="test", by="system:test", at=now)
    feed.warn(now + timedelta(days=2))
    assert not feed.rows(rule="utility_arrears", state="open")
    assert feed.rows(id=settled.id)[0].ended_at is None, "nobody looked whether it had ended"


def test_what_other_bodies_tell_is_kept_line_by_line_or_not_at_all(
    store: Warehouse, now: datetime, tmp_path: Path
) -> None:
    office = Office(store, now)
    office.case(employer="青岛蓝天海产加工有限公司")
    path = tmp_path / "told.csv"
    head = "kind,employer_name,employer_uscc,months,owed,as_of\n"

    def take(*lines: str, actor: Actor = office.desk, at: datetime = now) -> ToldCount:
        path.write_text(head + "\n".join(lines) + "\n", "utf-8")
        return take_table(store, path=path, actor=actor, at=at)

    water = "utility,青岛蓝天海产加工有限公司,,3,12345.60,2026-11-10"
    fees = "insurance,青岛远山建设有限公司,91370215MA3C0000H0,5,2万,2026-11-01"
    for wrong in (
        "gas,甲,,1,1,2026-11-01",
        "utility,,,1,1,2026-11-01",
        "utility,甲,,x,1,2026-11-01",
        "utility,甲,,1,1,2027-01-01",
    ):
        with pytest.raises(BadInput, match="Line 3"):
            take(water, wrong)
    with pytest.raises(NotAllowed):
        take(water, actor=office.inspectors[0])
    assert take(water, fees) == ToldCount(new=2, changed=0, known=0)
    assert take(water, fees.replace("2万", "30000")) == ToldCount(new=0, changed=1, known=1)
    found = {one.rule: one for one in find_warnings(store, at=now)}
    assert set(found) == {"utility_arrears", "insurance_arrears"}
    assert found["utility_arrears"].facts == {"months": 3, "owed": 1_234_560, "as_of": "2026-11-10"}
    assert found["insurance_arrears"].level == "orange"
    later = now + timedelta(days=1)
    assert take("utility,青岛蓝天海产加工有限公司,,0,0,2026-11-20", at=later).new == 1
    assert {one.rule for one in find_warnings(store, at=later)} == {"insurance_arrears"}
    assert {one.rule for one in find_warnings(store, at=now)} == {"insurance_arrears", "utility_arrears"}


def test_the_step_keeps_what_the_tables_said_before_it(feed: Feed) -> None:
    def kept() -> list[tuple[object, ...]]:
        row = FeedVersionRow
        columns = (
            row.table_name,
            row.record_id,
            row.version,
            row.project_code,
            row.month,
            row.arrived_at,
            row.changed_at,
        )
        with store.read() as session:
            plain = session.execute(select(*columns).order_by(row.table_name, row.record_id)).tuples().all()
            said = session.scalars(select(row.said).order_by(row.table_name, row.record_id)).all()
        return [
            (*one, {**what, "lines": sorted(map(str, what.get("lines", []))), "name": "", "owner_name": ""})
            for one, what in zip(plain, said, strict=True)
        ]

    store = feed.office.store
    before = kept()
    assert len(before) > 100
    with store.write() as session:
        session.execute(delete(FeedVersionRow))
        step = importlib.import_module("warehouse.migrations.versions.0017_warnings")
        step._keep_what_was_said(session.connection())
    assert kept() == before
