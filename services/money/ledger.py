"""The ledger of a case: taken from its complaints and from rosters, verified and paid worker by worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import PaidWorker
from casework.ledger import Owed, Span
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from casework.rosters import BadRow, Roster, RosterRow, read_roster
from connectors.apart import table_apart
from connectors.files import Caps, read_table
from services.cases.held import acted, held_case, holds
from services.money.money_matters import Recorded, record_payment
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, LedgerLineRow, LedgerWorkerRow
from warehouse.store.cases import refresh_case
from warehouse.store.ledger import Taken, carried, new_line, take, verify_line
from warehouse.store.ledger_rows import line_rows, span_of_line
from warehouse.store.mentions import on_roster, told_in
from warehouse.store.one_ledger import OneLedger, OneLine, OneWorker, one_ledger, sums_of
from warehouse.store.together import humans, names_of, parted

CAPS = Caps(file_bytes=1_000_000, unpacked_bytes=20_000_000, cells=100_000, rows=5_000, seconds=5.0)
"""How much of a roster is read; the console takes no larger form."""
NO_MONTHS = Span()


@dataclass(frozen=True, slots=True)
class RosterTaken:
    """What came of a roster: what is new, the lines that were kept out with the reason, what is odd but not wrong."""

    workers: int
    lines: int
    bad: tuple[BadRow, ...]
    warnings: tuple[str, ...]


def take_from_complaints(store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime) -> RosterTaken:
    """Bring the ledger up to what the complaints of the case say now. A second time changes nothing."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        taken = take(session, case.id, told_in(session, case.id), by=actor.id, at=at, all_told=True)
        _taken(session, case, "take_from_complaints", taken, {}, actor=actor, at=at)
        lost = len(taken.unclear) + len(taken.nameless)
        words = [f"{lost} people of the complaints could not be told apart; add them with a roster."] if lost else []
        if taken.struck:
            words.append(f"{len(taken.struck)} workers that an officer struck are named again; they stay struck.")
        return RosterTaken(taken.workers, taken.lines, (), tuple(words))


def add_roster(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    content: bytes,
    actor: Actor,
    at: datetime,
    usual: Span = NO_MONTHS,
    apart: bool = False,
) -> RosterTaken:
    """Take a roster into the ledger: pasted text, .csv or .xlsx. `usual` months are for lines that name none.

    A file that a stranger may have made is read `apart`, in a process that can harm nobody. A bad line is told by its
    number and kept out. Raises `BadInput` for what is no table, or holds no good line.
    """
    roster = roster_in(content, apart=apart)
    told = on_roster(roster.rows, usual)
    # Worked out before anything is locked: with thousands of lines it takes long, and nobody who writes waits for it.
    with store.read() as session:
        before = parted(humans(session, case_id).rows(), told)
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        taken = take(session, case.id, told, by=actor.id, at=at, before=before)
        bad = sorted([*roster.bad, *_unplaced(taken)], key=lambda row: row.number)
        details: dict[str, Json] = {"bad": len(bad)}
        one = _taken(session, case, "add_roster", taken, details, actor=actor, at=at)
        return RosterTaken(taken.workers, taken.lines, tuple(bad), _odd(one, roster.rows))


def roster_in(content: bytes, *, apart: bool = False) -> Roster:
    """The lines of a roster, before anybody looks whose they are. Raises `BadInput` as `add_roster` does."""
    if len(content) > CAPS.file_bytes:
        raise BadInput("The file is larger than 1 MB. Split it.")
    if not content.strip():
        raise BadInput("Paste a roster or choose a file.")
    table = table_apart(content, CAPS) if apart else read_table(content, CAPS)
    roster = read_roster([(line.number, line.cells) for line in table.lines])
    if not roster.rows:
        first = roster.bad[0]
        raise BadInput(f"No line of the roster can be taken (line {first.number}: {first.why}).")
    return roster


