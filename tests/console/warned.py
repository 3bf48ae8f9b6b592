"""Warnings for the console's tests: on employers of the morning, on a project, on a channel, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.warnings.rule import Kind
from casework.warnings.rules import RULES
from tests.console.told import DISTRICT
from warehouse.engine import Warehouse
from warehouse.models import (
    AttendanceMonthRow,
    CaseMembershipRow,
    CaseRow,
    EmployerRow,
    LandedRow,
    PayLineRow,
    PayPeriodRow,
    ProjectRow,
    WarningEvidenceRow,
    WarningRow,
    new_id,
)

PROJECT, WORKER = "P-0001", "查无此人"
_FIGURES: Mapping[Kind, Any] = {
    Kind.COUNT: 12,
    Kind.FEN: 31_400_000,
    Kind.DAYS: 21,
    Kind.PERCENT: 35,
    Kind.DAY: "2026-10-30",
    Kind.MONTH: "2026-10",
    Kind.MOMENT: "2026-11-19T23:10:00+00:00",
    Kind.PROJECT: PROJECT,
}


def figures(rule: str) -> dict[str, Any]:
    """Facts as a rule declares them."""
    found = {name: _FIGURES.get(kind) for name, kind in RULES[rule].facts.items()}
    return found | ({"why": "silent"} if rule == "channel_silent" else {})


def warn(session: Session, rule: str, level: str, at: datetime, **more: Any) -> str:
    """One open warning. Returns its id."""
    given = {"due_on": local_day(at) + timedelta(days=3), "district_code": DISTRICT, "state": "open"} | more
    version = RULES[rule].version
    row = WarningRow(
        id=new_id("wrn"), rule=rule, rule_version=version, level=level, facts=figures(rule), raised_at=at, **given
    )
    session.add(row)
    session.flush()
    return row.id


def speaks(session: Session, warning_id: str, table: str, row_id: str, how: str = "for") -> None:
    """One row of evidence."""
    session.add(
        WarningEvidenceRow(id=new_id("wev"), warning_id=warning_id, table_name=table, row_id=row_id, speaks=how)
    )
    session.flush()


def employers_with_cases(session: Session) -> list[str]:
    """The employers of the morning that have a case, each once, in the order of their names."""
    question = select(CaseRow.employer_id).where(CaseRow.employer_id.is_not(None), CaseRow.district_code.is_not(None))
    named = select(EmployerRow.id).where(EmployerRow.id.in_(question)).order_by(EmployerRow.name, EmployerRow.id)
    return list(session.scalars(named))


def make_warnings(store: Warehouse, at: datetime) -> dict[str, str]:
    """Ten warnings of the district, of every level; the ids of some by name. The first has rows for it and against."""
    with store.write() as session:
        _project(session)
        firms = employers_with_cases(session)
        found = {
            "arrears": warn(session, "arrears", "red", at, employer_id=firms[0], project_code=PROJECT),
            "complaints": warn(session, "complaints_30d", "orange", at, employer_id=firms[0]),
            "project": warn(session, "deposit_missing", "yellow", at, project_code=PROJECT),
            "channel": warn(session, "channel_silent", "red", at, channel="mailbox", district_code=None),
        }
        for number, rule in enumerate(
            ("growth", "repeat", "workers_72h", "boss_two_sites", "plan_broken", "heads_short")
        ):
            level = ("yellow", "orange", "red")[number % 3]
            late = {"due_on": local_day(at) - timedelta(days=number)}
            warn(session, rule, level, at, employer_id=firms[1 + number % 3], project_code=PROJECT, **late)
        speaks(session, found["arrears"], "pay_period", "pay_1")
        speaks(session, found["arrears"], "attendance_month", "att_1")
        speaks(session, found["arrears"], "pay_period", "pay_2", "against")
        own = select(CaseMembershipRow.complaint_id).join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        for one in session.scalars(own.where(CaseRow.employer_id == firms[0], CaseMembershipRow.valid_to.is_(None))):
            speaks(session, found["complaints"], "complaint", one)
    return found


def _project(session: Session) -> None:
    """A project with two payrolls, one of them paid. A worker's name is in the payroll, and must stay there."""
    landed = session.scalars(select(LandedRow.id)).first()
    common = {"project_code": PROJECT, "landed_id": landed}
    session.add(ProjectRow(name="滨海一号楼", district_code=DISTRICT, started_on=date(2026, 3, 1), **common))
    session.add(AttendanceMonthRow(id="att_1", month="2026-10", heads=40, days=800, **common))
    for number, (month, paid_on) in enumerate((("2026-10", None), ("2026-09", date(2026, 9, 30))), start=1):
        session.add(
            PayPeriodRow(
                id=f"pay_{number}",
                employer_name="青岛某建筑公司",
                month=month,
                due_on=date(2026, 10, 30),
                paid_on=paid_on,
                **common,
            )
        )
        session.flush()
        paid = 600_000 if paid_on else None
        for line in range(3):
            session.add(
                PayLineRow(
                    id=f"line_{number}_{line}",
                    pay_period_id=f"pay_{number}",
                    worker_name=WORKER,
                    due_fen=600_000,
                    paid_fen=paid,
                )
            )
    session.flush()
