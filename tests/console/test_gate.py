"""How many requests are worked on at once."""

from __future__ import annotations

import threading
import time

import pytest

from console import gate
from console.gate import PLACES, Gate
from warehouse.engine import Warehouse


def inside_at_once(made: Gate, visitors: int, *, together: int) -> int:
    """The most visitors that were inside at one moment, when so many come at once.

    Each stays until so many were inside together, however long a busy machine takes to let them in, and a bit longer.
    """
    counting, inside, most = threading.Lock(), 0, 0
    met = threading.Event()

    def visit() -> None:
        nonlocal inside, most
        with made.place():
            with counting:
                inside += 1
                most = max(most, inside)
                if inside == together:
                    met.set()
            met.wait(10)
            time.sleep(0.02)
            with counting:
                inside -= 1

    crowd = [threading.Thread(target=visit) for _ in range(visitors)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return most


def test_a_few_at_once_and_the_others_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 60.0)  # nobody's is at an end because the machine has other work
    assert inside_at_once(Gate(), PLACES * 4, together=PLACES) == PLACES


def test_who_waits_for_something_slow_keeps_nobody_out_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.05)
    assert inside_at_once(Gate(), PLACES + 1, together=PLACES + 1) == PLACES + 1


def test_who_writes_gives_the_place_back_and_no_second_one(store: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE", 0.01)
    made = Gate(places=1)
    with made.place() as place:
        with place.over(store).write(), made.place() as second:
            assert second.held
        with made.place() as third, place.over(store).write():
            assert third.held
    with made.place() as first, made.place() as other:
        assert (first.held, other.held) == (True, False)
