"""Whether the pulls of a month prove that nothing is missing from it; and a head's word where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework.certified import MISSING, ChannelDay
from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from connectors.registry import CHANNELS
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import PullGapRow, new_id
from warehouse.statistics.grounds import Window, window
from warehouse.statistics.pulls import days_of
from warehouse.store.channels import channel_row

SHOWN = 12
"""How many channel-days a refusal names; the page and the cover name all."""


class NotCertified(NotAllowed):
    """Days of a month are not proven by the pulls of their channel. The message names them."""


def month_days(session: Session, span: Window, *, at: datetime) -> list[ChannelDay]:
    """The channel-days of a span up to yesterday, as certified, accepted or missing at a moment."""
    return days_of(session, span, CHANNELS, at=at)


def missing(days: Sequence[ChannelDay]) -> list[ChannelDay]:
    """Those that lack their certificate."""
    return [one for one in days if one.state == MISSING]


def must_be_certified(days: Sequence[ChannelDay], month: str) -> None:
    """Raises `NotCertified` with the list of what is missing."""
    lacking = [f"{one.channel} {one.day}" for one in missing(days)]
    if lacking:
        raise NotCertified(
            f"{month} cannot be final: {len(lacking)} channel-days lack their pull certificate, "
            f"first {', '.join(lacking[:SHOWN])}. Pull the channels again, or let a head accept the gaps with a reason."
        )


def accept_gaps(
    store: Warehouse, *, month: str, channel: str, reason: str, actor: Actor, office: str, at: datetime
) -> int:
    """Accept every day of a month that one channel lacks its certificate for. Returns how many.

    It holds for the months of every territory, so the head is one of the whole `office`. The reason stands on the cover
    of every export of the month. Raises `NotAllowed` for anybody else, `BadInput` without a reason or where nothing is
    missing.
    """
    if not actor.may(Role.HEAD, office):
        raise NotAllowed("Only the head of the whole office accepts that a certificate is missing.")
    if not reason.strip() or len(reason) > 400:
        raise BadInput("To accept a gap needs a reason of at most 400 characters.")
    span = window(month)
    with store.write() as session:
        one_at_a_time(session, f"gaps:{month}")
        gone = [one for one in missing(month_days(session, span, at=at)) if one.channel == channel]
        if not gone:
            raise BadInput("No certificate of this channel is missing in this month.")
        channel_row(session, channel)
        for one in gone:
            gap = {"channel": one.channel, "day": one.day, "reason": reason.strip()}
            session.add(PullGapRow(id=new_id("gap"), by=actor.id, at=at, **gap))
        session.flush()
        details: dict[str, Json] = {"channel": channel, "days": len(gone)}
        audit.record(session, by=actor.id, act="accept_gaps", subject=f"month:{month}", at=at, details=details)
    return len(gone)
