"""What is kept of everything that is linked, as columns that a file can hold."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.pair_store import Kept
from dedupe.table import I32, U64, Mask, Table


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept, as columns: what `Standing.of` stands on again. Groups are given by row."""

    table: Table
    ids: list[str]
    shared: Mask
    pairs: Kept
    together: U64
    apart: U64
    claim: I32
    case: I32
    shelves: list[U64]
