"""The wage-payment platform's front-end database (前置库): projects, accounts, payrolls, attendance and complaints.

Five tables are read by `updated_at` with an overlap, for rows are committed late and out of order; a row without a
readable `updated_at` is read every time rather than never. Answers go in through a second account that can reach the
answer table and nothing else.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from casework.calendar import SHANGHAI
from casework.complaint import Complaint
from casework.errors import BadInput, Unreadable
from casework.record import Cursor, Json, RawRecord, RecordKind
from casework.reply import Letter, Receipt
from casework.wages import WageFeed
from connectors.base import Channel
from connectors.fields import as_moment
from connectors.http import number
from connectors.positions import EARLIEST, Marks, from_moment, start_from
from connectors.sql import Database, as_json
from connectors.wage_rows import READERS

TABLES: Mapping[str, tuple[RecordKind, str]] = {
    "project": (RecordKind.PROJECT, "projectCode"),
    "special_account": (RecordKind.SPECIAL_ACCOUNT, "accountCode"),
    "payroll": (RecordKind.PAYROLL, "payRollCode"),
    "attendance": (RecordKind.ATTENDANCE, "attendanceCode"),
    "complaint": (RecordKind.COMPLAINT, "complaintId"),
}
LINES, STAMP = "payroll_line", "updated_at"
_ANSWER = sa.table("answer", *(sa.column(name) for name in ("answerNo", "replyKey", "complaintId", "replyType",
                                                            "content", "writtenAt")))  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row on its way: when it changed (as far as that can be read), what it is, and its columns."""

    at: datetime
    kind: RecordKind
    key: str
    payload: dict[str, Json]


