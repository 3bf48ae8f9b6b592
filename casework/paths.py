"""How two complaints of a case hang together: the strongest chain of pairs between them, and its weakest link.

A case is held by many pairs. Of all chains from one complaint to another the one counts whose weakest pair is the
strongest; all such chains lie in one spanning tree, the strongest (Kruskal), which is the same whatever the order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

DECIDED = 1_000.0
"""Bits of a person's word, in the arithmetic of paths: more than any evidence."""


@dataclass(frozen=True, slots=True)
class Link:
    """One pair that holds a case together, and how strongly, in bits. `by_person`: somebody said that it is one."""

    left: str
    right: str
    bits: float
    by_person: bool = False

    @property
    def strength(self) -> float:
        """What decides between two links."""
        return DECIDED if self.by_person else self.bits

    def turned(self, start: str) -> Link:
        """The same link, read from this complaint."""
        return self if self.left == start else replace(self, left=self.right, right=self.left)


def order(link: Link) -> tuple[float, str, str]:
    """The strongest link first, ties by the ids."""
    left, right = sorted((link.left, link.right))
    return -link.strength, left, right


def strongest_tree(links: Iterable[Link]) -> tuple[Link, ...]:
    """The links without which the rest falls apart, strongest first: at most one way between any two complaints."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    kept = []
    for link in sorted(links, key=order):
        one, other = find(link.left), find(link.right)
        if one != other:
            leader[other] = one
            kept.append(link)
    return tuple(kept)


def strongest_ways(links: Iterable[Link], start: str) -> dict[str, tuple[Link, ...]]:
    """For every complaint that can be reached from one, the links that lead to it, in order."""
    near = _neighbours(strongest_tree(links))
    ways: dict[str, tuple[Link, ...]] = {start: ()}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for link in near.get(here, ()):
            if link.right not in ways:
                ways[link.right] = (*ways[here], link)
                waiting.append(link.right)
    return ways


def strongest_path(links: Iterable[Link], start: str, end: str) -> tuple[Link, ...]:
    """The links that lead from one complaint to another, in order; none when nothing does."""
    return strongest_ways(links, start).get(end, ())


def weakest(links: Sequence[Link]) -> Link | None:
    """The link on which all hangs: of a path, or of a case's strongest tree. None when there is none."""
    return max(links, key=order) if links else None


def side_of(links: Iterable[Link], name: str, *, without: Link) -> frozenset[str]:
    """All that hangs on one complaint when a link of the strongest tree is cut."""
    cut = {without.left, without.right}
    near = _neighbours(link for link in strongest_tree(links) if {link.left, link.right} != cut)
    found, waiting = {name}, deque([name])
    while waiting:
        for link in near.get(waiting.popleft(), ()):
            if link.right not in found:
                found.add(link.right)
                waiting.append(link.right)
    return frozenset(found)


def _neighbours(links: Iterable[Link]) -> Mapping[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        for name in (link.left, link.right):
            found.setdefault(name, []).append(link.turned(name))
    return found
