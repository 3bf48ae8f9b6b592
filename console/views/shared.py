"""What most pages need beside their own question: the counts in the menu, and where deadlines stand today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.access import may
from console.guard import Visit
from console.render import Menu
from services.office.running import channel_names, intervals
from services.office.working_days import calendar_in_force
from services.replying.receipt_days import OVERDUE
from warehouse.models import CaseRow, LandedRow
from warehouse.queries.callbacks import count_to_call
from warehouse.queries.channels import ChannelLine, channel_lines
from warehouse.queries.deadlines import Horizon
from warehouse.queries.mine import to_do
from warehouse.queries.notices import unread_notices
from warehouse.queries.receipt_days import count_stuck
from warehouse.queries.review import waiting
from warehouse.queries.reviews import to_review
from warehouse.queries.sight import seen_by
from warehouse.queries.waited_for import count_waiting
from warehouse.queries.warnings import count_red
from warehouse.store.settings import whole


def horizon(session: Session, visit: Visit) -> Horizon:
    """Today, the calendar in force, and how many days ahead count as due soon."""
    return Horizon(visit.today, calendar_in_force(session), whole(session, "clock.due_soon.days"))


def pulled(session: Session, *, since: datetime) -> list[ChannelLine]:
    """The channels that are asked by the schedule. What people type in or bring in a file is never silent."""
    return [line for line in channel_lines(session, since=since) if line.name in channel_names()]


def next_intake(lines: Iterable[ChannelLine], at: datetime) -> datetime | None:
    """When a channel is asked next: each as often as it says, counted from when it was asked last."""
    every = intervals()
    due = [one.last_attempt_at + every[one.name] for one in lines if one.last_attempt_at and one.state != "paused"]
    return max(min(due), at) if due else None


def menu(session: Session, visit: Visit) -> Menu:
    """The counts this person's menu shows."""
    actor = visit.actor
    queue = select(func.count()).select_from(CaseRow).where(seen_by(actor), CaseRow.status == "to_dispatch")
    stuck = select(func.count()).select_from(LandedRow).where(LandedRow.state == "quarantined")
    health = pulled(session, since=visit.at) if may(actor, "channels_page") else []
    reviews = len(to_review(session, actor)) if may(actor, "review_outcome") else 0
    return Menu(
        queue=int(session.scalar(queue) or 0) if may(actor, "queue_page") else 0,
        mine=to_do(session, actor) if may(actor, "mine_page") else 0,
        review=len(waiting(session, actor, unsure_of=actor.id)) if may(actor, "review_page") else 0,
        quarantine=int(session.scalar(stuck) or 0) if may(actor, "quarantine_page") else 0,
        channels=(sum(1 for one in health if one.state == "well"), len(health)) if health else None,
        paused=tuple((one.name, one.paused_at) for one in health if one.state == "paused"),
        stuck=count_stuck(session, at=visit.at, overdue=OVERDUE) if may(actor, "receipts_page") else 0,
        notices=unread_notices(session, actor.id) if may(actor, "read_notices") else 0,
        callbacks=count_to_call(session, actor) if may(actor, "callbacks_page") else 0,
        waiting=count_waiting(session, actor) + reviews if may(actor, "waiting_page") else 0,
        reviews=reviews,
        warnings=count_red(session, actor, today=visit.today) if may(actor, "warnings_page") else 0,
        holidays_missing=holidays_missing(session, visit.today) if may(actor, "load_holidays") else 0,
    )


_NOTICE_COMES_IN = 10
"""The State Council publishes the holidays of a year in the last months of the one before."""


def holidays_missing(session: Session, today: date) -> int:
    """The year whose holidays should be known by now and are not: this one, or from October on the next. 0: none."""
    wanted = today.year + (today.month >= _NOTICE_COMES_IN)
    return 0 if calendar_in_force(session).knows(date(wanted, 12, 31)) else wanted
