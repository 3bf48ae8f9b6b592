"""The measuring of the linker on the invented world."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.linking import main
from benchmarks.strata import by_stratum, false_joins
from sandbox.world import make_world

UNTIL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


def test_the_linker_beats_the_plain_rule_and_says_by_how_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--complaints", "500", "--family", "reporting", "--json", str(tmp_path / "out.json")]) == 0
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert told["about"]["cores"] >= 1
    (figures,) = told["figures"]
    assert figures["complaints"] == 500
    assert figures["case"]["b3_f1"] > 1.2 * figures["plain"]["b3_f1"]
    assert figures["case"]["b3_f1"] > figures["plain_reading_text"]["b3_f1"]
    assert figures["claim"]["b3_precision"] > 0.95
    assert "plain_reading_text" in capsys.readouterr().out


def test_the_truth_itself_has_no_false_joins_and_full_strata() -> None:
    world = make_world(2, complaints=400, until=UNTIL)
    truth = {told.complaint_id: told.case for told in world.told}
    assert not false_joins(world.told, truth, world.disputes)
    rows = by_stratum(world.told, truth)
    assert {row.name for row in rows} >= {"channel hotline_12345", "only text", "fields and text"}
    assert all(row.precision == row.recall == 1 for row in rows)


def test_one_group_of_all_is_told_by_what_the_disputes_share() -> None:
    world = make_world(2, complaints=400, until=UNTIL)
    joins = false_joins(world.told, {told.complaint_id: "all" for told in world.told}, world.disputes)
    assert joins["nothing in common"] > joins["same firm, other site"] > 0
    assert joins["same firm and site, other months"] > 0
