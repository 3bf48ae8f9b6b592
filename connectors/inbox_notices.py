"""Notices to employers and their answers in the inbox: what the office puts there, and what it finds there again.

A notice is closed under the code of its link alone, which neither the inbox nor the office keeps: who holds the code
opens it. An answer is closed for the office, as a worker's posting is.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import NotFound, Unreadable
from connectors.inbox_tables import ANSWERED, ASKED, PART
from connectors.sealing import Keys, open_part, part_name
from connectors.sql import Database

_NONCE = 12
_PAGE = 50


def tag_of_code(code: str) -> str:
    """Under which tag a notice lies: the same work for a right code and for any other."""
    return _keyed(code, b"tag").hex()


def answer_id_of(code: str) -> str:
    """Under which id the answer to a notice lies, which says nothing of the code."""
    return _keyed(code, b"answer").hex()[:40]


def close_notice(code: str, told: Mapping[str, object]) -> bytes:
    """Close a notice for whoever holds the code of its link."""
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    nonce = sha256(_keyed(code, b"nonce") + body).digest()[:_NONCE]
    return nonce + AESGCM(_keyed(code, b"key")).encrypt(nonce, body, tag_of_code(code).encode())


def open_notice(code: str, sealed: bytes) -> dict[str, Any] | None:
    """The notice again; None for one that was changed, or is another's."""
    try:
        told = json.loads(
            AESGCM(_keyed(code, b"key")).decrypt(sealed[:_NONCE], sealed[_NONCE:], tag_of_code(code).encode())
        )
    except (InvalidTag, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _keyed(code: str, purpose: bytes) -> bytes:
    return hmac.digest(code.encode(), b"arrears notice 1\x00" + purpose, "sha256")


@dataclass(frozen=True, slots=True)
class AnswerSent:
    """One answer as it lies in the inbox. `told` is None where it does not open."""

    id: str
    tag: str
    posted_at: datetime
    told: dict[str, Any] | None = field(repr=False)


class NoticeBox:
    """The office's side: it puts notices in, takes them away, and reads the answers. Raises `ChannelUnavailable`."""

    def __init__(self, source: Database, told: Database, keys: Callable[[], Keys]) -> None:
        self._source, self._told, self._keys = source, told, keys

    def put(self, tag: str, sealed: bytes, *, at: datetime) -> None:
        """Let the link of this tag open."""
        stamp = at.astimezone(UTC).isoformat(timespec="seconds")
        self._told.put(ASKED, "tag", {"tag": tag, "sealed": sealed, "told_at": stamp}, same="sealed")

    def drop(self, tag: str) -> None:
        """Let the link of this tag open no more."""
        self._told.remove(ASKED, "tag", tag)

    def answers(self, since: datetime) -> Iterator[AnswerSent]:
        """Every answer that came in at a moment or after it, the oldest first."""
        stamp, keys = since.astimezone(UTC).isoformat(timespec="seconds"), self._keys()
        beyond: sa.ColumnElement[bool] = ANSWERED.c.posted_at >= stamp
        while True:
            asked = sa.select(ANSWERED.c.id, ANSWERED.c.tag, ANSWERED.c.posted_at, ANSWERED.c.sealed).where(beyond)
            page = self._source.rows(asked.order_by(ANSWERED.c.posted_at, ANSWERED.c.id).limit(_PAGE))
            for row in page:
                at = datetime.fromisoformat(str(row["posted_at"]))
                yield AnswerSent(str(row["id"]), str(row["tag"]), at, _opened(keys, row))
            if len(page) < _PAGE:
                return
            last, when = page[-1], ANSWERED.c.posted_at
            beyond = sa.or_(when > last["posted_at"], sa.and_(when == last["posted_at"], ANSWERED.c.id > last["id"]))

    def pieces(self, answer_id: str, number: int, part_key: str) -> Iterator[bytes]:
        """One file of an answer, part by part. Raises `NotFound` when it is gone, `Unreadable` when it is broken."""
        key = base64.b64decode(part_key)
        here = sa.and_(PART.c.posted_id == answer_id, PART.c.file_no == number)
        last = self._source.rows(sa.select(sa.func.max(PART.c.part_no).label("last")).where(here))[0]["last"]
        if last is None:
            raise NotFound("The inbox has this file no longer.")
        for place in range(last + 1):
            rows = self._source.rows(sa.select(PART.c.sealed).where(here, PART.c.part_no == place))
            where = part_name(answer_id, number, place, last=place == last)
            yield open_part(key, bytes(rows[0]["sealed"]) if rows else b"", where)


def _opened(keys: Keys, row: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        told = json.loads(keys.open(bytes(row["sealed"]), f"answered:{row['id']}"))
    except (Unreadable, ValueError, TypeError):
        return None
    return told if isinstance(told, dict) else None
