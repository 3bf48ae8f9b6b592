"""A back-test: what rules said on past days, as times over which an employer was warned of, held against complaints.

A sign is what a rule said of an employer on one day that was looked at. Signs of one rule, level, employer and place
make an alarm as `casework.warnings.scores` counts one. Places are kept apart, so that each reader's own part can be
scored by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from casework.warnings.evaluate import FINDERS, TOGETHER, evaluate, gravest, told_once
from casework.warnings.finding import Finding, Limits
from casework.warnings.known import Known
from casework.warnings.scores import HORIZON, SPELL, Score, score, spells

LONGEST_STEP = SPELL // 2
"""Days from one look to the next beyond which an alarm would break in two."""
_BETWEEN = timedelta(days=LONGEST_STEP)


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """What a rule said on a day. `place` is an administrative code; empty: nobody knows where."""

    day: date
    rule: str
    level: str
    employer: str
    place: str


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """A time without a pause over which a rule, at a level, warned of an employer at a place."""

    rule: str
    level: str
    employer: str
    place: str
    first: date
    last: date

    @property
    def days(self) -> Iterator[date]:
        """Days of it close enough together to be one alarm again, the first and the last among them."""
        day = self.first
        while day < self.last:
            yield day
            day += _BETWEEN
        yield self.last


def found_by(
    known: Known, limits: Limits, *, rules: Collection[str] | None = None, off: Collection[str] = ()
) -> tuple[Finding, ...]:
    """What these rules find, or all that are on. Of rules that need no others only their own finders are asked."""
    if rules is None or TOGETHER in rules:
        found = evaluate(known, limits, off=set(off) - set(rules or ()))
        return tuple(one for one in found if rules is None or one.rule in rules)
    finders = dict.fromkeys(FINDERS[rule] for rule in rules if rule in FINDERS)
    signs = gravest(one for finder in finders for one in finder(known, limits))
    return tuple(one for one in told_once(signs, set(off) - set(rules)) if one.rule in rules)


def signs_in(known: Known, found: Iterable[Finding], place_of: Mapping[str, str]) -> Iterator[Sign]:
    """The signs of one day. Where it is: of the project, else of the employer. A sign without an employer is none."""
    for one in found:
        if one.employer:
            site = known.sites.get(one.project or "")
            party = known.parties.get(one.employer)
            place = (site.district if site else None) or place_of.get(one.employer) or (party and party.district) or ""
            yield Sign(known.today, one.rule, one.level.value, one.employer, place)


def alarms_of(signs: Iterable[Sign]) -> tuple[Alarm, ...]:
    """The alarms that signs make, in order."""
    days: dict[tuple[str, str, str, str], set[date]] = defaultdict(set)
    for one in signs:
        days[one.rule, one.level, one.employer, one.place].add(one.day)
    return tuple(sorted(Alarm(*key, *spell) for key, seen in days.items() for spell in spells(seen)))


def warned_by(alarms: Iterable[Alarm]) -> dict[str, list[date]]:
    """By employer, the days on which any of these alarms stood."""
    found: dict[str, list[date]] = defaultdict(list)
    for one in alarms:
        found[one.employer].extend(one.days)
    return dict(found)


def scores_of(
    alarms: Iterable[Alarm], told: Mapping[str, Iterable[date]], *, since: date, until: date
) -> dict[tuple[str, str], Score]:
    """The score of each rule at each level that said anything."""
    by: dict[tuple[str, str], list[Alarm]] = defaultdict(list)
    for one in alarms:
        by[one.rule, one.level].append(one)
    return {key: score(warned_by(found), told, since=since, until=until) for key, found in sorted(by.items())}


def scored_together(
    alarms: Iterable[Alarm],
    told: Mapping[str, Iterable[date]],
    *,
    since: date,
    until: date,
    speaks: Callable[[str, str], bool],
) -> Score:
    """The score of all that speak, as one. `speaks`: whether what a rule finds at a level is raised, at it or lower."""
    heard = (one for one in alarms if speaks(one.rule, one.level))
    return score(warned_by(heard), told, since=since, until=until)


def ripe(
    alarms: Iterable[Alarm], told: Mapping[str, Iterable[date]], *, begun_after: date, until: date
) -> tuple[int, int]:
    """Right and wrong alarms that began after a day and whose whole horizon is over.

    An alarm is proved right as soon as somebody complains, and wrong only half a year later: while the horizon runs,
    those judged are those that were right. Who has to win trust back is judged on alarms of which both could be said.
    """
    mine = [one for one in alarms if one.first > begun_after and one.first + timedelta(days=HORIZON) < until]
    found = score(warned_by(mine), told, since=begun_after, until=until)
    return found.right, found.wrong
