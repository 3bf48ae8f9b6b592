"""The joint-sanction list (失信联合惩戒名单, R45): told, heard, decided by a head, removed after repair; own clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day, months_after
from casework.clocks import LIST_DECIDE, LIST_OBJECTION, LIST_VERIFY
from casework.complaint import Nature
from casework.crime import criminal_figure
from casework.errors import BadInput, NotAllowed, NotFound
from casework.exits import paid_in_full
from casework.people import Actor
from casework.record import Json
from casework.sanctions import GROUNDS
from services.cases.held import acted, cared_case, head_case, took_part
from services.malice.listing_steps import at_step, decision_paper
from services.malice.unlisting import ask_removal, decide_removal, take_down
from services.office.step_clocks import start_step
from services.office.working_days import calendar_in_force
from services.paperwork.addressing import listed_employer
from services.paperwork.paper_secrecy import keep_secret
from services.paperwork.paper_values import check_printed
from services.paperwork.papers import Issued, add_paper
from services.paperwork.served import party_told
from services.paperwork.serving import note_service
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import (
    CaseRow,
    ClockEventRow,
    ClockRow,
    DocumentRow,
    JointListingRow,
    RectificationOrderRow,
    new_id,
)
from warehouse.store.clocks import extend_clock, meet_clocks, running
from warehouse.store.handling import documents_of
from warehouse.store.orders import OrderToPay, orders_to_pay
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.settings import whole
from warehouse.store.sparing import last_listing, red_flags

__all__ = [
    "ask_removal",
    "decide_listing",
    "decide_removal",
    "extend_listing",
    "record_objection",
    "take_down",
    "tell_party",
    "verify_objection",
]


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
    served_how: str | None = "direct",
    rural_basis: str = "",
) -> str:
    """Tell the party that it is to be listed (R45 §5-6): an order to pay that ran out unpaid, and one of two grounds.

    `order_id` names an order to correct or a handling decision. The list is for the wages of rural migrant workers
    (农民工): where the case is not of these by its nature, `rural_basis` says on what it rests that they are. Numbers
    the notice. The 5 working days to object start with its service, which is on `told_on` unless `served_how` is None:
    then it is recorded later, like that of any paper. From the deadline of the order run the 20 to decide. Returns the
    listing's id.
    """
    if grounds not in GROUNDS:
        raise BadInput(f"A listing rests on one of: {', '.join(GROUNDS)}.")
    with store.write() as session:
        one_at_a_time(session, "employers")  # before the case, as filing takes them
        case = cared_case(session, case_id, version, actor=actor)
        order = _order(session, case, order_id)
        if case.nature != Nature.ARREARS_RURAL and not rural_basis.strip():
            raise NotAllowed("The list is for the wages of rural migrant workers; say on what it rests that these are.")
        employer_id = listed_employer(session, case, order.paper, at=at)
        if employer_id is None:
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
            employer_id=employer_id,
            order_id=order.order.id if order.order else None,
            decision_id=None if order.order else order.paper.id,
            trigger=grounds,
            rural_basis=rural_basis.strip() or None,
            persons=[name.strip() for name in persons if name.strip()],
            state="told",
            told_on=told_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        session.flush()
        body, party = {"listing": row.id}, order.paper.addressee_id
        paper = add_paper(session, case, "listing_notice", told_on, body, actor=actor, at=at, addressee_id=party)
        check_printed(session, case, paper)
        if served_how is not None:
            note_service(session, case, paper, told_on, served_how, actor=actor, at=at)
            party_told(session, case, paper, told_on, by=actor.id, at=at)
        start_step(session, case.id, LIST_DECIDE, order.due_on, by=actor.id, at=at)
        details: dict[str, Json] = {"listing": row.id, "grounds": grounds, "document": paper.id}
        acted(session, case, "tell_party", actor=actor, at=at, details=details)
        return row.id


def _was_told(session: Session, case: CaseRow, row: JointListingRow) -> None:
    """Raises `NotAllowed` while the notice of a listing has not reached the party."""
    papers = documents_of(session, case.id, ("listing_notice",))
    if any(one.body.get("listing") == row.id and one.served_on is None for one in papers):
        raise NotAllowed("The notice of the listing is not served yet, so the party was not told.")


def _order(session: Session, case: CaseRow, order_id: str) -> OrderToPay:
    """The order to pay that was named, if the party knows of it."""
    owners = {
        row.case_id
        for row in (session.get(RectificationOrderRow, order_id), session.get(DocumentRow, order_id))
        if row is not None
    }
    if case.id not in owners:
        raise NotFound("There is no such order on this case.")
    found = next((one for one in orders_to_pay(session, case) if one.id == order_id), None)
    if found is None:
        raise NotAllowed(
            "Only a served order to pay leads to the list: it names an amount and a day after its service."
        )
    return found


def _may_list(session: Session, case: CaseRow, order: OrderToPay, grounds: str, *, at: datetime) -> None:
    """The order ran out unpaid; and the figure is reached, or an incident is on record."""
    facts = facts_of(session, case, today=local_day(at), waived=Waived())
    obeyed = order.order is not None and order.order.corrected_on is not None
    if order.due_on >= facts.today or obeyed or paid_in_full(facts)[0]:
        raise NotAllowed("Only an order that ran out unpaid leads to the list.")
    if grounds == "criminal_figure":
        reached, fact = criminal_figure(facts)
        if not reached:
            raise NotAllowed(fact)
    elif not {one.kind for one in red_flags(session, case.id)} & {"group_incident", "extreme_act"}:
        raise NotAllowed("No group or extreme incident of this case is on record.")


def _objection_term(session: Session, row: JointListingRow) -> ClockRow:
    """The five days of the party, whatever became of their clock."""
    clock = ClockRow
    question = select(clock).where(
        clock.case_id == row.case_id, clock.kind == LIST_OBJECTION.kind, clock.started_on == row.told_on
    )
    return session.scalars(question.order_by(clock.due_on.desc(), clock.id).limit(1)).one()


def record_objection(
    store: Warehouse, *, case_id: str, version: int, objection: str, objected_on: date, actor: Actor, at: datetime
) -> None:
    """The party objects, within 5 working days of being told (R45 §6); the 5 to verify start."""
    if not objection.strip():
        raise BadInput("An objection says something.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_step(session, case, "told")
        _was_told(session, case, row)
        term = _objection_term(session, row)
        if not row.told_on <= objected_on <= local_day(at):
            raise BadInput("The day of the objection lies between the telling and today.")
        if not term.provisional and objected_on > term.due_on:
            raise NotAllowed(f"The objection came after the term, which ended on {term.due_on}.")
        row.state, row.objected_on, row.objection = "objected", objected_on, objection.strip()
        meet_clocks(session, "list_objection", met_on=objected_on, by=actor.id, at=at, case_id=case.id)
        start_step(session, case.id, LIST_VERIFY, objected_on, by=actor.id, at=at)
        acted(session, case, "record_objection", actor=actor, at=at, details={"listing": row.id})


def verify_objection(
    store: Warehouse, *, case_id: str, version: int, verified: str, verified_on: date, actor: Actor, at: datetime
) -> None:
    """What the verification of the objection found."""
    if not verified.strip():
        raise BadInput("A verification says what was found.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_step(session, case, "objected")
        if row.objected_on is None or not row.objected_on <= verified_on <= local_day(at):
            raise BadInput("The day of the verification lies between the objection and today.")
        keep_secret(session, case, "listing_decision", {"listing_verified": verified})
        row.state, row.verified, row.verified_on = "verified", verified.strip(), verified_on
        meet_clocks(session, "list_verify", met_on=verified_on, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "verify_objection", actor=actor, at=at, details={"listing": row.id})


def extend_listing(store: Warehouse, *, case_id: str, version: int, reason: str, actor: Actor, at: datetime) -> date:
    """A head gives 20 working days more to decide, once (R45 §8). Returns the new day."""
    if not reason.strip():
        raise BadInput("An extension needs a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row = at_step(session, case, "told", "objected", "verified")
        clocks = running(session, kind="list_decide", case_id=case.id)
        if not clocks:
            raise NotAllowed("No decision on a listing runs on this case.")
        done = select(ClockEventRow.id).where(ClockEventRow.clock_id == clocks[0].id, ClockEventRow.kind == "extended")
        if session.scalar(done) is not None:
            raise NotAllowed("The decision on a listing is extended once.")
        if not clocks[0].provisional and local_day(at) > clocks[0].due_on:
            raise NotAllowed(f"The term to decide ended on {clocks[0].due_on}; it is extended before that.")
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
) -> Issued:
    """A head who does not hold the case puts the party on the list for three years, spares it, or drops it.

    Numbers the decision, which the officers then serve. Not before the party was told, and not while it may still
    object. Sparing (R45 §7) needs the wages paid and a credit pledge.
    """
    if decision not in ("listed", "spared", "dropped"):
        raise BadInput("A listing is decided as listed, spared or dropped.")
    if not reason.strip():
        raise BadInput("The decision on a listing gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = at_step(session, case, "told", "verified"), local_day(at)
        if actor.id == row.by or actor.id in took_part(session, case.id):
            raise NotAllowed("Nobody decides on a listing of their own.")
        if decision == "listed":
            _was_told(session, case, row)
        if decision == "listed" and row.state == "told":
            _objection_over(session, row, today)
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
        paper_kind = "listing_decision" if decision == "listed" else "not_listed_decision"
        paper = decision_paper(session, case, row, paper_kind, reason, actor=actor, at=at)
        details: dict[str, Json] = {"listing": row.id, "decision": decision, "document": paper.document_id}
        acted(session, case, "decide_listing", actor=actor, at=at, details=details)
        return paper


def _objection_over(session: Session, row: JointListingRow, today: date) -> None:
    """Who has not objected yet may do so until the last day; a day that is a guess is not over."""
    term = _objection_term(session, row)
    if term.due_on >= today:
        raise NotAllowed("The party may still object; decide when that term is over.")
    if term.provisional:
        raise NotAllowed("The holidays of that year are not published yet; the days to object cannot be counted.")
