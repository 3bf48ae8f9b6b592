"""What `arrears resolve --store` remembers between two files: the complaints as they were given, and the numbers shown.

The file holds personal data as it came; it is made readable by its owner alone and is to be kept like the input.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from casework.errors import BadInput
from warehouse.many import some_at_a_time

_TABLES = MetaData()
_GIVEN = Table(
    "given",
    _TABLES,
    Column("complaint_id", String, primary_key=True),
    Column("cells", Text, nullable=False, comment="the row's columns as JSON, as text"),
)
_SHOWN = Table(
    "shown",
    _TABLES,
    Column("kind", String, primary_key=True, comment="case or claim"),
    Column("number", String, primary_key=True, comment="the number shown; the id of a complaint"),
    Column("place", Integer, nullable=False, comment="older numbers come first"),
)
_MARK = Table(
    "mark",
    _TABLES,
    Column("run", String, primary_key=True, comment="drawn by the last run, so that no two stores bear one mark"),
    Column("changes", Integer, nullable=False, comment="of `given` since then, by whoever: triggers count them"),
)
_COUNT = "UPDATE mark SET changes = changes + 1"


class Remembered:
    """One open store, inside one transaction: committed as a whole or not at all."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def given(self, only: Collection[str] | None = None) -> dict[str, dict[str, str]]:
        """Every row given before, or of these, by complaint id."""
        question = select(_GIVEN.c.complaint_id, _GIVEN.c.cells).order_by(_GIVEN.c.complaint_id)
        if only is None:
            return {name: json.loads(cells) for name, cells in self.connection.execute(question)}
        found: dict[str, dict[str, str]] = {}
        for some in some_at_a_time(only):
            rows = self.connection.execute(question.where(_GIVEN.c.complaint_id.in_(some)))
            found |= {name: json.loads(cells) for name, cells in rows}
        return found

    def keep(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Keep these rows; a row of the same id is corrected."""
        kept = [
            {"complaint_id": name, "cells": json.dumps(dict(cells), ensure_ascii=False, sort_keys=True)}
            for name, cells in sorted(rows.items())
        ]
        if kept:
            self.connection.execute(_GIVEN.delete().where(_GIVEN.c.complaint_id == bindparam("complaint_id")), kept)
            self.connection.execute(_GIVEN.insert(), kept)

    def shown(self, kind: str, among: Collection[str]) -> dict[str, int]:
        """Those of these numbers that were shown before, with their age: 0 is the oldest."""
        question = select(_SHOWN.c.number, _SHOWN.c.place).where(_SHOWN.c.kind == kind)
        found: dict[str, int] = {}
        for some in some_at_a_time(among):
            rows = self.connection.execute(question.where(_SHOWN.c.number.in_(some)))
            found |= {str(row.number): int(row.place) for row in rows}
        return found

    def show(self, kind: str, numbers: Sequence[str]) -> None:
        """Remember numbers that are shown now for the first time."""
        known = self.shown(kind, numbers)
        count = self.connection.scalar(select(func.count()).select_from(_SHOWN).where(_SHOWN.c.kind == kind)) or 0
        fresh = [number for number in numbers if number not in known]
        rows = [{"kind": kind, "number": number, "place": count + place} for place, number in enumerate(fresh)]
        if rows:
            self.connection.execute(_SHOWN.insert(), rows)

    def mark(self) -> str:
        """What the given rows are known by: another word as soon as one of them changes, whoever changes it."""
        return " ".join(f"{row.run}:{row.changes}" for row in self.connection.execute(select(_MARK)))

    def renew(self) -> str:
        """A new mark, for the rows as they are now."""
        self.connection.execute(_MARK.delete())
        self.connection.execute(_MARK.insert().values(run=secrets.token_hex(16), changes=0))
        return self.mark()


@contextmanager
def remembered(path: Path) -> Iterator[Remembered]:
    """Open or make the store. Raises `BadInput` when the path holds something else or cannot be written."""
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent.name} for the store.")
    try:
        path.touch(mode=0o600)
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # of two runs at once the second does not begin
            if not set(inspect(connection).get_table_names()) <= set(_TABLES.tables):
                raise BadInput(f"{path.name} is a database of something else, not a store of arrears resolve.")
            _TABLES.create_all(connection)
            for what in ("INSERT", "UPDATE", "DELETE"):
                named = f"given_{what.lower()}"
                count = f"CREATE TRIGGER IF NOT EXISTS {named} AFTER {what} ON given BEGIN {_COUNT}; END"
                connection.exec_driver_sql(count)
            yield Remembered(connection)
    except (DatabaseError, sqlite3.DatabaseError) as failed:
        raise BadInput(f"{path.name} is not a store of arrears resolve, or it is in use.") from failed
    except OSError as failed:
        raise BadInput(f"The store {path.name} cannot be written: {failed.strerror}.") from failed


def lasting_names(groups: Mapping[str, str], shown: Mapping[str, int], age: Mapping[str, int]) -> dict[str, str]:
    """Name every group (complaint id -> any name of its group) so that a number once shown leads on.

    A number is the id of a complaint and goes where that complaint goes. Of several, a group bears the one shown first;
    a group without one is named after its oldest member.
    """
    members: dict[str, list[str]] = {}
    for name, group in groups.items():
        members.setdefault(group, []).append(name)
    found = {}
    for inside in members.values():
        known = [name for name in inside if name in shown]
        chosen = min(known, key=lambda name: shown[name]) if known else min(inside, key=lambda name: age[name])
        found.update(dict.fromkeys(inside, chosen))
    return found
