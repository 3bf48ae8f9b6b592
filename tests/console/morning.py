"""A morning for the console's tests: officers, complaints through the store's own doors, linked and suggested."""

from __future__ import annotations

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import update

from casework.clocks import TimeLimit
from casework.people import Actor, Role
from casework.record import Json, RawRecord
from services.arriving.filing import keep_complaint
from services.dispatch.dispatching import suggest_inspectors
from services.linkage.linking import link_complaints
from services.office.working_days import calendar_in_force
from services.people.accounts import create_account
from tests.console.told import DISTRICT, told
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, ChannelRow, LandedRow, PullCertificateRow, new_id
from warehouse.store.channels import channel_row
from warehouse.store.complaints import Filing

PASSWORD = "Morning-2026!"
ELSEWHERE = "370203"
SYSTEM = Actor.system("test")
PEOPLE: tuple[tuple[str, str, tuple[tuple[Role, str], ...]], ...] = (
    ("desk", "王静", ((Role.DESK_OFFICER, DISTRICT),)),
    ("song", "宋海涛", ((Role.INSPECTOR, DISTRICT),)),
    ("yu", "于晓", ((Role.INSPECTOR, DISTRICT),)),
    ("li", "李敏", ((Role.INSPECTOR, DISTRICT),)),
    ("wang", "王立群", ((Role.INSPECTOR, DISTRICT),)),
    ("head", "赵明远", ((Role.HEAD, DISTRICT),)),
    ("bureau", "周局", ((Role.BUREAU_HEAD, DISTRICT),)),
    ("reader", "陈立", ((Role.READ_ONLY, DISTRICT),)),
    ("system", "周系统", ((Role.SYSTEM_ADMIN, DISTRICT),)),
    ("security", "吴安全", ((Role.SECURITY_ADMIN, DISTRICT),)),
    ("audit", "郑审计", ((Role.AUDIT_ADMIN, DISTRICT),)),
    ("far", "孙远", ((Role.DESK_OFFICER, ELSEWHERE),)),
    ("far_head", "钱远", ((Role.HEAD, ELSEWHERE),)),
)
_REPLY = TimeLimit("reply", 5, "working", "JN §24")


def make_people(store: Warehouse, at: datetime) -> dict[str, str]:
    """Every officer by login. Their stored passwords are made with the least work: the tests log in by thousands."""
    people = {
        login: create_account(store, login=login, name=name, password=PASSWORD, grants=grants, actor=SYSTEM, at=at)
        for login, name, grants in PEOPLE
    }
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.write() as session:
        session.execute(update(AccountRow).where(AccountRow.id.in_(people.values())).values(password_hash=light))
    return people


def make_morning(store: Warehouse, at: datetime) -> dict[str, str]:
    """The whole morning. Returns the accounts by login."""
    people = make_people(store, at - timedelta(days=30))
    complaints = told(at)
    with store.write() as session:
        for channel in (
            "hotline_12345",
            "national_clue",
            "petition",
            "message_board",
            "wage_monitor",
            "mailbox",
            "walk_in",
        ):
            row: ChannelRow = channel_row(session, channel)
            if channel != "walk_in":
                row.last_attempt_at = row.last_success_at = at - timedelta(minutes=5)
            if channel == "mailbox":
                row.failures, row.error_code, row.error_words = 2, "unavailable", "The mail server refuses the login."
        session.flush()
        calendar = calendar_in_force(session)
        for complaint in sorted(complaints, key=lambda one: one.received_at):
            limit = _REPLY if complaint.channel == "hotline_12345" else None
            filing = Filing(calendar=calendar, reply_limit=limit, by=SYSTEM.id, at=complaint.received_at)
            keep_complaint(session, complaint, filing)
        _pulled(session_add=session.add, at=at, filed=len(complaints))
        session.flush()
        _stuck(session_add=session.add, at=at)
    link_complaints(store, actor=SYSTEM, at=at)
    suggest_inspectors(store, actor=SYSTEM, at=at)
    return people


def _pulled(*, session_add: object, at: datetime, filed: int) -> None:
    assert callable(session_add)
    session_add(
        PullCertificateRow(
            id="pull_1",
            channel="hotline_12345",
            run_id="run_1",
            started_at=at - timedelta(minutes=6),
            ended_at=at - timedelta(minutes=5),
            seen=filed,
            landed_new=filed,
            filed=filed,
            verdict="complete",
        )
    )


def _stuck(*, session_add: object, at: datetime) -> None:
    assert callable(session_add)
    payload: dict[str, Json] = {
        "orderId": "QD-1",
        "callerName": "赵匿名",
        "callerPhone": "13800001111",
        "callTime": "明天",
        "majorContent": "欠薪",
    }
    raw = RawRecord("hotline_12345", "QD-1", payload, "2026-11-19T08:00:00")
    session_add(
        LandedRow(
            id=new_id("lnd"),
            channel=raw.channel,
            kind=raw.kind.value,
            source_key=raw.source_key,
            version=1,
            digest=raw.digest(),
            payload=payload,
            position=raw.position,
            landed_at=at - timedelta(minutes=5),
            state="quarantined",
            reason_code="date_unreadable",
            reason_field="callTime",
            reason_words="The field callTime is not a date.",
        )
    )
