"""The wage-payment supervision platform's front-end database: SQLite by default, PostgreSQL by its address.

Columns carry the names of a provincial platform's payroll interface. The answers have a database of their own on
SQLite, where an account cannot be held to one table; on PostgreSQL they are a table that a second role may write to.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from sandbox.faults import Faults
from sandbox.platforms.wage_rows import (
    Row,
    attendance_row,
    balance_row,
    complaint_row,
    line_rows,
    local,
    moved,
    payroll_row,
    project_row,
)
from sandbox.platforms.wage_tables import (
    ACCOUNT,
    ANSWER,
    ANSWERS,
    ATTENDANCE,
    COMPLAINT,
    LINE,
    PAYROLL,
    PROJECT,
    SOURCE,
)
from sandbox.told import Told
from sandbox.wages import Attendance, Balance, Payroll, Project


class WagePlatform:
    """The database and its answers. With `urls` (owner, reader, answerer) it lives on PostgreSQL, else in `folder`."""

    def __init__(self, folder: Path, *, urls: tuple[str, str, str] | None = None) -> None:
        self.faults = Faults()
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {name: folder.resolve() / f"{name}.db" for name in ("front", "answers")}
        self._urls = urls
        owner = urls[0] if urls else f"sqlite:///{self._files['front']}"
        self._source = sa.create_engine(owner, poolclass=NullPool)
        self._answers = sa.create_engine(urls[0] if urls else f"sqlite:///{self._files['answers']}", poolclass=NullPool)
        SOURCE.create_all(self._source)
        ANSWERS.create_all(self._answers)
        self._lock: sqlite3.Connection | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        if self._urls:
            return {"url": self._urls[1], "answer_url": self._urls[2]}
        read, write = (quote(str(self._files[name])) for name in ("front", "answers"))
        return {
            "url": f"sqlite:///file:{read}?mode=ro&uri=true",
            "answer_url": f"sqlite:///file:{write}?mode=rw&uri=true",
            "canary_url": f"sqlite:///file:{read}?mode=rw&uri=true",
            "canary": "on",
        }

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each complaint was answered."""
        found: dict[str, list[str]] = {}
        with self._answers.connect() as connection:
            for row in connection.execute(sa.select(ANSWER).order_by(ANSWER.c.answerNo)):
                found.setdefault(row.complaintId, []).append(row.content)
        return found

    def stop(self) -> None:
        """Let go of the files."""
        self._unlock()
        self._source.dispose()
        self._answers.dispose()

    def add(self, told: Told) -> str:
        """Take a complaint; its id. One that is there already stays as it is."""
        return self.add_all((told,))[0]

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many complaints in one transaction."""
        keys = []
        with self._source.begin() as connection:
            known = set(connection.scalars(sa.select(COMPLAINT.c.complaintId)))
            for one in told:
                keys.append(f"TS{one.key}")
                if keys[-1] not in known:
                    row = {"complaintId": keys[-1], **complaint_row(one), "updated_at": local(one.told_at)}
                    connection.execute(sa.insert(COMPLAINT).values(row))
        return keys

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Add n rows that can be pulled but not read: a bad date, a bad amount, no words at all."""
        keys = [f"TSX{at:%m%d}{number:03d}" for number in range(n)]
        troubles: tuple[dict[str, str | None], ...] = (
            {"complaintTime": "2026-02-30 08:00:00"}, {"owedAmount": "两三万吧"}, {"content": None},
        )  # fmt: skip
        with self._source.begin() as connection:
            known = set(connection.scalars(sa.select(COMPLAINT.c.complaintId)))
            for number, key in enumerate(keys):
                told = Told(key=key, channel="wage_monitor", told_at=at, case="", claim="", narrative="工资没有发。")
                row = {"complaintId": key, **complaint_row(told), **troubles[number % 3], "updated_at": local(at)}
                if key not in known:
                    connection.execute(sa.insert(COMPLAINT).values(row))
        return keys

    def change(self, key: str, at: datetime, **columns: str) -> None:
        """Columns of a complaint change at a moment."""
        with self._source.begin() as connection:
            change = sa.update(COMPLAINT).where(COMPLAINT.c.complaintId == key)
            connection.execute(change.values(**columns, updated_at=local(at)))

    def add_wages(
        self,
        projects: Iterable[Project],
        balances: Iterable[Balance],
        payrolls: Sequence[Payroll],
        attendance: Iterable[Attendance],
        *,
        at: datetime,
    ) -> None:
        """Take what the platform knows of projects; rows that say the same as before keep their `updated_at`."""
        with self._source.begin() as connection:
            _write(connection, PROJECT, (project_row(project, at) for project in projects))
            _write(connection, ACCOUNT, (balance_row(balance, at) for balance in moved(balances)))
            _write(connection, ATTENDANCE, (attendance_row(month, at) for month in attendance))
            heads = [payroll_row(payroll, at) for payroll in payrolls]
            lines = [row for head, payroll in zip(heads, payrolls, strict=True) for row in line_rows(payroll, head)]
            changed = {key[0] for key in _write(connection, LINE, lines)} - _codes(_write(connection, PAYROLL, heads))
            for head in heads:
                if head["payRollCode"] in changed:
                    here = PAYROLL.c.payRollCode == head["payRollCode"]
                    connection.execute(sa.update(PAYROLL).where(here).values(updated_at=head["updated_at"]))

    def bend(self) -> None:
        """Let the faults show: no file, a locked one, an empty one, one without a column. SQLite only."""
        self._unlock()
        for path in self._files.values():
            aside = path.with_suffix(".whole")
            if aside.exists():
                aside.replace(path)
        front = self._files["front"]
        if self.faults.status:
            for path in self._files.values():
                path.replace(path.with_suffix(".whole"))
        elif self.faults.empty:
            front.replace(front.with_suffix(".whole"))
            SOURCE.create_all(self._source)
        elif self.faults.drop:
            front.with_suffix(".whole").write_bytes(front.read_bytes())
            with self._source.begin() as connection:
                for name in self.faults.drop:
                    connection.execute(sa.text(f'ALTER TABLE complaint DROP COLUMN "{name}"'))
        elif self.faults.delay:
            self._lock = sqlite3.connect(front, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")

    def _unlock(self) -> None:
        if self._lock:
            with contextlib.closing(self._lock):
                self._lock.rollback()
            self._lock = None


def _codes(keys: set[tuple[str, ...]]) -> set[str]:
    return {key[0] for key in keys}


def _write(connection: sa.Connection, table: sa.Table, rows: Iterable[Row]) -> set[tuple[str, ...]]:
    """Write the rows that are new or say something else than before; their keys."""
    names = [column.name for column in table.primary_key]
    known = {tuple(row[name] for name in names): dict(row) for row in connection.execute(sa.select(table)).mappings()}
    new, changed = [], []
    for row in rows:
        key = tuple(str(row[name]) for name in names)
        if key not in known:
            new.append(row)
        elif {**known[key], "updated_at": None} != {**row, "updated_at": None}:
            changed.append(row)
    if new:
        connection.execute(sa.insert(table), [dict(row) for row in new])
    for row in changed:
        here = sa.and_(*(table.c[name] == row[name] for name in names))
        connection.execute(sa.update(table).where(here).values(**row))
    return {tuple(str(row[name]) for name in names) for row in (*new, *changed)}
