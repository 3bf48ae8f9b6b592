"""The checks of a fine and of an order to pay: on their last day, at their last fen, and one beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.articles import in_full
from casework.discretion import SCALES, misfit, scales_with
from casework.discretion import Waiver as Fine
from casework.discretion import compute as counted
from casework.facts import Facts, Finding
from casework.party import ENDS, FALLEN, Party
from casework.penalties import (
    additional_founded,
    fine_named,
    heard,
    hearing_over,
    not_above_announced,
    not_fined_before,
    reviewed_where_asked,
    waiver_explained,
)
from casework.settings_of_law import SETTINGS
from tests.casework.test_leniency import GOOD

TODAY = GOOD.today
TOLD = replace(GOOD, prior_notice_served_on=date(2026, 11, 13), defence_until=TODAY - timedelta(days=1))
"""The prior notice was served a week ago, and the last of the party's five working days was yesterday."""
STEPS = SETTINGS["leniency.discretion_steps"].default


@pytest.mark.parametrize("over", [heard, hearing_over])
def test_the_last_of_the_five_days_is_the_party_s(over: Callable[[Facts], Finding]) -> None:
    assert over(TOLD) == (True, "The party's days ended on 2026-11-19.")
    assert over(replace(TOLD, defence_until=TODAY)) == (
        False,
        "The party may defend itself until 2026-11-20; it has not waived that.",
    )
    assert over(replace(TOLD, defence_until=TODAY, defences=frozenset({Party.WAIVED})))[0]
    assert not over(replace(TOLD, defence_provisional=True))[0], "a day that is a guess is not over"
    assert not over(replace(TOLD, defence_until=None))[0]
    assert not over(replace(TOLD, prior_notice_served_on=None))[0]


def test_a_hearing_that_was_asked_for_is_held_whatever_else_the_party_said() -> None:
    asked = replace(TOLD, defences=frozenset({Party.HEARING_ASKED, Party.STATED, Party.WAIVED}))
    for over in (heard, hearing_over):
        assert over(asked) == (False, "The party asked for a hearing, which was not held yet.")
        assert over(replace(asked, defences=asked.defences | {Party.HEARD}))[0]


def test_a_statement_ends_the_days_of_an_order_to_pay_and_not_those_of_a_hearing() -> None:
    stated = replace(TOLD, defence_until=TODAY, defences=frozenset({Party.STATED}))
    assert heard(stated)[0]
    assert not hearing_over(stated)[0]


def test_the_fine_announced_is_the_most_that_is_imposed() -> None:
    told = replace(TOLD, fine_announced=2_000_00)
    assert not_above_announced(replace(told, amount_fined=2_000_00))[0]
    assert not not_above_announced(replace(told, amount_fined=2_000_01))[0]
    assert not not_above_announced(replace(told, fine_announced=None, amount_fined=1))[0]
    assert not not_above_announced(replace(told, prior_notice_served_on=None, amount_fined=1))[0]


def test_a_legal_review_is_asked_for_from_the_sum_on_and_after_a_hearing() -> None:
    fresh = replace(GOOD, review_from=50_000_00, reviewed_on=None, review_passed=None)
    assert reviewed_where_asked(replace(fresh, amount_fined=49_999_99))[0]
    assert not reviewed_where_asked(replace(fresh, amount_fined=50_000_00))[0]
    assert reviewed_where_asked(replace(fresh, amount_fined=50_000_00, review_from=0))[0], "0: no sum asks for one"
    assert not reviewed_where_asked(replace(fresh, defences=frozenset({Party.HEARD})))[0]
    passed = replace(fresh, amount_fined=50_000_00, reviewed_on=TODAY, review_passed=True)
    assert reviewed_where_asked(passed)[0]
    assert not reviewed_where_asked(replace(passed, review_passed=False))[0]


@pytest.mark.parametrize(
    ("fen", "within"), [(1_499_999, False), (1_500_000, True), (3_000_000, True), (3_000_001, False)]
)
def test_additional_compensation_lies_from_half_to_the_whole_of_what_was_to_be_paid(fen: int, within: bool) -> None:
    missed = replace(GOOD, amount_verified=3_000_000, amount_additional=fen, pay_missed=True)
    assert additional_founded(missed)[0] is within
    assert not additional_founded(replace(missed, pay_missed=False))[0], "it follows an order to pay that was missed"
    assert additional_founded(replace(missed, amount_additional=None))[0]


def test_no_more_is_waived_than_the_scale_gives() -> None:
    assert waiver_explained(replace(GOOD, amount_exempted=2_000_000))[0]
    assert not waiver_explained(replace(GOOD, amount_exempted=2_000_001))[0]


def test_a_fine_after_a_failed_order_needs_one_under_that_very_article() -> None:
    fined = replace(GOOD, amount_fined=5_000_000, fine_needs=(("724 §55", "failed_order"),))
    assert "724 §55 is fined after a served order by that article" in fine_named(fined)[1]
    assert not fine_named(replace(fined, orders_missed=(in_full("423 §26"),)))[0], "an order under another article"
    assert not fine_named(replace(fined, refused=True))[0], "a refusal is no failed order"
    assert fine_named(replace(fined, orders_missed=(in_full("724 §55"),)))[0]


def test_a_fine_for_refusing_needs_a_refusal_or_any_order_that_failed() -> None:
    fined = replace(GOOD, amount_fined=200_000, fine_needs=(("423 §30(一)-(三)", "refusal"),))
    assert "none is on record" in fine_named(fined)[1]
    assert fine_named(replace(fined, refused=True))[0]
    assert fine_named(replace(fined, orders_missed=(in_full("724 §55"),)))[0]
    assert not fine_named(replace(fined, refused=True, amount_fined=None))[0]
    assert not fine_named(replace(fined, refused=True, fine_misfit="above the range"))[0]


def test_one_act_is_fined_once() -> None:
    assert not_fined_before(GOOD)[0]
    assert "on 2026-03-02" in not_fined_before(replace(GOOD, fined_before=(date(2026, 3, 2),)))[1]
    assert not not_fined_before(replace(GOOD, fined_before=(date(2026, 3, 2),)))[0]


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("no_fine", ""),
        ("protected_workers", ""),
        ("overtime", ""),
        ("insurance_report", ""),
        ("deposits_taken", ""),
        ("not_obeyed", "refusal"),
        ("pay_records", "failed_order"),
        ("pay_records_person", "failed_order"),
        ("site_duties", "failed_order"),
        ("monthly_tally", "failed_order"),
        ("owner_guarantee", "failed_order"),
    ],
)
def test_what_must_have_gone_before_a_fine(key: str, after: str) -> None:
    """423 §30 fines who refuses; 724 §54-57 fine 逾期不改正 only."""
    (row,) = [one for one in SCALES if one.key == key]
    assert row.after == after
    (found,) = counted([Fine(key, "slight", base=100)], scales_with([]), STEPS)
    assert found.after == after


def test_every_row_of_the_guideline_is_asked_about() -> None:
    assert len(SCALES) == 11


def test_one_row_without_a_fine_spoils_the_whole() -> None:
    both = counted([Fine("not_obeyed", "slight"), Fine("no_fine", "slight")], scales_with([]), STEPS)
    assert misfit(both, 200_000, lighter=False) == "That act carries no fine of its own."
    assert misfit((), 200_000, lighter=False) == "Name the fine by a row of the discretion guideline."


def test_a_decision_that_was_annulled_or_changed_has_fallen_and_no_other() -> None:
    assert [how for how in ENDS if how in FALLEN] == ["annulled", "changed"]
    assert len(ENDS) == 4
