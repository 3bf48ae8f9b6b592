"""Figures that count early warnings. Each is a condition on `grounds.warnings`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from warehouse.models import CaseRow, EmployerRow, VisitRow, WarningActRow, WarningRow
from warehouse.statistics.grounds import Ground, Window

SETTLED = {
    "warnings_confirmed": "confirmed",
    "warnings_false": "false_alarm",
    "warnings_corrected": "corrected",
    "warnings_cleared": "cleared",
}
"""The figure of each way a warning comes to its end."""


def raised(among: Ground, span: Window) -> ColumnElement[bool]:
    """发出预警: warnings that a rule or the watch over the channels raised within the span.

    Base: warnings, each once, however often the rule found it again while it stood. Date: the run that raised it. Left
    out: nothing; of a level that rose since, it counts by the level it has now.
    """
    return span.holds(among.c.raised_at)


def settled(among: Ground, span: Window, state: str) -> ColumnElement[bool]:
    """预警属实, 误报, 整改, 消除: warnings that came to this end within the span.

    Base: warnings. Date: when a person settled it, or of `cleared` the run that no longer found it. Left out: what was
    taken back, for then it is open again.
    """
    return and_(among.c.state == state, span.holds(among.c.settled_at))


def open_at(among: Ground, moment: datetime) -> ColumnElement[bool]:
    """未处置预警: warnings raised before a moment that had come to no end by then; those set aside too."""
    return and_(among.c.raised_at < moment, or_(among.c.settled_at.is_(None), among.c.settled_at >= moment))


def proposed_at() -> ColumnElement[Any]:
    """When somebody first proposed a visit on a warning; nothing where nobody did. A column of `WarningRow`."""
    act = WarningActRow
    first = select(func.min(act.at)).where(act.warning_id == WarningRow.id, act.kind == "to_visit")
    return first.correlate(WarningRow).scalar_subquery()


def visited_at() -> ColumnElement[Any]:
    """When the employer of a warning was first visited after that, in whichever of its cases. A column of `WarningRow`.

    An employer is the one that stays after employers were made one. A warning that is on a project or a place alone
    names nobody whose visit it could be: nothing.
    """
    visit, warned, other = VisitRow, aliased(EmployerRow), aliased(EmployerRow)
    stays = select(func.coalesce(warned.merged_into, warned.id)).where(warned.id == WarningRow.employer_id)
    one = stays.correlate(WarningRow).scalar_subquery()
    firms = select(other.id).where(or_(other.id == one, other.merged_into == one)).correlate(WarningRow)
    first = select(func.min(visit.visited_at)).join(CaseRow, CaseRow.id == visit.case_id)
    own = CaseRow.employer_id.in_(firms), visit.visited_at >= proposed_at()
    return first.where(*own).correlate(WarningRow).scalar_subquery()


def visits(among: Ground, span: Window) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """预警建议走访, 建议后已走访: warnings on which a visit was first proposed in a span, and those visited in it.

    Base: warnings, each once, however often a visit was proposed or made. Date: the first proposal; the first visit
    after it. The two are of one month each and not of each other: what was proposed in October may be visited in
    November. Left out: visits that nobody proposed on a warning; those count as `visits` alone.
    """
    yield "warnings_visits_proposed", span.holds(among.c.proposed_at)
    yield "warnings_visited", span.holds(among.c.visited_at)


def conditions(among: Ground, span: Window) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Every figure of how warnings come and go, by its name."""
    yield "warnings_start", open_at(among, span.start)
    yield "warnings_raised", raised(among, span)
    for figure, state in SETTLED.items():
        yield figure, settled(among, span, state)
    yield "warnings_end", open_at(among, span.end)
