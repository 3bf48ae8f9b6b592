"""Firms that the wage feed names: each is an employer from then on, before anybody has complained of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
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
    stand_as_named,
)


def know_firms(session: Session, feeds: Sequence[WageFeed], *, at: datetime) -> None:
    """Keep whom the records of one batch of the feed name on their projects, and as what.

    The general contractor and whoever pays wages become employers; an owner is only recognised, for it employs nobody.
    Nearly every record names firms that are kept as they are told: a batch of such records asks once and waits for
    nobody who is at work on employers. A batch with a new firm takes the names once, and then its records in order.
    """
    naming = [feed for feed in feeds if isinstance(feed, Project | PayPeriod)]
    places = _places(session, {feed.project_code for feed in naming if isinstance(feed, PayPeriod)})
    named = [(feed, list(_named(feed, places))) for feed in naming]
    if stand_as_named(session, [one for _, firms in named for one in firms]):
        return
    one_at_a_time(session, "employers", "sites")  # whoever parts a spelling takes the two in this order
    for feed, firms in named:
        if stand_as_named(session, firms):
            continue
        if isinstance(feed, Project):
            for one in firms:
                end_others(session, feed.project_code, one.part, one.name, at=at)
        for one in firms:
            _know(session, one, at=at)


def learn_firms(session: Session, *, at: datetime) -> int:
    """Keep the firms that were named before this was kept. Returns how many there were; a second run finds none."""
    one_at_a_time(session, "employers", "sites")
    found = list(not_yet_kept(session))
    for named in found:
        _know(session, named, at=at)
    return len(found)


def _places(session: Session, project_codes: Set[str]) -> dict[str, str | None]:
    """Where each of these projects lies."""
    row = ProjectRow
    question = select(row.project_code, row.district_code).where(row.project_code.in_(project_codes))
    return dict(session.execute(question).tuples().all()) if project_codes else {}


def _named(feed: Project | PayPeriod, places: Mapping[str, str | None]) -> Iterator[Named]:
    match feed:
        case Project():
            if feed.owner_name:
                yield Named(feed.project_code, OWNER, feed.owner_name)
            if feed.general_contractor:
                code = code_or_none(feed.general_contractor_uscc)
                yield Named(feed.project_code, LEADS, feed.general_contractor, code, feed.district_code)
        case PayPeriod():
            code = code_or_none(feed.employer_uscc)
            yield Named(feed.project_code, PAYS, feed.employer_name, code, places.get(feed.project_code))


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
