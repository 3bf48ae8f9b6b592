"""What people decide about who belongs together: judge a pair, split, merge, undo, name the employer.

A person's word outranks the machine's for ever. Every act is optimistic: what changed since it was seen is not
overwritten (`Conflict` says by whom and when). What one may not see is not there (`NotFound`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.lifecycle import OPEN, WorkStatus, words
from casework.linkage import Verdict
from casework.people import Actor
from casework.record import Json
from dedupe.normalise import name_key
from services.dispatch.emptying import note_if_emptied
from services.linkage.judging import APART, JudgeResult, judge_pair, seen, why_not_merge
from services.linkage.link_run import LinkCount, link_complaints
from services.office.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, LinkageEventRow, new_id
from warehouse.store.cases import case_for_change, change_case, open_case, refresh_case
from warehouse.store.employers import find_or_make_employer
from warehouse.store.judgements import newest_words, retract, say, say_across
from warehouse.store.linkage import members
from warehouse.store.merging import Hand, later_event, move_members, put_back, take_along

__all__ = [
    "JudgeResult",
    "LinkCount",
    "MoveResult",
    "judge_pair",
    "link_complaints",
    "merge_cases",
    "pick_employer",
    "split",
    "undo",
]


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What a merge or split led to: the case that holds the complaints now, and the event, to be undone."""

    case_id: str
    matter_no: str
    event_id: str


