"""The ground every figure of a month stands on: each complaint and each case with its channel, nature, sector, outcome,
town and who leads it.

Every figure is counted over one of the two, grouped by all of these at once, so that the totals by each of them are
sums of the same cells and cannot differ. What a ground says of a case is looked up case by case: `among` names those
that can count at all (`reach`), so that a month costs what happened in it, and not what the years hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from casework.calendar import SHANGHAI
from casework.errors import BadInput
from warehouse.ends import declined, handed_on
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    OutcomeRow,
    WarningRow,
)
from warehouse.queries.sight import HELD

Ground: TypeAlias = FromClause
"""Rows that figures are counted from: cases, or complaints."""
KEPT = 32
"""For so many readers of other places, periods and days the questions of a dashboard are kept: those who asked last."""
EVERYWHERE = ("",)
UNSAID = "unsaid"
"""The town of a case whose place was not said."""
COUNTY, TOWN = 6, 9
"""How many digits of an administrative code name the county, and how many the street or town in it."""
NOBODY = "nobody"
"""Who leads a case that nobody was given, or has a warning that nobody has."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
WARNING = "warning"
"""Where a warning stands in the breakdowns that only complaints and cases have."""


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


def within(code: ColumnElement[Any] | InstrumentedAttribute[Any], territories: Sequence[str]) -> ColumnElement[bool]:
    """Whether a place lies in these territories; one that is not said is everybody's."""
    if "" in territories:
        return true()
    return or_(code.is_(None), code == "", *(code.startswith(own, autoescape=True) for own in territories))


def outermost(places: Sequence[str]) -> tuple[str, ...]:
    """The same places without those that lie in another of them: a district, and not also a street of it."""
    return tuple(sorted({one for one in places if not any(one != other and one.startswith(other) for other in places)}))


def town_of(code: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """属地: the street or town of a code; `unsaid` where none was said. Six digits: the county alone is known."""
    return func.coalesce(func.nullif(func.substr(code, 1, TOWN), ""), UNSAID)


def cases(
    territories: Sequence[str],
    among: ColumnElement[bool] | None = None,
    more: Mapping[str, ColumnElement[Any]] = NOTHING,
) -> CTE:
    """The cases of some places, each with its channel, nature, outcome, town and lead; `more` as for `warnings`."""
    question = _cases(within(CaseRow.district_code, territories), among)
    question = question.add_columns(*(column.label(name) for name, column in more.items()))
    return _kept(question, "case_further" if more else "case_place")


def cases_alone(where: ColumnElement[bool]) -> Ground:
    """Cases with what is on the case itself, for the figures that ask no more: nothing has to be looked up."""
    row = CaseRow
    kept = row.id, row.nature, row.district_code, row.status, row.opened_at, row.ended_at.label("decided_at")
    return select(*kept).where(where).subquery("case_alone")


def _kept(question: Select[Any], name: str) -> CTE:
    """Worked out once: merged into the question around it, every look-up would be made again for each figure."""
    return question.cte(name).prefix_with("MATERIALIZED")


def _cases(where: ColumnElement[bool], among: ColumnElement[bool] | None) -> Select[Any]:
    row = CaseRow
    question = select(
        row.id,
        ComplaintRow.channel,
        row.nature,
        row.sector,
        row.district_code,
        outcome_now().label("outcome"),
        row.status,
        row.opened_at,
        row.worker_count,
        row.amount_claimed_fen,
        row.amount_verified_fen,
        row.ended_at.label("decided_at"),
        town_of(row.district_code).label("town"),
        lead_now().label("lead"),
    ).join(ComplaintRow, ComplaintRow.id == row.main_complaint_id)
    return question.where(where) if among is None else question.where(where, among)


def lead_now() -> ColumnElement[str]:
    """Who leads a case, or led it when it ended: of its assignments that were not undone, the last."""
    row = AssignmentRow
    own = select(row.lead_id).where(row.case_id == CaseRow.id, row.state.in_(HELD)).correlate(CaseRow)
    return func.coalesce(own.order_by(row.dispatched_at.desc(), row.id.desc()).limit(1).scalar_subquery(), NOBODY)


def outcome_now() -> ColumnElement[str]:
    """How a case ended: its last approved outcome; else declined, handed on, or open."""
    row = OutcomeRow
    approved = select(row.exit).where(row.case_id == CaseRow.id, row.state == "approved").correlate(CaseRow)
    newest = approved.order_by(row.decided_at.desc()).limit(1).scalar_subquery()
    otherwise = case((declined().is_not(None), "declined"), (handed_on().is_not(None), "handed_on"), else_="open")
    return case((CaseRow.status == "merged", "merged"), else_=func.coalesce(newest, otherwise))


def complaints(territories: Sequence[str], among: ColumnElement[bool] | None = None) -> CTE:
    """Each complaint with its own channel and nature; of its case the outcome, town and lead, and if it is first."""
    said, inside = ComplaintVersionRow, CaseMembershipRow
    alone = CaseRow.id.is_(None)
    place = case((alone, said.district_code), else_=CaseRow.district_code)
    first = CaseRow.main_complaint_id == ComplaintRow.id
    question = (
        select(
            ComplaintRow.id,
            ComplaintRow.channel,
            said.nature,
            said.sector,
            case((alone, "unlinked"), else_=outcome_now()).label("outcome"),
            town_of(place).label("town"),
            case((alone, NOBODY), else_=lead_now()).label("lead"),
            ComplaintRow.received_at,
            case((alone, "unlinked"), (first, "first"), else_="further").label("part"),
        )
        .join(said, and_(said.complaint_id == ComplaintRow.id, said.newest))
        .outerjoin(inside, and_(inside.complaint_id == ComplaintRow.id, inside.valid_to.is_(None)))
        .outerjoin(CaseRow, CaseRow.id == inside.case_id)
        .where(within(place, territories))
    )
    return _kept(question if among is None else question.where(among), "complaint_ground")


def warnings(
    territories: Sequence[str], among: ColumnElement[bool], more: Mapping[str, ColumnElement[Any]] = NOTHING
) -> CTE:
    """Each warning with the channel it is on, its place, who looks after it, and when it was raised and settled.

    It is of no nature, sector or outcome: there it stands in a row of its own, so that all parts add up. `more` are
    columns that only some figures ask for.
    """
    row, none = WarningRow, literal(WARNING)
    question = select(
        row.id,
        func.coalesce(row.channel, WARNING).label("channel"),
        none.label("nature"),
        none.label("sector"),
        none.label("outcome"),
        town_of(row.district_code).label("town"),
        func.coalesce(row.owner_id, NOBODY).label("lead"),
        row.level,
        row.state,
        row.raised_at,
        row.settled_at,
        *(column.label(name) for name, column in more.items()),
    )
    name = "_".join(("warning_ground", *more))
    return _kept(question.where(within(row.district_code, territories), among), name)