def _unplaced(taken: Taken) -> list[BadRow]:
    unclear = [BadRow(number, "Several workers of the ledger could be meant.") for number in taken.unclear]
    unclear += [BadRow(number, "Nothing in it tells who it is.") for number in taken.nameless]
    return unclear + [BadRow(number, "The worker was struck from the ledger.") for number in taken.struck]


def _odd(one: OneLedger, rows: Sequence[RosterRow]) -> tuple[str, ...]:
    odd = [row.number for row in rows if row.remarks]
    found = []
    if odd:
        shown = ", ".join(str(number) for number in odd[:20])
        found.append(f"An identity number or a phone looks wrong and was taken as it is, in lines {shown}.")
    if twice := _twice(rows):
        shown = ", ".join(str(number) for number in twice[:20])
        found.append(f"Lines {shown} name a worker and months that an earlier line names too; the larger sum counts.")
    if more := _verified_above_claimed(one):
        found.append(f"More is verified than was claimed for {more} workers.")
    return tuple(found)


def _twice(rows: Sequence[RosterRow]) -> list[int]:
    """The lines that say the same worker and months as an earlier one."""
    seen: set[object] = set()
    found = []
    for row in rows:
        key = (row.name, row.id_no, row.phone, row.span)
        if key in seen:
            found.append(row.number)
        seen.add(key)
    return found


def _verified_above_claimed(ledger: OneLedger) -> int:
    accounts = [worker.account for worker in ledger.workers]
    return sum(one.verified is not None and one.claimed is not None and one.verified > one.claimed for one in accounts)


def _taken(
    session: Session, case: CaseRow, act: str, taken: Taken, details: dict[str, Json], *, actor: Actor, at: datetime
) -> OneLedger:
    one = _summed_up(session, case)
    session.flush()
    refresh_case(session, case.id, by=actor.id, at=at, ledger=one.sums)
    acted(session, case, act, actor=actor, at=at, details={"workers": taken.workers, "lines": taken.lines, **details})
    return one


def _summed_up(session: Session, case: CaseRow) -> OneLedger:
    """The verified amount of a case is the sum of its ledger as soon as that has verified lines."""
    session.flush()
    one = one_ledger(session, case.id)
    verified = one.sums.verified
    if verified is not None:
        case.amount_verified_fen = verified
    return one


