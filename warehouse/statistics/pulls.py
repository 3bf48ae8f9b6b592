"""What is known of the pulls of a month: channel-day by channel-day, with what a head accepted. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.certified import ACCEPTED, MISSING, ChannelDay, Pull, channel_days
from warehouse.models import ChannelRow, MonthPullRow, PullCertificateRow, PullGapRow
from warehouse.queries.hiding import hide
from warehouse.statistics.grounds import Window

OF_A_DAY = ("channel", "day", "state", "certified_at", "pulls", "seen", "landed", "refused")
"""What is kept of a channel-day with a locked month."""
_ROW = PullCertificateRow
_BY_PLAN = _ROW.run_id.not_like("import:%")
"""A file that somebody brings has a certificate of its own and no plan."""


def days_of(session: Session, span: Window, channels: Sequence[str], *, at: datetime) -> list[ChannelDay]:
    """Every day of a span up to yesterday, of each of these channels, as the certificates show it at a moment."""
    days = [span.first + timedelta(days=n) for n in range((min(span.after, local_day(at)) - span.first).days)]
    gaps = accepted(session, span)
    began = _first_pulls(session)
    found = []
    for name in channels:
        row = session.get(ChannelRow, name)
        paused = local_day(row.paused_at) if row is not None and row.paused_by and row.paused_at else None
        pulls = _pulls(session, name, span, at) if name in began else []
        for one in channel_days(name, pulls, days, since=began.get(name), paused_on=paused):
            gap = gaps.get((name, one.day)) if one.state == MISSING else None
            found.append(replace(one, state=ACCEPTED, reason=hide(gap.reason) or "") if gap else one)
    return found


def frozen_days(session: Session, month_id: str) -> list[ChannelDay]:
    """The channel-days of a locked month as they were certified then, with the reasons of what a head accepted."""
    row = MonthPullRow
    question = select(*(getattr(row, name) for name in OF_A_DAY), PullGapRow.reason).where(row.month_id == month_id)
    rows = session.execute(question.outerjoin(PullGapRow, PullGapRow.id == row.gap_id).order_by(row.channel, row.day))
    return [replace(ChannelDay(*rest), reason=hide(reason) or "") for *rest, reason in rows]


def accepted(session: Session, span: Window) -> dict[tuple[str, date], PullGapRow]:
    """The channel-days of a span that a head accepted without their certificate."""
    rows = session.scalars(select(PullGapRow).where(span.holds_day(PullGapRow.day)))
    return {(row.channel, row.day): row for row in rows}


def _first_pulls(session: Session) -> dict[str, date]:
    """By channel the day of its first pull of all."""
    question = select(_ROW.channel, func.min(_ROW.started_at)).where(_BY_PLAN).group_by(_ROW.channel)
    return {channel: local_day(first) for channel, first in session.execute(question)}


def _pulls(session: Session, channel: str, span: Window, at: datetime) -> list[Pull]:
    """From the last pull begun before a span to the first complete one begun after it."""
    own = (_ROW.channel == channel, _BY_PLAN, _ROW.started_at <= at)
    before = select(func.max(_ROW.started_at)).where(*own, _ROW.started_at < span.start).scalar_subquery()
    closing = select(func.min(_ROW.started_at)).where(*own, _ROW.started_at >= span.end, _ROW.verdict == "complete")
    wanted = (
        *own,
        _ROW.started_at >= func.coalesce(before, span.start),
        _ROW.started_at <= func.coalesce(closing.scalar_subquery(), at),
    )
    columns = (
        _ROW.started_at,
        _ROW.cursor_from,
        _ROW.cursor_to,
        _ROW.verdict == "complete",
        _ROW.seen,
        _ROW.landed_new + _ROW.landed_versions - _ROW.canaries,
        _ROW.refused,
    )
    rows = session.execute(select(*columns).where(*wanted).order_by(_ROW.started_at, _ROW.id))
    return [Pull(*row) for row in rows]
