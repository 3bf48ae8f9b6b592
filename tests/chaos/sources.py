"""What is collected under fire: the imitated hotline over HTTP, or a file. Told in two states, the second with changes.

The hotline serves from a process of its own, so that the test itself has no threads when it forks its children.
"""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from connectors.base import Connector
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.told import Told
from tests.notebook import Notebook

TOLD, CHANGED = 420, 21


class Source(Protocol):
    """A channel with a test's hand on it."""

    def tell(self, state: int) -> None:
        """Bring the source into its first state or its second."""

    def connector(self) -> Connector:
        """A connector of one's own."""

    def close(self) -> None:
        """Serve no longer."""


class BookSource:
    """The notebook: complaints ten minutes apart, so that the overlap covers three; some can be pulled but not read."""

    def __init__(self, folder: Path, now: datetime) -> None:
        folder.mkdir()
        self._path, self._now = folder / "lines.jsonl", now

    def tell(self, state: int) -> None:
        """Write all lines of that state."""
        self._path.write_text("")
        self._write(0, TOLD, 8000)
        if state == 2:
            self._write(TOLD, TOLD + CHANGED, 9000)

    def _write(self, first: int, last: int, amount: int) -> None:
        book = Notebook(self._path, self._path.with_name("answers"))
        for number in range(first, last):
            at = self._now - timedelta(minutes=10 * (TOLD + CHANGED - number))
            key = number if number < TOLD else (number - TOLD) * 20
            book.write(
                key=f"k{key:05d}",
                at=at.isoformat(),
                text="拖欠工资三个月，一直不给",
                employer=f"青岛第{number % 7}水产加工有限公司",
                name=f"王{number}",
                phone=f"138{number:08d}",
                amount=str(amount if number % 50 else "many"),
            )

    def connector(self) -> Connector:
        """A notebook open at the lines."""
        return Notebook(self._path, self._path.with_name("answers"))

    def close(self) -> None:
        """Nothing serves."""


class HotlineSource:
    """The imitated hotline: signed requests, pages, an overlap of several calls; some can be pulled but not read."""

    def __init__(self, folder: Path, now: datetime) -> None:
        folder.mkdir()
        context = multiprocessing.get_context("fork")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, folder, now), daemon=True)
        self._process.start()
        self._settings: dict[str, str] = self._line.recv()

    def tell(self, state: int) -> None:
        """Let the platform hold the calls of that state."""
        self._line.send(state)
        self._line.recv()

    def connector(self) -> Connector:
        """A connector that knows the platform's address."""
        return connect("hotline_12345", self._settings)

    def close(self) -> None:
        """Hang up."""
        self._line.send(0)
        self._process.join(10)


def _serve(line: Connection, folder: Path, now: datetime) -> None:
    platform = Hotline(folder, page_size=100)
    line.send(platform.settings)
    keys: list[str] = []
    first = {}
    while state := line.recv():
        if not keys:
            keys = _calls(platform, now)
            first = dict(platform.shelf.records)
        platform.shelf.records = dict(first)
        if state == 2:
            for number in range(CHANGED):
                at = now - timedelta(minutes=CHANGED - number)
                platform.shelf.change(keys[number * 19], at, majorContent="补充：拖欠工资四个月，包工头已经失联。")
        line.send(len(keys))
    platform.stop()


def _calls(platform: Hotline, now: datetime) -> list[str]:
    """Calls four minutes apart; every eightieth cannot be read."""
    keys = []
    for number in range(TOLD):
        at = now - timedelta(minutes=30 + 4 * (TOLD - number))
        told = Told(
            key=f"{number:06d}",
            channel="hotline_12345",
            told_at=at,
            case="a",
            claim="b",
            title="反映工资被拖欠",
            narrative=f"来电人反映在工地干活{number % 9 + 1}个月，工资一直没有发。",
            employer_name=f"青岛第{number % 7}建筑有限公司",
            district_code="370215",
            complainant_name=f"王{number}",
            complainant_phone=f"138{number:08d}",
        )
        keys.append(platform.add(told))
        if number % 80 == 0:
            platform.shelf.change(keys[-1], at, callTime="2026-13-45 99:00:00")
    return keys
