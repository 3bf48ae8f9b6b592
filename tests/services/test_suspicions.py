"""The nightly scan: it asks once about cases that look like two, hears the answer, and takes back what is mended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.linkage import Band, Evidence, Finding, Judgement, Verdict
from casework.people import Actor
from dedupe.suspicion import NARROW_BITS
from dedupe.weights import load_model
from services.linkage.linking import judge_pair, link_complaints, undo
from services.linkage.suspicions import scan_cases
from services.office.working_days import published
from tests.services.office import Office
from tests.services.test_linking import partition
from warehouse.engine import Warehouse
from warehouse.models import SCAN, CaseRow, ComplaintVersionRow, JudgementRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.review import doubt, waiting
from warehouse.store.judgements import keep_judgement
from warehouse.store.linkage import members

SYSTEM = Actor.system("test")
NARROW = load_model().lines["case_same"] + NARROW_BITS / 2


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def big_case(office: Office) -> tuple[str, list[str]]:
    """One case of four complaints, the main one first."""
    case_id = office.case(channels=("hotline_12345", "petition", "walk_in", "hotline_12345"))
    with office.store.read() as session:
        inside = members(session, case_id)
        main = session.get_one(CaseRow, case_id).main_complaint_id
    return case_id, [main, *(one for one in inside if one != main)]


def held(office: Office, links: list[tuple[str, str, float]]) -> None:
    """The linker's word that these pairs are one, with these bits."""
    with office.store.write() as session:
        for one, other, bits in links:
            left, right = sorted((one, other))
            pair = Judgement(left, right, Band.SAME, bits, -5.0, False, (), (), "model")
            keep_judgement(session, pair, Verdict.SAME, None, at=office.at)


def correct(office: Office, complaint_id: str, **said: object) -> None:
    """A complaint says something else now."""
    with office.store.write() as session:
        row = session.scalars(
            select(ComplaintVersionRow).where(
                ComplaintVersionRow.complaint_id == complaint_id, ComplaintVersionRow.newest
            )
        ).one()
        for name, value in said.items():
            setattr(row, name, value)


def asked(office: Office) -> list[tuple[str, str]]:
    with office.store.read() as session:
        return waiting(session, office.desk)


def scan(office: Office) -> tuple[int, int]:
    count = scan_cases(office.store, actor=SYSTEM, at=office.at)
    return count.asked, count.withdrawn


def doubts(office: Office) -> list[str]:
    with office.store.read() as session:
        rows = session.scalars(select(JudgementRow).where(JudgementRow.by == SCAN, JudgementRow.newest))
        return [name for row in rows for name in row.conflicts]