class WageMonitor:
    """The connector. Settings: `url` (reads), `answer_url` (writes answers), `timeout_seconds`, `page_size`."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        timeout = number(channel.name, settings, "timeout_seconds", 20)
        self._page = int(number(channel.name, settings, "page_size", 500))
        self._first_days = number(channel.name, settings, "first_days", 3650)
        reach = channel.reach.narrowed(settings)
        self._source = Database(channel.name, settings["url"], timeout_seconds=timeout, reach=reach)
        url = settings.get("canary_url")
        self._canary = Database(channel.name, url, timeout_seconds=timeout, writes=True, reach=reach) if url else None
        self._answers = Database(
            channel.name, settings["answer_url"], timeout_seconds=timeout, writes=True, reach=reach
        )

    def check(self) -> None:
        """Every table is there with its promised columns, and the answer table can be asked."""
        for name in (*TABLES, LINES):
            self._table(name)
        self._answers.rows(sa.select(_ANSWER.c.answerNo).limit(1))

    def _table(self, name: str) -> sa.TableClause:
        told = (said.partition(".") for said in self.channel.promises)
        promised = [column for table, _, column in told if table == name]
        return self._source.table(name, promised)

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Rows of all tables in the order of their change."""
        since = max(start_from(self.channel, cursor, now=now, first_days=self._first_days), EARLIEST)
        tables = {name: self._table(name) for name in (*TABLES, LINES)}
        streams = [self._stream(tables[name], tables[LINES], since) for name in TABLES]
        marks = Marks(since, now)
        for row in heapq.merge(*streams, key=lambda row: row.at):
            at = marks.mark(row.at, f"{row.kind}|{row.key}")
            yield RawRecord(self.channel.name, row.key, row.payload, at, row.kind)

    def _stream(self, table: sa.TableClause, lines: sa.TableClause, since: datetime) -> Iterator[Row]:
        """One table from a moment on, a page at a time, by (updated_at, key)."""
        kind, name = TABLES[table.name]
        stamp, key = table.c[STAMP], table.c[name]
        sample = self._source.rows(sa.select(stamp).where(stamp.is_not(None)).limit(1))
        first = _bound(since, sample[0][STAMP]) if sample else ""
        dated = _dated(stamp) if isinstance(first, str) else stamp.is_not(None)
        undated = sa.select(table).where(sa.or_(stamp.is_(None), sa.not_(dated))).order_by(key).limit(self._page)
        page = self._source.rows(undated)
        while page:
            yield from (replace(row, at=since) for row in self._as_rows(page, kind, name, lines, since))
            page = self._source.rows(undated.where(key > page[-1][name])) if len(page) == self._page else []
        if not sample:
            return
        question = sa.select(table).where(dated, stamp >= first).order_by(stamp, key).limit(self._page)
        page = self._source.rows(question)
        last = since
        while page:
            for found in self._as_rows(page, kind, name, lines, last):
                last = found.at
                yield found
            if len(page) < self._page:
                return
            end = page[-1]
            beyond = sa.or_(stamp > end[STAMP], sa.and_(stamp == end[STAMP], key > end[name]))
            page = self._source.rows(sa.select(table).where(dated, beyond).order_by(stamp, key).limit(self._page))

    def _as_rows(
        self, page: Sequence[dict[str, Any]], kind: RecordKind, name: str, lines: sa.TableClause, last: datetime
    ) -> Iterator[Row]:
        """Rows as payloads; a payroll with its lines. A moment that cannot be read is the one before it."""
        of = self._lines([row[name] for row in page], lines) if kind is RecordKind.PAYROLL else {}
        for row in page:
            payload = {column: as_json(value) for column, value in row.items()}
            if kind is RecordKind.PAYROLL:
                payload["lines"] = of.get(str(row[name]), [])
            last = max(last, _moment(row[STAMP]) or last)
            yield Row(last, kind, str(row[name]), payload)

    def _lines(self, codes: list[Any], lines: sa.TableClause) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {}
        question = sa.select(lines).where(lines.c.payRollCode.in_(codes)).order_by(lines.c.payRollCode)
        if "lineNo" in lines.c:
            question = question.order_by(lines.c.lineNo)
        for line in self._source.rows(question):
            kept = {column: as_json(value) for column, value in line.items() if column not in {"payRollCode", STAMP}}
            found.setdefault(str(line["payRollCode"]), []).append(kept)
        return found

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything that changed since a moment, as a pull from there gives it."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """Enter a row of these words through an account that may do that and nothing else."""
        if self._canary is None:
            raise BadInput(f"The channel {self.channel.name} has no setting canary_url for its canaries.")
        here = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        key = f"ZJ{sha256(words.encode()).hexdigest()[:24]}"
        row = {"complaintId": key, "complaintTime": here, "content": words, STAMP: here}
        self._canary.insert(sa.table("complaint", *(sa.column(name) for name in row)), row)

    def read(self, raw: RawRecord) -> Complaint | WageFeed:
        """What one row means."""
        return READERS[raw.kind](raw, self.channel)

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: we may only read."""

    def reply(self, letter: Letter) -> Receipt:
        """Enter the answer once; the row the platform now holds."""
        values = {
            "replyKey": letter.key,
            "complaintId": letter.source_key,
            "replyType": str(letter.kind),
            "content": letter.body,
            "writtenAt": f"{letter.written_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        }
        self._answers.insert(_ANSWER, values)
        return self.confirm(letter) or Receipt("", "", letter.written_at)

    def confirm(self, letter: Letter) -> Receipt | None:
        """The answer as it stands in the platform's table."""
        question = sa.select(_ANSWER).where(
            _ANSWER.c.replyKey == letter.key, _ANSWER.c.complaintId == letter.source_key
        )
        for row in self._answers.rows(question):
            return Receipt(str(row["answerNo"]), row["content"], _moment(row["writtenAt"]) or letter.written_at)
        return None


def connector(channel: Channel, settings: Mapping[str, str]) -> WageMonitor:
    """Build the connector."""
    for name in ("url", "answer_url"):
        if not settings.get(name):
            raise BadInput(f"The channel {channel.name} has no setting {name}; see docs/channels/{channel.name}.md.")
    return WageMonitor(channel, settings)


def _moment(value: object) -> datetime | None:
    """A moment of the platform: text or a timestamp, in Asia/Shanghai where it names no zone."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    try:
        return as_moment(str(value), field=STAMP)
    except Unreadable:
        return None


def _dated(stamp: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a stamp kept as text is a moment that can be: one like 0000-00-00 would sort before every bound."""
    return sa.and_(stamp.like("____-__-__%"), stamp >= "1949", stamp < "2101")


def _bound(since: datetime, sample: object) -> datetime | str:
    """The moment to ask from, in the form in which this table keeps its moments."""
    here = since.astimezone(SHANGHAI)
    if isinstance(sample, datetime):
        return here if sample.tzinfo else here.replace(tzinfo=None)
    return f"{here:%Y-%m-%d %H:%M:%S}"
