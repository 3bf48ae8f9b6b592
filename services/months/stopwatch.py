"""The stopwatch by the office's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from casework.errors import BadInput
from casework.stopwatch import OfficeHours
from services.office.working_days import calendar_in_force
from warehouse.statistics.grounds import Window
from warehouse.statistics.of_times import Terms, Times, times_of
from warehouse.store.settings import setting, whole


def terms_of(session: Session) -> Terms:
    """By which rules times are measured now."""
    written = setting(session, "stopwatch.office_hours")
    if not isinstance(written, list):
        raise BadInput("The setting stopwatch.office_hours must be a list of spans.")
    return Terms(
        pause=timedelta(minutes=whole(session, "stopwatch.pause.minutes")),
        least_mornings=whole(session, "stopwatch.least.mornings"),
        least_officers=whole(session, "stopwatch.least.officers"),
        hours=OfficeHours.read([str(one) for one in written]),
        calendar=calendar_in_force(session),
    )


def stopwatch(session: Session, span: Window, places: Sequence[str]) -> Times:
    """The stopwatch of a span over these places, as it stands now."""
    return times_of(session, span, territories=places, terms=terms_of(session))
