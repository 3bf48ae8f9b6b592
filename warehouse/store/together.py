"""Who is one worker over a case and those merged into it. Nothing is written: what a merge joins, its undo parts again.

A case that nothing was merged into is read as it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.same_worker import Keys, Parting, part
from warehouse.store.leading import Kin, family
from warehouse.store.ledger_rows import Personal, WorkerSeen, personal, said_of, workers_of
from warehouse.store.mentions import Mention, keys_kept, keys_told

BLOCK = 10_000
"""The workers of the first case merged in are numbered from here on, those of the second from twice this, and so on."""
GONE = "The complaint that named the worker left the case."
"""Why a worker was struck by the program itself: it says nothing of what other cases know of them."""


@dataclass(frozen=True, slots=True)
class Human:
    """One worker with the rows of every case of the family, the case's own first.

    `struck` rows count no more. `unclear`: the worker could be one of several others; a person has to say whose it is.
    """

    rows: tuple[tuple[int, WorkerSeen], ...]
    struck: tuple[WorkerSeen, ...] = ()
    unclear: bool = False

    @property
    def number(self) -> int:
        """The number in this ledger: the case's own, else that of the case it came with."""
        return self.rows[0][0]

    @property
    def row(self) -> WorkerSeen:
        """The row that speaks for the worker."""
        return self.rows[0][1]

    @property
    def secret(self) -> bool:
        """Whether nobody but who told in confidence names the worker."""
        return all(row.secret for _, row in self.rows)

    def said(self, names: Mapping[str, Personal]) -> Personal:
        """Name, phone and identity number: of each the first that is given."""
        return said_of((row for _, row in self.rows), names)

    def own(self, case_id: str) -> WorkerSeen | None:
        """The row of this very case."""
        return next((row for _, row in self.rows if row.case_id == case_id), None)


@dataclass(frozen=True, slots=True)
class Humans:
    """The workers of a family of cases: those that count, and those whom an officer struck."""

    kin: Sequence[Kin]
    live: Sequence[Human]
    struck: Sequence[Human]

    @property
    def alone(self) -> bool:
        """Nothing was merged into the case."""
        return len(self.kin) == 1

    def rows(self) -> list[WorkerSeen]:
        """Every row there is, the case's own first, each case's by number."""
        order = {one.case_id: one.place for one in self.kin}
        found = [row for human in (*self.live, *self.struck) for _, row in human.rows]
        found += [row for human in self.live for row in human.struck]
        return sorted(found, key=lambda row: (order[row.case_id], row.number))

    def by_number(self) -> dict[int, Human]:
        """Who has a number of this ledger; a worker whom several cases know answers to the number of each."""
        return {number: human for human in self.live for number, _ in human.rows}

    def by_row(self) -> dict[str, Human]:
        """Whom a row is of."""
        every = [(human, row) for human in (*self.live, *self.struck) for _, row in human.rows]
        return {row.id: human for human, row in every} | {row.id: one for one in self.live for row in one.struck}


def names_of(session: Session, people: Iterable[Human]) -> dict[str, Personal]:
    """Who these workers are, by row: opened many at a time."""
    return personal(session, (row for human in people for _, row in human.rows))


def humans(session: Session, case_id: str) -> Humans:
    """Every worker of a case and of those merged into it, by number."""
    kin = family(session, case_id)
    rows = [(one, row) for one in kin for row in workers_of(session, one.case_id)]
    known = [row for _, row in rows]
    if len({row.case_id for row in known}) < 2:
        groups: Iterator[tuple[Collection[int], bool]] = (((place,), False) for place in range(len(known)))
    else:
        groups = _grouped(session, case_id, known)
    numbers = {row.id: row.number + BLOCK * one.place for one, row in rows}
    kin_of = {one.case_id: one for one in kin}
    live, struck = [], []
    for places, unclear in groups:
        group = [known[place] for place in sorted(places)]
        counting = [row for row in group if row.struck_at is None and not _cancelled(row, group, kin_of)]
        out = tuple(row for row in group if row not in counting)
        if counting:
            live.append(Human(tuple((numbers[row.id], row) for row in counting), out, unclear))
        else:
            struck.append(Human(tuple((numbers[row.id], row) for row in group), out))
    return Humans(kin, sorted(live, key=lambda human: human.number), struck)


@dataclass(frozen=True, slots=True)
class Parted:
    """Who is who among the workers of a ledger, by id, and new mentions, which come after them."""

    known: tuple[tuple[str, Keys], ...]
    parting: Parting


def parted(known: Sequence[WorkerSeen], told: Sequence[Mention], before: Parted | None = None) -> Parted:
    """Who is who. What was worked out `before` the ledger was locked stands, if the ledger is still as it was then."""
    keys = tuple((row.id, keys_kept(row)) for row in known)
    if before is not None and before.known == keys:
        return before
    return Parted(keys, part([*(one for _, one in keys), *(one.keys for one in told)]))


def _grouped(session: Session, case_id: str, known: Sequence[WorkerSeen]) -> Iterator[tuple[Collection[int], bool]]:
    """The rows as people. What the complaints tell of them may join two: complaints of one claim are one worker's."""
    parting = part([*map(keys_kept, known), *keys_told(session, case_id)])
    for parts, unclear in ((parting.workers, False), (parting.unclear, True)):
        for places in parts:
            if own := [place for place in places if place < len(known)]:
                yield own, unclear


def _cancelled(row: WorkerSeen, group: Sequence[WorkerSeen], kin_of: Mapping[str, Kin]) -> bool:
    """Whether the worker was struck on a case that this one had been merged into by then."""
    kin = kin_of[row.case_id]
    return any(
        other.struck_at is not None and other.struck_reason != GONE and kin.under(other.case_id, other.struck_at)
        for other in group
    )


def by_names(found: Humans) -> Mapping[str, list[Human]]:
    """Who bears a name, by its blind index."""
    bearers: dict[str, list[Human]] = defaultdict(list)
    for human in found.live:
        for blind in {row.name_blind for _, row in human.rows if row.name_blind}:
            bearers[blind].append(human)
    return bearers
