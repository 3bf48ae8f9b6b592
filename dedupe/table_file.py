"""A table as one file: plain arrays behind a header, read back in a fraction of a second.

The file holds what people's names, phones and identity numbers look like: whoever keeps one keeps it encrypted.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casework.errors import BadInput
from dedupe.table import VALUES, Crews, Firms, Numbers, Persons, Sites, Table, Values, Words

VERSION = 1
"""Counts up when the meaning of a column changes: a file of another version is made anew, never read."""
_KINDS: dict[str, type[Any]] = {
    "words": Words,
    "firms": Firms,
    "sites": Sites,
    "persons": Persons,
    "phones": Numbers,
    "ids": Numbers,
    "crews": Crews,
}
Arrays: TypeAlias = dict[str, NDArray[Any]]


def write_table(table: Table, path: Path) -> None:
    """Write a table whole or not at all; only its owner may read the file."""
    arrays: Arrays = {"version": np.asarray(VERSION)}
    for name in VALUES:
        arrays |= _apart(name, getattr(table, name))
    arrays |= {one.name: getattr(table, one.name) for one in fields(Table) if one.name not in VALUES}
    half = path.with_name(f"{path.name}.half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    half.replace(path)


def read_table(path: Path) -> Table:
    """The table of a file. Raises `BadInput` when it is damaged or of another version."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if int(arrays["version"]) != VERSION:
                raise BadInput(f"{path.name} is a table of another version: make it anew.")
            found: dict[str, Any] = {name: _whole(name, arrays) for name in VALUES}
            found |= {one.name: arrays[one.name] for one in fields(Table) if one.name not in VALUES}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as failed:
        raise BadInput(f"{path.name} is no table, or is damaged: make it anew.") from failed
    return Table(**found)


def _apart(name: str, values: Values) -> Arrays:
    """The columns of a kind of values. The words' text is one text and where each word ends in it."""
    columns = {f"{name}.{one.name}": getattr(values, one.name) for one in fields(values) if one.name != "text"}
    if isinstance(values, Words):
        text = values.text[: len(values.key)]
        columns["words.text"] = np.frombuffer("".join(text).encode(), dtype=np.uint8)
        columns["words.ends"] = np.cumsum([len(word) for word in text], dtype=np.int64)
    return columns


def _whole(name: str, arrays: Any) -> Any:
    kind = _KINDS[name]
    columns: dict[str, Any] = {one.name: arrays[f"{name}.{one.name}"] for one in fields(kind) if one.name != "text"}
    if kind is Words:
        text, ends = arrays["words.text"].tobytes().decode(), arrays["words.ends"].tolist()
        columns["text"] = [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    return kind(**columns)
