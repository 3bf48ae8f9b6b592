"""Complaints as columns: what they say does not hang on their order, on their numbering or on where they were kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from casework.errors import BadInput
from casework.linkage import LinkRecord
from dedupe import growing, table_file, wording
from dedupe.growing import Growing, KeyIndex
from dedupe.table import VALUES, VALUES_OF, WORDS_IN, Table
from dedupe.table_file import read_table, write_table
from dedupe.tabulate import TEXTS, tabulate
from dedupe.taking import take
from dedupe.text import clean, clean_all
from dedupe.wording import alikeness, sketch_all, sketches
from tests.dedupe.making import said
from tests.dedupe.tables import joined, same

NAMES = ("王建国", "李**", "张师傅", "欧阳明", "王建", "", None, "陈小燕")
FIRMS = (
    "青岛蓝天海产有限公司",
    "蓝天海产",
    "蓝天水产加工厂",
    "青岛建工集团有限公司泉悦公园二期项目部",
    "包工头王建国",
    "有限公司",
    "即墨华韵服饰（原华云服装厂）",
    None,
)
SITES = ("泉悦公园二期", "三标段", "即墨区鳌山卫街道滨海路12号", "工地", None, "泉悦公园1期")
PHONES = ("13812345678", "138****5678", "+86 139 1234 5678", None, "不详", "138×××5678")
IDS = ("370282199001011239", "3702**********1239", None, "12", "37028219900101123X")
CODES = ("91370282MA3C0ABC1X", None, "913702007137189345")
MONTHS = ("2026-03", "2026-07", None, "2026-13", "0000-00", "9999-12")
SAID = (
    "老板欠我们工资三个月没发，大家都没有办法，请帮忙讨回。",
    "欠薪",
    None,
    "工地上三十个人干了半年，一分钱没有给。",
)


def drawn(seed: int, count: int, *, first: int = 0) -> list[LinkRecord]:
    """Complaints that say now this and now that."""
    rng = Random(seed)
    return [
        said(
            f"c{first + number}",
            day=rng.randrange(90),
            employer_name=rng.choice(FIRMS),
            employer_uscc=rng.choice(CODES),
            site_name=rng.choice(SITES),
            site_address=rng.choice(SITES),
            district_code=rng.choice(("370215", "37021500", "青岛", None)),
            complainant_name=rng.choice(NAMES),
            complainant_phone=rng.choice(PHONES),
            complainant_id_no=rng.choice(IDS),
            workers_count=rng.choice((None, 0, 3, 45)),
            amount_owed=rng.choice((None, Decimal("12000.50"), Decimal(0), Decimal("3E+4"))),
            arrears_from=rng.choice(MONTHS),
            arrears_to=rng.choice(MONTHS),
            narrative=rng.choice(SAID),
            boss_name=rng.choice(NAMES),
            boss_phone=rng.choice(PHONES),
            crew=rng.choice(((), (("王建国", "13812345678", None), ("李四", None, IDS[0])), (("张三", None, None),))),
        )
        for number in range(count)
    ]


def in_parts(records: Sequence[LinkRecord], cuts: Sequence[int]) -> Growing:
    """The same complaints, added in parts."""
    bounds = [0, *cuts, len(records)]
    grown = Growing(tabulate([]))
    for start, end in pairwise(bounds):
        rows = grown.append(tabulate(records[start:end]))
        assert rows.tolist() == list(range(start, end))
    return grown


def unique(table: Table) -> bool:
    """No value stands twice."""
    return all(
        len(set(column.tolist())) == len(column)
        for column in (table.words.key, table.firms.key, table.sites.key, table.phones.key, table.ids.key)
    ) and len({row.tobytes() for row in table.persons.chars}) == len(table.persons.chars)


def test_what_complaints_say_does_not_hang_on_their_order() -> None:
    records = drawn(1, 200)
    mixed = Random(2).sample(records, len(records))
    assert same(tabulate(records), tabulate(mixed))


def test_a_changed_value_is_seen() -> None:
    records = drawn(1, 50)
    other = [*records[:-1], said(records[-1].complaint_id, complainant_name="高大山")]
    assert not same(tabulate(records), tabulate(other))
    assert not same(tabulate(records), tabulate(records[1:]))


def test_two_tables_joined_are_the_table_of_all() -> None:
    one, other = drawn(3, 120), drawn(4, 80, first=120)
    both = joined(tabulate(one), tabulate(other))
    assert same(both, tabulate(one + other))
    assert unique(both)


@pytest.mark.parametrize("seed", range(5))
def test_a_table_that_grew_in_any_parts_is_the_table_of_all(seed: int) -> None:
    records = drawn(seed, 150)
    rng = Random(seed)
    grown = in_parts(records, sorted(rng.randrange(151) for _ in range(rng.randrange(6))))
    assert same(grown.table, tabulate(records))
    assert unique(grown.table)


@pytest.mark.parametrize("chunk", [1, 7, 50, 150, 1000])
def test_a_table_read_in_chunks_of_any_size_is_the_same(chunk: int) -> None:
    records = drawn(20, 150)
    table = tabulate(iter(records), chunk=chunk)
    assert table.uid.tolist() == tabulate(records).uid.tolist()
    assert same(table, tabulate(records))
    assert unique(table)


@pytest.mark.parametrize("least", [0, 5, growing._LEAST])
def test_a_key_keeps_its_number_wherever_it_is_kept(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_LEAST", least)
    rng = Random(least)
    keys = rng.sample(range(1, 400), 300)
    keys = rng.sample(range(1, 400), 300)
    index, numbers = KeyIndex(np.asarray(keys[:20], dtype=np.uint64)), {key: at for at, key in enumerate(keys[:20])}
    for start in range(20, 300, 7):
        asked = np.asarray([*keys[start : start + 7], *rng.sample(keys[:start], 5)], dtype=np.uint64)
        placed, fresh = index.place(asked)
        assert [int(key) for key in asked[fresh]] == keys[start : start + 7]
        numbers |= {key: start + at for at, key in enumerate(keys[start : start + 7])}
        assert placed.tolist() == [numbers[int(key)] for key in asked]
    every = np.arange(400, dtype=np.uint64)
    assert index.find(every).tolist() == [numbers.get(key, -1) for key in range(400)]


def test_values_keep_their_numbers_while_a_table_grows() -> None:
    grown = Growing(tabulate(drawn(5, 100)))
    before = grown.table
    kept = {name: getattr(before, name).copy() for name in VALUES_OF}
    for part in range(20):
        grown.append(tabulate(drawn(6 + part, 100, first=100 * part + 100)))
    after = grown.table
    assert len(before) == 100
    assert len(after) == 2100
    for name, column in kept.items():
        assert np.array_equal(getattr(before, name), column)
        assert np.array_equal(getattr(after, name)[:100], column)


def test_a_part_of_a_table_is_the_table_of_that_part() -> None:
    records = drawn(7, 200)
    rows = sorted(Random(8).sample(range(200), 30))
    part = take(tabulate(records), np.asarray(rows))
    whole = tabulate([records[row] for row in rows])
    assert same(part, whole)
    for kind in ("words", "firms", "sites", "persons", "phones", "ids", "crews"):
        assert len(getattr(part, kind).key) == len(getattr(whole, kind).key)
    assert len(take(tabulate(records), np.zeros(200, dtype=np.bool_))) == 0


def test_a_table_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    table = tabulate(drawn(9, 100))
    write_table(table, tmp_path / "table")
    back = read_table(tmp_path / "table")
    assert same(back, table)
    assert back.words.text == table.words.text
    assert [file.name for file in tmp_path.iterdir()] == ["table"]
    assert (tmp_path / "table").stat().st_mode & 0o077 == 0
    grown = Growing(back)
    grown.append(tabulate(drawn(10, 10, first=100)))
    assert same(grown.table, tabulate(drawn(9, 100) + drawn(10, 10, first=100)))


def test_an_empty_table_is_a_table(tmp_path: Path) -> None:
    nothing = tabulate([])
    assert len(nothing) == 0
    assert same(joined(nothing, nothing), nothing)
    assert same(joined(nothing, tabulate(drawn(1, 9))), tabulate(drawn(1, 9)))
    write_table(nothing, tmp_path / "table")
    assert same(read_table(tmp_path / "table"), nothing)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table"
    write_table(tabulate(drawn(9, 100)), path)
    whole = path.read_bytes()
    for broken in (b"", b"no table", whole[: len(whole) // 2]):
        path.write_bytes(broken)
        with pytest.raises(BadInput, match="table"):
            read_table(path)


def test_no_person_phone_or_number_stands_in_the_words() -> None:
    table = tabulate(drawn(11, 300))
    said_of_people = {"王建国", "欧阳明", "陈小燕", "李四", "13812345678", "13912345678", "370282199001011239"}
    assert not said_of_people & set(table.words.text)


HOSTILE = (
    "",
    "王",
    "公",
    "12",
    "😀",
    "😀🏗️有限公司",
    "\x00\x01\x1f\u200b\u202e",
    "有限公司\x00",
    "\ud800蓝天\udfff",
    "蓝" * 5000,
    "1" * 5000,
    "（" * 5000,
    "٣٤٥٦٧٨٩٠١٢٣",
    "第99999999999999999999期",
    "*" * 18,
    "\u0301\u0301",
)

MIXED = (
    "工資\n拖欠　三個月",
    "ΑΣ Β",
    "e \u0301",
    "ＡＢＣ１２３",
    "乾 隆",
    "乾隆",
    "没有\n",
    "\n\n",
    "ﷺ",
    "İstanbul",
    "一目瞭然\r\n",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_in_any_field_breaks_the_table(text: str, tmp_path: Path) -> None:
    record = said(
        text or "empty",
        employer_name=text,
        employer_uscc=text,
        site_name=text,
        site_address=text,
        district_code=text,
        complainant_name=text,
        complainant_phone=text,
        complainant_id_no=text,
        arrears_from=text,
        arrears_to=text,
        narrative=text,
        boss_name=text,
        boss_phone=text,
        crew=((text, text, text), (None, None, None)),
    )
    table = tabulate([record, *drawn(1, 5), record])
    assert len(table) == 7
    assert table.uid[0] == table.uid[-1] != 0
    write_table(table, tmp_path / "table")
    assert same(read_table(tmp_path / "table"), table)


def test_a_full_batch_of_texts_leaves_no_row_over() -> None:
    table = tabulate([said(f"c{number}") for number in range(TEXTS)])
    assert {len(getattr(table, name)) for name in ("uid", "sketch", "day", "first", "amount")} == {TEXTS}


def test_many_texts_are_cleaned_as_one_by_one() -> None:
    texts = [*HOSTILE, *MIXED]
    assert clean_all(texts) == [clean(text) for text in texts]
    assert clean_all([]) == []


def test_a_text_has_one_sketch_among_whatever_others() -> None:
    texts = [text * 3 for text in (*HOSTILE, *MIXED)]
    alone = np.concatenate([sketch_all([text]) for text in texts])
    assert np.array_equal(sketch_all(texts), alone)
    assert not sketch_all(["欠薪", "", "工资"]).any()


def test_texts_that_share_most_words_have_like_sketches() -> None:
    told = "老板拖欠我们工资三个月没有发，大家一起找过他很多次，他都说没有钱，请帮忙讨回来，谢谢。"
    rows = sketch_all(
        [told, told.replace("三个月", "四个月"), "我在厂里上班，去年离职，提成到现在也没有结清，希望有关部门管一管。"]
    )
    one, other = (alikeness(rows, np.asarray([0]), np.asarray([row]))[0] for row in (1, 2))
    assert one > 0.5 > 0.3 > other


def test_a_table_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table"
    write_table(tabulate(drawn(9, 20)), path)
    monkeypatch.setattr(table_file, "VERSION", table_file.VERSION + 1)
    with pytest.raises(BadInput, match="another version"):
        read_table(path)


def test_a_text_told_twice_has_its_sketch_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = wording._sketch

    def sketch(said: str) -> Any:
        asked.append(said)
        return real(said)

    monkeypatch.setattr(wording, "_sketch", sketch)
    text = "我在工地干活，从八月起工资一直没有发，找了多次没有结果。"
    rows = sketches([text, None, text, "短"])
    assert len(asked) == 1
    assert (rows[0] == rows[2]).all()
    assert not rows[1].any()
    assert not rows[3].any()


def test_what_is_said_to_hold_numbers_of_words_or_values_does() -> None:
    table = tabulate([said("a", employer_name=FIRMS[0], site_name=SITES[0])])
    assert set(VALUES_OF.values()) | {"words"} == set(VALUES)
    for name in VALUES_OF:
        assert getattr(table, name).dtype == np.int32, name
    for kind, names in WORDS_IN.items():
        columns = {one.name: getattr(getattr(table, kind), one.name) for one in fields(getattr(table, kind))}
        numbers = {name for name, column in columns.items() if column.dtype == np.int32}
        assert numbers - {"place"} == set(names), kind
