"""What a family of spelling is made of: for each thing that is said a table of ways with how often each is taken.

A way is one row: its share, its name as the benchmark counts it, and what it writes. None: it was not given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, Literal, NamedTuple, TypeVar

from sandbox.world import tables
from sandbox.world.people import Employer, Site
from sandbox.world.places import other_cities

Family = Literal["tuning", "reporting", "unseen"]
FAMILIES: tuple[Family, ...] = ("tuning", "reporting", "unseen")

T = TypeVar("T")


class Way(NamedTuple, Generic[T]):
    """One way of saying a thing."""

    share: float
    name: str
    write: Callable[[Random, T], str | None]


class Ways(Generic[T]):
    """All ways of saying a thing; the shares of a thing add up to one."""

    def __init__(self, *ways: Way[T]) -> None:
        self.ways = ways
        self._bounds = list(accumulate(way.share for way in ways))

    def draw(self, rng: Random, said: T) -> tuple[str, str | None]:
        """The name of the way taken and what it wrote."""
        way = rng.choices(self.ways, cum_weights=self._bounds)[0]
        return way.name, way.write(rng, said)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one family spells. `bosses`: the boss where the firm was asked for, on a building site and elsewhere."""

    firms: Ways[Employer]
    sites: Ways[Site]
    persons: Ways[str]
    phones: Ways[str]
    id_nos: Ways[str]
    bosses: tuple[tuple[str, ...], tuple[str, ...]]
    projects: tuple[str, ...]


def swap_like(rng: Random, text: str, likes: dict[str, str]) -> str:
    """One character replaced by another of its group, where there is one."""
    places = [i for i, char in enumerate(text) if char in likes]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice(likes[text[place]]) + text[place + 1 :]


def drop_one(rng: Random, text: str) -> str:
    """One character missing."""
    place = rng.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 2 else text


def swap_two(rng: Random, text: str) -> str:
    """Two neighbours changed places."""
    place = rng.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def one_digit(rng: Random, digits: str) -> str:
    """One digit wrong, not among the first three."""
    place = rng.randrange(3, len(digits))
    return f"{digits[:place]}{(int(digits[place]) + rng.randrange(1, 10)) % 10}{digits[place + 1 :]}"


def as_it_is(_rng: Random, text: str) -> str:
    """Nothing changed."""
    return text


def not_given(_rng: Random, _text: str) -> None:
    """Nothing said."""
    return


def registered(_rng: Random, e: Employer) -> str:
    """The registered name."""
    return e.name


def short(rng: Random, e: Employer) -> str:
    """Without the legal form."""
    return rng.choice(
        (f"{e.brand}{e.trade_word}", f"{e.region}{e.brand}{e.trade_word}", f"{e.brand}{e.trade_word}公司")
    )


def brief(rng: Random, e: Employer) -> str:
    """Little more than the brand."""
    return rng.choice((f"{e.brand}公司", e.brand, f"{e.brand}{e.trade_word[:2]}"))


def sounds(rng: Random, e: Employer) -> str:
    """A homophone in the brand."""
    heard = swap_like(rng, e.brand, tables.HOMOPHONES)
    return f"{e.region}{heard}{e.trade_word}{rng.choice((e.suffix, e.suffix, '公司'))}"


def elsewhere(rng: Random, e: Employer) -> str:
    """Taken for a firm of another city of the province, as somebody far from home does."""
    return f"{rng.choice(other_cities(e.place))}{e.brand}{e.trade_word}{e.suffix}"


def changed(change: Callable[[Random, str], str]) -> Callable[[Random, Employer], str]:
    """The registered name with a change."""
    return lambda rng, e: change(rng, e.name)
