"""What the office timed by hand before complaints were merged (基线): kept with its method, and dropped when wrong."""

from __future__ import annotations

import re
from datetime import date, datetime
from unicodedata import normalize

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.months.freezing_month import territory_of
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import TimeBaselineRow, new_id
from warehouse.statistics.definitions_of_times import BASELINES

MOST = 500
"""Times in one record."""
_SECONDS = {"minutes_per_complaint": 60, "hours_to_dispatch": 3600}
_LONGEST = {"minutes_per_complaint": 24 * 3600, "hours_to_dispatch": 366 * 24 * 3600}
_APART = re.compile(r"[\s,;、]+")
_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?\Z")


def read_times(measure: str, typed: str) -> list[int]:
    """Times as a person types them, in minutes or hours, a blank or comma between: as seconds. Raises `BadInput`."""
    unit = _SECONDS.get(measure)
    if unit is None:
        raise BadInput(f"What is timed by hand is one of: {', '.join(BASELINES)}.")
    said = [one for one in _APART.split(normalize("NFKC", typed).strip()) if one]
    if not said or len(said) > MOST:
        raise BadInput(f"Give the time of each complaint that was timed, from 1 to {MOST} of them.")
    if not all(_NUMBER.match(one) for one in said):
        raise BadInput("Each time is a number such as 9.5, with a blank between two.")
    found = [round(float(one) * unit) for one in said]
    if not all(0 < one <= _LONGEST[measure] for one in found):
        raise BadInput("A time is more than nothing; by hand at most a day, to the dispatch at most a year.")
    return found


def record_baseline(
    store: Warehouse,
    *,
    measure: str,
    typed: str,
    timed_on: date,
    timed_by: str,
    how: str,
    actor: Actor,
    at: datetime,
) -> str:
    """Keep what the office timed before: each complaint's time, the last day, in which role, how and where it lies.

    The newest record of a measure is what changes are held up to; the older ones stay. Raises `NotAllowed` for anybody
    but the head of one territory, `BadInput` for times that are none, a day to come, a role nobody has, or no method.
    """
    territory = territory_of(actor)
    seconds = read_times(measure, typed)
    if timed_on > local_day(at):
        raise BadInput("The day it was timed on is not to come.")
    if timed_by not in set(Role):
        raise BadInput(f"The roles are {', '.join(Role)}.")
    if not how.strip() or len(how) > 400:
        raise BadInput("Say in at most 400 characters how it was timed, and where the record lies.")
    with store.write() as session:
        row = TimeBaselineRow(
            id=new_id("bas"),
            territory=territory,
            measure=measure,
            seconds=seconds,
            timed_on=timed_on,
            timed_by=timed_by,
            how=how.strip(),
            by=actor.id,
            at=at,
        )
        session.add(row)
        details: dict[str, Json] = {"measure": measure, "timed": len(seconds), "territory": territory}
        audit.record(session, by=actor.id, act="record_baseline", subject=row.id, at=at, details=details)
        return row.id


def drop_baseline(store: Warehouse, *, baseline_id: str, actor: Actor, at: datetime) -> None:
    """A record was wrong: from now on it is held up to nothing, and the one before it counts again.

    Raises `NotFound` for one of another territory, `Conflict` when it was dropped already.
    """
    territory = territory_of(actor)
    with store.write() as session:
        row = session.get(TimeBaselineRow, baseline_id, with_for_update=True)
        if row is None or row.territory != territory:
            raise NotFound("There is no such record.")
        if row.dropped_at is not None:
            moment = row.dropped_at.isoformat(timespec="minutes")
            raise Conflict("This record was dropped already.", by=row.dropped_by, at=moment)
        row.dropped_by, row.dropped_at = actor.id, at
        audit.record(session, by=actor.id, act="drop_baseline", subject=row.id, at=at)
