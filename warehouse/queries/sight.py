"""Which cases a person may know of. Every page's question asks this first; denial is "there is no such case"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from casework.complaint import Kind
from casework.errors import NotFound
from casework.people import Actor, Role
from warehouse.many import each_of
from warehouse.models import AssignmentRow, CaseMembershipRow, CaseRow, ComplaintVersionRow
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
    return _in_places(actor.places(roles), code)


def _in_places(own: Sequence[str], code: InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
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
    row, mine = _newest_of(actor.id)
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
    """The cases a person may know of: `ever`, and of these `lately` those that were at work since some day.

    The conditions are the same for all who hold the same roles in the same places, so that questions on them can be
    kept; whose they are and since when stands in `given`, with which the questions are asked.
    """

    ever: ColumnElement[bool]
    lately: ColumnElement[bool]
    given: Mapping[str, Any]


def seen_at_once(session: Session, actor: Actor, *, since: datetime) -> Seen:
    """As `seen_by`, for many questions of one look: what an inspector held of late is looked up now, for all of them.

    `lately` has every case without an end, or opened or ended since that moment; for a wide reader it has all. Of what
    ended before, little is asked of a time since then: each case is looked at by itself, where one comes up.
    """
    wide = actor.places(WIDE) if actor.roles & WIDE else ()
    if Role.INSPECTOR not in actor.roles:
        return Seen(*_ever_and_lately(wide, ()), {})
    ids = session.scalars(_held_first(actor).where(_LATE), {"since": since}).all()
    return Seen(*_ever_and_lately(wide, actor.places(_INSPECTORS)), {"me": actor.id, "since": since, "held": ids})


_LATE = or_(CaseRow.opened_at >= bindparam("since"), CaseRow.ended_at.is_(None), CaseRow.ended_at >= bindparam("since"))


@lru_cache(maxsize=OFFICERS)
def _ever_and_lately(wide: tuple[str, ...], held: tuple[str, ...]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions of `seen_at_once` by the places of a reader, and of an inspector."""
    row = CaseRow
    ways = [_in_places(wide, row.district_code)] if wide else []
    if not held:
        everything = or_(*ways) if ways else false()
        return everything, everything
    lately = row.id.bool_op("IN")(each_of("held"))
    mine, conditions = _newest_of(bindparam("me"))
    own = select(mine.id).where(mine.case_id == row.id, *conditions).correlate(row).exists()
    return or_(*ways, lately, and_(~_LATE, own, _in_places(held, row.district_code))), or_(*ways, lately)


def any_seen(session: Session, actor: Actor, *, before: datetime | None = None) -> bool:
    """Whether this person may know of any case at all, or of one opened before a moment; merged ones aside."""
    row = CaseRow
    own = row.status != "merged", row.opened_at < before if before is not None else true()
    wide = select(row.id).where(_ways(actor, lambda _: false()), *own)
    if actor.roles & WIDE and session.scalar(wide.limit(1)) is not None:
        return True
    return Role.INSPECTOR in actor.roles and session.scalar(_held_first(actor).where(*own).limit(1)) is not None


def _held_first(actor: Actor) -> Select[tuple[str]]:
    """The same cases as `held_by`, found by the assignments of the officer: the case is asked before who had it later.

    A case that was given to them again is there for the last time alone.
    """
    given = _given(actor.id)
    here = in_territory(actor, CaseRow.district_code, _INSPECTORS)
    last = ~_given_since(CaseRow.id, given.c.dispatched_at)
    return select(CaseRow.id).join(given, given.c.case_id == CaseRow.id).where(last, here)


def _held_of_all(actor: Actor) -> ColumnElement[bool]:
    given = _given(actor.id)
    last = select(given.c.case_id).where(~_given_since(given.c.case_id, given.c.dispatched_at))
    return CaseRow.id.in_(last) & in_territory(actor, CaseRow.district_code, _INSPECTORS)


def _given(who: str) -> Subquery:
    """The assignments that gave this officer a case, as lead or assisting, each way answered by an index alone."""
    row = aliased(AssignmentRow)
    one = select(row.case_id, row.dispatched_at).where(row.state.in_(HELD))
    return union_all(one.where(row.lead_id == who), one.where(row.assisting_id == who)).subquery()


def _given_since(case_id: SQLColumnExpression[str], at: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """Whether a case was given to somebody after a moment."""
    later = aliased(AssignmentRow)
    since = select(later.id).where(later.case_id == case_id, later.state.in_(HELD), later.dispatched_at > at)
    return since.exists()


def _newest_of(who: str | BindParameter[str]) -> tuple[type[AssignmentRow], tuple[ColumnElement[bool], ...]]:
    """The assignments that gave this officer a case which nobody was given since."""
    row = aliased(AssignmentRow)
    own = or_(row.lead_id == who, row.assisting_id == who)
    return row, (row.state.in_(HELD), own, ~_given_since(row.case_id, row.dispatched_at))


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


@lru_cache(maxsize=OFFICERS)
def _by_number(actor: Actor) -> Select[tuple[CaseRow]]:
    return select(CaseRow).where(CaseRow.matter_no == bindparam("matter_no"), seen_by(actor))


def case_seen(session: Session, actor: Actor, *, matter_no: str) -> CaseRow:
    """The case of a number, for someone who may know of it. Raises `NotFound` alike for missing and forbidden.

    What is given back is a look, detached: it outlives the session, and nothing written to it is kept.
    """
    row = session.scalars(_by_number(actor), {"matter_no": matter_no}).one_or_none()
    if row is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    session.expunge(row)
    return row


def seen_by_id(session: Session, actor: Actor, case_id: str) -> bool:
    """Whether this person may know of the case."""
    return session.scalar(select(CaseRow.id).where(CaseRow.id == case_id, seen_by(actor))) is not None
