"""A notice before it is sent: what it would quote, whom it would go to, until when, and its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import due_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.personal_numbers import personal_numbers
from casework.prevention import LANGUAGES, TELLING, Told, Way, compose
from casework.secrecy import names_one_of
from services.office.working_days import calendar_in_force
from warehouse.models import CaseRow, WarningRow
from warehouse.queries.prevention import Quotable, addressee_of, builds, quotable
from warehouse.store.handling import complainants_of
from warehouse.store.one_employer import kin_of
from warehouse.store.settings import text, whole

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What a notice because of a warning may quote, and what its form starts with."""

    signs: Sequence[Quotable]
    to: str
    trade: str
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A notice as somebody wants it. `signs` are the warnings whose signs it quotes; none: the general words."""

    to: str = field(repr=False)
    trade: str
    signs: Collection[str]
    answer_by: date
    language: str = LANGUAGES[0]
    way: Way = Way.PRINT
    contact: str | None = field(default=None, repr=False)


def draft(session: Session, actor: Actor, warning: WarningRow, *, at: datetime) -> Draft:
    """What a notice starts with: everything that may be quoted, the name in the feed, the day of the setting."""
    today = local_day(at)
    day = due_day(today, whole(session, "prevention.answer_days"), "working", calendar_in_force(session))
    trade = "construction" if builds(session, warning) else "other"
    return Draft(quotable(session, actor, warning), addressee_of(session, warning), trade, day.due_on)


def wanted_first(found: Draft) -> Wanted:
    """A notice as its form first offers it."""
    signs = [one.warning_id for one in found.signs]
    return Wanted(to=found.to, trade=found.trade, signs=signs, answer_by=found.answer_by)


def texts(
    session: Session, actor: Actor, warning: WarningRow, wanted: Wanted, *, at: datetime, lacks: Sequence[str] = ()
) -> tuple[list[Quotable], Mapping[str, Any]]:
    """What is quoted, and the words in both languages. Raises `BadInput` and `NotAllowed`.

    Nothing in them was typed but the name of the addressee, which may not be that of somebody who complained.
    """
    signs = [one for one in quotable(session, actor, warning) if one.warning_id in set(wanted.signs)]
    if {one.warning_id for one in signs} != set(wanted.signs):
        raise BadInput("What was ticked stands no more. Please look at the notice again.")
    _check_name(session, warning, wanted.to)
    check_day(session, wanted.answer_by, at=at)
    told = Told(
        to=wanted.to,
        office=text(session, "document.office"),
        trade=wanted.trade,
        grounds=[one.ground for one in signs],
        answer_by=wanted.answer_by,
        lacks=lacks,
    )
    return signs, {language: asdict(compose(told, language)) for language in LANGUAGES}


def _check_name(session: Session, warning: WarningRow, to: str) -> None:
    if not to or len(to) > LONGEST_NAME:
        raise BadInput("Please give the name of the employer as the register has it.")
    if TELLING.search(to) or personal_numbers(to):
        raise BadInput("This is no name of an employer.")
    if warning.employer_id is None or to == addressee_of(session, warning):
        return
    cases = session.scalars(select(CaseRow.id).where(CaseRow.employer_id.in_(kin_of(warning.employer_id))))
    if any(names_one_of(to, complainants_of(session, one)) for one in cases):
        raise NotAllowed("The name holds that of a complainant; give the employer as the register has it.")


def check_day(session: Session, day: date, *, at: datetime) -> None:
    """Raises `BadInput` for a day on which nobody can be asked to answer."""
    today = local_day(at)
    if not today < day <= today + timedelta(days=whole(session, "prevention.longest_days")):
        raise BadInput("The day of the answer lies after today, and not further off than the office allows.")
