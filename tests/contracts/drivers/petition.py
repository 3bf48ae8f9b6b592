"""The petition office's hands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sandbox.platforms.petition import PetitionOffice
from tests.contracts.hands import WORDS, Hands
from tests.contracts.suite import PAGE


class PetitionDriver(Hands[PetitionOffice]):
    """Registers petitions."""

    channel = "petition"
    promised = "facts"

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(PetitionOffice(folder, page_size=PAGE), now)

    def change(self, key: str) -> None:
        self.platform.shelf.change(key, self._next(), facts=WORDS)


def driver(folder: Path, now: datetime) -> PetitionDriver:
    """A petition office without petitions."""
    return PetitionDriver(folder, now)
