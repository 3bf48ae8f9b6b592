"""Response tiers (响应分级): how soon the office wants a kind of unit to respond and to answer. No law asks for them.

A tier is the office's own rule, by the kind of unit that has the case. Its lamp stands beside the deadlines of the law
and never in front of one: where a deadline of the law ends no later, the tier says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from casework.calendar import Calendar, local_day
from casework.clocks import Unit, days_left, due_day
from casework.errors import BadInput
from casework.record import Json
from casework.stopwatch import OfficeHours

HoursIn: TypeAlias = Literal["office", "clock"]
Until: TypeAlias = Literal["filed", "concluded"]
Part: TypeAlias = Literal["first", "answer"]
State: TypeAlias = Literal["fine", "soon", "over", "kept", "late"]
MOST_HOURS, MOST_DAYS = 240, 366


class UnitKind(StrEnum):
    """区县部门 / 镇街 / 村居, by the place in which whoever leads the case is inspector."""

    DEPARTMENT = "department"
    TOWN = "town"
    COMMUNITY = "community"


_DISTRICT, _STREET = 6, 9


def unit_kind(territory: str) -> UnitKind:
    """By the code of its place: to six digits a district (GB/T 2260), nine a street (GB/T 10114), twelve a village."""
    if len(territory) <= _DISTRICT:
        return UnitKind.DEPARTMENT
    return UnitKind.TOWN if len(territory) <= _STREET else UnitKind.COMMUNITY


@dataclass(frozen=True, slots=True)
class Tier:
    """What is asked of one kind of unit, and who asks it. None: that part is not asked.

    `hours` run from the dispatch until an inspector signs for the case: in office hours of working days, or by the
    clock. `days` run from the dispatch until the case is `until`: filed (or declined), or concluded.
    """

    unit: UnitKind
    hours: int | None
    hours_in: HoursIn
    days: int | None
    days_in: Unit
    until: Until
    source: str


_SOURCE = "崂先办: respond in 4 hours, close in 2 / 3 / 4 days; which hours and days: unverified"


def _like(days: int) -> Json:
    return {
        "hours": 4, "hours_in": "office", "days": days, "days_in": "working", "until": "concluded", "source": _SOURCE,
    }  # fmt: skip


EXAMPLE: Mapping[str, Json] = MappingProxyType(
    {UnitKind.COMMUNITY.value: _like(2), UnitKind.TOWN.value: _like(3), UnitKind.DEPARTMENT.value: _like(4)}
)
"""The neighbour's tiers as this program writes them down. It holds nowhere until an office puts it."""

_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"hours_in": ("office", "clock"), "days_in": ("working", "calendar"), "until": ("filed", "concluded")}
)


def read_tiers(value: Json) -> dict[UnitKind, Tier]:
    """The tiers of a setting, by kind of unit. Raises `BadInput` for what is no tier, or names no source."""
    if not isinstance(value, dict) or not set(value) <= set(UnitKind):
        raise BadInput(f"Response tiers are given by kind of unit: {', '.join(UnitKind)}.")
    return {UnitKind(unit): _read(UnitKind(unit), given) for unit, given in value.items()}


def _read(unit: UnitKind, given: Json) -> Tier:
    if not isinstance(given, dict) or not set(given) <= {"hours", "days", "source", *_FIELDS}:
        raise BadInput("A response tier gives hours, hours_in, days, days_in, until and source, and nothing else.")
    source = given.get("source")
    if not isinstance(source, str) or not source.strip():
        raise BadInput("A response tier names its source: a text, or who decided it.")
    chosen = {name: given.get(name, offers[0]) for name, offers in _FIELDS.items()}
    for name, one in chosen.items():
        if one not in _FIELDS[name]:
            raise BadInput(f"In a response tier {name} is one of {', '.join(_FIELDS[name])}.")
    hours, days = _length(given.get("hours"), MOST_HOURS), _length(given.get("days"), MOST_DAYS)
    if hours is None and days is None:
        raise BadInput("A response tier gives hours, or days, or both.")
    return Tier(
        unit=unit,
        hours=hours,
        hours_in=cast(HoursIn, chosen["hours_in"]),
        days=days,
        days_in=cast(Unit, chosen["days_in"]),
        until=cast(Until, chosen["until"]),
        source=source.strip(),
    )


