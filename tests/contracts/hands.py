"""What the drivers of all channels have in common: complaints at moments before `now`, and faults that come and go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from sandbox.faults import Faults
from sandbox.told import Told
from tests.contracts.suite import PATIENCE, impossible_moments

WORDS = "补充：包工头已经失联。"
"""What a complaint says after it changed."""


class Platform(Protocol):
    """What every imitated platform can do."""

    faults: Faults

    @property
    def settings(self) -> dict[str, str]: ...

    @property
    def answers(self) -> dict[str, list[str]]: ...

    def add(self, told: Told) -> str: ...

    def add_all(self, told: Iterable[Told]) -> list[str]: ...

    def add_broken(self, n: int, at: datetime) -> list[str]: ...

    def stop(self) -> None: ...


P = TypeVar("P", bound=Platform)


class Hands(ABC, Generic[P]):
    """The other side of one channel: complaints a minute apart, the newest within two hours before `now`.

    `promised` is the field that drifts away. `waits` is the setting that bounds a wait, None where there is none.
    """

    channel: str
    promised: str
    deadline: float = 1.0
    waits: str | None = "deadline_seconds"
    can_be_slow: bool = True
    row = "|1"
    """What follows the moment in a position."""

    def __init__(self, platform: P, now: datetime, **settings: str) -> None:
        self.platform = platform
        told = {**platform.settings, **settings}
        self.settings: Mapping[str, str] = {**told, self.waits: str(PATIENCE)} if self.waits else told
        self.hurried: Mapping[str, str] = {**told, self.waits: str(self.deadline)} if self.waits else told
        self._now = now
        self._at = now - timedelta(hours=2)
        self._count = 0

    def _next(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at

    def _told(self, at: datetime) -> Told:
        self._count += 1
        return Told(
            key=f"{self._count:06d}", channel=self.channel, told_at=at, case="a", claim="b",
            title="反映工资被拖欠", narrative=f"来电人反映在工地干活{self._count}个月，工资一直没有发。",
            employer_name="青岛某某建筑有限公司", site_address="即墨区某某路1号", district_code="370215",
            complainant_name="证人甲", complainant_phone="13900000001", construction=True, rural=True,
        )  # fmt: skip

    def _bend(self) -> None:
        """Let the faults show, where the platform does not look at them by itself."""

    def good(self, n: int) -> list[str]:
        return [self.platform.add(self._told(self._next())) for _ in range(n)]

    def same_moment(self, n: int) -> list[str]:
        at = self._next()
        return self.platform.add_all([self._told(at) for _ in range(n)])

    @abstractmethod
    def change(self, key: str) -> None: ...

    def late(self) -> str:
        return self.platform.add(self._told(self._at - timedelta(minutes=20, seconds=30)))

    def back_dated(self, by: timedelta) -> str:
        return self.platform.add(self._told(self._at - by))

    def bad(self) -> None:
        self.platform.add_broken(1, self._next())

    def drift(self) -> None:
        self.platform.faults.drop = frozenset({self.promised})
        self._bend()

    def down(self) -> None:
        self.platform.faults.status = 503
        self._bend()

    def slow(self) -> None:
        self.platform.faults.delay = 30 * self.deadline
        self._bend()

    def empty(self) -> None:
        self.platform.faults.empty = True
        self._bend()

    def well(self) -> None:
        self.platform.faults.clear()
        self._bend()

    def answers(self, key: str) -> list[str]:
        return self.platform.answers.get(key, [])

    def impossible_positions(self) -> list[str]:
        return impossible_moments(self._now, self.row)

    def close(self) -> None:
        self.platform.stop()
