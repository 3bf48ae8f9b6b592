"""The hands of the mail server."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sandbox.platforms.mailbox import MailServer
from sandbox.told import Told
from tests.contracts.hands import WORDS, Hands


class MailboxDriver(Hands[MailServer]):
    """Receives mails. A change is the same mail with another text, so what was said is kept."""

    channel = "mailbox"
    promised = "Received"
    waits = "timeout_seconds"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(MailServer(folder), now)
        self._said: list[Told] = []

    def _told(self, at: datetime) -> Told:
        self._said.append(super()._told(at))
        return self._said[-1]

    def change(self, key: str) -> None:
        known = next(told for told in self._said if self.platform.add(told) == key)
        self.platform.change(key, replace(known, narrative=WORDS))

    def _bend(self) -> None:
        self.platform.bend()

    def impossible_positions(self) -> list[str]:
        return ["0000000001/9999999999", "9999999999/0000000101", "0000000000/0000000101", "0000000001/0000000000",
                "-1", "0000000001/0000009999", "null", "101", "2026-11-20T00:15:00+00:00|m1", "信3"]  # fmt: skip


def driver(folder: Path, now: datetime) -> MailboxDriver:
    """A mailbox without mails."""
    return MailboxDriver(folder, now)
