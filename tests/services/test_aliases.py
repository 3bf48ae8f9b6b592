"""A verdict becomes an alias at once, and its undo takes the alias away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.linkage import Verdict
from dedupe.normalise import name_key
from services.aliases import known_aliases
from services.linking import JudgeResult, judge_pair, undo
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow

FIRM, CREW, STRANGER = "青岛源丰建筑工程有限公司", "鑫达劳务", "海诺水产"


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def main_of(office: Office, case_id: str) -> str:
    with office.store.read() as session:
        return session.get_one(CaseRow, case_id).main_complaint_id


def learned(office: Office) -> set[str]:
    with office.store.read() as session:
        return set(known_aliases(session))


def judged(office: Office, one: str, other: str, verdict: Verdict, minute: int = 0) -> JudgeResult:
    at = office.at + timedelta(minutes=minute)
    return judge_pair(office.store, left_id=one, right_id=other, verdict=verdict, actor=office.desk, at=at)


def test_a_same_is_an_alias_at_once_and_its_undo_takes_it_away(office: Office) -> None:
    one, other = (main_of(office, office.case(employer=name)) for name in (FIRM, CREW))
    done = judged(office, one, other, Verdict.SAME)
    assert learned(office) == {name_key(FIRM), name_key(CREW)}
    assert done.event_id is not None
    undo(office.store, event_id=done.event_id, actor=office.desk, at=office.at + timedelta(minutes=1))
    assert learned(office) == set()


def test_a_different_stops_the_alias_and_a_later_same_does_not_bring_it_back(office: Office) -> None:
    firm, crew, again = (main_of(office, office.case(employer=name)) for name in (FIRM, CREW, CREW))
    judged(office, firm, crew, Verdict.SAME)
    judged(office, firm, again, Verdict.DIFFERENT, minute=1)
    assert learned(office) == set()


def test_a_changed_mind_counts_as_it_is_now(office: Office) -> None:
    one, other = (main_of(office, office.case(employer=name)) for name in (FIRM, STRANGER))
    judged(office, one, other, Verdict.DIFFERENT)
    judged(office, one, other, Verdict.SAME, minute=1)
    assert learned(office) == {name_key(FIRM), name_key(STRANGER)}


def test_names_that_agree_already_teach_nothing(office: Office) -> None:
    one, other = (main_of(office, office.case(employer=name)) for name in (FIRM, "源丰建筑"))
    judged(office, one, other, Verdict.SAME)
    assert learned(office) == set()
