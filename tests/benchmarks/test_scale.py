"""What `make scale` looks for, it would find."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scale import Watched
from benchmarks.scale_run import _differing

pytestmark = [pytest.mark.prefect]


def test_a_row_that_differs_is_counted_and_so_is_one_that_is_missing() -> None:
    rows = np.arange(10)
    other = rows.copy()
    other[3] = 99
    assert (_differing(rows, rows.copy()), _differing(rows, other), _differing(rows, rows[:9])) == (0, 1, 10)


def test_a_telephone_or_a_name_in_a_log_is_seen() -> None:
    people = Watched(300)
    assert len(people.phones) > 50
    phone = sorted(people.phones)[0]
    assert people.told("compare_in_parts('/data/parts-x', 5000): 4711 13000000000000") == 0
    assert people.told(f"task of {phone}") == 1
    assert people.told("task of 王某") == 2
