"""The two lives of a case."""

from __future__ import annotations

import pytest

from casework.errors import NotAllowed
from casework.lifecycle import NEXT, NEXT_IN_LAW, LegalStatus, WorkStatus, move, move_in_law


def test_every_status_has_a_row() -> None:
    assert set(NEXT) == set(WorkStatus)
    assert set(NEXT_IN_LAW) == set(LegalStatus)


@pytest.mark.parametrize("now", list(WorkStatus))
@pytest.mark.parametrize("to", list(WorkStatus))
def test_only_the_steps_of_the_table_are_allowed(now: WorkStatus, to: WorkStatus) -> None:
    if to in NEXT[now]:
        assert move(now, to) is to
    else:
        with pytest.raises(NotAllowed, match="cannot become"):
            move(now, to)


def test_a_refused_step_says_so_in_words() -> None:
    with pytest.raises(NotAllowed, match=r"^A case that is to dispatch cannot become concluded\.$"):
        move("to_dispatch", WorkStatus.CONCLUDED)
    with pytest.raises(NotAllowed, match=r"^A case that is received in law cannot become decided\.$"):
        move_in_law("received", LegalStatus.DECIDED)


def test_every_status_can_be_reached() -> None:
    assert set().union(*NEXT.values()) == set(WorkStatus)
    assert set().union(*NEXT_IN_LAW.values()) == set(LegalStatus)
