"""The rows of the linker's table as the columns of text and numbers that Splink takes.

Splink gets what our linker gets: names taken apart into core, trade, place, site and phase, the sound of a name, months
as numbers. What was not said is null, as Splink asks for. A hash stands where the table holds only a hash.

    python -m benchmarks.splink_columns WORLD ROWS.parquet

writes them once, so that Splink reads a file in a form of its own as ours does, and no conversion counts against it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from dedupe.table import I32, U64, Numbers, Persons, Table
from dedupe.table_file import read_table

TAIL = 4
"""Digits at the end of a phone that a channel leaves visible."""


def to_arrow(table: Table) -> Any:
    """One row a complaint, `unique_id` being its row number."""
    words, firms, sites = table.words, table.firms, table.sites
    phones, names = _numbers(table.phones), _names(table.persons)
    columns = {
        "unique_id": pa.array(np.arange(len(table), dtype=np.int64)),
        "code": _hashes(table.code),
        "firm": _words(words.text, firms.name, table.firm),
        "firm_core": _words(words.text, firms.core, table.firm),
        "firm_alias": _words(words.text, firms.alias, table.firm),
        "firm_sound": _sounds(words.sound, firms.name, table.firm),
        "firm_place": _whole(np.append(np.where(firms.level > 2, firms.place, 0), 0)[table.firm]),
        "boss": _taken(names, table.boss),
        "boss_phone": _taken(phones, table.boss_phone),
        "site": _words(words.text, sites.core, table.site),
        "site_phase": _whole(np.append(sites.phase, -1)[table.site] + 1),
        "site_section": _words(words.text, sites.section, table.site),
        "address": _words(words.text, sites.core, table.address),
        "house": _words(words.text, sites.house, table.address),
        "district": _whole(table.district),
        "name": _taken(names, table.name),
        "name_sound": _sounds(table.persons.sound, None, table.name),
        "surname": _sounds(table.persons.surname, None, table.name),
        "phone": _taken(phones, table.phone),
        "phone_tail": _taken([one[-TAIL:] if "*" not in one[-TAIL:] else None for one in phones], table.phone),
        "id_no": _taken(_numbers(table.ids), table.id_no),
        "heads": _whole(table.heads),
        "amount": _whole(table.amount),
        "first_month": _whole(table.first),
        "last_month": _whole(table.last),
        "day": pa.array(table.day.astype(np.int64)),
        "crew": _crews(table),
        "sketch": _sketches(table),
    }
    return pa.table(columns)


def _taken(values: list[str | None] | list[str], number: I32) -> Any:
    """The text of every row's value; -1 is null."""
    return pa.array(values, pa.string()).take(pa.array(number, mask=number < 0))


def _words(text: list[str], piece: I32, number: I32) -> Any:
    """A piece of every row's name; the empty piece is null."""
    pieces = np.append(piece, 0)[number]
    return pa.array(text, pa.string()).take(pa.array(pieces, mask=pieces == 0))


def _sounds(heard: U64, piece: I32 | None, number: I32) -> Any:
    """The hash of how a value sounds."""
    values = heard if piece is None else heard[piece]
    return _hashes(np.append(values, np.uint64(0))[number])


def _hashes(keys: U64) -> Any:
    return pa.array(keys, mask=keys == 0)


def _whole(numbers: NDArray[Any]) -> Any:
    """Numbers of which 0 says nothing."""
    return pa.array(numbers.astype(np.int64), mask=numbers <= 0)


def _numbers(values: Numbers) -> list[str]:
    width = values.chars.shape[1]
    return [one.decode("ascii") for one in np.ascontiguousarray(values.chars).view(f"S{width}").ravel().tolist()]


def _names(persons: Persons) -> list[str]:
    joined = np.ascontiguousarray(persons.chars).tobytes().decode("utf-16-le")
    width = persons.chars.shape[1]
    return [joined[start : start + width].replace("\0", "") for start in range(0, len(joined), width)]


def _crews(table: Table) -> Any:
    """The members of every row's roster, hashed."""
    lists = pa.ListArray.from_arrays(pa.array(table.crews.start.astype(np.int32)), pa.array(table.crews.member))
    return lists.take(pa.array(table.crew, mask=table.crew < 0))


def _sketches(table: Table) -> Any:
    """The sketch of every row's text as a list: the place of an entry is part of it."""
    width = table.sketch.shape[1]
    marked = table.sketch.astype(np.int32) | (np.arange(width, dtype=np.int32) << 16)
    starts = np.arange(len(table) + 1, dtype=np.int32) * width
    lists = pa.ListArray.from_arrays(pa.array(starts), pa.array(marked.ravel()))
    silent = ~table.sketch.any(axis=1)
    return lists.take(pa.array(np.arange(len(table), dtype=np.int32), mask=silent))


def main(arguments: list[str] | None = None) -> int:
    """Write a prepared world's rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.splink_columns")
    parser.add_argument("world", type=Path)
    parser.add_argument("rows", type=Path)
    asked = parser.parse_args(arguments)
    parquet.write_table(to_arrow(read_table(asked.world / "rows.npz")), asked.rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
