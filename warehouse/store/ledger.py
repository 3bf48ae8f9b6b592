"""The ledger of a case: workers and lines as the union of all who mention them, and what was paid to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.ledger import Owed, Span
from warehouse.many import some_at_a_time
from warehouse.models import (
    LedgerLineRow,
    LedgerWorkerRow,
    PaymentMatchRow,
    new_id,
)
from warehouse.store.known_workers import is_news, know_worker
from warehouse.store.ledger_rows import Personal, WorkerSeen, line_rows, rows_of, span_of_line
from warehouse.store.mentions import ROSTER, Mention, keys_of
from warehouse.store.one_ledger import INSTEAD, OneLine, one_ledger
from warehouse.store.proofs import attach_payments
from warehouse.store.together import BLOCK, GONE, Human, Parted, names_of, parted


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
    session: Session,
    case_id: str,
    mentions: Sequence[Mention],
    *,
    by: str,
    at: datetime,
    all_told: bool = False,
    before: Parted | None = None,
) -> Taken:
    """Make these mentions part of the ledger: nobody twice, no month twice.

    `all_told`: they are all that the complaints of the case say now, and replace what those said before. Who is known
    from a case that was merged in is nobody new; what is new of them is written here. `before`: who is who, as it was
    worked out before the case was locked. Raises `BadInput` when the ledger is full.
    """
    page = _Page(session, case_id, by=by, at=at)
    if all_told:
        _forget_complaints(page.lines)
    parting = parted(page.known, mentions, before).parting
    found = _Sorted()
    said: list[_Said] = []
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
            said.append(_Said(live[0] if live else None, None if live else page.gone(old), new))
    page.open(said)
    made = sum(page.add(page.row_for(one), one.human, one.new) for one in said)
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


@dataclass(frozen=True, slots=True)
class _Said:
    """Whom mentions are of: a worker of the ledger, one the program struck who is told of again, or nobody known."""

    human: Human | None
    struck: WorkerSeen | None
    new: Sequence[Mention]


class _Page:
    """The ledger of a case while mentions are written into it. Only its own rows are touched."""

    def __init__(self, session: Session, case_id: str, *, by: str, at: datetime) -> None:
        self._session, self._case_id, self._by, self._at = session, case_id, by, at
        one = one_ledger(session, case_id)
        self.known = one.people.rows()
        self.human_of = {row.id: human for human in one.people.live for _, row in human.rows}
        self.own = [row for row in self.known if row.case_id == case_id]
        self.lines = line_rows(session, [row.id for row in self.own])
        self._number = max((row.number for row in self.own), default=0)
        self._verified = {worker.human.number: worker.lines for worker in one.workers}
        self._carried: dict[int, str] = {}
        self._rows: dict[str, LedgerWorkerRow] = {}
        self._names: dict[str, Personal] = {}
        self.made = 0

    def open(self, said: Sequence[_Said]) -> None:
        """Fetch at once the rows that change, and who those are who get a row of this case."""
        own = [(one.human.own(self._case_id), one.new) for one in said if one.human]
        changed = [row for row, new in own if row and is_news(row, new)]
        self._rows |= rows_of(self._session, [*changed, *(one.struck for one in said if one.struck)])
        carried_here = [one.human for one in said if one.human and not one.human.own(self._case_id)]
        self._names = names_of(self._session, carried_here)

    def gone(self, old: Sequence[WorkerSeen]) -> WorkerSeen | None:
        """Who of these was struck on this case because their complaint left."""
        return next((one for one in old if one.case_id == self._case_id), None)

    def row_for(self, one: _Said) -> str:
        """The row to write on. Who is told of again is struck no more: the program's own word is taken back."""
        if one.human is not None:
            return self._row_of(one.human)
        self.made += 1
        if one.struck is None:
            return self._row().id
        row = self._rows[one.struck.id]
        row.struck_by, row.struck_at, row.struck_reason = None, None, None
        return row.id

    def _row_of(self, human: Human) -> str:
        """The row of this case for a worker; one who came with a case merged in gets theirs now."""
        own = human.own(self._case_id)
        if own is not None:
            return own.id
        if human.number not in self._carried:
            self._carried[human.number] = _copied(self._row(), human, human.said(self._names)).id
        return self._carried[human.number]

    def _row(self) -> LedgerWorkerRow:
        self._number += 1
        row = new_worker(self._session, self._case_id, self._number, by=self._by, at=self._at)
        self.lines[row.id] = []
        self._rows[row.id] = row
        return row

    def add(self, row_id: str, human: Human | None, new: Sequence[Mention]) -> int:
        """What these mentions say of a worker. Returns how many lines are new to the ledger."""
        if row_id in self._rows:
            know_worker(self._rows[row_id], new)
        own = self.lines[row_id]
        elsewhere = () if human is None else self._verified.get(human.number, ())
        merged_in = [] if human is None else [one for _, one in human.rows if one.case_id != self._case_id]
        made, touched = 0, set[int]()
        for one in new:
            line = next((line for line in own if span_of_line(line) == one.span), None)
            if line is None:
                line = new_line(row_id, own, one.span)
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


