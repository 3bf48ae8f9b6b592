"""One employer and its wages on the wage-payment platform: on which projects, how they were paid, when last heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import Calendar, local_day
from casework.pay_history import OnProject, PayMonth, pay_history
from casework.payroll_words import Correction
from casework.people import Actor
from casework.warnings.due import month_before, month_of
from warehouse.models import FeedVersionRow, PayPeriodRow, ProjectFirmRow, ProjectRow
from warehouse.queries.employer_page import Family
from warehouse.queries.employer_sight import projects_of
from warehouse.queries.known_feed import known_feed
from warehouse.queries.project_facts import Account, Below, Firm, Heard, accounts_of, below, chains_of, heard_of

MONTHS = 24
"""So many months are read: the last twelve, and the twelve before to compare them with."""
_BACK = timedelta(days=950)


@dataclass(frozen=True, slots=True)
class Project:
    """One project of the wage-payment platform and what this employer is there.

    `late` counts its own payrolls past their day. `below` is of the projects that it leads: wages of every firm there.
    `chain` are the firms, `heard` the last word by kind. `history` is None where it has no payroll.
    """

    code: str
    name: str
    part: str
    until: date | None
    late: int
    place: str | None
    pay_day: int | None
    deposit_paid: bool | None
    account: Account | None
    chain: Sequence[Firm]
    heard: Mapping[str, Heard]
    below: Below | None
    history: OnProject | None


@dataclass(frozen=True, slots=True)
class Wages:
    """Its projects, the months of all of them together, and what was corrected, the newest first."""

    projects: tuple[Project, ...]
    months: tuple[PayMonth, ...]
    corrections: tuple[Correction, ...]


def wages(session: Session, actor: Actor, family: Family, *, calendar: Calendar, at: datetime) -> Wages:
    """What the platform says of an employer by a moment, on the projects that this person may see.

    As many questions for many projects as for one.
    """
    today = local_day(at)
    rows = session.execute(
        select(ProjectFirmRow, ProjectRow)
        .join(ProjectRow, ProjectRow.project_code == ProjectFirmRow.project_code)
        .where(ProjectFirmRow.employer_id.in_(family.ids), projects_of(actor))
        .order_by(ProjectRow.name, ProjectRow.project_code)
    ).all()
    if not rows:
        return Wages((), (), ())
    first = month_before(month_of(today), MONTHS)
    sites = {site.project_code: site for _, site in rows}
    feed = known_feed(session, until=at, only=_said_of(family, sites), back=_BACK)
    history = pay_history(feed.payrolls, feed.sites, calendar, today=today, first=first)
    by_project = {one.project: one for one in history.projects}
    chains, heard = chains_of(session, actor, sites), heard_of(session, sites)
    accounts, others = accounts_of(session, sites), below(session, sites, today=today, first=first)
    late = _late(session, family, today)
    found = []
    for code, site in sites.items():
        part, until = _part([firm for firm, _ in rows if firm.project_code == code])
        found.append(
            Project(
                code=code,
                name=site.name,
                part=part,
                until=until,
                late=late.get(code, 0),
                place=site.district_code,
                pay_day=site.pay_day,
                deposit_paid=site.deposit_paid,
                account=accounts.get(code),
                chain=tuple(chains.get(code, ())),
                heard=heard.get(code, {}),
                below=others.get(code) if part == "general_contractor" else None,
                history=by_project.get(code),
            )
        )
    return Wages(tuple(found), history.months, history.corrections)


def _part(firms: Sequence[ProjectFirmRow]) -> tuple[str, date | None]:
    """What it is on a project: of several parts the leading one, of those that it has still."""
    order = ("general_contractor", "subcontractor", "project_owner")
    best = min(firms, key=lambda one: (one.until is not None, order.index(one.part)))
    return best.part, local_day(best.until) if best.until else None


def _own(family: Family) -> Select[tuple[str]]:
    """Its payrolls, under whatever name it has on each project."""
    row, firm = PayPeriodRow, ProjectFirmRow
    same = (firm.project_code == row.project_code) & (firm.name == row.employer_name)
    return select(row.id).join(firm, same).where(firm.employer_id.in_(family.ids), firm.part != "project_owner")


def _said_of(family: Family, sites: Collection[str]) -> ColumnElement[bool]:
    row = FeedVersionRow
    site = (row.table_name == "project") & row.project_code.in_(sites)
    mine = (row.table_name == "pay_period") & row.record_id.in_(_own(family)) & row.project_code.in_(sites)
    return or_(site, mine)


def _late(session: Session, family: Family, today: date) -> dict[str, int]:
    row = PayPeriodRow
    past = row.id.in_(_own(family)), row.paid_on.is_(None), row.due_on < today
    question = select(row.project_code, func.count()).where(*past).group_by(row.project_code)
    return dict(session.execute(question).tuples().all())
