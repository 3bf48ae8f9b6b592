"""A seeded world of known truth: who owes whom, who told which channel, and how they spelled it.

`make_world` gives a world of the size of an office; `tell_all` streams one of any size. The same seed, family and
bounds give the same complaints to the byte, in every process. The names are drawn from tables of characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TypeAlias

from sandbox.told import Told
from sandbox.wages import Attendance, Balance, Payroll, Project
from sandbox.world import people
from sandbox.world.disputes import Disputes, Frame, Part
from sandbox.world.feed import Feed, make_feed
from sandbox.world.files import write_resolve_csv, write_truth_csv
from sandbox.world.manners import FAMILIES, Family
from sandbox.world.morning import MORNING, morning_tales
from sandbox.world.off_topic import OffTopic
from sandbox.world.people import Dispute
from sandbox.world.places import HOME
from sandbox.world.telling import Storyteller, Wish

_Tale: TypeAlias = tuple[Dispute, list[Told]]
_SHORT = timedelta(days=60)
"""A small world of no more days than this ends with a full morning."""

__all__ = [
    "FAMILIES", "Family", "Told", "World", "frame_of", "make_world", "tell_all", "tell_part", "write_resolve_csv",
    "write_truth_csv",
]  # fmt: skip


@dataclass(frozen=True)
class World:
    """What was told, in the order of telling, and what the wage platform knows of the builders among the employers."""

    told: list[Told]
    seed: int
    frame: Frame
    disputes: list[Dispute] = field(repr=False)

    @cached_property
    def feed(self) -> Feed:
        """The wage feed, made when first asked for."""
        return make_feed(Random(f"feed:{self.seed}"), self.frame, self.disputes)

    @property
    def projects(self) -> list[Project]:
        """The construction projects."""
        return self.feed.projects

    @property
    def balances(self) -> list[Balance]:
        """What the projects' wage accounts held, by day."""
        return self.feed.balances

    @property
    def payrolls(self) -> list[Payroll]:
        """The projects' payrolls, by month."""
        return self.feed.payrolls

    @property
    def attendance(self) -> list[Attendance]:
        """Heads and days at the projects' gates, by month."""
        return self.feed.attendance


class _Author:
    """Writes the tales of one part of a world, one group of disputes after another."""

    def __init__(self, seed: int, family: Family, frame: Frame, part: Part) -> None:
        wide = frame.wide
        self.rng = Random(f"{family}:{seed}:{frame.complaints}" + (f":{part.number}" if wide else ""))
        self.part = part
        size = part.stop - part.start
        agents = [people.make_person(self.rng) for _ in range(max(1, size // 500))]
        self.tells = Storyteller(self.rng, family, agents, wide=wide)
        self.disputes = Disputes(self.rng, frame, part)
        self.off_topic = OffTopic(self.rng, part.places, part.number if wide else None)

    def tales(self, wanted: int, window: tuple[datetime, datetime]) -> Iterator[_Tale]:
        """Disputes with their complaints until so many are told."""
        for _ in range(self.part.crews_of_200):
            dispute = self.disputes.crew_of_200(window)
            told = self.tells.tell(dispute, [Wish(kind="crew", channel="mailbox"), *[Wish()] * 199])
            wanted -= len(told)
            yield dispute, told
        while wanted > 0:
            for dispute in self.disputes.group(window):
                count = min(self.disputes.count(), wanted)
                if count == 0:
                    break
                dispute.crew_size = max(dispute.crew_size, count)
                told = self.tells.tell(dispute, [Wish()] * count)
                told += self.off_topic.beside(told, window)
                wanted -= len(told)
                yield dispute, told


def frame_of(complaints: int, until: datetime, days: int = 150, district: str = HOME.code) -> Frame:
    """When and where a world of so many complaints plays. Raises `ValueError` when the moment has no zone."""
    if until.tzinfo is None:
        raise ValueError("until must be aware")
    return Frame(until - timedelta(days=days), until, complaints, district)


def make_world(
    seed: int,
    *,
    complaints: int,
    until: datetime,
    days: int = 150,
    district: str = HOME.code,
    family: Family = "tuning",
) -> World:
    """A world of so many complaints, the last told before `until`; a small one ends with a full morning."""
    frame = frame_of(complaints, until, days, district)
    tales = [tale for part in frame.parts for tale in _tales(seed, family, frame, part)]
    told = sorted((one for _, said in tales for one in said), key=lambda one: one.told_at)
    width = max(6, len(str(complaints)))
    keyed = [replace(one, key=f"{number:0{width}d}") for number, one in enumerate(told[:complaints], start=1)]
    return World(keyed, seed, frame, [dispute for dispute, _ in tales])


def _tales(seed: int, family: Family, frame: Frame, part: Part) -> list[_Tale]:
    """What is told of one part: as many complaints as are its share, or a few more about something else."""
    author = _Author(seed, family, frame, part)
    wanted, window = part.stop - part.start, (frame.since, frame.until)
    if frame.wide or not (100 <= wanted <= 2000 and frame.until - frame.since <= _SHORT):
        return list(author.tales(wanted, window))
    morning = round(wanted * 0.21)
    dawn = frame.until - MORNING
    tales = list(author.tales(wanted - morning, (frame.since, dawn)))
    return tales + morning_tales(author.disputes, author.tells, morning, (dawn, frame.until))


def tell_all(
    seed: int,
    *,
    complaints: int,
    until: datetime,
    days: int = 150,
    district: str = HOME.code,
    family: Family = "tuning",
) -> Iterator[Told]:
    """The complaints of a world of any size one by one: county after county, in each in the order of telling."""
    frame = frame_of(complaints, until, days, district)
    for part in frame.parts:
        yield from tell_part(seed, part, frame, family)[0]


def tell_part(seed: int, part: Part, frame: Frame, family: Family) -> tuple[list[Told], list[Dispute]]:
    """The complaints of one part of a world, in the order of telling, and its disputes."""
    tales = _tales(seed, family, frame, part)
    told = sorted((one for _, said in tales for one in said), key=lambda one: one.told_at)
    keys = range(part.start + 1, part.stop + 1)
    keyed = [replace(one, key=f"{number:07d}") for number, one in zip(keys, told, strict=False)]
    return keyed, [dispute for dispute, _ in tales]
