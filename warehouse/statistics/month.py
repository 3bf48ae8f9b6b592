"""The month (月报): one set of cells that the screen, the export and the tests read. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

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
from warehouse.statistics import of_callbacks, of_cases, of_money
from warehouse.statistics.counted_once import Once, counted_once
from warehouse.statistics.definitions import FIGURES, Rate
from warehouse.statistics.grounds import EVERYWHERE, Window, cases, complaints, window
from warehouse.store.handling import where_it_lies

DIMENSIONS = ("channel", "nature", "outcome")
"""Every figure adds up by each of these; `documents` and the deadlines also by their own kind."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month. Sums are in fen. `cells` are by (figure, dimension, member)."""

    month: str
    cells: Mapping[tuple[str, str, str], int]

    def total(self, figure: str) -> int:
        """One figure over everything."""
        return self.cells.get((figure, "total", ""), 0)

    def by(self, figure: str, dimension: str) -> dict[str, int]:
        """One figure by the members of a dimension."""
        return {member: value for (name, by, member), value in self.cells.items() if name == figure and by == dimension}

    def members(self, dimension: str) -> list[str]:
        """The members of a dimension that any figure speaks of."""
        return sorted({member for _, by, member in self.cells if by == dimension})

    def rate(self, rate: Rate) -> tuple[int, int]:
        """What stands above and below the line of a rate."""
        return sum(self.total(name) for name in rate.above), sum(self.total(name) for name in rate.below)


@dataclass(frozen=True, slots=True)
class _Count:
    """One figure as a question: over which ground, of what, where; `kind` is a dimension of its own."""

    figure: str
    ground: Subquery
    value: ColumnElement[Any]
    where: ColumnElement[bool]
    joined: type[Any] | None = None
    on: ColumnElement[bool] | None = None
    kind: Any = None


def figures(
    session: Session, month: str, *, territories: Sequence[str] = EVERYWHERE, today: date | None = None
) -> MonthFigures:
    """Count a month (`YYYY-MM`, in Shanghai) over these territories. Raises `BadInput` for a wrong month.

    `today` is for a month that still runs: what falls due later in it is not overdue yet.
    """
    span = window(month)
    seen_on = min(span.after, today or span.after)
    counted: Counter[tuple[str, str, str]] = Counter({(figure.name, "total", ""): 0 for figure in FIGURES})
    for count in _counts(session, span, seen_on, cases(territories), complaints(territories)):
        for channel, nature, outcome, kind, value in session.execute(_question(count)):
            amount = int(value or 0)
            counted[count.figure, "total", ""] += amount
            for dimension, member in zip(DIMENSIONS, (channel, nature, outcome), strict=True):
                counted[count.figure, dimension, member] += amount
            if kind != "":
                counted[count.figure, "kind", kind] += amount
    return MonthFigures(month, dict(counted))


def _question(count: _Count) -> Select[Any]:
    ground = count.ground
    columns: list[Any] = [ground.c.channel, ground.c.nature, ground.c.outcome]
    kind = literal("") if count.kind is None else count.kind
    question = select(*columns, kind.label("kind"), count.value)
    if count.joined is not None:
        question = question.join_from(ground, count.joined, count.on)
    groups = columns if count.kind is None else [*columns, count.kind]
    return question.where(count.where).group_by(*groups)


def _counts(session: Session, span: Window, seen_on: date, case_: Subquery, told: Subquery) -> Iterator[_Count]:
    yield from _of_complaints(span, told)
    yield from _of_cases(span, case_)
    yield from _of_outcomes(span, case_)
    yield from _of_payments(span, case_, counted_once(session, span))
    yield from _of_work(span, case_)
    for ground, owner in ((case_, ClockRow.case_id), (told, ClockRow.complaint_id)):
        yield from _of_clocks(span, seen_on, ground, owner == ground.c.id)


def _of_complaints(span: Window, told: Subquery) -> Iterator[_Count]:
    heard, one = span.holds(told.c.received_at), func.count()
    yield _Count("received", told, one, heard)
    yield _Count("duplicates", told, one, and_(heard, told.c.part == "further"))
    yield _Count("unlinked", told, one, and_(heard, told.c.part == "unlinked"))
    asked: dict[str, Any] = {"joined": SatisfactionRow, "on": SatisfactionRow.complaint_id == told.c.id}
    yield _Count("asked", told, one, of_callbacks.asked(span), **asked)
    yield _Count("answered", told, one, of_callbacks.answered(span), **asked)
    yield _Count("solved", told, one, of_callbacks.solved(span), **asked)
    yield _Count("satisfied", told, one, of_callbacks.satisfied(span), **asked)


