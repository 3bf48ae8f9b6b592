"""A town of its own for every run of a story, and the two pairs of hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.console.conftest import served
from tests.scenarios.by_browser import ByBrowser
from tests.scenarios.by_console import ByConsole, ByRequests, Seat
from tests.scenarios.by_services import ByServices
from tests.scenarios.hands import Hands
from tests.scenarios.town import Town
from warehouse.engine import Warehouse

Drivers = {"by_services": ByServices, "by_console": ByConsole}


@pytest.fixture(params=tuple(Drivers))
def begin(request: pytest.FixtureRequest, store: Warehouse, tmp_path: Path) -> Iterator[Callable[[str], Hands]]:
    """A story begins on a morning; who does it depends on the run."""
    with ExitStack() as stack:

        def at(morning: str) -> Hands:
            town = Town(store, tmp_path, morning)
            stack.callback(town.close)
            hands: Hands = ByServices(town)
            if request.param == "by_console":
                hands = ByConsole(town, stack.enter_context(served(store, town.settings, town.clock)))
            stack.callback(hands.close)
            return hands

        yield at


@pytest.fixture
def in_a_browser(browser: Browser, store: Warehouse, tmp_path: Path) -> Iterator[Callable[[str], Hands]]:
    """A story begins on a morning; the desk and the head sit at a browser, the inspectors send forms without."""
    with ExitStack() as stack:

        def sit(address: str, login: str) -> Seat:
            return ByBrowser(browser, address, login) if login in ("desk", "head") else ByRequests(address, login)

        def at(morning: str) -> Hands:
            town = Town(store, tmp_path, morning)
            stack.callback(town.close)
            address = stack.enter_context(served(store, town.settings, town.clock))
            hands = ByConsole(town, address, sit)
            stack.callback(hands.close)
            return hands

        yield at
