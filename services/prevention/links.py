"""Links of notices to employers: put into the inbox of the page where they ought to open, and taken away again.

Every run may come twice, late, or be killed: what lies in the inbox is compared with what ought to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import ArrearsError, BadInput
from connectors.base import Connector
from connectors.inbox_notices import NoticeBox
from warehouse.engine import Warehouse
from warehouse.models import PreventionNoticeRow
from warehouse.store.messages import unsent_to
from warehouse.store.receipt_numbers import OWN_PAGE


@runtime_checkable
class TakesNotices(Protocol):
    """A channel by which employers are asked and answer."""

    @property
    def notices(self) -> NoticeBox:
        """Its inbox, as far as notices go."""


def box_of(connector_of: Callable[[str], Connector]) -> NoticeBox | None:
    """Where notices go; None without a page for workers."""
    try:
        page = connector_of(OWN_PAGE)
    except BadInput:
        return None
    return page.notices if isinstance(page, TakesNotices) else None


def settle_link(
    store: Warehouse, connector_of: Callable[[str], Connector], notice_id: str, *, clock: Callable[[], datetime]
) -> bool:
    """Let the link of one notice open, or close, now. False where that is left to the next run of the schedule.

    What was put there is noted after it was, as in every run: whoever changed the notice meanwhile leaves a difference
    that the next run sees.
    """
    try:
        box = box_of(connector_of)
        return box is not None and settle_links(store, box, clock=clock, only=notice_id) != (0, 0)
    except ArrearsError:
        return False


def settle_links(
    store: Warehouse, box: NoticeBox, *, clock: Callable[[], datetime], only: str | None = None
) -> tuple[int, int]:
    """Let those links open that ought to, and no others. A message with a link goes out once it opens."""
    row, opened, closed = PreventionNoticeRow, 0, 0
    with store.read() as session:
        today = local_day(clock())
        ended = row.told_tag.is_(None) & (row.closes_on < today)
        moved = select(row.id).where(row.tag.is_distinct_from(row.told_tag), ~ended)
        over = select(row.id).where(row.told_tag.is_not(None), row.closes_on < today)
        ids = sorted({*session.scalars(moved), *session.scalars(over)})
        ids = ids if only is None else [one for one in ids if one == only]
    for one in ids:
        with store.read() as session:
            seen = session.get_one(row, one)
            tag, sealed, old, ends, ever = seen.tag, seen.sealed, seen.told_tag, seen.closes_on, seen.tags
        wanted = tag if tag is not None and ends >= today else None
        for gone in ever:
            if gone != wanted:
                box.drop(gone)  # not the last one alone: a run that was killed put one there and noted nothing
        closed += old is not None and old != wanted
        if wanted is not None and sealed is not None:
            box.put(wanted, bytes(sealed), at=clock())
            opened += 1
        with store.write() as session:
            now = session.get_one(row, one, with_for_update=True, populate_existing=True)
            now.told_tag = wanted
            for message in unsent_to(session, one) if wanted is not None and now.tag == wanted else ():
                message.next_attempt_at = min(message.next_attempt_at, clock())
    return opened, closed
