"""A key file is exchanged for another one as a whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from casework.errors import BadInput
from warehouse.crypto import Keyring, load_keyring


def put_in_place(ring: Keyring, path: Path, *, without: str | None = None) -> None:
    """Put a ring in the place of a key file, whole or not at all. No data key may get lost but `without`.

    Raises `BadInput` when the file holds a key that the ring does not.
    """
    before = (path := path.resolve()).stat()
    lost = load_keyring(path).data_keys.keys() - ring.data_keys.keys() - {without}
    if lost:
        raise BadInput(f"The key file holds {len(lost)} keys more than what was to be put in its place.")
    number, half = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        os.fchown(number, before.st_uid, before.st_gid)  # the console reads it, whoever rotates
        os.write(number, ring.dumps().encode())
        os.fsync(number)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
    finally:
        os.close(number)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
