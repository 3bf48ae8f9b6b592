"""Warnings on channels: raised once, kept with their figures, cleared when the channel is back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.record import Json
from warehouse.models import WarningRow, new_id

RULE, RULE_VERSION = "channel_silent", "2026-11"


def open_alarm(session: Session, channel: str, *, rule: str = RULE) -> WarningRow | None:
    """The alarm that stands on a channel."""
    question = select(WarningRow).where(
        WarningRow.rule == rule, WarningRow.channel == channel, WarningRow.state.in_(("open", "confirmed"))
    )
    return session.scalars(question.order_by(WarningRow.raised_at, WarningRow.id).limit(1)).one_or_none()


def raised_on(session: Session, channel: str, day: date, *, rule: str = RULE) -> bool:
    """Whether this day has had its alarm on a channel, whatever became of it since."""
    question = select(func.max(WarningRow.raised_at)).where(WarningRow.rule == rule, WarningRow.channel == channel)
    last = session.scalar(question)
    return last is not None and local_day(last) == day


def raise_alarm(session: Session, channel: str, *, facts: dict[str, Json], at: datetime, rule: str = RULE) -> bool:
    """Warn of a channel, or keep the figures of the warning that stands up to date. Returns whether it is new."""
    row = open_alarm(session, channel, rule=rule)
    if row is not None:
        row.facts = facts
        session.flush()
        return False
    session.add(
        WarningRow(
            id=new_id("wrn"),
            rule=rule,
            rule_version=RULE_VERSION,
            level="red",
            channel=channel,
            facts=facts,
            raised_at=at,
            state="open",
        )
    )
    session.flush()
    return True


def clear_alarm(session: Session, channel: str, *, by: str, at: datetime, rule: str = RULE) -> bool:
    """The channel is heard again. Returns whether there was an alarm."""
    row = open_alarm(session, channel, rule=rule)
    if row is None:
        return False
    row.state, row.settled_at, row.settled_by = "cleared", at, by
    session.flush()
    return True
