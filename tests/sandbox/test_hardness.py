"""The plain rule of every office must fail on the invented world, or the world would prove nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.measures import measure
from benchmarks.plain import plain_name, plain_phone, plain_rule
from sandbox.world import Family, make_world

UNTIL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("family", ["tuning", "reporting"])
@pytest.mark.parametrize("read_text", [False, True])
def test_the_plain_rule_stays_under_four_fifths(family: Family, read_text: bool) -> None:
    told = make_world(1, complaints=20_000, until=UNTIL, family=family).told
    truth = {one.complaint_id: one.case for one in told}
    quality = measure(plain_rule(told, read_text=read_text), truth)
    print(
        f"{family}: {len(told)} complaints, {len(set(truth.values()))} cases, largest {quality.largest_true}; "
        f"plain rule B-cubed F1 {quality.b_cubed.f1:.3f}, largest {quality.largest}"
    )
    assert quality.b_cubed.f1 < 0.80


def test_the_plain_rule_is_no_straw_man() -> None:
    assert plain_name("青岛市蓝天（即墨）海产 有限公司") == plain_name("蓝天即墨海产有限责任公司")
    assert plain_phone("+86 138-0000-0000") == "13800000000"
    assert plain_phone("138****0000") is None


def test_the_measures_know_the_corner_cases() -> None:
    truth = {"a": 1, "b": 1, "c": 2}
    assert measure(truth, truth).b_cubed.f1 == 1
    assert measure(truth, truth).exact == 1
    apart = measure({"a": 1, "b": 2, "c": 3}, truth)
    assert (apart.pairs.precision, apart.pairs.recall) == (1.0, 0.0)
    together = measure({"a": 1, "b": 1, "c": 1}, truth)
    assert together.pairs.precision == pytest.approx(1 / 3)
    assert together.largest == 3
