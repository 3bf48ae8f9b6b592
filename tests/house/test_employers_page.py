"""docs/employers.md says what the table of reasons says."""

from __future__ import annotations

from casework.risk import read_levels, read_weights
from casework.settings_of_law import SETTINGS
from tests.nursery import ROOT

PAGE = (ROOT / "docs" / "employers.md").read_text("utf-8")


def test_each_reason_stands_in_the_page_with_its_points() -> None:
    weights = read_weights(SETTINGS["risk.reasons"].default)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")]
    written = {row[0].strip("`"): (row[2].replace("−", "-"), row[3].replace("−", "-"), row[4]) for row in rows}
    rests_on = {one.key: one.source.rpartition("; ")[0] or "practice" for one in weights}
    assert written == {one.key: (str(one.points), str(one.most), rests_on[one.key]) for one in weights}


def test_the_levels_stand_in_the_page() -> None:
    high, raised, ordinary = (points for _, points in read_levels(SETTINGS["risk.levels"].default))
    assert f"From {ordinary} points on the risk is 一般, from {raised} 较高, from {high} 高" in " ".join(PAGE.split())
    assert f"`risk.repeat.months` ({SETTINGS['risk.repeat.months'].default})" in PAGE
