"""Finds canary people in anything: plain, escaped, encoded, packed, spaced, reversed, or masked too little.

What is looked at is opened as far as it opens (archives, documents, streams) and read in every way in which it could
have been written. Nothing is searched for by one spelling: the ways of writing are undone.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import quopri
import re
import shutil
import subprocess
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import digit
from urllib.parse import unquote_to_bytes

from tests.promises.canaries import CARD, FIRST, PHONE, REGION, SECOND, SURNAMES, Canary

Form = Literal["whole", "half", "masked"]
_GAP = r"[\s*.·•_\-\u200b]{0,3}"
_PAIR = re.compile(f"([{FIRST}]){_GAP}([{SECOND}])")
_WITHIN = re.compile(f"(?:[{SURNAMES}]{_GAP}|区|在)([{FIRST}]){_GAP}([{SECOND}])")
"""Sealed bytes read as letters of two bytes give any two letters now and then, seldom three that belong together."""
_AROUND, _WORDS = 6, 4
"""In sealed bytes three do so too, once in a hundred megabytes: there a name counts that stands among words, so many of
the letters on both its sides being of the 3,755 that are written most."""
_PART = re.compile(f"[{SURNAMES}](?:[{FIRST}][*＊某×]|[*＊某×][{SECOND}])")
_STARS = re.compile(f"[{SURNAMES}][*＊某×]")
_RUN = re.compile(r"\d(?:[\s\-‐–—.·_,:/()（）+]{0,3}[\dXx]){10,}")
_MASK = re.compile(r"[*＊•●○×]{2,}|\.{3,}|…+")
_BEFORE, _AFTER = re.compile(r"\d{0,17}\Z"), re.compile(r"\d{0,7}[\dXx]?")
_NUMBERS = {
    "phone": re.compile(rf"(?=({PHONE}\d{{8}}))"),
    "id_no": re.compile(rf"(?=({REGION}\d{{11}}[\dX]))"),
    "card": re.compile(rf"(?=({CARD}\d{{13}}))"),
}
_SHOWN = {"phone": (3, 4), "id_no": (6, 4), "card": (0, 4)}
"""How many figures a mask may leave at either end."""
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_DEEP, _LARGEST = 3, 400_000_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """One fact of one person, seen somewhere: in full, masked less than the rule asks, or masked as it asks.

    `number` is the person's; -1 where a mask leaves several.
    """

    value: str
    form: Form
    number: int


class Scanner:
    """Looks for these people. `bytes_seen` counts what was looked at, opened parts with it."""

    def __init__(self, people: Sequence[Canary]) -> None:
        self.bytes_seen = self.texts_seen = 0
        self._numbers: dict[str, dict[str, int]] = {
            kind: {getattr(one, kind): one.number for one in people} for kind in _NUMBERS
        }
        self._pairs: dict[str, tuple[str, int]] = {}
        self._tails: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        for one in people:
            self._pairs[one.name[1:]] = ("name", one.number)
            for kind, text in (("address", one.address), ("words", one.words)):
                found = _PAIR.search(text)
                assert found is not None
                self._pairs[found[1] + found[2]] = (kind, one.number)
            for kind in _NUMBERS:
                self._tails[getattr(one, kind)[-4:]].append((kind, getattr(one, kind), one.number))

    def look(self, body: bytes | str, *, deep: int = 0) -> set[Sighting]:
        """Everything that is told of them in these bytes, or in this text."""
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        self.bytes_seen += len(body)
        text = body.decode("utf-8", "replace")
        noise = 200 * text.count("\ufffd") > len(text)
        found = self._read(text, max(deep, _DEEP - 1) if noise else deep, sure=not noise)
        if b"\x00" in body or "\ufffd" in text:
            among = noise and _sealed(body)
            for other in _otherwise(body):
                self.texts_seen += 1
                found |= self._pairs_in(other, _WITHIN, among=among) | self._numbers_in(other)
        if deep < _DEEP:
            for inner in _unpacked(body):
                found |= self.look(inner, deep=deep + 1)
        return found

    def _read(self, text: str, deep: int, *, sure: bool) -> set[Sighting]:
        self.texts_seen += 1
        found = self._plain(text, sure=sure)
        if deep < _DEEP:
            for undone in _undone(text):
                found |= self._read(undone, deep + 1, sure=sure)
            for inner in _decoded(text.encode("utf-8", "ignore")):
                found |= self.look(inner, deep=_DEEP)
        return found

    def _plain(self, text: str, *, sure: bool) -> set[Sighting]:
        """What stands there as it is. `sure`: it is a text; sealed bytes give a letter and a star now and then."""
        found = self._pairs_in(text, _PAIR) | self._numbers_in(text)
        if sure and _PART.search(text):
            found.add(Sighting("name", "half", -1))
        if sure and _STARS.search(text):
            found.add(Sighting("name", "masked", -1))
        for mask in _MASK.finditer(text):
            head = _BEFORE.search(text[max(0, mask.start() - 18) : mask.start()])
            tail = _AFTER.match(text[mask.end() : mask.end() + 8])
            if head is not None and tail is not None:
                found |= self._masked(head[0], tail[0].upper())
        return found

    def _pairs_in(self, text: str, pattern: re.Pattern[str], *, among: bool = False) -> set[Sighting]:
        """`among`: only those that stand among words."""
        found: set[Sighting] = set()
        for one in pattern.finditer(text):
            known = self._pairs.get(one[1] + one[2])
            if known is not None and not (among and not _among_words(text, *one.span())):
                found.add(Sighting(known[0], "whole", known[1]))
        return found

    def _numbers_in(self, text: str) -> set[Sighting]:
        found: set[Sighting] = set()
        for run in _RUN.finditer(text):
            figures = "".join(_figure(sign) for sign in run[0])
            for line in (figures, figures[::-1]):
                for kind, pattern in _NUMBERS.items():
                    whose = (self._numbers[kind].get(one) for one in pattern.findall(line))
                    found |= {Sighting(kind, "whole", one) for one in whose if one is not None}
        return found

    def _masked(self, head: str, tail: str) -> set[Sighting]:
        """What a row of stars leaves of a number. Four figures alone are anybody's."""
        found: set[Sighting] = set()
        for kind, number, whose in self._tails.get(tail[-4:], ()) if len(tail) >= 4 else ():
            if not (number.startswith(head) and number.endswith(tail)):
                continue
            first, last = _SHOWN[kind]
            if kind == "card" and head == "" and len(tail) == 4:
                found.add(Sighting(kind, "masked", whose))
            elif len(head) >= 3:
                found.add(Sighting(kind, "masked" if len(head) <= first and len(tail) <= last else "half", whose))
        return found


