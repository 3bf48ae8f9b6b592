"""Payment plans (补发计划): recorded as promised, watched every day; a broken instalment alarms the officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted, held_case, officers_of
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, InstalmentRow, PaymentPlanRow, new_id
from warehouse.store.accounts import heads_of
from warehouse.store.handling import proven
from warehouse.store.notices import write_notices
from warehouse.store.promises import overdue_cases, plan_of, promise_of, settle
from warehouse.store.to_pay import to_pay

MOST = 60


def record_plan(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    agreed_on: date,
    agreed_with: str,
    instalments: Sequence[tuple[date, Decimal]],
    actor: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """A plan in instalments, each a day and yuan. It replaces an earlier plan and pays nothing. Returns warnings."""
    steps = sorted((due_on, fen_of(yuan) or 0) for due_on, yuan in instalments)
    if not 1 <= len(steps) <= MOST:
        raise BadInput(f"A plan has from 1 to {MOST} instalments.")
    if not agreed_with.strip():
        raise BadInput("A plan names with whom it was agreed.")
    if agreed_on > local_day(at):
        raise BadInput("A plan is recorded after it was agreed.")
    if any(fen <= 0 for _, fen in steps) or steps[0][0] < agreed_on:
        raise BadInput("An instalment is of more than nothing, and due on the day of the plan or later.")
    if any(one[0] == next_[0] for one, next_ in pairwise(steps)):
        raise BadInput("Two instalments are due on one day; write them as one.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        earlier = plan_of(session, case.id)
        if earlier is not None:
            earlier.replaced_at = at
        plan = PaymentPlanRow(
            id=new_id("pla"), case_id=case.id, agreed_on=agreed_on, agreed_with=agreed_with.strip(), by=actor.id, at=at
        )
        session.add(plan)
        session.flush()
        session.add_all(
            InstalmentRow(id=new_id("ins"), plan_id=plan.id, due_on=due_on, amount_fen=fen) for due_on, fen in steps
        )
        total = sum(fen for _, fen in steps)
        details: dict[str, Json] = {"plan": plan.id, "instalments": len(steps), "fen": total}
        acted(session, case, "record_plan", actor=actor, at=at, details=details)
        due = to_pay(session, case)
        differs = due is not None and total != due - proven(session, case.id).amount
        return ("The plan does not add up to what is verified and not yet paid.",) if differs else ()


def watch_plans(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Tell the officers of every instalment that is broken since the last look, once. Returns how many were told.

    Two looks at one moment are one after the other. What is proven late after the alarm changes what the page says, not
    that there was an alarm.
    """
    told = 0
    with store.write() as session:
        one_at_a_time(session, "watch plans")
        for case_id in overdue_cases(session, today=local_day(at)):
            told += _alarm(session, case_id, actor=actor, at=at)
    return told


def _alarm(session: Session, case_id: str, *, actor: Actor, at: datetime) -> int:
    promise = promise_of(session, case_id, today=local_day(at))
    steps = promise.steps if promise else ()
    broken = [row for row, step in steps if row.alarmed_at is None and step.state == "broken"]
    for row in broken:
        row.alarmed_at = at
    settle(session, case_id, today=local_day(at), at=at)
    if not broken:
        return 0
    told = officers_of(session, case_id) or heads_of(session, session.get_one(CaseRow, case_id).district_code)
    write_notices(session, sorted(told), kind="plan_broken", case_id=case_id, due_at=at)
    details: dict[str, Json] = {"plan": broken[0].plan_id, "instalments": len(broken)}
    audit.record(session, by=actor.id, act="plan_broken", subject=case_id, at=at, details=details)
    return len(broken)
