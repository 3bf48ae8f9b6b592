"""Leases: one piece of work, one run. The fence grows at every change of hands and is checked in each transaction.

A run that slept past its lease and wakes up finds a higher fence and stops: it cannot write over its successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.errors import LeaseLost, LeaseTaken
from warehouse.engine import one_at_a_time
from warehouse.models import LeaseRow

LENGTH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one piece of work until it expires, a `length` after its last renewal, or somebody takes over."""

    name: str
    holder: str
    fence: int
    length: timedelta = LENGTH


def acquire(session: Session, name: str, *, holder: str, at: datetime, length: timedelta = LENGTH) -> Lease:
    """Take the lease when it is free, expired, or this holder's own. Raises `LeaseTaken` while another run has it."""
    one_at_a_time(session, f"lease:{name}")
    row = session.get(LeaseRow, name)
    if row is None:
        row = LeaseRow(name=name, fence=0)
        session.add(row)
    elif row.holder not in (None, holder) and row.expires_at is not None and row.expires_at > at:
        raise LeaseTaken(f"Another run is at work on {name}.")
    row.holder, row.fence, row.expires_at = holder, row.fence + 1, at + length
    session.flush()
    return Lease(name, holder, row.fence, length)


def renew(session: Session, lease: Lease, *, at: datetime) -> None:
    """Check the fence and push the expiry on, in the transaction of the work. Raises `LeaseLost`."""
    row = LeaseRow
    ours = update(row).where(row.name == lease.name, row.fence == lease.fence, row.holder == lease.holder)
    if not session.connection().execute(ours.values(expires_at=at + lease.length)).rowcount:
        raise LeaseLost(f"Another run took over {lease.name}.")


def release(session: Session, lease: Lease) -> None:
    """Give the lease back, unless somebody took it over meanwhile."""
    question = select(LeaseRow).where(LeaseRow.name == lease.name).with_for_update()
    row = session.scalars(question).one_or_none()
    if row is not None and row.fence == lease.fence:
        row.holder, row.expires_at = None, None
        session.flush()


def cut_off(session: Session, prefix: str, *, at: datetime) -> list[str]:
    """What follows the prefix in the names of leases that were neither renewed nor given back in time, in order.

    Their runs died: whoever ends, well or not, gives the lease back.
    """
    question = select(LeaseRow.name).where(LeaseRow.name.startswith(prefix, autoescape=True))
    dead = question.where(LeaseRow.holder.is_not(None), LeaseRow.expires_at <= at).order_by(LeaseRow.name)
    return [name.removeprefix(prefix) for name in session.scalars(dead)]
