"""Our side of `benchmarks.febrl`: persons and addresses of Australia with the general parts of the linker.

    python -m benchmarks.febrl_ours RECORDS.csv GROUPS

Blocks and windows (`dedupe.pairs`), patterns of levels and their weights (`dedupe.patterns`), learning without labels
(`dedupe.learning`) and grouping are those that link complaints; only the table of fields and keys below is about Febrl.
The line is the one complaints are joined at, odds of sixteen to one. No label is read.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from benchmarks.side import Clock, save_groups, say
from dedupe import learning, pairs, patterns
from dedupe.components import components
from dedupe.learning import Chances
from dedupe.table import I8, I32, I64
from dedupe.values import hashed

Records: TypeAlias = dict[str, list[str]]
LINE = 4.0
"""Bits from which two records are joined: odds of sixteen to one."""
PULL = 20.0
"""Pairs that the start is worth: the file is small."""
USUAL = pairs.Limits(largest=40, window=10, orders=(0, 1))
KEYS: tuple[tuple[str, ...], ...] = (
    ("soc_sec_id",),
    ("date_of_birth",),
    ("given_name", "surname"),
    ("surname", "postcode"),
    ("given_name", "postcode"),
    ("surname", "suburb"),
    ("given_name", "suburb"),
    ("address_1", "street_number"),
    ("address_1", "postcode"),
    ("given_name", "address_1"),
    ("surname", "address_1"),
    ("address_2", "postcode"),
    ("surname",),
    ("given_name",),
    ("postcode",),
)
"""What two records must share to be looked at. Blocks too large to give all pairs are walked by name and by birth."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field, how its values are compared when they are not equal, and what is expected of its levels at the start.

    `same` and `other` are the chances of each level for two records of one person and of two persons.
    """

    name: str
    steps: Callable[[Sequence[str], Sequence[str]], I8]
    same: tuple[float, ...]
    other: tuple[float, ...]


def _text(left: Sequence[str], right: Sequence[str]) -> I8:
    """1: one slip; 2: alike; 3: different."""
    slips = cpdist(left, right, scorer=OSA.distance, score_cutoff=1, dtype=np.int32)
    alike = cpdist(left, right, scorer=JaroWinkler.similarity, score_cutoff=0.88, dtype=np.float32)
    found: I8 = np.where(slips <= 1, 1, np.where(alike > 0, 2, 3)).astype(np.int8)
    return found


def _digits(left: Sequence[str], right: Sequence[str]) -> I8:
    """1: one slip, two neighbours exchanged counting as one; 2: two slips; 3: different."""
    slips = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int32)
    found: I8 = np.minimum(slips, 3).astype(np.int8)
    return found


SAME, OTHER = (0.75, 0.12, 0.05, 0.08), (0.02, 0.01, 0.02, 0.95)
FIELDS = (
    Field("given_name", _text, SAME, OTHER),
    Field("surname", _text, SAME, OTHER),
    Field("date_of_birth", _digits, SAME, (0.005, 0.005, 0.04, 0.95)),
    Field("soc_sec_id", _digits, SAME, (0.0002, 0.0002, 0.0006, 0.999)),
    Field("street_number", _digits, SAME, (0.02, 0.15, 0.43, 0.4)),
    Field("address_1", _text, SAME, OTHER),
    Field("address_2", _text, SAME, OTHER),
    Field("suburb", _text, SAME, OTHER),
    Field("postcode", _digits, SAME, (0.02, 0.03, 0.15, 0.8)),
)
SIZES = tuple(len(field.same) for field in FIELDS)


def read(path: Path) -> Records:
    """The columns of the file, blanks removed."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {name: [row[name].strip() for row in rows] for name in rows[0]}


def candidates(records: Records) -> pairs.Candidates:
    """The pairs to compare."""
    uid = _hashes(records["rec_id"])
    by_name = [f"{one} {other}" for one, other in zip(records["surname"], records["given_name"], strict=True)]
    orders = [pairs.order_by(_ranks(words), uid) for words in (by_name, records["date_of_birth"])]
    return pairs.candidates([_column(records, names) for names in KEYS], orders)


def _column(records: Records, names: tuple[str, ...]) -> pairs.KeyColumn:
    joined = list(zip(*(records[name] for name in names), strict=True))
    rows = [row for row, said in enumerate(joined) if all(said)]
    rule = " + ".join(names)
    keys = [hashed(rule, "\x1f".join(joined[row])) for row in rows]
    return pairs.KeyColumn(rule, np.asarray(rows, dtype=np.int32), np.asarray(keys, dtype=np.uint64), USUAL)


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    return np.asarray([hashed("record", text) for text in texts], dtype=np.uint64)


def _ranks(texts: Sequence[str]) -> NDArray[np.uint64]:
    ranks: NDArray[np.uint64] = np.unique(np.asarray(texts), return_inverse=True)[1].astype(np.uint64)
    return ranks


def compare(records: Records, left: I32, right: I32) -> I8:
    """The level of every field of every pair, -1 where one of the two says nothing."""
    levels = np.full((len(left), len(FIELDS)), -1, dtype=np.int8)
    for position, field in enumerate(FIELDS):
        values, codes = np.unique(np.asarray(records[field.name], dtype=object), return_inverse=True)
        said = np.asarray([bool(value) for value in values])
        one, other = codes[left].astype(np.int64), codes[right].astype(np.int64)
        both = said[one] & said[other]
        levels[both & (one == other), position] = 0
        asked = np.flatnonzero(both & (one != other))
        low, high = np.minimum(one[asked], other[asked]), np.maximum(one[asked], other[asked])
        distinct, back = np.unique(low * len(values) + high, return_inverse=True)
        first, second = np.divmod(distinct, len(values))
        levels[asked, position] = field.steps(values[first].tolist(), values[second].tolist())[back]
    return levels


def weigh(levels: I8) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """The bits for "one person" of every pair, with chances learned from the pairs themselves."""
    packed = patterns.pack(levels, SIZES)
    tallied = patterns.tally(packed, SIZES)
    tables = tuple(np.stack([field.same, field.other], axis=1) for field in FIELDS)
    learned = learning.learn(tallied, Chances(np.asarray([0.2, 0.8]), tables), pull=PULL)
    chances = learned.chances
    weights = patterns.Weights.of(
        patterns.whole(np.log2(chances.prior)), [patterns.whole(np.log2(table)) for table in chances.tables]
    )
    same, other = weights.of_pairs(packed)
    facts = {"patterns": len(tallied.counts), "rounds": learned.rounds, "prior": float(chances.prior[0])}
    return (same - other) / patterns.UNIT, facts


def group(size: int, left: I32, right: I32, bits: NDArray[np.float64]) -> I64:
    """Who is joined by pairs above the line."""
    joins = bits >= LINE
    return components(size, left[joins], right[joins]).astype(np.int64)


def main(arguments: list[str] | None = None) -> int:
    """Read, pair, compare, learn, group."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.febrl_ours")
    parser.add_argument("records", type=Path)
    parser.add_argument("groups", type=Path)
    asked = parser.parse_args(arguments)
    clock = Clock()
    with clock.part("read"):
        records = read(asked.records)
    size = len(records["rec_id"])
    with clock.part("pair"):
        found = candidates(records)
    with clock.part("compare"):
        levels = compare(records, found.left, found.right)
    with clock.part("train"):
        bits, facts = weigh(levels)
    with clock.part("link"):
        groups = group(size, found.left, found.right, bits)
    save_groups(asked.groups, {"ours": groups})
    say(clock, {"pairs": len(found), **facts})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
