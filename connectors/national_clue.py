"""The national platform's clues: .xlsx batches dropped into a folder, answers as the platform's own .xlsx.

Every file that lies in the inbox is read on every pull, whatever the cursor says, and leaves it only when all its rows
are stored: a batch that comes late or twice is neither lost nor doubled. The cursor tells which rows are new to us; of
rows that are not, only a clue's newest is given again, so that two versions never take turns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from casework.calendar import SHANGHAI
from casework.complaint import Complaint, Nature, Sector
from casework.errors import BadInput, ChannelChanged, Unreadable
from casework.record import UNPARSED, Cursor, RawRecord, broken_record
from casework.reply import Letter, Receipt
from connectors.answer_files import AnswerFiles, batch_of_one
from connectors.apart import table_apart
from connectors.base import Channel
from connectors.cells import digits, month
from connectors.fields import Fields, tidy
from connectors.files import CAPS, Headed, Table, read_file, under_headings
from connectors.folder import KEPT, Inbox
from connectors.positions import position, start_from

KEY = "线索编号"
_BATCH_TIME = re.compile(r"(?<!\d)(20\d{12})(?!\d)")
_UNITS = {"欠薪金额(万元)": "wan", "欠薪金额(元)": "yuan", "欠薪金额": "yuan"}


@dataclass(frozen=True)
class Batch:
    """One file of the inbox, as rows ready to land, and the headings that were promised and are not there."""

    path: Path
    moment: datetime
    digest: str
    records: tuple[RawRecord, ...]
    gone: tuple[str, ...] = ()


class NationalClue:
    """The connector. Settings: `folder`, `answers`, `receipts`, and `archive`, `quiet_seconds`, `wait_seconds`."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        folder = Path(settings["folder"])
        self.channel = channel
        self._inbox = Inbox(
            folder,
            Path(settings.get("archive") or folder.parent / "archive"),
            quiet_seconds=float(settings.get("quiet_seconds", "20")),
        )
        self._answers = AnswerFiles(
            Path(settings["answers"]),
            Path(settings["receipts"]),
            wait_seconds=float(settings.get("wait_seconds", "5")),
        )

    def check(self) -> None:
        """The folders are there, and the newest batch has its promised columns."""
        self._inbox.check()
        self._answers.check()
        paths = self._inbox.files()
        if paths:
            batch = self._batch(paths[-1], datetime.max.replace(tzinfo=UTC))
            if batch and batch.gone:
                raise self._changed(batch)

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """The rows of every batch in the inbox, oldest batch first."""
        start_from(self.channel, cursor, now=now, first_days=0)
        self._inbox.check()
        self._inbox.finish()
        batches = [batch for path in self._inbox.files() if (batch := self._batch(path, now))]
        batches.sort(key=lambda batch: (batch.moment, batch.digest))
        whole = [batch for batch in batches if not batch.gone]
        newest = {raw.source_key: raw.position for batch in whole for raw in batch.records}
        for batch in whole:
            known = cursor is not None and batch.moment < datetime.fromisoformat(cursor.position[:25])
            later = self._archived_since(batch.moment) if known else frozenset()
            given = [
                raw
                for raw in batch.records
                if (cursor is None or raw.position > cursor.position or newest[raw.source_key] == raw.position)
                and raw.source_key not in later
            ]
            self._inbox.await_landing(batch.path, batch.digest, {raw.position for raw in given})
            yield from given
        self._inbox.landed(set())
        for batch in batches:
            if batch.gone:
                raise self._changed(batch)

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """The rows of every batch since a moment, read or not; a clue's newest row comes last. No file is moved."""
        self._inbox.check()
        paths = [*self._inbox.archived(), *self._inbox.files()]
        batches = [batch for path in paths if (batch := self._batch(path, now)) and batch.moment >= since]
        for batch in sorted(batches, key=lambda batch: (batch.moment, batch.digest)):
            if not batch.gone:
                yield from batch.records

    def _changed(self, batch: Batch) -> ChannelChanged:
        gone = ", ".join(batch.gone)
        return ChannelChanged(f"{self.channel.name}: a batch of {batch.moment:%Y-%m-%d %H:%M} has lost {gone}.")

    def _batch(self, path: Path, now: datetime) -> Batch | None:
        """A file as a batch; None while it is still being written or is already gone."""
        moment = min(_batch_moment(path), now.astimezone(UTC))
        try:
            content = read_file(path)
            if not content.startswith(b"PK") and self._inbox.unfinished(path):
                return None  # Only a packed file shows by itself that it has not been copied to its end.
            digest = sha256(content).hexdigest()
            headed = under_headings(_apart(content), lambda said: len(said & self._stems()) >= 3)
            if headed is None:
                raise BadInput("No heading row was found in the first twenty lines.")
        except BadInput as refused:
            if self._inbox.unfinished(path):
                return None
            return self._refused(path, moment, str(refused))
        gone = [stem for stem in self.channel.promises if stem not in {name.split("(")[0] for name in headed.headings}]
        return Batch(path, moment, digest, tuple(self._rows(headed, moment, digest)), tuple(gone))

    def _stems(self) -> frozenset[str]:
        return frozenset(self.channel.promises) | self.channel.ignores | {"联系电话", "反映人姓名", "项目名称"}

    def _rows(self, headed: Headed, moment: datetime, digest: str) -> Iterator[RawRecord]:
        for line in headed.lines:
            at = _position(moment, digest, line.number)
            try:
                row = headed.row(line)
            except BadInput as refused:
                received = json.dumps({"cells": line.cells, "reason": str(refused)}, ensure_ascii=False)
                yield broken_record(self.channel.name, at, received)
                continue
            said = sha256("\x1f".join(line.cells).encode()).hexdigest()[:24]
            yield RawRecord(self.channel.name, tidy(row.get(KEY, "")) or f"row-{said}", dict(row), at)

    def _refused(self, path: Path, moment: datetime, words: str) -> Batch:
        """A file as one record. Its key rests on the file alone: where it lies and what is said of it may change."""
        digest = self._inbox.digest(path)
        named = Inbox.named(path, digest)
        received = json.dumps({"file": named, "sha256": digest, "reason": words}, ensure_ascii=False)
        record = broken_record(self.channel.name, _position(moment, digest, 0), received)
        return Batch(path, moment, digest, (replace(record, source_key=f"batch-{digest[:32]}"),))

    def _archived_since(self, moment: datetime) -> frozenset[str]:
        """The clues of archived batches that are newer: a late old batch does not speak for them."""
        keys: set[str] = set()
        for path in self._inbox.archived():
            if _batch_moment(path) <= moment:
                continue
            try:
                headed = under_headings(_apart(read_file(path)), lambda said: KEY in said)
            except BadInput:
                continue
            if headed:
                column = headed.headings.index(KEY)
                keys |= {tidy(line.cells[column]) for line in headed.lines if len(line.cells) > column}
        return frozenset(keys)

    def place(self, words: str, *, at: datetime) -> None:
        """Drop a batch of one row into the folder, whole, as the platform's export does."""
        here = at.astimezone(SHANGHAI)
        key = f"ZJ{sha256(words.encode()).hexdigest()[:24]}"
        cells = {KEY: key, "反映时间": f"{here:%Y-%m-%d %H:%M:%S}", "领域": "非工程建设", "诉求描述": words}
        self._inbox.check()
        self._inbox.drop(f"自检_{here:%Y%m%d%H%M%S}.xlsx", batch_of_one(cells, self.channel.promises))

    def read(self, raw: RawRecord) -> Complaint:
        """What one row means."""
        if UNPARSED in raw.payload:
            raise Unreadable("not_well_formed", _reason(raw.payload[UNPARSED]))
        fields = Fields(raw, self.channel)
        fields.needed(KEY)
        remarks: list[str] = []
        amounts = [fields.money(name, unit=unit) for name, unit in _UNITS.items()]
        told_at = fields.needed_moment("反映时间")
        sector = fields.code("领域")
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=told_at,
            narrative=fields.needed("诉求描述"),
            nature=Nature.ARREARS_RURAL if fields.flag("是否农民工") else Nature.ARREARS,
            sector=Sector(sector) if sector else Sector.UNKNOWN,
            employer_name=fields.text("用人单位名称"),
            employer_uscc=digits(fields, "统一社会信用代码", remarks),
            boss_name=fields.text("负责人"),
            site_name=fields.text("项目名称"),
            site_address=fields.text("用工地址"),
            district_code=digits(fields, "行政区划代码", remarks),
            complainant_name=fields.text("反映人姓名"),
            complainant_phone=digits(fields, "联系电话", remarks),
            complainant_id_no=digits(fields, "身份证号", remarks),
            worker_count=fields.count("欠薪人数"),
            amount_claimed=next((amount for amount in amounts if amount is not None), None),
            arrears_from=month(fields, "欠薪开始"),
            arrears_to=month(fields, "欠薪结束"),
            confidential=bool(fields.flag("是否保密")),
            urgent=fields.code("紧急程度") == "urgent",
            reply_due_on=fields.day("办理时限"),
            remarks=(*remarks, *fields.done()),
        )

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Files all of whose rows have landed go to the archive."""
        self._inbox.landed({raw.position for raw in landed})

    def reply(self, letter: Letter) -> Receipt:
        """Drop the answer as the platform's form; what the platform confirms within `wait_seconds`, else the form."""
        return self._answers.put(letter)

    def confirm(self, letter: Letter) -> Receipt | None:
        """The platform's own confirmation."""
        return self._answers.confirmed(letter)


def connector(channel: Channel, settings: Mapping[str, str]) -> NationalClue:
    """Build the connector."""
    for name in ("folder", "answers", "receipts"):
        if not settings.get(name):
            raise BadInput(f"The channel {channel.name} has no setting {name}; see docs/channels/{channel.name}.md.")
    return NationalClue(channel, settings)


def _apart(content: bytes) -> Table:
    return table_apart(content, CAPS, patience=None)


def _batch_moment(path: Path) -> datetime:
    """When the batch was exported: the time in its name (Asia/Shanghai), else the time of the file."""
    found = _BATCH_TIME.search(path.name.encode()[:KEPT].decode("utf-8", "ignore"))
    if found:
        try:
            return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI).astimezone(UTC)
        except ValueError:
            pass
    try:
        return datetime.fromtimestamp(int(path.lstat().st_mtime), UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)


def _position(moment: datetime, digest: str, row: int) -> str:
    return position(moment, f"{digest[:16]}|{row:06d}")


def _reason(received: object) -> str:
    """Our own words about a file or line that could not even be split; never what stood in it."""
    try:
        reason = json.loads(str(received))["reason"]
    except (ValueError, KeyError, TypeError):
        return "The record is not well-formed; what was received is kept."
    return str(reason)
