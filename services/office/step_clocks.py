"""The deadline that a step starts: of a listing, a publication, a transfer; counted by the law or by a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import cast

from sqlalchemy.orm import Session

from casework.clocks import (
    HAND_MATERIALS,
    POLICE_DECIDE,
    PUBLICATION_CORRECT,
    RECONSIDER,
    TRANSFER_DECIDE,
    TimeLimit,
    Unit,
)
from services.office.working_days import calendar_in_force
from warehouse.models import ClockRow
from warehouse.store.clocks import running, start_clock
from warehouse.store.settings import text, whole

_TRANSFER_UNIT = "transfer.unit"
_COUNTED_BY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        TRANSFER_DECIDE.kind: ("clock.police.decide_days", _TRANSFER_UNIT),
        POLICE_DECIDE.kind: ("transfer.police.days", _TRANSFER_UNIT),
        RECONSIDER.kind: ("transfer.reconsider.days", _TRANSFER_UNIT),
        HAND_MATERIALS.kind: ("transfer.materials.days", _TRANSFER_UNIT),
        PUBLICATION_CORRECT.kind: ("publication.correct.days", ""),
    }
)
"""Which clock takes its length, and its unit where there is a second, from which settings."""


def start_step(session: Session, case_id: str, limit: TimeLimit, on: date, *, by: str, at: datetime) -> ClockRow:
    """Start the clock of a step on a case, with the calendar in force and the days that the office has set."""
    days, unit = _COUNTED_BY.get(limit.kind, ("", ""))
    if days:
        limit = replace(limit, length=max(whole(session, days), 1))
    if unit:
        limit = replace(limit, unit=cast(Unit, text(session, unit)))
    calendar = calendar_in_force(session)
    return start_clock(session, limit, started_on=on, calendar=calendar, by=by, at=at, case_id=case_id)


def start_once(session: Session, case_id: str, limit: TimeLimit, on: date, *, by: str, at: datetime) -> ClockRow:
    """The same; of a kind that runs on the case already, there is that one and no second."""
    already = running(session, kind=limit.kind, case_id=case_id)
    return already[0] if already else start_step(session, case_id, limit, on, by=by, at=at)
