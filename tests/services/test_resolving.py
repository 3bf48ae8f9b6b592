"""`arrears resolve`: one row out for every row in, in order, inert, and the same twice."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from casework.errors import BadInput
from dedupe.quality import measure
from sandbox.world import make_world, write_resolve_csv, write_truth_csv
from services.linkage.resolve_rows import COLUMNS
from services.linkage.resolving import OUT, resolve

FIRM = {"employer_name": "青岛源丰建筑工程有限公司", "district_code": "370215", "site_name": "泉悦公园"}
WANG = {"complainant_name": "王建国", "complainant_phone": "13812345678", "amount_owed": "9000"}


def _row(name: str, **cells: str) -> dict[str, str]:
    return {"complaint_id": name, "channel": "hotline", "submitted_at": "2026-09-01T10:00:00", **cells}


def _text(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _resolved(folder: Path, content: bytes | str, *, store: Path | None = None) -> list[dict[str, str]]:
    given, answer = folder / "in.csv", folder / "out.csv"
    given.write_bytes(content.encode() if isinstance(content, str) else content)
    resolve(given, answer, store_path=store)
    with answer.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_claim_is_joined_and_a_stranger_is_not(tmp_path: Path) -> None:
    found = _resolved(
        tmp_path,
        _text(
            _row("b", **FIRM, **WANG), _row("a", narrative="无", employer_name="宏达机械"), _row("c", **FIRM, **WANG)
        ),
    )
    assert [row["complaint_id"] for row in found] == ["b", "a", "c"]
    assert found[0]["case_id"] == found[2]["case_id"] == "b"
    assert found[0]["claim_id"] == found[2]["claim_id"]
    assert found[1]["case_id"] == "a"
    assert tuple(found[0]) == OUT
    assert 0.9 < float(found[0]["confidence"]) <= 1
    assert "one claim with c" in found[0]["why"]


def test_missing_fields_are_read_from_the_narrative(tmp_path: Path) -> None:
    text = "我们在青岛源丰建筑工程有限公司承建的泉悦公园做木工，工资没发，共9000元。我叫王建国，手机13812345678。"
    found = _resolved(tmp_path, _text(_row("a", narrative=text), _row("b", **FIRM, **WANG)))
    assert found[0]["claim_id"] == found[1]["claim_id"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_usual_charsets_give_the_same_answer(tmp_path: Path, charset: str) -> None:
    found = _resolved(tmp_path, _text(_row("a", **FIRM, **WANG), _row("b", **FIRM, **WANG)).encode(charset))
    assert found[0]["case_id"] == found[1]["case_id"] == "a"


def test_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    for name in ("a", "b"):
        cells = _row(name, **FIRM, **WANG)
        sheet.append([cells.get(column, "") for column in COLUMNS])
    book.save(tmp_path / "in.xlsx")
    resolve(tmp_path / "in.xlsx", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("b,a,")


def test_a_bad_row_stands_alone_and_says_why(tmp_path: Path) -> None:
    found = _resolved(
        tmp_path,
        _text(
            _row("a", **FIRM, **WANG),
            _row("a", **FIRM, **WANG),
            _row("", **FIRM, **WANG),
            {**_row("d", **FIRM, **WANG), "submitted_at": "the other day"},
            {**_row("e", **FIRM, **WANG), "channel": ""},
        ),
    )
    assert len(found) == 5
    assert len({row["case_id"] for row in found}) == 5
    assert [row["confidence"] for row in found[1:]] == ["0"] * 4
    whys = [row["why"] for row in found[1:]]
    assert "second time" in whys[0]
    assert "no complaint_id" in whys[1]
    assert "submitted_at is not a date" in whys[2]
    assert "no channel" in whys[3]


def test_a_value_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    odd = {"amount_owed": "lots", "workers_count": "-3", "arrears_from": "spring"}
    found = _resolved(tmp_path, _text(_row("a", **FIRM, **WANG), _row("b", **{**FIRM, **WANG, **odd})))
    assert found[0]["case_id"] == found[1]["case_id"]
    for column in odd:
        assert f"{column} is not" in found[1]["why"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("complaint_id,channel\na,b\n", "headings"),
        (_text(), "no rows"),
        (_text(_row("a")).replace("narrative", "story"), "missing.*narrative"),
        ("\x00\x01", "not a table"),
    ],
)
def test_a_file_that_is_not_as_promised_is_refused_in_plain_words(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _resolved(tmp_path, content)
    assert not (tmp_path / "out.csv").exists()


def test_no_cell_of_the_answer_begins_a_formula(tmp_path: Path) -> None:
    triggers = ("=1+1", "+1", "-1", "@a", "＝1")
    found = _resolved(tmp_path, _text(*(_row(name, **FIRM, **WANG) for name in triggers)))
    assert len(found) == len(triggers)
    for row in found:
        assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row.values())


def test_no_name_and_no_phone_stands_in_the_reasons(tmp_path: Path) -> None:
    found = _resolved(tmp_path, _text(_row("a", **FIRM, **WANG), _row("b", **FIRM, **WANG), _row("c", **FIRM)))
    assert len(found) == 3
    assert all("王建国" not in row["why"] and "138" not in row["why"] for row in found)


def test_the_same_file_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    world = make_world(11, complaints=200, until=datetime(2026, 11, 20, tzinfo=UTC))
    write_resolve_csv(world.told, tmp_path / "in.csv")
    resolve(tmp_path / "in.csv", tmp_path / "one.csv")
    resolve(tmp_path / "in.csv", tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_a_world_is_resolved_far_better_than_by_chance(tmp_path: Path) -> None:
    world = make_world(11, complaints=800, until=datetime(2026, 11, 20, tzinfo=UTC))
    write_resolve_csv(world.told, tmp_path / "in.csv")
    write_truth_csv(world.told, tmp_path / "truth.csv")
    count = resolve(tmp_path / "in.csv", tmp_path / "out.csv")
    assert count.rows == len(world.told)
    assert count.breaker is None
    tables = []
    for name in ("out.csv", "truth.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            tables.append({row["complaint_id"]: row["case_id"] for row in csv.DictReader(file)})
    quality = measure(tables[0], tables[1])
    assert quality.b_cubed.f1 >= 0.93
    assert quality.pairs.precision >= 0.95


def test_a_second_file_is_linked_with_the_first_as_if_they_were_one(tmp_path: Path) -> None:
    world = make_world(12, complaints=300, until=datetime(2026, 11, 20, tzinfo=UTC))
    write_resolve_csv(world.told, tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    store = tmp_path / "known.db"
    first = {row["complaint_id"]: row for row in _resolved(tmp_path, _text(*rows[150:]), store=store)}
    second = {row["complaint_id"]: row for row in _resolved(tmp_path, _text(*rows), store=store)}
    union = {row["complaint_id"]: row["case_id"] for row in _resolved(tmp_path, _text(*rows))}
    whole = measure({name: row["case_id"] for name, row in second.items()}, union)
    assert whole.exact.f1 == 1.0
    kept = [name for name in first if first[name]["case_id"] == name]
    assert kept
    assert all(second[name]["case_id"] in {row["case_id"] for row in first.values()} for name in kept)


def test_a_number_once_shown_stays_when_an_older_complaint_comes_later(tmp_path: Path) -> None:
    store = tmp_path / "known.db"
    late = {**_row("late", **FIRM, **WANG), "submitted_at": "2026-09-05T10:00:00"}
    _resolved(tmp_path, _text(late), store=store)
    early = {**_row("early", **FIRM, **WANG), "submitted_at": "2026-09-01T10:00:00"}
    (found,) = _resolved(tmp_path, _text(early), store=store)
    assert found["case_id"] == found["claim_id"] == "late"


def test_a_store_that_is_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "known.db"
    store.write_text("this is no database, it is a letter of some length\n" * 40, "utf-8")
    before = store.read_bytes()
    with pytest.raises(BadInput, match="not a store"):
        _resolved(tmp_path, _text(_row("a")), store=store)
    assert store.read_bytes() == before
