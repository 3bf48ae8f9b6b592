"""QR codes drawn by the page itself: no picture file, and nothing of what they say in an address."""

from __future__ import annotations

from collections.abc import Iterator

import segno

MARGIN = 4
"""The quiet zone around a code, in squares (ISO/IEC 18004)."""


def drawn(address: str) -> tuple[int, str]:
    """A QR code as the side of its square and one path of it."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    return len(rows) + 2 * MARGIN, "".join(_runs(rows))


def _runs(rows: list[bytes]) -> Iterator[str]:
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                yield f"M{x + MARGIN} {y + MARGIN}h1v1h-1z"
