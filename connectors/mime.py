"""A mail as plain facts: decoded headers, its text, its attached tables as rows. Nothing in it is run or followed.

Strangers' mail programs break every rule: headers in raw GBK, charsets that lie, HTML alone. What cannot be decoded is
said with a reason instead of guessed.
"""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from casework.errors import BadInput
from casework.record import Json
from connectors.apart import table_apart
from connectors.files import ATTACHMENT_CAPS, decode
from connectors.markup import without_tags

_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "hz"}
_NOT_CHARSETS = frozenset(
    {"unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "idna", "punycode"}
)
_TABLES = (".xlsx", ".xls", ".xlsm", ".csv", ".txt", ".tsv", ".et")
_PACKED = (".xlsx", ".xlsm")
_MOST_TABLES, _LONGEST = 10, 200_000
_LONGEST_HEADER = 50_000
_MOST_PARTS, _DEEPEST = 1_000, 20
_MOST_ENDS = 1_000_000
"""Ends of lines, of which CR and LF are two: 25 MB of attachments have 650,000."""
_MESSAGE_ID = re.compile(r"<([^<>\s]{3,150})>")


def facts(content: bytes) -> dict[str, Json]:
    """What a mail says, as a payload: the same bytes give the same payload wherever the mail stands.

    Raises `BadInput` for a mail that is built to wear its reader out.
    """
    message = _opened(content)
    parts = list(message.walk())
    said: dict[str, Json] = {"text": _text(parts), "attachments": list(_attachments(parts))}
    for name, field in (
        ("subject", "Subject"),
        ("from", "From"),
        ("replyTo", "Reply-To"),
        ("to", "To"),
        ("date", "Date"),
    ):
        value = header(message, field)
        if value is not None:
            said[name] = value
    for name, field in (("received", "Received"), ("dated", "Date")):
        at = _moment(message, field)
        if at:
            said[name] = at.isoformat()
    said["messageId"] = message_id(message)
    if _automatic(message):
        said["automatic"] = True
    return said


class _Part(Message):
    """A mail or a part of one, which is not read on where it holds more than any mail needs."""

    depth, inside = 0, 0
    whole: _Part | None = None

    def attach(self, payload: Any) -> None:
        """Take in a part whose reading begins. Raises `BadInput` for one too many, or too deep."""
        whole = self.whole or self
        whole.inside += 1
        payload.whole, payload.depth = whole, self.depth + 1
        if payload.depth > _DEEPEST:
            raise BadInput("The mail holds parts in parts in parts without end; it waits in the mailbox.")
        if whole.inside > _MOST_PARTS:
            raise BadInput("The mail has more parts than any mail needs; it waits in the mailbox.")
        super().attach(payload)


def _opened(content: bytes) -> Message:
    """A mail in its parts. Raises `BadInput` for one that is built to wear its reader out.

    Each line is compared with the ends of all parts that it lies in, a line or a part of some bytes takes a hundred of
    memory, and long headers are read in time that grows with their square.
    """
    if content.count(b"\n") + content.count(b"\r") > _MOST_ENDS:
        raise BadInput("The mail has more lines than any mail needs; it waits in the mailbox.")
    message = message_from_bytes(content, _class=_Part)
    if any(len(str(value)) > _LONGEST_HEADER for part in message.walk() for _, value in part.raw_items()):
        raise BadInput("The mail has a header longer than any mail needs; it waits in the mailbox.")
    return message


def source_key(content: bytes) -> str:
    """A mail's own key: Message-ID with a hash of sender and date, for careless programs use one id twice.

    A mail without a usable Message-ID is known by the hash of all of it. Raises `BadInput` as `facts` does.
    """
    message = _opened(content)
    identity = message_id(message)
    if identity is None:
        return "sha256-" + sha256(content).hexdigest()[:32]
    stamp = f"{_raw(message, 'From')}\x1f{_raw(message, 'Date')}"
    return f"{identity}~{sha256(stamp.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def message_id(message: Message) -> str | None:
    """The Message-ID without its brackets; None when there is none of the usual form."""
    found = _MESSAGE_ID.search(_raw(message, "Message-ID") or "")
    return found[1] if found and found[1].isascii() else None


def answer_address(content: bytes) -> str | None:
    """Where an answer to this mail goes: Reply-To, else From."""
    message = _opened(content)
    for name in ("Reply-To", "From"):
        address = parseaddr(header(message, name) or "")[1]
        if re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address) and address.isascii():
            return address
    return None


