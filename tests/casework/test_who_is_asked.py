"""Of which exits the law asks what: one fact of a good case is spoilt, and these exits, and no other, are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.ending import C1, C2, C3, EXEMPTIONS, FINED, HANDLING, POLICE, UNPROVEN, UNPUNISHED, A, B, D, Exit
from casework.leniency import RULES, check, missing
from casework.party import Party
from tests.casework.test_leniency import GOOD, YES

ALL = frozenset(Exit)
DECIDED_ON = FINED | {HANDLING}
"""What takes something from the party: it is announced, and the party is heard, before (APL §44-45; 423 §19)."""

SPOILT: list[tuple[str, dict[str, object], frozenset[Exit]]] = [
    ("employer_known", {"employer_known": False}, ALL - {A, UNPROVEN}),
    ("not_filed", {}, frozenset({A})),
    ("filed", {"filed": False}, ALL - {A, POLICE}),
    ("investigated", {"visits": 0, "inquiries": 0}, ALL - {A}),
    ("order", {"order_due_on": None}, frozenset({A})),
    ("offence_item", {"offence_items": ("甲",), "offence_item": "乙"}, frozenset({C2})),
    ("first_offence", {"earlier_case_nos": ("即2025-3",)}, frozenset({C2})),
    ("few_workers", {"max_workers": 7}, frozenset({C2})),
    ("corrected", {"corrected_on": None}, frozenset({B, C1, C2})),
    ("paid_in_full", {"workers_paid": 7}, frozenset({B, C1, C2})),
    ("pledge", {"pledge_signed_on": None}, frozenset({C2})),
    ("educated", {"educated_on": None}, EXEMPTIONS),
    ("legal_review", {"review_passed": False}, EXEMPTIONS),
    ("waiver", {"amount_exempted": None}, EXEMPTIONS),
    ("verified", {"amount_verified": None}, frozenset({HANDLING, POLICE})),
    ("prior_notice", {"prior_notice_served_on": None}, DECIDED_ON),
    ("heard", {"prior_notice_served_on": None}, frozenset({HANDLING})),
    ("hearing_held", {"defences": frozenset({Party.HEARING_ASKED})}, FINED),
    ("hearing", {"prior_notice_served_on": None}, FINED),
    ("penalty_review", {"defences": frozenset({Party.HEARD}), "reviewed_on": None}, DECIDED_ON),
    ("additional", {"amount_additional": 1}, frozenset({HANDLING})),
    ("fine", {"amount_fined": None}, FINED),
    ("announced", {"prior_notice_served_on": None}, FINED),
    ("not_fined", {"fined_before": (GOOD.today,)}, FINED),
    ("ordered_unpaid", {"ordered_until": None}, frozenset({POLICE})),
    ("criminal_figure", {}, frozenset({POLICE})),
    ("two_reported", {}, frozenset({POLICE})),
    ("nothing_verified", {"amount_verified": 1}, frozenset({UNPROVEN})),
    ("not_listed", {"listed": True}, EXEMPTIONS),
    ("no_relapse", {"relapsed_case_nos": ("即2025-9",)}, frozenset({C2})),
    ("not_criminal", {"worker_count": 10, "amount_verified": 6_000_000, "amount_paid": 0}, UNPUNISHED),
    ("no_transfer_due", {"worker_count": 10, "amount_verified": 6_000_000, "amount_paid": 0}, FINED),
    ("not_with_police", {"with_police_since": GOOD.today}, UNPUNISHED | {UNPROVEN}),
    ("no_red_flag", {"red_flags": ("refusal 2026-11-01",)}, UNPUNISHED),
    ("not_group", {"group_incident": True}, UNPUNISHED),
]
BY_A_PERSON: dict[str, frozenset[Exit]] = {
    "minor": frozenset({A, B, C1}),
    "slight_harm": frozenset({C2}),
    "no_harm": frozenset({C1}),
    "no_fault": frozenset({C3}),
    "removes_harm": frozenset({D}),
    "unproven": frozenset({UNPROVEN}),
}
"""What no record answers, and only a person vouches for."""


@pytest.mark.parametrize(("key", "change", "exits"), SPOILT, ids=[key for key, _, _ in SPOILT])
def test_what_is_lacking_stops_these_exits_and_no_other(
    key: str, change: dict[str, object], exits: frozenset[Exit]
) -> None:
    facts = replace(GOOD, **change)  # type: ignore[arg-type]  # drawn from a table
    vouched = {one: by for one, by in YES.items() if one != key}
    lacking = {
        exit_ for exit_ in Exit if key in {line.key for line in missing(check(exit_, facts, vouched, deciding=True))}
    }
    assert lacking == exits


@pytest.mark.parametrize(("key", "exits"), BY_A_PERSON.items())
def test_what_only_a_person_knows_stops_these_exits_until_they_say_so(key: str, exits: frozenset[Exit]) -> None:
    vouched = {one: by for one, by in YES.items() if one != key}
    for confirmed, lack in ((vouched, exits), (YES, frozenset())):
        found = {exit_ for exit_ in Exit if key in {line.key for line in missing(check(exit_, GOOD, confirmed))}}
        assert found == lack


def test_every_rule_is_asked_about_here() -> None:
    assert sorted([key for key, _, _ in SPOILT] + list(BY_A_PERSON)) == sorted(rule.key for rule in RULES)


def test_what_is_asked_at_the_decision_only_waits_until_then() -> None:
    later = {rule.key for rule in RULES if rule.at_decision}
    assert later == {"legal_review", "heard", "hearing", "penalty_review"}
    for exit_ in Exit:
        assert not later & {line.key for line in check(exit_, GOOD, {})}


def test_what_bars_is_named_as_a_bar() -> None:
    assert {rule.key for rule in RULES if rule.bar} == {
        *("not_fined", "nothing_verified", "not_group", "not_listed", "no_relapse"),
        *("not_criminal", "no_transfer_due", "not_with_police", "no_red_flag"),
    }
