"""Claimed, verified and paid are three numbers. Paid is what is proven, worker by worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.handling import PROOFS, PROVING, PaidWorker
from casework.lifecycle import WorkStatus
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted, held_case
from services.cases.photographing import keep_photos
from warehouse.blinds import name_blind
from warehouse.engine import Warehouse
from warehouse.models import PaymentLineRow, PaymentRow, new_id
from warehouse.store.attachments import Brought
from warehouse.store.handling import known_name_blinds
from warehouse.store.ledger import carried
from warehouse.store.one_ledger import one_ledger, sums_of
from warehouse.store.proofs import attach_payments
from warehouse.store.to_pay import to_pay
from warehouse.store.together import humans

PAID_WHILE = frozenset({WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED})
"""An order to pay is paid after the decision too."""
_REPORTED = "A witness proves no payment: it counts as reported until a bank voucher or a signed payroll is there."


@dataclass(frozen=True, slots=True)
class Recorded:
    """A payment that was recorded, with what was odd but not wrong."""

    payment_id: str
    warnings: tuple[str, ...]


def record_payment(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    paid_on: date,
    workers: int,
    amount: Decimal,
    proof: str,
    actor: Actor,
    at: datetime,
    proof_ref: str | None = None,
    lines: Sequence[PaidWorker] = (),
    photos: Sequence[Brought] = (),
) -> Recorded:
    """A back payment (补发), in yuan, a line for each worker where there is a list; proven, or said by a witness.

    `photos` are of the paper that proves it.

    More than was verified, or a name that no complaint mentions, is told and not refused.
    """
    fen = fen_of(amount)
    if not fen or workers < 1:
        raise BadInput("A payment is of more than nothing, to at least one worker.")
    if proof not in PROOFS:
        raise BadInput(f"A payment is proven by one of: {', '.join(PROOFS)}.")
    if paid_on > local_day(at):
        raise BadInput("A payment is recorded after it was made.")
    _check_lines(lines, workers, fen)
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=PAID_WHILE)
        row = PaymentRow(
            id=new_id("pay"),
            case_id=case.id,
            paid_on=paid_on,
            workers=workers,
            amount_fen=fen,
            proof=proof,
            proof_ref=proof_ref,
            by=actor.id,
            at=at,
        )
        session.add(row)
        session.flush()
        blinds = [name_blind(line.name.strip()) for line in lines]
        ids = [new_id("pln") for _ in lines]
        session.add_all(
            PaymentLineRow(
                id=line_id,
                payment_id=row.id,
                worker_name=line.name.strip(),
                name_blind=blind,
                amount_fen=fen_of(line.amount) or 0,
            )
            for line_id, line, blind in zip(ids, lines, blinds, strict=True)
        )
        session.flush()
        kept = keep_photos(session, case, None, photos, actor=actor, at=at, payment_id=row.id) if photos else []
        attach_payments(session, case.id, _known(session, case.id, ids, lines, actor=actor, at=at))
        one = one_ledger(session, case.id)
        known = known_name_blinds(session, case.id, one.people)
        strangers = sum(blind not in known for blind in blinds) if known else 0
        due = to_pay(session, case)
        over = due is not None and one.proofs.amount > due
        details: dict[str, Json] = {"payment": row.id, "workers": workers, "fen": fen, "strangers": strangers}
        details |= {"photos": len(kept)} if kept else {}
        acted(session, case, "record_payment", actor=actor, at=at, details=details)
        accounts = [worker.account for worker in one.workers]
        overpaid = sum(one.verified is not None and one.paid > one.verified for one in accounts)
        odd = _warnings(strangers=strangers, over=over, unnamed=not lines, overpaid=overpaid)
        return Recorded(row.id, odd if proof in PROVING else (_REPORTED, *odd))


def _check_lines(lines: Sequence[PaidWorker], workers: int, fen: int) -> None:
    if not lines:
        return
    if any(not line.name.strip() or not fen_of(line.amount) for line in lines):
        raise BadInput("Each line has a name and an amount.")
    if len(lines) != workers:
        raise BadInput(f"The list has {len(lines)} lines for {workers} workers.")
    if sum(fen_of(line.amount) or 0 for line in lines) != fen:
        raise BadInput("The lines do not add up to the amount.")


def _known(
    session: Session, case_id: str, ids: Sequence[str], lines: Sequence[PaidWorker], *, actor: Actor, at: datetime
) -> dict[str, str]:
    """The lines that name a worker of this case's ledger, each with the row of this case."""
    given = {line_id: line.worker_id for line_id, line in zip(ids, lines, strict=True) if line.worker_id}
    if not given:
        return {}
    people = humans(session, case_id)
    whose = {row.id: human for human in people.live for _, row in human.rows}
    if not set(given.values()) <= set(whose):
        raise NotFound("There is no such worker in this ledger.")
    rows: dict[int, str] = {}
    for worker_id in given.values():
        human = whose[worker_id]
        if human.number not in rows:
            rows[human.number] = carried(session, case_id, human, by=actor.id, at=at).id
    return {line_id: rows[whose[worker_id].number] for line_id, worker_id in given.items()}


def _warnings(*, strangers: int, over: bool, unnamed: bool, overpaid: int) -> tuple[str, ...]:
    found = []
    if over:
        found.append("More is paid now than was verified.")
    if overpaid:
        found.append(f"More is paid to {overpaid} workers of the ledger than was verified for them.")
    if strangers:
        found.append(f"{strangers} names are not among the workers of the complaints.")
    if unnamed:
        found.append("Without a list of names this payment proves no worker as paid.")
    return tuple(found)


def verify_amount(store: Warehouse, *, case_id: str, version: int, amount: Decimal, actor: Actor, at: datetime) -> None:
    """The amount owed as the officers have proven it (核实金额), in yuan. With a verified ledger that is its sum."""
    fen = fen_of(amount)
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        summed = sums_of(session, case.id).verified
        if summed is not None and summed != fen:
            raise NotAllowed("The amount of this case is the sum of its ledger; verify it there, worker by worker.")
        details: dict[str, Json] = {"was": case.amount_verified_fen, "now": fen}
        case.amount_verified_fen = fen
        acted(session, case, "verify_amount", actor=actor, at=at, details=details)
