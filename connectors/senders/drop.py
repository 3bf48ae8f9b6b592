"""A folder for closed networks: each message is a file that somebody carries out, and a receipt comes back as one.

`out/<key>.json` holds `{"key", "way", "to", "text"}`, written whole and readable by its owner alone. Whoever takes it
away puts `receipts/<key>.json` with `{"key", "state": "arrived" | "lost"}`. The file itself is theirs to remove.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from casework.errors import ChannelUnavailable
from connectors.files import write_whole
from connectors.http import needed
from connectors.senders.base import Held, Parcel

_MOST_BYTES = 4_096


class Drop:
    """The folders of the settings `out` and `receipts`."""

    confirms = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._out, self._receipts = Path(needed("drop", settings, "out")), Path(needed("drop", settings, "receipts"))

    def check(self) -> None:
        """Both folders are there and ours to use."""
        for folder, wanted in ((self._out, os.W_OK), (self._receipts, os.R_OK)):
            if not folder.is_dir() or not os.access(folder, wanted):
                raise ChannelUnavailable(f"The folder {folder.name} is not there or not open to us.")

    def send(self, parcel: Parcel) -> str:
        """Put the file there, whole or not at all; one that lies there, or was taken already, stays as it is."""
        self.check()
        path = self._out / f"{parcel.key}.json"
        said = {"key": parcel.key, "way": parcel.way.value, "to": parcel.address, "text": parcel.body}
        try:
            if not path.exists():
                before = os.umask(0o077)
                try:
                    write_whole(path, json.dumps(said, ensure_ascii=False).encode())
                finally:
                    os.umask(before)
        except OSError as failed:
            raise ChannelUnavailable(f"The folder {self._out.name} takes no file: {failed.strerror}.") from failed
        return path.name

    def held(self, key: str) -> Held:
        """Of a receipt what it says; of a file that still lies there, that it was taken. Nothing else is known."""
        self.check()
        try:
            said = json.loads((self._receipts / f"{key}.json").read_bytes()[:_MOST_BYTES])
            state = said.get("state") if isinstance(said, dict) else None
        except FileNotFoundError:
            return Held.TAKEN if (self._out / f"{key}.json").exists() else Held.ABSENT
        except (OSError, ValueError):
            return Held.TAKEN
        return Held(state) if state in (Held.ARRIVED, Held.LOST) else Held.TAKEN

    def close(self) -> None:
        """Nothing is held open."""
