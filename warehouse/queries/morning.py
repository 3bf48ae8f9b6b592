"""What came of a morning: counts from a moment on, and how things stand. Reads our own tables only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from warehouse.models import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    JudgementRow,
    LinkRunRow,
    PullCertificateRow,
    ReplyRow,
    WarningRow,
)
from warehouse.queries.channels import in_quarantine


@dataclass(frozen=True, slots=True)
class PullLine:
    """One channel's last pull: what came, what of it was new, how it ended; and what it holds altogether."""

    channel: str
    verdict: str
    error_words: str | None
    seen: int
    new: int
    changed: int
    filed: int
    refused: int
    complaints: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the queue stands: complaints, cases, and what waits where."""

    complaints: int
    cases: int
    merged_complaints: int
    doubtful_pairs: int
    suggested: int
    to_dispatch: int
    held_back: int
    dispatched: int
    in_progress: int
    answers_written: int
    answers_confirmed: int
    answers_waiting: int
    answers_failed: int
    warnings: int


def last_pulls(session: Session, *, since: datetime) -> list[PullLine]:
    """The last ended pull of each channel that was pulled since then, by channel."""
    ended = (
        select(PullCertificateRow)
        .where(PullCertificateRow.started_at >= since, PullCertificateRow.verdict != "running")
        .order_by(PullCertificateRow.started_at)
    )
    newest = {row.channel: row for row in session.scalars(ended)}
    told = select(ComplaintRow.channel, func.count()).group_by(ComplaintRow.channel)
    complaints = dict(session.execute(told).tuples().all())
    quarantined = in_quarantine(session)
    return [
        PullLine(
            channel=name,
            verdict=row.verdict,
            error_words=row.error_words,
            seen=row.seen,
            new=row.landed_new,
            changed=row.landed_versions,
            filed=row.filed,
            refused=row.refused,
            complaints=complaints.get(name, 0),
            quarantined=quarantined.get(name, 0),
        )
        for name, row in sorted(newest.items())
    ]


def linked_since(session: Session, since: datetime) -> LinkRunRow | None:
    """The last run of the linker that began since then."""
    ran = select(LinkRunRow).where(LinkRunRow.started_at >= since).order_by(LinkRunRow.started_at.desc())
    return session.scalars(ran.limit(1)).first()


def acted_since(session: Session, by: str, since: datetime) -> bool:
    """Whether somebody's hand shows in the audit log since then."""
    acts = select(AuditRow.seq).where(AuditRow.by == by, AuditRow.at >= since).limit(1)
    return session.scalar(acts) is not None


def waiting_for_suggestion(session: Session, since: datetime) -> int:
    """Cases ready to go and changed since then that nobody is suggested for. An older one may have nobody who may."""
    return _count(session, *_READY, CaseRow.suggested_at.is_(None), CaseRow.changed_at >= since)


_READY = (CaseRow.status == "to_dispatch", CaseRow.needs_check.is_(False), CaseRow.needs_supplement.is_(False))


def ready_to_send(session: Session) -> list[tuple[str, int]]:
    """The morning's list: (case, version) of what may go with one click, in the order of the queue's numbers."""
    ready = (
        select(CaseRow.id, CaseRow.version)
        .where(*_READY, CaseRow.suggested_lead_id.is_not(None))
        .order_by(CaseRow.matter_no)
    )
    return [(row.id, row.version) for row in session.execute(ready)]


def sent_to(session: Session) -> list[tuple[str, int, str]]:
    """(case, version, lead officer) of every dispatch that waits to be signed for."""
    waiting = (
        select(CaseRow.id, CaseRow.version, AssignmentRow.lead_id)
        .join(AssignmentRow, AssignmentRow.case_id == CaseRow.id)
        .where(AssignmentRow.state == "sent")
        .order_by(CaseRow.matter_no)
    )
    return [(row.id, row.version, row.lead_id) for row in session.execute(waiting)]


def answers_due(session: Session, *, at: datetime) -> int:
    """Answers whose grace is over and which no attempt has met yet, and those sent but not read back."""
    untried = and_(ReplyRow.state == "pending", ReplyRow.not_before <= at, ReplyRow.attempts == 0)
    due = select(func.count()).where(or_(untried, ReplyRow.state == "delivered"))
    return session.scalar(due) or 0


def standing(session: Session) -> Standing:
    """How things stand now."""
    open_members = select(func.count()).where(CaseMembershipRow.valid_to.is_(None))
    cases = _count(session, CaseRow.status != "merged")
    doubtful = select(func.count()).where(
        JudgementRow.newest.is_(True), JudgementRow.by_person.is_(False), JudgementRow.verdict == "unsure"
    )
    answers = dict(session.execute(select(ReplyRow.state, func.count()).group_by(ReplyRow.state)).tuples().all())
    return Standing(
        complaints=session.scalar(select(func.count()).select_from(ComplaintRow)) or 0,
        cases=cases,
        merged_complaints=(session.scalar(open_members) or 0) - cases,
        doubtful_pairs=session.scalar(doubtful) or 0,
        suggested=_count(session, CaseRow.status == "to_dispatch", CaseRow.suggested_lead_id.is_not(None)),
        to_dispatch=_count(session, CaseRow.status == "to_dispatch"),
        held_back=_count(session, CaseRow.status == "to_dispatch", or_(CaseRow.needs_check, CaseRow.needs_supplement)),
        dispatched=_count(session, CaseRow.status == "dispatched"),
        in_progress=_count(session, CaseRow.status == "in_progress"),
        answers_written=sum(answers.values()),
        answers_confirmed=answers.get("confirmed", 0),
        answers_waiting=answers.get("pending", 0) + answers.get("delivered", 0),
        answers_failed=answers.get("failed", 0),
        warnings=session.scalar(select(func.count()).where(WarningRow.state == "open")) or 0,
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(CaseRow).where(*conditions)) or 0


def known_logins(session: Session) -> frozenset[str]:
    """The logins that are taken."""
    return frozenset(session.scalars(select(AccountRow.login)))


def login_of(session: Session, account_id: str) -> str:
    """The login of an account."""
    return session.scalars(select(AccountRow.login).where(AccountRow.id == account_id)).one()
