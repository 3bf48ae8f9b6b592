"""Firms that the wage feed names: each is an employer from then on, before anybody has complained of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.wages import PayPeriod, Project, WageFeed
from dedupe.normalise import name_key
from warehouse.engine import one_at_a_time
from warehouse.models import ProjectRow
from warehouse.store.employers import employers_by_spelling, find_or_make_employer
from warehouse.store.project_firms import (
    LEADS,
    OWNER,
    PAYS,
    Named,
    code_or_none,
    end_others,
    keep_firm,
    kept_firm,
    not_yet_kept,
    stands_as_named,
)


def know_firms(session: Session, feed: WageFeed, *, at: datetime) -> None:
    """Keep whom one record of the feed names on its project, and as what.

    The general contractor and whoever pays wages become employers; an owner is only recognised, for it employs nobody.
    Nearly every record names firms that are kept as they are told: it waits for nobody who is at work on employers.
    """
    if not isinstance(feed, Project | PayPeriod):
        return
    firms = list(_named(session, feed))
    if all(stands_as_named(session, one) for one in firms):
        return
    one_at_a_time(session, "employers", "sites")  # whoever parts a spelling takes the two in this order
    if isinstance(feed, Project):
        for named in firms:
            end_others(session, feed.project_code, named.part, named.name, at=at)
    for named in firms:
        _know(session, named, at=at)


def learn_firms(session: Session, *, at: datetime) -> int:
    """Keep the firms that were named before this was kept. Returns how many there were; a second run finds none."""
    one_at_a_time(session, "employers", "sites")
    found = list(not_yet_kept(session))
    for named in found:
        _know(session, named, at=at)
    return len(found)


def _named(session: Session, feed: WageFeed) -> Iterator[Named]:
    match feed:
        case Project():
            if feed.owner_name:
                yield Named(feed.project_code, OWNER, feed.owner_name)
            if feed.general_contractor:
                code = code_or_none(feed.general_contractor_uscc)
                yield Named(feed.project_code, LEADS, feed.general_contractor, code, feed.district_code)
        case PayPeriod():
            place = select(ProjectRow.district_code).where(ProjectRow.project_code == feed.project_code)
            code = code_or_none(feed.employer_uscc)
            yield Named(feed.project_code, PAYS, feed.employer_name, code, session.scalar(place))


def _know(session: Session, named: Named, *, at: datetime) -> None:
    row = kept_firm(session, named)
    if row is not None and row.until is None and row.employer_id is not None and named.uscc in (None, row.uscc):
        return
    if named.part == OWNER:
        keep_firm(
            session, named, row=row, employer_id=employers_by_spelling(session, {named.name}).get(named.name), at=at
        )
        return
    employer_id = find_or_make_employer(
        session,
        name=named.name,
        name_key=name_key(named.name)[:200],
        uscc=named.uscc,
        district_code=named.district_code,
        learned_from="feed",
        at=at,
    )
    keep_firm(session, named, row=row, employer_id=employer_id, at=at)