def _length(given: Json, most: int) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
        raise BadInput(f"The hours of a response tier are 1 to {MOST_HOURS}, its days 1 to {MOST_DAYS}.")
    return given


@dataclass(frozen=True, slots=True)
class Handed:
    """That a case was dispatched to a unit: when, when it was signed for, when it was answered as the tier means it."""

    at: datetime
    signed_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what tiers are counted: the office's hours and calendar, and how long before the end a lamp shows amber."""

    hours: OfficeHours
    calendar: Calendar
    soon_hours: int = 1
    soon_days: int = 1


@dataclass(frozen=True, slots=True)
class Lamp:
    """One part of one tier on one case. `left` counts hours or days as the tier does: 0 is the last one, less is over.

    `due_at` is the moment at which the hours end; None for the days, of which `due_on` is the last. Like a deadline, a
    lamp is neither amber nor red on a day that no published calendar holds (`provisional`).
    """

    part: Part
    tier: Tier
    started_at: datetime
    due_on: date
    due_at: datetime | None
    left: int
    provisional: bool
    state: State

    @property
    def runs(self) -> bool:
        """Whether the unit still owes this part."""
        return self.state not in ("kept", "late")


def lamps(tier: Tier, handed: Handed, terms: Terms, *, now: datetime) -> tuple[Lamp, ...]:
    """What a tier says of one case, the first response before the answer."""
    found = []
    if tier.hours is not None:
        found.append(_of_hours(tier, tier.hours, handed, terms, now))
    if tier.days is not None:
        found.append(_of_days(tier, tier.days, handed, terms, now))
    return tuple(found)


def _of_hours(tier: Tier, hours: int, handed: Handed, terms: Terms, now: datetime) -> Lamp:
    span, by_office = timedelta(hours=hours), tier.hours_in == "office"
    due_at = terms.hours.after(handed.at, span, terms.calendar) if by_office else handed.at + span
    ahead, behind = (_hours(tier, terms, *pair) for pair in ((now, due_at), (due_at, now)))
    over = now > due_at
    provisional = by_office and not _known(terms.calendar, handed.at, due_at)
    left = -max(int(behind), 1) if over else int(ahead)
    state: State = "over" if over else "soon" if ahead <= terms.soon_hours else "fine"
    done = handed.signed_at
    if done is not None:
        state = "late" if done > due_at else "kept"
    elif provisional:
        state = "fine"
    return Lamp("first", tier, handed.at, local_day(due_at), due_at, left, provisional, state)


def _hours(tier: Tier, terms: Terms, begins: datetime, ends: datetime) -> float:
    if tier.hours_in == "office":
        return terms.hours.seconds(begins, ends, terms.calendar) / 3600
    return max((ends - begins).total_seconds() / 3600, 0.0)


def _known(calendar: Calendar, begins: datetime, ends: datetime) -> bool:
    return calendar.knows(local_day(begins)) and calendar.knows(local_day(ends))


def _of_days(tier: Tier, days: int, handed: Handed, terms: Terms, now: datetime) -> Lamp:
    due = due_day(local_day(handed.at), days, tier.days_in, terms.calendar)
    left = days_left(due.due_on, local_day(now), tier.days_in, terms.calendar)
    over = local_day(now) > due.due_on
    state: State = "over" if over else "soon" if left <= terms.soon_days else "fine"
    done = handed.answered_at
    if done is not None:
        state = "late" if local_day(done) > due.due_on else "kept"
    elif due.provisional:
        state = "fine"
    return Lamp("answer", tier, handed.at, due.due_on, None, min(left, -1) if over else left, due.provisional, state)


def beside_the_law(found: tuple[Lamp, ...], legal_on: date | None) -> tuple[Lamp, ...]:
    """The lamps that may be lit beside the nearest running deadline of the law (`legal_on`): those that end before it.

    The law's day is kept whole: the answer must be asked for earlier than it, a term of hours no later than on it.
    """
    if legal_on is None:
        return found
    return tuple(
        one for one in found if not one.runs or (one.due_on < legal_on or (one.due_at and one.due_on == legal_on))
    )


def nearest_lamp(found: tuple[Lamp, ...]) -> Lamp | None:
    """The part that is owed next: the first response, then the answer."""
    return next((one for one in found if one.runs), None)
