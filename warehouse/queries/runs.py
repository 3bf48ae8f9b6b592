"""The page 运行记录: the last runs, whoever started them, and two of them beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from warehouse.models import AccountRow, LandedRow, RunRow

COUNTS = ("seen", "new", "updated", "merged", "quarantined", "ms")


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. `who` is the name behind a button; `reasons` says what of it waits in quarantine, by reason code."""

    id: str
    job: str
    subject: str | None
    started_by: str
    who: str | None
    started_at: datetime
    state: str
    seen: int
    new: int
    updated: int
    merged: int
    quarantined: int
    ms: int | None
    error_code: str | None
    error_words: str | None
    pull_id: str | None
    reasons: tuple[tuple[str, int], ...]


def run_lines(
    session: Session,
    *,
    channel: str | None = None,
    job: str | None = None,
    ids: Collection[str] | None = None,
    limit: int = 30,
) -> list[RunLine]:
    """The newest runs: of one channel, of one kind, or the ones asked for."""
    question = select(RunRow, AccountRow.name).outerjoin(AccountRow, AccountRow.id == RunRow.by)
    if channel is not None:
        question = question.where(RunRow.subject == channel)
    if job is not None:
        question = question.where(RunRow.job == job)
    if ids is not None:
        question = question.where(RunRow.id.in_(ids))
    rows = session.execute(question.order_by(RunRow.started_at.desc(), RunRow.id).limit(limit)).all()
    why = _reasons(session, {row.pull_id for row, _ in rows if row.pull_id})
    return [_line(row, name, why) for row, name in rows]


def run_line(session: Session, run_id: str) -> RunLine:
    """One run. Raises `NotFound`."""
    found = run_lines(session, ids=[run_id])
    if not found:
        raise NotFound("There is no such run.")
    return found[0]


def _line(row: RunRow, who: str | None, why: dict[str, list[tuple[str, int]]]) -> RunLine:
    return RunLine(
        id=row.id,
        job=row.job,
        subject=row.subject,
        started_by=row.started_by,
        who=who,
        started_at=row.started_at,
        state=row.state,
        seen=row.seen,
        new=row.new,
        updated=row.updated,
        merged=row.merged,
        quarantined=row.quarantined,
        ms=row.ms,
        error_code=row.error_code,
        error_words=row.error_words,
        pull_id=row.pull_id,
        reasons=tuple(why.get(row.pull_id or "", ())),
    )


def _reasons(session: Session, pulls: set[str]) -> dict[str, list[tuple[str, int]]]:
    if not pulls:
        return {}
    row = LandedRow
    question = (
        select(row.pull_id, row.reason_code, func.count())
        .where(row.pull_id.in_(pulls), row.state == "quarantined")
        .group_by(row.pull_id, row.reason_code)
        .order_by(row.pull_id, row.reason_code)
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for pull_id, code, count in session.execute(question):
        found[pull_id].append((code or "-", count))
    return found
