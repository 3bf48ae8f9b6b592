"""Who is suggested, and the digest of the list that was seen."""

from __future__ import annotations

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
    of_employer=0,
    of_sector=0,
)
BOB = replace(ANN, account_id="acc_b")
EVE = replace(ANN, account_id="acc_c")


def test_the_one_who_knows_the_employer_leads() -> None:
    pair = suggest([ANN, replace(BOB, of_employer=1), EVE], "370215010")
    assert (pair.lead_id, pair.assisting_id) == ("acc_b", "acc_a")
    assert pair.why[0] == "handled_employer"


def test_a_street_of_ones_own_counts_more_than_a_little_load() -> None:
    pair = suggest([ANN, replace(BOB, territories=("370215010",), open_cases=8)], "370215010")
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
