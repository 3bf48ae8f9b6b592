"""The questions of some spans, put together once and kept, and what their answers come to by each breakdown.

To put all questions of a page together takes longer than many of them take to be answered. Kept is the question, never
the answer: of the same spans, places, day and payments counted once it is the same question, whatever was done since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, case, false, func, literal_column, or_, select, union_all

from warehouse.statistics.counted_once import Once
from warehouse.statistics.grounds import Window
from warehouse.statistics.sources import Counted, Source, sources

DIMENSIONS = ("channel", "nature", "sector", "outcome", "town", "lead")
"""Every figure adds up by each of these; `documents` and the deadlines also by their own kind."""
BEFORE_SUMS = len(("part", "subject", *DIMENSIONS, "kind"))
"""Where the sums of a row of an answer begin."""
Side = tuple[str, str]
"""Dimension, member."""
WHOLE: Side = ("total", "")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of one ground in one statement, in parts: of a source each, by number its figures.

    A row is the number of its part, a subject, the six dimensions, the kind, and the sum of each figure of the part.
    """

    parts: tuple[tuple[Counted, ...], ...]
    question: Executable


def questions(
    spans: Mapping[str, Window],
    territories: Sequence[str],
    once: Once,
    today: date | None,
    *,
    engine: str,
    each: bool = False,
    only: frozenset[str] = frozenset(),
) -> Sequence[Asking]:
    """A question for each ground of these figures, or of some: by place; or `each` case and complaint by itself.

    `engine` is the name of the dialect that is asked: SQLite is told less (`_counting`).
    """
    if each and not only:  # a lock, or what a month has become since: too rare to be kept
        return _asking(sources(spans, territories, once, today), only, engine, each=True)
    merged = tuple(tuple(sorted(one.items())) for one in (once.homes, once.fen, once.people))
    return _kept(_Asked(tuple(spans.items()), tuple(territories), merged, today), only, engine, each=each)


class _Asked(NamedTuple):
    """What the sources depend on; `merged` as `Once` has it."""

    spans: tuple[tuple[str, Window], ...]
    territories: tuple[str, ...]
    merged: tuple[tuple[tuple[str, Any], ...], ...]
    today: date | None


@lru_cache(maxsize=12)
def _kept(asked: _Asked, only: frozenset[str], engine: str, *, each: bool) -> tuple[Asking, ...]:
    return _asking(_sources(asked), only, engine, each=each)


@lru_cache(maxsize=6)
def _sources(asked: _Asked) -> tuple[Source, ...]:
    homes, fen, people = map(dict, asked.merged)
    return tuple(sources(dict(asked.spans), asked.territories, Once(homes, fen, people), asked.today))


def _asking(every: Iterable[Source], only: frozenset[str], engine: str, *, each: bool) -> tuple[Asking, ...]:
    """What a ground says is worked out once for all that is asked of it."""
    of_ground: dict[int, list[tuple[Source, tuple[Counted, ...]]]] = defaultdict(list)
    for source in every:
        wanted = tuple(one for one in source.figures if not only or one.figure in only)
        if wanted:
            of_ground[id(source.ground)].append((source, wanted))
    return tuple(_together(parts, engine, each=each) for parts in of_ground.values())


def _together(parts: Sequence[tuple[Source, tuple[Counted, ...]]], engine: str, *, each: bool) -> Asking:
    most = max(len(wanted) for _, wanted in parts)
    asked = [_question(number, *part, most, engine, each=each) for number, part in enumerate(parts)]
    return Asking(tuple(wanted for _, wanted in parts), asked[0] if len(asked) == 1 else union_all(*asked))


def forget() -> None:
    """Put every question together anew, for those who change what a figure is while the program runs."""
    _kept.cache_clear()
    _sources.cache_clear()


def _question(
    number: int, source: Source, wanted: Sequence[Counted], most: int, engine: str, *, each: bool
) -> Select[Any]:
    ground = source.ground
    columns: list[Any] = [getattr(ground.c, dimension) for dimension in DIMENSIONS]
    subject: Any = ground.c.id if each else literal_column("''")
    kind: Any = literal_column("''") if source.kind is None else source.kind
    sums = [func.sum(case((one.where, one.value), else_=0)) for one in wanted]
    nothing: list[Any] = [literal_column("0")] * (most - len(sums))
    named = literal_column(str(number)).label("part"), subject.label("subject"), *columns, kind.label("kind")
    question = select(*named, *(one.label(f"sum_{place}") for place, one in enumerate([*sums, *nothing])))
    if source.joined is not None:
        question = question.join_from(ground, source.joined, source.on)
    groups = [*columns, *([ground.c.id] if each else []), *([] if source.kind is None else [source.kind])]
    return question.where(_counting(source, wanted, engine)).group_by(*groups)


def _counting(source: Source, wanted: Sequence[Counted], engine: str) -> ColumnElement[bool]:
    """Rows that any of the figures counts. From SQLite it is hidden what is joined to a ground: it would go through all
    deadlines that were ever met to look for those of the few cases, and not the other way round."""
    some = or_(*(one.where for one in wanted))
    return func.coalesce(some, false()) if source.joined is not None and engine == "sqlite" else some


def by_side(answer: Iterable[Sequence[Any]], parts: Sequence[Sequence[Counted]]) -> Iterator[tuple[Counted, Side, int]]:
    """What each figure comes to in all, and by each member of each dimension and kind that a row names; not zero."""
    found: dict[tuple[int, Side], list[int]] = {}
    for row in answer:
        part, sums = row[0], row[BEFORE_SUMS:]
        said = [(place, int(value)) for place, value in enumerate(sums) if value]
        for dimension, member in (WHOLE, *zip((*DIMENSIONS, "kind"), row[2:BEFORE_SUMS], strict=True)):
            if member or dimension == "total":
                held = found.setdefault((part, (dimension, member)), [])
                held.extend([0] * (len(sums) - len(held)))
                for place, value in said:
                    held[place] += value
    for (part, side), held in found.items():
        yield from ((one, side, value) for one, value in zip(parts[part], held, strict=False) if value)
