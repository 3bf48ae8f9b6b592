"""The hands of the wage-payment platform."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.platforms.wage_monitor import WagePlatform
from tests.contracts.hands import WORDS, Hands
from tests.contracts.suite import PAGE


class WageMonitorDriver(Hands[WagePlatform]):
    """Enters rows; waits are for a lock."""

    channel = "wage_monitor"
    promised = "corpName"
    waits = "timeout_seconds"
    row = "|complaint|TS1"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(WagePlatform(folder), now, page_size=str(PAGE))

    def change(self, key: str) -> None:
        self.platform.change(key, self._next(), content=WORDS)

    def _bend(self) -> None:
        self.platform.bend()


def driver(folder: Path, now: datetime) -> WageMonitorDriver:
    """A front-end database without rows."""
    return WageMonitorDriver(folder, now)
