"""The legal exits: what each demands, and what bars sparing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.crime import criminal_figure
from casework.documents import KINDS
from casework.facts import Facts
from casework.ledger import Short
from casework.leniency import (
    BASIS,
    EXEMPTIONS,
    FINED,
    PAPER,
    RULES,
    UNPUNISHED,
    Exit,
    check,
    missing,
)
from casework.lookback import may_be_found_later
from casework.settings_of_law import SETTINGS

GOOD = Facts(
    today=date(2026, 11, 20),
    employer_known=True,
    filed=True,
    worker_count=8,
    amount_claimed=5_000_000,
    amount_verified=4_800_000,
    amount_paid=4_800_000,
    workers_paid=8,
    visits=1,
    inquiries=1,
    order_due_on=date(2026, 11, 18),
    corrected_on=date(2026, 11, 17),
    pledge_signed_on=date(2026, 11, 12),
    prior_notice_served_on=None,
    earlier_case_nos=(),
    group_incident=False,
    arrears_months=2,
    amount_exempted=1_000_000,
    exempted_article="423 §30(三)",
    amount_fined=None,
    group_tier=30,
    max_workers=30,
    criminal_one=1_000_000,
    criminal_group=6_000_000,
    criminal_group_workers=10,
    criminal_months=3,
    window_months=24,
    fine_scale=2_000_000,
    educated_on=date(2026, 11, 15),
    reviewed_on=date(2026, 11, 19),
    review_passed=True,
)
YES = {rule.key: "acc_1" for rule in RULES if rule.check is None or rule.check(GOOD) is None}


def lacking(exit_: Exit, facts: Facts) -> dict[str, str]:
    return {line.key: line.fact for line in missing(check(exit_, facts, YES, deciding=True))}


@pytest.mark.parametrize("exit_", sorted(EXEMPTIONS))
def test_a_good_case_may_be_spared(exit_: Exit) -> None:
    assert lacking(exit_, GOOD) == {}


def test_nothing_a_person_must_confirm_is_ticked_in_advance() -> None:
    for exit_ in Exit:
        lines = check(exit_, GOOD, {})
        asked = [line for line in lines if line.by_person]
        assert bool(asked) is (exit_ not in {Exit.PENALTY, Exit.HANDLING, Exit.TRANSFERRED_TO_POLICE})
        assert all(not line.met and line.checked_by == "" for line in asked)


def test_unpaid_workers_are_named_in_heads_and_yuan() -> None:
    facts = replace(GOOD, worker_count=195, workers_paid=142, amount_verified=276_000_000, amount_paid=197_600_000)
    words = lacking(Exit.EXEMPT_FIRST_OFFENCE, facts)["paid_in_full"]
    assert words == "53 workers and 784,000.00 yuan are still missing."


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"earlier_case_nos": ("即2025-3",)}, "first_offence", "Not the first"),
        ({"employer_known": False}, "first_offence", "still unclear"),
        ({"corrected_on": date(2026, 11, 19)}, "corrected", "after the deadline 2026-11-18"),
        ({"corrected_on": None}, "corrected", "No correction"),
        ({"amount_verified": None}, "paid_in_full", "amount has not been verified"),
        ({"workers_paid": 7}, "paid_in_full", "1 worker is still missing"),
        ({"pledge_signed_on": None}, "pledge", "not signed"),
        ({"exempted_article": None}, "waiver", "article and scale"),
        ({"amount_exempted": 2_000_001}, "waiver", "above the scale"),
        ({"group_incident": True}, "not_group", "Nobody has confirmed"),
        ({"worker_count": 30, "workers_paid": 30}, "not_group", "Nobody has confirmed"),
        ({"red_flags": ("group incident 2026-11-01",)}, "no_red_flag", "On record: group incident"),
        ({"worker_count": 31, "workers_paid": 31}, "few_workers", "limit is 30"),
        ({"filed": False}, "filed", "not been filed"),
        ({"educated_on": None}, "educated", "No education record"),
        ({"reviewed_on": None}, "legal_review", "still to be made"),
        ({"review_passed": False}, "legal_review", "did not pass"),
        ({"red_flags": ("refusal 2026-11-01",)}, "no_red_flag", "On record: refusal"),
        ({"listed": True}, "not_listed", "joint-sanction list"),
        ({"relapsed_case_nos": ("即2025-9",)}, "no_relapse", "offended again: 即2025-9"),
        ({"offence_items": ("甲",), "offence_item": "乙"}, "offence_item", "no-penalty list"),
    ],
)
def test_first_offence_is_refused_by_the_fact_that_is_missing(change: dict[str, object], key: str, words: str) -> None:
    assert words in lacking(Exit.EXEMPT_FIRST_OFFENCE, replace(GOOD, **change))[key]  # type: ignore[arg-type]  # drawn from a table


def test_many_workers_are_no_incident_where_a_person_answers_for_it() -> None:
    many = replace(GOOD, worker_count=195, workers_paid=195, max_workers=300)
    assert set(lacking(Exit.EXEMPT_FIRST_OFFENCE, many)) == {"not_group"}
    vouched = {
        line.key
        for line in missing(check(Exit.EXEMPT_FIRST_OFFENCE, many, YES | {"not_group": "acc_1"}, deciding=True))
    }
    assert vouched == set()


def test_the_criminal_figure_bars_every_fine_and_every_exemption() -> None:
    group = replace(GOOD, worker_count=12, workers_paid=0, amount_paid=0, amount_verified=7_000_000)
    for exit_ in UNPUNISHED:
        assert "police" in lacking(exit_, group)["not_criminal"]
    handed = replace(group, with_police_since=date(2026, 11, 18), handed_over_on=date(2026, 11, 19))
    for exit_ in FINED:
        assert "police" in lacking(exit_, group)["no_transfer_due"]
        assert "no_transfer_due" not in lacking(exit_, handed), "a fine for another act may stand beside the transfer"
        assert "no_transfer_due" in lacking(exit_, replace(handed, handed_over_on=None))
        assert "no_transfer_due" not in lacking(exit_, replace(group, police_gave_back=True))
    assert "police" in lacking(Exit.EXEMPT_NO_HARM, handed)["not_criminal"]
    assert set(lacking(Exit.TRANSFERRED_TO_POLICE, group)) == {"ordered_unpaid", "two_reported"}
    assert set(lacking(Exit.TRANSFERRED_TO_POLICE, replace(handed, ordered_until=date(2026, 11, 18)))) == set()
    one = replace(GOOD, worker_count=1, workers_paid=0, amount_paid=0, amount_verified=1_000_000, arrears_months=3)
    assert "owed to one worker" in lacking(Exit.EXEMPT_NO_HARM, one)["not_criminal"]
    assert "not_criminal" not in lacking(Exit.EXEMPT_NO_HARM, replace(one, arrears_months=2))
    assert "not_criminal" not in lacking(Exit.EXEMPT_NO_HARM, replace(one, arrears_months=None))


@pytest.mark.parametrize(
    ("short", "reached"),
    [
        ((Short(1_000_000, 3),), True),
        ((Short(1_000_000, 2),), False),
        ((Short(999_999, 3),), False),
        ((Short(999_999, 9), Short(5_000_000, 2), Short(1_000_000, 3)), True),
        ((Short(999_999, 9), Short(5_000_000, 2)), False),
        ((Short(None, 9),), False),
        ((Short(1_000_000, None),), False),
    ],
)
def test_the_figure_for_one_asks_the_sum_and_the_months_of_the_same_worker(
    short: tuple[Short, ...], reached: bool
) -> None:
    facts = replace(GOOD, worker_count=9, workers_paid=0, amount_paid=0, amount_verified=5_999_999, short=short)
    assert criminal_figure(facts)[0] is reached
    by_ledger = replace(facts, worker_count=12, heads_short=9, unpaid_by_ledger=9_000_000)
    assert criminal_figure(by_ledger)[0] is reached
    assert criminal_figure(replace(by_ledger, heads_short=10))[0]


@pytest.mark.parametrize("exit_", sorted(UNPUNISHED))
def test_what_bars_one_way_without_a_penalty_bars_all(exit_: Exit) -> None:
    for flag in ("group incident", "refusal", "concealment", "retaliation", "extreme act"):
        found = lacking(
            exit_, replace(GOOD, filed=exit_ is not Exit.CORRECTION_ONLY, red_flags=(f"{flag} 2026-11-01",))
        )
        assert found == {"no_red_flag": f"On record: {flag} 2026-11-01."}
    group = replace(GOOD, worker_count=10, workers_paid=0, amount_paid=0, amount_verified=6_000_000)
    assert "not_criminal" in lacking(exit_, group)
    assert "not_criminal" not in lacking(exit_, replace(group, worker_count=9))
    assert "not_criminal" not in lacking(exit_, replace(group, amount_verified=5_999_999))
    many = replace(GOOD, filed=exit_ is not Exit.CORRECTION_ONLY, worker_count=30, workers_paid=30)
    assert set(lacking(exit_, many)) == {"not_group"}


def test_a_case_with_the_police_is_neither_spared_nor_fined_even_when_all_is_paid() -> None:
    reported = replace(GOOD, with_police_since=GOOD.today)
    barred = {exit_ for exit_ in Exit if "not_with_police" in lacking(exit_, reported)}
    assert barred == UNPUNISHED | {Exit.NOT_ESTABLISHED}
    assert {exit_ for exit_ in Exit if "no_transfer_due" in lacking(exit_, reported)} == FINED
    assert not [exit_ for exit_ in Exit if "not_with_police" in lacking(exit_, GOOD)]


def test_correction_only_needs_an_order_that_runs_or_was_obeyed() -> None:
    fresh = replace(GOOD, filed=False, corrected_on=None, order_due_on=GOOD.today)
    assert lacking(Exit.CORRECTION_ONLY, fresh) == {}
    missed = replace(fresh, order_due_on=date(2026, 11, 19))
    assert "was not obeyed" in lacking(Exit.CORRECTION_ONLY, missed)["order"]
    late = replace(missed, corrected_on=GOOD.today)
    assert "after the deadline" in lacking(Exit.CORRECTION_ONLY, late)["order"]
    assert "No rectification order" in lacking(Exit.CORRECTION_ONLY, replace(fresh, order_due_on=None))["order"]


def test_the_office_s_list_is_asked_of_a_first_offence_only() -> None:
    listed = replace(GOOD, offence_items=("甲",), offence_item=None)
    assert {exit_ for exit_ in EXEMPTIONS if "offence_item" in lacking(exit_, listed)} == {Exit.EXEMPT_FIRST_OFFENCE}


def test_where_no_wage_is_owed_no_proof_of_payment_is_asked_for() -> None:
    papers = replace(GOOD, amount_claimed=None, amount_verified=None, amount_paid=0, workers_paid=0, owes=False)
    for exit_ in (Exit.EXEMPT_NO_HARM, Exit.EXEMPT_FIRST_OFFENCE, Exit.FILING_WITHDRAWN):
        assert lacking(exit_, papers) == {}
        assert set(lacking(exit_, replace(papers, owes=True))) == {"paid_in_full"}


@pytest.mark.parametrize(
    ("change", "exit_", "key"),
    [
        ({"corrected_on": GOOD.order_due_on}, Exit.EXEMPT_FIRST_OFFENCE, "corrected"),
        ({"worker_count": 8, "max_workers": 8}, Exit.EXEMPT_FIRST_OFFENCE, "few_workers"),
    ],
)
def test_the_last_day_and_the_last_worker_are_still_within(change: dict[str, object], exit_: Exit, key: str) -> None:
    assert key not in lacking(exit_, replace(GOOD, **change))  # type: ignore[arg-type]  # drawn from a table


def test_a_filing_is_withdrawn_only_when_everybody_is_paid() -> None:
    assert lacking(Exit.FILING_WITHDRAWN, GOOD) == {}
    assert set(lacking(Exit.FILING_WITHDRAWN, replace(GOOD, workers_paid=7))) == {"paid_in_full"}


def test_no_transfer_while_the_order_still_runs() -> None:
    facts = replace(GOOD, amount_paid=0, ordered_until=date(2026, 11, 20))
    assert "still runs" in lacking(Exit.TRANSFERRED_TO_POLICE, facts)["ordered_unpaid"]


REPORTED: dict[str, Any] = {"with_police_since": date(2026, 11, 18)}
HANDED: dict[str, Any] = REPORTED | {"handed_over_on": date(2026, 11, 19)}


@pytest.mark.parametrize(
    "transfer",
    [
        {},
        REPORTED,
        HANDED | {"police_filed": False},
        HANDED | {"police_filed": False, "police_gave_back": True, "with_police_since": None},
    ],
)
def test_the_exit_to_the_police_needs_the_police_to_have_it(transfer: dict[str, Any]) -> None:
    facts = replace(GOOD, worker_count=12, amount_verified=7_000_000, amount_paid=0, ordered_until=date(2026, 11, 18))
    assert "handed over" in lacking(Exit.TRANSFERRED_TO_POLICE, replace(facts, **transfer))["two_reported"]


def test_what_is_paid_after_the_police_have_filed_takes_nothing_back_from_them() -> None:
    paid = replace(GOOD, ordered_until=date(2026, 11, 18), **HANDED)
    assert set(lacking(Exit.TRANSFERRED_TO_POLICE, paid)) == {"ordered_unpaid", "criminal_figure"}
    assert lacking(Exit.TRANSFERRED_TO_POLICE, replace(paid, police_filed=True)) == {}


def test_correction_only_is_for_cases_that_were_not_filed() -> None:
    assert "withdraw the filing" in lacking(Exit.CORRECTION_ONLY, GOOD)["not_filed"]
    assert lacking(Exit.CORRECTION_ONLY, replace(GOOD, filed=False)) == {}


def test_no_penalty_without_a_prior_notice_and_a_sum() -> None:
    assert set(lacking(Exit.PENALTY, GOOD)) == {"prior_notice", "hearing", "announced", "fine"}


def test_every_exit_has_a_basis_a_paper_and_conditions_with_sources() -> None:
    assert set(BASIS) == set(PAPER) == set(Exit)
    assert set(PAPER.values()) <= set(KINDS)
    assert len(RULES) > 30
    assert all(rule.source for rule in RULES)
    assert all(any(exit_ in rule.exits for rule in RULES) for exit_ in Exit)
    assert len({rule.key for rule in RULES}) == len(RULES)


@given(
    owed=st.integers(0, 10**9),
    paid=st.integers(0, 10**9),
    heads=st.integers(0, 500),
    proven=st.integers(0, 500),
    group=st.booleans(),
)
def test_nobody_is_spared_while_a_worker_or_a_fen_is_missing(
    owed: int, paid: int, heads: int, proven: int, group: bool
) -> None:
    facts = replace(
        GOOD,
        amount_verified=owed,
        amount_paid=paid,
        worker_count=heads,
        workers_paid=proven,
        group_incident=group,
    )
    if not lacking(Exit.EXEMPT_FIRST_OFFENCE, facts):
        assert paid >= owed
        assert proven >= heads
        assert not group
        assert heads < 30


def test_an_act_is_pursued_for_two_years() -> None:
    assert may_be_found_later(date(2024, 11, 20), date(2026, 11, 20))
    assert not may_be_found_later(date(2024, 11, 19), date(2026, 11, 20))
    assert may_be_found_later(date(2024, 2, 29), date(2026, 2, 28))
    assert not may_be_found_later(date(2024, 2, 29), date(2026, 3, 1)), "a month without that day ends the term"
    assert may_be_found_later(date(2022, 2, 28), date(2024, 2, 28))
    assert not may_be_found_later(date(2022, 2, 28), date(2024, 2, 29))
    assert may_be_found_later(None, date(2026, 11, 20))


def test_a_setting_that_nobody_could_check_says_so() -> None:
    assert len(SETTINGS) > 30
    assert all(row.name == name and row.says for name, row in SETTINGS.items())
    assert "unverified" in SETTINGS["criminal.group_fen"].source
