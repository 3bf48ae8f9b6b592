"""The page 渠道监测: how each channel has been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from warehouse.engine import once
from warehouse.models import ChannelRow, LandedRow
from warehouse.queries.hiding import hide


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel: `state` is paused | never | failing | empty | well. Counts are of the time since `since`."""

    name: str
    state: str
    cursor_at: datetime | None
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    failures: int
    error_code: str | None
    error_words: str | None
    paused_by: str | None
    landed: int
    quarantined: int
    paused_at: datetime | None = None
    paused_reason: str | None = None


def channel_lines(session: Session, *, since: datetime) -> list[ChannelLine]:
    """Every channel that was heard of, by name, with what landed since a moment and what waits in quarantine."""
    landed, waiting = _landed(session, since), in_quarantine(session)
    return [
        ChannelLine(
            name=row.name,
            state=_state(row),
            cursor_at=row.cursor_at,
            last_attempt_at=row.last_attempt_at,
            last_success_at=row.last_success_at,
            failures=row.failures,
            error_code=row.error_code,
            error_words=row.error_words,
            paused_by=row.paused_by,
            landed=landed.get(row.name, 0),
            quarantined=waiting.get(row.name, 0),
            paused_at=row.paused_at,
            paused_reason=hide(row.paused_reason) if row.paused_by is not None else None,
        )
        for row in session.scalars(select(ChannelRow).order_by(ChannelRow.name))
    ]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How one channel is, in short: as a `ChannelLine` says it, but for what it brought."""

    name: str
    state: str
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    paused_at: datetime | None


_OF_STATE = select(
    ChannelRow.name,
    ChannelRow.paused_by,
    ChannelRow.paused_at,
    ChannelRow.last_attempt_at,
    ChannelRow.last_success_at,
    ChannelRow.failures,
    ChannelRow.error_code,
).order_by(ChannelRow.name)


def channel_states(session: Session) -> list[ChannelState]:
    """How every channel is that was heard of, by name."""
    return list(once(session, "channels", lambda: [_in_short(row) for row in session.execute(_OF_STATE)]))


def _in_short(row: Row[Any]) -> ChannelState:
    return ChannelState(row.name, _state(row), row.last_attempt_at, row.last_success_at, row.paused_at)


def in_quarantine(session: Session) -> dict[str, int]:
    """How many records wait in quarantine, by channel."""
    waiting = LandedRow.state == "quarantined"
    question = select(LandedRow.channel, func.count()).where(waiting).group_by(LandedRow.channel)
    return dict(session.execute(question).tuples().all())


def _landed(session: Session, since: datetime) -> dict[str, int]:
    """How many records landed since a moment, by channel; our own canaries are nobody's."""
    name = func.coalesce(LandedRow.channel, "")  # by the bare column SQLite walks every row, channel by channel
    nobodys = func.coalesce(LandedRow.reason_code, "") == "canary"
    question = select(name, func.count()).where(LandedRow.landed_at >= since, ~nobodys).group_by(name)
    return dict(session.execute(question).tuples().all())


def _state(row: ChannelRow | Row[Any]) -> str:
    if row.paused_by is not None:
        return "paused"
    if row.last_attempt_at is None:
        return "never"
    if row.failures:
        return "failing"
    return "empty" if row.error_code == "empty_alarm" else "well"