def _sealed(body: bytes) -> bool:
    """Whether bytes are such as a cipher leaves: they cannot be packed."""
    middle = body[len(body) // 2 :][:100_000]
    return len(body) > 100_000 and len(zlib.compress(middle)) > 0.99 * len(middle)


def _among_words(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]
    return sum("\xb0" <= chr(sign.encode("gb2312", "replace")[0]) < "\xd8" for sign in around) >= _WORDS


def _figure(sign: str) -> str:
    value = digit(sign, None)
    return str(value) if value is not None else "X" if sign in "Xx" else ""


def _otherwise(body: bytes) -> Iterator[str]:
    """Bytes as text in other codes than UTF-8. Two bytes a letter begin at an even place or at an odd one."""
    for start in (0, 1):
        for code in ("utf-16-le", "utf-16-be", "gb18030"):
            yield body[start:].decode(code, "ignore")


def _undone(text: str) -> Iterator[str]:
    """The text with escapes, percents, entities, soft lines or marks taken off, as far as it has any."""
    if "\\" in text and _ESCAPED.search(text):
        yield _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
        yield re.sub(r"(?:\\+x[0-9a-fA-F]{2})+", _from_bytes, text)
    if "%" in text and re.search("%[0-9a-fA-F]{2}", text):
        raw = unquote_to_bytes(text)
        yield raw.decode("utf-8", "ignore")
        yield raw.decode("gb18030", "ignore")
    if "&#" in text or "&amp;#" in text:
        yield html.unescape(html.unescape(text))
    if "=" in text and re.search("=[0-9A-F]{2}=[0-9A-F]{2}", text):
        raw = quopri.decodestring(text.encode("utf-8", "ignore"))
        yield raw.decode("utf-8", "ignore")
        yield raw.decode("gb18030", "ignore")
    if "<" in text and _TAG.search(text):
        yield _TAG.sub("", text)


def _from_bytes(found: re.Match[str]) -> str:
    return bytes(int(one, 16) for one in re.findall("x(..)", found[0])).decode("utf-8", "ignore")


def _decoded(text: bytes) -> Iterator[bytes]:
    """What stands in base64 or in hexadecimal figures; a row of letters may begin in the middle of either."""
    runs = _BASE64.findall(text)
    for start in range(4):
        pieces = []
        for run in runs:
            cut = run[start:].replace(b"-", b"+").replace(b"_", b"/")
            with_end = cut[: len(cut) // 4 * 4] if len(cut) % 4 == 1 else cut + b"=" * (-len(cut) % 4)
            try:
                pieces.append(base64.b64decode(with_end))
            except (binascii.Error, ValueError):
                continue
        if pieces:
            yield b"\n".join(pieces)
            yield from (inner for one in pieces if len(one) > 18 for inner in _unpacked(one))
    figures = _HEX.findall(text)
    if figures:
        yield b"\n".join(bytes.fromhex(run[: len(run) // 2 * 2].decode()) for run in figures)


def _unpacked(body: bytes) -> Iterator[bytes]:
    """What is in an archive, a document or a stream; nothing for what is none of these."""
    openers: tuple[tuple[bytes, Callable[[bytes], Iterator[bytes]]], ...] = (
        (b"PK\x03\x04", _members),
        (b"\x1f\x8b", _inflated),
        (b"%PDF", _printed),
    )
    for begins, opener in openers:
        if body.startswith(begins):
            try:
                yield from opener(body)
            except (zipfile.BadZipFile, OSError, EOFError, zlib.error):
                continue
    if body[:1] == b"\x78" and len(body) > 8:
        try:
            yield zlib.decompressobj().decompress(body, _LARGEST)
        except zlib.error:
            return


def _members(body: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        for member in pack.infolist():
            yield member.filename.encode() + member.comment
            yield pack.read(member)


def _inflated(body: bytes) -> Iterator[bytes]:
    yield gzip.decompress(body)


def _printed(body: bytes) -> Iterator[bytes]:
    """The streams of a PDF, and its text where poppler's `pdftotext` is installed: letters are numbers of a font."""
    for stream in _STREAM.findall(body):
        try:
            yield zlib.decompressobj().decompress(stream, _LARGEST)
        except zlib.error:
            continue
    program = shutil.which("pdftotext")
    if program is not None:
        yield subprocess.run([program, "-", "-"], input=body, capture_output=True, timeout=60, check=False).stdout
