"""What the records say of a case when its exit is asked for: over all its employer's cases, under all its names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.exits import Facts
from casework.ledger import Sums
from casework.leniency import Exit
from warehouse.models import (
    CaseRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerRow,
    OutcomeRow,
    RectificationOrderRow,
    WorkerRow,
)
from warehouse.store.handling import INQUIRIES, documents_of, last_pledge, orders_of, proven, visits_of
from warehouse.store.ledger import sums_of
from warehouse.store.linkage import members
from warehouse.store.settings import whole

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Waived:
    """What an outcome says about money: waived with its article, or fined. In fen."""

    exempted: int | None = None
    article: str | None = None
    fined: int | None = None


def same_employers(session: Session, employer_id: str) -> set[str]:
    """The employers that are this one: by credit code, or by a name or alias they share.

    Two different credit codes are two employers, whatever they are called.
    """
    own = session.get_one(EmployerRow, employer_id)
    found = {employer_id}
    for _ in range(_ROUNDS):
        names = _names(session, found)
        by_alias = select(EmployerAliasRow.employer_id).where(EmployerAliasRow.name.in_(names))
        alike = [EmployerRow.name.in_(names), EmployerRow.id.in_(by_alias), EmployerRow.name_key == own.name_key]
        if own.uscc is not None:
            alike.append(EmployerRow.uscc == own.uscc)
        question = select(EmployerRow.id).where(or_(*alike))
        if own.uscc is not None:
            question = question.where(or_(EmployerRow.uscc.is_(None), EmployerRow.uscc == own.uscc))
        more = set(session.scalars(question)) | found
        if more == found:
            break
        found = more
    return found


def _names(session: Session, employer_ids: set[str]) -> set[str]:
    names = set(session.scalars(select(EmployerRow.name).where(EmployerRow.id.in_(employer_ids))))
    aliases = select(EmployerAliasRow.name).where(EmployerAliasRow.employer_id.in_(employer_ids))
    return names | set(session.scalars(aliases))


def earlier_offences(session: Session, case: CaseRow, *, since: date) -> tuple[str, ...]:
    """The numbers of other cases of the employer that ended with an offence since a day, oldest first."""
    if case.employer_id is None:
        return ()
    employers = same_employers(session, case.employer_id)
    start = datetime.combine(since, time.min, SHANGHAI)
    question = (
        select(func.coalesce(CaseRow.case_no, CaseRow.matter_no))
        .join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
        .where(
            or_(CaseRow.employer_id.in_(employers), CaseRow.employer_name.in_(_names(session, employers))),
            CaseRow.id != case.id,
            OutcomeRow.state == "approved",
            OutcomeRow.exit != Exit.NOT_ESTABLISHED,
            OutcomeRow.decided_at >= start,
        )
        .order_by(OutcomeRow.decided_at)
    )
    return tuple(dict.fromkeys(session.scalars(question)))


def facts_of(session: Session, case: CaseRow, *, today: date, waived: Waived) -> Facts:
    """The facts of a case on a day, with the settings they are held against."""
    months = whole(session, "leniency.first_offence.months")
    orders, pledge, paid = orders_of(session, case.id), last_pledge(session, case.id), proven(session, case.id)
    notices = [row.served_on for row in documents_of(session, case.id, ("prior_notice",)) if row.served_on]
    workers = [order.workers for order in orders if order.workers is not None]
    corrected = [order.corrected_on for order in orders]
    ledger = sums_of(session, case.id)
    last_correction = max((day for day in corrected if day), default=None)
    return Facts(
        today=today,
        employer_known=case.employer_id is not None,
        filed=case.case_no is not None,
        worker_count=_heads(case, ledger, workers[-1] if workers else None),
        amount_claimed=case.amount_claimed_fen,
        amount_verified=case.amount_verified_fen,
        amount_paid=paid.amount,
        workers_paid=paid.workers,
        workers_short=ledger.short,
        visits=visits_of(session, case.id),
        inquiries=len(documents_of(session, case.id, INQUIRIES)),
        order_due_on=_deadline(orders, today),
        corrected_on=last_correction if all(corrected) else None,
        pledge_signed_on=pledge.signed_on if pledge else None,
        prior_notice_served_on=max(notices, default=None),
        earlier_case_nos=earlier_offences(session, case, since=today - timedelta(days=months * 365 // 12)),
        group_incident=case.group_incident,
        most_owed_to_one=_most_owed(session, case),
        arrears_months=_months(case.arrears_from, case.arrears_to),
        amount_exempted=waived.exempted,
        exempted_article=waived.article,
        amount_fined=waived.fined,
        group_tier=whole(session, "group_incident.tier1"),
        max_workers=whole(session, "leniency.max_workers"),
        criminal_one=whole(session, "criminal.one_worker_fen"),
        criminal_group=whole(session, "criminal.group_fen"),
        criminal_group_workers=whole(session, "criminal.group_workers"),
        criminal_months=whole(session, "criminal.months"),
        window_months=months,
        fine_scale=whole(session, "leniency.fine_scale_fen"),
    )


def _heads(case: CaseRow, ledger: Sums, ordered: int | None) -> int | None:
    """How many workers are to be paid: as verified one by one when that was done for all, else as the order says."""
    if ledger.workers and not ledger.unverified and ledger.workers == case.worker_count:
        return ledger.verified_workers
    return case.worker_count if ordered is None else ordered


def _deadline(orders: list[RectificationOrderRow], today: date) -> date | None:
    """The deadline that counts: the first that was missed, else the last one."""
    missed = [order.due_on for order in orders if (order.corrected_on or today) > order.due_on]
    return min(missed, default=max((order.due_on for order in orders), default=None))


def _most_owed(session: Session, case: CaseRow) -> int | None:
    said = ComplaintVersionRow
    question = (
        select(func.max(WorkerRow.amount_claimed_fen))
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .where(WorkerRow.complaint_id.in_(members(session, case.id)), said.newest)
    )
    return session.scalar(question)


def _months(first: str | None, last: str | None) -> int | None:
    if first is None or last is None:
        return None
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1


def waiting_outcome(session: Session, case_id: str, state: str) -> OutcomeRow | None:
    """The outcome of a case in a state, the newest."""
    question = select(OutcomeRow).where(OutcomeRow.case_id == case_id, OutcomeRow.state == state)
    return session.scalars(question.order_by(OutcomeRow.at.desc()).limit(1)).first()
