"""The ledger of a case as the union over the cases merged into it: by worker and pay period, each proof once.

Rows stay with the case they were written on. What two cases say of the same months of one worker counts once: the most
that any source claims, and what was verified last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from casework.ledger import Account, Owed, Span, Sums, add_up, without_doubles
from warehouse.store.ledger_rows import LineSeen, WorkerSeen, lines_of, span_of_line
from warehouse.store.linkage import members
from warehouse.store.mentions import ROSTER
from warehouse.store.proofs import Proofs, proofs
from warehouse.store.together import Human, Humans, humans

INSTEAD = "instead:"
"""Marks in a line that its roster replaces what the roster of a case merged in said of the same months."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OneLine:
    """What is owed to a worker for some months, whichever cases say so. `name`: the line it is called by. Fen."""

    name: str
    span: Span
    claimed: int | None
    verified: int | None


@dataclass(frozen=True, slots=True)
class OneWorker:
    """One worker with all lines, and what is proven paid to them."""

    human: Human
    lines: tuple[OneLine, ...]
    paid: int

    @property
    def account(self) -> Account:
        """Claimed and verified without any month twice, and paid."""
        claimed = without_doubles(Owed(line.span, line.claimed) for line in self.lines)
        verified = without_doubles(Owed(line.span, line.verified) for line in self.lines)
        return Account(claimed, verified, self.paid)


@dataclass(frozen=True, slots=True)
class OneLedger:
    """All workers of a ledger by number, the people they were found among, and the proofs."""

    workers: tuple[OneWorker, ...]
    people: Humans
    proofs: Proofs

    def by_number(self) -> dict[int, OneWorker]:
        """Who has a number of this ledger."""
        return {number: worker for worker in self.workers for number, _ in worker.human.rows}

    @property
    def sums(self) -> Sums:
        """What it adds up to; no workers: there is none."""
        return add_up(worker.account for worker in self.workers)


def one_ledger(session: Session, case_id: str) -> OneLedger:
    """The ledger of a case and of those merged into it."""
    people = humans(session, case_id)
    proven = proofs(session, case_id, people)
    paid = proven.paid_to()
    rows = lines_of(session, [row for human in people.live for _, row in human.rows])
    said = _Said(session, case_id, people, rows)
    workers = [OneWorker(human, said.lines(human), paid.get(human.number, 0)) for human in people.live]
    return OneLedger(tuple(one for one in workers if one.lines or one.paid), people, proven)


def sums_of(session: Session, case_id: str) -> Sums:
    """What a ledger adds up to; no workers: there is none."""
    return one_ledger(session, case_id).sums


class _Said:
    """What the lines of several cases say together."""

    def __init__(self, session: Session, case_id: str, people: Humans, rows: Mapping[str, Sequence[LineSeen]]) -> None:
        self._case_id, self._people, self._rows = case_id, people, rows
        self._kin = {one.case_id: one for one in people.kin}
        self._telling = set(members(session, case_id)) if rows else set()
        self._taken: dict[str, set[str]] = {}
        if not people.alone:
            for human in people.live:
                for _, row in human.rows:
                    self._taken.setdefault(row.case_id, set()).update(one for line in rows[row.id] for one in line.said)

    def lines(self, human: Human) -> tuple[OneLine, ...]:
        """The lines of one worker in their order, each span of months once."""
        by_span: dict[Span, list[tuple[int, WorkerSeen, LineSeen]]] = {}
        for number, row in human.rows:
            for line in self._rows[row.id]:
                by_span.setdefault(span_of_line(line), []).append((number, row, line))
        found = []
        for span, own in by_span.items():
            number, _, first = own[0]
            sums = [self._claimed(row, line, own) for _, row, line in own]
            verified = self._verified(own)
            if any(known for known, _ in sums) or verified is not None:
                claimed = max((fen for _, fen in sums if fen is not None), default=None)
                found.append(OneLine(f"{number}.{first.seq}", span, claimed, verified))
        return tuple(found)

    def _claimed(
        self,
        row: WorkerSeen,
        line: LineSeen,
        beside: Sequence[tuple[int, WorkerSeen, LineSeen]],
    ) -> tuple[bool, int | None]:
        """Whether anybody still says this, and the most they say.

        What a complaint said counts while the complaint is here; what it said to a case merged in, until the case takes
        its people over itself. What a roster said to one counts until a later roster speaks of the same months.
        """
        above = self._kin[row.case_id].joined
        gone = {source for one in above for source in self._taken.get(one, ())}
        instead = any(other.case_id in above and INSTEAD + row.case_id in theirs.said for _, other, theirs in beside)
        kept = {
            source: fen
            for source, fen in line.said.items()
            if (source == ROSTER and not instead) or (source in self._telling and source not in gone)
        }
        return bool(kept), max((fen for fen in kept.values() if fen is not None), default=None)

    def _verified(self, own: Sequence[tuple[int, WorkerSeen, LineSeen]]) -> int | None:
        """What was verified last; of two at one moment what the case itself says, else the larger."""
        said = [
            (line.verified_at or _LONG_AGO, row.case_id == self._case_id, line.verified_fen)
            for _, row, line in own
            if line.verified_fen is not None
        ]
        return max(said)[2] if said else None
