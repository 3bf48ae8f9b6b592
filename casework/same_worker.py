"""Who of many mentions is one worker: so that the same worker heard on three channels adds nobody.

Pure, and independent of the order in which the mentions came. Two mentions are one worker by identity number, or
because their complaints are one claim; by phone or by name only where nothing else that both give differs. A mention
that fits two workers who are not one (a name alone, where two bear it) is nobody's: a person has to say whose it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

MOST_SHARING = 50
"""A phone or a name of more different people than this joins nobody: it is the crew boss's, or no name."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What one mention says of who it is. `claim` is set for a complainant: complaints of one claim have one."""

    name: str | None
    phone: str | None
    id_no: str | None
    claim: str | None = None

    @property
    def empty(self) -> bool:
        """Nothing by which the worker could be known again."""
        return not (self.name or self.phone or self.id_no)


@dataclass(frozen=True, slots=True)
class Parting:
    """The mentions as a partition, by place in the list; `unclear` are parts that could be one of several others."""

    workers: tuple[tuple[int, ...], ...]
    unclear: tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class _Group:
    places: list[int]
    said: dict[str, set[str]] = field(default_factory=dict)

    def may_be(self, other: _Group) -> bool:
        """Nothing that both give differs."""
        return all(
            not mine or not other.said.get(kind) or mine & other.said[kind]
            for kind, mine in self.said.items()
            if kind != "claim"
        )


def part(keys: Sequence[Keys]) -> Parting:
    """Who is who. See the module for the rule."""
    groups = _alike(keys)
    for kind in ("id_no", "claim"):
        groups = _joined(groups, {(places[0], one) for places in _holders(groups, kind) for one in places[1:]})
    unclear: set[int] = set()
    for kind in ("phone", "name"):
        edges = {(a, b) for a, b in _sharing(groups, kind) if groups[a].may_be(groups[b])}
        torn = _torn(groups, edges)
        unclear |= {place for one in torn for place in groups[one].places}
        groups = _joined(groups, _agreeing(groups, {pair for pair in edges if not torn & set(pair)}))
    parts = sorted(tuple(sorted(group.places)) for group in groups)
    return Parting(
        tuple(one for one in parts if not unclear & set(one)), tuple(one for one in parts if unclear & set(one))
    )


def _alike(keys: Sequence[Keys]) -> list[_Group]:
    """Mentions that say the very same are one from the start; those that say nothing stay apart."""
    places: dict[object, list[int]] = defaultdict(list)
    for place, one in enumerate(keys):
        places[place if one.empty and one.claim is None else one].append(place)
    return [_Group(same, _said(keys[same[0]])) for same in places.values()]


def _said(keys: Keys) -> dict[str, set[str]]:
    values = {"id_no": keys.id_no, "claim": keys.claim, "phone": keys.phone, "name": keys.name}
    return {kind: {value} if value else set() for kind, value in values.items()}


def _sharing(groups: Sequence[_Group], kind: str) -> set[tuple[int, int]]:
    """The pairs of groups that share a value. A value that very many share says nothing of who somebody is."""
    few = (places for places in _holders(groups, kind) if len(places) <= MOST_SHARING)
    return {pair for places in few for pair in combinations(places, 2)}


def _holders(groups: Sequence[_Group], kind: str) -> Iterator[list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        for value in group.said[kind]:
            holders[value].append(place)
    yield from holders.values()


def _torn(groups: Sequence[_Group], edges: set[tuple[int, int]]) -> set[int]:
    """Groups that fit two which do not fit each other."""
    near = _neighbours(edges)
    return {
        one
        for one, others in near.items()
        if any(not groups[a].may_be(groups[b]) for a, b in combinations(sorted(others), 2))
    }


def _neighbours(edges: set[tuple[int, int]]) -> dict[int, set[int]]:
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    return near


def _agreeing(groups: Sequence[_Group], edges: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The pairs of those chains in which everybody may be everybody."""
    kept: set[tuple[int, int]] = set()
    for chain in _chains(edges):
        if all(groups[a].may_be(groups[b]) for a, b in combinations(sorted(chain), 2)):
            kept |= {pair for pair in edges if pair[0] in chain}
    return kept


def _chains(edges: set[tuple[int, int]]) -> Iterator[set[int]]:
    near, seen = _neighbours(edges), set[int]()
    for start in sorted(near):
        chain, waiting = set[int](), [start]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                chain.add(one)
                waiting += near[one]
        if chain:
            yield chain


def _joined(groups: Sequence[_Group], pairs: set[tuple[int, int]]) -> list[_Group]:
    chains = list(_chains(pairs))
    taken = {one for chain in chains for one in chain}
    found = [group for place, group in enumerate(groups) if place not in taken]
    for chain in chains:
        whole = _Group([], {"id_no": set(), "claim": set(), "phone": set(), "name": set()})
        for one in sorted(chain):
            whole.places += groups[one].places
            for kind, values in groups[one].said.items():
                whole.said[kind] |= values
        found.append(whole)
    return sorted(found, key=lambda group: min(group.places))
