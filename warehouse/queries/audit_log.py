"""The audit log as the audit administrator searches it: by person, case, act, kind of act and days, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from casework.record import Json
from warehouse.models import (
    AccountRow,
    AuditRow,
    CaseMembershipRow,
    CaseRow,
    DocumentRow,
    LedgerWorkerRow,
    OutcomeRow,
)

SHOWN = 100
KINDS: Mapping[str, tuple[str, ...]] = {
    "exports": (
        "export_month",
        "export_rows",
        "export_ledger",
        "export_audit",
        "export_employer",
        "read_paper",
        "back_up",
    ),
    "reveals": ("reveal", "read_photo", "read_file"),
    "rights": (
        *("create_account", "disable_account", "restore_account", "grant_role", "end_grant", "set_password"),
        *("reset_code", "turn_on_code", "turn_off_code", "renew_recovery"),
    ),
    "logins": ("log_in", "log_in_password", "log_out", "confirm_self"),
    "settings": ("set_setting", "load_notice"),
    "refused": (),
}
"""What an auditor asks for, as the acts it consists of; `refused` is whatever did not succeed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for. `until` is the moment after the last one wanted; `before` continues an older page."""

    person: str | None = None
    matter_no: str | None = None
    act: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log. `who` and `about` are names where the ids are of an account or a case of ours."""

    seq: int
    at: datetime
    by: str
    who: str | None
    act: str
    subject: str
    about: str | None
    success: bool
    details: tuple[tuple[str, Json], ...]
    purpose: str | None


def count_found(session: Session, asked: Asked) -> int:
    """How many rows of the log are meant."""
    question = _question(asked).order_by(None).with_only_columns(AuditRow.seq)
    return session.scalar(select(func.count()).select_from(question.subquery())) or 0


def found(session: Session, asked: Asked, *, limit: int = SHOWN) -> list[Line]:
    """The rows, newest first."""
    rows = session.scalars(_question(asked).limit(limit)).all()
    ids = {one for row in rows for one in (row.by, row.subject)}
    names = _by_id(session, select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(ids)))
    cases = _by_id(session, select(CaseRow.id, CaseRow.matter_no).where(CaseRow.id.in_(ids)))
    return [
        Line(
            seq=row.seq,
            at=row.at,
            by=row.by,
            who=names.get(row.by),
            act=row.act,
            subject=row.subject,
            about=cases.get(row.subject) or names.get(row.subject),
            success=row.success,
            details=tuple((name, value) for name, value in sorted(row.details.items()) if name != "purpose"),
            purpose=_purpose(row.details),
        )
        for row in rows
    ]


def _by_id(session: Session, question: Select[tuple[str, str]]) -> dict[str, str]:
    return {one: words for one, words in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy


def _purpose(details: Mapping[str, Any]) -> str | None:
    """The id of what an export was for. Rows older than that table say it in clear, so they say nothing here."""
    named = details.get("purpose")
    return named if isinstance(named, str) and named.startswith("exp_") else None


def _question(asked: Asked) -> Select[tuple[AuditRow]]:
    question = select(AuditRow).order_by(AuditRow.seq.desc())
    if asked.person:
        people = select(AccountRow.id).where(
            or_(AccountRow.login == asked.person.strip().casefold(), AccountRow.name == asked.person.strip())
        )
        question = question.where(or_(AuditRow.by.in_(people), AuditRow.subject.in_(people)))
    if asked.matter_no:
        question = question.where(AuditRow.subject.in_(_of_case(asked.matter_no.strip().upper())))
    if asked.act:
        question = question.where(AuditRow.act == asked.act)
    if asked.kind == "refused":
        question = question.where(AuditRow.success.is_(False))
    elif asked.kind:
        question = question.where(AuditRow.act.in_(KINDS[asked.kind]))
    if asked.since:
        question = question.where(AuditRow.at >= asked.since)
    if asked.until:
        question = question.where(AuditRow.at < asked.until)
    if asked.before:
        question = question.where(AuditRow.seq < asked.before)
    return question


def _of_case(matter_no: str) -> Select[tuple[str]]:
    """The case itself, the complaints that ever were in it, its workers, papers and outcomes, and its number."""
    case = select(CaseRow.id).where(CaseRow.matter_no == matter_no)
    parts: Sequence[Select[tuple[str]]] = (
        case,
        select(CaseRow.matter_no).where(CaseRow.matter_no == matter_no),
        select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id.in_(case)),
        select(LedgerWorkerRow.id).where(LedgerWorkerRow.case_id.in_(case)),
        select(DocumentRow.id).where(DocumentRow.case_id.in_(case)),
        select(OutcomeRow.id).where(OutcomeRow.case_id.in_(case)),
    )
    every = union_all(*parts).subquery()
    return select(every.c[0])
