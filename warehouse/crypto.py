"""Personal fields: encryption with associated data, and keyed blind indexes for equality. One module, so that the
national algorithms can be switched in.

Suite `intl` is AES-256-GCM with HMAC-SHA256; suite `sm` is SM4-GCM (GB/T 32907, RFC 8998) with HMAC-SM3 (GB/T 32905).
Keys come from a key file or the environment and are never in the database. A process that goes on while the keys are
rotated reads the file again when it changed.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import ArrearsError, BadInput

SUITES = ("intl", "sm")
_NONCE, _TAG = 12, 16
_gcm = lru_cache(maxsize=16)(AESGCM)  # to lay a key out takes longer than to close a telephone number with it
LOOKS_AGAIN = 1.0
"""Seconds after which a process at work knows of a key file that was changed."""


class KeyMissing(ArrearsError):
    """The key that closed a field is not in the key file. Nothing can be read without it; nothing is lost with it."""


class Tampered(ArrearsError):
    """A stored field does not open with its key: it was changed, or copied from another column."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation. `current` names the data key for new fields; older ones still open theirs.

    `suite` is what the installation was set up with: of its hashes, and of every data key that `suites` does not name.
    `retired` data keys close nothing in the store any more; they are kept for backups made with them.
    """

    suite: str
    current: str
    data_keys: dict[str, bytes]
    index_key: bytes
    audit_key: bytes
    suites: dict[str, str] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()

    def suite_of(self, key_id: str) -> str:
        """The ciphers that a data key is used with."""
        return self.suites.get(key_id, self.suite)

    def encrypt(self, text: str, where: str) -> bytes:
        """Close a text. The stored form is: key id, a dot, nonce, ciphertext and tag."""
        return self.encrypt_all([text], where)[0]

    def encrypt_all(self, texts: Iterable[str], where: str) -> list[bytes]:
        """Close many texts of one column, each by itself: what they share is made ready once."""
        return self._closed(self.data_keys[self.current], [text.encode() for text in texts], where)

    def decrypt(self, stored: bytes, where: str) -> str:
        """Open a text. Raises `KeyMissing` or `Tampered`, neither of which quotes it."""
        suite, key, body = self._key_of(stored, where)
        return _opened(suite, key, body, where).decode()

    def _closed(self, key: bytes, plain: Iterable[bytes], where: str) -> list[bytes]:
        suite, front, beside = self.suite_of(self.current), self.current.encode() + b".", where.encode()
        nonced = ((os.urandom(_NONCE), one) for one in plain)
        return [front + nonce + close(suite, key, nonce, one, beside) for nonce, one in nonced]

    def _key_of(self, stored: bytes, where: str) -> tuple[str, bytes, bytes]:
        key_id = key_id_of(stored)
        ring = self if key_id in self.data_keys else _newest(self)
        if key_id not in ring.data_keys:
            raise KeyMissing(f"{where}: the key that closed this is not in the key file.")
        return ring.suite_of(key_id), ring.data_keys[key_id], stored[len(key_id) + 1 :]

    def blind(self, kind: str, value: str | None) -> str | None:
        """A keyed index of a value, equal for equal values of one kind, saying nothing else. None stays None."""
        plain = unicodedata.normalize("NFKC", value or "").replace(" ", "").replace("-", "").upper()
        return self.mac(self.index_key, f"{kind}\x00{plain}".encode()) if plain else None

    def seal_part(self, body: bytes, where: str) -> bytes:
        """Close a piece of a file, with a key derived for files alone. `where` says which piece of which file it is."""
        return self._closed(self._file_key(self.data_keys[self.current]), [body], where)[0]

    def open_part(self, stored: bytes, where: str) -> bytes:
        """Open a piece of a file. Raises `KeyMissing` or `Tampered`."""
        suite, key, body = self._key_of(stored, where)
        return _opened(suite, self._file_key(key), body, where)

    def _file_key(self, key: bytes) -> bytes:
        return bytes.fromhex(self.mac(key, b"arrears files 1"))

    def installation(self) -> str:
        """A name for these keys that says nothing about them: files of another installation are told by it."""
        return self.mac(self.audit_key, b"arrears installation 1")[:32]

    def seal_audit(self, body: bytes) -> str:
        """The keyed hash of one audit row and the row before it."""
        return self.mac(self.audit_key, body)

    def mac(self, key: bytes, body: bytes) -> str:
        """HMAC in the suite's hash, as hex."""
        return hmac.digest(key, body, "sm3" if self.suite == "sm" else "sha256").hex()

    def renewed(self, suite: str | None = None) -> Keyring:
        """The same ring with a new current data key, of its current ciphers or of other ones."""
        ciphers = known_suite(suite or self.suite_of(self.current))
        made = _new_id()
        keys = self.data_keys | {made: os.urandom(32)}
        return replace(self, current=made, data_keys=keys, suites=self.suites | {made: ciphers})

    def dumps(self) -> str:
        """The ring as the text of a key file."""
        keys = {name: base64.b64encode(key).decode() for name, key in self.data_keys.items()}
        body = {
            "suite": self.suite,
            "current": self.current,
            "data_keys": keys,
            "index_key": base64.b64encode(self.index_key).decode(),
            "audit_key": base64.b64encode(self.audit_key).decode(),
            "suites": self.suites,
            "retired": sorted(self.retired),
        }
        return json.dumps(body, indent=1)

    def save(self, path: Path) -> None:
        """Write the key file, readable by its owner only. Refuses to overwrite one: that would lose every field."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.dumps())
            file.flush()
            os.fsync(file.fileno())


def key_id_of(stored: bytes) -> str:
    """Which data key closed a field or a part of a file."""
    return stored.partition(b".")[0].decode("ascii", "replace")


def close(suite: str, key: bytes, nonce: bytes, plain: bytes, beside: bytes) -> bytes:
    """Ciphertext and tag. SM4 takes the first half of a key of 32 bytes. `beside` is proven and not hidden."""
    if suite == "intl":
        return _gcm(key).encrypt(nonce, plain, beside)
    sealer = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(beside)
    return sealer.update(plain) + sealer.finalize() + sealer.tag


def _opened(suite: str, key: bytes, body: bytes, where: str) -> bytes:
    try:
        if suite == "intl":
            return _gcm(key).decrypt(body[:_NONCE], body[_NONCE:], where.encode())
        nonce, sealed = body[:_NONCE], body[_NONCE:]
        opener = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        opener.authenticate_additional_data(where.encode())
        return opener.update(sealed[:-_TAG]) + opener.finalize()
    except (InvalidTag, ValueError) as closed:
        raise Tampered(f"{where}: a stored field does not open; it was changed or moved.") from closed


def known_suite(suite: str) -> str:
    """The suite itself. Raises `ArrearsError` for one that there is not."""
    if suite not in SUITES:
        raise BadInput(f"There is no cipher suite {suite}; there are {', '.join(SUITES)}.")
    return suite


def _new_id() -> str:
    return "k" + secrets.token_hex(3)


def make_keyring(suite: str = "intl") -> Keyring:
    """New random keys for a new installation."""
    first = _new_id()
    return Keyring(known_suite(suite), first, {first: os.urandom(32)}, os.urandom(32), os.urandom(32))


def load_keyring(path: Path) -> Keyring:
    """Read a key file. Raises `KeyMissing` when it is absent or damaged."""
    try:
        return read_keyring(path.read_text("utf-8"))
    except (OSError, ValueError) as damaged:
        raise KeyMissing("The key file is absent or damaged.") from damaged


def read_keyring(text: str) -> Keyring:
    """The text of a key file. Raises `KeyMissing` when it is damaged, or names a current key or ciphers it has not."""
    try:
        body = json.loads(text)
        ring = Keyring(
            suite=known_suite(body["suite"]),
            current=body["current"],
            data_keys={name: base64.b64decode(key, validate=True) for name, key in body["data_keys"].items()},
            index_key=base64.b64decode(body["index_key"], validate=True),
            audit_key=base64.b64decode(body["audit_key"], validate=True),
            suites={name: known_suite(suite) for name, suite in body.get("suites", {}).items()},
            retired=frozenset(body.get("retired", ())),
        )
        lengths = {len(key) for key in (*ring.data_keys.values(), ring.index_key, ring.audit_key)}
    except (ValueError, KeyError, TypeError, AttributeError, BadInput) as damaged:
        raise KeyMissing("The key file is absent or damaged.") from damaged
    if lengths != {32} or ring.current not in ring.data_keys:
        raise KeyMissing("The key file is absent or damaged.")
    return ring


@dataclass(slots=True)
class _InUse:
    ring: Keyring
    source: Path | None = None
    seen: tuple[int, int] = (0, 0)
    looked_at: float = 0.0

    def refreshed(self) -> Keyring:
        """The ring; read again when its file was changed. A file that cannot be read just now is asked again later."""
        if self.source is None or 0 <= time.monotonic() - self.looked_at < LOOKS_AGAIN:
            return self.ring
        self.looked_at = time.monotonic()
        try:
            found = _mark(self.source)
            if found != self.seen:
                self.ring, self.seen = load_keyring(self.source), found
        except (OSError, KeyMissing):
            pass
        return self.ring


def _mark(path: Path) -> tuple[int, int]:
    return (found := path.stat()).st_mtime_ns, found.st_ino


_in_use: _InUse | None = None


def use(ring: Keyring) -> None:
    """Unlock the personal columns of this process with these keys."""
    global _in_use  # noqa: PLW0603 - one installation, one keyring; the column types have nowhere else to ask
    _in_use = _InUse(ring)


def use_file(path: Path) -> None:
    """The same with the keys of a file, and with what it says later on. Raises `KeyMissing`."""
    global _in_use  # noqa: PLW0603 - as above
    try:
        seen = _mark(path)
    except OSError as absent:
        raise KeyMissing("The key file is absent or damaged.") from absent
    _in_use = _InUse(load_keyring(path), path, seen, time.monotonic())


def _newest(ring: Keyring) -> Keyring:
    """The same ring as its file has it now: somebody quicker may have written with a key that was just made."""
    if _in_use is None or _in_use.ring.audit_key != ring.audit_key:
        return ring
    _in_use.looked_at = 0.0
    return _in_use.refreshed()


def keyring() -> Keyring:
    """The keys in use. Raises `KeyMissing` before `use`."""
    if _in_use is None:
        raise KeyMissing("The personal fields are locked: no key file was loaded.")
    return _in_use.refreshed()
