"""What the console keeps from request to request of who may see what; a bug planted there must not meet it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import true

from warehouse.queries import menu, sight, warning_sight

_KEPT = (sight.held_by, sight.seen_by, sight.teller_known_to, menu._question, warning_sight.warnings_of)


@contextmanager
def territory_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it lasts, no question of the console asks where a case lies. The conditions kept before and amid go."""
    with monkeypatch.context() as patched:
        patched.setattr(sight, "in_territory", lambda *_asked, **_more: true())
        _forget()
        yield
    _forget()


def _forget() -> None:
    for kept in _KEPT:
        kept.cache_clear()
