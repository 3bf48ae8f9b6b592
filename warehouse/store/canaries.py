"""Canaries: placed, landed, filed, and where they would have stood. Nothing of them is among complaints or cases."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.canary import Mark, day_text, mark_in, says_only
from casework.complaint import Complaint
from warehouse.crypto import keyring
from warehouse.models import CanaryRow, LandedRow, new_id
from warehouse.store.channels import channel_row

SET_ASIDE = "canary"
"""The reason code of a landed record that is a canary of ours."""

REMEMBERED = timedelta(days=7)
"""So long a canary that did not arrive is an alarm, unless a later one did."""


def open_canary(session: Session, channel: str, *, day: date, at: datetime) -> tuple[str, Mark]:
    """A canary about to be placed: its id and its mark. It is on record before it exists at the source."""
    channel_row(session, channel)
    row = CanaryRow(id=new_id("cny"), channel=channel, day=day, state="placed", placed_at=at)
    session.add(row)
    session.flush()
    mark = Mark(channel, day_text(day), row.id, "")
    return row.id, Mark(channel, mark.day, row.id, seal_of(mark))


def seal_of(mark: Mark) -> str:
    """The keyed hash of what a mark says. Without the keys of this installation nobody can make one."""
    return keyring().blind("canary", mark.sealed()) or ""


def recognised(session: Session, said: Complaint) -> CanaryRow | None:
    """The canary that a complaint is: sealed by these keys, placed by us in this channel, and saying nothing else."""
    mark = mark_in(said.narrative)
    if mark is None or not hmac.compare_digest(seal_of(mark), mark.seal):
        return None
    row = session.get(CanaryRow, mark.id)
    if row is None or (row.channel, day_text(row.day)) != (said.channel, mark.day) or mark.channel != said.channel:
        return None
    return row if says_only(said, mark) else None


def set_canary_aside(session: Session, landed: LandedRow, canary: CanaryRow, *, at: datetime) -> None:
    """The landed record of a canary is settled, and its canary has passed two stages. A second copy changes no time."""
    landed.state, landed.reason_code, landed.settled_by, landed.settled_at = "discarded", SET_ASIDE, "system:canary", at
    if canary.filed_at is None:
        canary.landed_id, canary.landed_at, canary.filed_at, canary.state = landed.id, landed.landed_at, at, "filed"
    session.flush()


def waiting_for_the_linker(session: Session) -> Sequence[CanaryRow]:
    """Canaries that are filed and not linked yet, the oldest first."""
    return session.scalars(select(CanaryRow).where(CanaryRow.state == "filed").order_by(CanaryRow.placed_at)).all()


def placed_on(session: Session, channel: str, day: date) -> Sequence[CanaryRow]:
    """The canaries of one channel and day, the last first."""
    question = select(CanaryRow).where(CanaryRow.channel == channel, CanaryRow.day == day)
    return session.scalars(question.order_by(CanaryRow.placed_at.desc(), CanaryRow.id)).all()


def last_canary(session: Session, channel: str) -> CanaryRow | None:
    """The canary of a channel that was placed last."""
    question = select(CanaryRow).where(CanaryRow.channel == channel)
    return session.scalars(question.order_by(CanaryRow.placed_at.desc(), CanaryRow.id).limit(1)).one_or_none()


def overdue_canary(session: Session, channel: str, *, limit: timedelta, at: datetime) -> CanaryRow | None:
    """The last canary of a channel, where it has not come through in time."""
    row = last_canary(session, channel)
    if row is None or row.state == "queued" or not limit < at - row.placed_at <= REMEMBERED:
        return None
    return row
