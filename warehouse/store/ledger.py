"""The ledger of a case: workers and lines as the union of all who mention them, and what was paid to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.ledger import Owed, Span
from casework.same_worker import part
from warehouse.blinds import id_no_blind, name_blind, phone_blind
from warehouse.many import some_at_a_time
from warehouse.models import (
    LedgerLineRow,
    LedgerWorkerRow,
    PaymentLineRow,
    PaymentMatchRow,
    PaymentRow,
    new_id,
)
from warehouse.store.ledger_rows import lines_of, span_of_line, workers_of
from warehouse.store.mentions import ROSTER, Mention, keys_of
from warehouse.store.one_ledger import INSTEAD, OneLine, one_ledger
from warehouse.store.together import BLOCK, GONE, Human, by_names, humans


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking mentions in: how many workers and lines are new, and which mentions are nobody's, and why.

    `unclear` could be one of several workers, `nameless` say nothing by which they are known again, `struck` are of
    workers whom an officer struck; whom the program struck, for their complaint had left, counts anew when told of.
    Numbers are lines of a roster, 0 for a complaint.
    """

    workers: int
    lines: int
    unclear: tuple[int, ...] = ()
    nameless: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()


def take(
    session: Session, case_id: str, mentions: Sequence[Mention], *, by: str, at: datetime, all_told: bool = False
) -> Taken:
    """Make these mentions part of the ledger: nobody twice, no month twice.

    `all_told`: they are all that the complaints of the case say now, and replace what those said before. Who is known
    from a case that was merged in is nobody new; what is new of them is written here. Raises `BadInput` when the ledger
    is full.
    """
    page = _Page(session, case_id, by=by, at=at)
    if all_told:
        _forget_complaints(page.lines)
    parting = part([*(keys_of(row.name, row.phone, row.id_no) for row in page.known), *(one.keys for one in mentions)])
    found = _Sorted()
    made = 0
    for places in sorted((*parting.workers, *parting.unclear)):
        old = [page.known[place] for place in places if place < len(page.known)]
        new = [mentions[place - len(page.known)] for place in places if place >= len(page.known)]
        live = [page.human_of[row.id] for row in old if row.id in page.human_of]
        if not new:
            continue
        if not old and all(one.keys.empty for one in new):
            found.nameless += [one.number for one in new]
        elif old and not live and any(row.struck_reason != GONE for row in old):
            found.struck += [one.number for one in new]
        elif places in parting.unclear and (not old or live[0].unclear):
            found.unclear += [one.number for one in new]
        else:
            row = page.row_of(live[0]) if live else page.back(old) or page.fresh()
            made += page.add(row, live[0] if live else None, new)
    session.flush()
    session.add_all(line for own in page.lines.values() for line in own)
    _drop_empty(session, page.own, page.lines, by=by, at=at)
    session.flush()
    attach_payments(session, case_id)
    return Taken(page.made, made, tuple(found.unclear), tuple(found.nameless), tuple(found.struck))


@dataclass(slots=True)
class _Sorted:
    unclear: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)


