"""The long table of a month: whole numbers stay whole, and a month that does not cross-foot shows where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.statistics.definitions import FIGURES
from warehouse.statistics.month import DIMENSIONS, MonthFigures
from warehouse.statistics.table import by_member, differences, long_table, totals

ROOT = Path(__file__).parent.parent.parent
NAMES = [figure.name for figure in FIGURES]
CELL = st.tuples(st.sampled_from(NAMES), st.sampled_from(DIMENSIONS), st.sampled_from("abc"))
CELLS = st.dictionaries(CELL, st.integers(0, 10**16 + 1))
TOTALS = st.dictionaries(st.tuples(st.sampled_from(NAMES), st.just("total"), st.just("")), st.integers(0, 10**16 + 1))


@settings(max_examples=40, deadline=None)
@given(CELLS, TOTALS)
def test_pivots_hold_the_figures_to_the_last_fen(
    cells: dict[tuple[str, str, str], int], whole: dict[tuple[str, str, str], int]
) -> None:
    figures = MonthFigures("2026-10", {**cells, **whole})
    table = long_table(figures)
    assert totals(table).to_dict() == {name: figures.total(name) for name in NAMES}
    for dimension in DIMENSIONS:
        wide, apart = by_member(table, dimension), differences(table, dimension).to_dict()
        assert all(kind == pd.Int64Dtype() for kind in wide.dtypes)
        assert list(wide.index) == figures.members(dimension)
        for name, held in wide.to_dict().items():
            said = figures.by(str(name), dimension)
            assert held == {member: said.get(member, 0) for member in held}
            assert apart[name] == sum(said.values()) - figures.total(str(name))


def test_a_cell_that_stands_twice_is_never_summed_in_silence() -> None:
    once = long_table(MonthFigures("2026-10", {("received", "channel", "petition"): 2}))
    with pytest.raises(ValueError, match="duplicate"):
        by_member(pd.concat([once, once]), "channel")


@pytest.mark.parametrize("door", ["console.cli", "console.app"])
def test_a_door_opens_without_loading_pandas(door: str) -> None:
    asked = f"import sys, {door}; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, timeout=120).returncode == 0
