"""Which employers and projects a person may know of. Who merges two employers sees both.

An employer: of a case they may see; of a warning that is on their place or theirs to look after; or one that the wage
feed names on a project of their territory, before anybody complains. A project: of their territory.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.people import Actor, Role
from warehouse.models import CaseRow, EmployerRow, ProjectFirmRow, ProjectRow, WarningRow
from warehouse.queries.sight import WIDE, in_territory, seen_by, seen_of_all
from warehouse.queries.warning_sight import warnings_placed
from warehouse.store.one_employer import family_of

NO_EMPLOYER = "There is no such employer, or it is not yours to see."
NO_PROJECT = "There is no such project, or it is not yours to see."
_INSPECTORS = frozenset({Role.INSPECTOR})


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Employers that stay, which this person may know of, or of which one that was merged into them."""
    row = EmployerRow
    of_case = select(CaseRow.id).where(CaseRow.employer_id == row.id, seen_by(actor))
    return _known(actor, of_case.correlate(row).exists())


def known_of_all(actor: Actor) -> ColumnElement[bool]:
    """The same, for a list of all employers: those of the cases that an inspector holds are looked up once."""
    if Role.INSPECTOR not in actor.roles or actor.roles & WIDE:
        return known_to(actor)
    theirs = select(CaseRow.employer_id).where(CaseRow.employer_id.is_not(None), seen_of_all(actor))
    return _known(actor, EmployerRow.id.in_(theirs))


def _known(actor: Actor, of_case: ColumnElement[bool]) -> ColumnElement[bool]:
    row, other = EmployerRow, aliased(EmployerRow)
    others = select(CaseRow.id).where(CaseRow.employer_id == other.id, seen_by(actor)).correlate(other).exists()
    through = select(other.merged_into).where(
        other.merged_into.is_not(None), or_(others, *_named_otherwise(actor, other))
    )
    return row.merged_into.is_(None) & or_(of_case, *_named_otherwise(actor, row), row.id.in_(through))


def _named_otherwise(actor: Actor, row: Any) -> list[ColumnElement[bool]]:
    """That a warning or a project this person may see names the employer of this row."""
    firm = ProjectFirmRow
    placed = (ProjectRow.project_code == firm.project_code) & in_territory(actor, ProjectRow.district_code)
    of_warning = select(WarningRow.id).where(WarningRow.employer_id == row.id, warnings_placed(actor))
    of_feed = select(firm.id).join(ProjectRow, placed).where(firm.employer_id == row.id)
    return [one.correlate(row).exists() for one in (of_warning, of_feed)]


def employer_seen(session: Session, actor: Actor, employer_id: str) -> EmployerRow:
    """The employer that stays, for someone who may know of it or of one that is one with it.

    Raises `NotFound` alike for missing and forbidden.
    """
    family = family_of(session, employer_id)
    question = select(EmployerRow).where(EmployerRow.id.in_(family), known_to(actor))
    row = session.scalars(question).one_or_none() if family else None
    if row is None:
        raise NotFound(NO_EMPLOYER)
    return row


def projects_of(actor: Actor) -> ColumnElement[bool]:
    """Projects of the territory; for an inspector those on which an employer that they may know of takes part, or of
    which a warning is theirs to look after."""
    own, firm, kin = ProjectRow, ProjectFirmRow, aliased(EmployerRow)
    stays = select(EmployerRow.id).where(known_to(actor))
    on_it = (
        select(firm.project_code)
        .join(kin, kin.id == firm.employer_id)
        .where(func.coalesce(kin.merged_into, kin.id).in_(stays))
    )
    warned = select(WarningRow.project_code).where(
        WarningRow.project_code.is_not(None), WarningRow.owner_id == actor.id
    )
    ways = in_territory(actor, own.district_code)
    if Role.INSPECTOR not in actor.roles:
        return ways
    taken = own.project_code.in_(on_it) & in_territory(actor, own.district_code, _INSPECTORS)
    return or_(ways, taken, own.project_code.in_(warned))


def project_seen(session: Session, actor: Actor, project_code: str) -> ProjectRow:
    """The project, for someone who may know of it. Raises `NotFound` alike for missing and forbidden."""
    row = session.scalars(select(ProjectRow).where(ProjectRow.project_code == project_code, projects_of(actor))).first()
    if row is None:
        raise NotFound(NO_PROJECT)
    return row


def projects_seen(session: Session, actor: Actor, codes: Collection[str]) -> set[str]:
    """Those of these projects that this person may know of."""
    if not codes:
        return set()
    question = select(ProjectRow.project_code).where(ProjectRow.project_code.in_(codes), projects_of(actor))
    return set(session.scalars(question))
