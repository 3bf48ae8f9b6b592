"""What the console keeps from request to request of who may see what; a bug planted there must not meet it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules

import pytest
from sqlalchemy import true

import warehouse.queries
from warehouse.queries import sight


@contextmanager
def territory_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it lasts, no question of the console asks where a case lies. What was kept before and amid is forgotten."""
    with monkeypatch.context() as patched:
        patched.setattr(sight, "in_territory", lambda *_asked, **_more: true())
        _forget()
        yield
    _forget()


def _forget() -> None:
    for module in iter_modules(warehouse.queries.__path__):
        for kept in vars(import_module(f"warehouse.queries.{module.name}")).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
