"""What each field can say about two complaints: a feature is a row of levels, and the first that is true speaks.

A field that one side left out says nothing at all. The docstring of a level's test is the sentence an inspector reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from casework.linkage import Finding

Number: TypeAlias = Any
"""An int, or an array of them."""
Truth: TypeAlias = Any
"""A bool, or an array of them."""
Test: TypeAlias = Callable[[Any, Any], Any]


class Bars(StrEnum):
    """What a contradiction bars: being one worker's claim, or being one dispute (and then one claim neither)."""

    CLAIM = "claim"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Level:
    """One thing a field can say. `bars` makes it a contradiction that no score outweighs."""

    test: Test
    finding: Finding
    bars: Bars | None = None

    @property
    def name(self) -> str:
        """The name under which weights and translations know it."""
        return str(getattr(self.test, "__name__", ""))

    @property
    def sentence(self) -> str:
        """What is read beside the score."""
        return (self.test.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Feature:
    """One field and its levels, strongest first.

    `rare`: a common value says less than a rare one. `personal`: tells persons apart, not disputes. `numeric`: the
    tests take arrays as well as numbers. `step`: finds the level at once where testing in turn would be slow.
    """

    name: str
    levels: tuple[Level, ...]
    rare: bool = False
    personal: bool = False
    numeric: bool = False
    step: Callable[[Any, Any], int] | None = None

    def level(self, left: object, right: object) -> int:
        """The first level that is true of two values."""
        if self.step is not None:
            return self.step(left, right)
        return next(index for index, level in enumerate(self.levels) if level.test(left, right))
