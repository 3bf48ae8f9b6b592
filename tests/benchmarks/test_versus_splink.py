"""The comparison with Splink: its measures, its ratios, its table and its chart, on given figures."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks import chart, febrl, side, versus_splink
from benchmarks.evidence import ROOT
from benchmarks.partition import scores
from dedupe.quality import measure

GROUPS = some.lists(some.tuples(some.integers(0, 4), some.integers(0, 4)), max_size=30)


def quality(f1: float) -> dict[str, float]:
    row = dict.fromkeys(versus_splink.QUALITY, f1)
    return {**row, "largest": 8, "largest_true": 7}


def figures(complaints: int, *, seconds: float, f1: float) -> dict[str, Any]:
    """What one comparison would tell."""

    def parts(wall: float) -> dict[str, Any]:
        return {name: {"seconds": wall, "cpu_seconds": wall, "peak_mib": 100 * wall} for name in ("read", "link")}

    told: dict[str, Any] = {"family": "reporting", "complaints": complaints, "repeats": 1}
    told["ours"] = {**parts(seconds), "claim": quality(f1), "case": quality(f1)}
    for level, wall in (("claim", 2 * seconds), ("case", 6 * seconds)):
        by_threshold = {"0.5": quality(f1 / 2), "0.95": quality(f1 / 1.25), "0.99": quality(f1)}
        told[f"splink_{level}"] = {**parts(wall), **versus_splink.chosen(by_threshold)}
    return told | {"ratios": versus_splink.all_ratios(told)}


@given(GROUPS)
def test_the_measures_on_arrays_are_those_of_the_linker(pairs: list[tuple[int, int]]) -> None:
    found, truth = [one for one, _ in pairs], [other for _, other in pairs]
    told = scores(np.asarray(found, dtype=np.int64), np.asarray(truth, dtype=np.int64))
    slow = measure({str(n): one for n, one in enumerate(found)}, {str(n): one for n, one in enumerate(truth)})
    for name, part in (("pair", slow.pairs), ("b3", slow.b_cubed)):
        assert told[f"{name}_precision"] == pytest.approx(part.precision)
        assert told[f"{name}_recall"] == pytest.approx(part.recall)
        assert told[f"{name}_f1"] == pytest.approx(part.f1)
    assert told["exact_groups"] == pytest.approx(slow.exact.recall)
    assert (told["largest"], told["largest_true"]) == (slow.largest, slow.largest_true)


def test_groupings_of_different_rows_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="not of the same"):
        scores(np.zeros(3), np.zeros(4))


def test_a_ratio_is_ours_over_theirs_and_both_runs_of_splink_add_up() -> None:
    ratios = figures(20_000, seconds=2.0, f1=0.9)["ratios"]
    assert ratios["claim"]["seconds"] == pytest.approx(1 / 2)
    assert ratios["case"]["seconds"] == pytest.approx(1 / 6)
    assert ratios["both"]["seconds"] == pytest.approx(1 / 8)
    # Its two runs are two processes: their memory does not add up.
    assert ratios["both"]["peak_mib"] == pytest.approx(1 / 6)
    assert ratios["claim"]["to_usual"]["b3_f1"] == pytest.approx(1.25)
    assert ratios["claim"]["to_best"]["b3_f1"] == pytest.approx(1.0)


def test_the_best_threshold_is_named_as_chosen_with_the_labels() -> None:
    told = figures(20_000, seconds=1.0, f1=0.8)
    assert told["splink_case"]["usual"]["threshold"] == "0.95"
    assert told["splink_case"]["best"]["threshold"] == "0.99"
    table = "\n".join(versus_splink.lines(told))
    assert "splink p >= 0.99 *" in table
    assert "chosen with the labels" in table


def test_what_is_lost_at_scale_is_told_for_both() -> None:
    small, large = figures(100_000, seconds=1, f1=0.9), figures(1_000_000, seconds=10, f1=0.8)
    lost = versus_splink.lost([large, small])
    assert len(lost) == 2
    assert "ours 0.1000, splink p >= 0.95 0.0800" in lost[0]
    assert versus_splink.lost([small]) == []


def test_a_side_is_heard_whatever_else_it_prints() -> None:
    clock = side.Clock()
    with clock.part("link"):
        sum(range(1000))
    said = f"warning: slow\n{side.MARK}{json.dumps({'parts': clock.parts, 'pairs': 3})}\nbye\n"
    heard = side.heard(said)
    assert heard["pairs"] == 3
    assert side.summed(heard, ["link"])["peak_mib"] > 1
    with pytest.raises(ValueError, match="no figures"):
        side.heard("nothing")


def test_the_middle_of_several_runs_is_no_outlier() -> None:
    runs = [{"seconds": 1.0}, {"seconds": 9.0}, {"seconds": 2.0}]
    assert side.middle(runs) == {"seconds": 2.0}


def test_groups_come_back_as_they_were_saved(tmp_path: Path) -> None:
    side.save_groups(tmp_path / "groups.npz", {"0.95": np.arange(4), "case": np.zeros(2, dtype=np.int32)})
    held = side.load_groups(tmp_path / "groups.npz")
    assert held["0.95"].tolist() == [0, 1, 2, 3]
    assert held["case"].tolist() == [0, 0]


def test_the_chart_is_drawn_from_the_evidence(tmp_path: Path) -> None:
    told = {
        "about": {"date": "2026-11-21T07:00:00+00:00", "cores": 2, "command": "make benchmark-linking"},
        "figures": [figures(100_000, seconds=1, f1=0.97), figures(1_000_000, seconds=9, f1=0.96)],
    }
    (tmp_path / "told.json").write_text(json.dumps(told), encoding="utf-8")
    assert chart.main([str(tmp_path / "told.json"), str(tmp_path / "chart.svg")]) == 0
    drawn = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawn)
    words = [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]
    for panel in chart.PANELS:
        assert f"{panel.title} (reporting)" in words
        for line in panel.lines:
            assert any(word.endswith(line.name) for word in words)
    assert words.count("100,000") == words.count("1,000,000") == len(chart.PANELS)
    # Every system has a mark at every size: circles for ours, squares for the other.
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2 * 4
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 1 + 2 * 8


@pytest.mark.parametrize("run", [versus_splink.main, febrl.main])
def test_without_splink_nothing_is_measured_and_the_reason_is_said(
    run: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for module in (versus_splink, febrl):
        monkeypatch.setattr(module, "SPLINKS", tmp_path / "none")
    assert run([]) == 0
    assert "make benchmark-linking fills" in capsys.readouterr().out


def test_splink_is_named_in_the_benchmarks_alone() -> None:
    command = ["git", "grep", "-lE", r"^\s*(from|import) splink", "--", "*.py"]
    named = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert [name for name in named if not name.startswith("benchmarks/")] == []
