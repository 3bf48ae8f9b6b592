"""Tables out of files that strangers made: opened with care, every cell as the text that was written.

Caps stand on bytes, cells and seconds, and a file that breaks one is refused whole: half a file is worse than none. The
words of a refusal are for the clerk who has to ask for a better file.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from casework.errors import BadInput
from connectors.fields import tidy
from connectors.workbook import read_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|"
_HEADER_WITHIN = 20
_DROPPED = r"\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_FORMULA = re.compile(rf"[\t\r\n\x00]|[{_DROPPED}]*[=+\-@＝＋－＠]")
"""What a spreadsheet may take for a formula, were it behind what it drops: a null, a space, a mark that nobody sees."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of a file we are ready to read."""

    file_bytes: int = 30_000_000
    unpacked_bytes: int = 150_000_000
    cells: int = 2_000_000
    rows: int = 200_000
    seconds: float = 30.0


CAPS = Caps()
ATTACHMENT_CAPS = Caps(file_bytes=10_000_000, unpacked_bytes=50_000_000, cells=100_000, rows=5_000, seconds=10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table with its number as the clerk sees it, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as lines of text, and the sha256 of its bytes."""

    lines: tuple[Line, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Headed:
    """A table under its heading row: what stood above it, the tidied headings, and the lines below."""

    above: tuple[Line, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    def row(self, line: Line) -> dict[str, str]:
        """One line as heading and cell. Cells beyond the last heading that hold something are refused."""
        if any(cell.strip() for cell in line.cells[len(self.headings) :]):
            raise BadInput(f"Line {line.number} has more cells than there are headings.")
        padded = line.cells + ("",) * (len(self.headings) - len(line.cells))
        return {heading: cell for heading, cell in zip(self.headings, padded, strict=False) if heading}


def read_file(path: Path, caps: Caps = CAPS) -> bytes:
    """The bytes of an ordinary file. Raises `BadInput` for links, folders, devices, and files too big or empty."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as failed:
        if failed.errno == errno.ELOOP:
            raise BadInput("This is a link to another file, not a file.") from failed
        raise BadInput(f"The file cannot be opened: {failed.strerror}.") from failed
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise BadInput("This is not an ordinary file.")
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(caps.file_bytes + 1)
    if len(content) > caps.file_bytes:
        raise BadInput(f"The file is larger than {caps.file_bytes // 1_000_000} MB.")
    if not content.strip():
        raise BadInput("The file is empty.")
    return content


def read_table(content: bytes, caps: Caps = CAPS) -> Table:
    """A table from the bytes of an .xlsx or a text file; what it is is seen from the bytes, never from the name."""
    if content.startswith(_OLE):
        raise BadInput("This is an old .xls file or one with a password. Save it as .xlsx without a password.")
    until = time.monotonic() + caps.seconds
    if content.startswith(_ZIP):
        rows = read_workbook(content, unpacked_bytes=caps.unpacked_bytes, until=until)
    elif content.startswith(b"PK"):
        raise BadInput("The file is damaged or was not copied to its end.")
    else:
        rows = _text_rows(content)
    return Table(tuple(_capped(rows, caps, until)), sha256(content).hexdigest())


def _capped(rows: Iterable[tuple[int, tuple[str, ...]]], caps: Caps, until: float) -> Iterator[Line]:
    cells = kept = 0
    for number, row in rows:
        cells += max(1, len(row))
        if cells > caps.cells or kept > caps.rows:
            raise BadInput(f"The file has more than {caps.rows} rows or {caps.cells} cells. Split it.")
        if time.monotonic() > until:
            raise BadInput(f"The file takes longer than {caps.seconds:.0f} seconds to read. Split it.")
        if any(cell.strip() for cell in row):
            kept += 1
            yield Line(number, row)


def decode(content: bytes) -> str:
    """Text from UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return _decoded(content, charset)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "gb18030")


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except UnicodeDecodeError as damaged:
        raise BadInput("The characters of the file are neither UTF-8 nor GB18030 (GBK). Save it as UTF-8.") from damaged


def _text_rows(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = decode(content)
    if "\x00" in text:
        raise BadInput("This is not a table: it is neither .xlsx nor text.")
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for row in reader:
            yield number, tuple(row)
            number = reader.line_num + 1
    except csv.Error as damaged:
        raise BadInput(f"Line {number} is not a line of a CSV file (a quotation mark, a long cell).") from damaged


def heading(cell: str) -> str:
    """A heading in comparable form: NFKC, no white space, no marks of a compulsory column."""
    return "".join(tidy(cell).split()).strip("*:")


def under_headings(table: Table, enough: Callable[[set[str]], bool]) -> Headed | None:
    """The table under the first row (within twenty) whose cells `enough` takes for headings; None when there is none.

    Official exports carry merged title rows above their headings. Raises `BadInput` when a heading stands twice.
    """
    for index, line in enumerate(table.lines[:_HEADER_WITHIN]):
        headings = tuple(heading(cell) for cell in line.cells)
        said = [name for name in headings if name]
        if not enough(set(said)):
            continue
        if len(said) != len(set(said)):
            twice = sorted({name for name in said if said.count(name) > 1})
            raise BadInput(f"The heading {twice[0]} stands twice.")
        return Headed(table.lines[:index], headings, table.lines[index + 1 :])
    return None


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quotation mark is set before a sign that would begin one."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: temporary name, flush to disk, rename, flush the folder."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
