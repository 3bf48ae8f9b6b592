"""Workers' own reports: what the page for workers took in, pulled out of its sealed inbox.

The page closes what it is sent for this office and cannot open it again; here it is opened. Files stay in the inbox
until they are asked for, part by part. Answers go back into it closed, and progress is told under the worker's receipt.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from casework.complaint import Complaint, Kind, Nature, Sector
from casework.errors import BadInput, NotAllowed, NotFound, Unreadable
from casework.money_came import MoneyAnswer
from casework.receipt_number import receipt_from
from casework.record import Cursor, Json, RawRecord, broken_record
from casework.reply import Letter, Receipt
from connectors.base import Attached, Channel, keep_promises
from connectors.fields import Fields
from connectors.http import needed, number
from connectors.inbox_notices import NoticeBox
from connectors.inbox_state import InboxState, state_of
from connectors.inbox_tables import ANSWER, PART, PLACE, POSTED, SAID, TOLD, close_told, tag_of
from connectors.positions import EARLIEST, Marks, from_moment, start_from
from connectors.rows import as_record, moment_in
from connectors.sealing import Keys, load_keys, open_part, part_name
from connectors.sql import Database

_MOST_FILES = 50
_NO_WORDS = "（反映人没有写字，内容见所附语音、图片或视频。）"
"""What stands for the story of who only spoke or showed."""


LEFT = "files_left"
"""The remark on a posting whose files there was no room for, with their number behind a colon."""


class SelfReports:
    """The inbox. Settings: `url` (reads), `answer_url` (writes answers and progress), `key_file`; `canary_url`.

    `page_size` (50), `timeout_seconds` (20) and `first_days` (400) as in other channels that are databases.
    """

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        timeout = number(channel.name, settings, "timeout_seconds", 20)
        self._page = int(number(channel.name, settings, "page_size", 50))
        self._first_days = number(channel.name, settings, "first_days", 400)
        reach, urls = channel.reach.narrowed(settings), [needed(channel.name, settings, "url")]
        urls += [needed(channel.name, settings, "answer_url")]
        self._source = Database(channel.name, urls[0], timeout_seconds=timeout, reach=reach)
        self._told = Database(channel.name, urls[1], timeout_seconds=timeout, writes=True, reach=reach)
        canary = settings.get("canary_url")
        self._canary = (
            Database(channel.name, canary, timeout_seconds=timeout, writes=True, reach=reach) if canary else None
        )
        self._key_file = Path(needed(channel.name, settings, "key_file"))

    @property
    def _keys(self) -> Keys:
        return load_keys(self._key_file)

    @property
    def notices(self) -> NoticeBox:
        """Notices to employers, which go by the same page."""
        return NoticeBox(self._source, self._told, lambda: self._keys)

    def check(self) -> None:
        """The tables are there with their columns, the key opens, and answers can be asked for."""
        self._tables()
        self._told.rows(sa.select(ANSWER.c.reply_key).limit(1))
        assert self._keys.lock

    def _tables(self) -> None:
        """Raises `ChannelChanged` when a table or a promised column is gone."""
        told = [said.partition(".") for said in self.channel.promises if "." in said]
        for name in dict.fromkeys(table for table, _, _ in told):
            self._source.table(name, [column for table, _, column in told if table == name])

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Postings at or after the cursor less the overlap, by (posted_at, id), a page at a time."""
        since = max(start_from(self.channel, cursor, now=now, first_days=self._first_days), EARLIEST)
        self._tables()
        keys, marks = self._keys, Marks(since, now)
        beyond = POSTED.c.posted_at >= since.astimezone(UTC).isoformat(timespec="seconds")
        while True:
            asked = sa.select(POSTED.c.id, POSTED.c.posted_at, POSTED.c.sealed).where(beyond)
            page = self._source.rows(asked.order_by(POSTED.c.posted_at, POSTED.c.id).limit(self._page))
            found = [(row, _opened(keys, row["id"], row["sealed"])) for row in page]
            said = [payload for _, payload in found if isinstance(payload, dict)]
            keep_promises(_of_payload(self.channel), said)
            for row, payload in found:
                at = moment_in({"at": str(row["posted_at"])}, "at")
                if isinstance(payload, str):
                    yield broken_record(self.channel.name, marks.mark(at, str(row["id"])), payload)
                    continue
                whole = {**payload, "posted_id": str(row["id"])}
                yield as_record(self.channel, whole, key="receipt", at=at, marks=marks)
            if len(page) < self._page:
                return
            stamp, last = POSTED.c.posted_at, page[-1]
            beyond = sa.or_(stamp > last["posted_at"], sa.and_(stamp == last["posted_at"], POSTED.c.id > last["id"]))

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Everything that was posted since a moment, as a pull from there gives it."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """Put a posting of these words into the inbox, as the page would, through an account that may do that."""
        if self._canary is None:
            raise BadInput(f"The channel {self.channel.name} has no setting canary_url for its canaries.")
        mark = hashlib.sha256(words.encode()).hexdigest()
        stamp = at.astimezone(UTC).isoformat(timespec="seconds")
        told = {"form": 1, "receipt": receipt_from(mark), "posted_at": stamp, "work": "other", "who": "self"}
        told |= {"story": words, "employer": None, "files": []}
        posted_id = f"canary{mark[:24]}"
        sealed = self._keys.lock.seal(json.dumps(told, ensure_ascii=False).encode(), posted_id)
        self._canary.insert(POSTED, {"id": posted_id, "posted_at": stamp, "sealed": sealed, "size_bytes": 0})

    def read(self, raw: RawRecord) -> Complaint:
        """What a posting means. Who only spoke or showed has told all the same: the files say it."""
        fields = Fields(raw, self.channel)
        fields.needed("receipt")
        fields.raw("posted_id")
        nature, who = fields.code("work"), fields.code("who")
        if nature is None:
            raise Unreadable("missing", "The field work is empty.", field="work")
        story = fields.text("story") or (_NO_WORDS if self.attachments(raw) else None)
        fields.raw("files")
        left = fields.count("files_left")
        if story is None:
            raise Unreadable("missing", "The posting has neither words nor files.", field="story")
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=fields.needed_moment("posted_at"),
            narrative=story,
            kind=Kind(who) if who else Kind.WORKER_COMPLAINT,
            nature=Nature(nature),
            sector=Sector.CONSTRUCTION if nature == Nature.ARREARS_RURAL else Sector.OTHER,
            employer_name=fields.text("employer", longest=200),
            site_name=fields.text("site", longest=200),
            site_address=fields.text("address", longest=500),
            complainant_name=fields.text("name", longest=100),
            complainant_phone=fields.text("phone", longest=40),
            worker_count=fields.count("workers"),
            amount_claimed=fields.money("owed"),
            arrears_from=fields.month("since"),
            arrears_to=fields.month("until"),
            confidential=fields.flag("confidential") or False,
            remarks=(*((f"{LEFT}:{left}",) if left else ()), *fields.done()),
        )

    def attachments(self, raw: RawRecord) -> tuple[Attached, ...]:
        """The files that were sent along. Touches nothing."""
        files = raw.payload.get("files")
        if not isinstance(files, list) or len(files) > _MOST_FILES:
            return ()
        found = []
        for one in (file for file in files if isinstance(file, dict)):
            number, size, digest = one.get("number"), one.get("bytes"), one.get("sha256")
            if isinstance(number, int) and isinstance(size, int) and isinstance(digest, str):
                found.append(Attached(f"{number}:{digest[:64]}", size))
        return tuple(found)

    def fetch(self, raw: RawRecord, attached: Attached) -> Iterator[bytes]:
        """One file, part by part. Raises `NotFound` when the inbox has it no longer, `Unreadable` when it is broken."""
        key = base64.b64decode(str(raw.payload.get("part_key", "")))
        posted_id, file_no = str(raw.payload.get("posted_id", "")), int(attached.ref.partition(":")[0])
        here = sa.and_(PART.c.posted_id == posted_id, PART.c.file_no == file_no)
        last = self._source.rows(sa.select(sa.func.max(PART.c.part_no).label("last")).where(here))[0]["last"]
        if last is None:
            raise NotFound("The inbox has this file no longer.")
        for place in range(last + 1):
            rows = self._source.rows(sa.select(PART.c.sealed).where(here, PART.c.part_no == place))
            where = part_name(posted_id, file_no, place, last=place == last)
            yield open_part(key, bytes(rows[0]["sealed"]) if rows else b"", where)

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Nothing to tidy: the page lets go of what is old by itself."""

    def reply(self, letter: Letter) -> Receipt:
        """Put the answer into the inbox, closed, once; what the inbox then holds."""
        told = {"receipt": letter.source_key, "kind": str(letter.kind), "body": letter.body}
        sealed = self._keys.lock.seal(json.dumps(told, ensure_ascii=False).encode(), f"answer:{letter.key}")
        stamp = letter.written_at.astimezone(UTC).isoformat(timespec="seconds")
        self._told.insert(ANSWER, {"reply_key": letter.key, "sealed": sealed, "written_at": stamp})
        shown = self.confirm(letter)
        if shown is None or shown.body != letter.body:
            raise NotAllowed("The inbox holds another answer under the same key.")
        return shown

    def confirm(self, letter: Letter) -> Receipt | None:
        """The answer as it lies in the inbox."""
        for row in self._told.rows(sa.select(ANSWER).where(ANSWER.c.reply_key == letter.key)):
            told = json.loads(self._keys.open(bytes(row["sealed"]), f"answer:{letter.key}"))
            if told["receipt"] == letter.source_key:
                at = moment_in({"at": row["written_at"]}, "at") or letter.written_at
                return Receipt(hashlib.sha256(letter.key.encode()).hexdigest()[:16], str(told["body"]), at)
        return None

    def tell(self, receipt: str, four: str, told: Mapping[str, object], *, at: datetime) -> bool:
        """Put the progress of a complaint where its worker finds it; False when the same stands there already."""
        sealed, tag = close_told(receipt, four, told), tag_of(receipt, four)
        return self._told.put(TOLD, "tag", {"tag": tag, "sealed": sealed, "told_at": at.isoformat()}, same="sealed")

    def heard(self, since: datetime) -> Iterator[MoneyAnswer | None]:
        """What workers answered since a moment whether the money came, the oldest first; None for what does not open.

        Raises `ChannelUnavailable`, also where the page is of a version that did not ask yet.
        """
        keys, stamp = self._keys, SAID.c.said_at
        beyond = stamp >= since.astimezone(UTC).isoformat(timespec="microseconds")
        while True:
            asked = sa.select(SAID.c.tag, SAID.c.sealed, stamp).where(beyond).order_by(stamp, SAID.c.tag)
            rows = self._source.rows(asked.limit(self._page))
            for row in rows:
                yield _answer(keys, str(row["tag"]), row["sealed"])
            if len(rows) < self._page:
                return
            last = rows[-1]
            beyond = sa.or_(stamp > last["said_at"], sa.and_(stamp == last["said_at"], SAID.c.tag > last["tag"]))

    def state(self, *, now: datetime) -> InboxState:
        """How the inbox is. Raises `ChannelUnavailable`, also where the page is of an older version."""
        return state_of(self._source, self._keys, now=now)

    def name_places(self, names: Mapping[str, str]) -> int:
        """Let the page know the sites by the codes on their notice boards; how many it did not know so."""
        known = {row["code"]: row["name"] for row in self._told.rows(sa.select(PLACE))} if names else {}
        new = {code: name for code, name in names.items() if known.get(code) != name[:200]}
        return sum(self._told.put(PLACE, "code", {"code": one, "name": new[one][:200]}, same="name") for one in new)