def test_a_case_without_anything_odd_is_not_asked_about(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    assert scan(office) == (0, 0)
    assert asked(office) == []


def test_months_far_apart_are_asked_once_and_appear_where_pairs_are_asked(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    correct(office, inside[2], arrears_from="2025-01", arrears_to="2025-02")
    assert scan(office) == (1, 0)
    assert scan(office) == (0, 0), "the same question is not asked twice"
    assert doubts(office) == ["periods_disjoint"]
    (pair,) = asked(office)
    assert inside[2] in pair


def test_an_answered_question_is_not_asked_again(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    correct(office, inside[2], arrears_from="2025-01", arrears_to="2025-02")
    scan(office)
    ((left, right),) = asked(office)
    judge_pair(office.store, left_id=left, right_id=right, verdict=Verdict.SAME, actor=office.desk, at=office.at)
    assert asked(office) == []
    assert scan(office) == (0, 0)
    correct(office, inside[1], arrears_from="2024-01", arrears_to="2024-02")
    assert scan(office) == (0, 0), "the case was looked at for just that"


def test_what_is_mended_is_withdrawn(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    correct(office, inside[2], arrears_from="2025-01", arrears_to="2025-02")
    scan(office)
    correct(office, inside[2], arrears_from="2026-08", arrears_to="2026-09")
    assert scan(office) == (0, 1)
    assert asked(office) == []


def test_two_credit_codes_in_one_case_are_asked_about(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    correct(office, inside[0], employer_uscc="91370200163562681G")
    correct(office, inside[3], employer_uscc="91350100M000100Y43")
    scan(office)
    assert doubts(office) == ["codes_differ"]


def test_two_sites_in_two_districts_are_asked_about(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], one, 20.0) for one in inside[1:]])
    correct(office, inside[0], site_name="泉悦公园", district_code="370215")
    correct(office, inside[3], site_name="滨海广场", district_code="370602")
    scan(office)
    assert "far_sites" in doubts(office)


def test_an_agents_phone_as_the_only_tie_is_asked_about(office: Office) -> None:
    _, inside = big_case(office)
    held(office, [(inside[0], inside[1], 20.0), (inside[0], inside[2], 20.0)])
    tie = Evidence("phone", "phone_of_many", Finding.CLOSE, None, None, 2.0, "One phone.")
    date = Evidence("told", "told_within_weeks", Finding.AGREES, None, None, 1.0, "Told together.")
    with office.store.write() as session:
        left, right = sorted((inside[0], inside[3]))
        pair = Judgement(left, right, Band.SAME, 7.0, -5.0, False, (), (tie, date), "model")
        keep_judgement(session, pair, Verdict.SAME, None, at=office.at)
    scan(office)
    assert doubts(office) == ["agents_phone"]
    assert set(asked(office)[0]) == {inside[0], inside[3]}


def narrow(office: Office) -> tuple[str, list[str]]:
    """A case of two pairs, at two firms, joined by one weak link."""
    case_id, (a, b, c, d) = big_case(office)
    for one in (c, d):
        correct(
            office,
            one,
            employer_name="烟台宏远建筑工程有限公司",
            narrative="活干完了",
            arrears_from=None,
            arrears_to=None,
        )
    held(office, [(a, b, 20.0), (c, d, 20.0), (b, c, NARROW)])
    return case_id, [a, b, c, d]


def test_a_narrow_bridge_is_asked_about_and_a_no_cuts_the_case_there(office: Office) -> None:
    case_id, (a, b, c, _) = narrow(office)
    scan(office)
    assert doubts(office) == ["weak_bridge"]
    ((left, right),) = asked(office)
    assert {left, right} == {b, c}
    before = partition(office.store)
    done = judge_pair(
        office.store, left_id=left, right_id=right, verdict=Verdict.DIFFERENT, actor=office.desk, at=office.at
    )
    with office.store.read() as session:
        assert set(members(session, case_id)) == {a, b}
    assert asked(office) == []
    assert done.event_id is not None
    undo(office.store, event_id=done.event_id, actor=office.desk, at=office.at + timedelta(minutes=1))
    assert partition(office.store) == before
    assert len(asked(office)) == 1, "the answer was taken back, so the question stands again"


def test_a_second_way_over_makes_no_bridge(office: Office) -> None:
    _, inside = big_case(office)
    a, b, c, d = inside
    held(office, [(a, b, 20.0), (c, d, 20.0), (b, c, NARROW)])
    assert scan(office) == (0, 0), "all four say the same, so other pairs across would be merged too"


def test_what_a_person_joined_is_no_suspicion(office: Office) -> None:
    _, inside = big_case(office)
    a, b, c, d = inside
    held(office, [(a, b, 20.0), (c, d, 20.0)])
    correct(office, c, arrears_from="2025-01", arrears_to="2025-02")
    correct(office, d, arrears_from="2025-01", arrears_to="2025-02")
    judge_pair(office.store, left_id=b, right_id=c, verdict=Verdict.SAME, actor=office.desk, at=office.at)
    assert scan(office) == (0, 0)


def test_a_run_of_the_linker_leaves_the_question_alone(office: Office) -> None:
    case_id, inside = narrow(office)
    with office.store.write() as session:
        session.get_one(CaseRow, case_id).status = "dispatched"
    scan(office)
    pair = asked(office)
    link_complaints(office.store, actor=SYSTEM, at=office.at)
    with office.store.read() as session:
        assert set(members(session, case_id)) == set(inside)
        shown = doubt(session, *pair[0], Horizon(office.at.date(), published(), 3))
    assert shown is not None
    assert shown.suspected == ("weak_bridge",)
    assert pair[0] in asked(office)
