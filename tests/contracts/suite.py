"""What a channel's driver offers to the contract suite, and a landing stage small enough to be read at a glance.

A driver stands beside the platform and does what only the other side can do: add complaints, commit one late, take a
field away, fall silent. `drivers/<channel>.py` gives `driver(folder: Path, now: datetime) -> Driver`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from casework.record import Cursor, RawRecord
from connectors.base import Connector

PAGE = 5
"""Records a page holds in these tests, where the channel has pages: small, so that ten records are more than one."""
PATIENCE = 60.0
"""Seconds of a time-out in tests that are not about slowness: no busy machine reaches it."""
BUSY = 5.0
"""Seconds that a busy machine may add to a time-out that is tested. What is tested would be silent for much longer."""


class Driver(Protocol):
    """The other side's hands. Platforms start empty; positions lie before `now`.

    `settings` are what the connector is built with: page size `PAGE` where there are pages, and time-outs that no busy
    machine reaches. `hurried` are the same with time-outs so short that a silent channel is given up within `deadline`
    seconds; only a test of slowness uses them. `can_be_slow` is False where there is no wire to wait for (a folder of
    files).
    """

    channel: str
    settings: Mapping[str, str]
    hurried: Mapping[str, str]
    deadline: float
    can_be_slow: bool

    def good(self, n: int) -> list[str]:
        """Add n well-formed complaints, each at a moment of its own; their source keys."""

    def same_moment(self, n: int) -> list[str]:
        """Add n complaints with one equal timestamp or position."""

    def change(self, key: str) -> None:
        """The text of that complaint changes at the source."""

    def late(self) -> str:
        """A complaint committed now, but stamped within the overlap and before the newest one."""

    def back_dated(self, by: timedelta) -> str:
        """A complaint committed now, but stamped so long before the newest one; its source key."""

    def bad(self) -> None:
        """One record that can be pulled but not read."""

    def drift(self) -> None:
        """From now on a promised field is gone from every record."""

    def down(self) -> None:
        """From now on the channel does not serve."""

    def slow(self) -> None:
        """From now on the channel keeps everyone waiting, much longer than `deadline`."""

    def empty(self) -> None:
        """From now on the channel answers well, and has nothing."""

    def well(self) -> None:
        """Down, slow, empty and drift are over."""

    def answers(self, key: str) -> list[str]:
        """What the platform holds as our answers to that complaint."""

    def impossible_positions(self) -> list[str]:
        """At least five positions that cannot be this channel's."""

    def close(self) -> None:
        """Stop the platform."""


def impossible_moments(now: datetime, row: str) -> list[str]:
    """Positions no channel ordered by a moment can have: ahead of time, before all time, cut off, of another kind.

    `row` is what follows the moment in a position of the channel.
    """
    tomorrow, this_morning = (now + timedelta(days=1)).isoformat(), (now - timedelta(hours=1)).isoformat()
    return [
        f"{tomorrow}{row}",
        f"2999-01-01T00:00:00+00:00{row}",
        f"0001-01-01T00:00:00+00:00{row}",
        f"2026-02-31T00:00:00+00:00{row}",
        f"{this_morning[:19]}{row}",
        this_morning,
        "-1",
        "17",
        "null",
        "第3页",
    ]


def driver(channel: str, folder: Path, now: datetime) -> Driver:
    """The driver of a channel. A channel without one fails here: every channel has a contract test."""
    module = import_module(f"tests.contracts.drivers.{channel}")
    return cast(Driver, module.driver(folder, now))


@dataclass
class Landing:
    """What has landed: the newest digest of every record, every version counted, and the cursor that follows."""

    connector: Connector
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    newest: dict[str, RawRecord] = field(default_factory=dict)
    cursor: Cursor | None = None

    def pull(self, now: datetime) -> Brought:
        """Pull once and land what is new, with the cursor derived from what came."""
        brought = Brought()
        positions = [self.cursor.position] if self.cursor else []
        records = list(self.connector.pull(self.cursor, now=now))
        for raw in records:
            key = (raw.kind, raw.source_key)
            positions.append(raw.position)
            if self.digests.get(key) == raw.digest():
                brought.unchanged.append(raw.source_key)
                continue
            (brought.changed if key in self.digests else brought.new).append(raw.source_key)
            self.digests[key] = raw.digest()
            self.versions[raw.source_key] = self.versions.get(raw.source_key, 0) + 1
            self.newest[raw.source_key] = raw
        self.connector.settle(records)
        if positions:
            self.cursor = Cursor(self.connector.channel.name, max(positions))
        return brought


@dataclass
class Brought:
    """What one pull brought, by source key."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def fresh(self) -> Sequence[str]:
        """What would be written."""
        return self.new + self.changed
