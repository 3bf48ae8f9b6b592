"""A sealed file: a readable header, then encrypted parts that know their place.

Each part is closed with the digest of the header, its number and whether it is the last as associated data, so that a
changed, exchanged, reordered or missing part does not open, and neither does a file that was cut off.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from casework.errors import BadInput
from casework.record import Json
from warehouse.crypto import KeyMissing, Tampered, key_id_of, keyring

MAGIC = b"ARREARS-SEALED-1\n"
_PART = 4 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class Damaged(BadInput):
    """The file is not whole, was changed, or is none of ours. Nothing was taken from it."""


def seal(header: dict[str, Json], source: BinaryIO, target: BinaryIO) -> None:
    """Write a sealed file from a plain stream."""
    head = json.dumps(header, sort_keys=True).encode()
    target.write(MAGIC + _LENGTH.pack(len(head)) + head)
    number, part = 0, source.read(_PART)
    while True:
        following = source.read(_PART)
        sealed = keyring().seal_part(part, _where(head, number, last=not following))
        target.write(_LENGTH.pack(len(sealed)) + sealed)
        if not following:
            return
        number, part = number + 1, following


def unseal(path: Path, target: BinaryIO) -> dict[str, Json]:
    """Write the plain stream of a sealed file; gives its header, now proven. Raises `Damaged`."""
    with path.open("rb") as file:
        head, header = _header(file)
        if header.get("installation") != keyring().installation():
            raise Damaged(f"{path.name} was made with other keys than those of this installation.")
        try:
            for number, (part, last) in enumerate(_parts(file)):
                target.write(keyring().open_part(part, _where(head, number, last=last)))
        except (Tampered, KeyMissing) as closed:
            raise Damaged(f"{path.name} is damaged or was changed; nothing was taken from it.") from closed
    return header


def header_of(path: Path) -> dict[str, Json]:
    """What a sealed file says of itself, not proven yet: `unseal` proves it. Raises `Damaged`."""
    with path.open("rb") as file:
        return _header(file)[1]


def key_of(path: Path) -> str:
    """The id of the data key that closed a sealed file. Raises `Damaged`."""
    with path.open("rb") as file:
        _header(file)
        return key_id_of(next(_parts(file))[0])


def _where(head: bytes, number: int, *, last: bool) -> str:
    return f"file:{hashlib.sha256(head).hexdigest()}:{number}:{'last' if last else 'more'}"


def _header(file: BinaryIO) -> tuple[bytes, dict[str, Json]]:
    if file.read(len(MAGIC)) != MAGIC:
        raise Damaged(f"{Path(file.name).name} is not a backup of this system.")
    head = _sized(file)
    try:
        header = json.loads(head or b"")
    except ValueError as damaged:
        raise Damaged(f"{Path(file.name).name} has a damaged header.") from damaged
    if head is None or not isinstance(header, dict):
        raise Damaged(f"{Path(file.name).name} has a damaged header.")
    return head, header


def _sized(file: BinaryIO) -> bytes | None:
    length = file.read(_LENGTH.size)
    if not length:
        return None
    if len(length) < _LENGTH.size:
        raise Damaged(f"{Path(file.name).name} is cut off.")
    size = _LENGTH.unpack(length)[0]
    body = file.read(size) if size <= 2 * _PART else b""
    if len(body) != size:
        raise Damaged(f"{Path(file.name).name} is cut off or damaged.")
    return body


def _parts(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    part = _sized(file)
    if part is None:
        raise Damaged(f"{Path(file.name).name} is cut off.")
    while part is not None:
        following = _sized(file)
        yield part, following is None
        part = following
