"""Which warnings a person may know of, as a condition; denial is "there is no such warning"."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.people import Actor, Role
from warehouse.models import CaseRow, EmployerRow, WarningRow
from warehouse.queries.sight import OFFICERS, in_territory, seen_by
from warehouse.store.warning_acts import OPEN

NO_WARNING = "There is no such warning, or it is not yours to see."
_WIDE = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY})
_OF_CHANNELS = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.SYSTEM_ADMIN})
"""Who sees the channels sees their warnings."""


@lru_cache(maxsize=OFFICERS)
def warnings_of(actor: Actor) -> ColumnElement[bool]:
    """Warnings on an employer of a case that this person may see, or on a place of theirs; those they look after.

    Warnings on a channel are for those who see the channels.
    """
    row = WarningRow
    ways: list[ColumnElement[bool]] = [warnings_placed(actor)]
    if actor.roles & (_WIDE | {Role.INSPECTOR}):
        ways.append(row.employer_id.is_not(None) & _case_seen(actor))
    if actor.roles & _OF_CHANNELS:
        ways.append(row.employer_id.is_(None) & row.channel.is_not(None))
    return or_(*ways)


def warnings_placed(actor: Actor) -> ColumnElement[bool]:
    """Those of them that one sees without a case: on a place of one's own, or to be looked after by oneself."""
    row = WarningRow
    ways: list[ColumnElement[bool]] = []
    if actor.roles & (_WIDE | {Role.INSPECTOR}):
        ways.append(row.owner_id == actor.id)
    if actor.roles & _WIDE:
        placed = or_(row.district_code.is_not(None), row.employer_id.is_(None))
        ways.append(row.channel.is_(None) & placed & in_territory(actor, row.district_code))
    return or_(*ways) if ways else false()


def _case_seen(actor: Actor) -> ColumnElement[bool]:
    """There is a case that this person may see, of the warning's employer or of one that is one with it."""
    own, kin = aliased(EmployerRow), aliased(EmployerRow)
    stays = func.coalesce(own.merged_into, own.id)
    question = (
        select(CaseRow.id)
        .select_from(own)
        .join(kin, or_(kin.id == stays, kin.merged_into == stays))
        .join(CaseRow, CaseRow.employer_id == kin.id)
        .where(own.id == WarningRow.employer_id, seen_by(actor))
    )
    return exists(question.correlate(WarningRow))


def standing(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Warnings that wait for somebody: open, and not set aside beyond today."""
    row = WarningRow
    return and_(row.state == OPEN, or_(row.snoozed_until.is_(None), row.snoozed_until <= today))


def counting_red(actor: Actor) -> Select[tuple[int]]:
    """The question how many red warnings stand that this person may see, on the day `today` it is asked with."""
    row, stand = WarningRow, standing(bindparam("today", type_=Date()))
    return select(func.count()).select_from(row).where(row.level == "red", stand, warnings_of(actor))


def warning_seen(session: Session, actor: Actor, warning_id: str) -> WarningRow:
    """The warning, for someone who may know of it. Raises `NotFound` alike for missing and forbidden."""
    row = session.scalars(select(WarningRow).where(WarningRow.id == warning_id, warnings_of(actor))).one_or_none()
    if row is None:
        raise NotFound(NO_WARNING)
    return row
