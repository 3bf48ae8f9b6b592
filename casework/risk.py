"""The risk of an employer (风险等级): which facts speak for it and against it, each with its weight and its rule.

The law knows who is listed and what is a crime; that other facts make an employer risky, and by how much, is practice.
The weights are a setting. The level is shown in words and bars, never in letters (glossary 9.14).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.errors import BadInput
from casework.record import Json

_WAN = 1_000_000


class RiskLevel(StrEnum):
    """低, 一般, 较高, 高风险."""

    LOW = "low"
    ORDINARY = "ordinary"
    RAISED = "raised"
    HIGH = "high"


BARS: Mapping[RiskLevel, int] = {
    RiskLevel.LOW: 1,
    RiskLevel.ORDINARY: 2,
    RiskLevel.RAISED: 3,
    RiskLevel.HIGH: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is on record of one employer today. Amounts in fen; `recent` is within the months of the setting."""

    listed: int = 0
    transferred: int = 0
    group_incidents: int = 0
    red_flags: int = 0
    relapses: int = 0
    broken_promises: int = 0
    overdue_orders: int = 0
    offences: int = 0
    open_cases: int = 0
    recent_cases: int = 0
    owed_fen: int = 0
    late_payrolls: int = 0
    grave_warnings: int = 0
    kept_promises: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """One reason's weight: so much each time, at most so much; `source` says on what it rests."""

    key: str
    points: int
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that counted: how often, how much money where it is about money, and for how many points."""

    key: str
    count: int
    fen: int
    points: int
    source: str


@dataclass(frozen=True, slots=True)
class Risk:
    """The level, its points, and the reasons, the weightiest first."""

    level: RiskLevel
    points: int
    reasons: tuple[Reason, ...]

    @property
    def bars(self) -> int:
        """One to four."""
        return BARS[self.level]


FACTS: Mapping[str, Callable[[Record], int]] = {
    "listed": lambda one: one.listed,
    "transferred": lambda one: one.transferred,
    "group_incident": lambda one: one.group_incidents,
    "red_flag": lambda one: one.red_flags,
    "relapse": lambda one: one.relapses,
    "broken_promise": lambda one: one.broken_promises,
    "overdue_order": lambda one: one.overdue_orders,
    "offence": lambda one: one.offences,
    "open_case": lambda one: one.open_cases,
    "repeat": lambda one: max(one.recent_cases - 1, 0),
    "owed": lambda one: -(-one.owed_fen // (10 * _WAN)),
    "late_payroll": lambda one: one.late_payrolls,
    "warning": lambda one: one.grave_warnings,
    "kept_promise": lambda one: one.kept_promises,
}
"""How often each reason counts. `owed`: for every 100,000 yuan begun. `repeat`: for each case after the first."""


def read_weights(table: Json) -> tuple[Weight, ...]:
    """The table of the setting `risk.reasons`. Raises `BadInput` when a row cannot be used."""
    if not isinstance(table, list):
        raise BadInput("The setting risk.reasons must be a list of rows.")
    return tuple(_weight(row) for row in table)


def _weight(row: Json) -> Weight:
    if not isinstance(row, dict) or row.get("key") not in FACTS:
        raise BadInput("Each row of the setting risk.reasons names one of the known reasons.")
    points, most = row.get("points"), row.get("most")
    if not isinstance(points, int) or not isinstance(most, int) or points * most < 0 or abs(points) > abs(most):
        raise BadInput("Each row of the setting risk.reasons has whole points, and no fewer at most.")
    return Weight(str(row["key"]), points, most, str(row.get("source", "")))


def read_levels(table: Json) -> tuple[tuple[RiskLevel, int], ...]:
    """The table of the setting `risk.levels`: from how many points on, the highest first."""
    levels = (RiskLevel.ORDINARY, RiskLevel.RAISED, RiskLevel.HIGH)
    from_points = [table.get(level.value) for level in levels] if isinstance(table, dict) else []
    whole = [one for one in from_points if isinstance(one, int) and not isinstance(one, bool)]
    if len(whole) != len(levels) or whole != sorted(set(whole)):
        raise BadInput("The setting risk.levels gives rising points for ordinary, raised and high.")
    return tuple(reversed(tuple(zip(levels, whole, strict=True))))


def assess(record: Record, weights: Sequence[Weight], levels: Sequence[tuple[RiskLevel, int]]) -> Risk:
    """The risk that these facts make, by these weights."""
    reasons = []
    for weight in weights:
        count = FACTS[weight.key](record)
        if count:
            points = count * weight.points
            points = min(points, weight.most) if weight.points >= 0 else max(points, weight.most)
            fen = record.owed_fen if weight.key == "owed" else 0
            reasons.append(Reason(weight.key, count, fen, points, weight.source))
    total = max(sum(one.points for one in reasons), 0)
    level = next((level for level, least in levels if total >= least), RiskLevel.LOW)
    return Risk(level, total, tuple(sorted(reasons, key=lambda one: -abs(one.points))))
