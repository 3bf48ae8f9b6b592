"""What stands around the figures of an export: final or not and why, its channel-days, what was restated, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from casework.certified import ChannelDay
from casework.disclosure import Cell, leaves
from warehouse.statistics.along import Along
from warehouse.statistics.definitions import VERSION
from warehouse.statistics.month import Crossing
from warehouse.statistics.of_times import Times
from warehouse.statistics.restating import Restated

MARK = "＊"
"""What stands in the place of a number that does not leave the bureau."""
Names = Mapping[str, str]
"""The officers' names by account."""


@dataclass(frozen=True, slots=True)
class Outside:
    """That an export is for outside: from which count on a number is shown, and which cells are hidden."""

    least: int
    hidden: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. `why` says why an export is not final: `runs`, `open`, `span`, `gaps`; empty: it is final."""

    why: tuple[str, ...] = ("open",)
    office: str = ""
    places: tuple[str, ...] = ()
    locked_at: datetime | None = None
    locked_by: str = ""
    definition: str = VERSION
    days: tuple[ChannelDay, ...] = ()
    restated: tuple[Restated, ...] = ()
    names: Names = field(default_factory=dict)
    outside: Outside | None = None
    times: Times | None = None
    counted: frozenset[str] | None = None
    """The figures a locked month has; None: all there are."""
    along: Along | None = None
    """What stands beside the month, inside the bureau."""
    cross: Crossing | None = None
    """All breakdowns at once, inside the bureau; None of a month locked before its rows were kept."""

    @property
    def timed(self) -> Times | None:
        """The stopwatch, where it is said: not outside the bureau, nor of a month locked before it was counted."""
        return self.times if self.outside is None else None

    @property
    def final(self) -> bool:
        """Whether this is the month as it was locked."""
        return not self.why

    def shows(self, cell: Cell) -> bool:
        """Whether a cell is in the export at all."""
        return self.outside is None or leaves(cell)

    def hides(self, cell: Cell) -> bool:
        """Whether a mark stands in the place of its number."""
        return self.outside is not None and (cell in self.outside.hidden or not leaves(cell))

    def counts(self, figure: str) -> bool:
        """Whether the month counts this figure: one that was locked before it was thought of does not."""
        return self.counted is None or figure in self.counted


WHY: Mapping[str, tuple[str, str]] = {
    "runs": ("统计期未结束", "the span still runs"),
    "open": ("本月尚未锁定，数字仍会变动", "not locked: the figures still change"),
    "span": ("跨月统计不锁定，按当前数据重新计算", "several months are never locked; counted anew"),
    "gaps": ("有渠道日缺少拉取凭证", "channel-days lack their pull certificate"),
}


def stretches(days: list[date]) -> list[tuple[date, date]]:
    """Days in a row as first and last."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
