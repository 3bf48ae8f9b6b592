"""The rows of the ledger of one case, as they were written on it: to be looked at, or to be changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.ledger import Span
from warehouse.many import some_at_a_time
from warehouse.models import LedgerLineRow, LedgerWorkerRow


class WorkerSeen(NamedTuple):
    """A worker of a ledger to be counted and told apart. Who it is stays closed: sums need no names."""

    id: str
    case_id: str
    number: int
    name_blind: str | None
    phone_blind: str | None
    id_no_blind: str | None
    secret: bool
    remarks: list[str]
    struck_at: datetime | None
    struck_reason: str | None


class LineSeen(NamedTuple):
    """What one worker is owed for some months, to be counted."""

    worker_id: str
    seq: int
    period_from: str
    period_to: str
    said: dict[str, int | None]
    claimed_fen: int | None
    verified_fen: int | None
    verified_at: datetime | None


class Personal(NamedTuple):
    """Who a worker is, as the row of one case says."""

    name: str | None
    phone: str | None
    id_no: str | None


_SEEN = tuple(getattr(LedgerWorkerRow, name) for name in WorkerSeen._fields)
_LINE = tuple(getattr(LedgerLineRow, name) for name in LineSeen._fields)


def workers_of(session: Session, case_id: str) -> list[WorkerSeen]:
    """The workers of a ledger by number, also those that were struck."""
    question = select(*_SEEN).where(LedgerWorkerRow.case_id == case_id).order_by(LedgerWorkerRow.number)
    return [WorkerSeen._make(row) for row in session.execute(question)]


def lines_of(session: Session, workers: Collection[WorkerSeen]) -> dict[str, list[LineSeen]]:
    """The lines of these workers by the worker's id, in their order."""
    found: dict[str, list[LineSeen]] = {worker.id: [] for worker in workers}
    question = (
        select(*_LINE)
        .join(LedgerWorkerRow, LedgerWorkerRow.id == LedgerLineRow.worker_id)
        .where(LedgerWorkerRow.case_id.in_({worker.case_id for worker in workers}))
        .order_by(LedgerLineRow.worker_id, LedgerLineRow.seq)
    )
    for line in map(LineSeen._make, session.execute(question)):
        if line.worker_id in found:
            found[line.worker_id].append(line)
    return found


def personal(session: Session, workers: Iterable[WorkerSeen]) -> dict[str, Personal]:
    """Who these workers are, by id: the values are opened, many at a time."""
    row, found = LedgerWorkerRow, dict[str, Personal]()
    for some in some_at_a_time(worker.id for worker in workers):
        question = select(row.id, row.name, row.phone, row.id_no).where(row.id.in_(some))
        found |= {one: Personal(*said) for one, *said in session.execute(question)}
    return found


def rows_of(session: Session, workers: Iterable[WorkerSeen]) -> dict[str, LedgerWorkerRow]:
    """The rows of these workers by id, to be changed."""
    found: dict[str, LedgerWorkerRow] = {}
    for some in some_at_a_time(worker.id for worker in workers):
        question = select(LedgerWorkerRow).where(LedgerWorkerRow.id.in_(some))
        found |= {row.id: row for row in session.scalars(question)}
    return found


def line_rows(session: Session, worker_ids: Iterable[str]) -> dict[str, list[LedgerLineRow]]:
    """The lines of these workers by the worker's id, in their order, to be changed."""
    ids = list(worker_ids)
    found: dict[str, list[LedgerLineRow]] = {one: [] for one in ids}
    for some in some_at_a_time(ids):
        question = select(LedgerLineRow).where(LedgerLineRow.worker_id.in_(some))
        for line in session.scalars(question.order_by(LedgerLineRow.worker_id, LedgerLineRow.seq)):
            found[line.worker_id].append(line)
    return found


def said_of(rows: Iterable[WorkerSeen], names: Mapping[str, Personal]) -> Personal:
    """Who a worker of several rows is: of each value the first that is given."""
    known = [names[row.id] for row in rows]
    return Personal(*(next((value for value in values if value), None) for values in zip(*known, strict=True)))


def span_of_line(line: LedgerLineRow | LineSeen) -> Span:
    """The months of a line."""
    return Span(line.period_from, line.period_to)
