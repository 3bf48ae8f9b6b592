"""Rules of law on their last day, their last fen, and one beyond; and which deadlines outlive the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.calendar import Calendar, months_after
from casework.clocks import LIMITS, OUTLIVES, SHOWN_BESIDE, Pause, due_day
from casework.crime import UNDER_WAY, WITH_THE_POLICE, order_unpaid, two_reported
from casework.documents import POSTABLE, SERVICE_WAYS
from casework.ending import FINED, Exit
from casework.enforcement import APPLY, ORDERING, SUE, remedies_end
from casework.exits import no_group_incident, nothing_open, nothing_verified, order_kept
from casework.instalments import Instalment, Paid, standing
from casework.ledger import Owed, Short, Span, short_of
from casework.merits import first_offence
from casework.sparing import RELAPSES
from tests.casework.test_leniency import GOOD

DAY = timedelta(days=1)
DUE, AGREED = date(2026, 12, 1), date(2026, 11, 20)
PLAIN = Calendar("none", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("paid_on", "today", "state"),
    [
        (None, DUE, "ahead"),
        (None, DUE + DAY, "broken"),
        (DUE, DUE, "kept"),
        (DUE, DUE + DAY, "kept"),
        (DUE + DAY, DUE + DAY, "late"),
        (AGREED, DUE, "kept"),
        (AGREED - DAY, DUE, "ahead"),
        (AGREED - DAY, DUE + DAY, "broken"),
        (DUE + DAY, DUE, "ahead"),
    ],
)
def test_an_instalment_is_kept_on_its_day_and_broken_from_the_day_after(
    paid_on: date | None, today: date, state: str
) -> None:
    paid = [Paid(paid_on, 100)] if paid_on else []
    (one,) = standing([Instalment(DUE, 100)], paid, agreed_on=AGREED, today=today)
    assert one.state == state
    (short,) = standing([Instalment(DUE, 101)], [Paid(DUE, 100)], agreed_on=AGREED, today=DUE + DAY)
    assert (short.state, short.missing) == ("broken", 1)


def test_a_later_instalment_asks_for_the_earlier_ones_too() -> None:
    plan = [Instalment(DUE + 14 * DAY, 200), Instalment(DUE, 100)]
    found = standing(plan, [Paid(DUE + DAY, 200)], agreed_on=AGREED, today=DUE + 15 * DAY)
    assert [(one.wanted, one.state) for one in found] == [(100, "late"), (300, "broken")]


def test_the_list_the_transfer_what_is_published_the_visit_and_what_is_asked_go_on_when_the_file_is_closed() -> None:
    ways = {one.kind for one in LIMITS.values() if one.source.startswith(("R45", "TRF"))}
    published = {"publish", "publication_answer", "publication_correct", "withdraw_published"}
    assert len(ways) == 10
    assert ways | published | {"follow_up", "supervise"} == OUTLIVES


def test_what_passes_for_the_party_colours_nothing_and_what_we_owe_does() -> None:
    assert {"penalty_90", "hearing_request", "notice_service"} == SHOWN_BESIDE
    ours = {"accept", "investigate", "decide", "serve", "transfer_hand_over", "list_decide", "list_verify"}
    assert not ours & SHOWN_BESIDE


def test_the_terms_after_a_decision_are_months() -> None:
    assert (SUE.length, APPLY.length) == (6, 3)
    assert remedies_end(date(2026, 3, 2), PLAIN) == date(2026, 9, 2)
    assert remedies_end(date(2025, 10, 11), PLAIN) == date(2026, 4, 13), "Saturday the 11th rolls to Monday"
    assert months_after(remedies_end(date(2026, 3, 2), PLAIN), APPLY.length) == date(2026, 12, 2)
    assert FINED | {Exit.HANDLING} == ORDERING


def test_a_pause_holds_its_first_day_and_its_last() -> None:
    pause = Pause(date(2026, 6, 3), date(2026, 6, 4), "other")
    held = [pause.holds(date(2026, 6, day)) for day in (2, 3, 4, 5)]
    assert held == [False, True, True, False]
    assert due_day(date(2026, 6, 1), 5, "calendar", PLAIN, [pause]).counted_to == date(2026, 6, 8)


def test_a_day_is_known_up_to_the_last_published_one() -> None:
    last = PLAIN.known_until
    assert not due_day(last - DAY, 1, "calendar", PLAIN).provisional
    assert due_day(last, 1, "calendar", PLAIN).provisional


def test_a_transfer_is_under_way_from_the_report_until_somebody_refuses() -> None:
    assert {"reported", "approved", "handed_over", "reconsider", "police_filed"} == UNDER_WAY
    assert {"handed_over", "reconsider", "police_filed"} == WITH_THE_POLICE


def test_the_police_have_a_case_that_was_reported_and_handed_over_and_not_given_back() -> None:
    handed = replace(GOOD, with_police_since=date(2026, 11, 18), handed_over_on=date(2026, 11, 19))
    assert [two_reported(replace(handed, police_filed=filed))[0] for filed in (None, True, False)] == [
        True,
        True,
        False,
    ]
    assert not two_reported(replace(handed, handed_over_on=None))[0]
    assert not two_reported(replace(handed, with_police_since=None))[0]


def test_an_order_is_unpaid_from_the_day_after_its_last() -> None:
    owing = replace(GOOD, amount_paid=GOOD.amount_paid - 1)
    assert not order_unpaid(replace(owing, ordered_until=GOOD.today))[0]
    assert order_unpaid(replace(owing, ordered_until=GOOD.today - DAY))[0]
    assert not order_unpaid(replace(owing, ordered_until=GOOD.today - DAY, unpaid_by_ledger=0))[0]
    assert not order_unpaid(replace(owing, ordered_until=None))[0]


def test_an_order_may_be_obeyed_on_its_last_day() -> None:
    runs = replace(GOOD, corrected_on=None, order_due_on=GOOD.today)
    assert order_kept(runs)[0]
    assert not order_kept(replace(runs, order_due_on=GOOD.today - DAY))[0]
    assert order_kept(replace(runs, corrected_on=GOOD.today))[0]
    assert not order_kept(replace(runs, corrected_on=GOOD.today, order_due_on=GOOD.today - DAY))[0]


def test_a_file_is_open_while_an_order_a_fen_or_a_worker_is() -> None:
    assert nothing_open(GOOD)[0]
    assert nothing_open(replace(GOOD, order_due_on=None, corrected_on=None, amount_verified=None))[0]
    assert "order to correct" in nothing_open(replace(GOOD, corrected_on=None))[1]
    assert nothing_open(replace(GOOD, amount_paid=4_799_999)) == (False, "0.01 yuan are still missing.")
    assert not nothing_open(replace(GOOD, workers_short=1))[0]
    assert nothing_open(replace(GOOD, workers_paid=7))[0], "heads that a complaint spoke of keep no file open"


def test_what_is_verified_is_not_unproven() -> None:
    assert [nothing_verified(replace(GOOD, amount_verified=fen))[0] for fen in (None, 0, 1)] == [True, True, False]


def test_from_the_office_s_number_on_a_person_says_that_nobody_came_together() -> None:
    assert no_group_incident(replace(GOOD, worker_count=29)) == (True, "No group incident.")
    assert no_group_incident(replace(GOOD, worker_count=30)) is None
    assert no_group_incident(replace(GOOD, worker_count=1, group_incident=True)) is None


def test_an_older_offence_is_told_and_bars_only_inside_the_window() -> None:
    older = replace(GOOD, older_case_nos=("即2023-1",))
    assert first_offence(older) == (True, "No earlier offence in the last 24 months; before that 即2023-1.")
    assert not first_offence(replace(older, earlier_case_nos=("即2025-1",)))[0]


def test_who_got_all_but_a_fen_is_short() -> None:
    lines = [Owed(Span("2026-08", "2026-08"), 100), Owed(Span("2026-09", "2026-09"), 100)]
    assert [short_of(lines, paid) for paid in (0, 99, 100, 199, 200)] == [
        Short(200, 2),
        Short(101, 2),
        Short(100, 1),
        Short(1, 1),
        None,
    ]
    assert short_of([], 0) == Short(None, None)
    assert short_of([], 99, share=100) == Short(None, None)
    assert short_of([], 100, share=100) is None


def test_only_an_order_to_pay_is_posted_and_a_notice_is_the_last_way_but_that() -> None:
    assert {"rectification_order", "handling_decision"} == POSTABLE
    assert SERVICE_WAYS[-2:] == ("by_notice", "posted")


def test_new_arrears_and_another_offence_are_a_relapse_and_a_firm_that_is_gone_is_none() -> None:
    assert {"new_arrears", "other_offence"} == RELAPSES
