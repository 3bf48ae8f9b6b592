"""How often warnings were right: precision, recall and lead, over what was said on each day and who complained later.

What is counted. An *alarm* is a time over which an employer is warned of without a pause of `SPELL` days, from the
first warning to the last. It is *right* when somebody complains of that employer on a later day than its first, while
it stands or within `HORIZON` days of its first. A *wave* is complaints of one employer without a pause of `SPELL` days.
It is *foretold* when an alarm that began earlier than some complaint of it stood then, or had begun at most `HORIZON`
days before; and *before the first* when that holds of its first complaint. The *lead* of a foretold wave are the days
from the beginning of the alarm to the first complaint it foretold, `HORIZON` at most.

An alarm that nobody complained after is open until its horizon is over: it counts neither way. From then on it is
wrong, though while it stands a complaint may still prove it right: a warning for ever does not go unjudged.

Any later complaint proves a rule right: one on many complaints at once says that more will come. Whether the program
speaks *before* complaints do is asked more strictly, of the first complaint of each wave alone (`first_told`): who
complains while a wave runs tells the office of what it is at work on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TypeAlias

Spell: TypeAlias = tuple[date, date]
"""First and last day of a time without a pause."""

HORIZON = 180
"""Days within which a complaint proves a warning right."""
SPELL = 60
"""Days of quiet after which a warning, or a complaint, of the same employer is a new one."""
LEAST = 10
"""Judged alarms below which nothing is said of a rule's precision."""
FLOOR = 60
"""Percent of alarms that must be right for a rule to speak."""


@dataclass(frozen=True, slots=True)
class Score:
    """How often it was right. Alarms: `right` + `wrong` + `open`. Leads are days."""

    right: int
    wrong: int
    open: int
    waves: int
    foretold: int
    before_first: int
    leads: tuple[int, ...]

    @property
    def precision(self) -> float | None:
        """Share of the judged alarms that were right; None: none is judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None

    @property
    def recall(self) -> float | None:
        """Share of the waves that were foretold; None: there was none."""
        return self.foretold / self.waves if self.waves else None

    @property
    def strict_recall(self) -> float | None:
        """Share of the waves that were foretold before their first complaint."""
        return self.before_first / self.waves if self.waves else None

    @property
    def lead(self) -> float | None:
        """Median days from the alarm to the next complaint, of the waves that were foretold."""
        return median(self.leads) if self.leads else None

    @property
    def leads_of_all(self) -> tuple[int, ...]:
        """Days of warning before each wave: none where none foretold it. So nobody gains by foretelling few."""
        return (*[0] * (self.waves - self.foretold), *self.leads)

    @property
    def lead_of_all(self) -> float | None:
        """Median days of warning before a wave, foretold or not."""
        return median(self.leads_of_all) if self.waves else None


def spells(days: Iterable[date]) -> list[Spell]:
    """Days put together where less than `SPELL` days of quiet lie between: first and last day of each."""
    found: list[Spell] = []
    for day in sorted(set(days)):
        if found and (day - found[-1][1]).days < SPELL:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def first_told(complained: Mapping[str, Iterable[date]]) -> dict[str, list[date]]:
    """The first complaint of each wave, by employer: what a warning has to come before to be news."""
    return {employer: [first for first, _ in spells(days)] for employer, days in complained.items()}


def score(
    warned: Mapping[str, Iterable[date]], complained: Mapping[str, Iterable[date]], *, since: date, until: date
) -> Score:
    """Hold the days on which employers were warned of against the days on which somebody complained of them.

    `since` and `until` are the first and last day looked at. Waves that began by `since` could not be foretold: they
    are left out.
    """
    alarms = {employer: spells(days) for employer, days in warned.items()}
    told = {employer: sorted({day for day in days if day <= until}) for employer, days in complained.items()}
    verdicts = [_was_right(one, told.get(employer, []), until) for employer, found in alarms.items() for one in found]
    waves = [
        (alarms.get(employer, []), [day for day in days if first <= day <= last])
        for employer, days in told.items()
        for first, last in spells(days)
        if first > since
    ]
    leads = [lead for found, wave in waves if (lead := _lead(found, wave)) is not None]
    return Score(
        right=verdicts.count(True),
        wrong=verdicts.count(False),
        open=verdicts.count(None),
        waves=len(waves),
        foretold=len(leads),
        before_first=sum(_lead(found, wave[:1]) is not None for found, wave in waves),
        leads=tuple(sorted(leads)),
    )


def _was_right(alarm: Spell, told: Sequence[date], until: date) -> bool | None:
    """Whether a complaint came later and in time; None: it may still come."""
    first, last = alarm
    reach = max(last, first + timedelta(days=HORIZON))
    if any(first < day <= reach for day in told):
        return True
    return False if first + timedelta(days=HORIZON) < until else None


def _lead(alarms: Sequence[Spell], wave: Sequence[date]) -> int | None:
    """Days from the beginning of an alarm to the first complaint of a wave that it foretold; None: none did."""
    for day in wave:
        for first, last in alarms:
            if first < day <= max(last, first + timedelta(days=HORIZON)):
                return min((day - first).days, HORIZON)
    return None


def muted(scores: Mapping[tuple[str, str], Score]) -> set[tuple[str, str]]:
    """The rules, each at one level, whose precision is known and below the floor: they are kept and not shown."""
    found = set()
    for key, one in scores.items():
        judged = one.right + one.wrong
        if judged >= LEAST and one.right * 100 < FLOOR * judged:
            found.add(key)
    return found


def by_rule(seen: Iterable[tuple[date, str, str, str]]) -> dict[tuple[str, str], dict[str, list[date]]]:
    """Days warned of, by rule and level and then by employer, from (day, rule, level, employer)."""
    found: dict[tuple[str, str], dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for day, rule, level, employer in seen:
        found[rule, level][employer].append(day)
    return {key: dict(days) for key, days in found.items()}
