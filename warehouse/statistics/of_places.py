"""Cases opened and complaints received, by day, place, site and liability chain: what the bulletin counts. Reads only.

The conditions are those of `cases_opened` and `received`, so that the sums are the figures of the statistics page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from warehouse.many import some_at_a_time
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
    ProjectFirmRow,
    SiteRow,
)
from warehouse.statistics import of_cases
from warehouse.statistics.grounds import Window, town_of, within
from warehouse.store.one_employer import root

HEADS = "general_contractor"
"""Who stands at the head of a chain of a project and answers for the wages in it (724 §30)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One case: the day its oldest complaint was heard, its place, its sector and employer."""

    case_id: str
    day: date
    town: str
    sector: str
    employer_name: str | None
    employer_id: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One complaint: the day it was heard; of its case the site and the employer that stays; who told, as a digest."""

    complaint_id: str
    day: date
    case_id: str | None
    site_id: str | None
    employer_id: str | None
    teller: str | None


def opened(session: Session, spans: Sequence[Window], territories: Sequence[str]) -> Iterator[Opened]:
    """The cases that `cases_opened` counts in these spans, which do not overlap."""
    row, cases = CaseRow, CaseRow.__table__
    counted = or_(*(of_cases.opened(cases, span) for span in spans))
    asked = select(row.id, row.opened_at, town_of(row.district_code), row.sector, row.employer_name, root()).outerjoin(
        EmployerRow, EmployerRow.id == row.employer_id
    )
    found = session.execute(asked.where(counted, within(row.district_code, territories)))
    for case_id, at, town, sector, employer, employer_id in found:
        yield Opened(case_id, local_day(at), town, sector, employer, employer_id)


def heard(session: Session, spans: Sequence[Window], territories: Sequence[str]) -> Iterator[Heard]:
    """The complaints that `received` counts in these spans, which do not overlap."""
    said, inside, row = ComplaintVersionRow, CaseMembershipRow, ComplaintRow
    place = case((CaseRow.id.is_(None), said.district_code), else_=CaseRow.district_code)
    teller = func.coalesce(said.id_no_blind, said.phone_blind)
    asked = (
        select(row.id, row.received_at, CaseRow.id, CaseRow.site_id, root(), teller)
        .join(said, and_(said.complaint_id == row.id, said.newest))
        .outerjoin(inside, and_(inside.complaint_id == row.id, inside.valid_to.is_(None)))
        .outerjoin(CaseRow, CaseRow.id == inside.case_id)
        .outerjoin(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(or_(*(span.holds(row.received_at) for span in spans)), within(place, territories))
    )
    for complaint_id, at, *rest in session.execute(asked):
        yield Heard(complaint_id, local_day(at), *rest)


def first_heard(session: Session) -> date | None:
    """The day of the first complaint there is. Nothing is compared with a time before it."""
    first = session.scalar(select(func.min(ComplaintRow.received_at)))
    return local_day(first) if first else None


def heads_of_chains(session: Session) -> dict[str, str]:
    """By employer the general contractor whose chain it stands in now, itself among them; both the ones that stay.

    An employer on projects of several general contractors stands in none: nobody can tell in which a complaint was.
    """
    firm, employer = ProjectFirmRow, EmployerRow
    asked = select(firm.project_code, firm.part, root()).join(employer, employer.id == firm.employer_id)
    heads: dict[str, str] = {}
    parts: dict[str, set[str]] = defaultdict(set)
    for code, part, employer_id in session.execute(asked.where(firm.until.is_(None)).order_by(firm.project_code)):
        if part == HEADS:
            heads[code] = employer_id
        parts[code].add(employer_id)
    above: dict[str, set[str]] = defaultdict(set)
    for code, head in heads.items():
        for one in parts[code]:
            above[one].add(head)
    below = {one: next(iter(own)) for one, own in above.items() if len(own) == 1}
    return {**below, **{one: one for one in heads.values()}}


def names_of_sites(session: Session, ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """By site its name, and the code of its district where one is known."""
    row = SiteRow
    asked = [select(row.id, row.name, row.district_code).where(row.id.in_(part)) for part in some_at_a_time(ids)]
    return {one: (name, place) for question in asked for one, name, place in session.execute(question)}


def names_of_firms(session: Session, ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """By employer its name, and the code of its district where one is known."""
    row = EmployerRow
    asked = [select(row.id, row.name, row.district_code).where(row.id.in_(part)) for part in some_at_a_time(ids)]
    return {one: (name, place) for question in asked for one, name, place in session.execute(question)}
