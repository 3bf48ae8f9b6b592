"""What most pages need beside their own question: the counts in the menu, and where deadlines stand today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from console.access import may
from console.guard import Visit
from console.render import Menu
from services.office.running import channel_names, intervals
from services.office.working_days import calendar_in_force
from services.replying.receipt_days import OVERDUE
from warehouse.queries import callbacks
from warehouse.queries.channels import ChannelLine, ChannelState, channel_lines, channel_states
from warehouse.queries.deadlines import Horizon
from warehouse.queries.menu import menu_counts
from warehouse.store.settings import whole


def horizon(session: Session, visit: Visit) -> Horizon:
    """Today, the calendar in force, and how many days ahead count as due soon."""
    return Horizon(visit.today, calendar_in_force(session), whole(session, "clock.due_soon.days"), visit.at)


def pulled(session: Session, *, since: datetime) -> list[ChannelLine]:
    """The channels that are asked by the schedule. What people type in or bring in a file is never silent."""
    return [line for line in channel_lines(session, since=since) if line.name in channel_names()]


def pulled_states(session: Session) -> list[ChannelState]:
    """The same channels, without what they brought."""
    return [one for one in channel_states(session) if one.name in channel_names()]


def next_intake(lines: Iterable[ChannelState], at: datetime) -> datetime | None:
    """When a channel is asked next: each as often as it says, counted from when it was asked last."""
    every = intervals()
    due = [one.last_attempt_at + every[one.name] for one in lines if one.last_attempt_at and one.state != "paused"]
    return max(min(due), at) if due else None


_COUNTS = {
    "queue": "queue_page",
    "mine": "mine_page",
    "review": "review_page",
    "quarantine": "quarantine_page",
    "stuck": "receipts_page",
    "notices": "read_notices",
    "callbacks": "callbacks_page",
    "waiting": "waiting_page",
    "reviews": "review_outcome",
    "warnings": "warnings_page",
}
"""Each count of the menu with the route that a person must be let through to be shown it."""


def menu(session: Session, visit: Visit) -> Menu:
    """The counts this person's menu shows."""
    actor = visit.actor
    shown = frozenset(count for count, route in _COUNTS.items() if may(actor, route))
    counts = menu_counts(session, actor, shown, today=visit.today, late_since=visit.at - OVERDUE)
    health = pulled_states(session) if may(actor, "channels_page") else []
    return Menu(
        **counts,
        counted=callbacks.COUNTED,
        channels=(sum(1 for one in health if one.state == "well"), len(health)) if health else None,
        paused=tuple((one.name, one.paused_at) for one in health if one.state == "paused"),
        holidays_missing=holidays_missing(session, visit.today) if may(actor, "load_holidays") else 0,
    )


_NOTICE_COMES_IN = 10
"""The State Council publishes the holidays of a year in the last months of the one before."""


def holidays_missing(session: Session, today: date) -> int:
    """The year whose holidays should be known by now and are not: this one, or from October on the next. 0: none."""
    wanted = today.year + (today.month >= _NOTICE_COMES_IN)
    return 0 if calendar_in_force(session).knows(date(wanted, 12, 31)) else wanted
