"""What the linker must keep on made-up complaints of known truth: floors a little under what is measured at scale."""

from __future__ import annotations

from typing import Any, cast

import pytest

from benchmarks.linking import UNTIL, report
from sandbox.world import Family, make_world

FLOORS = {"case": {"pair_precision": 0.985, "b3_f1": 0.97}, "claim": {"pair_precision": 0.98, "b3_f1": 0.975}}


@pytest.mark.parametrize("family", ["tuning", "reporting"])
@pytest.mark.timeout(120)
def test_what_is_joined_is_right_most_is_found_and_little_is_asked(family: str) -> None:
    found: dict[str, Any] = report(make_world(41, complaints=4000, until=UNTIL, family=cast(Family, family)), family)
    assert found["breaker"] is None
    for kind, floors in FLOORS.items():
        for name, floor in floors.items():
            assert found[kind][name] >= floor, (kind, name, found[kind][name])
    assert found["case"]["largest"] <= 1.5 * found["case"]["largest_true"]
    assert found["questions_per_hundred"] <= 2.0
    assert found["asked_share"] <= 0.035
