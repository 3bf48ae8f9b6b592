"""What the figures of a month are counted from: rows of cases and complaints, and what hangs on them.

Each figure is a condition and a value over the rows of one source; figures of one source are asked in one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, literal, or_, select

from casework.clocks import SHOWN_BESIDE
from casework.leniency import EXEMPTIONS
from warehouse.models import (
    AssignmentRow,
    ClockEventRow,
    ClockRow,
    DocumentRow,
    OutcomeRow,
    PaymentRow,
    SatisfactionRow,
    VisitRow,
)
from warehouse.statistics import of_callbacks, of_cases, of_fines, of_money
from warehouse.statistics.counted_once import Once
from warehouse.statistics.grounds import Window
from warehouse.store.handling import where_it_lies

ONE: ColumnElement[Any] = literal(1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure: of which rows of its source it is the sum, and of what of each."""

    figure: str
    where: ColumnElement[bool]
    value: Any = ONE


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that figures are counted from: of a ground, or of what is joined to it; `kind` is a dimension of its own."""

    ground: Subquery
    figures: tuple[Counted, ...]
    joined: type[Any] | None = None
    on: ColumnElement[bool] | None = None
    kind: Any = None


def sources(span: Window, seen_on: date, case_: Subquery, told: Subquery, once: Once) -> Iterator[Source]:
    """Every source of a span, always in the same order. Deadlines are overdue as of `seen_on`."""
    yield _complaints(span, told)
    yield _callbacks(span, told)
    yield _cases(span, case_)
    yield _outcomes(span, case_)
    yield _payments(span, case_, once)
    yield _visits(span, case_)
    yield _documents(span, case_)
    for ground, owner in ((case_, ClockRow.case_id), (told, ClockRow.complaint_id)):
        yield _clocks(span, seen_on, ground, owner == ground.c.id)


def _complaints(span: Window, told: Subquery) -> Source:
    heard = span.holds(told.c.received_at)
    return Source(
        told,
        (
            Counted("received", heard),
            Counted("duplicates", and_(heard, told.c.part == "further")),
            Counted("unlinked", and_(heard, told.c.part == "unlinked")),
        ),
    )


def _callbacks(span: Window, told: Subquery) -> Source:
    return Source(
        told,
        (
            Counted("asked", of_callbacks.asked(span)),
            Counted("answered", of_callbacks.answered(span)),
            Counted("solved", of_callbacks.solved(span)),
            Counted("satisfied", of_callbacks.satisfied(span)),
        ),
        SatisfactionRow,
        SatisfactionRow.complaint_id == told.c.id,
    )


def _cases(span: Window, case_: Subquery) -> Source:
    ground = case_.c
    live, opened = ground.status != "merged", of_cases.opened(case_, span)
    concluded = of_cases.concluded(case_, span)
    return Source(
        case_,
        (
            Counted("cases_opened", opened),
            Counted("workers_concerned", opened, ground.worker_count),
            Counted("amount_claimed", opened, ground.amount_claimed_fen),
            Counted("amount_unsaid", and_(opened, ground.amount_claimed_fen.is_(None))),
            Counted("pending_start", of_cases.pending(case_, span.start)),
            Counted("pending_end", of_cases.pending(case_, span.end)),
            Counted("concluded", concluded),
            Counted("declined", and_(concluded, ground.outcome == "declined")),
            Counted("amount_verified", concluded, ground.amount_verified_fen),
            Counted("dispatched", and_(live, ground.id.in_(_sent(span)))),
            Counted("closed", and_(live, ground.id.in_(_ended(span)))),
            Counted("filed", and_(live, ground.id.in_(_filed(span)))),
        ),
    )


def _sent(span: Window) -> Any:
    row = AssignmentRow
    in_span = select(row.case_id).where(row.state != "recalled", span.holds(row.dispatched_at))
    before = select(row.case_id).where(row.state != "recalled", row.dispatched_at < span.start)
    return in_span.except_(before)


def _ended(span: Window) -> Any:
    return select(AssignmentRow.case_id).where(AssignmentRow.state == "ended", span.holds(AssignmentRow.ended_at))


def _filed(span: Window) -> Any:
    on = ClockRow.kind == "investigate", ClockRow.case_id.is_not(None), span.holds_day(ClockRow.started_on)
    return select(ClockRow.case_id).where(*on)


def _outcomes(span: Window, case_: Subquery) -> Source:
    decided = and_(OutcomeRow.state == "approved", span.holds(OutcomeRow.decided_at))
    spared = and_(decided, OutcomeRow.exit.in_([one.value for one in EXEMPTIONS]), OutcomeRow.revoked_at.is_(None))
    fined = of_fines.fined(decided)
    return Source(
        case_,
        (
            Counted("exempted", spared),
            Counted("amount_exempted", spared, OutcomeRow.amount_exempted_fen),
            Counted("fined", fined),
            Counted("amount_fined", fined, of_fines.fine()),
        ),
        OutcomeRow,
        OutcomeRow.case_id == case_.c.id,
    )


def _payments(span: Window, case_: Subquery, once: Once) -> Source:
    paid = of_money.paid(span)
    figures = Counted("amount_paid", paid, of_money.fen(once)), Counted("workers_paid", paid, of_money.people(once))
    return Source(case_, figures, PaymentRow, of_money.home(once) == case_.c.id)


def _visits(span: Window, case_: Subquery) -> Source:
    visited = span.holds(VisitRow.visited_at)
    return Source(
        case_,
        (
            Counted("visits", visited),
            Counted("problems_found", visited, VisitRow.problems_found),
            Counted("problems_corrected", visited, VisitRow.problems_corrected),
        ),
        VisitRow,
        VisitRow.case_id == case_.c.id,
    )


def _documents(span: Window, case_: Subquery) -> Source:
    issued = (Counted("documents", span.holds_day(DocumentRow.issued_on)),)
    return Source(case_, issued, DocumentRow, where_it_lies() == case_.c.id, DocumentRow.kind)


def _clocks(span: Window, seen_on: date, ground: Subquery, own: ColumnElement[bool]) -> Source:
    duty = ClockRow.kind.not_in(SHOWN_BESIDE)
    met = and_(duty, ClockRow.state == "met", span.holds_day(ClockRow.met_on))
    in_hours = or_(ClockRow.due_at.is_(None), ClockRow.met_at.is_(None), ClockRow.met_at <= ClockRow.due_at)
    on_time = case((and_(ClockRow.met_on <= ClockRow.due_on, in_hours), 1), else_=0)
    extended = select(ClockEventRow.clock_id).where(ClockEventRow.kind == "extended", span.holds(ClockEventRow.at))
    undone = or_(ClockRow.state == "running", and_(ClockRow.state == "met", ClockRow.met_on >= seen_on))
    late = and_(duty, undone, ClockRow.due_on < seen_on, ClockRow.provisional.is_(False))
    return Source(
        ground,
        (
            Counted("clocks_met", met),
            Counted("clocks_on_time", met, on_time),
            Counted("clocks_extended", ClockRow.id.in_(extended)),
            Counted("clocks_overdue", late),
        ),
        ClockRow,
        own,
        ClockRow.kind,
    )
