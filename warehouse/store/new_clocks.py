"""Clocks that are to start: their columns, and many of them written at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from casework.clocks import DueDay, TimeLimit
from casework.suspension import NAMED
from warehouse.many import write_rows
from warehouse.models import ClockEventRow, ClockRow, new_id

NewClock: TypeAlias = dict[str, Any]
"""The columns of a clock that is to start."""


def counted_clock(
    limit: TimeLimit,
    *,
    started_on: date,
    due: DueDay,
    case_id: str | None = None,
    complaint_id: str | None = None,
) -> NewClock:
    """A deadline that was counted with a calendar."""
    return {
        "id": new_id("clk"),
        "case_id": case_id,
        "complaint_id": complaint_id,
        "kind": limit.kind,
        "started_on": started_on,
        "length": limit.length,
        "unit": limit.unit,
        "due_on": due.due_on,
        "provisional": due.provisional,
        "calendar_version": due.calendar_version,
        "rule_version": limit.rule_version,
        "source": limit.source,
        "state": "running",
    }


def fixed_clock(
    kind: str,
    *,
    started_on: date,
    due_on: date,
    source: str,
    case_id: str | None = None,
    complaint_id: str | None = None,
    due_at: datetime | None = None,
) -> NewClock:
    """A deadline whose last day somebody named."""
    return {
        "id": new_id("clk"),
        "case_id": case_id,
        "complaint_id": complaint_id,
        "kind": kind,
        "started_on": started_on,
        "length": max((due_on - started_on).days, 0),
        "unit": "calendar",
        "due_on": due_on,
        "provisional": False,
        "calendar_version": NAMED,
        "rule_version": NAMED,
        "source": source,
        "state": "running",
        "due_at": due_at,
    }


def start_clocks(session: Session, clocks: Sequence[NewClock], *, by: str, at: datetime) -> None:
    """Start many deadlines with two statements, each with its event."""
    events = [
        {"id": new_id("cev"), "clock_id": one["id"], "kind": "started", "at": at, "by": by, "due_after": one["due_on"]}
        for one in clocks
    ]
    write_rows(session, ClockRow, [{"due_at": None, **one} for one in clocks])
    write_rows(session, ClockEventRow, events)
