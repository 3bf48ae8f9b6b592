"""The invented economy: the same seed gives the same one, and what it says of itself holds together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.economy import JUDGING, TUNING, Economy, Temper, imagine
from sandbox.wages import Payroll


@pytest.fixture(scope="module", params=[TUNING, JUDGING], ids=lambda temper: temper.name)
def economy(request: pytest.FixtureRequest) -> Economy:
    temper: Temper = request.param
    return imagine(150, 14, seed=5, temper=temper)


def test_everything_follows_from_the_seed() -> None:
    assert imagine(20, 6, seed=3) == imagine(20, 6, seed=3)
    assert imagine(20, 6, seed=3) != imagine(20, 6, seed=4)
    assert imagine(20, 6, seed=3).firms == imagine(40, 6, seed=3).firms[:20]


def test_wages_that_are_out_are_out_for_somebody_and_are_paid_after_their_day(economy: Economy) -> None:
    for lived in economy.lives.values():
        for one in lived:
            assert 0 <= one.unpaid <= one.heads
            assert one.paid_on is None or one.paid_on >= one.due_on
            assert one.unpaid or one.paid_on == one.due_on


def test_what_is_reported_is_reported_after_it_happened_and_in_order(economy: Economy) -> None:
    days = [report.told_on for report in economy.reports]
    assert days == sorted(days)
    for report in economy.reports:
        if isinstance(report.said, Payroll) and report.said.paid_on:
            assert report.told_on >= report.said.paid_on


def test_most_complaints_are_of_wages_that_were_out_and_some_are_not(economy: Economy) -> None:
    for grievance in economy.grievances:
        if grievance.unpaid:
            week = timedelta(days=7)
            assert any(
                one.unpaid
                and one.due_on < grievance.told_on
                and (one.paid_on is None or one.paid_on > grievance.told_on - week)
                for one in economy.lives[grievance.firm]
            )
    of_arrears = sum(grievance.unpaid for grievance in economy.grievances)
    assert 0 < len(economy.grievances) - of_arrears < of_arrears


def test_not_all_who_owe_are_complained_of_and_not_all_platforms_tell_the_truth(economy: Economy) -> None:
    owing = {firm for firm, lived in economy.lives.items() if any(one.unpaid for one in lived)}
    told_of = {grievance.firm for grievance in economy.grievances}
    assert owing - told_of
    true = {(firm, one.month): one for firm, lived in economy.lives.items() for one in lived}
    payrolls = [report for report in economy.reports if isinstance(report.said, Payroll)]
    wrong = [
        report
        for report in payrolls
        if isinstance(report.said, Payroll)
        and report.said.paid_on
        and true[report.firm, report.said.month].paid_on != report.said.paid_on
    ]
    assert wrong
