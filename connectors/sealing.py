"""A box that many can put into and one can open: what the page for workers takes in, it cannot read again.

X25519 with an ephemeral key, HKDF-SHA256, AES-256-GCM, as in ECIES (IEEE 1363a). The page holds the public half; the
private half is a file of the office. `where` says what a box is and is proven with it, so that nothing can be moved.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.errors import BadInput, Unreadable

_FORM, _ID, _KEY, _NONCE = b"1", 8, 32, 12


@dataclass(frozen=True, slots=True)
class Lock:
    """The public half: it closes and cannot open."""

    id: str
    public: bytes

    def seal(self, plain: bytes, where: str) -> bytes:
        """Close: form, key id, ephemeral public key, nonce, ciphertext and tag."""
        once = X25519PrivateKey.generate()
        beside, nonce = once.public_key().public_bytes_raw(), os.urandom(_NONCE)
        key = _derived(once.exchange(X25519PublicKey.from_public_bytes(self.public)), beside + self.public)
        return _FORM + self.id.encode() + beside + nonce + AESGCM(key).encrypt(nonce, plain, where.encode())

    def dumps(self) -> str:
        """The text of the file that the page is given."""
        return json.dumps({"id": self.id, "public": base64.b64encode(self.public).decode()})


@dataclass(frozen=True, slots=True)
class Keys:
    """The private halves: the current one and older ones, which still open what was closed for them."""

    current: str
    private: dict[str, bytes]

    def open(self, sealed: bytes, where: str) -> bytes:
        """Open a box. Raises `Unreadable` for one that was changed, moved, or closed for somebody else."""
        start = len(_FORM) + _ID
        key_id, beside = sealed[len(_FORM) : start].decode("ascii", "replace"), sealed[start : start + _KEY]
        nonce, rest = sealed[start + _KEY : start + _KEY + _NONCE], sealed[start + _KEY + _NONCE :]
        if sealed[: len(_FORM)] != _FORM or key_id not in self.private:
            raise Unreadable("not_ours", "The box was not closed for this office; its key is not in the key file.")
        own = X25519PrivateKey.from_private_bytes(self.private[key_id])
        try:
            shared = own.exchange(X25519PublicKey.from_public_bytes(beside))
            key = _derived(shared, beside + own.public_key().public_bytes_raw())
            return AESGCM(key).decrypt(nonce, rest, where.encode())
        except (InvalidTag, ValueError):
            raise Unreadable("seal_broken", "The box does not open: it was changed on its way.") from None

    def knows(self, sealed: bytes) -> bool:
        """Whether a box, of which the first bytes will do, was closed for one of these keys."""
        return sealed[: len(_FORM)] == _FORM and sealed[len(_FORM) :][:_ID].decode("ascii", "replace") in self.private

    @property
    def lock(self) -> Lock:
        """The public half of the current key."""
        own = X25519PrivateKey.from_private_bytes(self.private[self.current])
        return Lock(self.current, own.public_key().public_bytes_raw())

    def renewed(self) -> Keys:
        """The same with a new current key."""
        made = secrets.token_hex(_ID // 2)
        return Keys(made, self.private | {made: X25519PrivateKey.generate().private_bytes_raw()})

    def dumps(self) -> str:
        """The text of the key file."""
        private = {name: base64.b64encode(key).decode() for name, key in self.private.items()}
        return json.dumps({"current": self.current, "private": private})


NO_KEYS = Keys("", {})


def _derived(shared: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt, b"arrears inbox 1").derive(shared)


def load_keys(path: Path) -> Keys:
    """The key file of the office. Raises `BadInput` when it is absent or damaged."""
    try:
        said = json.loads(path.read_text("utf-8"))
        private = {str(name): base64.b64decode(key, validate=True) for name, key in said["private"].items()}
        keys = Keys(str(said["current"]), private)
        if keys.current not in private or {len(key) for key in private.values()} != {_KEY}:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput("The key file of the inbox is absent or damaged; see docs/channels/self_report.md.") from None
    return keys


def load_lock(path: Path) -> Lock:
    """The public half as the page is given it. Raises `BadInput` when it is absent or damaged."""
    try:
        said = json.loads(path.read_text("utf-8"))
        lock = Lock(str(said["id"]), base64.b64decode(said["public"], validate=True))
        if len(lock.public) != _KEY or len(lock.id) != _ID or not lock.id.isascii():
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput("The lock of the inbox is absent or damaged; see docs/channels/self_report.md.") from None
    return lock


def make_keys(key_file: Path, lock_file: Path) -> Lock:
    """Make a new key, keep the older ones, and write both files. The key file is for its owner's eyes only."""
    keys = (load_keys(key_file) if key_file.exists() else NO_KEYS).renewed()
    for path, text, mode in ((key_file, keys.dumps(), 0o600), (lock_file, keys.lock.dumps(), 0o644)):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.new")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    return keys.lock


def part_key() -> bytes:
    """A new key for the files of one posting; it travels inside the box."""
    return os.urandom(_KEY)


def close_part(key: bytes, body: bytes, where: str) -> bytes:
    """Close one part of a file: nonce, ciphertext and tag."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, body, where.encode())


def open_part(key: bytes, sealed: bytes, where: str) -> bytes:
    """Open one part of a file. Raises `Unreadable` for one that was changed, moved or cut off."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], where.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("seal_broken", "A part of a file does not open: it was changed on its way.") from None


def part_name(posted_id: str, number: int, part: int, *, last: bool) -> str:
    """What a part of a file is closed under: whose it is, which one, and whether it is the last."""
    return f"{posted_id}:{number}:{part}:{'last' if last else 'more'}"
