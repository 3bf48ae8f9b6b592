"""The ledger of a case: workers and lines as the union of all who mention them, and what was paid to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.ledger import Account, Owed, Span, Sums, add_up, without_doubles
from casework.same_worker import part
from warehouse.blinds import id_no_blind, name_blind, phone_blind
from warehouse.models import (
    LedgerLineRow,
    LedgerWorkerRow,
    PaymentLineRow,
    PaymentMatchRow,
    PaymentRow,
    is_proven,
    new_id,
)
from warehouse.store.mentions import ROSTER, Mention, keys_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking mentions in: how many workers and lines are new, and which mentions are nobody's, and why.

    `unclear` could be one of several workers, `nameless` say nothing by which they are known again, `struck` are of
    workers whom an officer struck. Numbers are lines of a roster, 0 for a complaint.
    """

    workers: int
    lines: int
    unclear: tuple[int, ...] = ()
    nameless: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()


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


def take(
    session: Session, case_id: str, mentions: Sequence[Mention], *, by: str, at: datetime, all_told: bool = False
) -> Taken:
    """Make these mentions part of the ledger: nobody twice, no month twice.

    `all_told`: they are all that the complaints of the case say now, and replace what those said before.
    """
    known = workers_of(session, case_id, struck=True)
    lines = lines_of(session, known)
    if all_told:
        _forget_complaints(lines)
    people = [keys_of(row.name, row.phone, row.id_no) for row in known] + [one.keys for one in mentions]
    parting = part(people)
    nameless: list[int] = []
    unclear: list[int] = []
    struck: list[int] = []
    fresh = made = 0
    number = max((row.number for row in known), default=0)
    for places in sorted((*parting.workers, *parting.unclear)):
        old = [known[place] for place in places if place < len(known)]
        new = [mentions[place - len(known)] for place in places if place >= len(known)]
        live = [row for row in old if row.struck_at is None]
        if not new:
            continue
        if not old and all(one.keys.empty for one in new):
            nameless += [one.number for one in new]
        elif old and not live:
            struck += [one.number for one in new]
        elif not old and places in parting.unclear:
            unclear += [one.number for one in new]
        else:
            if not live:
                number, fresh = number + 1, fresh + 1
                live = [_new_worker(session, case_id, number, by=by, at=at)]
                lines[live[0].id] = []
            made += _add(live[0], lines[live[0].id], new, by=by, at=at)
    session.flush()
    session.add_all(line for own in lines.values() for line in own)
    _drop_empty(session, known, lines, by=by, at=at)
    session.flush()
    attach_payments(session, case_id)
    return Taken(fresh, made, tuple(unclear), tuple(nameless), tuple(struck))


def _forget_complaints(lines: Mapping[str, list[LedgerLineRow]]) -> None:
    for line in (line for own in lines.values() for line in own):
        line.said = {source: fen for source, fen in line.said.items() if source == ROSTER}
        line.claimed_fen = _most(line.said.values())


def _most(sums: Collection[int | None]) -> int | None:
    return max((fen for fen in sums if fen is not None), default=None)


def _new_worker(session: Session, case_id: str, number: int, *, by: str, at: datetime) -> LedgerWorkerRow:
    row = LedgerWorkerRow(
        id=new_id("lwk"), case_id=case_id, number=number, secret=True, remarks=[], by=by, at=at, name=None, phone=None
    )
    row.id_no = None
    session.add(row)
    return row


def _add(row: LedgerWorkerRow, own: list[LedgerLineRow], new: Sequence[Mention], *, by: str, at: datetime) -> int:
    """What these mentions say of a worker. Returns how many lines are new."""
    row.name = row.name or _best([one.name for one in new if one.keys.name])
    row.phone = row.phone or _best([one.phone for one in new if one.keys.phone])
    row.id_no = row.id_no or _best([one.id_no for one in new if one.keys.id_no])
    row.name_blind, row.phone_blind = name_blind(row.name), phone_blind(row.phone)
    row.id_no_blind = id_no_blind(row.id_no)
    row.secret = row.secret and all(one.secret for one in new)
    row.remarks = sorted({*row.remarks, *(remark for one in new for remark in one.remarks)})
    made, touched = 0, set[int]()
    for one in new:
        line = next(
            (line for line in own if (line.period_from, line.period_to) == (one.span.first, one.span.last)), None
        )
        if line is None:
            line = LedgerLineRow(
                id=new_id("lln"),
                worker_id=row.id,
                seq=max((line.seq for line in own), default=0) + 1,
                period_from=one.span.first,
                period_to=one.span.last,
                said={},
            )
            own.append(line)
            made += 1
        before = line.said.get(one.source) if line.seq in touched else None
        touched.add(line.seq)
        line.said = {**line.said, one.source: _most([one.claimed, before])}
        line.claimed_fen = _most(line.said.values())
        if one.verified is not None:
            verify_line(line, one.verified, own, by=by, at=at)
    return made