def _opened(keys: Keys, posted_id: str, sealed: object) -> dict[str, Json] | str:
    """What a posting says; a text for quarantine where it does not open or is no record."""
    try:
        if not isinstance(sealed, bytes):
            raise Unreadable("seal_broken", "The posting is not closed.")
        said = json.loads(keys.open(sealed, posted_id))
    except (Unreadable, ValueError, RecursionError) as broken:
        code = broken.code if isinstance(broken, Unreadable) else "not_json"
        return json.dumps({"reason": code, "posting": posted_id})
    return said if isinstance(said, dict) else json.dumps({"reason": "no_record", "posting": posted_id})


def _answer(keys: Keys, tag: str, sealed: object) -> MoneyAnswer | None:
    """One answer; None where it does not open or is none."""
    try:
        said = json.loads(keys.open(bytes(sealed) if isinstance(sealed, bytes) else b"", f"said:{tag}"))
        came, part, words = said["came"], said["part_fen"], said["words"]
        whole = isinstance(came, bool) and isinstance(words, str) and (part is None or type(part) is int)
        at = datetime.fromisoformat(said["said_at"])
        if not whole or at.tzinfo is None:
            return None
        return MoneyAnswer(str(said["question"]), str(said["receipt"]), came, part, words, at)
    except (Unreadable, ValueError, KeyError, TypeError, RecursionError):
        return None


def _of_payload(channel: Channel) -> Channel:
    """The channel with the promises of a posting alone, without those of the tables."""
    return replace(channel, promises=tuple(name for name in channel.promises if "." not in name))


def connector(channel: Channel, settings: Mapping[str, str]) -> SelfReports:
    """The inbox as the registry builds it."""
    return SelfReports(channel, settings)
