"""What a film holds, seen from its first bytes: what a browser records of a voice is a film without a picture.

Both kinds are boxes in boxes. Only the list of tracks is walked to, and only where it lies whole in the first bytes; of
anything else nothing is said, and the file stays the film that its first bytes name. Nothing here raises.

Sources: ISO/IEC 14496-12 (boxes, 4.2; handler, 8.4.3); RFC 8794 (EBML); RFC 9559 (Segment, Tracks, TrackType).
"""

from __future__ import annotations

from collections.abc import Iterator

SOUND, OTHER = "sound", "other"
_SEGMENT, _TRACKS, _ENTRY, _TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83


def tracks_of_mp4(head: bytes) -> set[str]:
    """What kinds of tracks an MP4 lists in its first bytes; empty where its list does not lie whole in them."""
    for kind, moov in _boxes(head):
        if kind == b"moov":
            found: set[str] = set()
            for _, track in _only(moov, b"trak"):
                for _, media in _only(track, b"mdia"):
                    found |= {SOUND if one[8:12] == b"soun" else OTHER for _, one in _only(media, b"hdlr")}
            return found
    return set()


def tracks_of_webm(head: bytes) -> set[str]:
    """What kinds of tracks a WebM lists in its first bytes; empty where its list does not lie whole in them."""
    for kind, segment in _elements(head, cut=True):
        if kind == _SEGMENT:
            for inner, tracks in _elements(segment):
                if inner == _TRACKS:
                    entries = (entry for kind, entry in _elements(tracks) if kind == _ENTRY)
                    return {SOUND if one == b"\x02" else OTHER for entry in entries for one in _types(entry)}
    return set()


def _only(inside: bytes, wanted: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((kind, body) for kind, body in _boxes(inside) if kind == wanted)


def _boxes(inside: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes that lie whole in these bytes, until one does not."""
    at = 0
    while len(inside) - at >= 8:
        size = int.from_bytes(inside[at : at + 4])
        if size < 8 or at + size > len(inside):
            return
        yield inside[at + 4 : at + 8], inside[at + 8 : at + size]
        at += size


def _types(entry: bytes) -> Iterator[bytes]:
    return (body.lstrip(b"\0") for kind, body in _elements(entry) if kind == _TYPE)


def _elements(inside: bytes, *, cut: bool = False) -> Iterator[tuple[int, bytes]]:
    """The elements that lie whole in these bytes, until one does not; with `cut`, the last one as far as it lies there.

    A segment that is recorded as it is spoken does not know its size: it goes on to the end.
    """
    at = 0
    while at < len(inside):
        kind, at = _number(inside, at, most=4, bare=False)
        size, at = _number(inside, at, most=8, bare=True)
        if kind < 0 or size < 0 or (at + size > len(inside) and not cut):
            return
        yield kind, inside[at : at + size]
        at += size


def _number(inside: bytes, at: int, *, most: int, bare: bool) -> tuple[int, int]:
    """A number that says in its first byte how long it is, and what comes behind it; -1 where there is none."""
    first = inside[at] if at < len(inside) else 0
    length = 9 - first.bit_length()
    if length > most or at + length > len(inside):
        return -1, len(inside)
    value = int.from_bytes(inside[at : at + length])
    return value & ((1 << 7 * length) - 1) if bare else value, at + length
