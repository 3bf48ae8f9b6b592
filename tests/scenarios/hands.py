"""What an officer of a story can do. The story is told once; two pairs of hands do it: by services, and by forms."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from sqlalchemy import select

from casework.ledger import Owed, Span, counted_of
from casework.leniency import Exit
from casework.money import yuan_of
from tests.scenarios.town import Town
from warehouse.models import CaseRow, DocumentRow, LiablePartyRow, OutcomeRow, PledgeDutyRow, PledgeRow
from warehouse.queries.ledger import ledger
from warehouse.store.handling import orders_of


class Hands(Protocol):
    """One pair of hands in one town, working on one case. `act` is the last part of the act's address."""

    town: Town
    case_id: str

    def click(self, login: str) -> int:
        """The one click of the desk on the list as it stands; how many cases were sent."""

    def do(self, login: str, act: str, **fields: Any) -> None:
        """An act on the case."""

    def refused(self, login: str, act: str, **fields: Any) -> str:
        """An act that is not done; the words with which it is refused."""

    def propose(self, login: str, exit_: Exit, **fields: Any) -> None:
        """Submit an outcome."""

    def not_proposed(self, login: str, exit_: Exit, **fields: Any) -> str:
        """An outcome that may not be submitted; everything that stands against it."""

    def decide(self, login: str, *, approve: bool = True, reason: str | None = None) -> None:
        """A head's word on the outcome that waits."""

    def not_decided(self, login: str) -> str:
        """An approval that is refused; the words."""

    def verify_as_claimed(self, login: str) -> None:
        """Each line of the ledger is proven as it was claimed."""

    def pay_all(self, login: str, *, paid_on: date, proof_ref: str) -> None:
        """Each worker got by bank transfer what is verified for them."""

    def fill(self, login: str, kind: str, **blanks: str) -> None:
        """The blanks of the newest paper of a kind are filled in."""

    def read(self, login: str, paper: DocumentRow) -> bytes:
        """A paper as it is downloaded for the seal."""

    def call_back(self, login: str, complaint_id: str, **said: bool | str) -> None:
        """A complainant is called and answers."""

    def close(self) -> None:
        """Go home."""


def look(hands: Hands) -> CaseRow:
    """The case as it stands, detached."""
    with hands.town.store.read() as session:
        row = session.get_one(CaseRow, hands.case_id)
        session.expunge(row)
        return row


def papers(hands: Hands, kind: str | None = None) -> list[DocumentRow]:
    """The papers of the case in the order of their making, detached."""
    with hands.town.store.read() as session:
        question = select(DocumentRow).where(DocumentRow.case_id == hands.case_id)
        rows = list(session.scalars(question.order_by(DocumentRow.at, DocumentRow.id)))
        session.expunge_all()
        return [row for row in rows if kind in (None, row.kind)]


def paper(hands: Hands, kind: str) -> DocumentRow:
    """The newest paper of a kind."""
    return papers(hands, kind)[-1]


def order_id(hands: Hands) -> str:
    """The order to pay."""
    with hands.town.store.read() as session:
        return orders_of(session, hands.case_id)[-1].id


def duty_ids(hands: Hands) -> list[str]:
    """The obligations of the pledge, the earliest first."""
    with hands.town.store.read() as session:
        question = select(PledgeDutyRow.id).join(PledgeRow, PledgeRow.id == PledgeDutyRow.pledge_id)
        question = question.where(PledgeRow.case_id == hands.case_id).order_by(PledgeDutyRow.due_on, PledgeDutyRow.seq)
        return list(session.scalars(question))


def party_id(hands: Hands, part: str) -> str:
    """A party of the liability chain."""
    with hands.town.store.read() as session:
        question = select(LiablePartyRow.id).where(LiablePartyRow.case_id == hands.case_id, LiablePartyRow.part == part)
        return session.scalars(question).one()


def waiting_outcome_id(hands: Hands) -> str:
    """The outcome that waits for a head."""
    with hands.town.store.read() as session:
        question = select(OutcomeRow.id).where(OutcomeRow.case_id == hands.case_id, OutcomeRow.state == "submitted")
        return session.scalars(question).one()


def claimed_lines(hands: Hands) -> dict[str, Any]:
    """The claimed sum, in yuan, of each line of the ledger, no month of a worker twice."""
    with hands.town.store.read() as session:
        workers = ledger(session, session.get_one(CaseRow, hands.case_id)).workers
        found: dict[str, Any] = {}
        for worker in workers:
            owed = [Owed(Span(line.first, line.last), line.claimed_fen) for line in worker.lines]
            counting = [worker.lines[place] for place in counted_of(owed)]
            found |= {line.name: yuan_of(line.claimed_fen) for line in counting}
        return found


def verified_to_pay(hands: Hands) -> dict[int, Any]:
    """What is verified for each worker, in yuan, by their number in the ledger."""
    with hands.town.store.read() as session:
        workers = ledger(session, session.get_one(CaseRow, hands.case_id)).workers
        return {one.number: yuan_of(one.account.verified) for one in workers if one.number and one.account.verified}
