"""The ground every figure of a month stands on: each complaint and each case with its channel, nature, outcome, town
and who leads it.

Every figure is counted over one of the two, grouped by all five at once, so that the totals by each of them are sums of
the same cells and cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from casework.calendar import SHANGHAI
from casework.errors import BadInput
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    DocumentRow,
    LifeMoveRow,
    OutcomeRow,
)
from warehouse.queries.sight import HELD

EVERYWHERE = ("",)
UNSAID = "unsaid"
"""The town of a case whose place was not said."""
COUNTY, TOWN = 6, 9
"""How many digits of an administrative code name the county, and how many the street or town in it."""
NOBODY = "nobody"
"""Who leads a case that nobody was given."""


@dataclass(frozen=True, slots=True)
class Window:
    """One month, or other days in a row, as days and as moments, half open, in Shanghai. `month` is its name."""

    month: str
    first: date
    after: date

    @property
    def start(self) -> datetime:
        """The first moment of the month."""
        return datetime.combine(self.first, time.min, SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first moment after the month."""
        return datetime.combine(self.after, time.min, SHANGHAI)

    def holds(self, moment: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a moment lies in the month."""
        return and_(moment >= self.start, moment < self.end)

    def holds_day(self, day: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a day lies in the month."""
        return and_(day >= self.first, day < self.after)


def window(month: str) -> Window:
    """A month from `YYYY-MM`. Raises `BadInput` for anything else."""
    year, dash, number = month.partition("-")
    if not (len(year) == 4 and dash and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()):
        raise BadInput("A month is written YYYY-MM.")
    if not (1 <= int(number) <= 12 and 2000 <= int(year) <= 2100):
        raise BadInput("There is no such month.")
    first = date(int(year), int(number), 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Window(month, first, after)


def _within(code: ColumnElement[Any] | InstrumentedAttribute[Any], territories: Sequence[str]) -> ColumnElement[bool]:
    if "" in territories:
        return true()
    return or_(code.is_(None), code == "", *(code.startswith(own, autoescape=True) for own in territories))


def outermost(places: Sequence[str]) -> tuple[str, ...]:
    """The same places without those that lie in another of them: a district, and not also a street of it."""
    return tuple(sorted({one for one in places if not any(one != other and one.startswith(other) for other in places)}))


def town_of(code: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """属地: the street or town of a code; `unsaid` where none was said. Six digits: the county alone is known."""
    return func.coalesce(func.nullif(func.substr(code, 1, TOWN), ""), UNSAID)


def cases(territories: Sequence[str]) -> Subquery:
    """The cases of some places, as `case_ground` has them, with the town and who leads."""
    ground, lead = case_ground(_within(CaseRow.district_code, territories)), _lead()
    led = func.coalesce(lead.c.lead_id, NOBODY).label("lead")
    question = select(ground, town_of(ground.c.district_code).label("town"), led)
    return question.select_from(ground).outerjoin(lead, lead.c.case_id == ground.c.id).subquery("case_place")


def _lead() -> Subquery:
    """Who leads each case, or led it when it ended: of its assignments that were not undone, the last."""
    row = AssignmentRow
    last = func.row_number().over(partition_by=row.case_id, order_by=(row.dispatched_at.desc(), row.id.desc()))
    every = select(row.case_id, row.lead_id, last.label("place")).where(row.state.in_(HELD)).subquery("every_lead")
    return select(every.c.case_id, every.c.lead_id).where(every.c.place == 1).subquery("last_lead")


def cases_alone(where: ColumnElement[bool]) -> Subquery:
    """Cases without how they ended, for the figures that do not ask: the end costs more to find than all the rest."""
    row = CaseRow
    return select(row.id, row.nature, row.district_code, row.status, row.opened_at).where(where).subquery("case_alone")


def case_ground(where: ColumnElement[bool]) -> Subquery:
    """Each case with the channel of its main complaint, its nature, its outcome and when it came to that.

    `where` is a condition on cases: the places of a month, or what one reader may see.
    """
    approved = and_(OutcomeRow.case_id == CaseRow.id, OutcomeRow.state == "approved")
    newest = select(OutcomeRow.exit).where(approved).order_by(OutcomeRow.decided_at.desc()).limit(1)
    decided, declined, handed_on = _decided(), _declined(), _handed_on()
    otherwise = case((declined.c.at.is_not(None), "declined"), (handed_on.c.at.is_not(None), "handed_on"), else_="open")
    outcome = case((CaseRow.status == "merged", "merged"), else_=func.coalesce(newest.scalar_subquery(), otherwise))
    return (
        select(
            CaseRow.id,
            ComplaintRow.channel,
            CaseRow.nature,
            CaseRow.district_code,
            outcome.label("outcome"),
            CaseRow.status,
            CaseRow.opened_at,
            CaseRow.worker_count,
            CaseRow.amount_claimed_fen,
            CaseRow.amount_verified_fen,
            func.coalesce(decided.c.at, declined.c.at, handed_on.c.at).label("decided_at"),
        )
        .join(ComplaintRow, ComplaintRow.id == CaseRow.main_complaint_id)
        .outerjoin(decided, decided.c.case_id == CaseRow.id)
        .outerjoin(declined, declined.c.case_id == CaseRow.id)
        .outerjoin(handed_on, handed_on.c.case_id == CaseRow.id)
        .where(where)
        .subquery("case_ground")
    )


def _decided() -> Subquery:
    """When the first outcome of a case was approved."""
    question = select(OutcomeRow.case_id, func.min(OutcomeRow.decided_at).label("at"))
    return question.where(OutcomeRow.state == "approved").group_by(OutcomeRow.case_id).subquery("decided")


def _declined() -> Subquery:
    """When a case was first declined. A decline that was taken back is no outcome: the case is received again."""
    back = select(LifeMoveRow.id).where(
        LifeMoveRow.case_id == DocumentRow.case_id,
        LifeMoveRow.life == "law",
        LifeMoveRow.became == "received",
        LifeMoveRow.at >= DocumentRow.at,
    )
    stands = and_(DocumentRow.kind == "declining_notice", ~back.correlate(DocumentRow).exists())
    question = select(DocumentRow.case_id, func.min(DocumentRow.at).label("at"))
    return question.where(DocumentRow.case_id.is_not(None), stands).group_by(DocumentRow.case_id).subquery("declined")


def _handed_on() -> Subquery:
    """When a case ended because its only complaint was redirected or answered."""
    move = LifeMoveRow
    apart = and_(move.life == "work", move.became == "closed", move.was.in_(("to_dispatch", "in_progress")))
    question = select(move.case_id, func.min(move.at).label("at")).where(move.case_id.is_not(None), apart)
    return question.group_by(move.case_id).subquery("handed_on")


def complaints(territories: Sequence[str]) -> Subquery:
    """Each complaint with its own channel and nature; of its case the outcome, town and lead, and if it is first."""
    grounds = cases(EVERYWHERE)
    said = ComplaintVersionRow
    part = case(
        (grounds.c.id.is_(None), "unlinked"), (CaseRow.main_complaint_id == ComplaintRow.id, "first"), else_="further"
    )
    return (
        select(
            ComplaintRow.id,
            ComplaintRow.channel,
            said.nature,
            func.coalesce(grounds.c.outcome, "unlinked").label("outcome"),
            town_of(func.coalesce(CaseRow.district_code, said.district_code)).label("town"),
            func.coalesce(grounds.c.lead, NOBODY).label("lead"),
            ComplaintRow.received_at,
            part.label("part"),
        )
        .join(said, and_(said.complaint_id == ComplaintRow.id, said.newest))
        .outerjoin(
            CaseMembershipRow,
            and_(CaseMembershipRow.complaint_id == ComplaintRow.id, CaseMembershipRow.valid_to.is_(None)),
        )
        .outerjoin(grounds, grounds.c.id == CaseMembershipRow.case_id)
        .outerjoin(CaseRow, CaseRow.id == grounds.c.id)
        .where(_within(func.coalesce(CaseRow.district_code, said.district_code), territories))
        .subquery("complaint_ground")
    )