def _raw(message: Message, name: str) -> str | None:
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), None)


def header(message: Message, name: str) -> str | None:
    """A header as text, whatever it was encoded in; None when it is not there."""
    raw = _raw(message, name)
    if raw is None:
        return None
    flat = re.sub(r"\r?\n[ \t]*", " ", raw)
    try:
        if not flat.isascii():
            return _plain(decode(flat.encode("utf-8", "surrogateescape")))
        pieces = decode_header(flat)
        text = "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)
    except (HeaderParseError, BadBase64, BadInput, ValueError):
        text = flat
    return _plain(text)


def _plain(text: str) -> str:
    """One line without control characters; bytes that are no text in any charset become replacement marks."""
    sound = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f]+", " ", sound).strip()


def decoded(content: bytes, charset: str | None) -> str:
    """Bytes as text by the charset they name; by UTF-8 or GB18030 where the name is wrong. Raises `BadInput`."""
    name = (charset or "").lower().strip("\"' ")
    if name in _NOT_CHARSETS or not name:
        return decode(content)
    try:
        text = content.decode(_CHARSETS.get(name, name))
        text.encode("utf-8")
    except (LookupError, ValueError):
        return decode(content)
    return text


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or _filename(part) is not None


def _filename(part: Message) -> str | None:
    """The name of an attached file in any of the ways that mail programs write it."""
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError):
        return "unnamed"
    if name is None:
        return None
    holder = Message()
    holder["X-Name"] = re.sub(r"[\r\n]", " ", name)
    return header(holder, "X-Name")


def _text(parts: list[Message]) -> str | None:
    """The plain text of a mail; its HTML without tags where there is no plain text; None when nothing can be read."""
    for form in ("text/plain", "text/html"):
        said = []
        for part in parts:
            if part.get_content_type() == form and not _attached(part):
                try:
                    text = decoded(_content(part), _charset(part))
                except BadInput:
                    continue
                said.append(without_tags(text[:_LONGEST]) if form == "text/html" else text)
        whole = "\n".join(said).replace("\r\n", "\n").replace("\x00", "").strip()
        if whole:
            return whole[:_LONGEST]
    return None


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return None


def _attachments(parts: list[Message]) -> Iterator[dict[str, Json]]:
    tables = 0
    for part in parts:
        if part.is_multipart() or not _attached(part):
            continue
        content, name = _content(part), _filename(part) or "unnamed"
        about: dict[str, Json] = {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        if name.lower().endswith(_TABLES) and content:
            tables += 1
            about |= (
                _table(content, name.lower())
                if tables <= _MOST_TABLES
                else {"refused": "The mail has too many tables."}
            )
        yield about


def attached(content: bytes, digest: str) -> bytes | None:
    """What was attached to a mail under that sha256; None when nothing was. Raises `BadInput` as `facts` does."""
    for part in _opened(content).walk():
        if not part.is_multipart() and _attached(part) and sha256(found := _content(part)).hexdigest() == digest:
            return found
    return None


def _table(content: bytes, name: str) -> dict[str, Json]:
    """The lines of an attached table, read apart; why there are none."""
    try:
        if len(content) > ATTACHMENT_CAPS.file_bytes:
            raise BadInput("The attached file is too big.")
        if name.endswith(_PACKED) and not content.startswith(b"PK"):
            raise BadInput("The attached file is not what its name says.")
        table = table_apart(content, ATTACHMENT_CAPS, patience=None)
        return {"table": [list(line.cells) for line in table.lines]}
    except BadInput as refused:
        return {"refused": str(refused)}


def _moment(message: Message, field: str) -> datetime | None:
    """The moment in a Date header, or at the end of the topmost Received header, which our own server wrote."""
    raw = _raw(message, field)
    if raw is None:
        return None
    try:
        at = parsedate_to_datetime(re.sub(r"\s+", " ", raw.rpartition(";")[2]).strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _automatic(message: Message) -> bool:
    """An absence note or a report of non-delivery: to answer it would be to start a loop."""
    submitted = (_raw(message, "Auto-Submitted") or "no").strip().lower()
    return not submitted.startswith("no") or message.get_content_type() == "multipart/report"
