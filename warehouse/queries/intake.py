"""What the pulls of a day brought, for the head of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from warehouse.models import ComplaintRow, PullCertificateRow


@dataclass(frozen=True, slots=True)
class Intake:
    """What this day's pulls brought."""

    ended_at: datetime | None
    filed: int


_LAST_PULLED = select(func.max(PullCertificateRow.ended_at)).where(PullCertificateRow.started_at >= bindparam("start"))
_FILED = select(func.count()).select_from(ComplaintRow).where(ComplaintRow.filed_at >= bindparam("start"))
_INTAKE = select(_LAST_PULLED.scalar_subquery(), _FILED.scalar_subquery())


def intake_since(session: Session, start: datetime) -> Intake:
    """How many complaints were filed since a moment (wage feeds are none), and when the last pull ended."""
    ended, filed = session.execute(_INTAKE, {"start": start}).one()
    return Intake(ended, filed or 0)
