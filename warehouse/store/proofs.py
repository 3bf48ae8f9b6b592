"""What is proven paid on a case and on those merged into it. A proof that two of them hold counts once.

One bank voucher of one day, recorded on two cases before they became one, is one voucher: what it paid to one worker
counts once, whichever case says so. Two payments that one case records are two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from warehouse.models import PaymentLineRow, PaymentMatchRow, PaymentRow, is_proven
from warehouse.store.leading import leading_here
from warehouse.store.there import there
from warehouse.store.together import Human, Humans, by_names, humans


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What one worker got in one payment. `worker_id`: the row of a ledger it was set against, if it was."""

    id: str
    payment_id: str
    blind: str | None
    worker_id: str | None
    fen: int


@dataclass(slots=True)
class Counted:
    """One payment with what counts of it: fen, people, and the lines. Nothing of a proof that counts already."""

    row: PaymentRow
    fen: int = 0
    people: int = 0
    lines: list[PaidLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proofs:
    """The payments of a family of cases, each with what counts of it, and whose each counted line is."""

    payments: tuple[Counted, ...]
    whose: Mapping[str, Human]

    @property
    def amount(self) -> int:
        """All that counts, in fen."""
        return sum(one.fen for one in self.payments)

    @property
    def days(self) -> list[tuple[date, int]]:
        """What was paid on which day."""
        return [(one.row.paid_on, one.fen) for one in self.payments if one.fen]

    def people(self) -> int:
        """Persons named line by line. The same name in two payments is one worker; twice in one payment is two.

        Namesakes whom the ledger tells apart are as many as were paid, in however many payments.
        """
        bearers: dict[str, set[int]] = defaultdict(set)
        heads: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.payments:
            for line in one.lines:
                human = self.whose.get(line.id)
                name = _known_as(line, human)
                heads[line.payment_id][name] += 1
                if human is not None:
                    bearers[name].add(human.number)
        most = Counter({name: len(numbers) for name, numbers in bearers.items()})
        for named in heads.values():
            most |= named
        return most.total()

    def paid_to(self) -> dict[int, int]:
        """The fen by worker, by the worker's number."""
        found: Counter[int] = Counter()
        for line in (line for one in self.payments for line in one.lines):
            if line.id in self.whose:
                found[self.whose[line.id].number] += line.fen
        return dict(found)


def proofs(session: Session, case_id: str, known: Humans | None = None) -> Proofs:
    """What is proven on a case and on those merged into it."""
    if PaymentRow not in there(session, leading_here(session, case_id)):
        return Proofs((), {})
    people = known or humans(session, case_id)
    order = {one.case_id: one.place for one in people.kin}
    question = select(PaymentRow).where(PaymentRow.case_id.in_(order), is_proven())
    rows = sorted(session.scalars(question), key=lambda row: (order[row.case_id], row.paid_on, row.at, row.id))
    lines = _lines(session, order)
    whose = _whose((line for own in lines.values() for line in own), people)
    counted = {row.id: Counted(row) for row in rows}
    same: dict[tuple[object, ...], list[Counted]] = defaultdict(list)
    for row in rows:
        same[_key(row)].append(counted[row.id])
    for payments in same.values():
        if len({one.row.case_id for one in payments}) == 1:
            for one in payments:
                one.fen, one.people, one.lines = one.row.amount_fen, one.row.workers, lines[one.row.id]
        else:
            _once(payments, lines, lambda line: _known_as(line, whose.get(line.id)))
    return Proofs(tuple(counted.values()), whose)


def _lines(session: Session, case_ids: Iterable[str]) -> dict[str, list[PaidLine]]:
    question = (
        select(
            PaymentLineRow.id,
            PaymentLineRow.payment_id,
            PaymentLineRow.name_blind,
            PaymentMatchRow.worker_id,
            PaymentLineRow.amount_fen,
        )
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .outerjoin(PaymentMatchRow, PaymentMatchRow.payment_line_id == PaymentLineRow.id)
        .where(PaymentRow.case_id.in_(list(case_ids)), is_proven())
        .order_by(PaymentLineRow.id)
    )
    found: dict[str, list[PaidLine]] = defaultdict(list)
    for row in session.execute(question):
        found[row.payment_id].append(PaidLine(*row))
    return found


def _whose(lines: Iterable[PaidLine], people: Humans) -> dict[str, Human]:
    """The worker of each line: as it was set against, or, over merged cases, the only one who bears the name."""
    by_row, bearers = people.by_row(), by_names(people)
    found = {}
    for line in lines:
        human = by_row.get(line.worker_id) if line.worker_id else None
        if human is None and line.blind and not people.alone and len(bearers.get(line.blind, ())) == 1:
            human = bearers[line.blind][0]
        if human is not None:
            found[line.id] = human
    return found


def _known_as(line: PaidLine, human: Human | None) -> str:
    """By what a paid person is known again: the worker's name in the ledger, the name on the proof, or nothing."""
    if human is not None and len(human.rows) > 1:
        blinds = sorted(row.name_blind for _, row in human.rows if row.name_blind)
        return blinds[0] if blinds else human.row.id
    return line.blind or line.worker_id or line.id


def _key(row: PaymentRow) -> tuple[object, ...]:
    """What makes two proofs one: the day, the kind and the number; without a number and names also the sum."""
    number = "".join(normalize("NFKC", row.proof_ref or "").split()).casefold()
    return row.paid_on, row.proof, number


def _once(
    payments: Sequence[Counted], lines: Mapping[str, list[PaidLine]], known_as: Callable[[PaidLine], str]
) -> None:
    """Count what several cases say of one proof: the most that any of them says of each worker and sum."""
    by_case: dict[str, list[Counted]] = defaultdict(list)
    for one in payments:
        by_case[one.row.case_id].append(one)
    seen: Counter[tuple[str, int]] = Counter()
    for own in by_case.values():
        said: Counter[tuple[str, int]] = Counter()
        for one in own:
            for line in lines[one.row.id]:
                key = (known_as(line), line.fen)
                said[key] += 1
                if said[key] > seen[key]:
                    one.lines.append(line)
                    one.fen, one.people = one.fen + line.fen, one.people + 1
        seen |= said
    if _key(payments[0].row)[2]:
        _whole_sums(by_case, lines)
    else:
        _nameless(by_case, lines)


def _whole_sums(by_case: Mapping[str, list[Counted]], lines: Mapping[str, list[PaidLine]]) -> None:
    """A voucher without names says its sum: beyond the names of the others only what they do not reach counts."""
    reached = sum(one.fen for own in by_case.values() for one in own)
    missing = max(sum(one.row.amount_fen for one in own) for own in by_case.values()) - reached
    for one in (one for own in by_case.values() for one in own if not lines[one.row.id]):
        one.fen = min(max(missing, 0), one.row.amount_fen)
        one.people = one.row.workers if one.fen else 0
        missing -= one.fen


def _nameless(by_case: Mapping[str, list[Counted]], lines: Mapping[str, list[PaidLine]]) -> None:
    """Without number and names two payments are one only when day, kind, sum and people are the same."""
    seen: Counter[tuple[int, int]] = Counter()
    for own in by_case.values():
        said: Counter[tuple[int, int]] = Counter()
        for one in own:
            if lines[one.row.id]:
                continue
            key = (one.row.amount_fen, one.row.workers)
            said[key] += 1
            if said[key] > seen[key]:
                one.fen, one.people = key
        seen |= said


def attach_payments(session: Session, case_id: str, given: Mapping[str, str] | None = None) -> None:
    """Say of each paid line whose it is: as given by line, or the one worker of the ledger who bears the name."""
    matched = exists().where(PaymentMatchRow.payment_line_id == PaymentLineRow.id)
    question = (
        select(PaymentLineRow.id, PaymentLineRow.name_blind)
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .where(PaymentRow.case_id == case_id, ~matched)
    )
    waiting = session.execute(question).all()
    bearers = by_names(humans(session, case_id)) if waiting else {}
    for line_id, blind in waiting:
        found = bearers.get(blind, ()) if blind is not None else ()
        alone = found[0].own(case_id) if len(found) == 1 else None
        worker_id = (given or {}).get(line_id) or (alone.id if alone else None)
        if worker_id is not None:
            session.add(PaymentMatchRow(payment_line_id=line_id, worker_id=worker_id))
    session.flush()
