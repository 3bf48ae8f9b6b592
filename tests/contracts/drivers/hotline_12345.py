"""The hotline's hands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.platforms.hotline_12345 import Hotline
from tests.contracts.hands import WORDS, Hands
from tests.contracts.suite import PAGE


class HotlineDriver(Hands[Hotline]):
    """Adds calls."""

    channel = "hotline_12345"
    promised = "majorContent"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(Hotline(folder, page_size=PAGE), now)

    def change(self, key: str) -> None:
        self.platform.shelf.change(key, self._next(), majorContent=WORDS)


def driver(folder: Path, now: datetime) -> HotlineDriver:
    """A hotline without calls."""
    return HotlineDriver(folder, now)
