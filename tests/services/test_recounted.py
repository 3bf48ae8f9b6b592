"""Every figure is counted twice: by the store, and row by row in plain Python, of rows on the edges of the month."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from tests.services.office import DISTRICT, Office
from tests.services.recounting import AllRows, Key, Span, recounted
from tests.services.rows_at_edges import fill
from warehouse.engine import Warehouse
from warehouse.statistics.definitions import FIGURES
from warehouse.statistics.grounds import Window, window
from warehouse.statistics.month import DIMENSIONS, crossing_of, figures_of, items

SPANS = {
    "month": window("2026-10"),
    "before": window("2026-09"),
    "cut": Window("2026-10~7", date(2026, 10, 1), date(2026, 10, 8)),
    "last year": window("2025-10"),
}
EDGES = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 8), date(2026, 11, 1), date(2025, 10, 20))
TODAY = date(2026, 10, 25)
TERRITORIES = (("",), (DISTRICT,), ("370215010", "370214"))
RUN = 26


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    made = Office(store, now)
    fill(made, RUN, EDGES)
    return made


def by_hand(rows: AllRows, name: str, territories: tuple[str, ...]) -> dict[Key, int]:
    span = SPANS[name]
    return recounted(rows, Span(span.first, span.after, min(span.after, TODAY)), territories)


@pytest.mark.parametrize("territories", TERRITORIES)
def test_every_figure_is_what_it_is_row_by_row(office: Office, territories: tuple[str, ...]) -> None:
    with office.store.read() as session:
        rows = AllRows(session)
        together = figures_of(session, SPANS, territories=territories, today=TODAY)
        for name, span in SPANS.items():
            wanted = by_hand(rows, name, territories)
            found = {
                (one.figure, one.subject_id,
                 (one.channel, one.nature, one.sector, one.outcome, one.town, one.lead), one.kind): one.value
                for one in items(session, span, territories=territories, today=TODAY)
            }  # fmt: skip
            assert found == wanted, (name, sorted(set(found.items()) ^ set(wanted.items()))[:6])
            cells: Counter[tuple[str, str, str]] = Counter()
            crossed: Counter[tuple[str, tuple[str, ...]]] = Counter()
            for (figure, _, place, kind), value in wanted.items():
                cells[figure, "total", ""] += value
                crossed[figure, (*place, kind)] += value
                for dimension, member in zip(DIMENSIONS, place, strict=True):
                    cells[figure, dimension, member] += value
                if kind:
                    cells[figure, "kind", kind] += value
            assert {cell: value for cell, value in together[name].cells.items() if value} == dict(cells), name
            assert crossing_of(session, span, territories=territories, today=TODAY) == dict(crossed), name


def test_every_figure_had_something_to_count_on_both_sides_of_an_edge(office: Office) -> None:
    with office.store.read() as session:
        rows = AllRows(session)
        counted = {name: Counter(key[0] for key in by_hand(rows, name, ("",))) for name in SPANS}
    few = [figure.name for figure in FIGURES if min(counted[name][figure.name] for name in ("month", "before")) < 3]
    assert few == []
    assert counted["cut"] != counted["month"]
