"""From judged pairs to groups: people's word first, then the best pair first, and no pair that joins what contradicts.

Transitive closure is what fails: a chain of good pairs joins strangers, and the more complaints there are the longer
the chains. So a pair joins two *groups* only if the groups as wholes do not contradict each other, and a group that
could belong to either of two others, which contradict each other, belongs to neither until a person says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from casework.linkage import Decision, Verdict
from dedupe.fingerprint import Fingerprints
from dedupe.profiles import Profile, Vetoes
from dedupe.weights import Model

Veto: TypeAlias = Callable[[Profile, Profile], "str | None"]
Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that may join, with their scores in bits."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float64]

    def best_first(self) -> list[tuple[int, int, float]]:
        """By score, ties by rows."""
        order = np.lexsort((self.right, self.left, -np.round(self.score, 6)))
        return list(zip(self.left[order].tolist(), self.right[order].tolist(), self.score[order].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Words:
    """People's decisions as rows: what must be together and what must not."""

    together: tuple[Pair, ...]
    apart: frozenset[Pair]

    @classmethod
    def of(cls, decisions: Iterable[Decision], rows: dict[str, int]) -> Words:
        """Decisions on complaints that are here; a pair that was judged both ways stays apart."""
        together: set[Pair] = set()
        apart: set[Pair] = set()
        for decision in decisions:
            if decision.left in rows and decision.right in rows and decision.left != decision.right:
                one, other = sorted((rows[decision.left], rows[decision.right]))
                (together if decision.verdict is Verdict.SAME else apart).add((one, other))
        return cls(tuple(sorted(together - apart)), frozenset(apart))


@dataclass(slots=True)
class Groups:
    """A partition that grows by joining, and remembers what it refused."""

    prints: Fingerprints
    veto: Veto
    rivals: Veto
    words: Words
    leader: list[int] = field(default_factory=list)
    profiles: dict[int, Profile] = field(default_factory=dict)
    enemies: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: dict[Pair, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leader = list(range(len(self.prints)))
        self.profiles = {row: Profile.of(self.prints, row) for row in range(len(self.prints))}
        for one, other in self.words.apart:
            self.enemies[one].add(other)
            self.enemies[other].add(one)

    def find(self, row: int) -> int:
        """The group a complaint is in, named by its oldest member."""
        leader = self.leader
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    def at_odds(self, one: int, other: int) -> bool:
        """A person said of two members that they do not belong together."""
        return any(self.find(enemy) == other for enemy in self.enemies.get(one, ()))

    def reason(self, one: int, other: int) -> str | None:
        """Why two groups may not join."""
        if self.at_odds(one, other):
            return "a person said no"
        return self.veto(self.profiles[one], self.profiles[other])

    def join(self, left: int, right: int) -> None:
        """Two groups become one, under the name of the older."""
        one, other = sorted((self.find(left), self.find(right)))
        if one == other:
            return
        self.leader[other] = one
        self.profiles[one].take(self.profiles.pop(other))
        if other in self.enemies:
            self.enemies[one] |= self.enemies.pop(other)

    def must(self, pairs: Iterable[Pair]) -> None:
        """Join what people said is one, whatever it looks like. Where they contradict each other the "no" stands."""
        for left, right in pairs:
            one, other = self.find(left), self.find(right)
            if one != other and self.at_odds(one, other):
                self.refused[(left, right)] = "a person said no"
            else:
                self.join(left, right)

    def grow(self, edges: Edges, *, margin: float | None = None) -> None:
        """Join by the best pair first. With a margin, a group that fits two contradicting others joins none."""
        listed = edges.best_first()
        neighbours = _neighbours(listed) if margin is not None else {}
        stuck: set[int] = set()
        for left, right, score in listed:
            one, other = self.find(left), self.find(right)
            if one == other:
                continue
            why = self.reason(one, other)
            if why is None and margin is not None:
                why = self._torn(one, other, score - margin, neighbours, stuck)
            if why is None:
                self.join(one, other)
            else:
                self.refused.setdefault((left, right), why)

    def _torn(
        self, one: int, other: int, least: float, neighbours: dict[int, list[tuple[float, int]]], stuck: set[int]
    ) -> str | None:
        for side, target in ((one, other), (other, one)):
            if side in stuck:
                return "fits two disputes"
            profile = self.profiles[side]
            if profile.spots and profile.period:
                continue
            for member in profile.members:
                for score, row in neighbours.get(member, ()):
                    if score < least:
                        break
                    rival = self.find(row)
                    if rival in (side, target) or self.rivals(self.profiles[rival], self.profiles[target]) is None:
                        continue
                    if self.rivals(self.profiles[rival], profile) is None:
                        stuck.add(side)
                        return "fits two disputes"
        return None

    def names(self) -> list[int]:
        """Per complaint the oldest member of its group."""
        return [self.find(row) for row in range(len(self.leader))]


def _neighbours(listed: Sequence[tuple[int, int, float]]) -> dict[int, list[tuple[float, int]]]:
    """Per complaint its scored neighbours, best first."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for left, right, score in listed:
        found[left].append((score, right))
        found[right].append((score, left))
    return found


def claims(prints: Fingerprints, model: Model, words: Words, edges: Edges) -> Groups:
    """Complaints into claims: person against person, strictly."""
    vetoes = Vetoes(prints, model)
    groups = Groups(prints, vetoes.claim, vetoes.rivals, words)
    known = set(zip(edges.left.tolist(), edges.right.tolist(), strict=True))
    groups.must(pair for pair in words.together if pair in known)
    groups.grow(edges)
    return groups


def cases(prints: Fingerprints, model: Model, words: Words, edges: Edges, claimed: Groups) -> Groups:
    """Claims into cases: who the employer is, where, and which months."""
    vetoes = Vetoes(prints, model)
    groups = Groups(prints, vetoes.case, vetoes.rivals, words)
    groups.must(words.together)
    for row, name in enumerate(claimed.names()):
        one, other = groups.find(name), groups.find(row)
        if one != other and not groups.at_odds(one, other):
            groups.join(one, other)
    groups.grow(edges, margin=model.lines["ambiguity_margin"])
    return groups
