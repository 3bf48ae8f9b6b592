"""The rows of the ledger of one case, as they were written on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, defer

from casework.ledger import Span
from warehouse.many import some_at_a_time
from warehouse.models import LedgerLineRow, LedgerWorkerRow

_PERSONAL = (LedgerWorkerRow.name, LedgerWorkerRow.phone, LedgerWorkerRow.id_no)


def workers_of(session: Session, case_id: str, *, struck: bool = False) -> list[LedgerWorkerRow]:
    """The workers of a ledger by number; those that were struck only when asked for.

    Who they are stays closed: sums need no names. A value opens when it is asked for; of many, ask `opened` first.
    """
    question = select(LedgerWorkerRow).where(LedgerWorkerRow.case_id == case_id).order_by(LedgerWorkerRow.number)
    question = question.options(*(defer(column) for column in _PERSONAL))
    if not struck:
        question = question.where(LedgerWorkerRow.struck_at.is_(None))
    return list(session.scalars(question))


def opened(session: Session, workers: Iterable[LedgerWorkerRow]) -> None:
    """Open who these workers are, many at a time."""
    closed = [row.id for row in workers if {"name", "phone", "id_no"} & inspect(row).unloaded]
    for some in some_at_a_time(closed):
        session.scalars(select(LedgerWorkerRow).where(LedgerWorkerRow.id.in_(some))).all()


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
