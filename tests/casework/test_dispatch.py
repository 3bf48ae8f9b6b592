"""Who is suggested, and the digest of the list that was seen."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.dispatch import REASONS, Candidate, barred, list_version, suggest
from casework.errors import NotAllowed

ANN = Candidate(
    account_id="acc_a",
    territories=("370215",),
    in_territory=True,
    absent=False,
    recused=False,
    open_cases=3,
    max_open_cases=60,
    had_employer=False,
    had_sector=False,
)
BOB = replace(ANN, account_id="acc_b")
EVE = replace(ANN, account_id="acc_c")


def test_the_one_who_knows_the_employer_leads() -> None:
    pair = suggest([ANN, replace(BOB, had_employer=True), EVE], "370215010")
    assert (pair.lead_id, pair.assisting_id) == ("acc_b", "acc_a")
    assert pair.why[0] == "handled_employer"


def test_a_street_of_ones_own_counts_more_than_a_little_load() -> None:
    pair = suggest([ANN, replace(BOB, territories=("370215010",), open_cases=4)], "370215010")
    assert pair.lead_id == "acc_b"
    assert "own_street" in pair.why


@pytest.mark.parametrize(
    ("who", "bar"),
    [
        (replace(ANN, absent=True), "absent"),
        (replace(ANN, recused=True, absent=True), "recused"),
        (replace(ANN, in_territory=False), "other_territory"),
        (replace(ANN, open_cases=60), "full"),
        (ANN, None),
    ],
)
def test_who_may_not_is_barred(who: Candidate, bar: str | None) -> None:
    assert barred(who) == bar


def test_fewer_than_two_is_nobody() -> None:
    with pytest.raises(NotAllowed, match="only 1 may"):
        suggest([ANN, replace(BOB, recused=True), replace(EVE, absent=True)], None)


def test_the_same_morning_gives_the_same_list_whatever_the_order() -> None:
    assert suggest([ANN, BOB, EVE], None) == suggest([EVE, BOB, ANN], None)


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(1, 99)), max_size=8, unique_by=lambda pair: pair[0]))
def test_the_list_version_depends_on_cases_and_versions_alone(pairs: list[tuple[str, int]]) -> None:
    assert list_version(pairs) == list_version(reversed(pairs))
    if pairs:
        bumped = [(pairs[0][0], pairs[0][1] + 1), *pairs[1:]]
        assert list_version(bumped) != list_version(pairs)
        assert list_version(pairs[1:]) != list_version(pairs)


def test_every_reason_has_a_source() -> None:
    assert len(REASONS) > 3
    assert all(reason.source for reason in REASONS)


def spread(days: int, seed: int, streets: int = 1) -> tuple[int, int]:
    """Two hundred cases come over some days to six inspectors, and some end: how far apart their loads ever are, and
    with how many cases, of which the lead knew the employer where somebody did."""
    made = random.Random(seed)
    people = [f"acc_{n}" for n in range(6)]
    own = {one: ("370215", f"37021501{n % streets}") if streets > 1 else ("370215",) for n, one in enumerate(people)}
    load, firms, sectors = Counter[str](), Counter[tuple[str, int]](), Counter[tuple[str, str]]()
    held: list[tuple[str, str]] = []
    widest = known = 0
    for _ in range(days):
        for ended in [one for one in held if made.random() < 0.1]:
            held.remove(ended)
            load.subtract(ended)
        sent = []
        for _ in range(200 // days):
            firm, sector = min(int(made.paretovariate(0.8)), 60), made.choice(("construction", "other", "unknown"))
            seen = [
                replace(
                    ANN, account_id=one, territories=own[one], open_cases=load[one], max_open_cases=1000,
                    had_employer=firms[one, firm] > 0, had_sector=sectors[one, sector] > 0,
                )
                for one in people
            ]  # fmt: skip
            pair = suggest(seen, f"37021501{made.randrange(streets)}")
            known += firms[pair.lead_id, firm] > 0
            load.update((pair.lead_id, pair.assisting_id))
            sent.append(((pair.lead_id, pair.assisting_id), firm, sector))
        for both, firm, sector in sent:
            held.append(both)
            firms.update((one, firm) for one in both)
            sectors.update((one, sector) for one in both)
        widest = max(widest, max(load[one] for one in people) - min(load[one] for one in people))
    return widest, known


@pytest.mark.parametrize("days", [1, 5, 20, 40])
def test_two_hundred_cases_spread_evenly_over_a_brigade_of_one_territory(days: int) -> None:
    found = [spread(days, seed) for seed in range(8)]
    assert max(widest for widest, _ in found) <= (1 if days == 1 else 6), "knowing the employer is worth five cases"
    if days > 1:
        assert min(known for _, known in found) > 60, "and who knows the employer still leads"


def test_streets_of_ones_own_keep_loads_near_each_other_too() -> None:
    assert max(spread(20, seed, streets=3)[0] for seed in range(8)) <= 7


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=6),
    st.lists(st.integers(0, 5), min_size=1, max_size=60),
    st.integers(0, 2**16),
)
def test_a_mornings_batch_gives_nobody_all_the_cases_to_lead(own: list[int], places: list[int], seed: int) -> None:
    """Whatever streets are whose and wherever the cases are: what was just suggested counts for who leads the next.

    A street of one's own and the rest are worth some cases; then somebody else leads, and they assist.
    """
    streets = {f"acc_{n}": ("370215", f"37021501{street}") for n, street in enumerate(own)}
    load, leads, chance = Counter[str](), Counter[str](), random.Random(seed)
    for place in places:
        seen = [
            replace(ANN, account_id=one, territories=mine, open_cases=load[one], leads=leads[one], max_open_cases=999)
            for one, mine in streets.items()
        ]
        chance.shuffle(seen)
        pair = suggest(seen, f"37021501{place}")
        load.update((pair.lead_id, pair.assisting_id))
        leads[pair.lead_id] += 1
        assert max(leads[one] for one in streets) - min(leads[one] for one in streets) <= 5
        assert max(load[one] for one in streets) - min(load[one] for one in streets) <= 5


def test_who_leads_much_assists_and_who_knows_the_employer_still_leads() -> None:
    busy = replace(ANN, open_cases=6, leads=6)
    pair = suggest([busy, replace(BOB, open_cases=6, leads=0)], "370215010")
    assert (pair.lead_id, pair.assisting_id) == ("acc_b", "acc_a")
    pair = suggest([replace(busy, had_employer=True, leads=3), replace(BOB, open_cases=6, leads=0)], "370215010")
    assert pair.lead_id == "acc_a"
