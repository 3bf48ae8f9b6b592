"""Photographs of strangers, read in the child: drawn anew without what they tell besides, or refused in words."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casework.errors import BadInput
from connectors.apart import TOO_LONG, Limits, picture_apart
from connectors.pictures import APPLE, DAMAGED, NO_PICTURE, PictureCaps
from tests.photographs import SECRET, huge_in_points, located, measures, shot


def read(content: bytes, caps: PictureCaps | None = None, limits: Limits | None = None) -> tuple[bytes, bytes, str]:
    drawn = picture_apart(
        io.BytesIO(content), caps or PictureCaps(), limits or Limits(memory=768 * 1024 * 1024, cpu=15, wall=20)
    )
    assert measures(drawn.content)[1] == (drawn.width, drawn.height)
    return drawn.content, drawn.small, drawn.sent_as


def test_where_and_with_what_a_photograph_was_taken_is_gone_and_it_stands_upright() -> None:
    sent = located()
    assert sent.count(SECRET) == 2
    assert b"Exif" in sent
    content, small, sent_as = read(sent)
    for kept in (content, small):
        assert SECRET not in kept
        assert b"Exif" not in kept
        opened = Image.open(io.BytesIO(kept))
        assert not dict(opened.getexif())
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert measures(content) == ("JPEG", (480, 640), True)
    assert sent_as == "image/jpeg"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_are_kept_as_jpeg_too(kind: str) -> None:
    content, small, sent_as = read(shot(kind, (4000, 500)))
    assert measures(content)[:2] == ("JPEG", (2560, 320))
    assert measures(small)[:2] == ("JPEG", (320, 40))
    assert sent_as == f"image/{kind.lower()}"


def test_what_hangs_on_to_a_picture_does_not_come_along() -> None:
    page = b"<html><script>alert(1)</script></html>"
    content, _, _ = read(shot(comment=page) + b"PK\x03\x04" + page)
    assert page not in content
    assert b"<script" not in content
    assert b"PK\x03\x04" not in content


HOSTILE = {
    "a drawing that can run": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', NO_PICTURE),
    "a page that is called .jpg": (b"<!doctype html><script>1</script>", NO_PICTURE),
    "a page behind the mark of a JPEG": (b"\xff\xd8\xff<script>1</script>", DAMAGED),
    "a sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", NO_PICTURE),
    "another kind of picture": (shot("GIF"), NO_PICTURE),
    "what an iPhone makes": (b"\x00\x00\x00\x18ftypheic" + bytes(40), APPLE),
    "half a JPEG": (shot(quality=95)[:2500], DAMAGED),
    "half a PNG": (shot("PNG")[:-900], DAMAGED),
    "half a WebP": (shot("WEBP", quality=95)[:-300], DAMAGED),
    "nothing": (b"", "The file is empty."),
    "too many points": (huge_in_points(), "30000 × 30000 points"),
    "too many bytes": (shot() + bytes(15_000_000), "larger than 15 MB"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_photograph_is_refused_in_words(what: str) -> None:
    content, words = HOSTILE[what]
    with pytest.raises(BadInput) as refused:
        read(content)
    assert words in str(refused.value)
    assert "script" not in str(refused.value)


def test_a_picture_that_takes_more_than_it_may_ends_the_child_and_not_us() -> None:
    large = shot("PNG", (6000, 6000))
    with pytest.raises(BadInput):
        read(large, limits=Limits(memory=160 * 1024 * 1024))
    with pytest.raises(BadInput) as refused:
        read(large, limits=Limits(wall=0.05))
    assert str(refused.value) == TOO_LONG
