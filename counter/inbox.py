"""The page's side of the inbox: what came in is closed at once and put in whole; what is old is let go.

The page can write and cannot read again: it holds the lock and not the key.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from casework.errors import ArrearsError
from casework.receipt_number import receipt_from
from connectors.inbox_notices import answer_id_of, open_notice, tag_of_code
from connectors.inbox_tables import (
    ANSWERED,
    ASKED,
    INBOX,
    PART,
    PLACE,
    POSTED,
    SAID,
    SIGN,
    TOLD,
    answered,
    as_text,
    close_told,
    open_told,
    tag_of,
)
from connectors.sealing import Lock, close_part, part_key, part_name
from counter.room import SCARCE, InboxFull, Room, ShareUsed, always

PART_BYTES = 1024 * 1024


class InboxAway(ArrearsError):
    """The inbox does not answer. Nothing was taken in; the draft is on the telephone."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One file of a form: what it is by its first bytes, and where its bytes are."""

    media: str
    source: BinaryIO


class Inbox:
    """One inbox. `most_bytes` is how much may lie in it before files are refused."""

    def __init__(self, url: str, lock: Lock, *, most_bytes: int) -> None:
        self._lock, self._most = lock, most_bytes
        self._engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _careful)

    def prepare(self) -> None:
        """Make the tables that are missing."""
        INBOX.create_all(self._engine)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def take(
        self, token: str, told: dict[str, Any], files: Sequence[Brought], *, at: datetime, room: Room = always
    ) -> str:
        """Take a form in, whole; its receipt. The same form again gives the same receipt and changes nothing.

        With other words or files it takes the place of what was sent before: it lands as a further version, so that
        who corrects a form whose answer was lost on the way loses no correction. `room` is asked about new files before
        they are kept. Raises `InboxAway`, `InboxFull` and `ShareUsed`.
        """
        for once_more in (True, False):
            try:
                self._put(token, told, files, at, room)
                break
            except IntegrityError as failed:  # the form came twice at once and the other was quicker: now it is seen
                if not once_more:
                    raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None
            except SQLAlchemyError as failed:
                raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None
        return receipt_from(token)

    def _put(self, token: str, told: dict[str, Any], files: Sequence[Brought], at: datetime, room: Room) -> None:
        """One try: nothing for a form that lies there already, in the place of another under its token, or anew."""
        posted_id, key, size = posted_id_of(token), part_key(), 0
        entries, digest = [], _digest(token, told, files)
        with self._engine.begin() as base:
            here = POSTED.c.id == posted_id
            known = base.execute(sa.select(POSTED.c.digest, POSTED.c.size_bytes).where(here)).first()
            if known is not None and known.digest == digest:
                return
            if known is not None:
                base.execute(sa.delete(PART).where(PART.c.posted_id == posted_id))
                base.execute(sa.delete(POSTED).where(here))
            self._need_room(base, files, room, instead=known.size_bytes if known is not None else 0)
            for number, file in enumerate(files, start=1):
                measured = _keep(base, posted_id, number, key, file.source)
                entries.append({"number": number, "media": file.media, **measured})
                size += int(measured["bytes"])
            stamp = at.astimezone(UTC).isoformat(timespec="seconds")
            whole = {**told, "form": 1, "receipt": receipt_from(token), "posted_at": stamp, "files": entries}
            whole["part_key"] = as_text(key)
            sealed = self._lock.seal(json.dumps(whole, ensure_ascii=False).encode(), posted_id)
            row = {"id": posted_id, "posted_at": stamp, "sealed": sealed, "size_bytes": size, "digest": digest}
            base.execute(sa.insert(POSTED).values(row))

    def _need_room(self, base: sa.Connection, files: Sequence[Brought], room: Room, *, instead: int = 0) -> None:
        """Raises `InboxFull`, `ShareUsed`. `instead`: bytes that go for these. Without files there is always room."""
        if not files:
            return
        lies = sum(base.scalar(sa.select(sa.func.sum(one.c.size_bytes))) or 0 for one in (POSTED, ANSWERED))
        size = sum(file.source.seek(0, 2) for file in files)
        if lies + size > self._most:
            raise InboxFull("There is no room for files just now.")
        if not room(max(0, size - instead), lies + size > SCARCE * self._most):
            raise ShareUsed("The share of a day is used up.")

    def has_files(self, token: str) -> bool:
        """Whether files lie here of a form that was sent before. Raises `InboxAway`."""
        return bool(self._one(sa.select(POSTED.c.size_bytes).where(POSTED.c.id == posted_id_of(token))))

    def notice(self, code: str) -> dict[str, Any] | None:
        """The notice whose link carries this code. The same work whether there is any or not. Raises `InboxAway`."""
        sealed = self._one(sa.select(ASKED.c.sealed).where(ASKED.c.tag == tag_of_code(code)))
        return open_notice(code, bytes(sealed if sealed is not None else bytes(64)))

    def answered_at(self, code: str) -> str | None:
        """When the notice of this code was answered; None before. Raises `InboxAway`."""
        stamp = self._one(sa.select(ANSWERED.c.posted_at).where(ANSWERED.c.id == answer_id_of(code)))
        return str(stamp) if stamp is not None else None

    def answer(
        self, code: str, told: dict[str, Any], files: Sequence[Brought], *, at: datetime, room: Room = always
    ) -> bool:
        """Take an employer's answer in, whole and once; False when there is one already. Raises as `take` does."""
        answer_id, key, entries, size = answer_id_of(code), part_key(), [], 0
        try:
            with self._engine.begin() as base:
                if base.scalar(sa.select(ANSWERED.c.id).where(ANSWERED.c.id == answer_id)) is not None:
                    return False
                self._need_room(base, files, room)
                for number, file in enumerate(files, start=1):
                    measured = _keep(base, answer_id, number, key, file.source)
                    entries.append({"number": number, "media": file.media, **measured})
                    size += int(measured["bytes"])
                stamp = at.astimezone(UTC).isoformat(timespec="seconds")
                whole = {**told, "form": 1, "posted_at": stamp, "files": entries, "part_key": as_text(key)}
                sealed = self._lock.seal(json.dumps(whole, ensure_ascii=False).encode(), f"answered:{answer_id}")
                row = {"id": answer_id, "tag": tag_of_code(code), "posted_at": stamp}
                base.execute(sa.insert(ANSWERED).values(**row, sealed=sealed, size_bytes=size))
        except IntegrityError:
            return False  # it was answered twice at once, and the other was quicker
        except SQLAlchemyError as failed:
            raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None
        return True

    def told(self, receipt: str, four: str) -> dict[str, object] | None:
        """The progress that lies under both. The same work whether there is any or not. Raises `InboxAway`."""
        sealed = self._one(sa.select(TOLD.c.sealed).where(TOLD.c.tag == tag_of(receipt, four)))
        return open_told(receipt, four, bytes(sealed if sealed is not None else bytes(64)))

    def said(self, receipt: str, four: str, question_id: str) -> dict[str, object] | None:
        """What this worker last answered to this question; None where nothing was. Raises `InboxAway`."""
        pair = answered(four, question_id)
        sealed = self._one(sa.select(SAID.c.shown).where(SAID.c.tag == tag_of(receipt, pair)))
        return open_told(receipt, pair, bytes(sealed)) if sealed is not None else None

    def say(self, receipt: str, four: str, question_id: str, answer: dict[str, object], *, at: datetime) -> None:
        """Keep what a worker answered, closed for the office, in the place of what they answered before.

        The same answer again stays one, given at the later moment: it is their last word, also where they told an
        officer otherwise in between, which the page cannot know. Raises `InboxAway`.
        """
        pair, stamp = answered(four, question_id), at.astimezone(UTC).isoformat(timespec="microseconds")
        tag = tag_of(receipt, pair)
        whole = {**answer, "question": question_id, "receipt": receipt, "said_at": stamp}
        sealed = self._lock.seal(json.dumps(whole, ensure_ascii=False).encode(), f"said:{tag}")
        row = {"sealed": sealed, "shown": close_told(receipt, pair, answer), "said_at": stamp}
        try:
            if not self._written_over(tag, row):
                try:
                    with self._engine.begin() as base:
                        base.execute(sa.insert(SAID).values(tag=tag, **row))
                except IntegrityError:  # the same form came twice at once: the one that is read last counts
                    self._written_over(tag, row)
        except SQLAlchemyError as failed:
            raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None

    def _written_over(self, tag: str, row: Mapping[str, object]) -> bool:
        with self._engine.begin() as base:
            return base.execute(sa.update(SAID).where(SAID.c.tag == tag).values(**row)).rowcount == 1

    def place(self, code: str) -> str | None:
        """The site whose notice board carries that code. Raises `InboxAway`."""
        name = self._one(sa.select(PLACE.c.name).where(PLACE.c.code == code))
        return str(name) if name is not None else None

    def _one(self, question: sa.Select[Any]) -> Any:
        try:
            with self._engine.connect() as base:
                return base.scalar(question)
        except SQLAlchemyError as failed:
            raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None

    def give_sign(self, at: datetime) -> None:
        """Say that the page lives. Raises `InboxAway`."""
        stamp, name = at.astimezone(UTC).isoformat(timespec="seconds"), "page"
        try:
            with self._engine.begin() as base:
                if not base.execute(sa.update(SIGN).where(SIGN.c.name == name).values(seen_at=stamp)).rowcount:
                    base.execute(sa.insert(SIGN).values(name=name, seen_at=stamp))
        except SQLAlchemyError as failed:
            raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None

    def let_go(self, before: datetime) -> int:
        """Forget what came in before a moment; the office has it long since. How many postings went."""
        stamp = before.astimezone(UTC).isoformat(timespec="seconds")
        gone = 0
        try:
            with self._engine.begin() as base:
                for table in (POSTED, ANSWERED):
                    old = sa.select(table.c.id).where(table.c.posted_at < stamp)
                    base.execute(sa.delete(PART).where(PART.c.posted_id.in_(old)))
                    gone += base.execute(sa.delete(table).where(table.c.posted_at < stamp)).rowcount
                base.execute(sa.delete(SAID).where(SAID.c.said_at < stamp))
                return gone
        except SQLAlchemyError as failed:
            raise InboxAway(f"The inbox does not answer ({type(failed).__name__}).") from None


