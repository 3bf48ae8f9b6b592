"""What a file is, seen from its first bytes and never from its name; how it is kept and how it is shown.

A file whose first bytes say nothing known is refused: what we cannot name we cannot promise to show harmlessly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.tracks import SOUND, tracks_of_mp4, tracks_of_webm

HEAD = 4096
"""So many first bytes are enough: a few for what a file is, the rest for whether a film is a voice alone."""


class Look(StrEnum):
    """How a kept file is shown: a picture is drawn anew, sound and film are played, papers are only saved."""

    PICTURE = "picture"
    SOUND = "sound"
    FILM = "film"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file: its type, the ending it is saved under, and how it is shown."""

    type: str
    ending: str
    look: Look


_JPEG = Media("image/jpeg", "jpg", Look.PICTURE)
_PNG = Media("image/png", "png", Look.PICTURE)
_WEBP = Media("image/webp", "webp", Look.PICTURE)
_HEIC = Media("image/heic", "heic", Look.PICTURE)
_MP3 = Media("audio/mpeg", "mp3", Look.SOUND)
_AAC = Media("audio/aac", "aac", Look.SOUND)
_M4A = Media("audio/mp4", "m4a", Look.SOUND)
_AMR = Media("audio/amr", "amr", Look.SOUND)
_WAV = Media("audio/wav", "wav", Look.SOUND)
_OGG = Media("audio/ogg", "ogg", Look.SOUND)
_MP4 = Media("video/mp4", "mp4", Look.FILM)
_3GP = Media("video/3gpp", "3gp", Look.FILM)
_MOV = Media("video/quicktime", "mov", Look.FILM)
_WEBM = Media("video/webm", "webm", Look.FILM)
_VOICE_WEBM = Media("audio/webm", "webm", Look.SOUND)
_PDF = Media("application/pdf", "pdf", Look.PAPER)
_ZIPPED = Media("application/zip", "zip", Look.PAPER)
_OLE = Media("application/x-ole-storage", "doc", Look.PAPER)

_STARTS: tuple[tuple[bytes, Media], ...] = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"ID3", _MP3),
    (b"#!AMR", _AMR),
    (b"OggS", _OGG),
    (b"\x1aE\xdf\xa3", _WEBM),
    (b"%PDF-", _PDF),
    (b"PK\x03\x04", _ZIPPED),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
)
_RIFF = {b"WEBP": _WEBP, b"WAVE": _WAV}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif"), _HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), _M4A),
    b"qt  ": _MOV,
}
_LOOKS = {
    one.type: one
    for one in (*dict(_STARTS).values(), *_RIFF.values(), *_BRANDS.values(), _AAC, _MP4, _3GP, _VOICE_WEBM)
}


def media_of(head: bytes) -> Media | None:
    """What a file is, by its first `HEAD` bytes; None for what is none of ours: programs, pages, scripts, texts."""
    if head[4:8] == b"ftyp" and len(head) >= 12:
        brand = head[8:12]
        media = _3GP if brand.startswith(b"3g") else _BRANDS.get(brand, _MP4)
        return _M4A if media is _MP4 and tracks_of_mp4(head) == {SOUND} else media
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    for start, media in _STARTS:
        if head.startswith(start):
            return _VOICE_WEBM if media is _WEBM and tracks_of_webm(head) == {SOUND} else media
    if len(head) > 3 and head[0] == 0xFF:
        if head[1] & 0xF6 == 0xF0:
            return _AAC  # ADTS: twelve bits of sync, layer 0
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 in (2, 4) and head[2] & 0xF0 != 0xF0:
            return _MP3  # MPEG audio, layer II or III: eleven bits of sync, a bit rate that can be
    return None


def media_named(kind: str) -> Media | None:
    """A kind of file by its type, as it is kept; None for one that is not kept."""
    return _LOOKS.get(kind)
