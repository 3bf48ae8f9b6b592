"""What stands beside the figures of a month: since the year began (累计), and both of the year before (同比)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.models import ComplaintRow
from warehouse.statistics.along import Along
from warehouse.statistics.grounds import Window
from warehouse.statistics.month import MonthFigures, figures_of
from warehouse.statistics.spans import Stretch, since_january
from warehouse.store.months import Frozen, frozen


def alongside(
    session: Session, span: Stretch, places: tuple[str, ...], *, today: date, only: Collection[str] = ()
) -> Along | None:
    """Count it over these places; None for a span that is no month: a year says by itself what there is to say.

    `only` some figures, if any is named: what was locked of the year before has the others too.

    Of the year before, a month that was locked counts as it was published, and so does what stood beside it. Nothing is
    said of a time before the first complaint.
    """
    if span.kind != "month":
        return None
    first = session.scalar(select(func.min(ComplaintRow.received_at)))
    spans: dict[str, Window] = {"cumulative": since_january(span.span)}
    if first is not None and first < span.last_year.end:
        spans |= {"last_year": span.last_year, "cumulative_last_year": since_january(span.last_year)}
    lock = _of_last_year(session, span, places)
    known: Mapping[str, MonthFigures] = {}
    if lock is not None:
        known = {"last_year": lock.figures}
        if lock.along is not None:
            known = {**known, "cumulative_last_year": lock.along.cumulative}
    asked = {name: window for name, window in spans.items() if name not in known}
    found = {**figures_of(session, asked, territories=places, today=today, only=only), **known}
    return Along(found["cumulative"], found.get("last_year"), found.get("cumulative_last_year"))


def _of_last_year(session: Session, span: Stretch, places: tuple[str, ...]) -> Frozen | None:
    """The same month of last year as it was locked; not while this one runs, for then only its first days compare."""
    whole = len(span.last_year.month) == len("2026-10")
    return frozen(session, span.last_year.month, places[0]) if whole and len(places) == 1 else None
