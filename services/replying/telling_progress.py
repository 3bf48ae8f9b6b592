"""Progress is told to workers: where each complaint stands goes into the inbox, closed under its worker's own receipt.

Every complaint that has a receipt number and a telephone is told, whichever channel it came by: those of the workers'
page by themselves, the others once somebody was sent a number. Only what changed is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, ChannelUnavailable
from casework.people import Actor
from casework.progress import as_told, progress
from casework.receipt_number import last_four
from connectors.base import Connector
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ReceiptNumberRow
from warehouse.queries.places import places
from warehouse.queries.worker_progress import facts_told, phones_of
from warehouse.store.receipt_numbers import OWN_PAGE, receipt_row, told_digest

LOOKS_BACK = timedelta(days=730)
"""So long after it came a complaint is told of."""


@runtime_checkable
class Tells(Protocol):
    """A channel through which progress can be told."""

    def tell(self, receipt: str, four: str, told: dict[str, object], *, at: datetime) -> bool:
        """Put the progress of a complaint where its worker finds it; False when the same stands there already."""

    def name_places(self, names: Mapping[str, str]) -> int:
        """Let the page know the sites by the codes on their notice boards; how many were new."""


@dataclass(frozen=True, slots=True)
class ToldCount:
    """How many complaints can be asked about, and of how many something new was told."""

    known: int = 0
    told: int = 0


def tell_progress(
    store: Warehouse, connector_of: Callable[[str], Connector], *, actor: Actor, at: datetime
) -> ToldCount:
    """Tell what is new. As often as one likes; without a page for workers nobody is told, and that is no error."""
    try:
        page = connector_of(OWN_PAGE)
    except BadInput:
        return ToldCount()
    if not isinstance(page, Tells):
        return ToldCount()
    with store.read() as session:
        boards = places(session)
    try:
        page.name_places(boards)
    except ChannelUnavailable:
        return ToldCount()
    with store.read() as session:
        ids = _asked_about(session, since=at - LOOKS_BACK)
        fours = {one: last_four(phone) for one, phone in phones_of(session, ids).items()}
        facts = facts_told(session, [one for one, four in fours.items() if four])
        before = dict(
            session.execute(select(ReceiptNumberRow.complaint_id, ReceiptNumberRow.told_digest)).tuples().all()
        )
    told = 0
    for one, known in facts.items():
        said, four = as_told(progress(known)), fours[one] or ""
        digest = told_digest(four, said)
        if before.get(one) == digest:
            continue
        with store.write() as session:
            receipt = receipt_row(session, one, at=at).receipt
        try:
            page.tell(receipt, four, said, at=at)
        except ChannelUnavailable:
            break
        with store.write() as session:
            row = receipt_row(session, one, at=at)
            row.told_digest, row.told_at = digest, at
        told += 1
    if told:
        with store.write() as session:
            details = {"known": len(facts), "told": told}
            audit.record(session, by=actor.id, act="tell_progress", subject=OWN_PAGE, at=at, details={**details})
    return ToldCount(len(facts), told)


def _asked_about(session: Session, *, since: datetime) -> list[str]:
    """The complaints that have a receipt number: those of the page, and those that were given one."""
    row = ComplaintRow
    given = select(ReceiptNumberRow.complaint_id)
    question = select(row.id).where(row.received_at >= since, or_(row.channel == OWN_PAGE, row.id.in_(given)))
    return list(session.scalars(question))
