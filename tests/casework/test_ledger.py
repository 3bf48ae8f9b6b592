"""The ledger's sums: no month of a worker is counted twice, and claimed, verified and paid are three numbers."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.instalments import Instalment, Paid, standing
from casework.ledger import Account, Owed, Span, Sums, add_up, span_of, spread, without_doubles
from casework.liability import GROUNDS, IRREGULAR, ROLES, Party, propose

MONTHS = [f"2026-{month:02d}" for month in range(1, 8)]
SPANS = st.tuples(st.sampled_from([*MONTHS, ""]), st.sampled_from(MONTHS)).map(
    lambda two: span_of(*two) if two[0] else Span()
)
LINES = st.lists(st.builds(Owed, SPANS, st.one_of(st.none(), st.integers(0, 9))), max_size=7)


def owed(first: str, last: str, fen: int | None) -> Owed:
    return Owed(Span(first, last), fen)


@pytest.mark.parametrize(
    ("lines", "fen"),
    [
        ([owed("2026-08", "2026-10", 16_000), owed("2026-08", "2026-10", 16_000)], 16_000),
        (
            [owed("2026-08", "2026-10", 15_000), *(owed(f"2026-{m}", f"2026-{m}", 5_000) for m in ("08", "09", "10"))],
            15_000,
        ),
        ([owed("2026-08", "2026-08", 5_000), owed("2026-09", "2026-09", 5_000)], 10_000),
        ([owed("2026-08", "2026-09", 9_000), owed("2026-09", "2026-10", 8_000)], 9_000),
        ([owed("", "", 20_000), owed("2026-09", "2026-10", 8_000)], 20_000),
        ([owed("2026-08", "2026-08", None)], None),
        ([], None),
    ],
)
def test_a_month_told_twice_counts_once(lines: list[Owed], fen: int | None) -> None:
    assert without_doubles(lines) == fen


@given(LINES)
def test_the_sum_is_the_best_of_all_ways_to_choose_lines_that_do_not_meet(lines: list[Owed]) -> None:
    said = [line for line in lines if line.fen is not None]
    best = None
    for size in range(1, len(said) + 1):
        for chosen in combinations(said, size):
            if not any(one.span.meets(other.span) for one, other in combinations(chosen, 2)):
                best = max(best or 0, sum(line.fen or 0 for line in chosen))
    assert without_doubles(lines) == best


@given(st.integers(0, 50), LINES)
def test_what_was_paid_is_spread_to_the_last_fen(paid: int, lines: list[Owed]) -> None:
    assert sum(spread(paid, lines)) == (paid if lines else 0)


def test_the_oldest_months_are_paid_first_and_what_is_over_falls_on_the_last() -> None:
    lines = [owed("2026-09", "2026-09", 500), owed("2026-08", "2026-08", 500)]
    assert spread(700, lines) == [200, 500]
    assert spread(1_200, lines) == [700, 500]


def test_a_ledger_of_nobody_adds_up_to_nothing() -> None:
    assert add_up([]) == Sums() == Sums(0, None, None, 0, 0, 0, 0, 0)


def test_nothing_verified_is_not_zero() -> None:
    sums = add_up([Account(100, None, 0), Account(None, None, 0)])
    assert (sums.workers, sums.claimed, sums.verified, sums.unverified) == (2, 100, None, 2)
    sums = add_up([Account(100, 100, 40), Account(100, 0, 0)])
    assert (sums.verified, sums.verified_workers, sums.paid_workers, sums.short) == (100, 1, 1, 1)


DUE = [Instalment(date(2026, 12, 1), 100), Instalment(date(2026, 12, 15), 200)]


@pytest.mark.parametrize(
    ("paid", "today", "states"),
    [
        ([], date(2026, 12, 1), ["ahead", "ahead"]),
        ([], date(2026, 12, 2), ["broken", "ahead"]),
        ([Paid(date(2026, 12, 1), 100)], date(2026, 12, 2), ["kept", "ahead"]),
        ([Paid(date(2026, 12, 3), 100)], date(2026, 12, 4), ["late", "ahead"]),
        ([Paid(date(2026, 11, 25), 300)], date(2026, 12, 20), ["kept", "kept"]),
        ([Paid(date(2026, 12, 1), 99)], date(2026, 12, 16), ["broken", "broken"]),
        ([Paid(date(2026, 11, 19), 300)], date(2026, 12, 16), ["broken", "broken"]),
    ],
)
def test_only_what_is_proven_since_the_plan_keeps_an_instalment(
    paid: list[Paid], today: date, states: list[str]
) -> None:
    found = standing(DUE, paid, agreed_on=date(2026, 11, 20), today=today)
    assert [one.state for one in found] == states


OWNER, GENERAL = Party("o", "project_owner"), Party("g", "general_contractor")
SUB, CREW = Party("s", "subcontractor", owes=True), Party("c", "crew", owes=True)


@pytest.mark.parametrize(
    ("chain", "article", "payer"),
    [
        ((OWNER, GENERAL, SUB), "724 §30 para 3", "g"),
        ((OWNER, GENERAL, CREW), "724 §30 para 3", "g"),
        ((OWNER, SUB), "724 §30 para 3", None),
        ((Party("o", "project_owner", "unlawful_project"), GENERAL, SUB), "724 §37", "o"),
        ((Party("o", "project_owner", "gave_to_unqualified"), CREW), "724 §36 para 1", "o"),
        ((OWNER, Party("g", "general_contractor", "lent_its_name"), CREW), "724 §36 para 2", "g"),
        ((OWNER, Party("g", "general_contractor", "passed_on"), SUB), "724 §30 para 3", "g"),
        ((Party("o", "project_owner", "money_withheld"), Party("g", "general_contractor", owes=True)), "724 §29", "o"),
        ((OWNER, Party("g", "general_contractor", owes=True)), "423 §26; 724 §16", "g"),
    ],
)
def test_who_is_to_pay_first_is_proposed_with_the_article(
    chain: tuple[Party, ...], article: str, payer: str | None
) -> None:
    first = propose(chain, construction=True)[0]
    assert (first.ground.article, first.party.id if first.party else None) == (article, payer)


def test_off_a_building_site_the_employer_pays_its_own_debt() -> None:
    chain = (GENERAL, SUB)
    assert [(one.ground.key, one.party) for one in propose(chain, construction=False)] == [("employer_itself", SUB)]
    assert propose((OWNER, GENERAL), construction=True) == []


def test_every_ground_names_parts_and_irregularities_that_exist() -> None:
    for ground in GROUNDS:
        assert {*ground.by, *ground.when_owes} <= set(ROLES)
        assert ground.irregular is None or IRREGULAR[ground.irregular] == ground.article
    assert {ground.irregular for ground in GROUNDS} - {None} == set(IRREGULAR)
