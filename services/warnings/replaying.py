"""What was known on many past days, one after another: the history is read once, and each day tells what had come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from casework.warnings.known import Known
from services.office.working_days import calendar_in_force
from warehouse.queries.complaint_history import CaseLives, ComplaintHistory, PromiseHistory
from warehouse.queries.feed_history import FeedHistory
from warehouse.queries.joined import Joined
from warehouse.queries.known_feed import Basis


def known_on(session: Session, moments: list[datetime], *, basis: Basis = "arrived") -> Iterator[Known]:
    """What was known at each of these moments, which rise. For the last one it is what `known_at` reads.

    `basis` says by which moment a record of the wage feed, and a complaint, was known: see
    `warehouse.queries.known_feed.Basis`. Employers are one as they were then. The calendar is the one in force now.
    Raises `ValueError` for moments that fall.
    """
    if not moments:
        return
    since, until = moments[0], moments[-1]
    calendar = calendar_in_force(session)
    joined = Joined(session)
    feed = FeedHistory(session, joined, since=since, until=until, basis=basis)
    lives = CaseLives(session, joined)
    complaints = ComplaintHistory(session, lives, since=since, until=until, basis=basis)
    promises = PromiseHistory(session, lives, until=until)
    for at in moments:
        told = feed.at(at)
        yield Known(
            at=at,
            calendar=calendar,
            parties=told.parties,
            sites=told.sites,
            payrolls=told.payrolls,
            balances=told.balances,
            attendance=told.attendance,
            heard=told.heard,
            first=told.first,
            complaints=complaints.at(at),
            ended=lives.ended(at),
            promised=promises.promised(at),
            outside=promises.outside(at),
        )
