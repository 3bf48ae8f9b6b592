"""What every flow needs: the settings of this installation and its store, opened once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.schedule import TIMEOUT
from services.office.event_log import set_level
from services.office.running import open_store
from services.office.settings import Settings
from warehouse.engine import Warehouse

__all__ = ["TIMEOUT", "Installation", "installation", "now"]


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings and the store they lead to."""

    settings: Settings
    store: Warehouse


@contextmanager
def installation() -> Iterator[Installation]:
    """The installation that the environment names. Handed to nobody: a task opens its own."""
    settings = Settings()
    set_level(settings.log_level)
    store = open_store(settings)
    try:
        yield Installation(settings, store)
    finally:
        store.close()


def now() -> datetime:
    """This moment. The flows stand at the edge: below them, today is an argument."""
    return datetime.now(UTC)
