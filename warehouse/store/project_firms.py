"""The firms that the wage feed names on a project, each with the employer that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.identifiers import is_uscc, plain
from warehouse.models import PayPeriodRow, ProjectFirmRow, ProjectRow, new_id
from warehouse.store.employers import employers_by_spelling

OWNER, LEADS, PAYS = "project_owner", "general_contractor", "subcontractor"


@dataclass(frozen=True, slots=True)
class Named:
    """One firm as the feed names it on a project. `uscc` only where it is a credit code."""

    project_code: str
    part: str
    name: str
    uscc: str | None = None
    district_code: str | None = None


def code_or_none(uscc: str | None) -> str | None:
    """The credit code, where it is one: a mistyped code must not make a second employer."""
    return plain(uscc) if uscc and is_uscc(uscc) else None


def kept_firm(session: Session, named: Named) -> ProjectFirmRow | None:
    """The row of a firm on a project, where there is one."""
    row = ProjectFirmRow
    same = row.project_code == named.project_code, row.part == named.part, row.name == named.name
    return session.scalars(select(row).where(*same)).one_or_none()


def stand_as_named(session: Session, firms: Sequence[Named]) -> bool:
    """Whether all that is told of these firms is kept, so that nothing is to be written. Two questions at most.

    It reads columns, not rows: what is read before the names are held must not be taken for what stands afterwards.
    """
    if not firms:
        return True
    row = ProjectFirmRow
    codes = {one.project_code for one in firms}
    question = select(row.project_code, row.part, row.name, row.uscc, row.employer_id)
    kept: dict[tuple[str, str], dict[str, tuple[str | None, str | None]]] = {}
    for project_code, part, name, uscc, employer_id in session.execute(
        question.where(row.project_code.in_(codes), row.until.is_(None))
    ):
        kept.setdefault((project_code, part), {})[name] = uscc, employer_id
    unknown = set()
    for one in firms:
        there = kept.get((one.project_code, one.part), {})
        own = there.get(one.name)
        if own is None or (one.part != PAYS and len(there) > 1) or one.uscc not in (None, own[0]):
            return False
        if own[1] is None:
            if one.part != OWNER:
                return False
            unknown.add(one.name)
    return not unknown or not employers_by_spelling(session, unknown)


def keep_firm(
    session: Session, named: Named, *, row: ProjectFirmRow | None, employer_id: str | None, at: datetime
) -> None:
    """Keep a firm, or what is said of it now. Who is named again in a part is in it again."""
    if row is None:
        row = ProjectFirmRow(
            id=new_id("pjf"), project_code=named.project_code, part=named.part, name=named.name, since=at
        )
        session.add(row)
    row.uscc = named.uscc or row.uscc
    row.employer_id = employer_id or row.employer_id
    row.until = None
    session.flush()


def end_others(session: Session, project_code: str, part: str, name: str, *, at: datetime) -> None:
    """A project names one owner and one general contractor: whoever was named before is so no longer."""
    row = ProjectFirmRow
    others = row.project_code == project_code, row.part == part, row.name != name, row.until.is_(None)
    for other in session.scalars(select(row).where(*others).order_by(row.id).with_for_update()):
        other.until = at
    session.flush()


def take_spelling(session: Session, *, owner_id: str, name: str, other_id: str) -> None:
    """A spelling that names another employer names it on projects too."""
    row = ProjectFirmRow
    named = select(row).where(row.employer_id == owner_id, row.name == name)
    for one in session.scalars(named.order_by(row.id).with_for_update()):
        one.employer_id = other_id
    session.flush()


def not_yet_kept(session: Session) -> Iterator[Named]:
    """Firms of the feed without a row: those that were named before rows were kept."""
    firm, project, pays = ProjectFirmRow, ProjectRow, PayPeriodRow
    for part, column in ((OWNER, project.owner_name), (LEADS, project.general_contractor)):
        there = select(firm.id).where(firm.project_code == project.project_code, firm.part == part, firm.name == column)
        code = project.general_contractor_uscc if part == LEADS else None
        question = select(project.project_code, column, project.district_code, project.general_contractor_uscc)
        for project_code, name, place, uscc in session.execute(
            question.where(column.is_not(None), column != "", ~there.exists()).order_by(project.project_code)
        ).all():
            yield Named(project_code, part, name, code_or_none(uscc) if code is not None else None, place)
    there = select(firm.id).where(
        firm.project_code == pays.project_code,
        firm.name == pays.employer_name,
        or_(firm.part == PAYS, firm.part == LEADS),
    )
    payers = (
        select(pays.project_code, pays.employer_name, pays.employer_uscc, project.district_code)
        .outerjoin(project, project.project_code == pays.project_code)
        .where(~there.exists())
        .distinct()
        .order_by(pays.project_code, pays.employer_name)
    )
    for project_code, name, uscc, place in session.execute(payers).all():
        yield Named(project_code, PAYS, name, code_or_none(uscc), place)
