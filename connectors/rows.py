"""Rows of an answer as records, and what an answer shows of our letters: alike for every channel that is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from casework.errors import ChannelChanged, Unreadable
from casework.record import Json, RawRecord, broken_record
from casework.reply import Receipt
from connectors.base import Channel
from connectors.fields import as_moment
from connectors.positions import Marks

_LONGEST_KEY = 200


def key_in(row: Json, name: str) -> str | None:
    """The channel's own id of a row; None where it has none, or one that is not text."""
    key = row.get(name) if isinstance(row, dict) else None
    return key if isinstance(key, str) and 0 < len(key) <= _LONGEST_KEY else None


def moment_in(row: Json, *names: str) -> datetime | None:
    """The first moment that can be read under these names; None where there is none."""
    for name in names:
        text = row.get(name) if isinstance(row, dict) else None
        try:
            if isinstance(text, str):
                return as_moment(text, field=name)
        except Unreadable:
            continue
    return None


def as_record(channel: Channel, row: Json, *, key: str, at: datetime | None, marks: Marks) -> RawRecord:
    """A row as a record in its place. One that is no record, or has no id, is kept as the text it came as."""
    found = key_in(row, key)
    if found is None or not isinstance(row, dict):
        return broken_record(channel.name, marks.mark(at, ""), as_received(row))
    return RawRecord(channel.name, found, row, marks.mark(at, found))


def as_received(row: Json) -> str:
    """A row as text; half characters are spelled out."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def as_receipt(channel: Channel, shown: Mapping[str, object], *, ref: str, body: str, at: str) -> Receipt:
    """What the channel shows of our letter. Raises `ChannelChanged` where one of the three fields is not there."""
    values = [shown.get(name) for name in (ref, body, at)]
    texts = [value for value in values if isinstance(value, str)]
    try:
        if len(texts) == len(values):
            return Receipt(texts[0], texts[1], as_moment(texts[2], field=at))
    except Unreadable:
        pass
    raise ChannelChanged(f"{channel.name}: the receipt has not the promised fields.")