def _best(values: Sequence[str | None]) -> str | None:
    said = [value for value in values if value]
    return min(said, key=lambda value: (-said.count(value), -len(value), value), default=None)


def verify_line(line: LedgerLineRow, fen: int, own: Sequence[LedgerLineRow], *, by: str, at: datetime) -> None:
    """The sum of a line as proven. Raises `NotAllowed` when another verified line of the worker has the same months."""
    span = span_of_line(line)
    if fen and any(other is not line and other.verified_fen and span.meets(span_of_line(other)) for other in own):
        raise NotAllowed("The same months of one worker are not verified twice; verify one of the two lines with 0.")
    line.verified_fen, line.verified_by, line.verified_at = fen, by, at


def span_of_line(line: LedgerLineRow) -> Span:
    """The months of a line."""
    return Span(line.period_from, line.period_to)


def _drop_empty(
    session: Session,
    known: Sequence[LedgerWorkerRow],
    lines: Mapping[str, list[LedgerLineRow]],
    *,
    by: str,
    at: datetime,
) -> None:
    """Lines that nobody says any more and nobody verified go; a worker left without any is struck."""
    for row in known:
        own = lines[row.id]
        gone = [line for line in own if not line.said and line.verified_fen is None]
        if gone:
            session.execute(delete(LedgerLineRow).where(LedgerLineRow.id.in_([line.id for line in gone])))
        if own and len(gone) == len(own) and row.struck_at is None:
            row.struck_by, row.struck_at, row.struck_reason = (
                by,
                at,
                "The complaint that named the worker left the case.",
            )


def attach_payments(session: Session, case_id: str, given: Mapping[str, str] | None = None) -> None:
    """Say of each paid line whose it is: as given by line, or the one worker of the ledger who bears the name."""
    matched = select(PaymentMatchRow.payment_line_id)
    question = (
        select(PaymentLineRow.id, PaymentLineRow.name_blind)
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .where(PaymentRow.case_id == case_id, PaymentLineRow.id.not_in(matched))
    )
    bearers: dict[str | None, list[str]] = defaultdict(list)
    for worker in workers_of(session, case_id):
        bearers[worker.name_blind].append(worker.id)
    for line_id, blind in session.execute(question).all():
        alone = bearers[blind] if blind is not None else []
        worker_id = (given or {}).get(line_id) or (alone[0] if len(alone) == 1 else None)
        if worker_id is not None:
            session.add(PaymentMatchRow(payment_line_id=line_id, worker_id=worker_id))
    session.flush()


def paid_to(session: Session, case_id: str) -> dict[str, int]:
    """The proven fen by worker of the ledger."""
    question = (
        select(PaymentMatchRow.worker_id, func.sum(PaymentLineRow.amount_fen))
        .join(PaymentLineRow, PaymentLineRow.id == PaymentMatchRow.payment_line_id)
        .join(LedgerWorkerRow, LedgerWorkerRow.id == PaymentMatchRow.worker_id)
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .where(LedgerWorkerRow.case_id == case_id, is_proven())
        .group_by(PaymentMatchRow.worker_id)
    )
    return {worker_id: int(fen) for worker_id, fen in session.execute(question)}


def account_of(lines: Sequence[LedgerLineRow], paid: int) -> Account:
    """A worker's three numbers: claimed without doubles, verified, paid."""
    verified = [line.verified_fen for line in lines if line.verified_fen is not None]
    claimed = without_doubles(Owed(span_of_line(line), line.claimed_fen) for line in lines)
    return Account(claimed, sum(verified) if verified else None, paid)


@dataclass(frozen=True, slots=True)
class Standing:
    """One worker of a ledger: the three numbers, and the lines that are owed, as verified or until then as claimed."""

    account: Account
    owed: tuple[Owed, ...]


def standings_of(session: Session, case_id: str) -> dict[str, Standing]:
    """The standing of every worker of a ledger."""
    workers, paid = workers_of(session, case_id), paid_to(session, case_id)
    lines = lines_of(session, workers)
    return {worker.id: _standing(lines[worker.id], paid.get(worker.id, 0)) for worker in workers}


def _standing(lines: Sequence[LedgerLineRow], paid: int) -> Standing:
    account = account_of(lines, paid)
    if account.verified is None:
        return Standing(account, tuple(Owed(span_of_line(line), line.claimed_fen) for line in lines))
    return Standing(account, tuple(Owed(span_of_line(line), line.verified_fen) for line in lines))


def accounts_of(session: Session, case_id: str) -> dict[str, Account]:
    """The three numbers of every worker of a ledger."""
    return {worker_id: one.account for worker_id, one in standings_of(session, case_id).items()}


def sums_of(session: Session, case_id: str) -> Sums:
    """What a ledger adds up to; no workers: there is none."""
    return add_up(accounts_of(session, case_id).values())
