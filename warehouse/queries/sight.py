"""Which cases a person may know of. Every page's question asks this first; denial is "there is no such case"."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ARRAY, ColumnElement, cast, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from casework.complaint import Kind
from casework.errors import NotFound
from casework.people import Actor, Role
from warehouse.models import AssignmentRow, CaseMembershipRow, CaseRow, ComplaintVersionRow
from warehouse.models.base import ID
from warehouse.store.recusals import recused_from

WIDE = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY})
"""Who sees all of their territory."""
_INSPECTORS = frozenset({Role.INSPECTOR})
HELD = ("sent", "signed", "ended")
OFFICERS = 1_000
"""For so many people conditions and the menu's question are kept, as their rights are now: of more, who asked last.

Every question needs the conditions, and they follow from the rights alone.
"""
SECRET_READERS = frozenset({Role.INSPECTOR, Role.HEAD})
"""Who may know who told something in confidence (423 §9)."""


def in_territory(
    actor: Actor, code: InstrumentedAttribute[str | None], roles: frozenset[Role] = WIDE
) -> ColumnElement[bool]:
    """The same rule as `Actor.may`, as a condition: a place not said belongs to whoever has any territory.

    Only the territories of these roles count: a head of one street is no reader of the next.
    """
    own = actor.places(roles)
    if "" in own:
        return true()
    if not own:
        return false()
    return or_(code.is_(None), code == "", *(code.startswith(place, autoescape=True) for place in own))


@lru_cache(maxsize=OFFICERS)
def held_by(actor: Actor) -> ColumnElement[bool]:
    """Cases that are, or until their end were, with this officer, as lead or assisting, where they are an inspector.

    Who had a case before it was reopened and sent to others has it no more, nor has who moved to another place since.
    """
    row, mine = _newest_of(actor)
    here = select(row.id).where(row.case_id == CaseRow.id, *mine).correlate(CaseRow).exists()
    return here & in_territory(actor, CaseRow.district_code, _INSPECTORS)


@lru_cache(maxsize=OFFICERS)
def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The desk, the head and readers see their territory; an inspector sees the cases they hold; others see none."""
    return _ways(actor, held_by)


@lru_cache(maxsize=OFFICERS)
def seen_of_all(actor: Actor) -> ColumnElement[bool]:
    """The same, for a question over the cases of all years: what an inspector holds is looked up once, not for each."""
    return _ways(actor, _held_of_all)


@dataclass(frozen=True, slots=True)
class Seen:
    """The cases a person may know of: `ever`, and of these `lately` those that were at work since some day."""

    ever: ColumnElement[bool]
    lately: ColumnElement[bool]


def seen_at_once(session: Session, actor: Actor, *, since: datetime) -> Seen:
    """As `seen_by`, for many questions of one look: what an inspector holds is looked up now, and once for all of them.

    `lately` has every case without an end, or opened or ended since that moment; for a wide reader it has all.
    """
    if Role.INSPECTOR not in actor.roles:
        return Seen(seen_by(actor), seen_by(actor))
    row = CaseRow
    late = or_(row.opened_at >= since, row.ended_at.is_(None), row.ended_at >= since)
    held = session.execute(select(row.id, late).where(_held_of_all(actor))).tuples().all()
    lite = session.get_bind().dialect.name == "sqlite"

    def among(ids: list[str]) -> ColumnElement[bool]:
        if not lite:
            return row.id.in_(select(func.unnest(cast(ids, ARRAY(ID))).column_valued("held")))
        return row.id.in_(select(func.json_each(json.dumps(ids)).table_valued("value").c.value))

    ever, lately = [one for one, _ in held], [one for one, is_late in held if is_late]
    return Seen(_ways(actor, lambda _: among(ever)), _ways(actor, lambda _: among(lately)))


def _held_of_all(actor: Actor) -> ColumnElement[bool]:
    row, mine = _newest_of(actor)
    return CaseRow.id.in_(select(row.case_id).where(*mine)) & in_territory(actor, CaseRow.district_code, _INSPECTORS)


def _newest_of(actor: Actor) -> tuple[type[AssignmentRow], tuple[ColumnElement[bool], ...]]:
    """The assignments that gave this officer a case which nobody was given since."""
    row, later = aliased(AssignmentRow), aliased(AssignmentRow)
    after = later.case_id == row.case_id, later.state.in_(HELD), later.dispatched_at > row.dispatched_at
    own = or_(row.lead_id == actor.id, row.assisting_id == actor.id)
    return row, (row.state.in_(HELD), own, ~select(later.id).where(*after).exists())


def _ways(actor: Actor, held: Callable[[Actor], ColumnElement[bool]]) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if actor.roles & WIDE:
        ways.append(in_territory(actor, CaseRow.district_code))
    if Role.INSPECTOR in actor.roles:
        ways.append(held(actor))
    return or_(*ways) if ways else false()


@lru_cache(maxsize=OFFICERS)
def teller_known_to(actor: Actor) -> ColumnElement[bool]:
    """Versions whose teller this person may know: the inspectors of the case and the head of the place.

    To be found by a name or a phone is to be named.
    """
    said = ComplaintVersionRow
    ways: list[ColumnElement[bool]] = []
    if Role.HEAD in actor.roles:
        ways.append(in_territory(actor, CaseRow.district_code, frozenset({Role.HEAD})))
    if Role.INSPECTOR in actor.roles:
        ways.append(_held_of_all(actor))
    plain = said.confidential.is_(False) & (said.kind != Kind.INFORMANT_REPORT.value)
    if not ways:
        return plain
    inside = select(CaseMembershipRow.complaint_id).join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
    return or_(plain, said.complaint_id.in_(inside.where(CaseMembershipRow.valid_to.is_(None), or_(*ways))))


def works_on(session: Session, actor: Actor, case: CaseRow, roles: frozenset[Role], *, on: date) -> bool:
    """Whether this person holds the case as its inspector, or one of these roles where the case lies.

    Whoever is recused from it on that day does not, whatever they hold (423 §16; QD §29).
    """
    if recused_from(session, case, [actor.id], on=on):
        return False
    if any(actor.may(role, case.district_code) for role in roles - {Role.INSPECTOR}):
        return True
    if Role.INSPECTOR not in actor.roles:
        return False
    return session.scalar(select(CaseRow.id).where(CaseRow.id == case.id, held_by(actor))) is not None


def case_seen(session: Session, actor: Actor, *, matter_no: str) -> CaseRow:
    """The case of a number, for someone who may know of it. Raises `NotFound` alike for missing and forbidden.

    What is given back is a look, detached: it outlives the session, and nothing written to it is kept.
    """
    row = session.scalars(select(CaseRow).where(CaseRow.matter_no == matter_no, seen_by(actor))).one_or_none()
    if row is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    session.expunge(row)
    return row


def seen_by_id(session: Session, actor: Actor, case_id: str) -> bool:
    """Whether this person may know of the case."""
    return session.scalar(select(CaseRow.id).where(CaseRow.id == case_id, seen_by(actor))) is not None
