"""The message board's hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sandbox.platforms.message_board import MessageBoard
from sandbox.told import Told
from tests.contracts.suite import PAGE, impossible_moments


class MessageBoardDriver:
    """Shows messages at moments before `now`, a minute apart."""

    channel = "message_board"
    deadline = 1.0
    can_be_slow = True

    def __init__(self, folder: Path, now: datetime) -> None:
        self.platform = MessageBoard(folder, page_size=PAGE)
        self.settings = {**self.platform.settings, "deadline_seconds": str(self.deadline)}
        self._now = now
        self._at = now - timedelta(hours=2)
        self._count = 0

    def _add(self, at: datetime) -> str:
        self._count += 1
        told = Told(
            key=f"{self._count:06d}", channel=self.channel, told_at=at, case="a", claim="b",
            title="反映工资被拖欠", narrative=f"来电人反映在工地干活{self._count}个月，工资一直没有发。",
            employer_name="青岛某某建筑有限公司", site_address="即墨区某某路1号", district_code="370215",
            complainant_name="证人甲", complainant_phone="13900000001",
        )  # fmt: skip
        return self.platform.add(told)

    def good(self, n: int) -> list[str]:
        keys = []
        for _ in range(n):
            self._at += timedelta(minutes=1)
            keys.append(self._add(self._at))
        return keys

    def same_moment(self, n: int) -> list[str]:
        self._at += timedelta(minutes=1)
        return [self._add(self._at) for _ in range(n)]

    def change(self, key: str) -> None:
        self._at += timedelta(minutes=1)
        self.platform.shelf.change(key, self._at, description="补充：包工头已经失联。")

    def late(self) -> str:
        return self._add(self._at - timedelta(minutes=20, seconds=30))

    def bad(self) -> None:
        self._at += timedelta(minutes=1)
        self.platform.add_broken(1, self._at)

    def drift(self) -> None:
        self.platform.faults.drop = frozenset({"description"})

    def down(self) -> None:
        self.platform.faults.status = 503

    def slow(self) -> None:
        self.platform.faults.delay = 30 * self.deadline

    def empty(self) -> None:
        self.platform.faults.empty = True

    def well(self) -> None:
        self.platform.faults.clear()

    def answers(self, key: str) -> list[str]:
        return self.platform.answers.get(key, [])

    def impossible_positions(self) -> list[str]:
        return impossible_moments(self._now)

    def close(self) -> None:
        self.platform.stop()


def driver(folder: Path, now: datetime) -> MessageBoardDriver:
    """A message board without messages."""
    return MessageBoardDriver(folder, now)
