"""Figures that count early warnings. Each is a condition on `grounds.warnings`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

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


def conditions(among: Ground, span: Window) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Every figure of warnings by its name."""
    yield "warnings_start", open_at(among, span.start)
    yield "warnings_raised", raised(among, span)
    for figure, state in SETTLED.items():
        yield figure, settled(among, span, state)
    yield "warnings_end", open_at(among, span.end)
