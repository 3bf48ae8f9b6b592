"""What people do with a warning: settle it, set it aside until a day, give it on, take it to a case or to a visit.

A warning proposes that somebody looks. No act here sanctions anybody, and none changes what the rule found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.lifecycle import OPEN as OPEN_CASES
from casework.people import Actor, Role
from casework.record import Json
from services.cases.held import acted, officers_of
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, RecusalRow, WarningActRow, WarningRow
from warehouse.queries.sight import seen_by
from warehouse.queries.warning_acts import who_may_look_after
from warehouse.queries.warning_sight import warning_seen
from warehouse.store.cases import live_case
from warehouse.store.notices import write_notices
from warehouse.store.one_employer import kin_of
from warehouse.store.recusals import in_force
from warehouse.store.warning_acts import OPEN, SETTLEMENTS, last_act, locked, note_act, raised_anew

LONGEST_SNOOZE = timedelta(days=90)
"""A warning that nobody wants to see for longer is settled, with what it was."""
WORKS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})
"""Who acts on a warning on an employer."""
_ON_CHANNELS = WORKS | {Role.SYSTEM_ADMIN}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an act on which warning, as they saw it, and when."""

    warning_id: str
    version: int
    actor: Actor
    at: datetime


def settle(store: Warehouse, asked: Asked, *, outcome: str, reason: str) -> None:
    """Say what a warning was: `confirmed`, `false_alarm` or `corrected`. The reason is kept, encrypted.

    Raises `BadInput`, `NotFound`, `NotAllowed` for one that is settled, `Conflict` when it changed meanwhile.
    """
    if outcome not in SETTLEMENTS:
        raise BadInput("Please say what the warning was.")
    why = _needed(reason)
    with acting(store, asked) as (session, row):
        note_act(session, row, outcome, reason=why, by=asked.actor.id, at=asked.at)
        row.state, row.settled_at, row.settled_by, row.reason = outcome, asked.at, asked.actor.id, why
        row.snoozed_until = row.snoozed_by = None
        _log(session, asked, "settle_warning", {"outcome": outcome})


def undo(store: Warehouse, asked: Asked) -> None:
    """Take back one's own settlement, on its day. Raises as `settle` does."""
    with acting(store, asked, settled=True) as (session, row):
        last = last_act(session, row.id)
        if last is None or last.kind not in SETTLEMENTS or row.state != last.kind:
            raise NotAllowed("There is no settlement of this warning to take back.")
        if last.by != asked.actor.id or local_day(last.at) != local_day(asked.at):
            raise NotAllowed("A settlement is taken back by who made it, on the same day.")
        if raised_anew(session, row):
            raise NotAllowed("The rule has raised this anew since; settle that one.")
        note_act(session, row, "undo", undoes=last.id, by=asked.actor.id, at=asked.at)
        row.state, row.settled_at, row.settled_by, row.reason = last.state_before, None, None, None
        _log(session, asked, "undo_warning", {"settlement": last.id})


def snooze(store: Warehouse, asked: Asked, *, until: date, reason: str) -> None:
    """Set a warning aside: from that day on it stands again. Raises as `settle` does."""
    why, today = _needed(reason), local_day(asked.at)
    if until <= today:
        raise BadInput("A warning is set aside until a day after today.")
    if until > today + LONGEST_SNOOZE:
        raise BadInput(f"A warning is set aside for {LONGEST_SNOOZE.days} days at most; longer is to settle it.")
    with acting(store, asked) as (session, row):
        note_act(session, row, "snooze", reason=why, day=until, by=asked.actor.id, at=asked.at)
        row.snoozed_until, row.snoozed_by = until, asked.actor.id
        _log(session, asked, "snooze_warning", {"until": until.isoformat()})


def wake(store: Warehouse, asked: Asked) -> None:
    """A warning that was set aside stands again at once. Raises as `settle` does."""
    with acting(store, asked) as (session, row):
        if row.snoozed_until is None or row.snoozed_until <= local_day(asked.at):
            raise NotAllowed("This warning is not set aside.")
        note_act(session, row, "wake", by=asked.actor.id, at=asked.at)
        row.snoozed_until = row.snoozed_by = None
        _log(session, asked, "wake_warning", {})


def give(store: Warehouse, asked: Asked, *, to: str, reason: str | None = None) -> None:
    """Somebody looks after a warning from now on: oneself, or another, who must be able to. Raises as `settle` does."""
    with acting(store, asked) as (session, row):
        if row.owner_id == to:
            raise NotAllowed("This officer looks after the warning already.")
        _check_officer(session, row, to, on=local_day(asked.at))
        note_act(session, row, "give", reason=_plain(reason), officer_id=to, by=asked.actor.id, at=asked.at)
        row.owner_id = to
        _log(session, asked, "give_warning", {"officer": to})


