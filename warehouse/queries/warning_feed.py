"""Evidence that lies in the wage feed: projects, accounts, payrolls, gates. Sums and heads; no worker is named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import (
    AccountBalanceRow,
    AttendanceMonthRow,
    FeedVersionRow,
    PayLineRow,
    PayPeriodRow,
    ProjectRow,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """One row of evidence. `what` is the code of its sentence, the others its figures; money is in fen.

    `matter_no` leads to the case that it lies in, `warning_id` to a warning, where the reader may see it.
    """

    row_id: str
    table: str
    what: str
    speaks: str = "for"
    name: str | None = None
    month: str | None = None
    day: date | None = None
    fen: int | None = None
    of_fen: int | None = None
    heads: int | None = None
    channel: str | None = None
    rule: str | None = None
    matter_no: str | None = None
    warning_id: str | None = None


Reader = Callable[[Session, Actor, Collection[str]], Iterator[Proof]]


def _projects(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    for row in session.scalars(select(ProjectRow).where(ProjectRow.project_code.in_(ids))):
        yield _project(row.project_code, "project", row.name, row.started_on, paid=row.deposit_paid)


def _project(row_id: str, table: str, name: str | None, day: date | None, *, paid: bool | None) -> Proof:
    what = {True: "deposit_paid", False: "deposit_missing", None: "project"}[paid]
    return Proof(row_id, table, what, name=name, day=day)


def _names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    question = select(ProjectRow.project_code, ProjectRow.name).where(ProjectRow.project_code.in_(set(codes)))
    return dict(session.execute(question).tuples().all())


def _balances(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    row = AccountBalanceRow
    question = select(row, ProjectRow.name).outerjoin(ProjectRow, ProjectRow.project_code == row.project_code)
    for one, name in session.execute(question.where(row.id.in_(ids))):
        said = {"balance_fen": one.balance_fen, "paid_in_fen": one.paid_in_fen, "agreed_fen": one.agreed_fen}
        yield _balance(one.id, "account_balance", name, one.as_of, said)


def _balance(row_id: str, table: str, name: str | None, day: date | None, said: dict[str, Any]) -> Proof:
    if said.get("agreed_fen") is not None:
        paid = said.get("paid_in_fen") or 0
        return Proof(row_id, table, "paid_in", name=name, day=day, fen=paid, of_fen=said["agreed_fen"])
    return Proof(row_id, table, "balance", name=name, day=day, fen=said.get("balance_fen"))


def _payrolls(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    row, line = PayPeriodRow, PayLineRow
    sums = (
        select(
            line.pay_period_id.label("id"),
            func.count().label("heads"),
            func.sum(line.due_fen).label("due"),
            func.sum(line.paid_fen).label("paid"),
        )
        .where(line.pay_period_id.in_(ids))
        .group_by(line.pay_period_id)
        .subquery()
    )
    question = (
        select(row, ProjectRow.name.label("project"), sums.c.heads, sums.c.due, sums.c.paid)
        .outerjoin(ProjectRow, ProjectRow.project_code == row.project_code)
        .outerjoin(sums, sums.c.id == row.id)
        .where(row.id.in_(ids))
    )
    for one in session.execute(question):
        own = one.PayPeriodRow
        yield _payroll(
            Proof(own.id, "pay_period", "", name=one.project, month=own.month, heads=one.heads or 0),
            due_on=own.due_on,
            paid_on=own.paid_on,
            due=_whole(one.due),
            paid=_whole(one.paid),
        )


def _payroll(proof: Proof, *, due_on: date | None, paid_on: date | None, due: int | None, paid: int | None) -> Proof:
    if paid_on is None:
        return replace(proof, what="payroll_unpaid", day=due_on, fen=paid or 0, of_fen=due)
    return replace(proof, what="payroll_paid", day=paid_on, fen=paid or 0, of_fen=due)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _pay_lines(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    row = PayLineRow
    question = (
        select(row.id, row.due_fen, row.paid_fen, PayPeriodRow.month, ProjectRow.name)
        .join(PayPeriodRow, PayPeriodRow.id == row.pay_period_id)
        .outerjoin(ProjectRow, ProjectRow.project_code == PayPeriodRow.project_code)
        .where(row.id.in_(ids))
    )
    for one_id, due, paid, month, name in session.execute(question):
        yield Proof(one_id, "pay_line", "pay_line", name=name, month=month, fen=paid or 0, of_fen=due)


def _attendances(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    row = AttendanceMonthRow
    question = select(row, ProjectRow.name).outerjoin(ProjectRow, ProjectRow.project_code == row.project_code)
    for one, name in session.execute(question.where(row.id.in_(ids))):
        yield Proof(one.id, "attendance_month", "attendance", name=name, month=one.month, heads=one.heads)


def _versions(session: Session, _actor: Actor, ids: Collection[str]) -> Iterator[Proof]:
    """What the feed said at the time, whatever it says today."""
    rows = session.scalars(select(FeedVersionRow).where(FeedVersionRow.id.in_(ids))).all()
    names = _names(session, {row.project_code for row in rows})
    for row in rows:
        said, name = row.said, names.get(row.project_code)
        if row.table_name == "pay_period":
            lines = said.get("lines") or []
            yield _payroll(
                Proof(row.id, "feed_version", "", name=name, month=row.month, heads=len(lines)),
                due_on=_day(said.get("due_on")),
                paid_on=_day(said.get("paid_on")),
                due=sum(line[2] or 0 for line in lines),
                paid=sum(line[3] or 0 for line in lines),
            )
        elif row.table_name == "account_balance":
            yield _balance(row.id, "feed_version", name, _day(said.get("as_of")), said)
        elif row.table_name == "attendance_month":
            heads = said.get("heads")
            yield Proof(row.id, "feed_version", "attendance", name=name, month=row.month, heads=heads)
        else:
            started = _day(said.get("started_on"))
            yield _project(row.id, "feed_version", name, started, paid=said.get("deposit_paid"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


FEED_READERS: Mapping[str, Reader] = {
    "project": _projects,
    "account_balance": _balances,
    "pay_period": _payrolls,
    "pay_line": _pay_lines,
    "attendance_month": _attendances,
    "feed_version": _versions,
}
