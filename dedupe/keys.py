"""The table of rules by which two complaints meet: what they must share. Everything else is never compared.

A rule names the parts that its key is made of; a complaint that lacks one of them has no key there. Parts are worked
out from the table's values and are the same in every process, so that keys can be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

import numpy as np

from dedupe import pairs
from dedupe.edges import ranges
from dedupe.key_parts import PARTS, mixed, parts_of, rounded
from dedupe.pairs import Candidates, KeyColumn, Limits, Order, order_by
from dedupe.table import I32, U64, Table

PLACE, SUM, PERSON = 0, 1, 2
"""The orders in which large blocks are walked: by where and when, by how much is owed, by who complains."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `parts` are names of `PARTS`; `limits` say what becomes of a large block.

    `near`: two who say different districts do not meet by this rule, which is for those who say none.
    """

    name: str
    parts: tuple[str, ...]
    limits: Limits
    near: bool = False


_FEW = Limits(largest=16, window=1, orders=(PLACE, SUM))
_PHONE = Limits(largest=8, window=1, orders=(PLACE, SUM), open=24)
_SUM = Limits(largest=24, window=1, orders=(PLACE, SUM))
_MONTHS = Limits(largest=4, window=1, orders=(PLACE,), open=32)
_ROUGH = Limits(largest=16, window=1, orders=(PLACE,))
_FIRM = Limits(largest=5, window=1, orders=(PLACE, PERSON), open=40)
_SITE = Limits(largest=6, window=1, orders=(PLACE, PERSON), open=48)
_PERSON = Limits(largest=8, window=2, orders=(PLACE,))
_SIDE = Limits(largest=4, window=1, orders=(PLACE,), open=16)
_SLIP = Limits(largest=4, window=1, orders=(SUM,), open=16)
_CODE = Limits(largest=4, window=1, orders=(SUM,))
_NAMED = Limits(largest=3, window=1, orders=(PLACE,))
_TEXT = Limits(largest=4, window=1, orders=(PLACE,))

RULES: tuple[Rule, ...] = (
    Rule("phone", ("phone",), _PHONE),
    Rule("phone ends and surname", ("phone ends", "surname"), _FEW),
    Rule("phone ends and district", ("phone ends", "district"), _FEW),
    Rule("phone head and district", ("phone head", "district"), _FEW),
    Rule("identity number", ("id_no",), _FEW),
    Rule("identity ends and surname", ("id ends", "surname"), _FEW),
    Rule("name and site", ("name", "site"), _FEW),
    Rule("name and rough sum", ("name", "rough"), _FEW, near=True),
    Rule("name sound and core head", ("name sound", "core head"), _FEW, near=True),
    Rule("surname, core head and district", ("surname", "core head", "district"), _PERSON),
    Rule("surname, rough sum and last month", ("surname", "rough", "last"), _ROUGH, near=True),
    Rule("sum and site", ("amount", "site sound"), _FEW, near=True),
    Rule("core head and rough sum", ("core head", "rough"), _SIDE, near=True),
    Rule("rough sum, months and district", ("rough", "month", "last", "district"), _MONTHS),
    Rule("sum, district and month", ("amount", "district", "month"), _SUM),
    Rule("core first, sum and month", ("core first", "amount", "month"), _SUM, near=True),
    Rule("core last, sum and month", ("core last", "amount", "month"), _SUM, near=True),
    Rule("core head and trade", ("core head", "trade"), _NAMED, near=True),
    Rule("core head and district", ("core head", "district"), _FIRM),
    Rule("core tail and district", ("core tail", "district"), _SIDE),
    Rule("core head, trade and month", ("core head", "trade", "month"), _SLIP, near=True),
    Rule("core first, trade, district and month", ("core first", "trade", "district", "month"), _SLIP),
    Rule("core last, trade, district and month", ("core last", "trade", "district", "month"), _SLIP),
    Rule("alias and district", ("alias", "district"), _FIRM),
    Rule("site sound and district", ("site sound", "district"), _SITE),
    Rule("site and month", ("site", "month"), _SIDE, near=True),
    Rule("address", ("address", "district"), _SIDE),
    Rule("boss and district", ("boss", "district"), _SIDE),
    Rule("boss's phone", ("boss phone",), _SIDE),
    Rule("credit code", ("code",), _CODE),
    *(Rule("text", (f"text {band}",), _TEXT) for band in range(2)),
)
CREW = Rule("person or member of a roster, and district", (), Limits(largest=6, window=1, orders=(PLACE, SUM)))


def _bits(part: U64, count: int) -> U64:
    """The first bits of a hash."""
    return part >> np.uint64(64 - count)


def order_words(table: Table) -> tuple[U64, U64, U64]:
    """How all rows stand in large blocks, by `PLACE`, `SUM` and `PERSON`."""
    site, who, name = PARTS["site"](table), PARTS["surname"](table), PARTS["name sound"](table)
    phase = PARTS["phase"](table) >> np.uint64(60)
    month = table.first.astype(np.uint64) & np.uint64(0xFFF)
    rough = np.minimum(rounded(table), 0xFFFF).astype(np.uint64)
    exact = np.minimum(table.amount // 100, 0xFFFFFF).astype(np.uint64)
    place = _bits(site, 20) << np.uint64(44) | phase << np.uint64(40) | month << np.uint64(28)
    place |= rough << np.uint64(12) | _bits(who, 12)
    total = rough << np.uint64(48) | month << np.uint64(36) | exact << np.uint64(12) | _bits(who, 12)
    person = _bits(who, 12) << np.uint64(52) | _bits(name, 12) << np.uint64(40) | month << np.uint64(28)
    person |= rough << np.uint64(12) | _bits(site, 12)
    return place, total, person


Said: TypeAlias = Callable[[str], U64]
"""What every complaint says of a part, by the part's name in `PARTS`."""


