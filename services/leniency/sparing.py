"""What a sparing rests on: the education, the red flags, the search of the history, the legal review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from casework.calendar import local_day
from casework.enforcement import ORDERING
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import EXEMPTIONS, Exit
from casework.people import Actor
from casework.record import Json
from casework.sparing import EDUCATION_WAYS, RedFlag
from services.cases.held import acted, desk_or_head, head_case, held_case, took_part
from services.cases.two_officers import two_officers
from warehouse.engine import Warehouse
from warehouse.models import EducationRow, LegalReviewRow, RedFlagRow, new_id
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.notices import write_notices
from warehouse.store.offences import save_search, search_history
from warehouse.store.outcomes import waiting_outcome, window_start


def educate(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    educated_on: date,
    way: str,
    officer_ids: Sequence[str],
    whom: str,
    said: str,
    actor: Actor,
    at: datetime,
) -> str:
    """The party was educated (批评教育): who was told what, how, by whom. Compulsory for whoever is not punished."""
    if way not in EDUCATION_WAYS:
        raise BadInput(f"The party is educated in one of these ways: {', '.join(EDUCATION_WAYS)}.")
    if not whom.strip() or not said.strip():
        raise BadInput("An education record names who was educated and what was said.")
    if educated_on > local_day(at):
        raise BadInput("An education is recorded after it was given.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        row = EducationRow(
            id=new_id("edu"),
            case_id=case.id,
            educated_on=educated_on,
            way=way,
            officer_ids=two_officers(session, case, officer_ids, on=educated_on),
            person=whom.strip(),
            said=said.strip(),
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "educate", actor=actor, at=at, details={"education": row.id, "way": way})
        return row.id


def record_red_flag(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    kind: str,
    seen_on: date,
    basis: str,
    actor: Actor,
    at: datetime,
) -> str:
    """Something that bars sparing came to light. Returns its id."""
    if kind not in set(RedFlag):
        raise BadInput(f"A red flag is one of: {', '.join(RedFlag)}.")
    if not basis.strip():
        raise BadInput("A red flag says what it rests on.")
    if seen_on > local_day(at):
        raise BadInput("A red flag is recorded after it was seen.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        row = RedFlagRow(
            id=new_id("flg"), case_id=case.id, kind=kind, seen_on=seen_on, basis=basis.strip(), by=actor.id, at=at
        )
        session.add(row)
        acted(session, case, "record_red_flag", actor=actor, at=at, details={"flag": row.id, "kind": kind})
        return row.id


def lift_red_flag(
    store: Warehouse, *, case_id: str, version: int, flag_id: str, reason: str, actor: Actor, at: datetime
) -> None:
    """A head finds that a red flag does not stand; not the one who raised it."""
    if not reason.strip():
        raise BadInput("A red flag is lifted with a reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row = session.get(RedFlagRow, flag_id)
        if row is None or row.case_id != case.id or row.lifted_at is not None:
            raise NotFound("There is no such red flag on this case.")
        if row.by == actor.id:
            raise NotAllowed("Nobody lifts a red flag of their own.")
        row.lifted_by, row.lifted_at, row.lifted_why = actor.id, at, reason.strip()
        acted(session, case, "lift_red_flag", actor=actor, at=at, details={"flag": row.id})


def search_offences(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> str:
    """Search the whole history of the employer now and keep the result as evidence. Returns the search's id."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        if case.employer_id is None:
            raise NotAllowed("The employer is still unclear, so earlier offences cannot be looked up.")
        history = search_history(session, case, since=window_start(session, local_day(at)))
        row = save_search(session, case, history, by=actor.id, at=at)
        details: dict[str, Json] = {"search": row.id, "hits": row.hits, "barring": row.barring}
        acted(session, case, "search_offences", actor=actor, at=at, details=details)
        return row.id


def review_outcome(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    passed: bool,
    opinion: str,
    actor: Actor,
    at: datetime,
) -> str:
    """The legal review (法制审核) of a submitted sparing, order to pay or penalty.

    It is made by the desk or a head who neither proposed nor holds it, and does not decide. A newer review of the same
    outcome takes the place of an older one.
    """
    if not opinion.strip():
        raise BadInput("A legal review gives its opinion.")
    with store.write() as session:
        case = case_for_change(session, case_id)
        if not actor.covers(case.district_code):
            raise NotFound("There is no such case, or it is not yours to see.")
        if not desk_or_head(actor, case.district_code):
            raise NotAllowed("The desk or a head makes the legal review.")
        live_case(session, case_id, version=version)
        outcome = waiting_outcome(session, case_id, "submitted")
        if outcome is None or Exit(outcome.exit) not in EXEMPTIONS | ORDERING:
            raise NotAllowed("No outcome of this case waits for a legal review.")
        if actor.id == outcome.by or actor.id in took_part(session, case_id):
            raise NotAllowed("Nobody reviews an outcome of their own.")
        row = LegalReviewRow(
            id=new_id("rev"),
            case_id=case.id,
            outcome_id=outcome.id,
            passed=passed,
            opinion=opinion.strip(),
            by=actor.id,
            at=at,
        )
        session.add(row)
        write_notices(session, [outcome.by], kind="reviewed", case_id=case.id, due_at=at)
        acted(session, case, "review_outcome", actor=actor, at=at, details={"review": row.id, "passed": passed})
        return row.id
