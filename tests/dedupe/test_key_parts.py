"""Parts of keys by loops are those of plain definitions, value by value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest

from benchmarks.linking import to_complaint
from dedupe.extraction import fill
from dedupe.key_parts import PARTS, mixed, parts_of, said
from dedupe.keys import order_words
from dedupe.record import to_record
from dedupe.table import U64, Numbers, Table
from dedupe.tabulate import tabulate
from dedupe.text import sound
from dedupe.values import hashed
from sandbox.world import make_world
from tests.dedupe.making import said as told

SPREAD, WHOLE = 0x9E3779B97F4A7C15, (1 << 64) - 1
CHANCE = Random(3)


def _folded(key: int, part: int) -> int:
    key = (key ^ part) * SPREAD & WHOLE
    return key ^ key >> 29


def _mixed(parts: Sequence[int]) -> int:
    key = 0
    for part in parts:
        key = _folded(key, part)
    return key if all(parts) else 0


def _counted(characters: str) -> int:
    return _mixed([ord(one) * SPREAD & WHOLE for one in characters])


@pytest.fixture(scope="module")
def table() -> Table:
    world = make_world(5, complaints=300, until=datetime(2026, 11, 20, tzinfo=UTC))
    odd = [
        told("odd", complainant_phone="1391234****", employer_name="甲", narrative="短"),
        told("none"),
        told("smile", employer_name="😀😀有限公司"),
    ]
    return tabulate([*(to_record(fill(to_complaint(one))) for one in world.told), *odd])


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_key_of_several_parts_is_missing_where_one_of_them_is(count: int) -> None:
    rows = [[CHANCE.choice((0, 1, CHANCE.getrandbits(64))) for _ in range(count)] for _ in range(200)]
    parts = np.asarray(rows, dtype=np.uint64).T.copy()
    assert mixed(*parts).tolist() == [_mixed(row) for row in rows]


def test_who_says_nothing_has_no_part() -> None:
    values = np.asarray([7, 2**64 - 1], dtype=np.uint64)
    assert said(values, np.asarray([1, -1, 0], dtype=np.int32)).tolist() == [2**64 - 1, 0, 7]
    assert said(values[:0], np.asarray([-1], dtype=np.int32)).tolist() == [0]


def _digits(numbers: Numbers, row: int, places: Sequence[int]) -> int:
    digits = bytes(numbers.chars[row]).rstrip(b"\0")
    shown = [digits[place] if -len(digits) <= place < len(digits) else 0 for place in places]
    key = 0
    for digit in shown:
        key = _folded(key, digit)
    return key if all(digit not in (0, ord("*")) for digit in shown) else 0


@pytest.mark.parametrize(
    ("name", "column", "kind", "places"),
    [
        ("phone ends", "phone", "phones", (0, 1, 2, -4, -3, -2, -1)),
        ("phone head", "phone", "phones", range(7)),
        ("id ends", "id_no", "ids", (0, 1, 2, 3, 4, 5, -4, -3, -2, -1)),
        ("id birth", "id_no", "ids", range(6, 14)),
    ],
)
def test_digits_are_taken_from_either_end(
    table: Table, name: str, column: str, kind: str, places: Sequence[int]
) -> None:
    numbers = getattr(table, column).tolist()
    wanted = [_digits(getattr(table, kind), number, places) if number >= 0 else 0 for number in numbers]
    assert PARTS[name](table).tolist() == wanted
    assert any(wanted)


def test_pieces_of_employers_names_are_their_first_and_last_characters(table: Table) -> None:
    part = parts_of(table)
    found = {name: part(name).tolist() for name in ("core head", "core tail", "core first", "core last", "trade")}
    for row, number in enumerate(table.firm.tolist()):
        core, trade = (
            table.words.text[column[number]] if number >= 0 else "" for column in (table.firms.core, table.firms.trade)
        )
        core, trade = (piece if len(piece) >= 2 else "" for piece in (core, trade))
        heard = [hashed("heard", sound(character)) for character in core]
        assert found["core head"][row] == _mixed(sorted(heard[:2]) if core else [0])
        assert found["core tail"][row] == _mixed(sorted(heard[-2:]) if core else [0])
        assert found["core first"][row] == (_counted(core[0]) if core else 0)
        assert found["core last"][row] == (_counted(core[-1]) if core else 0)
        assert found["trade"][row] == (_counted(trade[:2]) if trade else 0)


def test_a_band_of_a_text_is_eight_columns_of_its_sketch(table: Table) -> None:
    for band in range(2):
        wanted = []
        for sketch in table.sketch.tolist():
            key = band + 1
            for column in sketch[8 * band : 8 * band + 8]:
                key = _folded(key, column)
            wanted.append(key if sketch[0] else 0)
        assert PARTS[f"text {band}"](table).tolist() == wanted
        assert 0 in wanted


@pytest.mark.parametrize(("part", "of"), [("core", hashed), ("core sound", None)])
def test_the_core_of_an_employers_name_is_a_part_and_how_it_sounds(table: Table, part: str, of: object) -> None:
    """Two complaints share it when the cores of their employers are written, or sound, alike."""
    found, firm = PARTS[part](table).tolist(), table.firm.tolist()
    keys: dict[str, set[int]] = {}
    for row, number in enumerate(firm):
        core = table.words.text[table.firms.core[number]] if number >= 0 else ""
        assert bool(found[row]) == bool(core)
        if core:
            keys.setdefault(core if of else str(sound(core)), set()).add(found[row])
    assert len(keys) > 20
    assert all(len(one) == 1 for one in keys.values())
    assert len(set().union(*keys.values())) == len(keys)


def test_in_the_words_of_large_blocks_every_part_has_its_own_bits(table: Table) -> None:
    """Rows that agree in what stands first stand side by side: a site, its phase, its months, the sum."""

    def bits(word: U64, above: int, count: int) -> list[int]:
        return [one >> above & (1 << count) - 1 for one in word.tolist()]

    def first(part: str, count: int) -> list[int]:
        return [one >> 64 - count for one in PARTS[part](table).tolist()]

    place, total, person = order_words(table)
    month = [one & 0xFFF for one in table.first.tolist()]
    rough = [min(round(fen / 100_000), 0xFFFF) for fen in table.amount.tolist()]
    exact = [min(fen // 100, 0xFFFFFF) for fen in table.amount.tolist()]
    site, who = first("site", 20), first("surname", 12)
    assert len({*month}) > 3
    assert len({*site}) > 20
    assert (bits(place, 44, 20), bits(place, 40, 4), bits(place, 28, 12)) == (site, first("phase", 4), month)
    assert (bits(place, 12, 16), bits(place, 0, 12)) == (rough, who)
    assert (bits(total, 48, 16), bits(total, 36, 12), bits(total, 12, 24), bits(total, 0, 12)) == (
        rough, month, exact, who,
    )  # fmt: skip
    assert (bits(person, 52, 12), bits(person, 40, 12), bits(person, 28, 12)) == (who, first("name sound", 12), month)
    assert (bits(person, 12, 16), bits(person, 0, 12)) == (rough, first("site", 12))
