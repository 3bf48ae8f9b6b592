"""A verdict becomes an alias at once, and its undo takes the alias away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.linkage import Verdict
from casework.people import Actor
from dedupe.normalise import name_key
from services.linkage.aliases import known_aliases
from services.linkage.explaining import explain
from services.linkage.linking import JudgeResult, judge_pair, link_complaints, undo
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintVersionRow
from warehouse.store.linkage import case_of

SYSTEM = Actor.system("test")
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


def told_of(office: Office, employer: str, months: str, site: str) -> str:
    """A complaint in a case of its own, of these months and this site. Returns its id."""
    main = main_of(office, office.case(employer=employer))
    with office.store.write() as session:
        row = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == main)).one()
        row.arrears_from = row.arrears_to = months
        row.site_name = site
    return main


def together(office: Office, one: str, other: str) -> bool:
    """Whether two complaints stand in one case after a run of the linker."""
    link_complaints(office.store, actor=SYSTEM, at=office.at + timedelta(hours=1))
    with office.store.read() as session:
        return case_of(session, one) == case_of(session, other)


def test_the_next_run_goes_by_what_was_learned_and_forgets_it_with_the_verdict(office: Office) -> None:
    then = [told_of(office, name, "2024-03", "泉悦公园") for name in (FIRM, CREW)]
    now = [told_of(office, name, "2026-09", "鹤山学校") for name in (FIRM, CREW)]
    assert not together(office, *now)
    done = judged(office, then[0], then[1], Verdict.SAME)
    assert done.event_id is not None
    assert together(office, *now)
    with office.store.read() as session:
        found = {line.feature: line.level for line in explain(session, *now).pair.evidence}
    assert found["employer"] == "employer_in_short"
    undo(office.store, event_id=done.event_id, actor=office.desk, at=office.at + timedelta(minutes=1))
    assert not together(office, *now)


def test_a_verdict_binds_the_next_run_whatever_the_evidence(office: Office) -> None:
    one, other = (told_of(office, FIRM, "2026-09", "鹤山学校") for _ in range(2))
    assert together(office, one, other)
    judged(office, one, other, Verdict.DIFFERENT)
    assert not together(office, one, other)
    stranger = told_of(office, STRANGER, "2024-01", "泉悦公园")
    judged(office, one, stranger, Verdict.SAME, minute=1)
    assert together(office, one, stranger)
    assert not together(office, one, other)
