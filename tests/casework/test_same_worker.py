"""Who of many mentions is one worker: the order does not matter, and two who contradict are never one."""

from __future__ import annotations

import random
import time
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from casework.same_worker import Keys, Parting, part

NAMES, PHONES, NUMBERS = (None, "n1", "n2"), (None, "p1", "p2", "p3"), (None, "i1", "i2")
KEYS = st.builds(
    Keys, st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(NUMBERS), st.sampled_from((None, None, "c"))
)


def workers(*keys: Keys) -> int:
    return len(part(keys).workers)


def test_the_same_worker_on_three_channels_is_one() -> None:
    assert workers(Keys("n1", "p1", None), Keys("n1", "p1", None), Keys(None, "p1", "i1"), Keys("n1", None, "i1")) == 1


def test_complaints_of_one_claim_are_one_worker() -> None:
    assert workers(Keys("n1", "p1", None, "c"), Keys(None, "p2", None, "c")) == 1


def test_namesakes_with_other_phones_or_numbers_are_two() -> None:
    assert workers(Keys("n1", "p1", None), Keys("n1", "p2", None)) == 2
    assert workers(Keys("n1", None, "i1"), Keys("n1", None, "i2")) == 2


def test_the_phone_of_the_crew_boss_makes_nobody_one() -> None:
    assert workers(Keys("n1", "p1", None), Keys("n2", "p1", None)) == 2


def test_a_large_roster_under_one_phone_is_as_many_workers_as_it_has_names_and_is_soon_read() -> None:
    crew = [Keys(f"n{number}", "p1", None) for number in range(5_000)]
    began = time.monotonic()
    assert workers(*crew, *crew) == 5_000
    assert time.monotonic() - began < 5
    assert workers(*[Keys("n1", None, None)] * 200) == 1, "a line a month of one worker"


def test_a_name_that_two_bear_is_nobodys_and_joins_nobody() -> None:
    found = part([Keys("n1", None, "i1"), Keys("n1", None, "i2"), Keys("n1", None, None)])
    assert found == Parting(((0,), (1,)), ((2,),))


@given(st.lists(KEYS, max_size=9), st.integers(0, 2**30))
def test_the_order_does_not_matter(keys: list[Keys], seed: int) -> None:
    places = list(range(len(keys)))
    random.Random(seed).shuffle(places)
    found, other = part(keys), part([keys[place] for place in places])
    for mine, theirs in ((found.workers, other.workers), (found.unclear, other.unclear)):
        assert sorted(mine) == sorted(tuple(sorted(places[place] for place in group)) for group in theirs)


@given(st.lists(KEYS, max_size=9))
def test_everybody_is_in_one_part_and_nobody_contradicts(keys: list[Keys]) -> None:
    found = part(keys)
    assert sorted(place for group in (*found.workers, *found.unclear) for place in group) == list(range(len(keys)))
    for group in found.workers:
        without = [keys[place] for place in group if keys[place].claim is None]
        numbers = {one.id_no for one in without if one.id_no}
        if len(without) == len(group):
            assert len(numbers) <= 1
    for left, right in combinations(found.workers, 2):
        mine = {keys[place].id_no for place in left} - {None}
        assert not mine & {keys[place].id_no for place in right}
