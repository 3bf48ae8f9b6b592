"""Photographs as telephones make them, and files that only look like some."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

SECRET = b"36.3890N-120.4470E"


def shot(kind: str = "JPEG", size: tuple[int, int] = (640, 480), shade: int = 90, **said: Any) -> bytes:
    """A picture with a mark in its upper left corner, so that one sees how it was turned."""
    picture = Image.new("RGB", size, (shade, 120, 60))
    picture.paste((250, 250, 250), (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    picture.save(out, kind, **said)
    return out.getvalue()


def located(size: tuple[int, int] = (640, 480)) -> bytes:
    """A photograph held upright that says where it was taken, with what, and a note."""
    said = Image.Exif()
    said[0x0112], said[0x010F] = 6, SECRET.decode()
    said.get_ifd(0x8825).update({1: "N", 2: (36.0, 23.0, 20.0), 3: "E", 4: (120.0, 26.0, 49.0)})
    return shot(size=size, exif=said, comment=SECRET)


def huge_in_points() -> bytes:
    """Nine hundred million points in a hundred kilobytes."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def measures(content: bytes) -> tuple[str | None, tuple[int, int], bool]:
    """What a picture is, its size, and whether its upper right corner carries the mark."""
    opened = Image.open(io.BytesIO(content))
    corner = opened.convert("RGB").getpixel((opened.width - 4, 4))
    assert isinstance(corner, tuple)
    return opened.format, opened.size, corner[0] > 200
