"""One employer: who it is and what it is called, its cases and its months. No complainant; only cases one may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.people import Actor
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerEventRow,
    EmployerRow,
    OutcomeRow,
    PaymentRow,
    is_proven,
)
from warehouse.queries.employer_record import moved_payments, paid_on
from warehouse.queries.hiding import hide
from warehouse.queries.sight import seen_by
from warehouse.store.proofs import proofs

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Heard:
    """A name with the channels it was heard on, how often, and since when; of the cases one may see."""

    name: str
    alias_id: str | None
    learned_from: str
    channels: tuple[tuple[str, int], ...]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the employer."""

    id: str
    matter_no: str
    status: str
    exit: str | None
    opened_at: datetime
    site_name: str | None
    claimed_fen: int | None
    verified_fen: int | None
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person decided about who this employer is."""

    id: str
    kind: str
    by: str
    at: datetime
    reason: str | None
    other_id: str | None
    other_name: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month: cases opened, and fen proven paid."""

    month: str
    cases: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Family:
    """The employer that stays, and those merged into it."""

    stays: EmployerRow
    merged: tuple[EmployerRow, ...]

    @property
    def ids(self) -> set[str]:
        """All of them."""
        return {self.stays.id, *(row.id for row in self.merged)}

    @property
    def uscc(self) -> str | None:
        """The one credit code among them."""
        return self.stays.uscc or next((row.uscc for row in self.merged if row.uscc), None)


def family(session: Session, stays: EmployerRow) -> Family:
    """An employer with those merged into it, by name."""
    rows = session.scalars(select(EmployerRow).where(EmployerRow.merged_into == stays.id).order_by(EmployerRow.name))
    return Family(stays, tuple(rows))


def names(session: Session, actor: Actor, family: Family) -> list[Heard]:
    """Every name with where it was heard: its own first, then the other spellings."""
    rows = session.scalars(
        select(EmployerAliasRow).where(EmployerAliasRow.employer_id.in_(family.ids)).order_by(EmployerAliasRow.name)
    ).all()
    said, member = ComplaintVersionRow, CaseMembershipRow
    question = (
        select(said.employer_name, ComplaintRow.channel, func.count(), func.min(ComplaintRow.received_at))
        .join(ComplaintRow, ComplaintRow.id == said.complaint_id)
        .join(member, member.complaint_id == said.complaint_id)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(said.newest, member.valid_to.is_(None), CaseRow.employer_id.in_(family.ids), seen_by(actor))
        .group_by(said.employer_name, ComplaintRow.channel)
    )
    channels: dict[str, Counter[str]] = {}
    since: dict[str, datetime] = {}
    for name, channel, count, first in session.execute(question):
        channels.setdefault(name or "", Counter())[channel] += count
        since[name or ""] = min(first, since.get(name or "", first))
    own = [(row.name, None, "own" if row is family.stays else "merged") for row in (family.stays, *family.merged)]
    every = [*own, *((row.name, row.id, row.learned_from) for row in rows)]
    return [
        Heard(name, alias_id, source, tuple(channels.get(name, Counter()).most_common()), since.get(name))
        for name, alias_id, source in every
    ]


def cases(session: Session, actor: Actor, family: Family) -> list[CaseLine]:
    """The cases this person may see, the newest first, each with how it ended."""
    ended = (
        select(OutcomeRow.exit)
        .where(OutcomeRow.case_id == CaseRow.id, OutcomeRow.state == "approved", OutcomeRow.revoked_at.is_(None))
        .order_by(OutcomeRow.decided_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = CaseRow
    question = (
        select(
            row.id,
            row.matter_no,
            row.status,
            ended,
            row.opened_at,
            row.site_name,
            row.amount_claimed_fen,
            row.amount_verified_fen,
            paid_on(),
        )
        .where(row.employer_id.in_(family.ids), row.status != "merged", seen_by(actor))
        .order_by(row.opened_at.desc(), row.matter_no.desc())
    )
    moved = moved_payments(session)
    return [
        CaseLine(case_id, number, status, exit_, at, site, claimed, verified, int(fen) + moved.get(case_id, 0))
        for case_id, number, status, exit_, at, site, claimed, verified, fen in session.execute(question)
    ]


def steps(session: Session, family: Family) -> list[Step]:
    """What people decided about who it is, the newest first."""
    row, other = EmployerEventRow, EmployerRow
    question = (
        select(row, other.name)
        .outerjoin(other, other.id == row.other_id)
        .where(or_(row.employer_id.in_(family.ids), row.other_id.in_(family.ids)))
        .order_by(row.step_no.desc())
    )
    return [
        Step(one.id, one.kind, one.by, one.at, hide(one.reason), one.other_id, name, one.undone_at)
        for one, name in session.execute(question)
    ]


def months(session: Session, lines: Iterable[CaseLine], *, today: date) -> list[Month]:
    """The last twelve months of these cases: how many were opened, and what was proven paid."""
    first = months_after(today.replace(day=1), -(MONTHS - 1))
    labels = [f"{months_after(first, place):%Y-%m}" for place in range(MONTHS)]
    every = list(lines)
    opened = Counter(f"{local_day(one.opened_at):%Y-%m}" for one in every)
    ids = {one.id for one in every}
    moved = set(moved_payments(session)) & ids
    own = select(PaymentRow.paid_on, PaymentRow.amount_fen).where(
        PaymentRow.case_id.in_(ids - moved), PaymentRow.paid_on >= first, is_proven()
    )
    paid: Counter[str] = Counter()
    days = [
        *session.execute(own).tuples(),
        *(day for case_id in sorted(moved) for day in proofs(session, case_id).days),
    ]
    for day, fen in days:
        paid[f"{day:%Y-%m}"] += fen
    return [Month(label, opened[label], paid[label]) for label in labels]
