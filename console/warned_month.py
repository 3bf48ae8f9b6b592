"""What early warning came to in a span, for the page of warnings and the dashboard: the figures of the statistics."""

from __future__ import annotations

from sqlalchemy.orm import Session

from console.access import may
from console.guard import Visit
from console.report import places_of
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.month import MonthFigures, figures_of
from warehouse.statistics.spans import stretch

COUNTED = tuple(one for one in WARNED if one.name not in ("warnings_start", "warnings_end"))
"""Raised, what they came to, and the visits: what happened in a span."""


def warned(session: Session, visit: Visit, name: str) -> MonthFigures | None:
    """These figures of a span by its name (`spans.stretch`); None for who may not open the statistics."""
    if not may(visit.actor, "statistics_page"):
        return None
    span, only = stretch(name, visit.today).span, {one.name for one in COUNTED}
    return figures_of(session, {"": span}, territories=places_of(visit), today=visit.today, only=only)[""]
