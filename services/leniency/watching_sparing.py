"""The daily look at promises: obligations and follow-up visits past their day. It tells, and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.calendar import local_day
from casework.people import Actor
from casework.record import Json
from services.cases.held import officers_of
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import ClockRow, FollowUpRow, PledgeDutyRow, PledgeRow
from warehouse.store.notices import write_notices


@dataclass(frozen=True, slots=True)
class PromiseCount:
    """How many obligations and follow-up visits fell due and were told of."""

    duties: int
    follow_ups: int


def watch_promises(store: Warehouse, *, actor: Actor, at: datetime) -> PromiseCount:
    """Tell the officers, once, of each obligation and follow-up visit whose day is past and that nobody checked.

    Of a visit whose day is still a guess (暂定) nobody is told. Two looks at one moment are one after the other.
    """
    today = local_day(at)
    with store.write() as session:
        one_at_a_time(session, "watch promises")
        duties = session.execute(
            select(PledgeDutyRow, PledgeRow.case_id)
            .join(PledgeRow, PledgeRow.id == PledgeDutyRow.pledge_id)
            .where(PledgeDutyRow.due_on < today, PledgeDutyRow.kept.is_(None), PledgeDutyRow.told_at.is_(None))
        ).all()
        for duty, case_id in duties:
            duty.told_at = at
            write_notices(session, officers_of(session, case_id), kind="pledge_due", case_id=case_id, due_at=at)
        late = session.scalars(
            select(FollowUpRow)
            .join(ClockRow, ClockRow.id == FollowUpRow.clock_id)
            .where(
                FollowUpRow.done_on.is_(None),
                FollowUpRow.told_at.is_(None),
                ClockRow.state == "running",
                ClockRow.due_on < today,
                ClockRow.provisional.is_(False),
            )
        ).all()
        for row in late:
            row.told_at = at
            told = officers_of(session, row.case_id)
            write_notices(session, told, kind="follow_up_due", case_id=row.case_id, due_at=at)
        if duties or late:
            details: dict[str, Json] = {"duties": len(duties), "follow_ups": len(late)}
            audit.record(session, by=actor.id, act="watch_promises", subject="promises", at=at, details=details)
    return PromiseCount(len(duties), len(late))
