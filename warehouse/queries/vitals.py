"""What a monitor reads: counts, moments and milliseconds of this installation, never a word of anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from warehouse.models import (
    AuditRow,
    CaseRow,
    ChannelRow,
    MessageRow,
    NoticeRow,
    PullCertificateRow,
    ReplyRow,
    RunRow,
    WarningRow,
)
from warehouse.queries.channels import in_quarantine

DRILL = "drill"
"""The act in the audit log that says a backup was restored on trial."""
_DRILLS_AFTER = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Brought:
    """What the pulls of one channel came to since it was first asked: records, by what became of them."""

    pulls: int
    new: int
    changed: int
    unchanged: int
    filed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """The answers owed to one channel, by state; `oldest` is since when the longest waiting of them may go out."""

    states: dict[str, int]
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Ran:
    """The ended runs of one kind: how many, how many of them failed, and their milliseconds together."""

    ended: int
    failed: int
    ms: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a monitor is told of the database, as of one moment.

    `messages`: those that were tried and did not go out yet; `oldest_message`: since when the oldest of them waits.
    """

    audit_rows: int
    began: datetime | None
    last_act: datetime | None
    drilled: datetime | None
    cases: dict[str, int]
    quarantined: dict[str, int]
    brought: dict[str, Brought]
    outbox: dict[str, Outbox]
    notices: int
    oldest_notice: datetime | None
    messages: int
    oldest_message: datetime | None
    runs: dict[str, Ran]
    warnings: int


def figures(session: Session, *, at: datetime) -> Figures:
    """Read it all. The time it takes grows with the runs and pulls stored, not with the complaints."""
    rows, last = session.execute(select(func.max(AuditRow.seq), func.max(AuditRow.at))).one()
    waiting, oldest = session.execute(
        select(func.count(), func.min(NoticeRow.due_at)).where(
            NoticeRow.delivered_at.is_(None), NoticeRow.cancelled_at.is_(None), NoticeRow.due_at <= at
        )
    ).one()
    unsent = select(func.count(), func.min(MessageRow.since))
    unsent = unsent.where(MessageRow.state == "pending", MessageRow.error_code.is_not(None))
    messages, oldest_message = session.execute(unsent).one()
    return Figures(
        audit_rows=rows or 0,
        began=session.scalar(select(AuditRow.at).order_by(AuditRow.seq).limit(1)),
        last_act=last,
        drilled=drilled(session, at=at),
        cases=dict(session.execute(select(CaseRow.status, func.count()).group_by(CaseRow.status)).tuples().all()),
        quarantined=in_quarantine(session),
        brought=_brought(session),
        outbox=_outbox(session, at),
        notices=waiting,
        oldest_notice=oldest,
        messages=messages,
        oldest_message=oldest_message,
        runs=_runs(session),
        warnings=session.scalar(select(func.count()).where(WarningRow.state == "open")) or 0,
    )


def drilled(session: Session, *, at: datetime) -> datetime | None:
    """When a backup was last restored on trial, and well; None if not within a hundred days."""
    trial = select(func.max(AuditRow.at)).where(
        AuditRow.act == DRILL, AuditRow.success, AuditRow.at >= at - _DRILLS_AFTER
    )
    return session.scalar(trial)


def last_act(session: Session) -> datetime | None:
    """When the audit log's last row was written, by the clock of whoever wrote it."""
    return session.scalar(select(AuditRow.at).order_by(AuditRow.seq.desc()).limit(1))


def _brought(session: Session) -> dict[str, Brought]:
    row = PullCertificateRow
    columns = (row.landed_new, row.landed_versions, row.unchanged, row.filed, row.refused)
    sums = [func.coalesce(func.sum(column), 0) for column in columns]
    question = select(row.channel, func.count(), *sums).group_by(row.channel)
    return {name: Brought(*map(int, numbers)) for name, *numbers in session.execute(question)}


def _outbox(session: Session, at: datetime) -> dict[str, Outbox]:
    row = ReplyRow
    may_go = and_(row.state.in_(("pending", "delivered")), row.not_before <= at)
    question = select(
        row.channel, row.state, func.count(), func.min(case((may_go, row.not_before), else_=None))
    ).group_by(row.channel, row.state)
    states: dict[str, dict[str, int]] = {
        name: {} for name in session.scalars(select(ChannelRow.name).where(ChannelRow.answers))
    }
    oldest: dict[str, datetime] = {}
    for channel, state, count, since in session.execute(question):
        states.setdefault(channel, {})[state] = count
        if since is not None:
            oldest[channel] = min(since, oldest.get(channel, since))
    return {channel: Outbox(found, oldest.get(channel)) for channel, found in states.items()}


def _runs(session: Session) -> dict[str, Ran]:
    row = RunRow
    failed = func.sum(case((row.state == "failed", 1), else_=0))
    question = select(row.job, func.count(), failed, func.coalesce(func.sum(row.ms), 0)).where(row.state != "running")
    return {job: Ran(*map(int, numbers)) for job, *numbers in session.execute(question.group_by(row.job))}
