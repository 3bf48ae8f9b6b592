"""Whether it gets better or worse with an employer: complaints and wages not paid by their day, month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI, local_day, local_midnight
from casework.pay_history import PayMonth
from casework.people import Actor
from casework.warnings.due import month_before, month_of
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow
from warehouse.queries.employer_page import Family
from warehouse.queries.sight import seen_by

MONTHS = 12


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """One month: complaints received, and of the wages of that month the fen not paid by their day and not paid still.

    Wages are None where the platform told nothing of the month.
    """

    month: str
    complaints: int
    missed_fen: int | None
    unpaid_fen: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The last twelve months, this one included, and the sums of these and of the twelve before.

    A sum is None where nothing was told of any month of it; `told` says of how many months something was.
    """

    months: tuple[TrendMonth, ...]
    complaints: int
    complaints_before: int
    missed_fen: int | None
    missed_before_fen: int | None
    told: int
    told_before: int


def trend(session: Session, actor: Actor, family: Family, paid: Sequence[PayMonth], *, today: date) -> Trend:
    """Complaints in cases that this person may see, each once; wages as `paid` has them, on projects they may see."""
    labels = [month_before(month_of(today), back) for back in range(2 * MONTHS - 1, -1, -1)]
    heard = _complaints(session, actor, family, labels[0])
    by_month = {one.month: one for one in paid}
    every = [_month(label, heard[label], by_month.get(label)) for label in labels]
    before, last = every[:MONTHS], every[MONTHS:]
    return Trend(
        months=tuple(last),
        complaints=sum(one.complaints for one in last),
        complaints_before=sum(one.complaints for one in before),
        missed_fen=_missed(last),
        missed_before_fen=_missed(before),
        told=sum(one.missed_fen is not None for one in last),
        told_before=sum(one.missed_fen is not None for one in before),
    )


def _month(label: str, complaints: int, paid: PayMonth | None) -> TrendMonth:
    if paid is None or paid.unpaid_fen is None or paid.late_fen is None:
        return TrendMonth(label, complaints, None, None)
    return TrendMonth(label, complaints, paid.late_fen + paid.unpaid_fen, paid.unpaid_fen)


def _missed(months: Sequence[TrendMonth]) -> int | None:
    told = [one.missed_fen for one in months if one.missed_fen is not None]
    return sum(told) if told else None


def _complaints(session: Session, actor: Actor, family: Family, first: str) -> Counter[str]:
    member = CaseMembershipRow
    since = local_midnight(date(int(first[:4]), int(first[5:7]), 1)).astimezone(SHANGHAI)
    question = (
        select(ComplaintRow.id, ComplaintRow.received_at)
        .distinct()
        .join(member, member.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(
            member.valid_to.is_(None),
            CaseRow.employer_id.in_(family.ids),
            ComplaintRow.received_at >= since,
            seen_by(actor),
        )
    )
    return Counter(month_of(local_day(at)) for _, at in session.execute(question))