def split(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    complaint_ids: Sequence[str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> MoveResult:
    """Chosen complaints leave a case for one of their own, for ever: every pair across is kept as `different`."""
    with store.write() as session:
        one_at_a_time(session, "linkage")
        row = seen(session, case_id, actor, version=version)
        inside = members(session, case_id)
        leaving = sorted(set(complaint_ids))
        if not leaving or not set(leaving) < set(inside):
            raise BadInput("Choose some of the case's complaints, and leave at least one.")
        if row.status not in OPEN:
            raise NotAllowed(f"The case {row.matter_no} is {words(row.status)}; nothing can be split from it.")
        staying = sorted(set(inside) - set(leaving))
        said = say_across(session, leaving, staying, Verdict.DIFFERENT, by=actor.id, at=at, reason=reason)
        prefix = Settings().matter_prefix
        opened = open_case(session, main_complaint_id=leaving[0], prefix=prefix, by=actor.id, at=at)
        hand = Hand(by=actor.id, at=at, reason=reason, judgement_ids=tuple(said))
        event = move_members(session, "split", row, opened, leaving, hand)
        details: dict[str, Json] = {"event": event.id, "into": opened.id, "complaints": len(leaving)}
        audit.record(session, by=actor.id, act="split", subject=case_id, at=at, details=details)
    return MoveResult(opened.id, opened.matter_no, event.id)


def merge_cases(
    store: Warehouse,
    *,
    from_case_id: str,
    into_case_id: str,
    from_version: int,
    into_version: int,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> MoveResult:
    """Two cases become one; the number merged away leads on. What people said against it before is superseded."""
    if from_case_id == into_case_id:
        raise NotAllowed("A case cannot be merged into itself.")
    versions = {from_case_id: from_version, into_case_id: into_version}
    with store.write() as session:
        one_at_a_time(session, "linkage")
        rows = {one: seen(session, one, actor, version=versions[one]) for one in sorted(versions)}
        from_row, into_row = rows[from_case_id], rows[into_case_id]
        barred = why_not_merge(from_row, into_row)
        if barred is not None:
            raise NotAllowed(barred)
        leaving = members(session, from_case_id)
        against = newest_words(session, leaving, members(session, into_case_id), (*APART, Verdict.UNSURE))
        pairs = {(from_row.main_complaint_id, into_row.main_complaint_id), *against}
        said = [
            say(session, one, other, Verdict.SAME, by=actor.id, at=at, reason=reason).id for one, other in sorted(pairs)
        ]
        hand = Hand(by=actor.id, at=at, reason=reason, judgement_ids=tuple(said))
        event = move_members(session, "merge", from_row, into_row, leaving, hand)
        details: dict[str, Json] = {"event": event.id, "into": into_case_id, "complaints": len(leaving)}
        audit.record(session, by=actor.id, act="merge", subject=from_case_id, at=at, details=details)
        note_if_emptied(session, "merge", actor=actor, at=at)
    return MoveResult(into_row.id, into_row.matter_no, event.id)


def undo(store: Warehouse, *, event_id: str, actor: Actor, at: datetime) -> None:
    """Take a merge or split back as if it had not been. The machine's is kept apart from now on.

    Raises `Conflict` when somebody undid it already, `NotAllowed` when later steps rest on it.
    """
    with store.write() as session:
        one_at_a_time(session, "linkage")
        event = session.scalars(
            select(LinkageEventRow).where(LinkageEventRow.id == event_id).with_for_update()
        ).one_or_none()
        if event is None or event.kind == "undo":
            raise NotFound("There is no such step.")
        seen(session, event.into_case_id, actor)
        if event.undone_at is not None:
            when = event.undone_at.isoformat(timespec="minutes")
            raise Conflict("This step was taken back already.", by=event.undone_by, at=when)
        from_row = case_for_change(session, event.from_case_id)
        elsewhere = from_row.merged_into is not None and from_row.merged_into != event.into_case_id
        if elsewhere or later_event(session, event) is not None:
            raise NotAllowed("A later merge or split of these cases rests on this step; take that one back first.")
        into_row = session.get_one(CaseRow, event.into_case_id)
        empties = set(members(session, event.into_case_id)) <= set(event.complaint_ids)
        if empties and into_row.status != WorkStatus.TO_DISPATCH:
            raise NotAllowed(f"The case {into_row.matter_no} is {words(into_row.status)}; recall it first.")
        staying = sorted(set(members(session, event.into_case_id)) - set(event.complaint_ids))
        written = put_back(session, event, by=actor.id, at=at)
        said: list[str] = []
        if event.by.startswith("machine:"):
            said = say_across(session, event.complaint_ids, staying, Verdict.DIFFERENT, by=actor.id, at=at, reason=None)
        retract(session, event.judgement_ids, by=actor.id, at=at)
        _note_undo(session, event, said, by=actor.id, at=at)
        take_along(session, event, written, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="undo", subject=event_id, at=at)


def _note_undo(session: Session, event: LinkageEventRow, said: list[str], *, by: str, at: datetime) -> None:
    session.add(
        LinkageEventRow(
            id=new_id("evt"),
            kind="undo",
            from_case_id=event.into_case_id,
            into_case_id=event.from_case_id,
            complaint_ids=event.complaint_ids,
            before={"event": event.id, "opened": [], "closed": []},
            judgement_ids=said,
            by=by,
            at=at,
        )
    )
    session.flush()


def pick_employer(
    store: Warehouse, *, case_id: str, version: int, employer_name: str, actor: Actor, at: datetime
) -> str:
    """A person says who the employer is. Returns the employer's id; from now on the members do not decide it."""
    name = employer_name.strip()
    key = name_key(name)[:200]
    if not key or len(name) > 200:
        raise BadInput("Give the employer's own name, in at most 200 characters.")
    with store.write() as session:
        one_at_a_time(session, "employers")  # before the case: the intake takes the two in this order too
        row = seen(session, case_id, actor, version=version)
        employer_id = find_or_make_employer(
            session,
            name=name,
            name_key=key,
            uscc=None,
            district_code=row.district_code,
            learned_from="office",
            at=at,
        )
        picked = {"employer_id": employer_id, "employer_name": name, "employer_picked_by": actor.id}
        change_case(row, {**picked, "needs_supplement": False}, by=actor.id, at=at)
        session.flush()
        refresh_case(session, case_id, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="pick_employer", subject=case_id, at=at)
    return str(employer_id)
