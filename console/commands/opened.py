"""The installation a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from casework.people import Actor
from services.office.settings import Settings

if TYPE_CHECKING:
    from warehouse.engine import Warehouse

AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON instead of a table.")]

AT_THE_TERMINAL = Actor.system("terminal")
"""Who acts when somebody uses the command: the machine's administrator, whom no login tells apart."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Settings and store."""

    settings: Settings
    store: Warehouse


@contextmanager
def opened() -> Iterator[Opened]:
    """The installation that the environment names."""
    from services.office.running import open_store

    settings = Settings()
    store = open_store(settings)
    try:
        yield Opened(settings, store)
    finally:
        store.close()


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
