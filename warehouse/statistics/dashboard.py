"""The figures of the dashboard (工作台), over the cases one reader may see. Each is defined in a file of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from warehouse.queries.deadlines import Horizon
from warehouse.statistics import of_cases
from warehouse.statistics.counted_once import counted_once
from warehouse.statistics.grounds import Window, case_ground, cases_alone
from warehouse.statistics.of_callbacks import Asked, called_back
from warehouse.statistics.of_marks import Marks, marks_by_lead
from warehouse.statistics.of_money import amounts_paid
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
    ground, alone = case_ground(seen), cases_alone(seen)
    wanted = {
        "opened": of_cases.opened(ground, span),
        "concluded": of_cases.concluded(ground, span),
        "to_conclude": of_cases.to_conclude(ground, span),
        "pending": of_cases.pending(ground, span.end),
    }
    spans = {"now": span}
    if earlier is not None:
        spans["before"] = earlier
        wanted["opened_before"] = of_cases.opened(ground, earlier)
        wanted["concluded_before"] = of_cases.concluded(ground, earlier)
    for month in twelve_months(today):
        wanted[f"opened {month.month}"] = of_cases.opened(ground, month)
        wanted[f"concluded {month.month}"] = of_cases.concluded(ground, month)
    counted = of_cases.counts(session, ground, wanted)
    paid = amounts_paid(session, seen, spans, counted_once(session, *spans.values()))
    first = of_cases.first_opened(session, alone)
    before = None
    if earlier is not None and first is not None and first < span.start:
        before = Before(counted["opened_before"], counted["concluded_before"], paid["before"][0])
    return Dashboard(
        span=span,
        opened=counted["opened"],
        concluded=counted["concluded"],
        to_conclude=counted["to_conclude"],
        pending=counted["pending"],
        paid_fen=paid["now"][0],
        people_paid=paid["now"][1],
        asked=called_back(session, seen, span),
        before=before,
        by_nature=of_cases.by_nature(session, alone, span),
        by_status=of_cases.by_status(session, alone, span),
        by_town=of_cases.by_town(session, alone, span),
        marks=marks_by_lead(session, seen, horizon),
        months=[
            MonthLine(one.month, counted[f"opened {one.month}"], counted[f"concluded {one.month}"])
            for one in twelve_months(today)
        ],
        any_case=first is not None,
    )
