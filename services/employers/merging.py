"""Two employers are one, and are two again. Nothing is moved: the one merged away leads on with all that is its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import EmployerEventRow, EmployerRow
from warehouse.queries.employer_sight import employer_seen
from warehouse.store.one_employer import change_employer, employer_for_change, later_event, note_event


def for_change(session: Session, employer_id: str, version: int | None, actor: Actor) -> EmployerRow:
    """An employer that this person may see, locked, as it was seen. Only the desk and heads say who an employer is."""
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD}:
        raise NotAllowed("Only the desk or a head says who an employer is.")
    employer_seen(session, actor, employer_id)
    row = employer_for_change(session, employer_id, version=version)
    if row.merged_into is not None:
        raise NotAllowed("This employer was merged into another; open that one.")
    return row


def family_rows(session: Session, employer_id: str) -> list[EmployerRow]:
    """The employer that stays and those merged into it, locked as `employer_for_change` locks."""
    own = or_(EmployerRow.id == employer_id, EmployerRow.merged_into == employer_id)
    question = select(EmployerRow).where(own).order_by(EmployerRow.id).with_for_update(key_share=True)
    return list(session.scalars(question))


def merge_employers(
    store: Warehouse,
    *,
    from_id: str,
    into_id: str,
    from_version: int,
    into_version: int,
    reason: str,
    actor: Actor,
    at: datetime,
) -> str:
    """One employer and all merged into it lead on to another. Returns the id of the event, to be undone.

    Raises `NotAllowed` for two credit codes: two codes are two employers, whatever they are called.
    """
    if from_id == into_id:
        raise BadInput("An employer cannot be merged into itself.")
    if not reason.strip():
        raise BadInput("Say why the two are one employer.")
    versions = {from_id: from_version, into_id: into_version}
    with store.write() as session:
        one_at_a_time(session, "employers")
        rows = {one: for_change(session, one, versions[one], actor) for one in sorted(versions)}
        leaving, staying = family_rows(session, from_id), family_rows(session, into_id)
        every = [*leaving, *staying]
        if len({row.uscc for row in every if row.uscc}) > 1:
            raise NotAllowed("Two credit codes are two employers; correct the wrong code first.")
        ids = {row.id for row in every}
        before: dict[str, Any] = {
            "moved": {row.id: row.merged_into for row in leaving},
            "apart": {row.id: row.split_from for row in every if row.split_from in ids},
        }
        for row in every:
            values: dict[str, Any] = {"split_from": None} if row.id in before["apart"] else {}
            values |= {"merged_into": into_id} if row.id in before["moved"] else {}
            if values or row.id == into_id:
                change_employer(row, values, by=actor.id, at=at)
        event = note_event(
            session,
            "merge",
            rows[into_id],
            rows[from_id],
            before=before,
            reason=reason.strip(),
            by=actor.id,
            at=at,
        )
        details: dict[str, Json] = {"event": event.id, "into": into_id, "moved": len(leaving)}
        audit.record(session, by=actor.id, act="merge_employers", subject=from_id, at=at, details=details)
        return event.id


def undo(store: Warehouse, *, event_id: str, version: int, actor: Actor, at: datetime) -> str:
    """Take back a merge, a parting or a verified code. Returns the id of the employer it was done on.

    What came in meanwhile under either name stays with the name it came under. Raises `Conflict` when somebody took it
    back already, `NotAllowed` when later steps rest on it.
    """
    with store.write() as session:
        one_at_a_time(session, "employers")
        question = select(EmployerEventRow).where(EmployerEventRow.id == event_id).with_for_update()
        event = session.scalars(question).one_or_none()
        if event is None:
            raise NotFound("There is no such step.")
        if event.undone_at is not None:
            when = event.undone_at.isoformat(timespec="minutes")
            raise Conflict("This step was taken back already.", by=event.undone_by, at=when)
        stays = employer_seen(session, actor, event.employer_id)
        row = for_change(session, stays.id, version, actor)
        if event.kind != "verify_code" and later_event(session, event) is not None:
            raise NotAllowed(
                "A later merge or parting of these employers rests on this step; take that one back first."
            )
        if event.kind == "merge":
            _part(session, event, by=actor.id, at=at)
        elif event.kind == "split_alias":
            _bring_back(session, event, row, by=actor.id, at=at)
        else:
            _forget_code(session, event, by=actor.id, at=at)
        if event.kind != "verify_code":
            change_employer(row, {}, by=actor.id, at=at)
        event.undone_at, event.undone_by = at, actor.id
        audit.record(
            session, by=actor.id, act="undo_employer", subject=event.employer_id, at=at, details={"event": event.id}
        )
        return event.employer_id


def _part(session: Session, event: EmployerEventRow, *, by: str, at: datetime) -> None:
    """Each leads on to where it led before; what a person had taken apart is apart again."""
    moved, apart = event.before["moved"], event.before["apart"]
    for one in sorted({*moved, *apart}):
        row = employer_for_change(session, one, version=None)
        values = {"merged_into": moved[one]} if one in moved else {}
        values |= {"split_from": apart[one]} if one in apart else {}
        change_employer(row, values, by=by, at=at)


def _bring_back(session: Session, event: EmployerEventRow, row: EmployerRow, *, by: str, at: datetime) -> None:
    """The employer that was made of a spelling leads on to the one it was taken from, with its cases."""
    if event.other_id is not None:
        other = employer_for_change(session, event.other_id, version=None)
        change_employer(other, {"split_from": None, "merged_into": row.id}, by=by, at=at)


def _forget_code(session: Session, event: EmployerEventRow, *, by: str, at: datetime) -> None:
    """The code as it stood before, with what was known of it."""
    later = select(EmployerEventRow.id).where(
        EmployerEventRow.employer_id == event.employer_id,
        EmployerEventRow.kind == "verify_code",
        EmployerEventRow.undone_at.is_(None),
        EmployerEventRow.step_no > event.step_no,
    )
    if session.scalar(later.limit(1)) is not None:
        raise NotAllowed("The credit code was verified again since; take that back first.")
    row = employer_for_change(session, event.employer_id, version=None)
    before = event.before
    day = datetime.fromisoformat(before["checked_on"]).date() if before["checked_on"] else None
    values = {"uscc": before["uscc"], "code_checked_on": day, "code_checked_by": before["checked_by"]}
    change_employer(row, values, by=by, at=at)
