"""A row of any table, made up from what the tables say of themselves: so that a table to come is not forgotten."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, Date, Float, Integer, LargeBinary, Table
from sqlalchemy.orm import Session

from warehouse.models import Base, Encrypted, EncryptedJson, Moment

_ONE_OF = re.compile(r"(\w+) IN \('([^']*)'")
_EITHER = re.compile(r"\((\w+) IS NULL\) <> ")
_NUMBERS = count(1_000_000)


def make(session: Session, table: Table) -> dict[str, Any]:
    """Write one row, and what it refers to, and give it."""
    row = made_up(session, table)
    session.execute(table.insert().values(row))
    return row


def made_up(session: Session, table: Table) -> dict[str, Any]:
    """One row that the table takes, with nothing that may be left out. What it refers to is written."""
    said = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
    chosen = {name: value for one in said for name, value in _ONE_OF.findall(one)}
    asked = {name for one in said for name in _EITHER.findall(one)}
    return {
        column.name: chosen.get(column.name) or _value(session, column)
        for column in table.columns
        if column.name in asked or not (column.nullable or column.server_default is not None)
    }


def _value(session: Session, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return make(session, key.column.table)[key.column.name]
    kind, number = column.type, next(_NUMBERS)
    known: tuple[tuple[Any, Any], ...] = (
        (EncryptedJson, {}),
        (Encrypted, "某"),
        (Moment, datetime(2026, 10, 9, tzinfo=UTC)),
        (Date, date(2026, 10, 9)),
        (Boolean, False),
        (BigInteger, number),
        (Integer, number),
        (Float, 1.0),
        (JSON, []),
        (LargeBinary, b"x"),
    )
    for one, value in known:
        if isinstance(kind, one):
            return value
    return f"{number}"[: getattr(kind, "length", None) or 7]


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return list(Base.metadata.sorted_tables)
