"""The ledger of a case as its page shows it: people and sums, masked; the plan and who is liable to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.complaint import Sector
from casework.identifiers import mask_identity_number, mask_name, mask_phone
from casework.instalments import Standing
from casework.ledger import Account, Owed, Sums, add_up, spread, without_doubles
from casework.liability import ROLES, Party, Proposed, propose
from casework.same_worker import part
from warehouse.models import CaseRow, LedgerLineRow, LedgerWorkerRow, LiablePartyRow
from warehouse.store.handling import proven
from warehouse.store.ledger import account_of, lines_of, paid_to, span_of_line, workers_of
from warehouse.store.mentions import Mention, keys_of, told_in
from warehouse.store.promises import plan_of, standing_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a worker: months, claimed, verified, and the share of what was paid that falls on it. Fen."""

    name: str
    first: str
    last: str
    claimed_fen: int | None
    verified_fen: int | None
    paid_fen: int


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
    """The ledger of a case; before there is one, the union of the people whom its complaints name."""
    paid = proven(session, case.id).amount
    told = told_in(session, case.id)
    rows = workers_of(session, case.id)
    if not rows:
        people = tuple(_told(group) for group in _people(told))
        return Ledger(False, people, add_up(one.account for one in people), len(people), paid, 0)
    lines, shares = lines_of(session, rows), paid_to(session, case.id)
    workers = tuple(_worker(row, lines[row.id], shares.get(row.id, 0)) for row in rows)
    sums = add_up(one.account for one in workers)
    return Ledger(True, workers, sums, _waiting(session, case.id, told), paid, paid - sums.paid)


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


def _worker(row: LedgerWorkerRow, lines: Sequence[LedgerLineRow], paid: int) -> LedgerWorker:
    owed = [Owed(span_of_line(line), _due(line)) for line in lines]
    return LedgerWorker(
        row.number,
        None if row.secret else mask_name(row.name),
        None if row.secret else mask_phone(row.phone),
        None if row.secret else mask_identity_number(row.id_no),
        row.secret,
        tuple(row.remarks),
        account_of(lines, paid),
        tuple(
            LedgerLine(
                f"{row.number}.{line.seq}",
                line.period_from,
                line.period_to,
                line.claimed_fen,
                line.verified_fen,
                share,
            )
            for line, share in zip(lines, spread(paid, owed), strict=True)
        ),
    )


def _due(line: LedgerLineRow) -> int | None:
    return line.claimed_fen if line.verified_fen is None else line.verified_fen


def _waiting(session: Session, case_id: str, told: Sequence[Mention]) -> int:
    """How many people of the complaints the ledger does not know, not even as struck."""
    known = [keys_of(row.name, row.phone, row.id_no) for row in workers_of(session, case_id, struck=True)]
    people = [*known, *(one.keys for one in told)]
    strangers = [places for places in part(people).workers if min(places) >= len(known)]
    return sum(1 for places in strangers if any(not people[place].empty for place in places))


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
    """The plan of a case as of a day."""
    row = plan_of(session, case_id)
    if row is None:
        return None
    return Plan(row.agreed_on, row.agreed_with, tuple(standing_of(session, row, today=today)))


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
    found = session.scalars(select(LiablePartyRow).where(LiablePartyRow.case_id == case.id)).all()
    rows = sorted(found, key=lambda row: (ROLES.index(row.part), row.at, row.id))
    parties = [Party(row.id, row.part, row.irregular, row.owes) for row in rows]
    views = tuple(
        PartyView(
            row.id,
            row.part,
            (mask_name(row.name) or "") if row.part == "crew" else row.name,
            row.uscc,
            row.told_by,
            row.told_where,
            row.irregular,
            row.owes,
            row.liable_ground,
        )
        for row in rows
    )
    return Chain(views, tuple(propose(parties, construction=case.sector == Sector.CONSTRUCTION)))
