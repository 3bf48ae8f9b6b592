"""Which pairs are looked at at all: complaints that share one of the keys of a table of rules.

A key is a 64-bit number made of the codes of a complaint's values. A block that is too large is refined by further
fields and, where even those do not split it, walked in sorted order with a window; what is lost is counted in the
ledger and never silently dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.comparison import Rows
from dedupe.employers import Employer
from dedupe.fingerprint import Fingerprints
from dedupe.sites import Site
from dedupe.text import sound

Keys: TypeAlias = NDArray[np.int64]
NOTHING = 0
"""The key of a complaint that a rule has nothing to say about."""
LARGEST = 120
WINDOW = 8
_BAND = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what two complaints must share. `keys` gives one or more key columns, 0 for none."""

    name: str
    keys: Callable[[Parts], Sequence[Keys]]
    refine: tuple[str, ...] = ("site", "name", "month", "phone")


@dataclass(frozen=True, slots=True)
class Loss:
    """One line of the recall ledger: pairs of a rule that its blocks held and that were not looked at."""

    rule: str
    blocks: int
    held: int
    kept: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs to compare, left row before right row, each once; and what the block sizes cost."""

    left: Rows
    right: Rows
    ledger: tuple[Loss, ...]


class Parts:
    """Codes of the parts that keys are made of, per complaint, each worked out once."""

    def __init__(self, prints: Fingerprints) -> None:
        self.prints = prints
        self.known: dict[str, Keys] = {}

    def of(self, name: str) -> Keys:
        """The codes of one part of `PARTS`."""
        if name not in self.known:
            column, take = PARTS[name]
            values = self.prints.columns[column].values
            codes = np.asarray([_code(name, take(value)) for value in values] + [NOTHING], dtype=np.int64)
            self.known[name] = codes[self.prints.columns[column].codes]
        return self.known[name]

    def both(self, *names: str) -> Keys:
        """One key of several parts, 0 where one of them is missing."""
        joined = np.zeros(len(self.prints), dtype=np.uint64)
        missing = np.zeros(len(self.prints), dtype=bool)
        for name in names:
            codes = self.of(name)
            missing |= codes == NOTHING
            joined = (joined ^ codes.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            joined ^= joined >> np.uint64(29)
        joined[missing] = NOTHING
        return joined.view(np.int64)


def _code(part: str, value: str) -> int:
    """A number for a value that is the same in every run, so that keys can be kept."""
    if not value:
        return NOTHING
    return int.from_bytes(blake2b(f"{part}:{value}".encode(), digest_size=8).digest(), "little", signed=True)


def _address_key(spot: Site) -> str:
    return f"{spot.core[:6]}/{spot.house}" if spot.core and spot.house else ""


def _site_key(spot: Site) -> str:
    return spot.core[:4] if len(spot.core) >= 2 else ""


def _core(firm: Employer) -> str:
    return firm.core


PARTS: dict[str, tuple[str, Callable[..., str]]] = {
    "core": ("employer", _core),
    "core sound": ("employer", lambda firm: firm.heard),
    "core head": ("employer", lambda firm: firm.core[:2]),
    "core tail": ("employer", lambda firm: firm.core[-2:]),
    "name of firm": ("employer", lambda firm: "".join(sorted(firm.key)) if len(firm.key) > 3 else ""),
    "other name": ("employer", lambda firm: firm.aliases[0] if firm.aliases else firm.core),
    "code": ("code", str),
    "site": ("site", _site_key),
    "site sound": ("site", lambda spot: sound(spot.core[:4]) if len(spot.core) >= 3 else ""),
    "address": ("address", _address_key),
    "district": ("district", lambda code: code[:6]),
    "name": ("name", lambda who: who.key),
    "name sound": ("name", lambda who: sound(who.key) if who.key else ""),
    "surname": ("name", lambda who: who.surname),
    "phone": ("phone", lambda line: line.phone.digits if line.phone.full else ""),
    "phone ends": ("phone", lambda line: line.phone.digits[:3] + line.phone.digits[-4:]),
    "phone tail": ("phone", lambda line: line.phone.digits[-6:] if "*" not in line.phone.digits[-6:] else ""),
    "phone head": ("phone", lambda line: line.phone.digits[:7] if "*" not in line.phone.digits[:7] else ""),
    "id_no": ("id_no", lambda one: one.digits if "*" not in one.digits else ""),
    "id ends": ("id_no", lambda one: one.digits[:6] + one.digits[-4:] if "*" not in one.digits[-4:] else ""),
    "boss": ("boss", lambda who: who.key),
    "amount": ("amount", str),
    "month": ("period", lambda period: str(period.first)),
    "year": ("period", lambda period: str(period.last // 12)),
}


def _one(*names: str) -> Callable[[Parts], Sequence[Keys]]:
    return lambda parts: [parts.both(*names)]


def _texts(parts: Parts) -> Sequence[Keys]:
    """Six sketch columns at a time: only texts told in nearly the same words meet in one of four such keys."""
    rows = parts.prints.sketches.astype(np.uint64)
    found = []
    for band in range(0, rows.shape[1], _BAND):
        joined = np.full(len(rows), band + 1, dtype=np.uint64)
        for column in range(band, band + _BAND):
            joined = (joined ^ rows[:, column]) * np.uint64(0x9E3779B97F4A7C15)
            joined ^= joined >> np.uint64(29)
        joined[rows[:, 0] == 0] = NOTHING
        found.append(joined.view(np.int64))
    return found


RULES: tuple[Rule, ...] = (
    Rule("phone", _one("phone")),
    Rule("identity number", _one("id_no")),
    Rule("visible phone and surname", _one("phone ends", "surname")),
    Rule("phone but for its head, and surname", _one("phone tail", "surname")),
    Rule("phone but for its tail, and surname", _one("phone head", "surname")),
    Rule("visible identity number and surname", _one("id ends", "surname")),
    Rule("name and district", _one("name", "district")),
    Rule("name and core", _one("name", "core head")),
    Rule("name and site", _one("name", "site")),
    Rule("sound of the name and amount", _one("name sound", "amount")),
    Rule("credit code", _one("code")),
    Rule("core and district", _one("core", "district")),
    Rule("characters of the firm's name, in any order", _one("name of firm")),
    Rule("core and amount", _one("core", "amount")),
    Rule("core and site", _one("core", "site")),
    Rule("sound of the core and district", _one("core sound", "district")),
    Rule("head of the core and district", _one("core head", "district")),
    Rule("tail of the core and district", _one("core tail", "district")),
    Rule("head of the core and month", _one("core head", "month")),
    Rule("tail of the core and month", _one("core tail", "month")),
    Rule("other name of the firm", _one("other name")),
    Rule("site", _one("site")),
    Rule("sound of the site", _one("site sound")),
    Rule("address", _one("address")),
    Rule("boss and district", _one("boss", "district")),
    Rule("text", _texts),
)


def candidates(prints: Fingerprints, *, rules: Sequence[Rule] = RULES, largest: int = LARGEST) -> Candidates:
    """Every pair that shares a key of some rule."""
    parts = Parts(prints)
    size = len(prints)
    found: list[Keys] = []
    ledger: list[Loss] = []
    for rule in rules:
        held = kept = blocks = 0
        for keys in rule.keys(parts):
            pairs, lost = _pairs_of(keys, parts, rule, largest)
            found.append(pairs)
            blocks += lost.blocks
            held += lost.held
            kept += lost.kept
        if blocks:
            ledger.append(Loss(rule.name, blocks, held, kept))
    packed = _distinct(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    left, right = np.divmod(packed, max(size, 1))
    return Candidates(left, right, tuple(ledger))


def _distinct(packed: Keys) -> Keys:
    """Sorted, each once. Sorting and masking is many times faster than `np.unique` on 64-bit numbers."""
    packed = np.sort(packed)
    if not len(packed):
        return packed
    return packed[np.concatenate(([True], packed[1:] != packed[:-1]))]


def _pairs_of(keys: Keys, parts: Parts, rule: Rule, largest: int) -> tuple[Keys, Loss]:
    """The pairs of one key column, packed as left * size + right."""
    size = len(keys)
    rows = np.flatnonzero(keys != NOTHING)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    ranked = keys[rows]
    if not len(ranked):
        return np.zeros(0, dtype=np.int64), Loss(rule.name, 0, 0, 0)
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    sizes = np.diff(np.append(starts, len(ranked)))
    found = [_small_blocks(rows, starts, sizes, size, largest)]
    blocks = held = kept = 0
    for start, count in zip(starts[sizes > largest], sizes[sizes > largest], strict=True):
        pairs = _refined(rows[start : start + count], parts, rule, largest, size)
        found.append(pairs)
        blocks += 1
        held += int(count) * (int(count) - 1) // 2
        kept += len(pairs)
    return np.concatenate(found), Loss(rule.name, blocks, held, kept)


def _small_blocks(rows: Keys, starts: Keys, sizes: Keys, size: int, largest: int) -> Keys:
    """All pairs of the blocks that are small enough, one block size at a time."""
    found = [np.zeros(0, dtype=np.int64)]
    for count in sorted({int(one) for one in sizes if 2 <= one <= largest}):
        first = starts[sizes == count]
        members = rows[first[:, None] + np.arange(count)]
        one, other = np.triu_indices(count, 1)
        low, high = members[:, one].ravel(), members[:, other].ravel()
        found.append(np.minimum(low, high) * size + np.maximum(low, high))
    return np.concatenate(found)


def _refined(members: Keys, parts: Parts, rule: Rule, largest: int, size: int) -> Keys:
    """The pairs of an oversized block that share one more field, and each one's neighbours in sorted order."""
    found = []
    columns = [parts.of(name)[members] for name in rule.refine]
    for codes in columns:
        order = np.argsort(codes, kind="stable")
        inside, ranked = members[order], codes[order]
        starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
        sizes = np.diff(np.append(starts, len(ranked)))
        keep = ranked[starts] != NOTHING
        found.append(_small_blocks(inside, starts[keep], sizes[keep], size, largest))
    ranked = members[np.lexsort([members, *reversed(columns)])]
    for step in range(1, min(WINDOW, len(ranked) - 1) + 1):
        one, other = ranked[:-step], ranked[step:]
        found.append(np.minimum(one, other) * size + np.maximum(one, other))
    return _distinct(np.concatenate(found))
