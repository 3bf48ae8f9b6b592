"""Random histories of many places at once, and what must hold of the figures of a month, whenever they are counted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.complaint import Complaint, Sector
from casework.leniency import Exit
from services.office.working_days import published
from tests.services.office import CHANNELS, DISTRICT, Office
from tests.services.pencil import moment
from warehouse.models import CaseRow, DocumentRow, LifeMoveRow, OutcomeRow, new_id
from warehouse.statistics import of_cases
from warehouse.statistics.grounds import cases, window
from warehouse.statistics.month import MonthFigures, figures
from warehouse.store.cases import open_case, refresh_case
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.linkage import join_case, members
from warehouse.store.merging import Hand, move_members

MONTHS = ("2026-09", "2026-10", "2026-11")
NOWHERE = "999999"
"""A place without a case: what counts there is what counts everywhere, the cases whose place was not said."""
BY = "system:test"


def places(count: int) -> list[str]:
    """So many streets of the district, each with a history of its own."""
    return [f"{DISTRICT}{number:03d}" for number in range(1, count + 1)]


@dataclass
class Years:
    """What happened in each place, made by chance with the store's own functions."""

    office: Office
    chance: random.Random
    serial: int = 0

    def complaint(self, place: str | None, at: datetime) -> Complaint:
        """Somebody tells."""
        self.serial += 1
        return Complaint(
            channel=self.chance.choice(CHANNELS),
            source_key=f"h{self.serial:07d}",
            version=1,
            received_at=at,
            narrative="工资没有发",
            sector=Sector.OTHER,
            district_code=place,
            worker_count=self.chance.randint(1, 9),
            amount_claimed=Decimal(self.chance.randint(1, 99_999)) if self.chance.random() < 0.8 else None,
        )

    def case(self, session: Session, place: str | None, at: datetime) -> CaseRow:
        """A case of one or two complaints."""
        filing = Filing(calendar=published(), reply_limit=None, by=BY, at=at)
        told = [self.complaint(place, at + timedelta(days=days)) for days in range(self.chance.choice((1, 1, 2)))]
        ids = [file_complaint(session, one, filing).complaint_id for one in told]
        row = open_case(session, main_complaint_id=ids[0], prefix="JM", by=BY, at=at)
        for one in ids:
            join_case(session, one, row.id, claim_id=one, why="new", by=BY, at=at)
        refresh_case(session, row.id, by=BY, at=at)
        return row

    def history(self, session: Session, place: str | None) -> None:
        """One to three cases of one place, and what became of each."""
        rows = [self.case(session, place, moment(self.chance)) for _ in range(self.chance.choice((1, 1, 2, 3)))]
        if len(rows) > 1 and self.chance.random() < 0.4:
            self.merge(session, rows.pop(), rows[0], moment(self.chance))
        for row in rows:
            self.end(session, row, max(row.opened_at, moment(self.chance)))

    def merge(self, session: Session, row: CaseRow, into: CaseRow, at: datetime) -> None:
        """One case goes into another."""
        move_members(session, "merge", row, into, members(session, row.id), Hand(by=BY, at=at))

    def end(self, session: Session, row: CaseRow, at: datetime) -> None:
        """By chance: an outcome approved, or rejected first; declined, for good or not; handed on; or not at all."""
        how = self.chance.choice(("approved", "approved", "rejected", "declined", "taken back", "handed on", "open"))
        if how in ("approved", "rejected"):
            session.add(_outcome(row.id, self.chance.choice(list(Exit)), how, at))
            row.amount_verified_fen = self.chance.randint(0, 10**7)
        if how in ("declined", "taken back"):
            self.serial += 1
            session.add(_notice(row.id, self.serial, at))
        if how == "taken back":
            session.add(_move(row.id, "law", "declined", "received", at + timedelta(days=3)))
        if how == "handed on":
            session.add(_move(row.id, "work", "in_progress", "closed", at))
        session.flush()

    def edit(self, session: Session, place: str, at: datetime) -> None:
        """Something is learnt later: of a month that was counted already."""
        rows = session.scalars(
            select(CaseRow).where(CaseRow.district_code == place, CaseRow.status == "to_dispatch").order_by(CaseRow.id)
        ).all()
        what = self.chance.randrange(3)
        if what == 0 or not rows:
            self.case(session, place, moment(self.chance))
        elif what == 1 and len(rows) > 1:
            self.merge(session, rows[1], rows[0], at)
        else:
            session.add(_outcome(rows[0].id, Exit.HANDLING, "approved", at))
            rows[0].amount_verified_fen = self.chance.randint(0, 10**7)
        session.flush()


