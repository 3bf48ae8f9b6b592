"""A store on either engine for one proof, and many hands that press at the same moment."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.promises.proofs import SCALE
from warehouse.engine import Warehouse, open_warehouse

ENGINES = ("sqlite", "postgresql") if SCALE >= 1 else ("postgresql",)
"""Both, where a promise is proven whole; else the one on which two people really write at the same moment."""
NewStore = Callable[[str], Warehouse]


@pytest.fixture
def new_store(sqlite_template: Path, postgres: Server, tmp_path: Path) -> Iterator[NewStore]:
    """Makes an empty store in the newest form on the engine named; gone after the test."""
    with ExitStack() as stack:

        def make(engine: str) -> Warehouse:
            name = f"t_{secrets.token_hex(8)}"
            if engine == "sqlite":
                path = tmp_path / f"{name}.db"
                shutil.copyfile(sqlite_template, path)
                store = open_warehouse(f"sqlite:///{path}")
            else:
                postgres.copy(name)
                stack.callback(postgres.run, f"DROP DATABASE {name} WITH (FORCE)")
                store = open_warehouse(postgres.url(name))
            stack.callback(store.close)
            return store

        yield make
