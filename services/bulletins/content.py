"""What a bulletin says, as it is kept: counts, codes, ids, names of sites and firms. Nobody's name is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from casework.bulletins import Period, Subject, period
from casework.rising import Counts, Stretches


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list. `name` is empty where the code says it, and where the name may not be printed; `place` is
    the code of its town or district. `cases` and `employers` are followed up by the next bulletin."""

    subject: Subject
    key: str
    name: str
    place: str
    counts: Counts
    at_least: float
    cases: tuple[str, ...]
    employers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """One line of the last bulletin: how many it was and is; of its cases those that ended, visits, warnings
    acted on, prevention notices that went and that were answered (None: not counted when it was made)."""

    subject: Subject
    key: str
    name: str
    place: str
    was: int
    now: int
    cases: int
    concluded: int
    visits: int
    warnings: int
    notices: int | None = None
    answered: int | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """The bulletin before, by its number and period."""

    number: str
    period: str
    lines: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the chart: cases opened in it, and on average in the same ones of the earlier years stored."""

    period: str
    count: int
    earlier: float | None


@dataclass(frozen=True, slots=True)
class Content:
    """All of a bulletin. `why` says why its figures are provisional: `gaps`, `open`; empty: they are final.

    `years` are the earlier years that are stored; `more` how many lines of a list found no room;
    `least` the sum under which none is told (`figures.least`).
    """

    period: str
    territory: str
    office: str
    why: tuple[str, ...]
    missing: int
    years: tuple[int, ...]
    days: Stretches
    cases: Counts
    complaints: Counts
    chart: tuple[Point, ...]
    items: tuple[Item, ...]
    least: int
    more: Mapping[str, int]
    last: Last | None
    definitions: str
    rules: str
    counted_on: str

    @property
    def span(self) -> Period:
        """The week or month it is of."""
        return period(self.period)

    @property
    def rising(self) -> int:
        """How many places rise, also those that found no room; 0 where nothing could be compared."""
        return len(self.items) + sum(self.more.values()) if self.days.compared else 0

    def of(self, subject: Subject) -> tuple[Item, ...]:
        """One of the four lists."""
        return tuple(one for one in self.items if one.subject is subject)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return json.loads(json.dumps(asdict(self), ensure_ascii=False))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Content:
        """As it was kept."""
        last = kept["last"]
        return cls(
            **{
                **kept,
                "why": tuple(kept["why"]),
                "years": tuple(kept["years"]),
                "days": Stretches(**kept["days"]),
                "cases": Counts(**kept["cases"]),
                "complaints": Counts(**kept["complaints"]),
                "chart": tuple(Point(**one) for one in kept["chart"]),
                "items": tuple(_item(one) for one in kept["items"]),
                "last": last and Last(last["number"], last["period"], tuple(_followed(one) for one in last["lines"])),
            }
        )

    def digest(self) -> str:
        """What two bulletins share that say the same, whenever they were counted."""
        said = replace(self, counted_on="").to_json()
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def counted(self) -> date:
        """The day it was counted on."""
        return date.fromisoformat(self.counted_on)


def _item(kept: Mapping[str, Any]) -> Item:
    named = {"subject": Subject(kept["subject"]), "counts": Counts(**kept["counts"])}
    return Item(**{**kept, **named, "cases": tuple(kept["cases"]), "employers": tuple(kept["employers"])})


def _followed(kept: Mapping[str, Any]) -> Followed:
    return Followed(**{**kept, "subject": Subject(kept["subject"])})
