"""The questions of the figures are kept, and never an answer: what is done between two looks is in the second."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime

import pytest

from tests.services.office import Office
from tests.services.pencil import LATER, history
from warehouse.engine import Warehouse
from warehouse.statistics import asking
from warehouse.statistics.counted_once import NOTHING_TWICE, Once
from warehouse.statistics.grounds import window
from warehouse.statistics.month import MonthFigures, figures_of, items

SPANS = {name: window(name) for name in ("2026-09", "2026-10", "2026-11")}
TODAY = date(2026, 11, 20)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def counted(office: Office) -> dict[str, MonthFigures]:
    with office.store.read() as session:
        return figures_of(session, SPANS, today=TODAY)


def row_by_row(office: Office) -> dict[str, Counter[tuple[str, str, str]]]:
    """The same from what each case and complaint adds, one span after the other."""
    found = {}
    with office.store.read() as session:
        for name, span in SPANS.items():
            cells: Counter[tuple[str, str, str]] = Counter()
            for one in items(session, span, today=TODAY):
                cells.update(dict.fromkeys(one.cells(), one.value))
            found[name] = cells
    return found


def test_a_second_look_counts_what_was_done_since(office: Office) -> None:
    looks = []
    for seed in (3, 4):
        history(office, random.Random(seed))
        found = counted(office)
        for name, cells in row_by_row(office).items():
            assert {cell: value for cell, value in found[name].cells.items() if value} == +cells, (seed, name)
        looks.append({name: one.total("received") for name, one in found.items()})
    assert all(before < looks[1][name] for name, before in looks[0].items()), "both looks had something to count"


def test_a_question_is_another_one_of_other_spans_places_days_figures_and_merges() -> None:
    def ask(**other: object) -> object:
        usual = {"spans": SPANS, "territories": ("",), "once": NOTHING_TWICE, "today": TODAY, "engine": "sqlite"}
        return asking.questions(**{**usual, **other})  # type: ignore[arg-type]

    others = (
        {"spans": {"2026-10": window("2026-10")}},
        {"spans": {"": window("2026-10")}},
        {"territories": ("370215",)},
        {"once": Once({"case_a": "case_b"}, {"pay_a": 0}, {"pay_a": 0})},
        {"once": Once({"case_a": "case_b"}, {"pay_a": 1}, {"pay_a": 0})},
        {"today": LATER.date()},
        {"engine": "postgresql"},
        {"only": frozenset({"received"})},
        {"only": frozenset({"received"}), "each": True},
    )
    assert ask() is ask(), "it is kept"
    made = [ask(**other) for other in ({}, *others)]
    assert len({id(one) for one in made}) == len(made)
    assert [ask(**other) for other in others] == made[1:]


def test_nothing_is_kept_for_ever() -> None:
    for year in range(2000, 2040):
        asking.questions(
            {"": window(f"{year}-01")}, ("",), NOTHING_TWICE, None, engine="sqlite", only=frozenset({"received"})
        )
    assert asking._kept.cache_info().currsize <= 12
    assert asking._sources.cache_info().currsize <= 6
