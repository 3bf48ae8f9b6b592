"""An .xlsx as lines of text, read as a stream and never trusted.

Not through a spreadsheet library: those turn an identity number into a float and a cell into a date by its looks, and
hold the whole book in memory. Here a cell is the text that stands in the file; a date in a number cell stays its serial
(`46000.5`), which `connectors.fields` knows. Macros, encryption, external entities and bombs are refused.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse as parsed

from casework.errors import BadInput

DAMAGED = "The file is damaged or was not copied to its end."
# What zipfile and its decompressors raise on bytes that were changed, found by changing bytes.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ParseError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)
_CARRIED = re.compile(
    r"xl/(embeddings|activex|macrosheets)/"
    r"|.*\.(com|exe|dll|scr|pif|bat|cmd|ps1|vb[es]|jse?|ws[fh]|hta|lnk|msi|jar|chm|reg|sh|elf|iso|zip|rar|7z|gz|xz|html?|mht|svgz)$"
)
"""What a workbook would carry to harm somebody: objects, controls, and parts that by their names run or unpack."""
_INCLUSION = "{http://www.w3.org/2001/XInclude}"
_DECLARES = "The workbook holds declarations that a workbook does not need; it is not opened."
_NO_WORKBOOK = "This is a packed file, but not an Excel workbook (.xlsx)."
_MOST_PARTS = 2_000
_MOST_COLUMNS = 1_000
_MOST_NODES = 20_000
_MOST_ATTRIBUTES = 200
_MOST_STRINGS = 1_000_000
_EXACT_DIGITS = 15
_SERIALS_FROM_1904 = "The workbook counts days from 1904; save it again with the usual date system (1900)."


def read_workbook(content: bytes, *, unpacked_bytes: int, until: float) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row numbers and cells of the first visible sheet. Raises `BadInput` for what is no plain .xlsx.

    `until` is the moment (`time.monotonic`) at which reading is given up.
    """
    effort = _Effort(until)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            _plain(book, unpacked_bytes, effort)
            shared = list(_shared_strings(book, effort))
            with book.open(_first_sheet(book, effort)) as sheet:
                yield from _rows(sheet, shared, effort)
    except DefusedXmlException as hostile:
        raise BadInput(_DECLARES) from hostile
    except _DAMAGES as damaged:
        raise BadInput(DAMAGED) from damaged


