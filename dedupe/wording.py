"""How alike two narratives are, from a small sketch of each: min-wise hashes of their three-character pieces.

The share of equal sketch columns estimates the share of pieces the two texts have in common (Broder 1997), at the
cost of a few array operations instead of a text comparison per pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.table import SKETCH
from dedupe.text import clean, clean_all

WIDTH = 24
SHORTEST = 12
LONGEST = 2500
"""Characters of a text that are sketched: a pasted book must not hold up its neighbours."""
_MASK = np.uint64(0xFFFFFFFF)
_FACTORS = np.asarray([(pow(0x9E3779B97F4A7C15, power, 2**64) >> 32) | 1 for power in range(1, WIDTH + 1)], np.uint64)
_OFFSETS = np.asarray([pow(0xC2B2AE3D27D4EB4F, power, 2**64) >> 32 for power in range(1, WIDTH + 1)], np.uint64)

_ODD = tuple(np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
_TURNS = tuple(np.uint32(pow(0x9E3779B97F4A7C15, power, 2**64) >> 32 | 1) for power in range(1, SKETCH + 1))
_SHIFTS = tuple(np.uint32(pow(0xC2B2AE3D27D4EB4F, power, 2**64) >> 32) for power in range(1, SKETCH + 1))


def sketches(texts: Sequence[str | None]) -> NDArray[np.uint32]:
    """One row of `WIDTH` numbers a text; a row of zeros when there is too little text to compare."""
    rows = np.zeros((len(texts), WIDTH), dtype=np.uint32)
    known: dict[str, NDArray[np.uint32]] = {}
    for index, text in enumerate(texts):
        said = clean(text)
        if len(said) < SHORTEST:
            continue
        if said not in known:
            known[said] = _sketch(said)
        rows[index] = known[said]
    return rows


def _sketch(said: str) -> NDArray[np.uint32]:
    points = np.frombuffer(said.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    first, second, third = (np.uint64(odd) for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))
    pieces = (points[:-2] * first ^ points[1:-1] * second ^ points[2:] * third) & _MASK
    hashed = ((pieces[:, None] * _FACTORS + _OFFSETS) >> np.uint64(16)) & _MASK
    least: NDArray[np.uint32] = np.maximum(hashed.min(axis=0), 1).astype(np.uint32)
    return least


def sketch_all(texts: Sequence[str]) -> NDArray[np.uint16]:
    """One row of `SKETCH` numbers a text, many texts at once; a row of zeros when there is too little to compare."""
    said = [one[:LONGEST] for one in clean_all([text[: 2 * LONGEST] for text in texts])]
    rows = np.zeros((len(said), SKETCH), dtype=np.uint16)
    told = np.flatnonzero([len(one) >= SHORTEST for one in said])
    if not len(told):
        return rows
    points = np.frombuffer("".join(said[row] for row in told.tolist()).encode("utf-32-le"), dtype=np.uint32)
    sizes = np.asarray([len(said[row]) for row in told.tolist()])
    ends = np.cumsum(sizes)
    pieces = points[:-2] * _ODD[0] ^ points[1:-1] * _ODD[1] ^ points[2:] * _ODD[2]
    pieces = _stirred(pieces)
    within = np.ones(len(pieces), dtype=np.bool_)
    within[ends[:-1] - 1] = within[ends[:-1] - 2] = False  # A piece that reaches into the next text is nobody's.
    pieces, starts = pieces[within], ends - sizes - 2 * np.arange(len(sizes))
    for column in range(SKETCH):
        least = np.minimum.reduceat(pieces * _TURNS[column] + _SHIFTS[column], starts)
        rows[told, column] = np.maximum(_stirred(least) >> np.uint32(16), 1)
    return rows


def _stirred(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Numbers of 32 bits so mixed that every bit hangs on every other."""
    mixed = (numbers ^ (numbers >> np.uint32(16))) * _ODD[1]
    mixed = (mixed ^ (mixed >> np.uint32(13))) * _ODD[2]
    found: NDArray[np.uint32] = mixed ^ (mixed >> np.uint32(16))
    return found


def alikeness(
    rows: NDArray[np.unsignedinteger[Any]], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The share of pieces two texts have in common, per pair; NaN where one of them said too little."""
    share: NDArray[np.float32] = (rows[left] == rows[right]).mean(axis=1, dtype=np.float32)
    silent = (rows[left, 0] == 0) | (rows[right, 0] == 0)
    share[silent] = np.nan
    return share
