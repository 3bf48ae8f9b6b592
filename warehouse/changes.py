"""How far what is counted has come: by it a count made in a read is known to hold in the write that keeps it (ADR 40).

One number counts the transactions that changed a table which a month may count. Each adds one to it as the last thing
it does, in itself: so where the number is the same, the same transactions have been committed, and none other. Whoever
has added to it holds it until the end, so that nobody can come between a look at it and what is then written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Engine, Executable, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from warehouse.models import AuditRow, ChangeCountRow

CHANGED = "arrears_changed"
"""The option of a connection that holds the set of tables which its transaction has written."""
QUIET = frozenset(
    {
        "account_balance",
        "act_key",
        "attachment",
        "attachment_part",
        "attendance_month",
        "audit",
        "back_test",
        "bulletin",
        "bulletin_file",
        "canary",
        "change_count",
        "complaint_file",
        "complaint_file_part",
        "draft",
        "export_purpose",
        "feed_version",
        "history_search",
        "judgement",
        "lease",
        "link_run",
        "linkage_sample",
        "login_attempt",
        "login_session",
        "login_step",
        "message",
        "message_item",
        "message_mark",
        "message_wording",
        "officer_address",
        "outside_arrears",
        "pay_line",
        "pay_period",
        "prevention_answer",
        "prevention_file",
        "prevention_file_part",
        "prevention_notice",
        "project",
        "project_firm",
        "receipt",
        "receipt_day",
        "receipt_number",
        "reconciliation",
        "recovery_code",
        "reply",
        "rule_muting",
        "warning_evidence",
    }
)
"""Tables written all day that no month counts; any other table, also one to come, is taken to be counted.

Of the log the stopwatch reads the acts of its span; it is only added to, so `holds` looks at what was added.
"""
_ONLY = "counted"
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
_LOOKS = re.compile(r"\s*(?:SELECT|PRAGMA|SHOW|SET|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|LOCK)\b")
_WITHIN = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE)\b")


@dataclass(frozen=True, slots=True)
class Position:
    """How many transactions changed what is counted, and the last row of the log, as one look sees both."""

    changes: int
    log: int


def watch(engine: Engine) -> None:
    """From now on every statement through this engine is noted in the set that its connection was given, if any."""
    event.listen(engine, "after_cursor_execute", _note)


def _note(connection: Connection, cursor: Any, statement: str, *_more: Any) -> None:
    changed = connection.get_execution_options().get(CHANGED)
    if changed is not None and (table := written(statement)) is not None and table not in changed:
        nothing = not statement.lstrip().startswith("INSERT") and cursor.rowcount == 0 and "RETURNING" not in statement
        if not nothing:
            changed.add(table)


def written(statement: str) -> str | None:
    """The table that a statement writes; None: it only looks. Of one that is not understood it is `?`, which counts."""
    if found := _WRITES.match(statement):
        return found[1]
    looks = _LOOKS.match(statement) or (statement.lstrip().startswith("WITH") and not _WITHIN.search(statement))
    return None if looks else "?"


def note_changes(session: Session, changed: set[str]) -> None:
    """The last thing before a writing transaction commits: it counts itself, where it changed what may be counted."""
    if session.in_nested_transaction():
        return  # a part of it ends
    session.flush()
    if changed - QUIET:
        _add_one(session)


def _add_one(session: Session) -> int:
    """Count this transaction. Waits for another one that is at this point, which has nothing more to wait for."""
    link = session.connection()
    return int(link.scalars(_one_more(link.dialect.name)).one())


@cache
def _one_more(dialect: str) -> Executable:
    """Every transaction that writes says this last: it is put together once."""
    row = ChangeCountRow
    new = (postgresql if dialect == "postgresql" else sqlite).insert(row)
    grown = new.values(id=_ONLY, changes=1).on_conflict_do_update(
        index_elements=[row.id], set_={row.changes.key: row.changes + 1}
    )
    counted: Executable = grown.returning(row.changes)
    return counted


def position(session: Session) -> Position:
    """Where the store stands. Asked first in a read: what the same look counts is as of it."""
    changes = session.scalar(select(ChangeCountRow.changes).where(ChangeCountRow.id == _ONLY))
    last = session.scalar(select(AuditRow.seq).order_by(AuditRow.seq.desc()).limit(1))
    return Position(changes or 0, last or 0)


def holds(session: Session, seen: Position, *, until: datetime) -> bool:
    """Whether nothing that counts has been committed since, of times before `until`. It may be, the moment after."""
    return position(session).changes == seen.changes and not _logged(session, seen, until)


def hold(session: Session, seen: Position, *, until: datetime) -> bool:
    """As `holds`; and where it is so, it stays so until this transaction ends.

    The caller holds the name `audit`, so that nobody adds to the log, and asks it before it waits for nobody any more.
    """
    return _add_one(session) == seen.changes + 1 and not _logged(session, seen, until)


def _logged(session: Session, seen: Position, until: datetime) -> bool:
    """Whether an act before a moment has been added to the log since."""
    late = select(AuditRow.seq).where(AuditRow.seq > seen.log, AuditRow.at < until).limit(1)
    return session.scalar(late) is not None
