"""The risk of an employer: every reason counts as its row says, and the level follows from the points."""

from __future__ import annotations

import pytest

from casework.errors import BadInput
from casework.risk import BARS, FACTS, Record, RiskLevel, assess, read_levels, read_weights
from casework.settings_of_law import SETTINGS

WEIGHTS = read_weights(SETTINGS["risk.reasons"].default)
LEVELS = read_levels(SETTINGS["risk.levels"].default)


def test_nothing_on_record_is_a_low_risk_without_a_reason() -> None:
    risk = assess(Record(), WEIGHTS, LEVELS)
    assert (risk.level, risk.bars, risk.points, risk.reasons) == (RiskLevel.LOW, 1, 0, ())


def test_every_reason_has_a_row_and_every_row_says_that_its_weight_is_practice() -> None:
    assert {weight.key for weight in WEIGHTS} == set(FACTS)
    assert all(weight.source.endswith("practice, unverified") for weight in WEIGHTS)
    assert SETTINGS["risk.reasons"].source == "practice, unverified"


def test_an_employer_on_the_list_is_a_high_risk_by_that_alone() -> None:
    risk = assess(Record(listed=1), WEIGHTS, LEVELS)
    assert (risk.level, risk.bars) == (RiskLevel.HIGH, 4)
    assert [reason.key for reason in risk.reasons] == ["listed"]


def test_a_reason_counts_each_time_and_no_further_than_its_most() -> None:
    once, often = (assess(Record(broken_promises=n), WEIGHTS, LEVELS) for n in (1, 9))
    assert (once.points, often.points) == (15, 30)
    assert often.reasons[0].count == 9


def test_promises_kept_speak_in_its_favour_and_never_below_nothing() -> None:
    worse = assess(Record(open_cases=4, kept_promises=0), WEIGHTS, LEVELS)
    better = assess(Record(open_cases=4, kept_promises=2), WEIGHTS, LEVELS)
    assert worse.points - better.points == 10
    assert assess(Record(kept_promises=3), WEIGHTS, LEVELS).points == 0


@pytest.mark.parametrize(("fen", "times"), [(0, 0), (1, 1), (10_000_000, 1), (10_000_001, 2)])
def test_arrears_count_for_every_hundred_thousand_yuan_begun(fen: int, times: int) -> None:
    assert FACTS["owed"](Record(owed_fen=fen)) == times


@pytest.mark.parametrize(
    ("points", "level"), [(14, RiskLevel.LOW), (15, RiskLevel.ORDINARY), (35, RiskLevel.RAISED), (60, RiskLevel.HIGH)]
)
def test_a_level_begins_with_its_points(points: int, level: RiskLevel) -> None:
    weights = read_weights([{"key": "open_case", "points": points, "most": points, "source": ""}])
    assert assess(Record(open_cases=1), weights, LEVELS).level is level
    assert set(BARS.values()) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "table",
    [
        {},
        ["x"],
        [{"key": "weather", "points": 1, "most": 1}],
        [{"key": "owed", "points": "3", "most": 9}],
        [{"key": "owed", "points": 3, "most": 1}],
        [{"key": "owed", "points": 3, "most": -3}],
    ],
)
def test_a_table_of_reasons_that_cannot_be_used_is_refused(table: object) -> None:
    with pytest.raises(BadInput):
        read_weights(table)  # type: ignore[arg-type]  # the setting may hold anything


@pytest.mark.parametrize(
    "table", [[], {}, {"ordinary": 5, "raised": 5, "high": 9}, {"ordinary": 9, "raised": 5, "high": 1}]
)
def test_levels_that_do_not_rise_are_refused(table: object) -> None:
    with pytest.raises(BadInput):
        read_levels(table)  # type: ignore[arg-type]  # the setting may hold anything
