"""The lives as tables: every step has its words and its article, and the page of the manual prints them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.calendar import Calendar, months_after
from casework.enforcement import remedies_end
from casework.errors import NotAllowed
from casework.lifecycle import (
    NEXT_OF_COMPLAINT,
    STEPS,
    ComplaintStatus,
    LegalStatus,
    Life,
    WorkStatus,
    move_complaint,
    move_in_law,
    printed,
)
from casework.settings_of_law import SETTINGS
from services.office.working_days import published

PAGE = Path(__file__).parent.parent.parent / "docs" / "lifecycles.md"


@pytest.mark.parametrize("life", list(Life))
def test_the_page_prints_the_table(life: Life) -> None:
    assert printed(life) in PAGE.read_text("utf-8")


@pytest.mark.parametrize("life", list(Life))
def test_every_step_stands_once_with_its_words_and_what_it_rests_on(life: Life) -> None:
    steps = STEPS[life]
    assert len({(step.was, step.to) for step in steps}) == len(steps)
    assert len(steps) > 10
    assert all(step.says and step.source and step.was != step.to for step in steps)


@pytest.mark.parametrize("now", list(ComplaintStatus))
@pytest.mark.parametrize("to", list(ComplaintStatus))
def test_a_complaint_takes_only_the_steps_of_its_table(now: ComplaintStatus, to: ComplaintStatus) -> None:
    if to in NEXT_OF_COMPLAINT[now]:
        assert move_complaint(now, to) is to
    else:
        with pytest.raises(NotAllowed, match=r"^A complaint that is [a-z ]+ cannot become [a-z ]+\.$"):
            move_complaint(now, to)


def test_every_status_can_be_reached_from_the_first() -> None:
    for life, start in ((Life.COMPLAINT, "received"), (Life.WORK, "to_dispatch"), (Life.LAW, "received")):
        seen, fresh = {start}, {start}
        while fresh:
            fresh = {str(step.to) for step in STEPS[life] if step.was in fresh} - seen
            seen |= fresh
        every = {Life.COMPLAINT: ComplaintStatus, Life.WORK: WorkStatus, Life.LAW: LegalStatus}[life]
        assert seen == {str(one) for one in every}


@pytest.mark.parametrize(
    ("now", "to"),
    [
        ("received", "served"),
        ("filed", "closed"),
        ("served", "in_court"),
        ("closed", "archived"),
        ("demanded", "closed"),
    ],
)
def test_the_law_skips_no_step(now: str, to: str) -> None:
    with pytest.raises(NotAllowed, match="cannot become"):
        move_in_law(now, LegalStatus(to))


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 15), 3, date(2026, 3, 15)),
        (date(2025, 6, 1), 12, date(2026, 6, 1)),
        (date(2025, 11, 20), -24, date(2023, 11, 20)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
    ],
)
def test_months_end_on_the_day_of_the_same_number_or_the_last(day: date, months: int, due: date) -> None:
    assert months_after(day, months) == due


def test_the_term_to_sue_rolls_past_days_of_rest() -> None:
    assert remedies_end(date(2025, 4, 1), published()) == date(2025, 10, 9)
    plain = Calendar("none", date(2025, 1, 1), date(2025, 12, 31))
    assert remedies_end(date(2025, 4, 1), plain) == date(2025, 10, 1)


def test_what_is_open_is_a_setting() -> None:
    assert SETTINGS["supplement.restarts_acceptance"].default is True
    assert "no such text" in SETTINGS["clock.supplement.days"].source
