"""Photographs of strangers made harmless: what they show is drawn anew, and nothing else of the file is kept.

Runs in the child of `connectors.apart` only. What a file is is seen from its first bytes, never from its name. A new
picture is drawn from the points of the old one, so that no place, no device, no note and nothing that was hung on to
the file goes along. The words of a refusal are for the officer who took the photograph.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from casework.errors import BadInput

KINDS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What is taken. MPO is how some phones write a JPEG with a second view behind it; the first view counts."""
MEDIA = "image/jpeg"
"""What is kept."""
NO_PICTURE = "This is not a photograph as JPEG, PNG or WebP."
APPLE = "This is a HEIC picture; send it as JPEG (on the phone: Settings, Camera, Formats, Most Compatible)."
DAMAGED = "The photograph is damaged or was not sent to its end."
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif")
_QUALITY, _SMALL_QUALITY = 85, 75
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class PictureCaps:
    """How much of a photograph we are ready to read, and how big what is kept may be.

    `file_bytes` of the file, `pixels` of what it shows (width times height); `side` and `small` are the longest sides,
    in pixels, of the picture that is kept and of the small one for lists.
    """

    file_bytes: int = 15_000_000
    pixels: int = 70_000_000
    side: int = 2560
    small: int = 320


PICTURE_CAPS = PictureCaps()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew as JPEG, its measures in pixels, and what the file was."""

    content: bytes
    small: bytes
    width: int
    height: int
    sent_as: str


def draw_anew(content: bytes, caps: PictureCaps = PICTURE_CAPS) -> Drawn:
    """The picture in a file, upright, on white where it was see-through. Raises `BadInput` in words."""
    if not content:
        raise BadInput("The file is empty.")
    if len(content) > caps.file_bytes:
        raise BadInput(f"The photograph is larger than {caps.file_bytes // 1_000_000} MB.")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
        raise BadInput(APPLE)
    if not content.startswith(_STARTS) or (content[:4] == b"RIFF" and content[8:12] != b"WEBP"):
        raise BadInput(NO_PICTURE)
    Image.MAX_IMAGE_PIXELS = None  # counted here, before a point is read, and refused in words
    try:
        opened = Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if opened.width * opened.height > caps.pixels:
            raise BadInput(
                f"The photograph shows {opened.width} × {opened.height} points; "
                f"at most {caps.pixels // 1_000_000} million are read."
            )
        sent_as = KINDS[opened.format or ""]
        picture = _upright(opened, caps.side)
    except (BadInput, MemoryError):
        raise
    except Exception as damaged:
        raise BadInput(DAMAGED) from damaged
    small = picture.copy()
    small.thumbnail((caps.small, caps.small))
    return Drawn(_jpeg(picture, _QUALITY), _jpeg(small, _SMALL_QUALITY), picture.width, picture.height, sent_as)


def _upright(opened: Image.Image, side: int) -> Image.Image:
    """The points alone, turned as the camera was held, no longer than `side`."""
    if opened.format in ("JPEG", "MPO"):
        opened.draft("RGB", (side, side))
    turned = opened.getexif().get(0x0112)
    opened.load()
    picture = opened.convert("RGBA") if "transparency" in opened.info or opened.mode in ("LA", "PA", "La") else opened
    picture = picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")
    picture.thumbnail((side, side))
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, _WHITE)
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    drawn = Image.new("RGB", picture.size)
    drawn.paste(picture)
    if turned in _TURNS:
        drawn = drawn.transpose(_TURNS[turned])
    return drawn


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is set upright, by what the camera noted (EXIF 2.32, tag 0x0112)."""


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def get_ready() -> None:
    """Load what reads pictures: in the child nothing can be opened afterwards."""
    Image.init()
    probe = Image.new("RGBA", (9, 9), (1, 2, 3, 128))
    for kind in ("PNG", "WEBP"):
        _read_back(probe, kind)
    _read_back(probe.convert("RGB"), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")
    _read_back(probe.convert("P"), "PNG")
    two = BytesIO()
    probe.convert("RGB").save(two, "MPO", save_all=True, append_images=[probe.convert("RGB")])
    draw_anew(two.getvalue())


def _read_back(probe: Image.Image, kind: str, **said: bytes) -> None:
    out = BytesIO()
    probe.save(out, kind, **said)
    draw_anew(out.getvalue())
