"""Everything that is linked as one file, so that the next run takes in only what is new.

The file holds what people's names, phones and identity numbers look like: whoever keeps one keeps it as such things are
kept. It is good for nothing but the program, the model and the `mark` that it was made for. For all others, and when a
byte of it is damaged, it is no file at all, and everything is made anew from what was told.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, get_args, get_type_hints
from unicodedata import unidata_version

import numpy as np
from numpy.typing import NDArray

from dedupe.standing import Standing
from dedupe.standing_state import State
from dedupe.weights import Model

VERSION = 2
"""Counts up when the form of the file changes."""
MAGIC = b"ARREARS-STANDING\n"
_LONGEST_HEAD = 1_000_000
_HERE = Path(__file__).parent
_LEANS_ON = ("numpy", "opencc", "pypinyin", "python-stdnum", "rapidfuzz")
"""What says how a text is spelled, how it sounds and how far it is from another."""
Arrays: TypeAlias = dict[str, NDArray[Any]]
Beside: TypeAlias = Mapping[str, list[str]]
"""Lists that a keeper wants back with what stands, by name."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a file holds."""

    standing: Standing
    beside: Beside


def write_standing(standing: Standing, file: BinaryIO, *, mark: str, beside: Beside | None = None) -> None:
    """Write everything that stands. `mark` says what it was made of: who reads it must say the same."""
    arrays = dict(_parts("state", State, standing.state()))
    for name, lines in (beside or {}).items():
        arrays |= _parts(name, list[str], lines)
    columns = [(name, str(array.dtype), array.shape) for name, array in arrays.items()]
    head = {**_made_for(standing.model, mark), "beside": sorted(beside or {}), "columns": columns}
    line = json.dumps(head).encode() + b"\n"
    held = hashlib.sha256(line)
    file.write(MAGIC + line)
    for array in arrays.values():
        plain = _plain(np.ascontiguousarray(array))
        held.update(plain)
        file.write(plain)
    file.write(held.digest())


def read_standing(file: BinaryIO, model: Model, *, mark: str) -> Resumed | None:
    """What stood when the file was written. None if the file is damaged or was made for anything else."""
    if file.read(len(MAGIC)) != MAGIC:
        return None
    line = file.readline(_LONGEST_HEAD)
    held = hashlib.sha256(line)
    try:
        head = json.loads(line)
        if {name: head[name] for name in ("made", "model", "mark")} != _made_for(model, mark):
            return None
        sizes = {name: (np.dtype(kind), tuple(map(int, shape))) for name, kind, shape in head["columns"]}
        beside = [str(name) for name in head["beside"]]
        if not _fits(file, sizes):
            return None
    except (ValueError, KeyError, TypeError):
        return None
    arrays: Arrays = {}
    for name, (kind, shape) in sizes.items():
        arrays[name] = np.empty(shape, dtype=kind)
        plain = _plain(arrays[name])
        file.readinto(plain)  # type: ignore[attr-defined]  # files and streams of bytes have it
        held.update(plain)
    if file.read() != held.digest():
        return None
    state = _whole("state", State, arrays)
    return Resumed(Standing.of(state, model), {name: _whole(name, list[str], arrays) for name in beside})


def keep_standing(standing: Standing, path: Path, *, mark: str) -> None:
    """Write a file whole or not at all; only its owner may read it."""
    number, half = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            write_standing(standing, file, mark=mark)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def kept_standing(path: Path, model: Model, *, mark: str) -> Standing | None:
    """What a file holds; None if there is none that is good for this."""
    try:
        with path.open("rb") as file:
            resumed = read_standing(file, model, mark=mark)
    except OSError:
        return None
    return resumed.standing if resumed else None


def _made_for(model: Model, mark: str) -> dict[str, str]:
    return {"made": f"{VERSION} {_program()}", "model": f"{model.version} {model.digest}", "mark": mark}


@cache
def _program() -> str:
    """What the linker's own text and what it leans on come to: with any change keys, pairs and groups may be others."""
    held = hashlib.sha256(json.dumps([unidata_version, *map(version, _LEANS_ON)]).encode())
    for path in sorted([*_HERE.glob("*.py"), *(_HERE / "data").iterdir()]):
        held.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return held.hexdigest()


def _plain(array: NDArray[Any]) -> memoryview:
    """Its bytes."""
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # an array is a buffer


def _fits(file: BinaryIO, sizes: Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]) -> bool:
    """Is the file as long as its columns say? Else they are not to be believed."""
    here = file.tell()
    rest = file.seek(0, os.SEEK_END) - here
    file.seek(here)
    plain = all(kind.kind in "biuf" and min(shape, default=0) >= 0 for kind, shape in sizes.values())
    wanted = sum(kind.itemsize * int(np.prod(shape, dtype=object)) for kind, shape in sizes.values())
    return plain and rest == wanted + hashlib.sha256().digest_size


def _parts(name: str, kind: Any, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """A value as arrays: the fields of a dataclass one by one, a list of texts as one text and where each ends."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for one in fields(kind):
            yield from _parts(f"{name}.{one.name}", hints[one.name], getattr(value, one.name))
    elif get_args(kind)[:1] == (str,):
        text = [line.encode("utf-8", "surrogatepass") for line in value]
        yield f"{name}.text", np.frombuffer(b"".join(text), dtype=np.uint8)
        yield f"{name}.ends", np.cumsum([len(line) for line in text], dtype=np.int64)
    elif isinstance(value, list):
        yield f"{name}.count", np.asarray([len(value)])
        for place, array in enumerate(value):
            yield f"{name}.{place}", array
    else:
        yield name, value


def _whole(name: str, kind: Any, arrays: Arrays) -> Any:
    """A value of its arrays."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        found = {one.name: _whole(f"{name}.{one.name}", hints[one.name], arrays) for one in fields(kind)}
        return kind(**found)  # type: ignore[operator]  # a class, no object of it
    if get_args(kind)[:1] == (str,):
        text, ends = arrays[f"{name}.text"].tobytes(), arrays[f"{name}.ends"].tolist()
        starts = [0, *ends[:-1]]
        return [text[start:end].decode("utf-8", "surrogatepass") for start, end in zip(starts, ends, strict=False)]
    if f"{name}.count" in arrays:
        return [arrays[f"{name}.{place}"] for place in range(int(arrays[f"{name}.count"][0]))]
    return arrays[name]
