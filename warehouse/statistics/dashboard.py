"""The figures of the dashboard (工作台), over the cases one reader may see. Each is defined in a file of its kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from warehouse.queries.deadlines import Horizon
from warehouse.statistics import of_cases, reach
from warehouse.statistics.counted_once import counted_once
from warehouse.statistics.grounds import Window, cases_alone, cases_ended
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


def dashboard(session: Session, seen: ColumnElement[bool], name: str, *, today: date, horizon: Horizon) -> Dashboard:
    """Count a period (`periods.PERIODS`) over the cases seen. Raises `BadInput` for a period there is not."""
    span, earlier = period(name, today), stretch_before(name, today)
    months = {one.month: one for one in twelve_months(today)}
    spans = {"now": span, **({"before": earlier} if earlier else {})}
    every = {**spans, **months}
    alone = cases_alone(and_(seen, reach.opened(list(spans.values()))))
    opened, concluded = _opened(session, seen, every), _concluded(session, seen, every)
    waiting = of_cases.waiting_at(session, seen, (span.start, span.end))
    paid = amounts_paid(session, seen, spans, counted_once(session, *spans.values()))
    first = of_cases.first_opened(session, cases_alone(seen))
    before = None
    if earlier is not None and first is not None and first < span.start:
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
        by_nature=of_cases.by_nature(session, alone, span),
        by_status=of_cases.by_status(session, alone, span),
        by_town=of_cases.by_town(session, alone, span),
        marks=marks_by_lead(session, seen, horizon),
        months=[MonthLine(one, opened[one], concluded[one]) for one in months],
        any_case=first is not None,
    )


def _opened(session: Session, seen: ColumnElement[bool], spans: Mapping[str, Window]) -> dict[str, int]:
    ground = cases_alone(and_(seen, reach.opened([_around(spans.values())])))
    return of_cases.counts(session, ground, {name: of_cases.opened(ground, span) for name, span in spans.items()})


def _concluded(session: Session, seen: ColumnElement[bool], spans: Mapping[str, Window]) -> dict[str, int]:
    ground = cases_ended(seen, reach.ended([_around(spans.values())]))
    return of_cases.counts(session, ground, {name: of_cases.concluded(ground, span) for name, span in spans.items()})


def _around(spans: Collection[Window]) -> Window:
    """The days from the first of some spans to the last."""
    return Window("", min(one.first for one in spans), max(one.after for one in spans))
