"""The wage-payment supervision platform's front-end database: SQLite by default, PostgreSQL by its address.

Columns carry the names of a provincial platform's payroll interface. The answers have a database of their own on
SQLite, where an account cannot be held to one table; on PostgreSQL they are a table that a second role may write to.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from sandbox.faults import Faults
from sandbox.told import Told
from sandbox.wages import Attendance, Balance, Payroll, Project

CHINA = timezone(timedelta(hours=8))


def _table(metadata: sa.MetaData, name: str, columns: str, *, key: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        *(sa.Column(column, sa.Text, primary_key=column in key.split()) for column in columns.split()),
        sa.Column("updated_at", sa.String(32), index=True),
    )


SOURCE, ANSWERS = sa.MetaData(), sa.MetaData()
PROJECT = _table(
    SOURCE,
    "project",
    "projectCode projectName areaCode address ownerName generalCorpName generalCorpCode payDay startDate depositPaid",
    key="projectCode",
)
ACCOUNT = _table(
    SOURCE, "special_account", "accountCode projectCode balanceDate balance paidIn agreedAmount", key="accountCode"
)
PAYROLL = _table(
    SOURCE,
    "payroll",
    "payRollCode projectCode corpName corpCode teamSysNo payMonth dueDate balanceDate",
    key="payRollCode",
)
LINE = _table(
    SOURCE,
    "payroll_line",
    "payRollCode lineNo idCardType idCardNumber workerName days totalPayAmount actualAmount isBackPay",
    key="payRollCode lineNo",
)
ATTENDANCE = _table(SOURCE, "attendance", "attendanceCode projectCode attMonth heads days", key="attendanceCode")
COMPLAINT = _table(
    SOURCE,
    "complaint",
    "complaintId complaintTime workerName cellPhone idCardNumber corpName corpCode teamLeader projectName"
    " projectAddress areaCode payMonthFrom payMonthTo workerCount owedAmount content isRural isConstruction"
    " isSecret isUrgent",
    key="complaintId",
)
ANSWER = sa.Table(
    "answer",
    ANSWERS,
    sa.Column("answerNo", sa.Integer, primary_key=True),
    sa.Column("replyKey", sa.String(200), unique=True, nullable=False),
    sa.Column("complaintId", sa.String(64), nullable=False),
    sa.Column("replyType", sa.String(16), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("writtenAt", sa.String(32), nullable=False),
)


def local(at: datetime) -> str:
    """A moment as the platform writes it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _stamp(day: date, at: datetime) -> str:
    """The evening of a day, but never after `at`."""
    return local(min(datetime.combine(day, time(18), CHINA), at))


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def complaint(told: Told) -> dict[str, str | None]:
    """A worker's complaint as entered in the platform's application."""
    return {
        "complaintTime": local(told.told_at),
        "workerName": told.complainant_name,
        "cellPhone": told.complainant_phone,
        "idCardNumber": told.complainant_id_no,
        "corpName": told.employer_name,
        "corpCode": told.employer_uscc,
        "teamLeader": told.boss_name,
        "projectName": told.site_name,
        "projectAddress": told.site_address,
        "areaCode": told.district_code,
        "payMonthFrom": told.arrears_from,
        "payMonthTo": told.arrears_to,
        "workerCount": _said(told.workers_count),
        "owedAmount": _said(told.amount_owed),
        "content": told.narrative,
        "isRural": str(int(told.rural)),
        "isConstruction": str(int(told.construction)),
        "isSecret": str(int(told.confidential)),
        "isUrgent": str(int(told.urgent)),
    }


