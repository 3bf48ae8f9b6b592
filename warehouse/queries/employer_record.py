"""What is on record of employers today, for their risk: over all cases of the office, whoever asks.

The risk of an employer is one figure. Which cases and sums a person then sees is the matter of the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select, union_all
from sqlalchemy import case as either
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.calendar import local_midnight, months_after
from casework.ending import FINED, HANDLING
from casework.lifecycle import OPEN
from casework.risk import Record, Risk, assess, read_levels, read_weights
from warehouse.engine import once
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
from warehouse.queries.warning_sight import standing
from warehouse.statistics.counted_once import counted_once
from warehouse.store.one_employer import root
from warehouse.store.outcomes import window_start
from warehouse.store.settings import setting, whole

Only = Collection[str] | None
Among: TypeAlias = Container[str] | None
"""Of all employers that were asked for, those of which it is wanted: too many to be named in a question."""


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
    return once(session, "moved payments", lambda: _moved(session))


def _moved(session: Session) -> dict[str, int]:
    merged = counted_once(session)
    if not merged.homes:
        return {}
    rows = session.execute(
        select(PaymentRow.id, PaymentRow.case_id, PaymentRow.amount_fen).where(
            is_proven(), PaymentRow.case_id.in_({*merged.homes, *merged.homes.values()})
        )
    ).all()
    found: Counter[str] = Counter()
    for payment_id, case_id, fen in rows:
        counted = merged.fen.get(payment_id, fen)
        found[merged.homes.get(case_id, case_id)] += counted - (0 if case_id in merged.homes else fen)
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


def _facts(session: Session, today: date, only: Only, among: Among = None) -> dict[str, dict[str, int]]:
    """The same by the names of `Record`, of what there is something to say."""
    found: dict[str, dict[str, int]] = defaultdict(dict, _cases(session, today, only, among))
    of_feed = {"late_payrolls": _late_payrolls(session, today, only)}
    for name, counts in {**_acts(session, today, only), **of_feed}.items():
        for employer_id, count in counts.items():
            if among is None or employer_id in among:
                found[employer_id][name] = int(count or 0)
    return found


def _cases(session: Session, today: date, only: Only, among: Among) -> dict[str, dict[str, int]]:
    """Three looks, each by an index of its own, added up by employer before anything is joined: what is at work, what
    was opened lately, and group incidents. One condition for all three would read every case there is, and so would
    SQLite to have them in the order of an index on the employer: `whose` is none of that index."""
    first_on = months_after(today, -whole(session, "risk.repeat.months"))
    question = _of_all(first_on) if only is None else _looks(first_on, only)
    found = {
        employer_id: {
            "open_cases": int(at_work),
            "recent_cases": int(recent),
            "group_incidents": int(incidents),
            "owed_fen": int(rest or 0),
        }
        for employer_id, at_work, recent, incidents, rest in session.execute(question).all()
        if among is None or employer_id in among
    }
    _less_moved(session, found)
    return found


@lru_cache(maxsize=4)
def _of_all(first_on: date) -> Select[Any]:
    return _looks(first_on, None)


def _looks(first_on: date, only: Only) -> Select[Any]:
    lately, incident = CaseRow.opened_at >= local_midnight(first_on), CaseRow.group_incident.is_(True)
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
    question = select(root(), *(func.sum(one) for one in counted)).join(each, of == EmployerRow.id)
    return question.where(*within(only)).group_by(root())


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


_Question: TypeAlias = Select[tuple[str, int]]


def _of_cases(
    column: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    through: Sequence[tuple[Any, ColumnElement[bool]]] = (),
) -> _Question:
    """How many rows of a table hang on the cases of each employer."""
    question = select(root(), func.count()).join(CaseRow, CaseRow.employer_id == EmployerRow.id)
    question = question.join(column.class_, column == CaseRow.id)
    for table, fits in through:
        question = question.join(table, fits)
    return question.where(*conditions).group_by(root())


def _acts(session: Session, today: date, only: Only) -> dict[str, Mapping[str, int]]:
    found: dict[str, Counter[str]] = {}
    for name, question in _asked_of_acts(today, window_start(session, today)):
        counts = found.setdefault(name, Counter())
        counts.update(dict(session.execute(question if only is None else question.where(*within(only))).tuples().all()))
    return dict(found)


@lru_cache(maxsize=4)
def _asked_of_acts(today: date, since: date | None) -> tuple[tuple[str, _Question], ...]:
    """Each fact and a question for it, of all employers; put together once a day."""
    order, duty, step, outcome = RectificationOrderRow, PledgeDutyRow, InstalmentRow, OutcomeRow
    of_pledge = [(duty, duty.pledge_id == PledgeRow.id)]
    of_plan = [(step, step.plan_id == PaymentPlanRow.id)]
    late = order.due_on < today, order.corrected_on.is_(None), CaseRow.status != "closed"
    alarmed = PaymentPlanRow.replaced_at.is_(None), step.alarmed_at.is_not(None)
    decided = [] if since is None else [outcome.decided_at >= local_midnight(since)]
    offence = (
        func.coalesce(outcome.state, "") == "approved",  # no way to look it up by: almost all are
        outcome.revoked_at.is_(None),
        outcome.exit.in_([*FINED, HANDLING]),
        *decided,
    )
    at_police = CrimeTransferRow.state.in_(("handed_over", "police_filed"))
    return (
        ("listed", _listed(today)),
        ("transferred", _of_cases(CrimeTransferRow.case_id, at_police)),
        ("red_flags", _of_cases(RedFlagRow.case_id, RedFlagRow.lifted_at.is_(None))),
        ("relapses", _of_cases(FollowUpRow.case_id, FollowUpRow.relapsed_on.is_not(None))),
        ("broken_promises", _of_cases(PledgeRow.case_id, duty.kept.is_(False), through=of_pledge)),
        ("broken_promises", _of_cases(PaymentPlanRow.case_id, *alarmed, through=of_plan)),
        ("kept_promises", _of_cases(PledgeRow.case_id, duty.kept.is_(True), through=of_pledge)),
        ("overdue_orders", _of_cases(order.case_id, *late)),
        ("offences", _of_cases(outcome.case_id, *offence)),
        ("grave_warnings", _warned(today)),
    )


def _listed(today: date) -> _Question:
    row = JointListingRow
    stands = row.state == "listed", or_(row.listed_until.is_(None), row.listed_until >= today)
    question = select(root(), func.count()).join(row, row.employer_id == EmployerRow.id)
    return question.where(*stands).group_by(root())


def _warned(today: date) -> _Question:
    """Orange and red warnings that stand, whoever looks after them."""
    row = WarningRow
    question = select(root(), func.count()).join(row, row.employer_id == EmployerRow.id)
    return question.where(standing(today), row.level.in_(("orange", "red"))).group_by(root())


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


def risks(session: Session, *, today: date, only: Only = None, among: Among = None) -> dict[str, Risk]:
    """The risk of each employer of which there is anything on record, by the weights in force."""
    weights, levels = read_weights(setting(session, "risk.reasons")), read_levels(setting(session, "risk.levels"))
    found = {one: tuple(facts.items()) for one, facts in _facts(session, today, only, among).items()}
    of_each = {facts: assess(Record(**dict(facts)), weights, levels) for facts in set(found.values())}
    return {one: of_each[facts] for one, facts in found.items()}
