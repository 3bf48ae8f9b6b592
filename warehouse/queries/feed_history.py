"""The wage feed of a long time, read once and told day after day: on each day what had come by then, and no more."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.warnings.known import Attendance, Balance, Payroll, Site
from warehouse.models import FeedVersionRow
from warehouse.queries.joined import Joined
from warehouse.queries.known_feed import (
    LOOKED_BACK,
    Basis,
    Firms,
    KnownFeed,
    Named,
    Read,
    attendance_of,
    balance_of,
    first_on,
    heard_on,
    named_in,
    payroll_of,
    site_of,
)

_AT_A_TIME = 2_000
"""Rows read from the database at a time."""


@dataclass(order=True, slots=True)
class _Version:
    """One version of a record; `number` puts them in order."""

    number: int
    id: str = field(compare=False)
    said: dict[str, Any] = field(compare=False)
    changed_at: datetime = field(compare=False)
    known_at: datetime = field(compare=False)


@dataclass(slots=True)
class _Record:
    """One record: the versions that have come, and what they make, kept until another one comes or one is too old."""

    table: str
    id: str
    project: str
    versions: list[_Version] = field(default_factory=list)
    seen: tuple[str, ...] = ()
    read: Read | None = None
    named: Named = (None, None, None)
    made: Site | Payroll | Balance | Attendance | None = None


class FeedHistory:
    """What the platform had said, on one day after another. As much is held as one look at the last day reads."""

    def __init__(
        self, session: Session, joined: Joined, *, since: datetime, until: datetime, basis: Basis = "arrived"
    ) -> None:
        self._joined = joined
        self._records: dict[tuple[str, str], _Record] = {}
        self._coming = deque(self._rows(session, since, until, basis))
        named = [named_in(record.table, one.said) for record, one in self._coming]
        self._firms = Firms(session, named, lambda employer: joined.root(employer, self._told or since))
        self._told: datetime | None = None
        self._in_order: list[tuple[str, str]] = []

    def _rows(self, session: Session, since: datetime, until: datetime, basis: Basis) -> list[tuple[_Record, _Version]]:
        row = FeedVersionRow
        known_at = row.arrived_at if basis == "arrived" else row.changed_at
        question = (
            select(row.table_name, row.record_id, row.project_code, row.version, row.id, row.said, row.changed_at)
            .add_columns(known_at)
            .where(known_at <= until, (row.table_name == "project") | (row.changed_at > since - LOOKED_BACK))
            .order_by(known_at, row.table_name, row.record_id, row.version)
            .execution_options(yield_per=_AT_A_TIME)
        )
        found, records = [], dict[tuple[str, str], _Record]()
        for table, record_id, project, number, version_id, said, changed_at, came_at in session.execute(question):
            record = records.setdefault((table, record_id), _Record(table, record_id, project))
            found.append((record, _Version(number, version_id, said, changed_at, came_at)))
        return found

    def at(self, moment: datetime) -> KnownFeed:
        """What was known at a moment, none of them earlier than the last one asked for (else `ValueError`)."""
        if self._told is not None and moment < self._told:
            raise ValueError("a history is told forwards")
        if self._told is not None and self._joined.step(self._told) != self._joined.step(moment):
            for record in self._records.values():
                record.seen = ()
        self._told = moment
        while self._coming and self._coming[0][1].known_at <= moment:
            record, version = self._coming.popleft()
            key = record.table, record.id
            if key not in self._records:
                self._records[key] = record
                insort(self._in_order, key)
            insort(record.versions, version)
        known = [one for key in self._in_order if self._look(one := self._records[key], moment)]
        return self._feed(known)

    def _look(self, record: _Record, moment: datetime) -> bool:
        """Whether anything of a record is known and not too old; what it makes is kept on it."""
        young = record.table == "project"
        versions = [one for one in record.versions if young or one.changed_at > moment - LOOKED_BACK]
        seen = tuple(one.id for one in versions)
        if seen != record.seen and versions:
            record.seen = seen
            record.read = read = Read(
                record.table,
                record.id,
                record.project,
                [(one.id, one.said, local_day(one.changed_at), local_day(one.known_at)) for one in versions],
            )
            record.named = named_in(record.table, read.said)
            record.made = self._make(read)
        return bool(versions)

    def _make(self, read: Read) -> Site | Payroll | Balance | Attendance | None:
        match read.table:
            case "project":
                return site_of(read, self._firms)
            case "pay_period":
                return payroll_of(read, self._firms)
            case "account_balance":
                return balance_of(read)
            case "attendance_month":
                return attendance_of(read)
        return None

    def _feed(self, known: Sequence[_Record]) -> KnownFeed:
        reads = [one.read for one in known if one.read is not None]
        made = [one.made for one in known]
        return KnownFeed(
            parties=self._firms.parties(one.named for one in known),
            sites={one.code: one for one in made if isinstance(one, Site)},
            payrolls=tuple(one for one in made if isinstance(one, Payroll)),
            balances=tuple(one for one in made if isinstance(one, Balance)),
            attendance=tuple(one for one in made if isinstance(one, Attendance)),
            heard=heard_on(reads),
            first=first_on(reads),
        )
