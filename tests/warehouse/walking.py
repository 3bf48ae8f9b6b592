"""Down the steps of the tables and up again: at each, whether the form and every row of every table is as it was.

What two neighbouring forms share, table by table and column by column, must hold the same values before a step back,
after it, and after the step again. A step back may take what its step brought, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from warehouse import schema
from warehouse.engine import Warehouse, open_warehouse

_NOT_OURS = "alembic_version"
OLDEST = "0002"
"""It moved what was filed into clocks and opened its text for that: there is no way back before it."""
FILLED = {("0012", "life_move"): "it writes the steps that cases took before steps were written down"}
"""Steps that fill a table from others, each time they are taken."""
_LITE = {
    "column": """SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'""",
    "index": """SELECT m.name, i.name, i."unique", i.partial, group_concat(x.name)
        FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) x
        WHERE m.type = 'table' AND i.origin = 'c' GROUP BY 1, 2, 3, 4""",
    "bond": """SELECT m.name, k."from", k."table", k."to"
        FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'""",
    "trigger": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
}
_HERE = "c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
_POSTGRES = {
    "column": f"""SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {_HERE} AND a.attnum > 0 AND NOT a.attisdropped""",
    "index": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "bond": f"""SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE {_HERE}""",
    "trigger": f"""SELECT c.relname, pg_get_triggerdef(t.oid)
        FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE {_HERE} AND NOT t.tgisinternal""",
}
_LITE_SUM = "rows_sum({})"
_POSTGRES_SUM = "count(*) || ' ' || COALESCE(sum(hashtextextended(ROW({})::text, 17)::numeric), 0)"
Columns = dict[str, tuple[str, ...]]
Rows = dict[str, tuple[int, str]]
"""Of each table: how many rows, and the sum of their hashes, which is the same in any order."""


@dataclass(frozen=True, slots=True)
class Form:
    """The tables as the database says they are."""

    columns: Columns
    said: frozenset[str]
    """One line a column, index, constraint and trigger."""


def numbers() -> list[str]:
    """The steps, oldest first."""
    return [step.revision for step in ScriptDirectory.from_config(schema._config()).walk_revisions()][::-1]


def form(connection: Connection) -> Form:
    """What the database says of its tables, in one question for each kind of thing: it is asked after every step."""
    columns: dict[str, list[str]] = {}
    said: set[str] = set()
    asked = _LITE if connection.dialect.name == "sqlite" else _POSTGRES
    for kind, question in asked.items():
        for table, *rest in connection.exec_driver_sql(question):
            if table == _NOT_OURS:
                continue
            said.add(f"{kind} {table} {rest}")
            if kind == "column":
                columns.setdefault(str(table), []).append(str(rest[0]))
    return Form({table: tuple(sorted(names)) for table, names in columns.items()}, frozenset(said))


def forms(url: str) -> dict[str, Form]:
    """The form after each step, of an empty database that takes them all."""
    found: dict[str, Form] = {}
    store = open_warehouse(url)

    def after(connection: Connection, number: str) -> None:
        found[number] = form(connection)

    schema.upgrade(store.engine, after=after)
    store.close()
    return found


def shared(newer: Form, older: Form) -> Columns:
    """The columns that both have."""
    both = {
        name: tuple(sorted(set(columns) & set(older.columns[name])))
        for name, columns in newer.columns.items()
        if name in older.columns
    }
    return {name: columns for name, columns in both.items() if columns}


class _Sum:
    """Adds up the hashes of rows, inside SQLite."""

    def __init__(self) -> None:
        self.rows = self.total = 0

    def step(self, *row: object) -> None:
        self.rows += 1
        self.total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest())

    def finalize(self) -> str:
        return f"{self.rows} {self.total:x}"


def hashes(engine: Engine, columns: Columns) -> Rows:
    """Every row of these columns, hashed where it lies."""
    found: Rows = {}
    with engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        if lite:
            raw: Any = connection.connection.driver_connection
            raw.create_aggregate("rows_sum", -1, _Sum)
        sums = _LITE_SUM if lite else _POSTGRES_SUM
        each = []
        for table, names in columns.items():
            told = sums.format(", ".join(f'"{name}"' for name in names))
            each.append(f"SELECT '{table}', {told} FROM \"{table}\"")
        for table, told in connection.exec_driver_sql(" UNION ALL ".join(each)):
            rows, _, total = str(told or "0 0").partition(" ")
            found[str(table)] = (int(rows), total)
    return found


@dataclass(slots=True)
class Walk:
    """Each step back, again, and back, from the newest down to `oldest`; then all of them up."""

    store: Warehouse
    forms: Mapping[str, Form]
    oldest: str = OLDEST
    allowed: Mapping[tuple[str, str], str] = field(default_factory=lambda: FILLED)
    """Step and table: why its rows are others when the step was taken again."""
    used: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0
    rows_compared: int = 0

    def pairs(self) -> list[tuple[str, str]]:
        """Each step with the one below it, the newest first."""
        return [(newer, older) for older, newer in pairwise(numbers()) if older >= self.oldest][::-1]

    def down_and_up(self) -> Iterator[str]:
        """What is not as it was. Nothing, as a rule."""
        engine = self.store.engine
        for newer, older in self.pairs():
            both = shared(self.forms[newer], self.forms[older])
            was = hashes(engine, both)
            schema.downgrade(engine, older)
            yield from self._unlike(newer, "back", was, hashes(engine, both))
            yield from self._misshapen(older)
            schema.upgrade(engine, newer)
            yield from self._unlike(newer, "again", was, hashes(engine, both))
            yield from self._misshapen(newer)
            schema.downgrade(engine, older)
            self.steps += 1
        schema.upgrade(engine)

    def _unlike(self, step: str, way: str, was: Rows, now: Rows) -> Iterator[str]:
        for table, told in was.items():
            self.rows_compared += told[0]
            if now[table] == told:
                continue
            if way == "again" and (step, table) in self.allowed:
                self.used.add((step, table))
            else:
                yield f"{step} taken {way}: the {told[0]} rows of {table} are {now[table][0]}, or not the same"

    def _misshapen(self, number: str) -> Iterator[str]:
        with self.store.engine.connect() as connection:
            found = form(connection)
        if found != self.forms[number]:
            yield f"the form at {number} is another: {sorted(found.said ^ self.forms[number].said)[:5]}"
