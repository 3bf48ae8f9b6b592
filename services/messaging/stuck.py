"""Messages that go no further by themselves: sent again, or set aside once the reader was told otherwise."""

from __future__ import annotations

from datetime import datetime

from casework.errors import LeaseLost, NotAllowed, NotFound
from casework.people import Actor
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import MessageRow, new_id
from warehouse.queries.messages import may_see
from warehouse.store.leases import acquire, release
from warehouse.store.messages import LEASE, take_back

SET_ASIDE = "set_aside"
_NONE = "There is no such message, or it is not yours to see."


def send_again(store: Warehouse, *, message_id: str, actor: Actor, at: datetime) -> None:
    """A refused message is tried again under its own key, or one that waits is tried now. Raises `NotAllowed`."""
    _pull(store, message_id, actor, at, again=True)


def set_aside(store: Warehouse, *, message_id: str, actor: Actor, at: datetime) -> None:
    """A message that cannot arrive is not sent any more: the reader was told otherwise. Raises `NotAllowed`."""
    _pull(store, message_id, actor, at, again=False)


def _pull(store: Warehouse, message_id: str, actor: Actor, at: datetime, *, again: bool) -> None:
    """The lever, while no sender is at work: what a run has in its hands is not changed under it."""
    with store.write() as session:
        row = session.get(MessageRow, message_id)
        if row is None or not may_see(session, row, actor):
            raise NotFound(_NONE)
        try:
            lease = acquire(session, LEASE, holder=new_id("lever"), at=at)
        except LeaseLost:
            raise NotAllowed("Messages are being sent at this moment; please try again in a few minutes.") from None
        session.refresh(row)
        if row.state not in ("failed", "pending") or row.error_code is None:
            raise NotAllowed("Only a message that does not arrive is sent again or set aside.")
        if again and row.prevention_id is not None and row.state == "failed":
            raise NotAllowed("The link of this notice is kept nowhere: make a new link on the page of its warning.")
        if again:
            row.state, row.next_attempt_at = "pending", at
        else:
            take_back(session, [row], code=SET_ASIDE, at=at)
        act = "send_message_again" if again else "set_message_aside"
        audit.record(session, by=actor.id, act=act, subject=message_id, at=at, details={"to": row.state})
        release(session, lease)
