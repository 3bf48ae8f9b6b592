"""The files a page loads, each under an address that holds its digest, so that browsers may keep them for ever."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, with the digest in its address and the integrity value of its tag."""

    path: str
    body: bytes
    kind: str
    digest: str
    integrity: str

    @property
    def url(self) -> str:
        """Where the file is served."""
        return f"/static/{self.digest}/{self.path}"


def load_assets(folder: Path = STATIC) -> dict[str, Asset]:
    """Every servable file of the folder by its path. Read once: nothing outside the folder can be asked for."""
    found = {}
    for file in sorted(folder.rglob("*")):
        kind = _KINDS.get(file.suffix)
        if kind is None or not file.is_file():
            continue
        body = file.read_bytes()
        path = file.relative_to(folder).as_posix()
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
        found[path] = Asset(path, body, kind, hashlib.sha256(body).hexdigest()[:12], integrity)
    return found
