"""Watching: a channel that is silent, failing or suspiciously empty is an alarm, whatever its last run was called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.people import Actor
from casework.record import Json
from connectors.base import Channel, load_channel
from connectors.registry import channels
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow
from warehouse.store.canaries import overdue_canary
from warehouse.store.channel_alarms import clear_alarm, raise_alarm, raised_on

INTERVALS, FAILURES, LINKER_MINUTES = 3, 2, 15


@dataclass(frozen=True, slots=True)
class WatchCount:
    """How many channels were looked at, how many are in trouble, and how many came into it or out of it just now."""

    channels: int
    alarms: int
    raised: int
    cleared: int


def watch_channels(store: Warehouse, *, actor: Actor, at: datetime) -> WatchCount:
    """Raise and clear the warnings on channels. A channel that nobody has asked yet is no alarm.

    A paused channel is one, raised anew on the next day when somebody set it aside: no pause may be forgotten.
    """
    facts = channels()
    alarms = raised = cleared = 0
    with store.write() as session:
        for channel in facts:
            trouble = _trouble(session, channel, at=at)
            if trouble is None:
                cleared += clear_alarm(session, channel.name, by=actor.id, at=at)
                continue
            alarms += 1
            if trouble["why"] == "paused" and raised_on(session, channel.name, local_day(at)):
                continue
            raised += raise_alarm(session, channel.name, facts=trouble, at=at)
        if raised or cleared:
            details: dict[str, Json] = {"raised": raised, "cleared": cleared}
            audit.record(session, by=actor.id, act="watch", subject="channels", at=at, details=details)
    return WatchCount(len(facts), alarms, raised, cleared)


def _trouble(session: Session, channel: Channel, *, at: datetime) -> dict[str, Json] | None:
    """What is wrong with a channel, in figures; None when nothing is."""
    row = session.get(ChannelRow, channel.name)
    if row is not None and row.paused_by is not None:
        since = row.paused_at.isoformat() if row.paused_at else None
        return {"why": "paused", "since": since, "last_success_at": _said(row.last_success_at)}
    if row is None or row.last_attempt_at is None:
        return None
    heard = row.last_success_at
    silent = heard is not None and at - heard > _silence(channel)
    failing = row.failures >= FAILURES
    empty = row.error_code == "empty_alarm"
    canary = overdue_canary(session, channel.name, limit=overdue_after(channel), at=at)
    if not (silent or failing or empty or canary):
        return None
    why = "empty" if empty else "failing" if failing else "silent" if silent else "canary"
    return {
        "why": why,
        "failures": row.failures,
        "last_success_at": _said(heard),
        "error_code": row.error_code,
        **({"since": _said(canary.placed_at)} if canary else {}),
    }


def overdue_after(channel: Channel) -> timedelta:
    """How long a canary may take to the queue: three turns of its channel, and three of the linker."""
    return INTERVALS * timedelta(minutes=channel.every_minutes + LINKER_MINUTES)


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@cache
def silence_allowed(name: str) -> timedelta:
    """How long a channel may go unheard before that is an alarm: a few of its intervals."""
    return _silence(load_channel(name))


def _silence(channel: Channel) -> timedelta:
    return INTERVALS * timedelta(minutes=channel.every_minutes)
