"""`arrears resolve --store` links a new file with all before it as if all had been linked anew, to the byte."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from random import Random
from stat import S_IMODE

import pytest

from casework.errors import BadInput
from sandbox.world import make_world, write_resolve_csv
from services.linkage.resolve_rows import COLUMNS
from services.linkage.resolved_on import beside
from services.linkage.resolving import ResolveCount, resolve

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The complaints of an invented world, in no order."""
    path = tmp_path_factory.mktemp("world") / "in.csv"
    world = make_world(12, complaints=450, until=datetime(2026, 11, 20, tzinfo=UTC))
    write_resolve_csv(world.told, path)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    Random(3).shuffle(found)
    return found


def _resolve(folder: Path, rows: Rows, store: Path | None) -> tuple[bytes, ResolveCount, bool]:
    """The answer, what it came to, and whether all was linked anew: then it is all that the progress speaks of."""
    told: list[tuple[int, int]] = []
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "in.csv").write_text(out.getvalue(), "utf-8")
    count = resolve(
        folder / "in.csv", folder / "out.csv", store_path=store, progress=lambda done, every: told.append((done, every))
    )
    every = count.known_before + count.rows - count.bad
    return (folder / "out.csv").read_bytes(), count, (0, every) in told


class _Two:
    """Two stores that are given the same files: in one everything is linked anew each time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.on, self.anew = folder, folder / "on.db", folder / "anew.db"
        self.went_on: list[bool] = []
        """Of every file whether it was linked without linking the others anew."""

    def give(self, rows: Rows) -> Rows:
        """The answer, which is the same in both."""
        beside(self.anew).unlink(missing_ok=True)
        wanted, answer = _resolve(self.folder, rows, self.anew), _resolve(self.folder, rows, self.on)
        assert answer[:2] == wanted[:2]
        assert wanted[2]
        self.went_on.append(not answer[2])
        return list(csv.DictReader(io.StringIO(answer[0].decode(), newline="")))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_files_in_any_order_come_to_what_one_file_does(tmp_path: Path, rows: Rows, order: Sequence[int]) -> None:
    two = _Two(tmp_path)
    files = [rows[:200], rows[200:230], rows[230:]]
    for place in order:
        two.give(files[place])
    again = two.give(rows)
    at_once = list(csv.DictReader(io.StringIO(_resolve(tmp_path, rows, None)[0].decode(), newline="")))
    for column in ("case_id", "claim_id"):
        assert len({(one[column], other[column]) for one, other in zip(again, at_once, strict=True)}) == len(
            {one[column] for one in at_once}
        )
    for column in ("complaint_id", "confidence", "why"):
        assert [one[column] for one in again] == [one[column] for one in at_once]


def test_many_small_files_with_rows_given_again_and_corrected(tmp_path: Path, rows: Rows) -> None:
    two, chance = _Two(tmp_path), Random(8)
    for start in range(0, 300, 50):
        two.give(rows[start : start + 50] + chance.sample(rows[: start + 1], min(start, 5)))
    assert two.went_on == [False, *[True] * 5]
    corrected = {**rows[20], "employer_name": rows[250]["employer_name"], "complainant_phone": ""}
    two.give([corrected, *rows[300:310]])
    two.give([rows[20], rows[21]])
    two.give(rows[310:330])
    assert two.went_on[-3:] == [False, False, True]


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"\x01", b"\x02")),
    ],
)
def test_without_what_stands_or_with_it_damaged_all_is_linked_anew(
    tmp_path: Path, rows: Rows, harm: Callable[[Path], None]
) -> None:
    two = _Two(tmp_path)
    two.give(rows[:100])
    harm(beside(two.on))
    two.give(rows[100:130])
    two.give(rows[130:140])
    assert two.went_on == [False, False, True]


def test_what_stands_is_not_believed_when_the_store_changed_under_it(tmp_path: Path, rows: Rows) -> None:
    two = _Two(tmp_path)
    two.give(rows[:100])
    shutil.copyfile(two.on, tmp_path / "earlier.db")
    gone = rows[5]["complaint_id"]
    for path in (two.on, two.anew):
        with closing(sqlite3.connect(path)) as store, store:
            store.execute("DELETE FROM given WHERE complaint_id = ?", (gone,))
    two.give(rows[100:130])
    for path in (two.on, two.anew):
        shutil.copyfile(tmp_path / "earlier.db", path)
    two.give(rows[130:140])
    two.give(rows[140:150])
    assert two.went_on == [False, False, False, True]


def test_a_run_that_failed_leaves_a_store_that_goes_on(tmp_path: Path, rows: Rows) -> None:
    two = _Two(tmp_path)
    two.give(rows[:100])
    (tmp_path / "in.csv").write_text("", "utf-8")
    with pytest.raises(BadInput):
        resolve(tmp_path / "in.csv", tmp_path / "out.csv", store_path=two.on)
    with pytest.raises(BadInput, match="different files"):
        resolve(tmp_path / "in.csv", beside(two.on), store_path=two.on)
    two.give(rows[100:130])


def test_what_the_fuse_stops_is_linked_anew_until_it_holds_again(tmp_path: Path, rows: Rows) -> None:
    two = _Two(tmp_path)
    two.give(rows[:100])
    rubbish = [{**row, "employer_name": "有限公司", "site_name": "", "narrative": ""} for row in rows[100:200]]
    for row in rubbish:
        row["complaint_id"] = f"r{row['complaint_id']}"
    answer = two.give(rubbish)
    assert all("Nothing was joined in this run" in row["why"] for row in answer)
    assert not beside(two.on).exists()
    answer = two.give(rows[100:450])
    assert not any("Nothing was joined in this run" in row["why"] for row in answer)
    two.give(rows[:30])
    assert two.went_on == [False, True, False, True]


def test_what_stands_is_for_its_owner_alone(tmp_path: Path, rows: Rows) -> None:
    store = tmp_path / "known.db"
    _resolve(tmp_path, rows[:20], store)
    assert S_IMODE(beside(store).stat().st_mode) == S_IMODE(store.stat().st_mode) == 0o600


def test_of_two_runs_at_once_the_second_is_told_so(tmp_path: Path, rows: Rows) -> None:
    two = _Two(tmp_path)
    two.give(rows[:20])
    with closing(sqlite3.connect(two.on, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BadInput, match="in use"):
            _resolve(tmp_path, rows[20:30], two.on)
    two.give(rows[20:30])
