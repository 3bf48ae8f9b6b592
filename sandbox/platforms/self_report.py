"""The sealed inbox of the page for workers, imitated: what the page would have written into it.

It closes what it is told for the office, as the page does, and keeps the office's own half beside it, so that the
sandbox can say which answers lie in it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sandbox.faults import Faults
from sandbox.told import Told

_TABLES = """
CREATE TABLE IF NOT EXISTS posted (id TEXT PRIMARY KEY, posted_at TEXT, sealed BLOB, size_bytes INTEGER,
  digest TEXT);
CREATE TABLE IF NOT EXISTS posted_part (posted_id TEXT, file_no INTEGER, part_no INTEGER, sealed BLOB,
  PRIMARY KEY (posted_id, file_no, part_no));
CREATE TABLE IF NOT EXISTS said (tag TEXT PRIMARY KEY, sealed BLOB, shown BLOB, said_at TEXT);
CREATE TABLE IF NOT EXISTS sign (name TEXT PRIMARY KEY, seen_at TEXT);
CREATE TABLE IF NOT EXISTS answer (reply_key TEXT PRIMARY KEY, sealed BLOB, written_at TEXT);
CREATE TABLE IF NOT EXISTS told (tag TEXT PRIMARY KEY, sealed BLOB, told_at TEXT);
CREATE TABLE IF NOT EXISTS place (code TEXT PRIMARY KEY, name TEXT);
"""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_KEY_ID = "sandbox1"


def posting(told: Told) -> dict[str, Any]:
    """A complaint as the page writes it."""
    return {
        "form": 1,
        "receipt": receipt(told.key),
        "posted_at": _stamp(told.told_at),
        "language": "zh_CN",
        "work": "site" if told.construction else "other",
        "who": "self",
        "story": told.narrative,
        "employer": told.employer_name,
        "site": told.site_name,
        "site_code": None,
        "address": told.site_address,
        "name": told.complainant_name,
        "phone": told.complainant_phone,
        "workers": None if told.workers_count is None else str(told.workers_count),
        "owed": None if told.amount_owed is None else f"{told.amount_owed:f}",
        "since": told.arrears_from,
        "until": told.arrears_to,
        "confidential": told.confidential,
        "files": [],
    }


def receipt(key: str) -> str:
    """A receipt number, the same for the same complaint."""
    number = int.from_bytes(hashlib.sha256(f"sandbox {key}".encode()).digest())
    return "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(12))


class SealedInbox:
    """The inbox, as a file of SQLite in `folder`, with its two keys."""

    def __init__(self, folder: Path) -> None:
        self.faults = Faults()
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._key_file = folder.resolve() / "inbox.db", folder.resolve() / "inbox.key.json"
        if not self._key_file.exists():
            private = base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()
            self._key_file.write_text(json.dumps({"current": _KEY_ID, "private": {_KEY_ID: private}}), "utf-8")
        said = json.loads(self._key_file.read_text("utf-8"))
        self._own = X25519PrivateKey.from_private_bytes(base64.b64decode(said["private"][_KEY_ID]))
        self._lock: sqlite3.Connection | None = None
        self._ask(_TABLES, script=True)
        if not self._ask("SELECT 1 FROM pragma_table_info('posted') WHERE name = 'digest'"):
            self._ask("ALTER TABLE posted ADD COLUMN digest TEXT")  # a folder from before the page itself wrote here

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        path = quote(str(self._file))
        return {
            "url": f"sqlite:///file:{path}?mode=ro&uri=true",
            "answer_url": f"sqlite:///file:{path}?mode=rw&uri=true",
            "canary_url": f"sqlite:///file:{path}?mode=rw&uri=true",
            "key_file": str(self._key_file),
            "canary": "on",
        }

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each complaint was answered, by receipt."""
        found: dict[str, list[str]] = {}
        for key, sealed in self._ask("SELECT reply_key, sealed FROM answer ORDER BY rowid"):
            told = json.loads(self._open(sealed, f"answer:{key}"))
            found.setdefault(told["receipt"], []).append(told["body"])
        return found

    def stop(self) -> None:
        """Let go of the file."""
        self._unlock()

    def add(self, told: Told) -> str:
        """Take a complaint; its receipt. One that is there already stays as it is."""
        return self.add_all((told,))[0]

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many complaints."""
        rows = [(posting(one), one.told_at) for one in told]
        for row, at in rows:
            self.put(row["receipt"], row, at, anew=False)
        return [row["receipt"] for row, _ in rows]

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Add n postings that can be pulled but not read: a bad moment, a bad sum, no words at all."""
        troubles: tuple[dict[str, Any], ...] = ({"posted_at": "2026-02-30"}, {"owed": "两三万吧"}, {"story": None})
        keys = []
        for number in range(n):
            told = Told(
                key=f"broken{at:%m%d}{number}", channel="self_report", told_at=at, case="", claim="", narrative="没发。"
            )
            row = {**posting(told), **troubles[number % 3]}
            self.put(row["receipt"], row, at, anew=False)
            keys.append(row["receipt"])
        return keys

    def change(self, key: str, at: datetime, **fields: Any) -> None:
        """Fields of a posting change at a moment."""
        ((sealed,),) = self._ask("SELECT sealed FROM posted WHERE id = ?", key)
        self.put(key, {**json.loads(self._open(sealed, key)), **fields}, at)

    def put(self, key: str, row: Any, at: datetime, *, anew: bool = True) -> None:
        """Let a posting lie there under that id, whatever it says."""
        sealed = self._seal(json.dumps(row, ensure_ascii=True).encode(), key)
        verb = "REPLACE" if anew else "IGNORE"
        self._ask(f"INSERT OR {verb} INTO posted VALUES (?, ?, ?, 0, NULL)", key, _stamp(at), sealed)  # noqa: S608 - two words of ours

    def clear(self) -> None:
        """Let nothing lie there."""
        self._ask("DELETE FROM posted")

    def bend(self) -> None:
        """Let the faults show: no file, an empty one, one without a column or a field, a locked one."""
        self._unlock()
        whole = self._file.with_suffix(".whole")
        if whole.exists():
            whole.replace(self._file)
        if self.faults.status:
            self._file.replace(whole)
        elif self.faults.empty:
            self._file.replace(whole)
            self._ask(_TABLES, script=True)
        elif self.faults.drop:
            whole.write_bytes(self._file.read_bytes())
            for key, stamp, sealed in self._ask("SELECT id, posted_at, sealed FROM posted"):
                row = json.loads(self._open(sealed, key))
                kept = {name: value for name, value in row.items() if name not in self.faults.drop}
                self.put(key, kept, datetime.fromisoformat(stamp))
        elif self.faults.delay:
            self._lock = sqlite3.connect(self._file, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")

    def _unlock(self) -> None:
        if self._lock:
            with contextlib.closing(self._lock):
                self._lock.rollback()
            self._lock = None

    def _ask(self, question: str, *values: Any, script: bool = False) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self._file)) as base, base:
            return list(base.executescript(question) if script else base.execute(question, values))

    def _seal(self, plain: bytes, where: str) -> bytes:
        once = X25519PrivateKey.generate()
        beside, nonce = once.public_key().public_bytes_raw(), os.urandom(12)
        key = _derived(once.exchange(self._own.public_key()), beside, self._own)
        return b"1" + _KEY_ID.encode() + beside + nonce + AESGCM(key).encrypt(nonce, plain, where.encode())

    def _open(self, sealed: bytes, where: str) -> bytes:
        beside, nonce, rest = sealed[9:41], sealed[41:53], sealed[53:]
        key = _derived(self._own.exchange(X25519PublicKey.from_public_bytes(beside)), beside, self._own)
        return AESGCM(key).decrypt(nonce, rest, where.encode())


def _derived(shared: bytes, beside: bytes, own: X25519PrivateKey) -> bytes:
    salt = beside + own.public_key().public_bytes_raw()
    return HKDF(SHA256(), 32, salt, b"arrears inbox 1").derive(shared)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
