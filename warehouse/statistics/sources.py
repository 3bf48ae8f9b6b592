"""What the figures of a month are counted from: rows of cases and complaints, and what hangs on them.

Each figure is a condition and a value over the rows of one source; figures of one source are asked in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from casework.clocks import SHOWN_BESIDE
from casework.complaint import Nature
from warehouse.models import (
    AssignmentRow,
    ClockEventRow,
    ClockRow,
    CrimeTransferRow,
    DocumentRow,
    JointListingRow,
    LifeMoveRow,
    MoneyQuestionRow,
    OutcomeRow,
    PaymentRow,
    PublicationRow,
    ReferralRow,
    SatisfactionRow,
    VisitRow,
)
from warehouse.statistics import (
    of_callbacks,
    of_cases,
    of_employers,
    of_fines,
    of_money,
    of_money_came,
    of_steps,
    of_warnings,
    reach,
)
from warehouse.statistics.counted_once import Once
from warehouse.statistics.grounds import UNSAID, Ground, Window, cases, complaints, warnings
from warehouse.store.handling import where_it_lies

ONE: ColumnElement[Any] = literal(1)
OWN_WINDOW = ("walk_in",)
"""What the office hears itself, and no platform sends."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure: of which rows of its source it is the sum, and of what of each; `span` is the name of its span."""

    figure: str
    where: ColumnElement[bool]
    value: Any = ONE
    span: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that figures are counted from: of a ground, or of what is joined to it; `kind` is a dimension of its own."""

    ground: Ground
    figures: tuple[Counted, ...]
    joined: type[Any] | None = None
    on: ColumnElement[bool] | None = None
    kind: Any = None


def sources(
    spans: Mapping[str, Window], territories: Sequence[str], once: Once, today: date | None
) -> Iterator[Source]:
    """Every source of some spans, always in the same order.

    Deadlines are overdue as of the end of a span, or as of `today` where it still runs.
    """
    held = list(spans.values())
    seen = {span: min(span.after, today or span.after) for span in held}

    def of(figures: Callable[[Window], Iterable[Counted]]) -> tuple[Counted, ...]:
        return tuple(replace(one, span=name) for name, span in spans.items() for one in figures(span))

    told = complaints(territories, reach.heard(held, seen))
    yield Source(told, of(lambda span: _complaints(span, told)))
    refused, step = complaints(territories, reach.declined(held)), LifeMoveRow
    why = func.coalesce(step.ground, UNSAID)
    yield Source(refused, of(_refused), step, step.complaint_id == refused.c.id, why)
    asked = complaints(territories, reach.called_back(held))
    own = SatisfactionRow.complaint_id == asked.c.id
    yield Source(asked, of(_callbacks), SatisfactionRow, own)
    heard = complaints(territories, reach.asked_about_money(held))
    yield Source(heard, of(_money_came), MoneyQuestionRow, MoneyQuestionRow.complaint_id == heard.c.id)
    moments = {moment for span in held for moment in (span.start, span.end)}
    worked_on = reach.worked_on(held, seen, once, of_cases.waiting(moments))
    work = cases(territories, worked_on, of_cases.got_to(held))
    yield Source(work, of(lambda span: (*_cases(span, work), *_pending(span, work))))
    yield Source(work, of(lambda span: _outcomes(span, work)), OutcomeRow, OutcomeRow.case_id == work.c.id)
    yield Source(work, of(lambda span: _payments(span, once)), PaymentRow, of_money.home(once) == work.c.id)
    for ground, owner in ((work, ClockRow.case_id), (told, ClockRow.complaint_id)):
        yield Source(ground, of(lambda span: _clocks(span, seen[span])), ClockRow, owner == ground.c.id, ClockRow.kind)
    visited = cases(territories, reach.visited(held))
    yield Source(visited, of(lambda span: _visits(span, visited)), VisitRow, VisitRow.case_id == visited.c.id)
    lying = cases(territories, reach.issued(held))
    yield Source(lying, of(_plain(of_steps.documents)), DocumentRow, where_it_lies() == lying.c.id, DocumentRow.kind)
    yield Source(lying, of(_plain(of_steps.named_papers)), DocumentRow, where_it_lies() == lying.c.id)
    served = cases(territories, reach.announced(held))
    yield Source(served, of(_plain(of_steps.announced)), DocumentRow, where_it_lies() == served.c.id, DocumentRow.kind)
    yield _acts(ReferralRow, of(_plain(of_steps.referred)), cases(territories, reach.referred(held)))
    yield _acts(CrimeTransferRow, of(_plain(of_steps.to_police)), cases(territories, reach.handed_over(held)))
    yield _acts(JointListingRow, of(_plain(of_steps.listed)), cases(territories, reach.listed(held)))
    yield _acts(PublicationRow, of(_plain(of_steps.published)), cases(territories, reach.published(held)))
    warned = warnings(territories, reach.warned(held))
    yield Source(warned, of(lambda span: _warnings(span, warned)), kind=warned.c.level)
    looked = {"proposed_at": of_warnings.proposed_at(), "visited_at": of_warnings.visited_at()}
    to_visit = warnings(territories, reach.to_visit(held), looked)
    yield Source(to_visit, of(lambda span: _visits_of_warnings(span, to_visit)), kind=to_visit.c.level)


def _plain(
    conditions: Callable[[Window], Iterable[tuple[str, ColumnElement[bool]]]],
) -> Callable[[Window], Iterator[Counted]]:
    """Figures that are one for each row."""
    return lambda span: (Counted(figure, where) for figure, where in conditions(span))


def _acts(row: Any, figures: tuple[Counted, ...], ground: Ground) -> Source:
    """Acts that are rows of a case."""
    return Source(ground, figures, row, row.case_id == ground.c.id)


def _complaints(span: Window, told: Ground) -> Iterator[Counted]:
    heard = span.holds(told.c.received_at)
    yield Counted("received", heard)
    yield Counted("through_platform", and_(heard, told.c.channel.not_in(OWN_WINDOW)))
    yield Counted("duplicates", and_(heard, told.c.part == "further"))
    yield Counted("unlinked", and_(heard, told.c.part == "unlinked"))


def _refused(span: Window) -> Iterator[Counted]:
    row, later = LifeMoveRow, aliased(LifeMoveRow)
    back = select(later.id).where(
        later.complaint_id == row.complaint_id, later.step_no > row.step_no, later.became == "judged"
    )
    yield Counted("complaints_declined", and_(row.became == "declined", span.holds(row.at), ~back.exists()))


def _callbacks(span: Window) -> Iterator[Counted]:
    yield Counted("asked", of_callbacks.asked(span))
    yield Counted("answered", of_callbacks.answered(span))
    yield Counted("solved", of_callbacks.solved(span))
    yield Counted("satisfied", of_callbacks.satisfied(span))


def _money_came(span: Window) -> Iterator[Counted]:
    yield Counted("money_asked", of_money_came.asked(span))
    yield Counted("money_came", of_money_came.came(span))
    yield Counted("money_not_came", of_money_came.not_came(span))
    yield Counted("money_unanswered", of_money_came.unanswered(span))


def _cases(span: Window, case_: Ground) -> Iterator[Counted]:
    ground = case_.c
    live, opened = ground.status != "merged", of_cases.opened(case_, span)
    concluded = of_cases.concluded(case_, span)
    yield Counted("cases_opened", opened)
    migrant = ground.nature == Nature.ARREARS_RURAL.value
    yield Counted("workers_concerned", opened, ground.worker_count)
    yield Counted("workers_migrant", and_(opened, migrant), ground.worker_count)
    yield Counted("workers_unstated", and_(opened, ~migrant), ground.worker_count)
    for step in of_cases.STEPS[1:]:
        yield Counted(f"progress_{step}", of_cases.arrived(case_, span, step))
    yield Counted("amount_claimed", opened, ground.amount_claimed_fen)
    yield Counted("amount_unsaid", and_(opened, ground.amount_claimed_fen.is_(None)))
    yield Counted("concluded", concluded)
    yield Counted("declined", and_(concluded, ground.outcome == "declined"))
    yield Counted("amount_verified", concluded, ground.amount_verified_fen)
    yield Counted("dispatched", and_(live, ground.id.in_(_sent(span))))
    yield Counted("closed", and_(live, ground.id.in_(_ended(span))))
    yield Counted("filed", and_(live, ground.id.in_(_filed(span))))


def _pending(span: Window, case_: Ground) -> Iterator[Counted]:
    yield Counted("pending_start", of_cases.pending(case_, span.start))
    yield Counted("pending_end", of_cases.pending(case_, span.end))


def _sent(span: Window) -> Any:
    row, before = AssignmentRow, aliased(AssignmentRow)
    earlier = before.case_id == row.case_id, before.state != "recalled", before.dispatched_at < span.start
    first = ~select(before.id).where(*earlier).exists()
    return select(row.case_id).where(row.state != "recalled", span.holds(row.dispatched_at), first)


def _ended(span: Window) -> Any:
    return select(AssignmentRow.case_id).where(AssignmentRow.state == "ended", span.holds(AssignmentRow.ended_at))


def _filed(span: Window) -> Any:
    on = ClockRow.kind == "investigate", ClockRow.case_id.is_not(None), span.holds_day(ClockRow.started_on)
    return select(ClockRow.case_id).where(*on)


def _outcomes(span: Window, among: Ground) -> Iterator[Counted]:
    decided = and_(OutcomeRow.state == "approved", span.holds(OutcomeRow.decided_at))
    spared, fined = of_employers.exempted(span), of_fines.fined(decided)
    yield Counted("withdrawn", of_employers.withdrawn(span))
    yield Counted("exempted", spared)
    yield Counted("employers_exempted", of_employers.spared(span, among))
    yield Counted("amount_exempted", spared, OutcomeRow.amount_exempted_fen)
    yield Counted("jobs_kept", of_employers.kept(span, among), OutcomeRow.jobs_kept)
    yield Counted("fined", fined)
    yield Counted("amount_fined", fined, of_fines.fine())


def _payments(span: Window, once: Once) -> Iterator[Counted]:
    paid = of_money.paid(span)
    yield Counted("amount_paid", paid, of_money.fen(once))
    yield Counted("workers_paid", paid, of_money.people(once))


def _visits(span: Window, among: Ground) -> Iterator[Counted]:
    visited = span.holds(VisitRow.visited_at)
    yield Counted("visits", visited)
    yield Counted("employers_visited", of_employers.visited(span, among))
    yield Counted("problems_found", visited, VisitRow.problems_found)
    yield Counted("problems_corrected", visited, VisitRow.problems_corrected)


def _warnings(span: Window, warned: Ground) -> Iterator[Counted]:
    for figure, condition in of_warnings.conditions(warned, span):
        yield Counted(figure, condition)


def _visits_of_warnings(span: Window, to_visit: Ground) -> Iterator[Counted]:
    for figure, condition in of_warnings.visits(to_visit, span):
        yield Counted(figure, condition)


def _clocks(span: Window, seen_on: date) -> Iterator[Counted]:
    duty = ClockRow.kind.not_in(SHOWN_BESIDE)
    met = and_(duty, ClockRow.state == "met", span.holds_day(ClockRow.met_on))
    in_hours = or_(ClockRow.due_at.is_(None), ClockRow.met_at.is_(None), ClockRow.met_at <= ClockRow.due_at)
    on_time = case((and_(ClockRow.met_on <= ClockRow.due_on, in_hours), 1), else_=0)
    extended = select(ClockEventRow.clock_id).where(ClockEventRow.kind == "extended", span.holds(ClockEventRow.at))
    undone = or_(ClockRow.state == "running", and_(ClockRow.state == "met", ClockRow.met_on >= seen_on))
    late = and_(duty, undone, ClockRow.due_on < seen_on, ClockRow.provisional.is_(False))
    yield Counted("clocks_met", met)
    yield Counted("clocks_on_time", met, on_time)
    yield Counted("clocks_extended", ClockRow.id.in_(extended))
    yield Counted("clocks_overdue", late)
