"""The hands of the mail server."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.platforms.mailbox import MailServer
from sandbox.told import Told


class MailboxDriver:
    """Receives mails at moments before `now`."""

    channel = "mailbox"
    deadline = 1.0
    can_be_slow = True

    def __init__(self, folder: Path, now: datetime) -> None:
        self.platform = MailServer(folder)
        self.settings = {**self.platform.settings, "timeout_seconds": str(self.deadline)}
        self._now = now
        self._at = now - timedelta(hours=2)
        self._count = 0
        self._told_by: dict[str, Told] = {}

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
            keys.append(self._add(self._told(self._at)))
        return keys

    def _add(self, told: Told) -> str:
        key = self.platform.add(told)
        self._told_by[key] = told
        return key

    def same_moment(self, n: int) -> list[str]:
        self._at += timedelta(minutes=1)
        return [self._add(self._told(self._at)) for _ in range(n)]

    def change(self, key: str) -> None:
        self.platform.change(key, replace(self._told_by[key], narrative="补充：包工头已经失联。"))

    def late(self) -> str:
        return self._add(self._told(self._at - timedelta(minutes=20, seconds=30)))

    def bad(self) -> None:
        self._at += timedelta(minutes=1)
        self.platform.add_broken(1, self._at)

    def drift(self) -> None:
        self.platform.faults.drop = frozenset({"Received"})
        self.platform.bend()

    def down(self) -> None:
        self.platform.faults.status = 503

    def slow(self) -> None:
        self.platform.faults.delay = 30 * self.deadline

    def empty(self) -> None:
        self.platform.faults.empty = True
        self.platform.bend()

    def well(self) -> None:
        self.platform.faults.clear()
        self.platform.bend()

    def answers(self, key: str) -> list[str]:
        return self.platform.answers.get(key, [])

    def impossible_positions(self) -> list[str]:
        return ["0000000001/9999999999", "9999999999/0000000101", "0000000000/0000000101", "0000000001/0000000000",
                "-1", "0000000001/0000009999", "null", "101", "2026-11-20T00:15:00+00:00|m1", "信3"]  # fmt: skip

    def close(self) -> None:
        self.platform.stop()


def driver(folder: Path, now: datetime) -> MailboxDriver:
    """A mailbox without mails."""
    return MailboxDriver(folder, now)