class _Page:
    """The ledger of a case while mentions are written into it. Only its own rows are touched."""

    def __init__(self, session: Session, case_id: str, *, by: str, at: datetime) -> None:
        self._session, self._case_id, self._by, self._at = session, case_id, by, at
        one = one_ledger(session, case_id)
        self.known = one.people.rows()
        self.human_of = {row.id: human for human in one.people.live for _, row in human.rows}
        self.own = [row for row in self.known if row.case_id == case_id]
        self.lines = lines_of(session, self.own)
        self._number = max((row.number for row in self.own), default=0)
        self._verified = {worker.human.number: worker.lines for worker in one.workers}
        self._carried: dict[int, LedgerWorkerRow] = {}
        self.made = 0

    def fresh(self) -> LedgerWorkerRow:
        """A worker nobody knew."""
        self.made += 1
        return self._row()

    def back(self, old: Sequence[LedgerWorkerRow]) -> LedgerWorkerRow | None:
        """Who was struck because their complaint left, and is told of again: the program's own word is taken back."""
        row = next((one for one in old if one.case_id == self._case_id), None)
        if row is not None:
            row.struck_by, row.struck_at, row.struck_reason = None, None, None
            self.made += 1
        return row

    def row_of(self, human: Human) -> LedgerWorkerRow:
        """The row of this case for a worker; one who came with a case merged in gets theirs now."""
        own = human.own(self._case_id) or self._carried.get(human.number)
        if own is None:
            own = self._carried[human.number] = _copied(self._row(), human)
        return own

    def _row(self) -> LedgerWorkerRow:
        self._number += 1
        row = new_worker(self._session, self._case_id, self._number, by=self._by, at=self._at)
        self.lines[row.id] = []
        return row

    def add(self, row: LedgerWorkerRow, human: Human | None, new: Sequence[Mention]) -> int:
        """What these mentions say of a worker. Returns how many lines are new to the ledger."""
        _name(row, new)
        own = self.lines[row.id]
        elsewhere = () if human is None else self._verified.get(human.number, ())
        merged_in = [] if human is None else [one for _, one in human.rows if one.case_id != self._case_id]
        made, touched = 0, set[int]()
        for one in new:
            line = next((line for line in own if span_of_line(line) == one.span), None)
            if line is None:
                line = new_line(row, own, one.span)
                made += all(other.span != one.span for other in elsewhere)
            before = line.said.get(one.source) if line.seq in touched else None
            touched.add(line.seq)
            line.said = {**line.said, one.source: _most([one.claimed, before])}
            if one.source == ROSTER:
                line.said = {**line.said, **{INSTEAD + other.case_id: None for other in merged_in}}
            line.claimed_fen = _most(line.said.values())
            if one.verified is not None and one.verified != _known_as(one.span, line, elsewhere):
                mine = {span_of_line(line) for line in own}
                beside = [Owed(other.span, other.verified) for other in elsewhere if other.span not in mine]
                verify_line(line, one.verified, own, beside, by=self._by, at=self._at)
        return made


def _known_as(span: Span, line: LedgerLineRow, elsewhere: Sequence[OneLine]) -> int | None:
    """What is verified for these months already; to hear it again is no new word."""
    merged_in = next((other.verified for other in elsewhere if other.span == span), None)
    return merged_in if line.verified_fen is None else line.verified_fen


def _forget_complaints(lines: Mapping[str, list[LedgerLineRow]]) -> None:
    for line in (line for own in lines.values() for line in own):
        line.said = {source: fen for source, fen in line.said.items() if source == ROSTER or source.startswith(INSTEAD)}
        line.claimed_fen = _most(line.said.values())


def _most(sums: Collection[int | None]) -> int | None:
    return max((fen for fen in sums if fen is not None), default=None)


def new_worker(session: Session, case_id: str, number: int, *, by: str, at: datetime) -> LedgerWorkerRow:
    """A worker of whom nothing is known yet. Raises `BadInput` when the ledger is full."""
    if number >= BLOCK:
        raise BadInput(f"A ledger has at most {BLOCK - 1} workers. Split the case.")
    row = LedgerWorkerRow(
        id=new_id("lwk"), case_id=case_id, number=number, secret=True, remarks=[], by=by, at=at, name=None, phone=None
    )
    row.id_no = None
    session.add(row)
    return row


def _copied(row: LedgerWorkerRow, human: Human) -> LedgerWorkerRow:
    """What other cases know of a worker, on a row of this one."""
    row.name, row.phone, row.id_no = human.said("name"), human.said("phone"), human.said("id_no")
    row.name_blind, row.phone_blind = name_blind(row.name), phone_blind(row.phone)
    row.id_no_blind = id_no_blind(row.id_no)
    row.secret = human.secret
    row.remarks = sorted({remark for _, one in human.rows for remark in one.remarks})
    return row


def carried(session: Session, case_id: str, human: Human, *, by: str, at: datetime) -> LedgerWorkerRow:
    """The row of this case for a worker of its ledger: what is done on a case is written on that case."""
    own = human.own(case_id)
    if own is None:
        known = workers_of(session, case_id, struck=True)
        number = max((row.number for row in known), default=0) + 1
        own = _copied(new_worker(session, case_id, number, by=by, at=at), human)
        session.flush()
    return own


