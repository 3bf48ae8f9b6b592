"""What a platform holds: its records in the order of their last change, and the answers it was given."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Record:
    """One record: its key, the moment of its last change, and its fields as the platform shows them."""

    key: str
    at: datetime
    fields: dict[str, Any]
    seen_at: datetime


@dataclass
class Shelf:
    """The records of one platform."""

    records: dict[str, Record] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: str, at: datetime, fields: Mapping[str, Any], *, seen_at: datetime | None = None) -> None:
        """Add or replace a record. `seen_at` is when it was first told, `at` when it last changed."""
        with self._lock:
            self.records[key] = Record(key, at, dict(fields), seen_at or at)

    def change(self, key: str, at: datetime, **fields: Any) -> None:
        """Change fields of a record, at a moment."""
        old = self.records[key]
        self.put(key, at, {**old.fields, **fields}, seen_at=old.seen_at)

    def ordered(self, held: set[str], *, by: str = "at") -> list[Record]:
        """All that is committed, in the order of (moment, key)."""
        with self._lock:
            found = [record for key, record in self.records.items() if key not in held]
        return sorted(found, key=lambda record: (getattr(record, by), record.key))

    def newest(self) -> datetime | None:
        """The moment of the last change."""
        return max((record.at for record in self.records.values()), default=None)


@dataclass(frozen=True)
class Answer:
    """One answer a platform was given, with its own reference."""

    ref: str
    source_key: str
    key: str
    body: str
    at: str


class OtherBody(Exception):
    """The same idempotency key came with another body."""


class AnswerBook:
    """The answers of one platform, by idempotency key; kept as JSON lines when it has a file."""

    def __init__(self, prefix: str, path: Path | None = None) -> None:
        self._prefix = prefix
        self._path = path
        self._by_key: dict[str, Answer] = {}
        self._lock = threading.Lock()
        if path and path.exists():
            for line in path.read_text("utf-8").splitlines():
                if line.endswith("}"):
                    kept = Answer(**json.loads(line))
                    self._by_key[kept.key] = kept

    def give(self, source_key: str, key: str, body: str) -> Answer:
        """Take an answer. The same key and body again give back the first one; another body raises `OtherBody`."""
        with self._lock:
            known = self._by_key.get(key)
            if known:
                if (known.source_key, known.body) != (source_key, body):
                    raise OtherBody(key)
                return known
            at = datetime.now(UTC).replace(microsecond=0)
            answer = Answer(f"{self._prefix}{len(self._by_key) + 1:06d}", source_key, key, body, at.isoformat())
            self._by_key[key] = answer
            if self._path:
                with self._path.open("a", encoding="utf-8") as book:
                    book.write(json.dumps(vars(answer), ensure_ascii=False) + "\n")
            return answer

    def of(self, source_key: str) -> list[Answer]:
        """The answers to one complaint, oldest first."""
        return [answer for answer in self._by_key.values() if answer.source_key == source_key]

    def by_key(self, key: str) -> Answer | None:
        """The answer that came under an idempotency key."""
        return self._by_key.get(key)

    @property
    def bodies(self) -> dict[str, list[str]]:
        """What each complaint was answered, by source key."""
        found: dict[str, list[str]] = {}
        for answer in self._by_key.values():
            found.setdefault(answer.source_key, []).append(answer.body)
        return found
