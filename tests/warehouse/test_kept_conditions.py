"""What is kept for each person is kept for as many people everywhere, as a page asks all of it; the cards are large."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

import warehouse.queries
from warehouse.queries.cards import KEPT
from warehouse.queries.sight import OFFICERS


def kept_by_person() -> dict[str, int | None]:
    """What is kept for an actor in the questions of the warehouse: for how many."""
    found = {}
    for module in iter_modules(warehouse.queries.__path__):
        for name, one in vars(import_module(f"warehouse.queries.{module.name}")).items():
            if hasattr(one, "cache_parameters") and "actor" in inspect.signature(one).parameters:
                found[name] = one.cache_parameters()["maxsize"]
    return found


def test_conditions_and_questions_are_kept_for_as_many_people() -> None:
    kept = kept_by_person()
    assert kept.pop("_cards") == kept.pop("_of_card") == KEPT
    assert {"seen_by", "held_by", "teller_known_to", "warnings_of", "_question"} <= set(kept)
    assert set(kept.values()) == {OFFICERS}
    assert OFFICERS >= 1_000, "a large office, and those who look on"
