"""The message board's hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sandbox.platforms.message_board import MessageBoard
from tests.contracts.hands import WORDS, Hands
from tests.contracts.suite import PAGE


class MessageBoardDriver(Hands[MessageBoard]):
    """Shows messages."""

    channel = "message_board"
    promised = "description"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(MessageBoard(folder, page_size=PAGE), now)
        self.platform.now = lambda: now - timedelta(minutes=30)

    def change(self, key: str) -> None:
        self.platform.shelf.change(key, self._next(), description=WORDS)


def driver(folder: Path, now: datetime) -> MessageBoardDriver:
    """A message board without messages."""
    return MessageBoardDriver(folder, now)
