"""What a channel hands over, before anybody has asked what it means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from casework.errors import CursorRefused

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
LAYOUT = "_layout"
"""The payload key of a row of an imported file: its layout's name, so that it can be read again without the file."""
UNPARSED = "_unparsed"
"""The payload key under which a record that is not even well-formed keeps what was received, as text."""


class RecordKind(StrEnum):
    """What one record speaks of. All but `complaint` are wage-payment feeds."""

    COMPLAINT = "complaint"
    PROJECT = "project"
    SPECIAL_ACCOUNT = "special_account"
    PAYROLL = "payroll"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One version of one record of one channel, verbatim.

    `source_key` is the channel's own id (unique within channel and kind), always a string. `position` is where the
    record stands in the channel's order, a string that sorts as the channel promises to deliver (an ISO moment, a
    zero-padded number); the cursor is derived from it when the record lands. `version` is 0 until it has landed.
    """

    channel: str
    source_key: str
    payload: Mapping[str, Json]
    position: str
    kind: RecordKind = RecordKind.COMPLAINT
    version: int = 0

    def canonical(self) -> str:
        """The payload as one text that does not depend on the order of its keys."""
        return _CANONICAL(self.payload)

    def digest(self) -> str:
        """sha256 of the payload. It tells whether a record *changed*; it never identifies one."""
        return digest_of(self.canonical())


def digest_of(canonical: str) -> str:
    """The digest of a payload that was written as one text. Raises `UnicodeEncodeError` for half a character."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken_record(channel: str, position: str, received: str, *, kind: RecordKind = RecordKind.COMPLAINT) -> RawRecord:
    """A record that is not even well-formed: kept verbatim under a key of its own, so that `read` can refuse it."""
    key = "unparsed-" + hashlib.sha256(received.encode()).hexdigest()[:24]
    return RawRecord(channel, key, {UNPARSED: received}, position, kind)


def without_our_names(raw: RawRecord) -> RawRecord:
    """A record that pretends to be an imported row, or one that could not be split: those names are ours to give.

    What was sent under them is kept under another name, so that it is a field that nobody knows.
    """
    pretended = {LAYOUT, UNPARSED} & set(raw.payload)
    if not pretended or set(raw.payload) == {UNPARSED}:
        return raw
    payload = {f"sent{name}" if name in pretended else name: value for name, value in raw.payload.items()}
    return replace(raw, payload=payload)


CURSOR_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a channel has been landed: the position of the furthest record in the store."""

    channel: str
    position: str

    def dumps(self) -> str:
        """The stored form, which names its channel and format so that a damaged one is noticed."""
        return json.dumps({"channel": self.channel, "format": CURSOR_FORMAT, "position": self.position})

    @classmethod
    def loads(cls, text: str | None, channel: str) -> Cursor | None:
        """Read a stored cursor; None when there is none yet.

        Raises `CursorRefused` for anything but a cursor of this format and channel: a cursor that is guessed at is a
        silent gap.
        """
        if text is None:
            return None
        try:
            stored = json.loads(text)
        except ValueError as damaged:
            raise CursorRefused(f"The cursor of {channel} is not readable.") from damaged
        if not isinstance(stored, dict) or set(stored) != {"channel", "format", "position"}:
            raise CursorRefused(f"The cursor of {channel} has not the shape of a cursor.")
        if stored["channel"] != channel:
            raise CursorRefused(f"The cursor of {channel} belongs to another channel.")
        if type(stored["format"]) is not int or stored["format"] != CURSOR_FORMAT:
            raise CursorRefused(f"The cursor of {channel} has a format this version does not know.")
        position = stored["position"]
        if not isinstance(position, str) or not position:
            raise CursorRefused(f"The cursor of {channel} has no position.")
        return cls(channel, position)
