"""Personal fields: encryption with associated data, and keyed blind indexes for equality. One module, so that the
national algorithms can be switched in.

Suite `intl` is AES-256-GCM with HMAC-SHA256; suite `sm` is SM4-GCM (GB/T 32907) with HMAC-SM3 (GB/T 32905). Keys come
from a key file or the environment and are never in the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import ArrearsError

SUITES = ("intl", "sm")
_NONCE, _TAG = 12, 16


class KeyMissing(ArrearsError):
    """The key that closed a field is not in the key file. Nothing can be read without it; nothing is lost with it."""


class Tampered(ArrearsError):
    """A stored field does not open with its key: it was changed, or copied from another column."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation. `current` names the data key for new fields; older ones still open theirs."""

    suite: str
    current: str
    data_keys: dict[str, bytes]
    index_key: bytes
    audit_key: bytes

    def encrypt(self, text: str, where: str) -> bytes:
        """Close a text. The stored form is: key id, a dot, nonce, ciphertext and tag."""
        nonce = os.urandom(_NONCE)
        return (
            self.current.encode() + b"." + nonce + self._seal(self.data_keys[self.current], nonce, text.encode(), where)
        )

    def decrypt(self, stored: bytes, where: str) -> str:
        """Open a text. Raises `KeyMissing` or `Tampered`, neither of which quotes it."""
        key_id, _, body = stored.partition(b".")
        key = self.data_keys.get(key_id.decode("ascii", "replace"))
        if key is None:
            raise KeyMissing(f"{where}: the key of this field is not in the key file.")
        return self._open(key, body[:_NONCE], body[_NONCE:], where).decode()

    def blind(self, kind: str, value: str | None) -> str | None:
        """A keyed index of a value, equal for equal values of one kind, saying nothing else. None stays None."""
        plain = unicodedata.normalize("NFKC", value or "").replace(" ", "").replace("-", "").upper()
        return self.mac(self.index_key, f"{kind}\x00{plain}".encode()) if plain else None

    def seal_part(self, body: bytes, where: str) -> bytes:
        """Close a piece of a file, with a key derived for files alone. `where` says which piece of which file it is."""
        nonce = os.urandom(_NONCE)
        key = self._file_key(self.data_keys[self.current])
        return self.current.encode() + b"." + nonce + self._seal(key, nonce, body, where)

    def open_part(self, stored: bytes, where: str) -> bytes:
        """Open a piece of a file. Raises `KeyMissing` or `Tampered`."""
        key_id, _, body = stored.partition(b".")
        key = self.data_keys.get(key_id.decode("ascii", "replace"))
        if key is None:
            raise KeyMissing(f"{where}: the key of this file is not in the key file.")
        return self._open(self._file_key(key), body[:_NONCE], body[_NONCE:], where)

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
        return hmac.new(key, body, "sm3" if self.suite == "sm" else hashlib.sha256).hexdigest()

    def _seal(self, key: bytes, nonce: bytes, plain: bytes, where: str) -> bytes:
        if self.suite == "intl":
            return AESGCM(key).encrypt(nonce, plain, where.encode())
        sealer = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(where.encode())
        return sealer.update(plain) + sealer.finalize() + sealer.tag

    def _open(self, key: bytes, nonce: bytes, sealed: bytes, where: str) -> bytes:
        try:
            if self.suite == "intl":
                return AESGCM(key).decrypt(nonce, sealed, where.encode())
            opener = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
            opener.authenticate_additional_data(where.encode())
            return opener.update(sealed[:-_TAG]) + opener.finalize()
        except (InvalidTag, ValueError) as closed:
            raise Tampered(f"{where}: a stored field does not open; it was changed or moved.") from closed

    def save(self, path: Path) -> None:
        """Write the key file, readable by its owner only. Refuses to overwrite one: that would lose every field."""
        keys = {name: base64.b64encode(key).decode() for name, key in self.data_keys.items()}
        body = {
            "suite": self.suite,
            "current": self.current,
            "data_keys": keys,
            "index_key": base64.b64encode(self.index_key).decode(),
            "audit_key": base64.b64encode(self.audit_key).decode(),
        }
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(body, file, indent=1)
            file.flush()
            os.fsync(file.fileno())


def make_keyring(suite: str = "intl") -> Keyring:
    """New random keys for a new installation."""
    if suite not in SUITES:
        raise ArrearsError(f"There is no cipher suite {suite}; there are {', '.join(SUITES)}.")
    first = "k" + secrets.token_hex(3)
    return Keyring(suite, first, {first: os.urandom(32)}, os.urandom(32), os.urandom(32))


def load_keyring(path: Path) -> Keyring:
    """Read a key file. Raises `KeyMissing` when it is absent or damaged."""
    try:
        body = json.loads(path.read_text("utf-8"))
        return Keyring(
            suite=body["suite"],
            current=body["current"],
            data_keys={name: base64.b64decode(key) for name, key in body["data_keys"].items()},
            index_key=base64.b64decode(body["index_key"]),
            audit_key=base64.b64decode(body["audit_key"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as damaged:
        raise KeyMissing("The key file is absent or damaged.") from damaged


_keyring: Keyring | None = None


def use(ring: Keyring) -> None:
    """Unlock the personal columns of this process with these keys."""
    global _keyring  # noqa: PLW0603 - one installation, one keyring; the column types have nowhere else to ask
    _keyring = ring


def keyring() -> Keyring:
    """The keys in use. Raises `KeyMissing` before `use`."""
    if _keyring is None:
        raise KeyMissing("The personal fields are locked: no key file was loaded.")
    return _keyring
