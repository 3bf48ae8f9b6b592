"""The import door's readers: a CSV or Excel file that a person brings becomes records, and a record a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from casework.complaint import Complaint
from casework.errors import BadInput
from casework.record import LAYOUT, RawRecord, broken_record
from connectors.fields import tidy
from connectors.files import CAPS, Caps, Headed, Table, read_file, read_table, under_headings
from connectors.imports.layouts import LAYOUTS, Layout
from connectors.imports.rows import read

__all__ = ["IMPORT", "ImportFile", "open_import", "read", "source_name", "understood"]

IMPORT = "import"
"""The channel of records that a person brought in a file without naming one."""

_CHANNEL = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that is understood as a table of a known layout."""

    layout: str
    title: str
    channel: str
    digest: str
    records: tuple[RawRecord, ...]

    def read(self, raw: RawRecord) -> Complaint:
        """What one row means. Raises `Unreadable`."""
        return read(raw)


def open_import(path: Path, *, channel: str | None = None) -> ImportFile:
    """Open a file and say what it is. Raises `BadInput`, in words for the person who brought it."""
    return understood(read_file(path), channel=channel)


def understood(content: bytes, *, channel: str | None = None, caps: Caps = CAPS) -> ImportFile:
    """What the bytes of a file are. Raises `BadInput`, in words for the person who brought it."""
    name = source_name(channel)
    table = read_table(content, caps)
    layout, headed = _recognised(table)
    return ImportFile(layout.name, layout.title, name, table.digest, tuple(_records(layout, headed, name)))


def source_name(channel: str | None) -> str:
    """The name of the source that a file's rows are filed under. Raises `BadInput` for what is no such name."""
    name = channel or IMPORT
    if not _CHANNEL.match(name):
        raise BadInput("The name of a source is small letters, digits and underscores, such as walk_in.")
    return name


def _recognised(table: Table) -> tuple[Layout, Headed]:
    for layout in LAYOUTS.values():
        headed = under_headings(table, lambda said, it=layout: _has_all(it, said))  # type: ignore[misc]  # lambda default
        if headed is not None:
            columns = [layout.column(heading) for heading in headed.headings if heading]
            twice = sorted({column for column in columns if columns.count(column) > 1})
            if twice:
                raise BadInput(f"Two columns of the file both stand for {twice[0]}. Take one of them out.")
            if not headed.lines:
                raise BadInput("The file has headings, but no rows.")
            return layout, headed
    raise BadInput(_nearest(table))


def _has_all(layout: Layout, said: set[str]) -> bool:
    return set(layout.needed) <= {layout.column(heading) for heading in said}


def _nearest(table: Table) -> str:
    """What to tell a person whose columns fit no layout: what is missing from the one that fits best."""
    best: tuple[int, Layout, set[str]] | None = None
    for line in table.lines[:20]:
        said = {tidy(cell) for cell in line.cells if tidy(cell)}
        for layout in LAYOUTS.values():
            columns = {layout.column(heading) for heading in said}
            fits = len(columns & layout.known())
            if fits >= 2 and (best is None or fits > best[0]):
                best = (fits, layout, set(layout.needed) - columns)
    if best is None:
        titles = ", ".join(layout.title for layout in LAYOUTS.values())
        return f"The columns of this file are not ones we know ({titles}). See docs/channels/import.md."
    return f"The file looks like {best[1].title}, but lacks the columns {', '.join(sorted(best[2]))}."


def _records(layout: Layout, headed: Headed, channel: str) -> Iterator[RawRecord]:
    for line in headed.lines:
        position = f"{line.number:09d}"
        try:
            row = headed.row(line)
        except BadInput:
            yield broken_record(channel, position, "\x1f".join(line.cells))
            continue
        cells = {layout.column(heading): cell for heading, cell in row.items()}
        parts = [tidy(cells.get(column, "")) for column in layout.key]
        yield RawRecord(channel, _key(layout, parts, line.cells), {LAYOUT: layout.name, **cells}, position)


def _key(layout: Layout, parts: list[str], cells: tuple[str, ...]) -> str:
    """The row's own key, readable where it is short. Parts are joined so that ("a", "bc") and ("ab", "c") differ."""
    if not any(parts):
        return "row-" + sha256("\x1f".join(cells).encode()).hexdigest()[:24]
    rest = sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:16]
    shown = next((part for part in parts if re.fullmatch(r"[\w.-]{1,60}", part)), layout.name)
    return f"{shown}~{rest}"