def key_columns(table: Table, part: Said | None = None) -> Sequence[Callable[[], KeyColumn]]:
    """All columns of keys, always as many and in one order; each is made when it is called for.

    `part` gives the parts when they are kept; else each is worked out for every rule that names it.
    """
    said = part or parts_of(table)
    return [*(partial(_column, table, said, rule) for rule in RULES), partial(_crew, table, said)]


def columns_of(table: Table) -> list[KeyColumn]:
    """All columns of keys at once, each part worked out once. The rows should be few."""
    return [make() for make in key_columns(table, cache(parts_of(table)))]


def _column(table: Table, part: Said, rule: Rule) -> KeyColumn:
    return _keyed(rule, mixed(*(part(name) for name in rule.parts)), table, part)


def _keyed(rule: Rule, keys: U64, table: Table, part: Said) -> KeyColumn:
    rows = np.flatnonzero(keys).astype(np.int32)
    near = table.district if rule.near else None
    return KeyColumn(rule.name, rows, keys[rows], rule.limits, near, who(part("surname")) if rule.limits.open else None)


def who(surnames: U64) -> I32:
    """A number of 31 bits for the surname of whoever complains, 0 where it is not said."""
    found: I32 = (surnames >> np.uint64(33)).astype(np.int32)
    return found


def _crew(table: Table, part: Said) -> KeyColumn:
    """Whom a roster of a district names meets the others who name them, and whoever complains there alone."""
    crews, district = table.crews, part("district")
    rows = np.flatnonzero((table.crew >= 0) & (district > 0)).astype(np.int32)
    first, after = crews.start[table.crew[rows]], crews.start[table.crew[rows] + 1]
    counts = after - first
    members = crews.member[ranges(first, after)]
    listed = np.repeat(rows, counts)
    rosters = KeyColumn(CREW.name, listed, mixed(members, district[listed]), CREW.limits)
    alone = [_keyed(CREW, mixed(part(name), district), table, part) for name in ("phone", "id_no", "name")]
    keys = np.concatenate([rosters.keys, *(one.keys for one in alone)])
    every = np.concatenate([rosters.rows, *(one.rows for one in alone)])
    return KeyColumn(CREW.name, every, keys, CREW.limits)


def orders_of(table: Table) -> list[Order]:
    """The orders in which large blocks are walked."""
    return [order_by(words, table.uid) for words in order_words(table)]


def candidates(table: Table) -> Candidates:
    """Every pair that shares a key of some rule."""
    *rules, crew = key_columns(table)
    return pairs.candidates([crew, *rules], orders_of(table))  # the longest column first: little else is in memory
