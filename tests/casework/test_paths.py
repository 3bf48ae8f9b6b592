"""The strongest way between two complaints, against trying all ways."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as some

from casework.paths import Link, side_of, strongest_path, strongest_tree, weakest

NAMES = "abcdef"
LINKS = some.lists(
    some.builds(
        lambda pair, bits, person: Link(pair[0], pair[1], float(bits), person),
        some.sampled_from(list(itertools.combinations(NAMES, 2))),
        some.integers(-3, 9),
        some.booleans(),
    ),
    max_size=12,
    unique_by=lambda link: (link.left, link.right),
)


def best_by_trying(links: list[Link], start: str, end: str) -> float | None:
    """The strength of the weakest link on the best of all ways."""
    known = {frozenset((link.left, link.right)): link.strength for link in links}
    between = [name for name in NAMES if name not in (start, end)]
    found = []
    for count in range(len(between) + 1):
        for middle in itertools.permutations(between, count):
            steps = [frozenset(pair) for pair in itertools.pairwise((start, *middle, end))]
            if all(step in known for step in steps):
                found.append(min(known[step] for step in steps))
    return max(found, default=None)


@settings(max_examples=120, deadline=None)
@given(LINKS)
def test_no_other_way_has_a_stronger_weakest_link(links: list[Link]) -> None:
    path = strongest_path(links, "a", "d")
    found = weakest(path)
    assert (found.strength if found else None) == best_by_trying(links, "a", "d")
    assert [link.left for link in path] == (["a", *(link.right for link in path[:-1])] if path else [])
    assert not path or path[-1].right == "d"


@settings(max_examples=60, deadline=None)
@given(LINKS, some.randoms())
def test_the_order_of_the_links_does_not_matter(links: list[Link], chance: object) -> None:
    mixed = list(links)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert strongest_tree(mixed) == strongest_tree(links)
    assert strongest_path(mixed, "b", "f") == strongest_path(links, "b", "f")


def test_a_persons_word_is_stronger_than_any_evidence() -> None:
    links = [Link("a", "b", 60.0), Link("b", "c", 0.0, by_person=True), Link("a", "c", 50.0)]
    assert strongest_path(links, "a", "c") == (links[0], links[1])


def test_cutting_the_weakest_link_leaves_two_sides() -> None:
    links = [Link("a", "b", 9.0), Link("b", "c", 2.0), Link("c", "d", 8.0)]
    bridge = weakest(strongest_tree(links))
    assert bridge is not None
    assert {side_of(links, "a", without=bridge), side_of(links, "d", without=bridge)} == {
        frozenset("ab"),
        frozenset("cd"),
    }
    assert weakest(()) is None
