"""The ledger of a case: taken from its complaints and from rosters, verified and paid worker by worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import PaidWorker
from casework.ledger import Span
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from casework.rosters import BadRow, RosterRow, read_roster
from connectors.files import Caps, read_table
from services.held import acted, held_case
from services.money_matters import Recorded, record_payment
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, LedgerLineRow, LedgerWorkerRow
from warehouse.store.cases import refresh_case
from warehouse.store.ledger import Taken, accounts_of, lines_of, sums_of, take, verify_line, workers_of
from warehouse.store.mentions import on_roster, told_in

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
        return RosterTaken(taken.workers, taken.lines, (), tuple(words))


def add_roster(
    store: Warehouse, *, case_id: str, version: int, content: bytes, actor: Actor, at: datetime, usual: Span = NO_MONTHS
) -> RosterTaken:
    """Take a roster into the ledger: pasted text, .csv or .xlsx. `usual` months are for lines that name none.

    A bad line is told by its number and kept out. Raises `BadInput` for what is no table, or holds no good line.
    """
    if len(content) > CAPS.file_bytes:
        raise BadInput("The file is larger than 1 MB. Split it.")
    if not content.strip():
        raise BadInput("Paste a roster or choose a file.")
    roster = read_roster([(line.number, line.cells) for line in read_table(content, CAPS).lines])
    if not roster.rows:
        first = roster.bad[0]
        raise BadInput(f"No line of the roster can be taken (line {first.number}: {first.why}).")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        taken = take(session, case.id, on_roster(roster.rows, usual), by=actor.id, at=at)
        bad = sorted([*roster.bad, *_unplaced(taken)], key=lambda row: row.number)
        details: dict[str, Json] = {"bad": len(bad)}
        _taken(session, case, "add_roster", taken, details, actor=actor, at=at)
        return RosterTaken(taken.workers, taken.lines, tuple(bad), _odd(session, case, roster.rows))


def _unplaced(taken: Taken) -> list[BadRow]:
    unclear = [BadRow(number, "Several workers of the ledger could be meant.") for number in taken.unclear]
    return unclear + [BadRow(number, "The worker was struck from the ledger.") for number in taken.struck]


def _odd(session: Session, case: CaseRow, rows: Sequence[RosterRow]) -> tuple[str, ...]:
    odd = [row.number for row in rows if row.remarks]
    found = []
    if odd:
        shown = ", ".join(str(number) for number in odd[:20])
        found.append(f"An identity number or a phone looks wrong and was taken as it is, in lines {shown}.")
    more = _verified_above_claimed(session, case.id)
    if more:
        found.append(f"More is verified than was claimed for {more} workers.")
    return tuple(found)


def _verified_above_claimed(session: Session, case_id: str) -> int:
    accounts = accounts_of(session, case_id).values()
    return sum(one.verified is not None and one.claimed is not None and one.verified > one.claimed for one in accounts)


def _taken(
    session: Session, case: CaseRow, act: str, taken: Taken, details: dict[str, Json], *, actor: Actor, at: datetime
) -> None:
    _sum_up(session, case)
    session.flush()
    refresh_case(session, case.id, by=actor.id, at=at)
    acted(session, case, act, actor=actor, at=at, details={"workers": taken.workers, "lines": taken.lines, **details})


def _sum_up(session: Session, case: CaseRow) -> None:
    """The verified amount of a case is the sum of its ledger as soon as that has verified lines."""
    session.flush()
    verified = sums_of(session, case.id).verified
    if verified is not None:
        case.amount_verified_fen = verified


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
        workers = workers_of(session, case.id)
        lines = lines_of(session, workers)
        numbered = {name: (line, own) for own in _numbered(workers, lines) for name, line in own.items()}
        chosen = [(_line(numbered, name), fen_of(yuan) or 0) for name, yuan in amounts.items()]
        # What is taken back first makes room for what takes its months.
        for (line, own), fen in sorted(chosen, key=lambda one: one[1] > 0):
            verify_line(line, fen, list(own.values()), by=actor.id, at=at)
        _sum_up(session, case)
        details: dict[str, Json] = {"lines": len(amounts), "now": case.amount_verified_fen}
        acted(session, case, "verify_lines", actor=actor, at=at, details=details)
        more = _verified_above_claimed(session, case.id)
        return (f"More is verified than was claimed for {more} workers.",) if more else ()


def _numbered(
    workers: Sequence[LedgerWorkerRow], lines: Mapping[str, list[LedgerLineRow]]
) -> list[dict[str, LedgerLineRow]]:
    return [{line_name(worker.number, line.seq): line for line in lines[worker.id]} for worker in workers]


def line_name(number: int, seq: int) -> str:
    """What a line of the ledger is called on the page and in a list: worker and line."""
    return f"{number}.{seq}"


def _line(
    numbered: Mapping[str, tuple[LedgerLineRow, dict[str, LedgerLineRow]]], name: str
) -> tuple[LedgerLineRow, dict[str, LedgerLineRow]]:
    if "." in name:
        found = [numbered[name]] if name in numbered else []
    else:
        found = [line for key, line in numbered.items() if key.partition(".")[0] == name]
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
        by_number = {row.number: (row.id, row.name) for row in workers_of(session, case_id)}
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
        row = next((row for row in workers_of(session, case.id) if row.number == number), None)
        if row is None:
            raise NotFound("There is no such worker in this ledger.")
        account = accounts_of(session, case.id)[row.id]
        if account.paid:
            raise NotAllowed("A worker who was paid is not struck.")
        row.struck_by, row.struck_at, row.struck_reason = actor.id, at, reason.strip()
        session.flush()
        if account.verified is not None:
            case.amount_verified_fen = sums_of(session, case.id).verified
            session.flush()
        refresh_case(session, case.id, by=actor.id, at=at)
        acted(session, case, "strike_worker", actor=actor, at=at, details={"worker": row.id, "number": number})
