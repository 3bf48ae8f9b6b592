"""What is on record of employers today, for their risk: over all cases of the office, whoever asks.

The risk of an employer is one figure. Which cases and sums a person then sees is the matter of the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, or_, select, union_all
from sqlalchemy import case as either
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.calendar import local_midnight, months_after
from casework.ending import FINED, HANDLING
from casework.lifecycle import OPEN
from casework.risk import Record, Risk, assess, read_levels, read_weights
from warehouse.models import (
    CaseRow,
    CrimeTransferRow,
    EmployerRow,
    FollowUpRow,
    InstalmentRow,
    JointListingRow,
    OutcomeRow,
    PaymentPlanRow,
    PaymentRow,
    PayPeriodRow,
    PledgeDutyRow,
    PledgeRow,
    RectificationOrderRow,
    RedFlagRow,
    WarningRow,
    is_proven,
)
from warehouse.queries.warnings import standing
from warehouse.statistics.counted_once import counted_once
from warehouse.store.one_employer import root
from warehouse.store.outcomes import window_start
from warehouse.store.settings import setting, whole

Only = Collection[str] | None


def owed() -> ColumnElement[int]:
    """What a case says is owed and not proven paid, of an open case: verified where it is, else claimed."""
    says = func.coalesce(CaseRow.amount_verified_fen, CaseRow.amount_claimed_fen, 0)
    return says - paid_on()


def paid_on() -> ColumnElement[int]:
    """What is proven paid on a case by its own payments."""
    paid = select(func.sum(PaymentRow.amount_fen)).where(PaymentRow.case_id == CaseRow.id, is_proven())
    return func.coalesce(paid.scalar_subquery(), 0)


def moved_payments(session: Session) -> dict[str, int]:
    """By case that others with payments were merged into: the fen its own payments do not show. A proof counts once."""
    once = counted_once(session)
    if not once.homes:
        return {}
    rows = session.execute(
        select(PaymentRow.id, PaymentRow.case_id, PaymentRow.amount_fen).where(
            is_proven(), PaymentRow.case_id.in_({*once.homes, *once.homes.values()})
        )
    ).all()
    found: Counter[str] = Counter()
    for payment_id, case_id, fen in rows:
        counted = once.fen.get(payment_id, fen)
        found[once.homes.get(case_id, case_id)] += counted - (0 if case_id in once.homes else fen)
    return {case_id: fen for case_id, fen in found.items() if fen}


def employers_of(session: Session, case_ids: Collection[str]) -> dict[str, str]:
    """The employer that stays, of each of these cases."""
    question = select(CaseRow.id, root()).join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
    return dict(session.execute(question.where(CaseRow.id.in_(case_ids))).tuples().all())


def within(only: Only) -> list[ColumnElement[bool]]:
    """Employers that stay, and all merged into them; None: every one."""
    return [] if only is None else [or_(EmployerRow.id.in_(only), EmployerRow.merged_into.in_(only))]


def records(session: Session, *, today: date, only: Only = None) -> dict[str, Record]:
    """What is on record of each employer, by the one that stays, in a fixed number of questions."""
    return {employer_id: Record(**facts) for employer_id, facts in _facts(session, today, only).items()}


def _facts(session: Session, today: date, only: Only) -> dict[str, dict[str, int]]:
    """The same by the names of `Record`, of what there is something to say."""
    found: dict[str, dict[str, int]] = defaultdict(dict, _cases(session, today, only))
    of_feed = {"late_payrolls": _late_payrolls(session, today, only), "grave_warnings": _warned(session, today, only)}
    for name, counts in {**_acts(session, today, only), **of_feed}.items():
        for employer_id, count in counts.items():
            found[employer_id][name] = int(count or 0)
    return found


def _cases(session: Session, today: date, only: Only) -> dict[str, dict[str, int]]:
    """Three looks, each by an index of its own, added up by employer before anything is joined: what is at work, what
    was opened lately, and group incidents. One condition for all three would read every case there is, and so would
    SQLite to have them in the order of an index on the employer: `whose` is none of that index."""
    first_day = local_midnight(months_after(today, -whole(session, "risk.repeat.months")))
    lately, incident = CaseRow.opened_at >= first_day, CaseRow.group_incident.is_(True)
    at_work = func.count(), 0, 0, func.sum(either((owed() > 0, owed()), else_=0))
    looks = (
        (CaseRow.status.in_(OPEN), at_work),
        (and_(lately, CaseRow.status != "merged"), (0, func.count(), 0, 0)),
        (and_(incident, CaseRow.status != "merged"), (0, 0, func.count(), 0)),
    )
    whose = func.coalesce(CaseRow.employer_id, literal_column("''"))
    mine = whose != ""  # no way to look cases up by: almost all have one
    if only is not None:
        mine = CaseRow.employer_id.in_(select(EmployerRow.id).where(*within(only)))
    parts = [
        select(whose.label("whose"), *(literal(one) if isinstance(one, int) else one for one in figures))
        .where(condition, mine)
        .group_by(whose)
        for condition, figures in looks
    ]
    each = union_all(*parts).subquery()
    of, *counted = each.c
    question = (
        select(root(), *(func.sum(one) for one in counted))
        .join(each, of == EmployerRow.id)
        .where(*within(only))
        .group_by(root())
    )
    found = {
        employer_id: {
            "open_cases": int(at_work),
            "recent_cases": int(recent),
            "group_incidents": int(incidents),
            "owed_fen": int(rest or 0),
        }
        for employer_id, at_work, recent, incidents, rest in session.execute(question)
    }
    _less_moved(session, found)
    return found


def _less_moved(session: Session, facts: dict[str, dict[str, int]]) -> None:
    """What was paid on cases merged into others lessens what those still owe."""
    moved = moved_payments(session)
    if not moved:
        return
    rows = session.execute(
        select(CaseRow.id, root(), owed())
        .join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(CaseRow.id.in_(moved), CaseRow.status.in_(OPEN))
    )
    for case_id, employer_id, rest in rows:
        if employer_id in facts and rest > 0:
            facts[employer_id]["owed_fen"] -= min(int(rest), moved[case_id])


def _by_employer(
    session: Session,
    only: Only,
    column: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    through: Sequence[tuple[Any, ColumnElement[bool]]] = (),
) -> dict[str, int]:
    """How many rows of a table hang on the cases of each employer."""
    question = select(root(), func.count()).join(CaseRow, CaseRow.employer_id == EmployerRow.id)
    first, joins = column.class_, list(through)
    question = question.join(first, column == CaseRow.id)
    for table, fits in joins:
        question = question.join(table, fits)
    rows = session.execute(question.where(*conditions, *within(only)).group_by(root()))
    return dict(rows.tuples().all())


def _acts(session: Session, today: date, only: Only) -> dict[str, Mapping[str, int]]:
    order, duty, step, outcome = RectificationOrderRow, PledgeDutyRow, InstalmentRow, OutcomeRow
    of_pledge = [(duty, duty.pledge_id == PledgeRow.id)]
    of_plan = [(step, step.plan_id == PaymentPlanRow.id)]
    since = window_start(session, today)
    decided = [] if since is None else [outcome.decided_at >= local_midnight(since)]
    broken = Counter(_by_employer(session, only, PledgeRow.case_id, duty.kept.is_(False), through=of_pledge))
    broken.update(
        _by_employer(
            session,
            only,
            PaymentPlanRow.case_id,
            PaymentPlanRow.replaced_at.is_(None),
            step.alarmed_at.is_not(None),
            through=of_plan,
        )
    )
    return {
        "listed": _listed(session, today, only),
        "transferred": _by_employer(
            session, only, CrimeTransferRow.case_id, CrimeTransferRow.state.in_(("handed_over", "police_filed"))
        ),
        "red_flags": _by_employer(session, only, RedFlagRow.case_id, RedFlagRow.lifted_at.is_(None)),
        "relapses": _by_employer(session, only, FollowUpRow.case_id, FollowUpRow.relapsed_on.is_not(None)),
        "broken_promises": broken,
        "kept_promises": _by_employer(session, only, PledgeRow.case_id, duty.kept.is_(True), through=of_pledge),
        "overdue_orders": _by_employer(
            session,
            only,
            order.case_id,
            order.due_on < today,
            order.corrected_on.is_(None),
            CaseRow.status != "closed",
        ),
        "offences": _by_employer(
            session,
            only,
            outcome.case_id,
            func.coalesce(outcome.state, "") == "approved",  # no way to look it up by: almost all are
            outcome.revoked_at.is_(None),
            outcome.exit.in_([*FINED, HANDLING]),
            *decided,
        ),
    }


def _listed(session: Session, today: date, only: Only) -> dict[str, int]:
    row = JointListingRow
    stands = row.state == "listed", or_(row.listed_until.is_(None), row.listed_until >= today)
    question = select(root(), func.count()).join(row, row.employer_id == EmployerRow.id)
    return dict(session.execute(question.where(*stands, *within(only)).group_by(root())).tuples().all())


def _warned(session: Session, today: date, only: Only) -> dict[str, int]:
    """Orange and red warnings that stand, whoever looks after them."""
    row = WarningRow
    question = select(root(), func.count()).join(row, row.employer_id == EmployerRow.id)
    grave = standing(today), row.level.in_(("orange", "red"))
    return dict(session.execute(question.where(*grave, *within(only)).group_by(root())).tuples().all())


def _late_payrolls(session: Session, today: date, only: Only) -> dict[str, int]:
    """Payrolls of the wage-payment platform that are past their day and not paid, by credit code, else by own name."""
    row = PayPeriodRow
    late = session.execute(
        select(row.employer_uscc, row.employer_name, func.count())
        .where(row.paid_on.is_(None), row.due_on < today)
        .group_by(row.employer_uscc, row.employer_name)
    ).all()
    if not late:
        return {}
    codes, names = {one[0] for one in late if one[0]}, {one[1] for one in late}
    fits = or_(EmployerRow.uscc.in_(codes), EmployerRow.name.in_(names))
    known = session.execute(select(root(), EmployerRow.uscc, EmployerRow.name).where(fits, *within(only))).all()
    by_code = {one[1]: one[0] for one in known if one[1]}
    by_name = {one[2]: one[0] for one in known}
    found: Counter[str] = Counter()
    for code, name, count in late:
        employer_id = by_code.get(code) if code else by_name.get(name)
        if employer_id is not None:
            found[employer_id] += count
    return found


def risks(session: Session, *, today: date, only: Only = None) -> dict[str, Risk]:
    """The risk of each employer of which there is anything on record, by the weights in force."""
    weights, levels = read_weights(setting(session, "risk.reasons")), read_levels(setting(session, "risk.levels"))
    found = {one: tuple(facts.items()) for one, facts in _facts(session, today, only).items()}
    of_each = {facts: assess(Record(**dict(facts)), weights, levels) for facts in set(found.values())}
    return {one: of_each[facts] for one, facts in found.items()}
