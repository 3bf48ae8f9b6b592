"""One click is one act: the same key gets the same answer, whoever is quicker, and another request under it is refused.

The key travels in the form. It is taken before the act, marked in the act's own transaction, and kept with the answer:
a browser that sends a form twice, at once or a day later, is told what the first one was told.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy.orm import Session

from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import ActKeyRow
from warehouse.store.act_keys import (
    drop_key,
    drop_keys,
    forsaken,
    keep_answer,
    mark_written,
    own_key,
    request_digest,
)

KEPT = timedelta(hours=48)
LONGEST = 255
PATIENCE = 30.0
"""Seconds for which a twin waits for the first request."""
FORSAKEN = timedelta(minutes=5)
"""After this a request that wrote nothing and never ended is taken for dead, and its twin does the act."""
USED = "This form was sent before with other words. Please open the page again."
_OURS = "once:"
_PAUSES = (0.02, 0.05, 0.1, 0.2)


class UsedOtherwise(NotAllowed):
    """The key of this form was used for another request: a page that was sent, and then sent again with other words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was told. `body` is a page or nothing."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Click:
    """One press of a button: its key, whose it is, and what equal requests share."""

    key: str
    actor: Actor
    digest: str
    at: datetime


def click_of(key: str, request: Json, *, actor: Actor, at: datetime) -> Click:
    """A click by the key of its form. Keys of two people never meet. Raises `BadInput` for one that is too long."""
    if len(key) > LONGEST:
        raise BadInput(f"A click needs a key of at most {LONGEST} characters.")
    own = hashlib.sha256(f"{actor.id}:{key}".encode()).hexdigest()
    return Click(_OURS + own, actor, request_digest(request), at)


def told_before(store: Warehouse, click: Click) -> Answer | None:
    """What the first request of this click was told; None where this is the first, which then owns the key.

    A twin waits until the first one ended. Raises `UsedOtherwise` for a key used for another request, and `Conflict`
    when the first one does not end.
    """
    until, turn = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until:
        with store.read() as session:
            row = session.get(ActKeyRow, click.key)
            free = row is None or forsaken(row, before=click.at - FORSAKEN)
            if row is not None and not free:
                if row.request_digest != click.digest:
                    raise UsedOtherwise(USED)
                if row.answer is not None:
                    return _answer(row.answer)
        if free:
            if _take(store, click):
                return None
            continue
        time.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
        turn += 1
    raise Conflict("This is still being done. Please open the page again.", by=click.actor.id)


def refusing(store: Warehouse) -> Warehouse:
    """The store for a request whose key was used for another: whatever it would write is refused with that word."""

    def refuse(_session: Session) -> None:
        raise NotAllowed(USED)

    return replace(store, noting=refuse)


def noting(store: Warehouse, click: Click) -> Warehouse:
    """The store as the act of this click uses it: what it writes says that the click was done, in one transaction."""
    return replace(store, noting=lambda session: mark_written(session, click.key, at=click.at))


def keep(store: Warehouse, click: Click, answer: Answer) -> None:
    """Keep what the click was told, for its twins."""
    with store.write() as session:
        keep_answer(
            session, click.key, cast(Json, {**asdict(answer), "headers": [list(one) for one in answer.headers]})
        )


def let_go(store: Warehouse, click: Click) -> None:
    """The request was refused, and nothing is kept of it: the form may be mended and sent again."""
    with store.write() as session:
        drop_key(session, click.key)


def was_written(store: Warehouse, click: Click) -> bool:
    """Whether anything of the act stands."""
    with store.read() as session:
        row = session.get(ActKeyRow, click.key)
        return row is not None and row.written_at is not None


def sweep_clicks(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Forget the keys of clicks that are older than any browser resends. Returns how many."""
    with store.write() as session:
        dropped = drop_keys(session, beginning=_OURS, before=at - KEPT)
        if dropped:
            audit.record(session, by=actor.id, act="sweep_clicks", subject="clicks", at=at, details={"keys": dropped})
    return dropped


def _take(store: Warehouse, click: Click) -> bool:
    """Own the key, if it is new or whoever owned it died. False where a twin was quicker."""
    with store.write() as session:
        return own_key(
            session,
            click.key,
            account_id=click.actor.id,
            digest=click.digest,
            at=click.at,
            forsaken_before=click.at - FORSAKEN,
        )


def _answer(kept: Any) -> Answer:
    return Answer(kept["status"], tuple((name, value) for name, value in kept["headers"]), kept["body"])
