"""The code of a site on its notice board: short, unlike any other, and saying nothing of the site."""

from __future__ import annotations

import base64

LENGTH = 8


def place_code(keyed: str) -> str:
    """Eight letters and figures from a keyed hash of the site's own code, given as hex."""
    return base64.b32encode(bytes.fromhex(keyed)[:5]).decode().lower()