class WagePlatform:
    """The database and its answers. With `urls` (owner, reader, answerer) it lives on PostgreSQL, else in `folder`."""

    def __init__(self, folder: Path, *, urls: tuple[str, str, str] | None = None) -> None:
        self.faults = Faults()
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {name: folder / f"{name}.db" for name in ("front", "answers")}
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
                    row = {"complaintId": keys[-1], **complaint(one), "updated_at": local(one.told_at)}
                    connection.execute(sa.insert(COMPLAINT).values(row))
        return keys

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Add n rows that can be pulled but not read: a bad date, a bad amount, no words at all."""
        keys = [f"TSX{at:%m%d}{number:03d}" for number in range(n)]
        troubles: tuple[dict[str, str | None], ...] = (
            {"complaintTime": "2026-02-30 08:00:00"}, {"owedAmount": "两三万吧"}, {"content": None},
        )  # fmt: skip
        with self._source.begin() as connection:
            for number, key in enumerate(keys):
                told = Told(key=key, channel="wage_monitor", told_at=at, case="", claim="", narrative="工资没有发。")
                row = {"complaintId": key, **complaint(told), **troubles[number % 3], "updated_at": local(at)}
                _upsert(connection, COMPLAINT, row, ("complaintId",))
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
        payrolls: Iterable[Payroll],
        attendance: Iterable[Attendance],
        *,
        at: datetime,
    ) -> None:
        """Take what the platform knows of projects; rows that say the same as before keep their `updated_at`."""
        with self._source.begin() as connection:
            for project in projects:
                _upsert(connection, PROJECT, _project(project, at), ("projectCode",))
            for balance in balances:
                _upsert(connection, ACCOUNT, _balance(balance, at), ("accountCode",))
            for number, payroll in enumerate(payrolls):
                _put_payroll(connection, payroll, number, at)
            for month in attendance:
                _upsert(connection, ATTENDANCE, _attendance(month, at), ("attendanceCode",))

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


def _upsert(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], key: tuple[str, ...]) -> bool:
    """Write a row unless the same is there; True when something was written."""
    here = sa.and_(*(table.c[name] == row[name] for name in key))
    known = connection.execute(sa.select(table).where(here)).mappings().first()
    if known is None:
        connection.execute(sa.insert(table).values(**row))
        return True
    if all(known[name] == value for name, value in row.items() if name != "updated_at"):
        return False
    connection.execute(sa.update(table).where(here).values(**row))
    return True


def _project(project: Project, at: datetime) -> dict[str, str | None]:
    return {
        "projectCode": project.code,
        "projectName": project.name,
        "areaCode": project.district_code,
        "address": project.address,
        "ownerName": project.owner_name,
        "generalCorpName": project.general_contractor,
        "generalCorpCode": project.general_contractor_uscc,
        "payDay": str(project.pay_day),
        "startDate": project.started_on.isoformat(),
        "depositPaid": str(int(project.deposit_paid)),
        "updated_at": _stamp(project.started_on, at),
    }


def _balance(balance: Balance, at: datetime) -> dict[str, str | None]:
    return {
        "accountCode": f"{balance.project_code}-{balance.as_of:%Y%m%d}",
        "projectCode": balance.project_code,
        "balanceDate": balance.as_of.isoformat(),
        "balance": str(balance.balance),
        "paidIn": str(balance.paid_in),
        "agreedAmount": str(balance.agreed),
        "updated_at": _stamp(balance.as_of, at),
    }


def _attendance(month: Attendance, at: datetime) -> dict[str, str | None]:
    year, of_year = (int(part) for part in month.month.split("-"))
    over = (date(year, of_year, 28) + timedelta(days=5)).replace(day=1)
    return {
        "attendanceCode": f"{month.project_code}-{month.month}",
        "projectCode": month.project_code,
        "attMonth": month.month,
        "heads": str(month.heads),
        "days": str(month.days),
        "updated_at": _stamp(over, at),
    }


def _put_payroll(connection: sa.Connection, payroll: Payroll, number: int, at: datetime) -> None:
    """A payroll with its lines; when a line changed, the head carries the change."""
    code = f"{payroll.project_code}-{payroll.employer_uscc[-6:]}-{payroll.month}"
    head: dict[str, str | None] = {
        "payRollCode": code,
        "projectCode": payroll.project_code,
        "corpName": payroll.employer_name,
        "corpCode": payroll.employer_uscc,
        "teamSysNo": f"T{number % 9 + 1}",
        "payMonth": payroll.month,
        "dueDate": payroll.due_on.isoformat(),
        "balanceDate": payroll.paid_on.isoformat() if payroll.paid_on else None,
        "updated_at": _stamp(payroll.paid_on or payroll.due_on, at),
    }
    changed = _upsert(connection, PAYROLL, head, ("payRollCode",))
    lines_changed = [
        _upsert(
            connection,
            LINE,
            {
                "payRollCode": code,
                "lineNo": f"{line_number:04d}",
                "idCardType": "01",
                "idCardNumber": line.id_no,
                "workerName": line.worker_name,
                "days": str(line.days),
                "totalPayAmount": str(line.due),
                "actualAmount": str(line.paid),
                "isBackPay": "0",
                "updated_at": head["updated_at"],
            },
            ("payRollCode", "lineNo"),
        )
        for line_number, line in enumerate(payroll.lines, start=1)
    ]
    if any(lines_changed) and not changed:
        here = PAYROLL.c.payRollCode == code
        connection.execute(sa.update(PAYROLL).where(here).values(updated_at=head["updated_at"]))
