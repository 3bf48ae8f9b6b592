"""The plain rule of every office must fail on the invented world, or the world would prove nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.plain import plain_name, plain_phone, plain_rule
from dedupe.quality import measure
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