def verify_lines(
    store: Warehouse, *, case_id: str, version: int, amounts: Mapping[str, Decimal], actor: Actor, at: datetime
) -> tuple[str, ...]:
    """The sums as proven, in yuan, by line: `3` is the only line of worker 3, `3.2` the second. Returns warnings.

    Raises `NotFound` for a line that is not there, `NotAllowed` for the same months of one worker twice.
    """
    if not amounts:
        raise BadInput("Give at least one amount.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        numbered = _numbered(one_ledger(session, case.id).workers)
        chosen = [(*_line(numbered, name), fen_of(yuan) or 0) for name, yuan in amounts.items()]
        hand = _Verifying(session, case.id, by=actor.id, at=at)
        # What is taken back first makes room for what takes its months.
        for worker, line, fen in sorted(chosen, key=lambda one: one[2] > 0):
            hand.verify(worker, line, fen)
        one = _summed_up(session, case)
        details: dict[str, Json] = {"lines": len(amounts), "now": case.amount_verified_fen}
        acted(session, case, "verify_lines", actor=actor, at=at, details=details)
        more = _verified_above_claimed(one)
        return (f"More is verified than was claimed for {more} workers.",) if more else ()


class _Verifying:
    """Lines of a ledger while they are verified: written on this case, whichever case the line came with."""

    def __init__(self, session: Session, case_id: str, *, by: str, at: datetime) -> None:
        self._session, self._case_id, self._by, self._at = session, case_id, by, at
        self._own: dict[int, tuple[LedgerWorkerRow, list[LedgerLineRow]]] = {}

    def verify(self, worker: OneWorker, line: OneLine, fen: int) -> None:
        """One line as proven. Raises `NotAllowed` for the same months of one worker twice."""
        number = worker.human.number
        if number not in self._own:
            row = carried(self._session, self._case_id, worker.human, by=self._by, at=self._at)
            self._own[number] = row, line_rows(self._session, [row.id])[row.id]
        row, own = self._own[number]
        target = next((one for one in own if span_of_line(one) == line.span), None)
        if target is None:
            target = new_line(row.id, own, line.span)
            self._session.add(target)
        mine = {span_of_line(one) for one in own}
        beside = [Owed(one.span, one.verified) for one in worker.lines if one.span not in mine]
        verify_line(target, fen, own, beside, by=self._by, at=self._at)
        self._session.flush()


def _numbered(workers: Sequence[OneWorker]) -> dict[str, tuple[OneWorker, OneLine]]:
    return {line.name: (worker, line) for worker in workers for line in worker.lines}


def _line(numbered: Mapping[str, tuple[OneWorker, OneLine]], name: str) -> tuple[OneWorker, OneLine]:
    if "." in name:
        found = [numbered[name]] if name in numbered else []
    else:
        whose = next((one for key, (one, _) in numbered.items() if key.partition(".")[0] == name), None)
        found = [(whose, line) for line in whose.lines] if whose else []
    if not found:
        raise NotFound("There is no such line in this ledger.")
    if len(found) > 1:
        raise BadInput("A worker has several lines; name the line, such as 3.2.")
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What proves a payment: the day, and the bank voucher or the signed payroll with its reference."""

    paid_on: date
    proof: str
    proof_ref: str | None = None


def pay_workers(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    amounts: Mapping[int, Decimal],
    voucher: Voucher,
    actor: Actor,
    at: datetime,
) -> Recorded:
    """A proven payment to workers of the ledger by their numbers, in yuan. It is a payment like every other."""
    with store.read() as session:
        # Who may not touch the case is not told which numbers its ledger has.
        holds(session, session.get(CaseRow, case_id), actor)
        workers = humans(session, case_id).by_number()
        asked = {number: human for number, human in workers.items() if number in amounts}
        names = names_of(session, asked.values())
        by_number = {number: (human.row.id, human.said(names).name) for number, human in asked.items()}
    if not amounts:
        raise BadInput("Give at least one amount.")
    if not set(amounts) <= set(by_number):
        raise NotFound("There is no such worker in this ledger.")
    nameless = [number for number in amounts if not by_number[number][1]]
    if nameless:
        raise BadInput(f"Worker {nameless[0]} has no name in the ledger yet; add it with a roster.")
    paid = [PaidWorker(by_number[one][1] or "", yuan, by_number[one][0]) for one, yuan in amounts.items()]
    return record_payment(
        store,
        case_id=case_id,
        version=version,
        paid_on=voucher.paid_on,
        workers=len(paid),
        amount=sum((one.amount for one in paid), Decimal(0)),
        proof=voucher.proof,
        proof_ref=voucher.proof_ref,
        lines=paid,
        actor=actor,
        at=at,
    )


def strike_worker(
    store: Warehouse, *, case_id: str, version: int, number: int, reason: str, actor: Actor, at: datetime
) -> None:
    """Take a worker out of the sums, with the reason: another's roster, one person twice. The row stays."""
    if not reason.strip():
        raise BadInput("A worker is struck with a reason.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        worker = one_ledger(session, case.id).by_number().get(number)
        if worker is None:
            raise NotFound("There is no such worker in this ledger.")
        if worker.paid:
            raise NotAllowed("A worker who was paid is not struck.")
        row = carried(session, case.id, worker.human, by=actor.id, at=at)
        row.struck_by, row.struck_at, row.struck_reason = actor.id, at, reason.strip()
        session.flush()
        if worker.account.verified is not None:
            case.amount_verified_fen = sums_of(session, case.id).verified
            session.flush()
        refresh_case(session, case.id, by=actor.id, at=at)
        acted(session, case, "strike_worker", actor=actor, at=at, details={"worker": row.id, "number": number})
