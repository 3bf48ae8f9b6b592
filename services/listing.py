"""The joint-sanction list (失信联合惩戒名单, R45): told, heard, decided by a head, removed after repair; own clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.clocks import LIST_ANSWER, LIST_DECIDE, LIST_OBJECTION, LIST_TAKE_DOWN, LIST_VERIFY, TimeLimit
from casework.errors import BadInput, NotAllowed, NotFound
from casework.exits import criminal_figure, paid_in_full
from casework.lifecycle import OPEN
from casework.people import Actor
from casework.record import Json
from casework.sanctions import GROUNDS
from services.held import acted, cared_case, head_case, took_part
from services.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseRow,
    ClockEventRow,
    ClockRow,
    CrimeTransferRow,
    JointListingRow,
    RectificationOrderRow,
    new_id,
)
from warehouse.store.clocks import extend_clock, meet_clocks, running, start_clock
from warehouse.store.offences import same_employers
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.settings import whole
from warehouse.store.sparing import last_listing, red_flags


def _start(session: Session, case: CaseRow, limit: TimeLimit, on: date, *, actor: Actor, at: datetime) -> ClockRow:
    calendar = calendar_in_force(session)
    return start_clock(session, limit, started_on=on, calendar=calendar, by=actor.id, at=at, case_id=case.id)


def _in(session: Session, case: CaseRow, *states: str) -> JointListingRow:
    row = last_listing(session, case.id)
    if row is None or row.state not in states:
        raise NotAllowed("The listing of this case is not at this step.")
    return row


def tell_party(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    order_id: str,
    grounds: str,
    persons: Sequence[str],
    told_on: date,
    actor: Actor,
    at: datetime,
) -> str:
    """Tell the party that it is to be listed (R45 §5-6): an order that ran out unpaid, and one of two grounds.

    The 5 working days to object start, and from the deadline of the order the 20 to decide. Returns the listing's id.
    """
    if grounds not in GROUNDS:
        raise BadInput(f"A listing rests on one of: {', '.join(GROUNDS)}.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        order = session.get(RectificationOrderRow, order_id)
        if order is None or order.case_id != case.id:
            raise NotFound("There is no such order on this case.")
        if case.employer_id is None:
            raise NotAllowed("The employer is still unclear, so nobody can be listed.")
        last = last_listing(session, case.id)
        if last is not None and last.state not in ("dropped", "spared", "removed"):
            raise NotAllowed("A listing of this case is already under way.")
        _may_list(session, case, order, grounds, at=at)
        if not order.due_on < told_on <= local_day(at):
            raise BadInput("The party is told after the deadline of the order, and not in the future.")
        row = JointListingRow(
            id=new_id("lst"),
            case_id=case.id,
            employer_id=case.employer_id,
            order_id=order.id,
            trigger=grounds,
            persons=[name.strip() for name in persons if name.strip()],
            state="told",
            told_on=told_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        _start(session, case, LIST_OBJECTION, told_on, actor=actor, at=at)
        _start(session, case, LIST_DECIDE, order.due_on, actor=actor, at=at)
        acted(session, case, "tell_party", actor=actor, at=at, details={"listing": row.id, "grounds": grounds})
        return row.id


def _may_list(session: Session, case: CaseRow, order: RectificationOrderRow, grounds: str, *, at: datetime) -> None:
    """The order ran out unpaid; and the figure is reached, or an incident is on record."""
    facts = facts_of(session, case, today=local_day(at), waived=Waived())
    if order.due_on >= facts.today or order.corrected_on is not None or paid_in_full(facts)[0]:
        raise NotAllowed("Only an order that ran out unpaid leads to the list.")
    if grounds == "criminal_figure":
        reached, fact = criminal_figure(facts)
        if not reached:
            raise NotAllowed(fact)
    elif not {one.kind for one in red_flags(session, case.id)} & {"group_incident", "extreme_act"}:
        raise NotAllowed("No group or extreme incident of this case is on record.")


def record_objection(
    store: Warehouse, *, case_id: str, version: int, objection: str, objected_on: date, actor: Actor, at: datetime
) -> None:
    """The party objects, within 5 working days of being told (R45 §6); the 5 to verify start."""
    if not objection.strip():
        raise BadInput("An objection says something.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "told")
        term = max((one.due_on for one in running(session, kind="list_objection", case_id=case.id)), default=None)
        if not row.told_on <= objected_on <= local_day(at):
            raise BadInput("The day of the objection lies between the telling and today.")
        if term is not None and objected_on > term:
            raise NotAllowed(f"The objection came after the term, which ended on {term}.")
        row.state, row.objected_on, row.objection = "objected", objected_on, objection.strip()
        meet_clocks(session, "list_objection", met_on=objected_on, by=actor.id, at=at, case_id=case.id)
        _start(session, case, LIST_VERIFY, objected_on, actor=actor, at=at)
        acted(session, case, "record_objection", actor=actor, at=at, details={"listing": row.id})


def verify_objection(
    store: Warehouse, *, case_id: str, version: int, verified: str, verified_on: date, actor: Actor, at: datetime
) -> None:
    """What the verification of the objection found."""
    if not verified.strip():
        raise BadInput("A verification says what was found.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "objected")
        if row.objected_on is None or not row.objected_on <= verified_on <= local_day(at):
            raise BadInput("The day of the verification lies between the objection and today.")
        row.state, row.verified, row.verified_on = "verified", verified.strip(), verified_on
        meet_clocks(session, "list_verify", met_on=verified_on, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "verify_objection", actor=actor, at=at, details={"listing": row.id})


def extend_listing(store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime) -> date:
    """A head gives 20 working days more to decide, once (R45 §8). Returns the new day."""
    if not reason.strip():
        raise BadInput("An extension needs a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row = _in(session, case, "told", "objected", "verified")
        clocks = running(session, kind="list_decide", case_id=case.id)
        if not clocks:
            raise NotAllowed("No decision on a listing runs on this case.")
        done = select(ClockEventRow.id).where(ClockEventRow.clock_id == clocks[0].id, ClockEventRow.kind == "extended")
        if session.scalar(done) is not None:
            raise NotAllowed("The decision on a listing is extended once.")
        calendar = calendar_in_force(session)
        clock = extend_clock(
            session, clocks[0], days=LIST_DECIDE.length, calendar=calendar, reason=reason.strip(), by=actor.id, at=at
        )
        acted(session, case, "extend_listing", actor=actor, at=at, details={"listing": row.id})
        return clock.due_on


def decide_listing(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    decision: str,
    reason: str,
    actor: Actor,
    at: datetime,
    credit_pledge_on: date | None = None,
) -> None:
    """A head who does not hold the case puts the party on the list for three years, spares it, or drops it.

    Not while the party may still object. Sparing (R45 §7) needs the wages paid and a credit pledge.
    """
    if decision not in ("listed", "spared", "dropped"):
        raise BadInput("A listing is decided as listed, spared or dropped.")
    if not reason.strip():
        raise BadInput("The decision on a listing gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = _in(session, case, "told", "verified"), local_day(at)
        if actor.id == row.by or actor.id in took_part(session, case.id):
            raise NotAllowed("Nobody decides on a listing of their own.")
        objecting = running(session, kind="list_objection", case_id=case.id)
        if decision == "listed" and any(one.due_on >= today for one in objecting):
            raise NotAllowed("The party may still object; decide when that term is over.")
        if decision == "spared":
            paid, fact = paid_in_full(facts_of(session, case, today=today, waived=Waived()))
            if not paid:
                raise NotAllowed(fact)
            if credit_pledge_on is None or credit_pledge_on > today:
                raise BadInput("Name the day of the credit pledge.")
        row.state, row.decided_on, row.decided_by, row.reason = decision, today, actor.id, reason.strip()
        row.credit_pledge_on = credit_pledge_on
        if decision == "listed":
            row.listed_until = months_after(today, 12 * whole(session, "listing.years"))
        for kind in ("list_objection", "list_decide"):
            meet_clocks(session, kind, met_on=today, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "decide_listing", actor=actor, at=at, details={"listing": row.id, "decision": decision})


def ask_removal(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    corrected_on: date,
    credit_pledge_on: date,
    asked_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """The party asks to be taken off early (R45 §12): corrected, six months and a credit pledge later.

    Not with new arrears or a criminal case (§13). It is answered within 15 working days (§14).
    """
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "listed")
        if not corrected_on <= asked_on <= local_day(at) or credit_pledge_on > asked_on:
            raise BadInput("The correction and the credit pledge come before the request, which is not in the future.")
        repaired_on = months_after(corrected_on, whole(session, "listing.repair.months"))
        if asked_on < repaired_on:
            raise NotAllowed(f"Early removal can be asked for from {repaired_on} on.")
        if why := _bars_removal(session, case, row):
            raise NotAllowed(why)
        row.corrected_on, row.removal_asked_on = corrected_on, asked_on
        row.credit_pledge_on, row.removal_decided_on = credit_pledge_on, None
        _start(session, case, LIST_ANSWER, asked_on, actor=actor, at=at)
        acted(session, case, "ask_removal", actor=actor, at=at, details={"listing": row.id})


def _bars_removal(session: Session, case: CaseRow, row: JointListingRow) -> str:
    employers = same_employers(session, row.employer_id)
    again = select(CaseRow.id).where(
        CaseRow.employer_id.in_(employers), CaseRow.id != case.id, CaseRow.status.in_(OPEN)
    )
    if session.scalar(again.limit(1)) is not None:
        return "The employer has new arrears in an open case, so it stays on the list."
    crime = (
        select(CrimeTransferRow.id)
        .join(CaseRow, CaseRow.id == CrimeTransferRow.case_id)
        .where(CaseRow.employer_id.in_(employers), CrimeTransferRow.state.in_(("handed_over", "police_filed")))
    )
    if session.scalar(crime.limit(1)) is not None:
        return "A criminal case of the employer is with the police, so it stays on the list."
    return ""


def decide_removal(
    store: Warehouse, *, case_id: str, version: int, grant: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """A head answers the request. When it is granted the entry is to be taken down within 10 working days (§17)."""
    if not reason.strip():
        raise BadInput("The answer to a request for removal gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = _in(session, case, "listed"), local_day(at)
        if row.removal_asked_on is None or row.removal_decided_on is not None:
            raise NotAllowed("No request for removal waits for an answer.")
        if actor.id in took_part(session, case.id):
            raise NotAllowed("Nobody decides on a listing of their own.")
        row.removal_decided_on, row.reason = today, reason.strip()
        meet_clocks(session, "list_answer", met_on=today, by=actor.id, at=at, case_id=case.id)
        if grant:
            row.state = "removed"
            _start(session, case, LIST_TAKE_DOWN, today, actor=actor, at=at)
        details: dict[str, Json] = {"listing": row.id, "granted": grant}
        acted(session, case, "decide_removal", actor=actor, at=at, details=details)


def take_down(store: Warehouse, *, case_id: str, version: int, taken_down_on: date, actor: Actor, at: datetime) -> None:
    """The entry no longer stands anywhere."""
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "removed")
        if row.taken_down_on is not None or row.removal_decided_on is None:
            raise NotAllowed("This entry is already taken down.")
        if not row.removal_decided_on <= taken_down_on <= local_day(at):
            raise BadInput("The entry is taken down between the decision and today.")
        row.taken_down_on = taken_down_on
        meet_clocks(session, "list_take_down", met_on=taken_down_on, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "take_down", actor=actor, at=at, details={"listing": row.id})
