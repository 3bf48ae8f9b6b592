"""Warnings as people change them: each act is a row of its own, and the version of the warning grows with it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict
from warehouse.models import WarningActRow, WarningRow, new_id

OPEN = "open"
SETTLEMENTS = ("confirmed", "false_alarm", "corrected")
"""What a person says of a warning: it was true; nothing was wrong; it was true and has been put right."""


def last_act(session: Session, warning_id: str) -> WarningActRow | None:
    """The newest act on a warning."""
    row = WarningActRow
    return session.scalars(
        select(row).where(row.warning_id == warning_id).order_by(row.step_no.desc()).limit(1)
    ).first()


def locked(session: Session, warning_id: str, *, version: int) -> WarningRow:
    """The warning, locked until the end of the transaction; `Conflict` when it is not as it was seen."""
    question = select(WarningRow).where(WarningRow.id == warning_id).with_for_update()
    row = session.scalars(question.execution_options(populate_existing=True)).one()
    if row.version != version:
        last = last_act(session, warning_id)
        by, at = (last.by, last.at.isoformat(timespec="minutes")) if last else (None, None)
        raise Conflict("Somebody else changed this warning meanwhile.", by=by, at=at)
    return row


def note_act(
    session: Session,
    warning: WarningRow,
    kind: str,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
    day: date | None = None,
    officer_id: str | None = None,
    case_id: str | None = None,
    undoes: str | None = None,
) -> WarningActRow:
    """Keep an act on a warning that is locked. Called before the warning itself is changed."""
    row = WarningActRow(
        id=new_id("wac"),
        warning_id=warning.id,
        step_no=warning.version,
        kind=kind,
        state_before=warning.state,
        reason=reason,
        day=day,
        officer_id=officer_id,
        case_id=case_id,
        undoes=undoes,
        by=by,
        at=at,
    )
    session.add(row)
    warning.version += 1
    session.flush()
    return row


def raised_anew(session: Session, warning: WarningRow) -> bool:
    """Whether another warning on the same thing is open: of those, only one may be."""
    row = WarningRow
    question = select(row.id).where(row.id != warning.id, row.state == OPEN)
    if warning.identity_key is None:
        question = question.where(
            row.rule == warning.rule,
            row.employer_id.is_not_distinct_from(warning.employer_id),
            row.channel.is_not_distinct_from(warning.channel),
        )
    else:
        question = question.where(row.identity_key == warning.identity_key)
    return session.scalar(question.limit(1)) is not None
