"""The figures of the dashboard (工作台), over the cases one reader may see. Each is defined in a file of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.queries.deadlines import Horizon
from warehouse.queries.sight import any_seen, seen_at_once
from warehouse.statistics import of_cases
from warehouse.statistics.counted_once import counted_once
from warehouse.statistics.grounds import Window
from warehouse.statistics.of_callbacks import Asked, called_back
from warehouse.statistics.of_marks import Marks, marks_by_lead
from warehouse.statistics.of_money import amounts_paid
from warehouse.statistics.of_money_came import Confirmed, confirmed
from warehouse.statistics.periods import period, stretch_before, twelve_months


@dataclass(frozen=True, slots=True)
class Before:
    """The same days of the period before."""

    opened: int
    concluded: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the line: `YYYY-MM`, cases opened in it and cases concluded in it."""

    month: str
    opened: int
    concluded: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the page shows. Sums in fen. `before` is None for everything, and while nothing came before the period.

    `by_status` counts the cases opened in the period; `marks` are of today, whatever the period.
    """

    span: Window
    opened: int
    concluded: int
    to_conclude: int
    pending: int
    paid_fen: int
    people_paid: int
    asked: Asked
    confirmed: Confirmed
    before: Before | None
    by_nature: dict[str, int]
    by_status: dict[str, int]
    by_town: dict[str, int]
    marks: list[Marks]
    months: list[MonthLine]
    any_case: bool

    def reached(self, step: str) -> int:
        """How many of the cases opened have got at least as far as a step; see `of_cases.reached`."""
        return sum(self.by_status.get(one, 0) for one in of_cases.STEPS[of_cases.STEPS.index(step) :])

    @property
    def red(self) -> int:
        """The cases with a red mark, whoever leads them."""
        return sum(one.red for one in self.marks)

    @property
    def yellow(self) -> int:
        """The cases with a yellow mark, whoever leads them."""
        return sum(one.yellow for one in self.marks)


def dashboard(session: Session, actor: Actor, name: str, *, today: date, horizon: Horizon) -> Dashboard:
    """Count a period (`periods.PERIODS`) over the cases seen. Raises `BadInput` for a period there is not."""
    span, earlier = period(name, today), stretch_before(name, today)
    months = {one.month: one for one in twelve_months(today)}
    spans = {"now": span, **({"before": earlier} if earlier else {})}
    every = {**spans, **months}
    seen = seen_at_once(session, actor, since=min(one.start for one in every.values()))
    opened, concluded = (figure(session, seen, every) for figure in (of_cases.opened_in, of_cases.concluded_in))
    waiting = of_cases.waiting_at(session, seen, (span.start, span.end))
    paid = amounts_paid(session, seen, spans, counted_once(session, *spans.values()))
    parts = of_cases.opened_by(session, seen, span)
    long_ago = any_seen(session, actor, before=span.start)
    before = None
    if earlier is not None and long_ago:
        before = Before(opened["before"], concluded["before"], paid["before"][0])
    return Dashboard(
        span=span,
        opened=opened["now"],
        concluded=concluded["now"],
        to_conclude=waiting[span.start] + opened["now"],
        pending=waiting[span.end],
        paid_fen=paid["now"][0],
        people_paid=paid["now"][1],
        asked=called_back(session, seen, span),
        confirmed=confirmed(session, seen, span),
        before=before,
        by_nature=parts["nature"],
        by_status=parts["status"],
        by_town=parts["town"],
        marks=marks_by_lead(session, seen, horizon),
        months=[MonthLine(one, opened[one], concluded[one]) for one in months],
        any_case=long_ago or any_seen(session, actor),
    )
