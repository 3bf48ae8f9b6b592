"""What goes to the database during an act, for tests of what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from warehouse import crypto
from warehouse.engine import Warehouse


@contextmanager
def counted(store: Warehouse) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


@contextmanager
def opened() -> Iterator[list[str]]:
    """The columns of the encrypted values that are opened meanwhile, one for each value."""
    found: list[str] = []
    kept = crypto.keyring()

    class Listening(crypto.Keyring):
        """The keys in use, which say what they open."""

        def decrypt(self, stored: bytes, where: str) -> str:
            found.append(where)
            return super().decrypt(stored, where)

    crypto.use(Listening(kept.suite, kept.current, kept.data_keys, kept.index_key, kept.audit_key))
    try:
        yield found
    finally:
        crypto.use(kept)