def _outcome(case_id: str, exit_: Exit, state: str, at: datetime) -> OutcomeRow:
    return OutcomeRow(
        id=new_id("out"),
        case_id=case_id,
        exit=exit_.value,
        basis="-",
        conditions=[],
        rule_version="-",
        state=state,
        by=BY,
        at=at,
        decided_at=at,
    )


def _notice(case_id: str, serial: int, at: datetime) -> DocumentRow:
    return DocumentRow(
        id=new_id("doc"),
        case_id=case_id,
        kind="declining_notice",
        year=2026,
        serial=serial,
        document_no="-",
        issued_on=at.date(),
        body={},
        by=BY,
        at=at,
    )


def _move(case_id: str, life: str, was: str, became: str, at: datetime) -> LifeMoveRow:
    step = {"step_no": 1, "newest": True, "rule_version": "-"}
    return LifeMoveRow(id=new_id("mov"), life=life, case_id=case_id, was=was, became=became, by=BY, at=at, **step)


# What must hold.


def flow(session: Session, month: str, place: str) -> dict[str, int]:
    """What stood, came, was concluded and stands of one place, in one statement."""
    span, ground = window(month), cases((place,))
    return of_cases.counts(
        session,
        ground,
        {
            "opening": of_cases.pending(ground, span.start),
            "new": of_cases.opened(ground, span),
            "closed": of_cases.concluded(ground, span),
            "closing": of_cases.pending(ground, span.end),
        },
    )


def unbalanced(session: Session, streets: Sequence[str]) -> list[str]:
    """The places and months in which opening and new are not closed and closing, or that do not follow on each other.

    And the months in which the places do not add up to the whole; what has no place counts in each of them.
    """
    found, stocks = [], {place: [flow(session, month, place) for month in MONTHS] for place in streets}
    whole, nowhere = ([flow(session, month, place) for month in MONTHS] for place in (DISTRICT, NOWHERE))
    for place, months in {**stocks, DISTRICT: whole}.items():
        for month, stock in zip(MONTHS, months, strict=True):
            if stock["opening"] + stock["new"] != stock["closed"] + stock["closing"]:
                found.append(f"{place}, {month}: {stock}")
        for before, after in pairwise(months):
            if before["closing"] != after["opening"]:
                found.append(f"{place} opens with {after['opening']}, the month before closed with {before['closing']}")
    for number, month in enumerate(MONTHS):
        for name, value in whole[number].items():
            free = nowhere[number][name]
            added = free + sum(months[number][name] - free for months in stocks.values())
            if added != value:
                found.append(f"{month}, {name}: the places add up to {added}, the whole is {value}")
    return found


def unlike(counted: MonthFigures) -> list[str]:
    """Where the figures of a month do not balance, or do not add up by channel, nature and outcome."""
    total = counted.total
    found = []
    if total("pending_start") + total("cases_opened") != total("concluded") + total("pending_end"):
        found.append("opening and new are not closed and closing")
    if total("received") - total("duplicates") - total("unlinked") != total("cases_opened"):
        found.append("what was received is not what was opened, merged and not linked")
    names = {name for name, by, _ in counted.cells if by == "total"}
    for dimension in ("channel", "nature", "outcome"):
        odd = [name for name in sorted(names) if sum(counted.by(name, dimension).values()) != total(name)]
        found += [f"{name} does not add up by {dimension}" for name in odd]
    return found


def apart(session: Session, month: str, parts_of: Sequence[str]) -> list[str]:
    """All figures of a month in which the parts of the district do not add up to the whole."""
    whole, nowhere = (figures(session, month, territories=(one,)) for one in (DISTRICT, NOWHERE))
    parts = [figures(session, month, territories=(one,)) for one in parts_of]
    found = unlike(whole)
    for name in sorted({name for name, by, _ in whole.cells if by == "total"}):
        added = sum(part.total(name) - nowhere.total(name) for part in parts) + nowhere.total(name)
        if added != whole.total(name):
            found.append(f"{month}, {name}: the places add up to {added}, the whole is {whole.total(name)}")
    return found


LATER = datetime(2026, 12, 3, tzinfo=UTC)
