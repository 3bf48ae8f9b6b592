"""What hangs together by pairs: components, and places numbered anew."""

from __future__ import annotations

import numpy as np

from dedupe.compiled import compiled
from dedupe.edges import left_of, right_of
from dedupe.table import I32, I64, U8, U64


def numbered(left: I32, right: I32, size: int) -> tuple[I32, I32, I32]:
    """The distinct labels of pairs, in order, and the pairs by their places among them."""
    seen = np.zeros(size, dtype=bool)
    seen[left] = True
    seen[right] = True
    nodes = np.flatnonzero(seen).astype(np.int32)
    number = np.cumsum(seen, dtype=np.int32) - np.int32(1)
    return nodes, number[left], number[right]


@compiled
def components(size: int, left: I32, right: I32) -> I32:
    """The number of each node's component: what is joined by a chain of pairs. Numbered by their lowest nodes."""
    leader = np.arange(size).astype(np.int32)
    for place in range(len(left)):
        join(leader, left[place], right[place])
    return _numbered(leader)


@compiled
def joined(size: int, pairs: U64, kind: U8, joins: int, left: I32, right: I32) -> I32:
    """The same of packed pairs of some kinds and of others, without a copy of the many."""
    leader = np.arange(size).astype(np.int32)
    for place in range(len(pairs)):
        if kind[place] & joins:
            join(leader, left_of(pairs[place]), right_of(pairs[place]))
    for place in range(len(left)):
        join(leader, left[place], right[place])
    return _numbered(leader)


@compiled
def join(leader: I32, one: int | np.int64, other: int | np.int64) -> bool:
    """Let two nodes hang together, whose chains lead to their lowest ones; whether they did not before."""
    first, second = _leader(leader, one), _leader(leader, other)
    leader[max(first, second)] = min(first, second)
    return bool(first != second)


@compiled
def _numbered(leader: I32) -> I32:
    number = np.empty(len(leader), np.int32)
    count = 0
    for node in range(len(leader)):
        if leader[node] == node:
            number[node] = count
            count += 1
        else:
            number[node] = number[leader[node]]
    return number


@compiled
def _leader(leader: I32, node: int | np.int64) -> int | np.int64:
    """The lowest node that a chain of leaders leads to; the chain is halved on the way."""
    while leader[node] != node:
        leader[node] = leader[leader[node]]
        node = leader[node]
    return node


@compiled
def by_component(component: I32, count: int) -> tuple[I64, I64]:
    """All things with each component's by themselves, and where each component's start.

    `component` has the component of every thing, of which there are `count`.
    """
    start = np.zeros(count + 1, np.int64)
    for place in range(len(component)):
        start[component[place] + 1] += 1
    for one in range(count):
        start[one + 1] += start[one]
    at = start.copy()
    found = np.empty(len(component), np.int64)
    for place in range(len(component)):
        found[at[component[place]]] = place
        at[component[place]] += 1
    return found, start
