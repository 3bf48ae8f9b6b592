"""What docs/clocks.md says of deadlines is what the tables say and what the count gives."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from casework import clocks
from casework.clocks import TimeLimit, Unit, due_day
from casework.settings_of_law import SETTINGS
from services.office.working_days import published
from tests.casework.test_clocks import VECTORS

PAGE = Path(__file__).parent.parent.parent / "docs" / "clocks.md"


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    text = PAGE.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in rows]


def limits() -> list[TimeLimit]:
    """Every limit there is, those of one kind for different papers too."""
    return [one for one in vars(clocks).values() if isinstance(one, TimeLimit)]


def test_every_clock_stands_there_with_its_length_unit_and_article() -> None:
    told = {(kind, length, unit, article) for kind, length, unit, _starts, article, _state in table("The clocks")}
    for one in limits():
        found = [row for row in told if row[:3] == (one.kind, str(one.length), one.unit)]
        assert found, f"| `{one.kind}` | {one.length} | {one.unit} | ... | {one.source} |"
        assert any(one.source.startswith(row[3]) for row in found), (one.kind, one.source)
    assert len(told) == len(limits()), "a clock in the page that is none"
    starts = [row[3] for row in table("The clocks")]
    assert len(starts) == len(limits())
    assert all(starts)


@pytest.mark.parametrize("row", table("Test vectors"), ids=lambda row: "-".join(row[:3]))
def test_every_vector_comes_out(row: list[str]) -> None:
    start, length, unit, due = row
    found = due_day(date.fromisoformat(start), int(length), cast(Unit, unit), published())
    assert (found.due_on.isoformat(), found.provisional) == (due, False)


def test_no_vector_of_the_law_is_missing() -> None:
    told = {tuple(row) for row in table("Test vectors")}
    assert told == {(start, str(length), unit, due) for start, length, unit, due in VECTORS}


def test_every_setting_of_a_clock_stands_there() -> None:
    told = {row[0]: row[1] for row in table("Suspension")}
    assert set(told) == {name for name in SETTINGS if name.startswith("clock.")}
    for name, words in told.items():
        default = SETTINGS[name].default
        if isinstance(default, list):
            assert re.findall(r"[a-z_0-9]+", words) == default, name
        elif not isinstance(default, dict):
            assert words == str(default), name
