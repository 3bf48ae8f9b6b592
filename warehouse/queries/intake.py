"""What the pulls of a day brought, for the head of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from warehouse.models import ChannelRow, ComplaintRow, PullCertificateRow


@dataclass(frozen=True, slots=True)
class Intake:
    """What this day's pulls brought."""

    ended_at: datetime | None
    filed: int


_OF_CHANNEL = (
    select(func.max(PullCertificateRow.ended_at))
    .where(PullCertificateRow.channel == ChannelRow.name, PullCertificateRow.started_at >= bindparam("start"))
    .correlate(ChannelRow)
    .scalar_subquery()
)
_LAST_PULLED = select(func.max(_OF_CHANNEL)).select_from(ChannelRow)
"""Channel by channel, as the index has them: those of all years are not looked through."""
_FILED = select(func.count()).select_from(ComplaintRow).where(ComplaintRow.filed_at >= bindparam("start"))
_INTAKE = select(_LAST_PULLED.scalar_subquery(), _FILED.scalar_subquery())


def intake_since(session: Session, start: datetime) -> Intake:
    """How many complaints were filed since a moment (wage feeds are none), and when the last pull ended."""
    ended, filed = session.execute(_INTAKE, {"start": start}).one()
    return Intake(ended, filed or 0)
