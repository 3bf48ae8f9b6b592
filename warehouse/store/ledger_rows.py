"""The rows of the ledger of one case, as they were written on it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.ledger import Span
from warehouse.models import LedgerLineRow, LedgerWorkerRow


def workers_of(session: Session, case_id: str, *, struck: bool = False) -> list[LedgerWorkerRow]:
    """The workers of a ledger by number; those that were struck only when asked for."""
    question = select(LedgerWorkerRow).where(LedgerWorkerRow.case_id == case_id).order_by(LedgerWorkerRow.number)
    if not struck:
        question = question.where(LedgerWorkerRow.struck_at.is_(None))
    return list(session.scalars(question))


def lines_of(session: Session, workers: Collection[LedgerWorkerRow]) -> dict[str, list[LedgerLineRow]]:
    """The lines of these workers by the worker's id, in their order."""
    found: dict[str, list[LedgerLineRow]] = {worker.id: [] for worker in workers}
    case_ids = {worker.case_id for worker in workers}
    question = (
        select(LedgerLineRow)
        .join(LedgerWorkerRow, LedgerWorkerRow.id == LedgerLineRow.worker_id)
        .where(LedgerWorkerRow.case_id.in_(case_ids))
        .order_by(LedgerLineRow.worker_id, LedgerLineRow.seq)
    )
    for line in session.scalars(question):
        if line.worker_id in found:
            found[line.worker_id].append(line)
    return found


def span_of_line(line: LedgerLineRow) -> Span:
    """The months of a line."""
    return Span(line.period_from, line.period_to)
