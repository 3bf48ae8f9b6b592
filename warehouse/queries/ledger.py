"""The ledger of a case as its page shows it: people and sums, masked; the plan and who is liable to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework.complaint import Sector
from casework.identifiers import mask_identity_number, mask_name, mask_phone, uscc_remark
from casework.instalments import Standing
from casework.ledger import Account, Owed, Sums, add_up, counted_of, spread, without_doubles
from casework.liability import Party, Proposed, propose
from casework.same_worker import part
from warehouse.models import CaseRow
from warehouse.queries.tellers import Tellers
from warehouse.store.ledger_rows import Personal
from warehouse.store.liable import chain_of, liable_in, party_key
from warehouse.store.mentions import Mention, keys_kept, told_in
from warehouse.store.one_ledger import OneLine, OneWorker, one_ledger
from warehouse.store.promises import Promise, promise_of
from warehouse.store.together import Humans, names_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a worker: months, claimed, verified, and the share of what was paid that falls on it. Fen.

    `claim_counts`, `verified_counts`: it is part of the worker's sum, and no other line holds the same months.
    """

    name: str
    first: str
    last: str
    claimed_fen: int | None
    verified_fen: int | None
    paid_fen: int
    claim_counts: bool = True
    verified_counts: bool = True


@dataclass(frozen=True, slots=True)
class LedgerWorker:
    """One worker, masked; who told in confidence shows nothing. `number` 0: told by complaints, not in the ledger."""

    number: int
    name: str | None
    phone: str | None
    id_no: str | None
    secret: bool
    remarks: tuple[str, ...]
    account: Account
    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole ledger. `kept`: it is one; else it is what the complaints add up to.

    `waiting` people of the complaints are not in it yet; `unmatched_fen` was paid to nobody of it by name.
    """

    kept: bool
    workers: tuple[LedgerWorker, ...]
    sums: Sums
    waiting: int
    paid_fen: int
    unmatched_fen: int


def ledger(session: Session, case: CaseRow) -> Ledger:
    """The ledger of a case and of those merged into it; before there is one, the people whom its complaints name."""
    told = told_in(session, case.id)
    one = one_ledger(session, case.id)
    paid = one.proofs.amount
    if not one.workers:
        people = tuple(_told(group) for group in _people(told))
        return Ledger(False, people, add_up(one.account for one in people), len(people), paid, 0)
    names = names_of(session, (worker.human for worker in one.workers))
    workers = tuple(_worker(worker, worker.human.said(names)) for worker in one.workers)
    sums = one.sums
    return Ledger(True, workers, sums, _waiting(one.people, told), paid, paid - sums.paid)


def _people(told: Sequence[Mention]) -> list[list[Mention]]:
    parting = part([one.keys for one in told])
    groups = [[told[place] for place in places] for places in parting.workers]
    return [group for group in groups if any(not one.keys.empty for one in group)]


def _told(group: Sequence[Mention]) -> LedgerWorker:
    secret = all(one.secret for one in group)
    claimed = without_doubles(Owed(one.span, one.claimed) for one in group)
    spans = {one.span: max((o.claimed or 0 for o in group if o.span == one.span), default=0) for one in group}
    lines = tuple(LedgerLine("", span.first, span.last, fen or None, None, 0) for span, fen in spans.items())
    first = next((one for one in group if one.keys.name), group[0])
    return LedgerWorker(
        0,
        None if secret else mask_name(first.name),
        None if secret else mask_phone(next((one.phone for one in group if one.phone), None)),
        None if secret else mask_identity_number(next((one.id_no for one in group if one.id_no), None)),
        secret,
        (),
        Account(claimed, None, 0),
        lines,
    )


def _worker(worker: OneWorker, who: Personal) -> LedgerWorker:
    human, owed = worker.human, [Owed(line.span, _due(line)) for line in worker.lines]
    claimed = counted_of([Owed(line.span, line.claimed) for line in worker.lines])
    verified = counted_of([Owed(line.span, line.verified) for line in worker.lines])
    remarks = sorted({remark for _, row in human.rows for remark in row.remarks})
    return LedgerWorker(
        human.number,
        None if human.secret else mask_name(who.name),
        None if human.secret else mask_phone(who.phone),
        None if human.secret else mask_identity_number(who.id_no),
        human.secret,
        (*remarks, *(("unclear",) if human.unclear else ())),
        worker.account,
        tuple(
            LedgerLine(
                line.name,
                line.span.first,
                line.span.last,
                line.claimed,
                line.verified,
                share,
                place in claimed or line.claimed is None,
                place in verified or line.verified is None,
            )
            for place, (line, share) in enumerate(zip(worker.lines, spread(worker.paid, owed), strict=True))
        ),
    )


def _due(line: OneLine) -> int | None:
    return line.claimed if line.verified is None else line.verified


def _waiting(people: Humans, told: Sequence[Mention]) -> int:
    """How many people of the complaints the ledger does not know, not even as struck."""
    known = [keys_kept(row) for row in people.rows()]
    everybody = [*known, *(one.keys for one in told)]
    strangers = [places for places in part(everybody).workers if min(places) >= len(known)]
    return sum(1 for places in strangers if any(not everybody[place].empty for place in places))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan in force: agreed when and with whom, and how each instalment stands."""

    agreed_on: date
    agreed_with: str
    steps: tuple[Standing, ...]

    @property
    def broken(self) -> int:
        """How many instalments are broken and not made good."""
        return sum(1 for step in self.steps if step.state == "broken")


def plan(session: Session, case_id: str, *, today: date) -> Plan | None:
    """The plan of a case as of a day; those of cases merged into it go on beside it."""
    promise: Promise | None = promise_of(session, case_id, today=today)
    if promise is None:
        return None
    names = dict.fromkeys(row.agreed_with for row in promise.plans)
    return Plan(promise.plans[0].agreed_on, "、".join(names), tuple(step for _, step in promise.steps))


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party of the chain. A crew or its boss is a person and is masked."""

    id: str
    part: str
    name: str
    uscc: str | None
    told_by: str
    told_where: str | None
    irregular: str | None
    owes: bool
    liable_ground: str | None

    @property
    def remark(self) -> str | None:
        """What is odd about the credit code: a warning."""
        return uscc_remark(self.uscc) if self.uscc else None


@dataclass(frozen=True, slots=True)
class Chain:
    """The liability chain from the top down, and who can be made to pay, the first to be asked first."""

    parties: tuple[PartyView, ...]
    proposed: tuple[Proposed, ...]

    def name_of(self, party: Party) -> str:
        """The name of a party that is proposed."""
        return next(row.name for row in self.parties if row.id == party.id)


def chain(session: Session, case: CaseRow) -> Chain:
    """The parties recorded for a case and what follows from them."""
    rows = chain_of(session, case.id)
    parties = [Party(row.id, row.part, row.irregular, row.owes) for row in rows]
    named, told_by = liable_in(session, case.id), Tellers(session, [case.id])
    views = tuple(
        PartyView(
            row.id,
            row.part,
            (mask_name(row.name) or "") if row.part == "crew" else row.name,
            row.uscc,
            row.told_by,
            told_by.hide(row.told_where, case.id),
            row.irregular,
            row.owes,
            named[1] if named and named[0] == party_key(row.part, row.name) else None,
        )
        for row in rows
    )
    return Chain(views, tuple(propose(parties, construction=case.sector == Sector.CONSTRUCTION)))