def _digest(token: str, told: dict[str, Any], files: Sequence[Brought]) -> str:
    """What a form says, in a hash that says nothing to who does not have the form."""
    said = hmac.new(token.encode(), json.dumps(told, sort_keys=True).encode(), "sha256")
    for file in files:
        file.source.seek(0)
        digest = sha256()
        while body := file.source.read(PART_BYTES):
            digest.update(body)
        said.update(digest.digest())
    return said.hexdigest()


def posted_id_of(token: str) -> str:
    """Under which id a form lies: of its token, which it does not tell."""
    return sha256(b"arrears posting 1\x00" + token.encode()).hexdigest()[:32]


def old_after(days: int, now: datetime) -> datetime:
    """Before which moment a posting is old."""
    return now - timedelta(days=days)


def _keep(base: sa.Connection, posted_id: str, number: int, key: bytes, source: BinaryIO) -> dict[str, Any]:
    """Close one file part by part, never holding more than two parts of it; its size and sha256."""
    digest, size = sha256(), 0
    for place, body, last in _parts(source):
        digest.update(body)
        size += len(body)
        sealed = close_part(key, body, part_name(posted_id, number, place, last=last))
        base.execute(sa.insert(PART).values(posted_id=posted_id, file_no=number, part_no=place, sealed=sealed))
    return {"bytes": size, "sha256": digest.hexdigest()}


def _parts(source: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    source.seek(0)
    place, body = 0, source.read(PART_BYTES)
    while True:
        following = source.read(PART_BYTES)
        yield place, body, not following
        if not following:
            return
        place, body = place + 1, following


def _careful(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 20000")
