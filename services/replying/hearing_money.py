"""What workers answered on their own page is taken over: each answer once, to the question that it answers.

The page puts answers into its inbox and cannot read them again; the office asks for what is new. Whoever knows the
number of a question opened the progress of that complaint with its receipt and its telephone: it stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, ChannelUnavailable, NotAllowed, NotFound
from casework.money_came import MoneyAnswer
from casework.people import Actor
from connectors.base import Connector
from services.replying.money_answers import worker_says
from warehouse.engine import Warehouse
from warehouse.models import MoneyQuestionRow, ReceiptNumberRow
from warehouse.store.receipt_numbers import OWN_PAGE

OVERLAP = timedelta(days=1)
"""How far each look goes back behind the last answer: one that broke off on the way is met again."""
FIRST = timedelta(days=60)
"""How far the first look goes back: the page keeps nothing longer, unless it is told to."""


@runtime_checkable
class Hears(Protocol):
    """A channel on which workers answer whether the money came."""

    def heard(self, since: datetime) -> Iterator[MoneyAnswer | None]:
        """What was answered since a moment, the oldest first; None in the place of what cannot be read."""


@dataclass(frozen=True, slots=True)
class HeardCount:
    """Answers taken over, cases taken up again by them, and what belongs to no question of ours or cannot be read."""

    heard: int = 0
    reopened: int = 0
    refused: int = 0


def hear_workers(
    store: Warehouse, connector_of: Callable[[str], Connector], *, actor: Actor, at: datetime
) -> HeardCount:
    """Take over what is new. As often as one likes; each answer is a transaction of its own.

    Without a page for workers, or while its inbox does not answer, nothing is heard, and that is no error: what was
    answered lies in the inbox.
    """
    try:
        page = connector_of(OWN_PAGE)
    except BadInput:
        return HeardCount()
    if not isinstance(page, Hears):
        return HeardCount()
    with store.read() as session:
        since = _heard_until(session, at)
    heard = reopened = refused = 0
    try:
        for answer in page.heard(since):
            try:
                noted = _take_over(store, answer, actor=actor, at=at) if answer is not None else None
            except (NotFound, NotAllowed, BadInput):
                noted = None
            if noted is None:
                refused += 1
                continue
            heard, reopened = heard + noted[0], reopened + noted[1]
    except ChannelUnavailable:
        pass
    return HeardCount(heard, reopened, refused)


def _heard_until(session: Session, at: datetime) -> datetime:
    """From where on to look. What a wrong clock dated ahead does not count: it would hide what comes after it."""
    row = MoneyQuestionRow.page_said_at
    last = session.scalar(select(func.max(row)).where(row <= at))
    return last - OVERLAP if last is not None else at - FIRST


def _take_over(store: Warehouse, answer: MoneyAnswer, *, actor: Actor, at: datetime) -> tuple[bool, bool] | None:
    """Whether it was news, and whether a case was taken up again; None where it answers no question of ours."""
    with store.read() as session:
        row = session.get(MoneyQuestionRow, answer.question_id)
        own = session.get(ReceiptNumberRow, row.complaint_id) if row is not None else None
        if row is None or own is None or own.receipt != answer.receipt:
            return None
        if row.page_said_at == answer.said_at:
            return False, False
        complaint_id = row.complaint_id
    noted = worker_says(
        store,
        complaint_id=complaint_id,
        came=answer.came,
        words=answer.words,
        part_fen=answer.part_fen,
        question_id=answer.question_id,
        said_at=answer.said_at,
        actor=actor,
        at=at,
    )
    return noted.changed, noted.reopened