def to_case(store: Warehouse, asked: Asked, *, case_id: str, reason: str | None = None) -> str:
    """Attach a warning to an open case of its employer, where it is then shown. Returns the matter number.

    The case's officers are told. The warning stands until somebody settles it. Raises as `settle` does.
    """
    with acting(store, asked) as (session, row):
        case = _case_for(session, row, case_id, asked.actor)
        if _attached(session, row, case.id):
            raise NotAllowed("This warning is attached to that case already.")
        note_act(session, row, "to_case", reason=_plain(reason), case_id=case.id, by=asked.actor.id, at=asked.at)
        acted(session, case, "attach_warning", actor=asked.actor, at=asked.at, details={"rule": row.rule})
        told = sorted(officers_of(session, case.id) - {asked.actor.id})
        write_notices(session, told, kind="warning_attached", case_id=case.id, due_at=asked.at)
        _log(session, asked, "warning_to_case", {"case": case.id})
        return case.matter_no


def propose_visit(
    store: Warehouse,
    asked: Asked,
    *,
    case_id: str | None,
    day: date | None,
    officer_id: str | None,
    reason: str | None = None,
) -> str | None:
    """Propose a visit of the employer. Returns the matter number of the case it belongs to, if it is one.

    Of a case its officers are told, who record the visit there. Without a case a day and an inspector are noted, who
    looks after the warning from then on. Raises as `settle` does.
    """
    if case_id is None and (day is None or officer_id is None):
        raise BadInput("A visit without a case needs a day and an inspector.")
    if day is not None and day < local_day(asked.at):
        raise BadInput("A visit is planned for today or later.")
    with acting(store, asked) as (session, row):
        if row.employer_id is None and row.project_code is None:
            raise NotAllowed("A warning on a channel leads to no visit.")
        case = _case_for(session, row, case_id, asked.actor) if case_id else None
        if officer_id is not None:
            _check_officer(session, row, officer_id, on=local_day(asked.at), inspector=True)
        note_act(
            session,
            row,
            "to_visit",
            reason=_plain(reason),
            day=day,
            officer_id=officer_id,
            case_id=case_id,
            by=asked.actor.id,
            at=asked.at,
        )
        if case is not None:
            acted(session, case, "propose_visit", actor=asked.actor, at=asked.at, details={"rule": row.rule})
            told = sorted(officers_of(session, case.id) - {asked.actor.id})
            write_notices(session, told, kind="visit_proposed", case_id=case.id, due_at=asked.at)
        elif officer_id is not None:
            row.owner_id = officer_id
        _log(session, asked, "propose_visit", {"case": case_id, "day": day.isoformat() if day else None})
        return case.matter_no if case else None


@contextmanager
def acting(store: Warehouse, asked: Asked, *, settled: bool = False) -> Iterator[tuple[Session, WarningRow]]:
    """One transaction on a warning that this person may see and work on, locked, as they saw it."""
    with store.write() as session:
        seen = warning_seen(session, asked.actor, asked.warning_id)
        roles = _ON_CHANNELS if seen.employer_id is None and seen.channel is not None else WORKS
        if not asked.actor.roles & roles:
            raise NotAllowed("Only those who work on cases act on a warning.")
        row = locked(session, asked.warning_id, version=asked.version)
        if row.employer_id is not None and recused(session, row.employer_id, asked.actor.id, on=local_day(asked.at)):
            raise NotAllowed("You are recused from this employer.")
        if (row.state == OPEN) is settled:
            raise NotAllowed("This warning is not settled." if settled else "This warning is settled already.")
        yield session, row


def _log(session: Session, asked: Asked, act: str, details: dict[str, Json]) -> None:
    audit.record(session, by=asked.actor.id, act=act, subject=asked.warning_id, at=asked.at, details=details)


def _needed(reason: str) -> str:
    found = _plain(reason)
    if found is None:
        raise BadInput("Please give the reason; it is kept.")
    return found


def _plain(text: str | None) -> str | None:
    return (text or "").strip() or None


def recused(session: Session, employer_id: str, account_id: str, *, on: date) -> bool:
    """Whether this officer may not touch the employer's matters on that day (423 §16; QD §29)."""
    row = RecusalRow
    question = select(row.id).where(
        row.account_id == account_id, row.employer_id.in_(kin_of(employer_id)), in_force(on)
    )
    return session.scalar(question.limit(1)) is not None


def _check_officer(session: Session, row: WarningRow, account_id: str, *, on: date, inspector: bool = False) -> None:
    keepers = who_may_look_after(session, row, today=on)
    if account_id not in {one.id for one in keepers if one.inspector or not inspector}:
        raise BadInput("Please choose an officer of the place.")
    if row.employer_id is not None and recused(session, row.employer_id, account_id, on=on):
        raise NotAllowed("This officer is recused from the employer.")


def _case_for(session: Session, row: WarningRow, case_id: str, actor: Actor) -> CaseRow:
    """An open case of the warning's employer that this person may see, locked."""
    if row.employer_id is None:
        raise NotAllowed("A warning without an employer belongs to no case.")
    question = select(CaseRow.id).where(
        CaseRow.id == case_id, CaseRow.employer_id.in_(kin_of(row.employer_id)), seen_by(actor)
    )
    if session.scalar(question) is None:
        raise NotFound("There is no such case, or it is not yours to see.")
    case = live_case(session, case_id)
    if case.status not in OPEN_CASES:
        raise NotAllowed("Only an open case takes a warning in.")
    return case


def _attached(session: Session, row: WarningRow, case_id: str) -> bool:
    act = WarningActRow
    question = select(act.id).where(act.warning_id == row.id, act.kind == "to_case", act.case_id == case_id)
    return session.scalar(question.limit(1)) is not None