def _plain(book: zipfile.ZipFile, unpacked_bytes: int, effort: _Effort) -> None:
    parts = book.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > unpacked_bytes:
        raise BadInput(f"Unpacked, the file would be larger than {unpacked_bytes // 1_000_000} MB. Split it.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise BadInput("The file has a password. Save it without one.")
    names = {part.filename for part in parts}
    if len(names) != len(parts):
        raise BadInput(DAMAGED)
    if any(_leads_out(part) for part in parts):
        raise BadInput("The workbook holds parts whose names lead out of it; it is not opened.")
    if any(_CARRIED.match(name.lower()) for name in names):
        raise BadInput("The workbook carries other files or programs in it. Save the table alone.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BadInput("The workbook holds macros. Save it as .xlsx without macros.")
    if "[Content_Types].xml" not in names:
        raise BadInput(_NO_WORKBOOK)
    with book.open("[Content_Types].xml") as types:
        root = ""
        for _, node in _nodes(types, effort):
            root = _local(node.tag)
            if "macroenabled" in node.get("ContentType", "").lower():
                raise BadInput("The workbook holds macros. Save it as .xlsx without macros.")
    if root != "Types":
        raise BadInput(_NO_WORKBOOK)
    if "xl/workbook.xml" not in names:
        raise BadInput(_NO_WORKBOOK)


def _leads_out(part: zipfile.ZipInfo) -> bool:
    """A name that would write elsewhere were the file unpacked, or a link: nothing that makes workbooks makes them."""
    steps = part.orig_filename.replace("\\", "/").split("/")
    link = stat.S_ISLNK(part.external_attr >> 16)
    return link or ".." in steps or "\x00" in part.orig_filename or steps[0] == "" or steps[0].endswith(":")


@dataclass
class _Effort:
    """What reading one workbook may still cost: nodes in one row or string, and time for all."""

    until: float
    nodes: int = 0

    def spend(self, node: Element) -> None:
        """One more node."""
        self.nodes += 1
        if self.nodes > _MOST_NODES or len(node.attrib) > _MOST_ATTRIBUTES:
            raise BadInput("One row of the workbook holds more than any table does; it is not opened.")
        if self.nodes % 500 == 1 and time.monotonic() > self.until:
            raise BadInput("The file takes too long to read. Split it.")


def _nodes(
    opened: IO[bytes], effort: _Effort, *, unit: str = "", events: tuple[str, ...] = ("end",)
) -> Iterator[tuple[str, Element]]:
    """Events of a part in which nothing may be declared: no document type, no entity, no style sheet, no inclusion."""
    effort.nodes = 0
    for event, node in parsed(opened, events=(*events, "pi"), forbid_dtd=True):
        if event == "pi" or node.tag.startswith(_INCLUSION):
            raise BadInput(_DECLARES)
        effort.spend(node)
        yield event, node
        if event == "end" and _local(node.tag) == unit:
            effort.nodes = 0


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _first_sheet(book: zipfile.ZipFile, effort: _Effort) -> str:
    wanted = None
    with book.open("xl/workbook.xml") as opened:
        for _, node in _nodes(opened, effort):
            if _local(node.tag) == "workbookPr" and node.get("date1904") in {"1", "true"}:
                raise BadInput(_SERIALS_FROM_1904)
            if _local(node.tag) == "sheet" and wanted is None and node.get("state", "visible") == "visible":
                wanted = next((value for name, value in node.items() if _local(name) == "id"), None)
    with book.open("xl/_rels/workbook.xml.rels") as opened:
        for _, node in _nodes(opened, effort):
            if _local(node.tag) == "Relationship" and node.get("Id") == wanted:
                return posixpath.normpath(posixpath.join("xl", node.get("Target", ""))).lstrip("/")
    raise BadInput("The workbook has no visible sheet.")


def _shared_strings(book: zipfile.ZipFile, effort: _Effort) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return
    with book.open("xl/sharedStrings.xml") as opened:
        depth_root: Element | None = None
        strings = 0
        for event, node in _nodes(opened, effort, unit="si", events=("start", "end")):
            if depth_root is None:
                depth_root = node
            if event == "end" and _local(node.tag) == "si":
                strings += 1
                if strings > _MOST_STRINGS:
                    raise BadInput("The workbook holds more text than any table does. Split it.")
                yield _said(node)
                depth_root.clear()


def _said(node: Element) -> str:
    """The text of a string item: its runs joined, without the phonetic guide."""
    parts = []
    for child in node:
        if _local(child.tag) == "t":
            parts.append(child.text or "")
        elif _local(child.tag) == "r":
            parts += [piece.text or "" for piece in child if _local(piece.tag) == "t"]
    return re.sub(r"_x000D_\n?|\r\n?", "\n", "".join(parts))


def _rows(opened: IO[bytes], shared: list[str], effort: _Effort) -> Iterator[tuple[int, tuple[str, ...]]]:
    number, data = 0, None
    for event, node in _nodes(opened, effort, unit="row", events=("start", "end")):
        name = _local(node.tag)
        if event == "start":
            data = node if name == "sheetData" else data
            continue
        if name == "sheetData":
            return
        if name != "row":
            continue
        said = node.get("r", "")
        number = int(said) if said.isdecimal() else number + 1
        yield number, _cells(node, shared)
        if data is not None:
            data.clear()


def _cells(row: Element, shared: list[str]) -> tuple[str, ...]:
    cells: list[str] = []
    for node in row:
        column = _column(node.get("r", ""), len(cells))
        if column >= _MOST_COLUMNS:
            raise BadInput(f"The table has more than {_MOST_COLUMNS} columns.")
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _text(node, shared)
    return tuple(cells)


def _column(reference: str, following: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return following
    column = 0
    for letter in letters[0]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _text(cell: Element, shared: list[str]) -> str:
    form = cell.get("t", "n")
    if form == "inlineStr":
        return next((_said(child) for child in cell if _local(child.tag) == "is"), "")
    value = next((child.text or "" for child in cell if _local(child.tag) == "v"), "")
    if form == "s":
        if not value.isdecimal() or int(value) >= len(shared):
            raise BadInput(DAMAGED)
        return shared[int(value)]
    return _number(value) if form == "n" else value


def _number(value: str) -> str:
    """A number as a person would read it: Excel writes 3.2 as 3.2000000000000002 and 46000 as 4.6E4.

    More than fifteen digits do not survive in a number cell: such a value keeps its exponent, so that a reader can see
    that digits of an identity number were lost.
    """
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return value
    if not exact.is_finite() or abs(exact.adjusted()) > _EXACT_DIGITS - 1:
        return f"{exact:E}" if exact.is_finite() and exact else "0" if exact.is_finite() else value
    return f"{Decimal(f'{exact:.{_EXACT_DIGITS}g}').normalize():f}"