def new_line(row: LedgerWorkerRow, own: list[LedgerLineRow], span: Span) -> LedgerLineRow:
    """A line for months that the worker has none for on this case; it is added to `own`."""
    line = LedgerLineRow(
        id=new_id("lln"),
        worker_id=row.id,
        seq=max((line.seq for line in own), default=0) + 1,
        period_from=span.first,
        period_to=span.last,
        said={},
    )
    own.append(line)
    return line


def _name(row: LedgerWorkerRow, new: Sequence[Mention]) -> None:
    row.name = row.name or _best([one.name for one in new if one.keys.name])
    row.phone = row.phone or _best([one.phone for one in new if one.keys.phone])
    row.id_no = row.id_no or _best([one.id_no for one in new if one.keys.id_no])
    row.name_blind, row.phone_blind = name_blind(row.name), phone_blind(row.phone)
    row.id_no_blind = id_no_blind(row.id_no)
    row.secret = row.secret and all(one.secret for one in new)
    row.remarks = sorted({*row.remarks, *(remark for one in new for remark in one.remarks)})


def _best(values: Sequence[str | None]) -> str | None:
    said = [value for value in values if value]
    return min(said, key=lambda value: (-said.count(value), -len(value), value), default=None)


def verify_line(
    line: LedgerLineRow, fen: int, own: Sequence[LedgerLineRow], beside: Sequence[Owed] = (), *, by: str, at: datetime
) -> None:
    """The sum of a line as proven. Raises `NotAllowed` when another verified line of the worker has the same months.

    `beside` are lines of the same worker that a case merged in has.
    """
    span = span_of_line(line)
    others = [Owed(span_of_line(other), other.verified_fen) for other in own if other is not line]
    if fen and any(other.fen and span.meets(other.span) for other in (*others, *beside)):
        raise NotAllowed("The same months of one worker are not verified twice; verify one of the two lines with 0.")
    line.verified_fen, line.verified_by, line.verified_at = fen, by, at


def _drop_empty(
    session: Session,
    known: Sequence[LedgerWorkerRow],
    lines: Mapping[str, list[LedgerLineRow]],
    *,
    by: str,
    at: datetime,
) -> None:
    """Lines that nobody says any more and nobody verified go; a worker left without any is struck, but not if paid."""
    paid = _paid(session, [row.id for row in known])
    for row in known:
        own = lines[row.id]
        gone = [line for line in own if not line.said and line.verified_fen is None]
        if gone:
            session.execute(delete(LedgerLineRow).where(LedgerLineRow.id.in_([line.id for line in gone])))
        if own and len(gone) == len(own) and row.struck_at is None and row.id not in paid:
            row.struck_by, row.struck_at, row.struck_reason = by, at, GONE


def _paid(session: Session, worker_ids: Sequence[str]) -> set[str]:
    """Of these workers: to whom something was paid, as proven or reported."""
    found: set[str] = set()
    for some in some_at_a_time(worker_ids):
        question = select(PaymentMatchRow.worker_id).where(PaymentMatchRow.worker_id.in_(some))
        found.update(session.scalars(question))
    return found


def attach_payments(session: Session, case_id: str, given: Mapping[str, str] | None = None) -> None:
    """Say of each paid line whose it is: as given by line, or the one worker of the ledger who bears the name."""
    matched = select(PaymentMatchRow.payment_line_id)
    question = (
        select(PaymentLineRow.id, PaymentLineRow.name_blind)
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .where(PaymentRow.case_id == case_id, PaymentLineRow.id.not_in(matched))
    )
    bearers = by_names(humans(session, case_id))
    for line_id, blind in session.execute(question).all():
        found = bearers.get(blind, ()) if blind is not None else ()
        alone = found[0].own(case_id) if len(found) == 1 else None
        worker_id = (given or {}).get(line_id) or (alone.id if alone else None)
        if worker_id is not None:
            session.add(PaymentMatchRow(payment_line_id=line_id, worker_id=worker_id))
    session.flush()
