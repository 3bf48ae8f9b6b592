"""When a deadline may stand still and run on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.clocks import Pause
from casework.errors import ArrearsError, BadInput, NotAllowed
from casework.suspension import GROUNDS, NAMED, check_resumption, check_suspension

STARTED, DUE, TODAY = date(2026, 11, 2), date(2026, 11, 20), date(2026, 11, 10)
DAY = timedelta(days=1)
PLAIN: dict[str, Any] = {
    "kind": "investigate", "calendar_version": "2026", "started_on": STARTED, "due_on": DUE, "earlier": (),
    "first_on": TODAY, "today": TODAY, "allowed": {"investigate"},
}  # fmt: skip
EARLIER = [Pause(date(2026, 11, 4), date(2026, 11, 6), "-")]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"first_on": STARTED + DAY},
        {"today": DUE, "first_on": DUE},
        {"earlier": EARLIER, "first_on": date(2026, 11, 7)},
    ],
)
def test_a_deadline_that_runs_may_stand_still(said: dict[str, Any]) -> None:
    check_suspension(**{**PLAIN, **said})


@pytest.mark.parametrize(
    ("said", "refused", "words"),
    [
        ({"allowed": set()}, NotAllowed, "cannot be suspended"),
        ({"calendar_version": NAMED}, NotAllowed, "named by somebody"),
        ({"today": DUE + DAY}, NotAllowed, "has passed"),
        ({"first_on": STARTED}, BadInput, "after the deadline started"),
        ({"first_on": TODAY + DAY}, BadInput, "not in the future"),
        ({"earlier": EARLIER, "first_on": date(2026, 11, 6)}, BadInput, "before it ended"),
    ],
)
def test_one_that_may_not_is_refused_in_words(said: dict[str, Any], refused: type[ArrearsError], words: str) -> None:
    with pytest.raises(refused, match=words):
        check_suspension(**{**PLAIN, **said})


def test_a_deadline_runs_on_between_the_first_day_of_the_suspension_and_today() -> None:
    check_resumption(first_on=TODAY, resumed_on=TODAY, today=TODAY)
    check_resumption(first_on=STARTED, resumed_on=DUE, today=DUE)
    for day in (TODAY - DAY, DUE + DAY):
        with pytest.raises(BadInput, match="between"):
            check_resumption(first_on=TODAY, resumed_on=day, today=DUE)


def test_the_grounds_are_those_that_practice_knows() -> None:
    assert GROUNDS == ("supplement_awaited", "service_by_notice", "arbitration_pending", "other")
