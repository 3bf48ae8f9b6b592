"""A store of up to millions of complaints: one town's years are written through the models, others copied from them.

A copy is made by the database itself and differs in every id, number and name, and in every blind index: nothing of one
town is found by what is asked of another. The cases of this morning's queue are in the first town alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
)

from benchmarks.stored_cases import make_cases
from benchmarks.stored_trail import with_trail
from warehouse.engine import Warehouse
from warehouse.models import Base

A_TOWN = 10_000
TABLES = (
    "employer", "pull_certificate", "landed", "complaint", "complaint_version", "worker", "cases", "case_membership",
    "clock", "clock_event", "assignment", "outcome", "payment", "judgement", "life_move", "reply", "receipt",
)  # fmt: skip
"""What is copied, each behind those it points at. The audit log is not: only its own page reads it."""
NAMES = frozenset({"source_key", "claim_id", "employer_name", "site_name", "name_key"})
"""Columns that are no key and differ from town to town all the same."""
_ENDED = ("archived", "called_back")
"""Nothing of these cases waits for anybody any more."""
_BLIND = 64
_PAGES_IN_MEMORY = -2_097_152
"""SQLite's cache while it is filled, in KiB: its own 2 MiB would read every page of every index again and again."""


def make_years(store: Warehouse, complaints: int, at: datetime, *, town: int = A_TOWN) -> int:
    """So many complaints or some more, a case each, with all that they leave behind. Returns how many.

    Fifty of the cases wait on the queue, however many there are: of what is at work or waits for a call, no town more.
    """
    make_cases(store, min(complaints, town), at, behind=with_trail)
    if complaints > town:
        with store.engine.execution_options(arrears_write=True).connect() as connection:
            _prepare(connection)
            with connection.begin():
                apart = _set_apart(connection)
                ended = connection.execute(select(func.count()).select_from(apart["cases"])).scalar_one()
            copy = [_copying(Base.metadata.tables[name], apart[name]) for name in TABLES]
            for number in range(1, -(-(complaints - town) // ended) + 1):
                with connection.begin():
                    for statement in copy:
                        connection.execute(statement, {"town": f".{number}"})
            connection.invalidate()  # what was set apart and set up for filling goes with it
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Base.metadata.tables["complaint"])) or 0


def _prepare(connection: Connection) -> None:
    """Fill fast: what is copied points where it should, for what it was copied from does."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size={_PAGES_IN_MEMORY}")
    else:
        connection.execute(text("SET session_replication_role = replica"))
    connection.commit()


def _set_apart(connection: Connection) -> Mapping[str, Table]:
    """The rows of the first town that are copied: those of cases that are over."""
    apart: dict[str, Table] = {}
    t = Base.metadata.tables
    ended = t["cases"].c.legal_status.in_(_ENDED)
    over = select(t["cases"].c.id).where(ended)
    member = t["case_membership"]
    told = select(member.c.complaint_id).where(member.c.case_id.in_(over))
    clocks = select(t["clock"].c.id).where(or_(t["clock"].c.case_id.in_(over), t["clock"].c.complaint_id.in_(told)))
    landed = select(t["complaint_version"].c.landed_id).where(t["complaint_version"].c.complaint_id.in_(told))
    replies = select(t["reply"].c.id).where(t["reply"].c.complaint_id.in_(told))
    own: dict[str, ColumnElement[bool]] = {
        "cases": ended,
        "complaint": t["complaint"].c.id.in_(told),
        "landed": t["landed"].c.id.in_(landed),
        "clock_event": t["clock_event"].c.clock_id.in_(clocks),
        "judgement": t["judgement"].c.left_id.in_(told) & t["judgement"].c.right_id.in_(told),
        "receipt": t["receipt"].c.reply_id.in_(replies),
    }
    for name in TABLES:
        table = t[name]
        columns = [Column(one.name, one.type) for one in table.c]
        apart[name] = beside = Table(f"town_{name}", MetaData(), *columns, prefixes=["TEMPORARY"])
        beside.create(connection)
        question = select(table)
        if name in own:
            question = question.where(own[name])
        else:
            ways = [table.c[key].in_(ids) for key, ids in (("case_id", over), ("complaint_id", told)) if key in table.c]
            question = question.where(or_(*ways)) if ways else question
        connection.execute(insert(beside).from_select(list(beside.c.keys()), question))
    return apart


def _copying(table: Table, apart: Table) -> Insert:
    """One more town of a table, named by `town`."""
    values = [_of_another_town(one, apart.c[one.name]) for one in table.c]
    return insert(table).from_select([one.name for one in table.c], select(*values), include_defaults=False)


def _of_another_town(one: Column[Any], kept: Column[Any]) -> ColumnElement[Any]:
    town = bindparam("town", type_=String())
    if one.name.endswith("_blind"):
        return func.substr(kept, 1, _BLIND - 4) + town
    here = any(key.column.table.name in TABLES for key in one.foreign_keys)
    plain = isinstance(one.type, String)
    firm = one.table.name == "employer" and one.name == "name"
    if plain and (here or one.primary_key or one.unique or one.name in NAMES or firm):
        return kept + town
    return kept
