"""What a rule found: on whom, how grave, with which figures, and which rows speak for it and against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from casework.record import Json
from casework.warnings.known import Known
from casework.warnings.rule import RANK, Level
from casework.warnings.rules import RULES

Row: TypeAlias = tuple[str, str]
"""A row of ours: its table and its id."""
Limits: TypeAlias = Mapping[str, int]
"""Thresholds by `RULE.name`, as the settings `warning.RULE.name` hold them."""

MOST_ROWS = 50
"""So many rows of evidence are kept a side: the newest say enough."""
_HALF_AS_MUCH_AGAIN = 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sign. `employer` is the key of a party, `project` the code of a project."""

    rule: str
    level: Level
    employer: str | None
    project: str | None = None
    facts: Mapping[str, Json]
    speaks_for: tuple[Row, ...]
    speaks_against: tuple[Row, ...] = ()

    @property
    def version(self) -> str:
        """The version of its rule."""
        return RULES[self.rule].version


Finder: TypeAlias = Callable[[Known, Limits], Iterator[Finding]]


def rows(table: str, ids: Iterable[str]) -> tuple[Row, ...]:
    """Rows of one table, each once, at most as many as are kept."""
    return tuple((table, one) for one in list(dict.fromkeys(ids))[-MOST_ROWS:])


def step(value: int, *, orange: int | None = None, red: int | None = None) -> Level:
    """The level of a figure that has reached yellow: from which value on it is orange and red."""
    if red is not None and value >= red:
        return Level.RED
    return Level.ORANGE if orange is not None and value >= orange else Level.YELLOW


def is_worse(
    rule: str, *, level: str, facts: Mapping[str, Json], before_level: str, before: Mapping[str, Json]
) -> bool:
    """Whether a finding is graver than what a person has settled: a higher level, or its measure half as much again."""
    if RANK[Level(level)] != RANK[Level(before_level)]:
        return RANK[Level(level)] > RANK[Level(before_level)]
    measure = RULES[rule].measure
    was, now = (before.get(measure), facts.get(measure)) if measure else (None, None)
    many, few = _HALF_AS_MUCH_AGAIN
    return isinstance(was, int) and isinstance(now, int) and now * few >= was * many and now > was
