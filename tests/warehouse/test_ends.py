"""The end of a case that is kept is the one its records say, whatever is written, in whatever order, by whom."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from benchmarks.stored_cases import make_cases
from services.office.findings import Health
from services.office.kept_ends import kept_ends, mend_ends
from warehouse import ends, schema
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, LifeMoveRow, OutcomeRow, new_id

BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
CASES, ACTS, ROUNDS = 6, 40, 6
_STATES = ("draft", "submitted", "approved", "rejected")


@pytest.fixture
def filled(store: Warehouse) -> Warehouse:
    """A few cases, none of which has ended."""
    make_cases(store, CASES, BEGINNING, waiting=CASES)
    return store


class Hand:
    """Somebody who writes what may move the end of a case, at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.serial = 0

    def at(self) -> datetime:
        return BEGINNING + timedelta(hours=self.chance.randrange(24 * 40))

    def case(self) -> str:
        return f"case_{self.chance.randrange(CASES)}"

    def act(self, session: Session) -> None:
        """One thing, sometimes seen by the database before the next."""
        acts: tuple[Callable[[Session], None], ...] = (
            self.outcome, self.outcome, self.decide, self.decline, self.law, self.work, self.forget,
        )  # fmt: skip
        self.chance.choice(acts)(session)
        if self.chance.random() < 0.5:
            session.flush()

    def outcome(self, session: Session) -> None:
        state, at = self.chance.choice(_STATES), self.at()
        decided = at if state in ("approved", "rejected") else None
        session.add(
            OutcomeRow(
                id=new_id("out"), case_id=self.case(), exit="correction", basis="-", conditions=[], rule_version="-",
                state=state, by="acc", at=at, decided_at=decided,
            )
        )  # fmt: skip

    def decide(self, session: Session) -> None:
        rows = session.scalars(select(OutcomeRow).order_by(OutcomeRow.id)).all()
        if rows:
            row = self.chance.choice(rows)
            row.state = self.chance.choice(_STATES)
            row.decided_at = self.at() if row.state in ("approved", "rejected") else None

    def decline(self, session: Session) -> None:
        self.serial += 1
        kind = self.chance.choice(("declining_notice", "declining_notice", "inquiry_notice"))
        whose = {"complaint_id": f"cmp_{self.chance.randrange(CASES)}"} if self.chance.random() < 0.2 else {}
        at = self.at()
        session.add(
            DocumentRow(
                id=new_id("doc"), kind=kind, year=2026, serial=self.serial, document_no="-", issued_on=at.date(),
                body={}, by="acc", at=at, **(whose or {"case_id": self.case()}),
            )
        )  # fmt: skip

    def law(self, session: Session) -> None:
        self.move(session, "law", "declined", self.chance.choice(("received", "received", "filed")))

    def work(self, session: Session) -> None:
        was = self.chance.choice(("to_dispatch", "dispatched", "in_progress", "concluded"))
        self.move(session, "work", was, self.chance.choice(("closed", "closed", "concluded")))

    def move(self, session: Session, life: str, was: str, became: str) -> None:
        self.serial += 1
        step = {"step_no": self.serial, "newest": False, "rule_version": "-", "by": "acc", "at": self.at()}
        row = LifeMoveRow(id=new_id("mov"), case_id=self.case(), life=life, was=was, became=became, **step)
        session.add(row)

    def forget(self, session: Session) -> None:
        kind = self.chance.choice((OutcomeRow, DocumentRow, LifeMoveRow))
        rows = session.scalars(select(kind).order_by(kind.id)).all()
        if rows and self.chance.random() < 0.5:
            session.delete(self.chance.choice(rows))


def by_pencil(session: Session, case_id: str) -> datetime | None:
    """The end of a case, worked out with no question but what rows there are."""
    outcomes = session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == case_id)).all()
    papers = session.scalars(select(DocumentRow).where(DocumentRow.case_id == case_id)).all()
    moves = session.scalars(select(LifeMoveRow).where(LifeMoveRow.case_id == case_id)).all()
    decided = [one.decided_at for one in outcomes if one.state == "approved" and one.decided_at]
    back = [one.at for one in moves if one.life == "law" and one.became == "received"]
    notices = [one.at for one in papers if one.kind == "declining_notice"]
    declined = [at for at in notices if not any(later >= at for later in back)]
    straight = ("to_dispatch", "in_progress")
    on = [one.at for one in moves if one.life == "work" and one.became == "closed" and one.was in straight]
    return next((min(moments) for moments in (decided, declined, on) if moments), None)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_is_kept_is_what_the_records_say(filled: Warehouse, seed: int) -> None:
    hand, ended = Hand(seed), 0
    for _ in range(ACTS // 4):
        with filled.write() as session:
            for _ in range(hand.chance.randrange(1, 5)):
                hand.act(session)
            if hand.chance.random() < 0.1:
                session.rollback()
                continue
        with filled.read() as session:
            assert list(ends.unlike(session)) == []
            for case_id, kept in session.execute(select(CaseRow.id, CaseRow.ended_at)).all():
                assert kept == by_pencil(session, case_id), case_id
                ended += kept is not None
    assert ended > 0


def test_what_another_hand_wrote_is_found_and_mended(filled: Warehouse) -> None:
    with filled.write() as session:
        Hand(1).move(session, "work", "in_progress", "closed")
    assert kept_ends(filled).health is Health.WELL
    assert mend_ends(filled) == 0
    for wrong in (
        update(CaseRow).values(ended_at=BEGINNING),
        update(CaseRow).values(ended_at=None),
        delete(LifeMoveRow),
    ):
        with filled.write() as session:
            session.execute(wrong)
        found = kept_ends(filled)
        assert found.health is Health.BROKEN
        assert found.do
        assert mend_ends(filled) > 0
        assert kept_ends(filled).health is Health.WELL


def test_a_store_from_before_it_was_kept_gets_the_ends_it_had(filled: Warehouse) -> None:
    hand = Hand(2)
    with filled.write() as session:
        for _ in range(ACTS):
            hand.act(session)
    asked = text("SELECT id, ended_at FROM cases ORDER BY id")
    with filled.read() as session:
        before = session.execute(asked).all()
    assert any(at is not None for _, at in before)
    schema.downgrade(filled.engine, "0038")
    schema.upgrade(filled.engine)
    with filled.read() as session:
        assert session.execute(asked).all() == before
        assert list(ends.unlike(session)) == []


def test_a_case_that_ended_as_it_should_is_not_written_again(filled: Warehouse) -> None:
    with filled.write() as session:
        hand = Hand(3)
        hand.move(session, "work", "in_progress", "closed")
        session.flush()
        (ended,) = session.scalars(select(CaseRow.id).where(CaseRow.ended_at.is_not(None)))
        assert ends.keep(session, [ended]) == 0
