"""Puts payloads into every free field of a store: each column that holds what somebody wrote, and each text within."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, String, Table, Text, select, update

from tests.promises import payloads
from warehouse.engine import Warehouse
from warehouse.models import Base
from warehouse.models.base import Encrypted, EncryptedJson

NOT_WRITTEN = frozenset(
    {"audit", "setting", "setting_change", "rule_version", "lease", "serial", "calendar_day", "holiday_notice"}
    | {"act_key", "month_cell", "export_purpose", "dispatch_batch"}
)
"""Tables in which the office keeps its own words, its law and its keys, which a page reads as code."""
NOT_FREE = frozenset(
    {"password_hash", "totp_secret", "totp_offered", "name_key", "source_key", "cursor", "cursor_from", "cursor_to"}
    | {"position", "reason_field", "effect_key", "external_ref", "document_no", "source", "basis", "breaker", "member"}
)
"""Columns that hold codes, numbers and positions."""
SINGLE = frozenset({("employer_alias", "name"), ("site", "name"), ("employer", "name")})
"""Columns of which two rows may not be alike."""


def free_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that holds what a person, a platform or an officer wrote."""
    for table in Base.metadata.sorted_tables:
        if table.name in NOT_WRITTEN:
            continue
        for column in table.columns:
            kind = column.type
            wide = isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 0) >= 200)
            if column.name not in NOT_FREE and (wide or isinstance(kind, Encrypted | EncryptedJson)):
                yield table, column


def plant(store: Warehouse, groups: list[range], turn: int) -> int:
    """Every field gets one group of payloads, in each turn another. Returns how many fields there are."""
    fields = 0
    with store.write() as session:
        for field, (table, column) in enumerate(free_columns()):
            fields += 1
            chosen = groups[(turn + field) % len(groups)]
            key = next(iter(table.primary_key.columns))
            if isinstance(column.type, EncryptedJson):
                for one, told in session.execute(select(key, column)).tuples().all():
                    if told is not None:
                        new = _written(told, lambda: payloads.text(chosen, field))  # noqa: B023 - used at once
                        session.execute(update(table).where(key == one).values({column.name: new}))
            elif (table.name, column.name) in SINGLE:
                for number, one in enumerate(session.scalars(select(key)).all()):
                    words = f"{payloads.text(chosen, field)} {number}"
                    session.execute(update(table).where(key == one).values({column.name: words}))
            else:
                session.execute(update(table).values({column.name: payloads.text(chosen, field)}))
    return fields


def _written(told: Any, words: Callable[[], str]) -> Any:
    """The same with payloads in place of every text that is more than a code: one with a character beyond ASCII."""
    if isinstance(told, dict):
        return {key: _written(value, words) for key, value in told.items()}
    if isinstance(told, list):
        return [_written(value, words) for value in told]
    return words() if isinstance(told, str) and not told.isascii() else told
