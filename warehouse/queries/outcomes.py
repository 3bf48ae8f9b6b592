"""How a case ended, or was to end: its outcomes, with who proposed and who decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import OutcomeRow
from warehouse.queries.officers import names_of


@dataclass(frozen=True, slots=True)
class Ending:
    """One outcome: draft, waiting for approval, approved or rejected."""

    id: str
    exit: str
    basis: str
    state: str
    note: str | None
    amount_exempted_fen: int | None
    amount_fined_fen: int | None
    jobs_kept: int | None
    conditions: tuple[Mapping[str, Any], ...]
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str | None
    revoked: bool = False


def outcomes(session: Session, case_id: str) -> tuple[Ending, ...]:
    """The outcomes of the case, newest first."""
    rows = session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == case_id).order_by(OutcomeRow.at.desc())).all()
    names = names_of(session, [row.by for row in rows] + [row.decided_by for row in rows])
    return tuple(
        Ending(
            id=row.id,
            exit=row.exit,
            basis=row.basis,
            state=row.state,
            note=row.note,
            amount_exempted_fen=row.amount_exempted_fen,
            amount_fined_fen=row.amount_fined_fen,
            jobs_kept=row.jobs_kept,
            conditions=tuple(row.conditions or ()),
            by=names.get(row.by, row.by),
            at=row.at,
            decided_by=names.get(row.decided_by or "", row.decided_by),
            decided_at=row.decided_at,
            decided_reason=row.decided_reason,
            revoked=row.revoked_at is not None,
        )
        for row in rows
    )