def _copied(row: LedgerWorkerRow, human: Human, who: Personal) -> LedgerWorkerRow:
    """What other cases know of a worker, on a row of this one."""
    row.name, row.phone, row.id_no = who
    keys = keys_of(row.name, row.phone, row.id_no)
    row.name_blind, row.phone_blind, row.id_no_blind = keys.name, keys.phone, keys.id_no
    row.secret = human.secret
    row.remarks = sorted({remark for _, one in human.rows for remark in one.remarks})
    return row


def carried(session: Session, case_id: str, human: Human, *, by: str, at: datetime) -> LedgerWorkerRow:
    """The row of this case for a worker of its ledger: what is done on a case is written on that case."""
    own = human.own(case_id)
    if own is not None:
        return session.get_one(LedgerWorkerRow, own.id)
    last = session.scalar(select(func.max(LedgerWorkerRow.number)).where(LedgerWorkerRow.case_id == case_id))
    row = new_worker(session, case_id, (last or 0) + 1, by=by, at=at)
    _copied(row, human, human.said(names_of(session, [human])))
    session.flush()
    return row


def new_line(worker_id: str, own: list[LedgerLineRow], span: Span) -> LedgerLineRow:
    """A line for months that the worker has none for on this case; it is added to `own`."""
    line = LedgerLineRow(
        id=new_id("lln"),
        worker_id=worker_id,
        seq=max((line.seq for line in own), default=0) + 1,
        period_from=span.first,
        period_to=span.last,
        said={},
    )
    own.append(line)
    return line


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
    known: Sequence[WorkerSeen],
    lines: Mapping[str, list[LedgerLineRow]],
    *,
    by: str,
    at: datetime,
) -> None:
    """Lines that nobody says any more and nobody verified go; a worker left without any is struck, but not if paid."""
    dropped, empty = list[str](), list[WorkerSeen]()
    for row in known:
        own = lines[row.id]
        gone = [line for line in own if not line.said and line.verified_fen is None]
        dropped += [line.id for line in gone]
        if own and len(gone) == len(own) and row.struck_at is None:
            empty.append(row)
    paid = _paid(session, [row.id for row in empty])
    for struck in rows_of(session, [row for row in empty if row.id not in paid]).values():
        struck.struck_by, struck.struck_at, struck.struck_reason = by, at, GONE
    for some in some_at_a_time(dropped):
        session.execute(delete(LedgerLineRow).where(LedgerLineRow.id.in_(some)))


def _paid(session: Session, worker_ids: Sequence[str]) -> set[str]:
    """Of these workers: to whom something was paid, as proven or reported."""
    found: set[str] = set()
    for some in some_at_a_time(worker_ids):
        question = select(PaymentMatchRow.worker_id).where(PaymentMatchRow.worker_id.in_(some))
        found.update(session.scalars(question))
    return found
