"""The hands of the sealed inbox."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.platforms.self_report import SealedInbox
from tests.contracts.hands import WORDS, Hands
from tests.contracts.suite import PAGE


class SelfReportDriver(Hands[SealedInbox]):
    """Puts postings in; waits are for a lock."""

    channel = "self_report"
    promised = "employer"
    waits = "timeout_seconds"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(SealedInbox(folder), now, page_size=str(PAGE))

    def change(self, key: str) -> None:
        self.platform.change(key, self._next(), story=WORDS)

    def _bend(self) -> None:
        self.platform.bend()


def driver(folder: Path, now: datetime) -> SelfReportDriver:
    """An inbox without postings."""
    return SelfReportDriver(folder, now)
