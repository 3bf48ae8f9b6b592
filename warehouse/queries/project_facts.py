"""What the wage feed says of projects: who is liable there, the special account, and when each kind of data was heard.

Each function takes any number of projects and asks once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case as either
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local_day
from casework.people import Actor
from warehouse.models import (
    AccountBalanceRow,
    EmployerRow,
    FeedVersionRow,
    PayLineRow,
    PayPeriodRow,
    ProjectFirmRow,
)
from warehouse.queries.employer_sight import known_to

KINDS = ("project", "pay_period", "account_balance", "attendance_month")
"""What the platform tells, by the table that it lies in."""


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm of a project's liability chain. `employer_id` is the employer that stays, where the reader may see it.

    `until`: the day since which the project names another in its place. `pays_wages`: a general contractor or an owner
    that pays workers there itself.
    """

    project_code: str
    part: str
    name: str
    uscc: str | None
    employer_id: str | None
    since: date
    until: date | None
    pays_wages: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A special account at the end of a day, in fen. `agreed_fen` is owed to it each month."""

    as_of: date
    balance_fen: int
    paid_in_fen: int | None
    agreed_fen: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of one kind: when the platform says that it changed there, and when it landed here."""

    changed_on: date
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Below:
    """Payrolls of a project, of every firm, as last said: how many firms and payrolls, fen due and not paid past its
    day, and the last month heard of."""

    firms: int
    payrolls: int
    due_fen: int
    unpaid_fen: int
    last_month: str


PAYS = "subcontractor"
_ORDER = {"project_owner": 0, "general_contractor": 1, PAYS: 2}


def chains_of(session: Session, actor: Actor, codes: Collection[str]) -> dict[str, list[Firm]]:
    """The liability chain of each project: owner, general contractor, whoever pays wages there; former ones last.

    Who leads a project, or owns it, and pays workers there itself stands once, in that part.
    """
    firm, own, stays = ProjectFirmRow, aliased(EmployerRow), EmployerRow
    question = (
        select(firm, stays.id, func.coalesce(own.merged_into, own.id))
        .outerjoin(own, own.id == firm.employer_id)
        .outerjoin(stays, (stays.id == func.coalesce(own.merged_into, own.id)) & known_to(actor))
        .where(firm.project_code.in_(codes))
    )
    named: dict[str, list[tuple[Firm, str | None]]] = defaultdict(list)
    for row, employer_id, root in session.execute(question):
        since, until = local_day(row.since), local_day(row.until) if row.until else None
        one = Firm(row.project_code, row.part, row.name, row.uscc, employer_id, since, until)
        named[row.project_code].append((one, root))
    return {code: _chain(firms) for code, firms in named.items()}


def _chain(named: Iterable[tuple[Firm, str | None]]) -> list[Firm]:
    """The firms of one project in order, each once; `named` with the employer that each is, where one is kept."""
    found: list[tuple[Firm, str | None]] = []
    for one, root in sorted(named, key=lambda pair: (pair[0].until is not None, _ORDER[pair[0].part], pair[0].name)):
        above = [
            place
            for place, (other, its) in enumerate(found)
            if other.until is None and other.part != PAYS and (other.name == one.name or (root and its == root))
        ]
        if one.part == PAYS and above:
            leads, its = found[above[-1]]
            joined = replace(leads, uscc=leads.uscc or one.uscc, since=min(leads.since, one.since), pays_wages=True)
            found[above[-1]] = joined, its
        else:
            found.append((one, root))
    return [one for one, _ in found]


def accounts_of(session: Session, codes: Collection[str]) -> dict[str, Account]:
    """The newest word of each special account. A project without one has none, which is not an empty account."""
    row = AccountBalanceRow
    last = select(row.project_code, func.max(row.as_of).label("day")).where(row.project_code.in_(codes))
    newest = last.group_by(row.project_code).subquery()
    question = select(row).join(newest, (newest.c.project_code == row.project_code) & (newest.c.day == row.as_of))
    return {one.project_code: _account(one) for one in session.scalars(question)}


def account_days(session: Session, project_code: str, *, limit: int) -> list[Account]:
    """The days of one account that were told, the newest first."""
    row = AccountBalanceRow
    question = select(row).where(row.project_code == project_code).order_by(row.as_of.desc()).limit(limit)
    return [_account(one) for one in session.scalars(question)]


def _account(row: AccountBalanceRow) -> Account:
    return Account(row.as_of, row.balance_fen, row.paid_in_fen, row.agreed_fen)


def heard_of(session: Session, codes: Collection[str]) -> dict[str, dict[str, Heard]]:
    """By project and kind, the last word. A kind that is missing was never heard."""
    row = FeedVersionRow
    question = (
        select(row.project_code, row.table_name, func.max(row.changed_at), func.max(row.arrived_at))
        .where(row.project_code.in_(codes))
        .group_by(row.project_code, row.table_name)
    )
    found: dict[str, dict[str, Heard]] = defaultdict(dict)
    for code, table, changed, arrived in session.execute(question):
        found[code][table] = Heard(local_day(changed), arrived)
    return found


def below(session: Session, codes: Collection[str], *, today: date, first: str) -> Mapping[str, Below]:
    """What all firms of a project pay there from a month on, as last said. A payroll of no known day is not past it."""
    pays, line = PayPeriodRow, PayLineRow
    rest = func.coalesce(line.due_fen, 0) - func.coalesce(line.paid_fen, 0)
    lines = (
        select(
            line.pay_period_id.label("id"),
            func.sum(func.coalesce(line.due_fen, 0)).label("due"),
            func.sum(either((rest > 0, rest), else_=0)).label("rest"),
            func.count(line.paid_fen).label("told"),
        )
        .join(pays, pays.id == line.pay_period_id)
        .where(pays.project_code.in_(codes), pays.month >= first)
        .group_by(line.pay_period_id)
        .subquery()
    )
    by_day = (lines.c.told == 0) & pays.paid_on.is_not(None)  # no sums: the day of payment has to do
    unpaid = either((by_day | pays.due_on.is_(None) | (pays.due_on >= today), 0), else_=lines.c.rest)
    question = (
        select(
            pays.project_code,
            func.count(pays.employer_name.distinct()),
            func.count(),
            func.sum(func.coalesce(lines.c.due, 0)),
            func.sum(func.coalesce(unpaid, 0)),
            func.max(pays.month),
        )
        .outerjoin(lines, lines.c.id == pays.id)
        .where(pays.project_code.in_(codes), pays.month >= first)
        .group_by(pays.project_code)
    )
    return {
        code: Below(firms, count, int(due or 0), int(rest_ or 0), last)
        for code, firms, count, due, rest_, last in session.execute(question)
    }
