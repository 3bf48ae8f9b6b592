"""Real parts for every test: a store on a fresh database, keys of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import Base

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # a Friday, 08:30 in Shanghai


@pytest.fixture(autouse=True, scope="session")
def _keys() -> None:
    crypto.use(crypto.make_keyring())


@pytest.fixture
def now() -> datetime:
    """The morning on which the tests play."""
    return NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Warehouse]:
    """An empty store of its own."""
    warehouse = open_warehouse(f"sqlite:///{tmp_path / 'arrears.db'}")
    Base.metadata.create_all(warehouse.engine)
    yield warehouse
    warehouse.close()
