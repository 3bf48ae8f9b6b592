"""What stands is kept in a file and goes on from it as if it had never been away; a doubtful file is no file."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from stat import S_IMODE

import pytest

from benchmarks.linking import to_complaint
from casework.linkage import Decision, LinkRecord, Verdict
from dedupe import standing_file
from dedupe.aliases import with_aliases
from dedupe.edges import unpacked
from dedupe.employers import employer
from dedupe.extraction import fill
from dedupe.record import to_record
from dedupe.standing import Standing, Touched
from dedupe.standing_file import keep_standing, kept_standing, read_standing, write_standing
from dedupe.tabulate import tabulate
from dedupe.weights import CURRENT, DATA, load_model, read_model
from sandbox.world import make_world

MARK = "these complaints"


@cache
def _world(complaints: int, seed: int) -> tuple[LinkRecord, ...]:
    world = make_world(seed, complaints=complaints, until=datetime(2026, 11, 20, tzinfo=UTC))
    return tuple(to_record(fill(to_complaint(told))) for told in world.told)


def _ids(records: tuple[LinkRecord, ...] | list[LinkRecord]) -> list[str]:
    return [one.complaint_id for one in records]


def _kept(standing: Standing) -> bytes:
    file = io.BytesIO()
    write_standing(standing, file, mark=MARK)
    return file.getvalue()


def _back(kept: bytes) -> Standing:
    found = read_standing(io.BytesIO(kept), load_model(), mark=MARK)
    assert found is not None
    return found.standing


def _said(standing: Standing, told: Touched) -> tuple[object, ...]:
    """All that an update says, by ids."""
    ids = standing.ids
    left, right = (side.tolist() for side in unpacked(told.edges.pairs))
    pairs = {
        frozenset((ids[one], ids[other])): (kind, case, claim, tuple(levels))
        for one, other, kind, case, claim, levels in zip(
            left,
            right,
            told.edges.kind.tolist(),
            told.edges.case.tolist(),
            told.edges.claim.tolist(),
            told.found.compared.levels.tolist(),
            strict=True,
        )
    }
    places = {
        ids[row]: (ids[claim], ids[case], sure)
        for row, claim, case, sure in zip(
            told.rows.tolist(), told.claim.tolist(), told.case.tolist(), told.confidence.tolist(), strict=True
        )
    }
    refused = {(ids[one], ids[other], why) for one, other, why in zip(*(x.tolist() for x in told.refused), strict=True)}
    return places, pairs, refused, told.breaker


@pytest.mark.parametrize("seed", range(3))
def test_what_was_kept_goes_on_as_if_it_had_never_been_away(seed: int) -> None:
    chance = Random(seed)
    records = list(_world(500, seed))
    chance.shuffle(records)
    aliases = {}
    if (firm := employer(next(one.employer_name for one in records if one.employer_name))) is not None:
        aliases = {firm.key: "源丰"}
    words: list[Decision] = []
    stayed = Standing(with_aliases(tabulate(records[:200]), aliases), _ids(records[:200]), load_model())
    away = _back(_kept(stayed))
    for start in range(200, len(records), 50):
        lot = records[start : start + 50]
        one, other = sorted(chance.sample(_ids(records), 2))
        words.append(Decision(one, other, chance.choice([Verdict.SAME, Verdict.DIFFERENT])))
        away = _back(_kept(away))
        small = with_aliases(tabulate(lot), aliases)
        told = away.update(small, _ids(lot), words)
        assert _said(away, told) == _said(stayed, stayed.update(small, _ids(lot), words))
    assert _said(away, away.whole()) == _said(stayed, stayed.whole())


def test_nothing_at_all_can_be_kept() -> None:
    back = _back(_kept(Standing(tabulate([]), [], load_model())))
    records = _world(500, 0)[:30]
    whole = Standing(tabulate(records), _ids(list(records)), load_model())
    assert _said(back, back.update(tabulate(records), _ids(list(records)))) == _said(whole, whole.whole())


def test_lists_beside_it_come_back() -> None:
    records = _world(500, 0)[:30]
    standing, file = Standing(tabulate(records), _ids(list(records)), load_model()), io.BytesIO()
    beside = {"versions": ["1", "", "三"], "none": []}
    write_standing(standing, file, mark=MARK, beside=beside)
    file.seek(0)
    found = read_standing(file, load_model(), mark=MARK)
    assert found is not None
    assert found.beside == beside


def test_a_file_for_other_things_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    records = _world(500, 0)[:30]
    kept = _kept(Standing(tabulate(records), _ids(list(records)), load_model()))
    assert read_standing(io.BytesIO(kept), load_model(), mark="others") is None
    text = (DATA / CURRENT).read_text("utf-8")
    assert read_standing(io.BytesIO(kept), read_model(text + " "), mark=MARK) is None
    monkeypatch.setattr(standing_file, "VERSION", standing_file.VERSION + 1)
    assert read_standing(io.BytesIO(kept), load_model(), mark=MARK) is None


def test_no_damage_crashes_or_passes() -> None:
    chance = Random(5)
    records = _world(500, 0)[:30]
    kept = _kept(Standing(tabulate(records), _ids(list(records)), load_model()))
    head = kept.index(b"\n", 20)
    damaged = [b"", kept[:5], kept[:head], kept[:-1], kept + b"x", b"PK" + kept]
    for _ in range(300):
        bad = bytearray(kept)
        for _ in range(chance.choice([1, 3])):
            bad[chance.randrange(head if chance.random() < 0.5 else len(bad))] ^= chance.randrange(1, 256)
        damaged.append(bytes(bad) if chance.random() < 0.8 else bytes(bad[: chance.randrange(len(bad))]))
    for bad_file in damaged:
        assert read_standing(io.BytesIO(bad_file), load_model(), mark=MARK) is None


def test_the_file_is_its_owners_alone_and_whole_or_as_it_was(tmp_path: Path) -> None:
    path, records = tmp_path / "standing", _world(500, 0)
    assert kept_standing(path, load_model(), mark=MARK) is None
    assert kept_standing(tmp_path, load_model(), mark=MARK) is None
    keep_standing(Standing(tabulate(records[:9]), _ids(list(records[:9])), load_model()), path, mark=MARK)
    assert S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileNotFoundError):
        keep_standing(Standing(tabulate([]), [], load_model()), tmp_path / "nowhere" / "standing", mark=MARK)
    found = kept_standing(path, load_model(), mark=MARK)
    assert found is not None
    assert found.ids == _ids(list(records[:9]))
    assert [one.name for one in tmp_path.iterdir()] == ["standing"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: object, **_more: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(standing_file, "write_standing", full)
    with pytest.raises(OSError, match="full"):
        keep_standing(Standing(tabulate([]), [], load_model()), tmp_path / "standing", mark="m")
    assert list(tmp_path.iterdir()) == []