def _of_cases(span: Window, case_: Subquery) -> Iterator[_Count]:
    live, one, ground = case_.c.status != "merged", func.count(), case_.c
    opened = of_cases.opened(case_, span)
    yield _Count("cases_opened", case_, one, opened)
    yield _Count("workers_concerned", case_, func.sum(ground.worker_count), opened)
    yield _Count("amount_claimed", case_, func.sum(ground.amount_claimed_fen), opened)
    yield _Count("amount_unsaid", case_, one, and_(opened, ground.amount_claimed_fen.is_(None)))
    yield _Count("pending_start", case_, one, of_cases.pending(case_, span.start))
    yield _Count("pending_end", case_, one, of_cases.pending(case_, span.end))
    concluded = of_cases.concluded(case_, span)
    yield _Count("concluded", case_, one, concluded)
    yield _Count("declined", case_, one, and_(concluded, ground.outcome == "declined"))
    yield _Count("amount_verified", case_, func.sum(ground.amount_verified_fen), concluded)
    first = (
        select(AssignmentRow.case_id, func.min(AssignmentRow.dispatched_at).label("at"))
        .where(AssignmentRow.state != "recalled")
        .group_by(AssignmentRow.case_id)
        .subquery()
    )
    sent = select(first.c.case_id).where(span.holds(first.c.at))
    yield _Count("dispatched", case_, one, and_(live, ground.id.in_(sent)))
    ended = select(AssignmentRow.case_id).where(AssignmentRow.state == "ended", span.holds(AssignmentRow.ended_at))
    yield _Count("closed", case_, one, and_(live, ground.id.in_(ended)))
    filed = select(ClockRow.case_id).where(ClockRow.kind == "investigate", span.holds_day(ClockRow.started_on))
    yield _Count("filed", case_, one, and_(live, ground.id.in_(filed)))


def _of_outcomes(span: Window, case_: Subquery) -> Iterator[_Count]:
    joined: dict[str, Any] = {"joined": OutcomeRow, "on": OutcomeRow.case_id == case_.c.id}
    decided = and_(OutcomeRow.state == "approved", span.holds(OutcomeRow.decided_at))
    exits = [exit_.value for exit_ in EXEMPTIONS]
    spared = and_(decided, OutcomeRow.exit.in_(exits), OutcomeRow.revoked_at.is_(None))
    fined = and_(decided, OutcomeRow.amount_fined_fen > 0)
    yield _Count("exempted", case_, func.count(), spared, **joined)
    yield _Count("amount_exempted", case_, func.sum(OutcomeRow.amount_exempted_fen), spared, **joined)
    yield _Count("fined", case_, func.count(), fined, **joined)
    yield _Count("amount_fined", case_, func.sum(OutcomeRow.amount_fined_fen), fined, **joined)


def _of_payments(span: Window, case_: Subquery, once: Once) -> Iterator[_Count]:
    payment: dict[str, Any] = {"joined": PaymentRow, "on": of_money.home(once) == case_.c.id}
    paid = of_money.paid(span)
    yield _Count("amount_paid", case_, func.sum(of_money.fen(once)), paid, **payment)
    yield _Count("workers_paid", case_, func.sum(of_money.people(once)), paid, **payment)


def _of_work(span: Window, case_: Subquery) -> Iterator[_Count]:
    visit: dict[str, Any] = {"joined": VisitRow, "on": VisitRow.case_id == case_.c.id}
    visited = span.holds(VisitRow.visited_at)
    yield _Count("visits", case_, func.count(), visited, **visit)
    yield _Count("problems_found", case_, func.sum(VisitRow.problems_found), visited, **visit)
    yield _Count("problems_corrected", case_, func.sum(VisitRow.problems_corrected), visited, **visit)
    issued = span.holds_day(DocumentRow.issued_on)
    on = where_it_lies() == case_.c.id
    yield _Count("documents", case_, func.count(), issued, joined=DocumentRow, on=on, kind=DocumentRow.kind)


def _of_clocks(span: Window, seen_on: date, ground: Subquery, own: ColumnElement[bool]) -> Iterator[_Count]:
    clock: dict[str, Any] = {"joined": ClockRow, "on": own, "kind": ClockRow.kind}
    duty = ClockRow.kind.not_in(SHOWN_BESIDE)
    met = and_(duty, ClockRow.state == "met", span.holds_day(ClockRow.met_on))
    yield _Count("clocks_met", ground, func.count(), met, **clock)
    in_hours = or_(ClockRow.due_at.is_(None), ClockRow.met_at.is_(None), ClockRow.met_at <= ClockRow.due_at)
    on_time = func.sum(case((and_(ClockRow.met_on <= ClockRow.due_on, in_hours), 1), else_=0))
    yield _Count("clocks_on_time", ground, on_time, met, **clock)
    extended = select(ClockEventRow.clock_id).where(ClockEventRow.kind == "extended", span.holds(ClockEventRow.at))
    yield _Count("clocks_extended", ground, func.count(), ClockRow.id.in_(extended), **clock)
    undone = or_(ClockRow.state == "running", and_(ClockRow.state == "met", ClockRow.met_on >= seen_on))
    late = and_(duty, undone, ClockRow.due_on < seen_on, ClockRow.provisional.is_(False))
    yield _Count("clocks_overdue", ground, func.count(), late, **clock)
