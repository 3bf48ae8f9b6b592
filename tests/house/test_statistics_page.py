"""The page about statistics defines every figure, rate and breakdown there is, in the words of the metrics."""

from __future__ import annotations

from pathlib import Path

from warehouse.statistics.definitions import FIGURES, MARKS, RATES, SIDES, VERSION

PAGE = (Path(__file__).parent.parent.parent / "docs/statistics.md").read_text("utf-8")


def test_every_figure_is_defined_as_it_is_counted() -> None:
    rows = {line.split("|")[1].strip(" `"): line for line in PAGE.splitlines() if line.startswith("| `")}
    for figure in (*FIGURES, *MARKS):
        assert f"| {figure.zh} {figure.en} | {figure.unit} | {figure.says_en} |" in rows[figure.name]
    for rate in RATES:
        assert f"| {' + '.join(rate.above)} / {' + '.join(rate.below)} |" in rows[rate.name]
    for side in SIDES:
        assert f"| {side.zh} {side.en} | {side.says_en} |" in rows[side.name]
    figures, others = {one.name for one in (*FIGURES, *MARKS)}, {one.name for one in RATES}
    assert set(rows) == figures | others | {one.name for one in SIDES}
    assert f"Version of the definitions: {VERSION}." in PAGE
