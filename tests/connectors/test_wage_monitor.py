"""The front-end database, on SQLite and on PostgreSQL with roles that may read and roles that may answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from casework.complaint import Complaint
from casework.errors import BadInput, ChannelChanged, ChannelUnavailable, Unreadable
from casework.record import RecordKind
from casework.reply import Letter, ReplyKind
from casework.wages import AccountBalance, AttendanceMonth, PayLine, PayPeriod, Project
from connectors.base import load_channel
from connectors.sql import Database
from connectors.wage_monitor import WageMonitor, connector
from sandbox import wages
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.platforms.wage_tables import ANSWER
from sandbox.told import Told
from tests.contracts.suite import Landing
from tests.postgres import Server

TITLE = wages.Project(
    code="P1", name="某小区", district_code="370215", address="某路", owner_name="业主", general_contractor="总包",
    general_contractor_uscc="91370215MA3C000000", pay_day=15, started_on=date(2026, 3, 1), deposit_paid=True,
)  # fmt: skip
BALANCE = wages.Balance(
    project_code="P1", as_of=date(2026, 10, 31), balance=Decimal("-12.50"), paid_in=Decimal(0), agreed=Decimal(90000)
)
LINE = wages.PayrollLine(
    worker_name="证人甲", id_no="370215199003077719", phone="", days=Decimal("26.5"), due=Decimal(7000), paid=Decimal(0)
)
PAYROLL = wages.Payroll(
    project_code="P1", employer_name="分包", employer_uscc="91370215MA3C000001", month="2026-10",
    due_on=date(2026, 11, 15), paid_on=None, lines=(LINE, replace(LINE, worker_name="证人乙")),
)  # fmt: skip
ATTENDANCE = wages.Attendance(project_code="P1", month="2026-10", heads=31, days=800)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WagePlatform]:
    """The platform on either engine; on PostgreSQL with a reader and an answerer of its own."""
    if request.param == "sqlite":
        running = WagePlatform(tmp_path / "wages")
        yield running
        running.stop()
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"front_{os.getpid()}_{tmp_path.name.rpartition('_')[2]}_{abs(hash(tmp_path)) % 10**6}"
    server.run(f"CREATE DATABASE {name}")
    owner = server.url(name)
    reader, answerer = (owner.replace("postgres@", f"{role}_{name}@") for role in ("reader", "answerer"))
    running = WagePlatform(tmp_path / "wages", urls=(owner, reader, answerer))
    engine = sa.create_engine(owner)
    with engine.begin() as connection:
        for statement in (
            f"CREATE ROLE reader_{name} LOGIN",
            f"CREATE ROLE answerer_{name} LOGIN",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}",
            f"GRANT SELECT, INSERT ON answer TO answerer_{name}",
            f'GRANT USAGE ON SEQUENCE "answer_answerNo_seq" TO answerer_{name}',
        ):
            connection.execute(sa.text(statement))
    engine.dispose()
    yield running
    running.stop()
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    for role in ("reader", "answerer"):
        server.run(f"DROP ROLE {role}_{name}")


def monitor(platform: WagePlatform, **more: str) -> WageMonitor:
    return connector(load_channel("wage_monitor"), platform.settings | {"page_size": "2"} | more)


def told(key: str, at: datetime) -> Told:
    return Told(
        key=key, channel="wage_monitor", told_at=at, case="a", claim="b", narrative="工资没有发。", employer_name="分包"
    )


def test_feeds_and_complaints_are_read_for_what_they_are(platform: WagePlatform, now: datetime) -> None:
    platform.add_wages([TITLE], [BALANCE], [PAYROLL], [ATTENDANCE], at=now)
    platform.add(told("1", now - timedelta(hours=1)))
    source = monitor(platform)
    source.check()
    said = {raw.kind: source.read(replace(raw, version=1)) for raw in source.pull(None, now=now)}
    assert said[RecordKind.PROJECT] == Project(
        project_code="P1", name="某小区", district_code="370215", owner_name="业主", general_contractor="总包",
        general_contractor_uscc="91370215MA3C000000", pay_day=15, started_on=date(2026, 3, 1), deposit_paid=True,
    )  # fmt: skip
    assert said[RecordKind.SPECIAL_ACCOUNT] == AccountBalance(
        project_code="P1",
        as_of=date(2026, 10, 31),
        balance=Decimal("-12.50"),
        paid_in=Decimal(0),
        agreed=Decimal(90000),
    )
    line = PayLine(
        worker_name="证人甲", id_no="370215199003077719", days=Decimal("26.5"), due=Decimal(7000), paid=Decimal(0)
    )
    assert said[RecordKind.PAYROLL] == PayPeriod(
        project_code="P1", employer_name="分包", employer_uscc="91370215MA3C000001", month="2026-10",
        due_on=date(2026, 11, 15), paid_on=None, lines=(line, replace(line, worker_name="证人乙")),
    )  # fmt: skip
    assert said[RecordKind.ATTENDANCE] == AttendanceMonth(project_code="P1", month="2026-10", heads=31, days=800)
    complaint = said[RecordKind.COMPLAINT]
    assert isinstance(complaint, Complaint)
    assert complaint.remarks == ()


def test_the_second_pull_brings_nothing_and_a_change_one_version(platform: WagePlatform, now: datetime) -> None:
    platform.add_wages([TITLE], [BALANCE], [PAYROLL], [ATTENDANCE], at=now)
    landing = Landing(monitor(platform))
    assert len(landing.pull(now).new) == 4
    assert landing.pull(now).fresh() == []
    platform.add_wages([TITLE], [BALANCE], [PAYROLL], [ATTENDANCE], at=now)
    assert landing.pull(now).fresh() == []
    paid = replace(PAYROLL, paid_on=date(2026, 11, 20), lines=(replace(LINE, paid=Decimal(7000)),))
    platform.add_wages([], [], [paid], [], at=now)
    assert len(landing.pull(now).changed) == 1


def test_a_row_without_a_stamp_is_never_missed(platform: WagePlatform, now: datetime) -> None:
    key = platform.add(told("1", now - timedelta(days=400)))
    landing = Landing(monitor(platform))
    landing.pull(now)
    platform.add(told("2", now - timedelta(hours=1)))
    landing.pull(now)
    platform.change(key, now, content="改了。")
    with platform._source.begin() as connection:
        connection.execute(sa.text("UPDATE complaint SET updated_at = NULL WHERE \"complaintId\" = 'TS1'"))
    assert landing.pull(now).changed == [key]


def test_the_reading_account_cannot_write_and_the_answering_one_reaches_one_table(
    platform: WagePlatform, now: datetime
) -> None:
    platform.add(told("1", now))
    settings = platform.settings
    reader = Database("w", settings["url"], timeout_seconds=5, writes=True)
    answerer = Database("w", settings["answer_url"], timeout_seconds=5, writes=True)
    complaint = sa.table("complaint", sa.column("complaintId"))
    for account in (reader, answerer):
        with pytest.raises(ChannelUnavailable):
            account.insert(complaint, {"complaintId": "X"})
    with pytest.raises(ChannelUnavailable):
        answerer.rows(sa.select(complaint))
    assert len(reader.rows(sa.select(complaint))) == 1


def test_an_answer_is_entered_once(platform: WagePlatform, now: datetime) -> None:
    key = platform.add(told("1", now))
    source = monitor(platform)
    letter = Letter("k'; DROP TABLE answer; --", "wage_monitor", key, ReplyKind.RESULT, "已办结。", now)
    receipt = source.reply(letter)
    assert source.reply(letter) == receipt
    assert source.confirm(letter) == receipt
    assert (receipt.body, receipt.at) == ("已办结。", now)
    assert platform.answers == {key: ["已办结。"]}


def test_a_table_that_is_gone_stops_the_run(platform: WagePlatform, now: datetime) -> None:
    with platform._source.begin() as connection:
        connection.execute(sa.text("DROP TABLE attendance"))
    with pytest.raises(ChannelChanged, match="attendance"):
        list(monitor(platform).pull(None, now=now))


@pytest.mark.parametrize("form", ["timestamp", "timestamptz"])
def test_stamps_of_any_form_are_read(platform: WagePlatform, now: datetime, form: str) -> None:
    platform.add_all([told("1", now - timedelta(hours=2)), told("2", now - timedelta(hours=1))])
    local = form == "timestamp"
    change = (
        f"ALTER TABLE complaint ALTER COLUMN updated_at TYPE {form} USING "
        f"(updated_at || '{'' if local else '+08'}')::{form}"
        if platform._source.dialect.name == "postgresql"
        else f"UPDATE complaint SET updated_at = replace(updated_at, ' ', 'T') || '{'' if local else '+08:00'}'"
    )
    with platform._source.begin() as connection:
        connection.execute(sa.text(change))
    landing = Landing(monitor(platform))
    assert landing.pull(now).new == ["TS1", "TS2"]
    assert landing.cursor is not None
    assert landing.cursor.position.startswith((now - timedelta(hours=1)).isoformat())
    assert landing.pull(now).fresh() == []


def test_a_row_that_cannot_be_understood_says_which_field(tmp_path: Path, now: datetime) -> None:
    running = WagePlatform(tmp_path / "w")
    running.add_broken(3, now - timedelta(hours=1))
    source = monitor(running)
    refused = []
    for raw in source.pull(None, now=now):
        with pytest.raises(Unreadable) as reason:
            source.read(raw)
        refused.append(reason.value.field)
    assert sorted(str(field) for field in refused) == ["complaintTime", "content", "owedAmount"]
    running.stop()


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "sqlite+nothing:///a"])
def test_an_address_that_cannot_be_is_refused_in_words(url: str) -> None:
    with pytest.raises(BadInput, match="address"):
        connector(load_channel("wage_monitor"), {"url": url, "answer_url": url})


def test_rows_without_a_stamp_are_all_read_however_many_pages_they_fill(platform: WagePlatform, now: datetime) -> None:
    keys = [platform.add(told(f"{number}", now - timedelta(hours=1))) for number in range(7)]
    with platform._source.begin() as connection:
        connection.execute(sa.text("UPDATE complaint SET updated_at = NULL"))
    assert sorted(raw.source_key for raw in monitor(platform).pull(None, now=now)) == sorted(keys)


@pytest.mark.parametrize("name", ["timeout_seconds", "page_size", "first_days"])
@pytest.mark.parametrize("value", ["soon", "0", "-1"])
def test_a_setting_that_is_no_number_is_refused_in_words(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        connector(load_channel("wage_monitor"), {"url": "sqlite://", "answer_url": "sqlite://", name: value})


def test_answers_survive_a_second_start(tmp_path: Path, now: datetime) -> None:
    first = WagePlatform(tmp_path / "w")
    key = first.add(told("1", now))
    monitor(first).reply(Letter("k", "wage_monitor", key, ReplyKind.RESULT, "已办结。", now))
    first.stop()
    second = WagePlatform(tmp_path / "w")
    assert second.add(told("1", now)) == key
    assert second.answers == {key: ["已办结。"]}
    assert ANSWER.name == "answer"
    second.stop()
