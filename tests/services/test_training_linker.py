"""A model learned from what is filed, or from files: written, readable, and nothing else changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.linking import to_complaint
from casework.errors import BadInput
from casework.people import Actor
from dedupe.extraction import fill
from dedupe.weights import load_model
from sandbox.world import World, make_world, write_resolve_csv
from services.arriving.filing import keep_complaint
from services.linkage.training_linker import TrainCount, train_on_files, train_on_store
from services.office.working_days import published
from tests.conftest import NOW
from tests.dumps import dump
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ChannelRow
from warehouse.store.complaints import Filing

SYSTEM = Actor.system("test")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(21, complaints=300, until=NOW)


@pytest.fixture(scope="module")
def given(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world as a file of complaints."""
    path = tmp_path_factory.mktemp("given") / "in.csv"
    write_resolve_csv(world.told, path)
    return path


def file_all(store: Warehouse, world: World) -> None:
    with store.write() as session:
        session.add_all(ChannelRow(name=name, answers=False) for name in sorted({one.channel for one in world.told}))
        session.flush()
        filing = Filing(calendar=published(), reply_limit=None, by=SYSTEM.id, at=NOW)
        for told in world.told:
            keep_complaint(session, fill(to_complaint(told)), filing)


def learned(store: Warehouse, out: Path) -> TrainCount:
    return train_on_store(store, out=out, name="ours", actor=SYSTEM, at=NOW)


def test_what_is_filed_makes_a_model_that_is_read_back_and_changes_nothing_but_the_log(
    store: Warehouse, world: World, tmp_path: Path
) -> None:
    file_all(store, world)
    before = dump(store, without={"audit"})
    count = learned(store, tmp_path / "m.json")
    model = load_model(tmp_path / "m.json")
    assert count.model == model.name
    assert model.name.startswith("ours+")
    assert model.dated == NOW.date().isoformat()
    assert (count.complaints, count.largest > 0, count.wrong < 0.01) == (300, True, True)
    assert dump(store, without={"audit"}) == before
    with store.read() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.act == "train_linker")).one()
        assert (row.subject, row.details) == (model.name, {"complaints": 300, "pairs": count.pairs})
    assert load_model().name != model.name, "nothing is taken into use"


def test_learning_twice_writes_the_same_file(store: Warehouse, world: World, tmp_path: Path) -> None:
    file_all(store, world)
    for name in ("a.json", "b.json"):
        learned(store, tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_store_that_teaches_nothing_is_refused_in_words_and_writes_nothing(store: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Nothing was learned: "):
        learned(store, tmp_path / "m.json")
    assert list(tmp_path.glob("*.json")) == []
    with store.read() as session:
        assert session.scalars(select(AuditRow).where(AuditRow.act == "train_linker")).all() == []


def test_files_make_the_model_that_says_how_many_complaints_it_rests_on(given: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "m.json"
    count = train_on_files(
        [given, given], out=out, name="files", at=NOW, progress=lambda done, whole: steps.append((done, whole))
    )
    assert count.complaints == 600
    assert json.loads(out.read_text("utf-8"))["learned_from"]["complaints"] == 600
    assert steps[-1] == (2, 2)


def test_no_personal_value_is_in_the_model(given: Path, world: World, tmp_path: Path) -> None:
    train_on_files([given], out=tmp_path / "m.json", name="m", at=NOW)
    text = (tmp_path / "m.json").read_text("utf-8")
    persons = {value for told in world.told for value in (told.complainant_phone, told.complainant_id_no) if value}
    names = {told.complainant_name for told in world.told if told.complainant_name}
    assert persons
    assert names
    assert [value for value in persons | names if value in text] == []


def bad_places(given: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    yield folder / "absent" / "m.json", "There is no folder absent"
    yield folder, "is a folder, not a file"
    yield given, "must not be written over the complaints"


def test_a_place_where_the_model_cannot_go_is_refused_before_the_work(given: Path, tmp_path: Path) -> None:
    before = given.read_bytes()
    for out, words in bad_places(given, tmp_path):
        with pytest.raises(BadInput, match=words):
            train_on_files([given], out=out, name="m", at=NOW)
    assert given.read_bytes() == before


@pytest.mark.parametrize("content", ["", "complaint_id,channel,submitted_at,narrative\n", "a,b\n1,2\n"])
def test_a_file_that_teaches_nothing_is_refused_in_words(content: str, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "in.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInput):
        train_on_files([path], out=tmp_path / "m.json", name="m", at=now)
    assert not (tmp_path / "m.json").exists()
