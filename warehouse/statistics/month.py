"""The month (月报): one set of cells that the screen, the export and the tests read. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from warehouse.statistics.asking import BEFORE_SUMS, DIMENSIONS, Asking, by_side, questions
from warehouse.statistics.counted_once import NOTHING_TWICE, counted_once
from warehouse.statistics.definitions import FIGURES, Rate
from warehouse.statistics.grounds import EVERYWHERE, Window, window

__all__ = [
    "DIMENSIONS", "PAID", "Cell", "Crossing", "Item", "MonthFigures", "Place", "cells_of", "crossing_of",
    "crossing_of_items", "figures", "figures_of", "in_cells", "items",
]  # fmt: skip

PAID = frozenset({"amount_paid", "workers_paid"})
"""The figures that ask which payments two merged cases show both."""
Cell = tuple[str, str, str]
"""Figure, dimension, member."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month, or of another span by its name. Sums are in fen."""

    month: str
    cells: Mapping[Cell, int]

    def cell(self, figure: str, dimension: str, member: str) -> int:
        """One figure of one member of a dimension."""
        return self.cells.get((figure, dimension, member), 0)

    def knows(self, figure: str) -> bool:
        """Whether this figure was counted at all: a zero is a count too."""
        return (figure, "total", "") in self.cells

    def total(self, figure: str) -> int:
        """One figure over everything."""
        return self.cell(figure, "total", "")

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
class Item:
    """One case or complaint that a figure counts, where it stands, and what it adds; `kind` of papers and deadlines."""

    figure: str
    subject_id: str
    channel: str
    nature: str
    sector: str
    outcome: str
    town: str
    lead: str
    kind: str
    value: int

    def cells(self) -> Iterator[Cell]:
        """The cells it adds to. Of a breakdown that was not counted yet when the month was locked it says nothing."""
        yield self.figure, "total", ""
        for dimension in DIMENSIONS:
            if getattr(self, dimension):
                yield self.figure, dimension, getattr(self, dimension)
        if self.kind:
            yield self.figure, "kind", self.kind


def figures(
    session: Session, month: str, *, territories: Sequence[str] = EVERYWHERE, today: date | None = None
) -> MonthFigures:
    """Count a month (`YYYY-MM`, in Shanghai) over these territories. Raises `BadInput` for a wrong month.

    `today` is for a month that still runs: what falls due later in it is not overdue yet.
    """
    return figures_of(session, {"": window(month)}, territories=territories, today=today)[""]


def figures_of(
    session: Session,
    spans: Mapping[str, Window],
    *,
    territories: Sequence[str] = EVERYWHERE,
    today: date | None = None,
    only: Collection[str] = (),
) -> dict[str, MonthFigures]:
    """Count several spans at once, in as many statements as one: the figures, or some, by the same names."""
    counted: dict[str, Counter[Cell]] = {
        name: Counter({(figure.name, "total", ""): 0 for figure in FIGURES if not only or figure.name in only})
        for name in spans
    }
    for asked in _asked(session, spans, territories, today, only=only):
        for one, side, value in by_side(session.execute(asked.question), asked.parts):
            counted[one.span][one.figure, *side] += value
    return {name: MonthFigures(span.month, dict(counted[name])) for name, span in spans.items()}


Place = tuple[str, str, str, str, str, str, str]
"""The members of the six dimensions, and the kind."""
Crossing = Mapping[tuple[str, Place], int]
"""By figure and place what it counts there: all breakdowns at once, of which every table of two is a sum."""


def crossing_of(
    session: Session,
    span: Window,
    *,
    territories: Sequence[str] = EVERYWHERE,
    today: date | None = None,
    only: Collection[str] = (),
) -> Crossing:
    """Count a span by all dimensions at once, in the statements of `figures_of`; of these figures, if any is named."""
    found: Counter[tuple[str, Place]] = Counter()
    for _, place, values in _rows(session, span, territories, today, only=only):
        for figure, value in values:
            found[figure, place] += value
    return dict(found)


def crossing_of_items(counted: Iterable[Item]) -> Crossing:
    """The same of what was counted case by case: of a locked month as it was locked."""
    found: Counter[tuple[str, Place]] = Counter()
    for one in counted:
        place = (one.channel, one.nature, one.sector, one.outcome, one.town, one.lead, one.kind)
        found[one.figure, place] += one.value
    return dict(found)


def in_cells(crossing: Crossing) -> dict[Cell, int]:
    """The cells that a crossing adds up to; every total is there."""
    return cells_of(Item(figure, "", *place, value) for (figure, place), value in crossing.items())


def items(
    session: Session,
    span: Window,
    *,
    territories: Sequence[str] = EVERYWHERE,
    today: date | None = None,
    only: Collection[str] = (),
) -> list[Item]:
    """What the figures of a span count, case by case and complaint by complaint; of these figures, if any is named."""
    found: dict[tuple[str, str, str, str, str, str, str, str, str], int] = defaultdict(int)
    for subject_id, place, values in _rows(session, span, territories, today, each=True, only=only):
        for figure, value in values:
            found[figure, subject_id, *place] += value
    return [Item(*key, value) for key, value in sorted(found.items())]


def cells_of(counted: Iterable[Item]) -> dict[Cell, int]:
    """The cells that items add up to; every total is there."""
    cells: Counter[Cell] = Counter({(figure.name, "total", ""): 0 for figure in FIGURES})
    for item in counted:
        cells.update(dict.fromkeys(item.cells(), item.value))
    return dict(cells)


Row = tuple[str, Place, list[tuple[str, int]]]
"""An id or "", the six dimensions and the kind, and by figure what is not zero."""


def _rows(
    session: Session,
    span: Window,
    territories: Sequence[str],
    today: date | None,
    *,
    each: bool = False,
    only: Collection[str] = (),
) -> Iterator[Row]:
    for asked in _asked(session, {"": span}, territories, today, each=each, only=only):
        names = [[one.figure for one in part] for part in asked.parts]
        for row in session.execute(asked.question):
            part, subject_id, channel, nature, sector, outcome, town, lead, kind = row[:BEFORE_SUMS]
            said = [(name, int(value)) for name, value in zip(names[part], row[BEFORE_SUMS:], strict=False) if value]
            yield subject_id, (channel, nature, sector, outcome, town, lead, kind), said


def _asked(
    session: Session,
    spans: Mapping[str, Window],
    territories: Sequence[str],
    today: date | None,
    *,
    each: bool = False,
    only: Collection[str] = (),
) -> Iterable[Asking]:
    once = counted_once(session, *spans.values()) if not only or PAID & set(only) else NOTHING_TWICE
    engine = session.get_bind().dialect.name
    return questions(spans, territories, once, today, engine=engine, each=each, only=frozenset(only))
