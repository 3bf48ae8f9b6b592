"""The hands of the wage-payment platform."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.told import Told
from tests.contracts.suite import PAGE


class WageMonitorDriver:
    """Enters rows at moments before `now`; waits are for a lock."""

    channel = "wage_monitor"
    deadline = 1.0
    can_be_slow = True

    def __init__(self, folder: Path, now: datetime) -> None:
        self.platform = WagePlatform(folder)
        self.settings = {**self.platform.settings, "timeout_seconds": "0.5", "page_size": str(PAGE)}
        self._now = now
        self._at = now - timedelta(hours=2)
        self._count = 0

    def _told(self, at: datetime) -> Told:
        self._count += 1
        return Told(
            key=f"{self._count:06d}", channel=self.channel, told_at=at, case="a", claim="b",
            narrative=f"在工地干活{self._count}个月，工资一直没有发。", employer_name="青岛某某建筑有限公司",
            site_address="即墨区某某路1号", district_code="370215", complainant_name="证人甲",
            complainant_phone="13900000001", construction=True, rural=True,
        )  # fmt: skip

    def good(self, n: int) -> list[str]:
        keys = []
        for _ in range(n):
            self._at += timedelta(minutes=1)
            keys.append(self.platform.add(self._told(self._at)))
        return keys

    def same_moment(self, n: int) -> list[str]:
        self._at += timedelta(minutes=1)
        return self.platform.add_all(self._told(self._at) for _ in range(n))

    def change(self, key: str) -> None:
        self._at += timedelta(minutes=1)
        self.platform.change(key, self._at, content="补充：包工头已经失联。")

    def late(self) -> str:
        return self.platform.add(self._told(self._at - timedelta(minutes=20, seconds=30)))

    def bad(self) -> None:
        self._at += timedelta(minutes=1)
        self.platform.add_broken(1, self._at)

    def drift(self) -> None:
        self.platform.faults.drop = frozenset({"corpName"})
        self.platform.bend()

    def down(self) -> None:
        self.platform.faults.status = 503
        self.platform.bend()

    def slow(self) -> None:
        self.platform.faults.delay = 30 * self.deadline
        self.platform.bend()

    def empty(self) -> None:
        self.platform.faults.empty = True
        self.platform.bend()

    def well(self) -> None:
        self.platform.faults.clear()
        self.platform.bend()

    def answers(self, key: str) -> list[str]:
        return self.platform.answers.get(key, [])

    def impossible_positions(self) -> list[str]:
        ahead = (self._now + timedelta(days=1)).isoformat()
        row = "|complaint|TS1"
        return [ahead + row, "2999-01-01T00:00:00+00:00" + row, "-1", "1970-01-01T00:00:00+00:00" + row, "null", "17",
                "2026-02-31T00:00:00+00:00" + row, "2026-11-20T00:15:00" + row, "行3"]  # fmt: skip

    def close(self) -> None:
        self.platform.stop()


def driver(folder: Path, now: datetime) -> WageMonitorDriver:
    """A front-end database without rows."""
    return WageMonitorDriver(folder, now)
