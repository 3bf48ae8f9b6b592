"""The page about statistics defines every figure, rate and breakdown there is, in the words of the metrics."""

from __future__ import annotations

from pathlib import Path

from casework.settings_of_times import ROWS
from warehouse.statistics.definitions import FIGURES, MARKS, RATES, SIDES, VERSION
from warehouse.statistics.definitions_of_times import BASELINES, HUMAN, MEDIANS, TIMES

PAGE = (Path(__file__).parent.parent.parent / "docs/statistics.md").read_text("utf-8")


def test_every_figure_is_defined_as_it_is_counted() -> None:
    rows = {line.split("|")[1].strip(" `"): line for line in PAGE.splitlines() if line.startswith("| `")}
    for figure in (*FIGURES, *MARKS, *TIMES):
        assert f"| {figure.zh} {figure.en} | {figure.unit} | {figure.says_en} |" in rows[figure.name]
    for rate in RATES:
        assert f"| {rate.zh} {rate.en} | {' + '.join(rate.above)} / {' + '.join(rate.below)} |" in rows[rate.name]
    for side in SIDES:
        assert f"| {side.zh} {side.en} | {side.says_en} |" in rows[side.name]
    figures, others = {one.name for one in (*FIGURES, *MARKS, *TIMES)}, {one.name for one in RATES}
    settings = {one[0] for one in ROWS}
    assert set(rows) == figures | others | {one.name for one in SIDES} | settings
    assert f"Version of the definitions: {VERSION}." in PAGE


def test_what_is_said_in_chinese_has_the_signs_of_chinese() -> None:
    told = [rate.zh for rate in RATES] + [side.zh + side.says_zh for side in SIDES]
    told += [figure.zh + figure.says_zh for figure in (*FIGURES, *MARKS)] + [one.zh + one.says_zh for one in TIMES]
    assert [text for text in told if set(text) & set("?,;!()")] == []


def test_the_settings_of_the_stopwatch_and_its_names_are_those_of_the_program() -> None:
    for name, default, _, says in ROWS:
        shown = ", ".join(map(str, default)) if isinstance(default, list) else default
        assert f"| `{name}` | {shown} | {says} |" in PAGE
    names = {one.name for one in TIMES}
    assert {*MEDIANS, *BASELINES.values()} < names
    assert set(HUMAN) | set(BASELINES) < {*MEDIANS, *BASELINES}
