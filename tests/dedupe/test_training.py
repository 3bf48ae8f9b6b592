"""Learning without labels: it must not collapse, and must link a world it never saw as well as its start."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.linking import to_complaint
from casework.linkage import LinkRecord
from dedupe.extraction import fill
from dedupe.linker import link, to_record
from dedupe.quality import measure
from dedupe.training import Collapsed, train
from dedupe.weights import load_model
from sandbox.world import make_world
from tests.dedupe.making import said


def _world(seed: int) -> tuple[list[LinkRecord], dict[str, str]]:
    world = make_world(seed, complaints=900, until=datetime(2026, 11, 20, tzinfo=UTC))
    complaints = [(to_complaint(told), told.case) for told in world.told]
    return [to_record(fill(one)) for one, _ in complaints], {one.id: case for one, case in complaints}


def test_a_model_learned_without_labels_links_an_unseen_world_as_well(tmp_path: Path) -> None:
    records, _ = _world(21)
    path = tmp_path / "learned.json"
    path.write_text(train(records, load_model(), version="learned", dated="2026-11-21"), "utf-8")
    learned = load_model(path)
    assert learned.name.startswith("learned+")
    unseen, truth = _world(22)
    before = measure(link(unseen).case_of, truth).b_cubed
    after = measure(link(unseen, model=learned).case_of, truth).b_cubed
    assert after.f1 >= before.f1 - 0.01
    assert after.precision >= 0.97


def test_learning_twice_from_the_same_complaints_gives_the_same_file() -> None:
    records, _ = _world(23)
    first = train(records, load_model(), version="a", dated="2026-11-21", rounds=3)
    assert first == train(list(reversed(records)), load_model(), version="a", dated="2026-11-21", rounds=3)


def test_complaints_that_share_nothing_teach_nothing() -> None:
    with pytest.raises(Collapsed):
        train([said("a"), said("b")], load_model(), version="a", dated="2026-11-21")


def test_complaints_of_one_kind_only_are_refused() -> None:
    rows = [
        said(
            f"c{one}", employer_name="青岛源丰建筑工程有限公司", district_code="370215", complainant_phone="13812345678"
        )
        for one in range(60)
    ]
    with pytest.raises(Collapsed, match="of all pairs"):
        train(rows, load_model(), version="a", dated="2026-11-21")
