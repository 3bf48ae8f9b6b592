"""The hands of the national platform."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.platforms.national_clue import NationalPlatform
from tests.contracts.hands import WORDS, Hands


class NationalClueDriver(Hands[NationalPlatform]):
    """Exports batches. A folder has no wire to wait for."""

    channel = "national_clue"
    promised = "用人单位名称"
    can_be_slow = False
    waits = None
    row = "|0123456789abcdef|000004"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(NationalPlatform(folder), now, wait_seconds="5")

    def change(self, key: str) -> None:
        self.platform.change(key, self._next(), 诉求描述=WORDS)

    def slow(self) -> None:
        raise AssertionError("a folder is never slow: see can_be_slow")

    def _bend(self) -> None:
        self.platform.bend()


def driver(folder: Path, now: datetime) -> NationalClueDriver:
    """A platform without clues."""
    return NationalClueDriver(folder, now)
