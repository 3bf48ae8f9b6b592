"""One-click dispatch: once, whole, to two inspectors who may, and recallable without a trace outside."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.dispatch import list_version
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Role
from services.dispatch.dispatching import dispatch_case, dispatch_list, suggest_inspectors
from services.people.accounts import record_absence, record_recusal
from tests.services.office import SYSTEM, Office, click, counted, ready
from warehouse.audit import verify
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, AuditRow, CaseRow, DispatchBatchRow, NoticeRow, ReplyRow


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_suggestions_name_two_inspectors_with_a_reason_and_hold(office: Office) -> None:
    cases = ready(office, 6)
    rows = [office.look(one) for one in cases]
    assert len(rows) == 6
    assert all(row.suggested_lead_id and row.suggested_assisting_id and row.suggested_why for row in rows)
    assert all(row.suggested_lead_id != row.suggested_assisting_id for row in rows)
    load = [row.suggested_lead_id for row in rows] + [row.suggested_assisting_id for row in rows]
    assert sorted(load.count(one.id) for one in office.inspectors) == [4, 4, 4]
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 0


def test_a_suggestion_that_holds_no_more_is_made_anew(office: Office) -> None:
    (case_id,) = ready(office, 1)
    lead = office.look(case_id).suggested_lead_id
    assert lead is not None
    today = date(2026, 11, 20)
    record_absence(
        office.store, account_id=lead, from_on=today, to_on=today, reason=None, actor=office.desk, at=office.at
    )
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 1
    assert lead not in (office.look(case_id).suggested_lead_id, office.look(case_id).suggested_assisting_id)


def test_with_fewer_than_two_eligible_nobody_is_suggested(office: Office) -> None:
    case_id = office.case()
    employer_id = office.look(case_id).employer_id
    for one in office.inspectors[:2]:
        record_recusal(
            office.store,
            account_id=one.id,
            reason="kin",
            from_on=date(2026, 11, 1),
            employer_id=employer_id,
            actor=office.head,
            at=office.at,
        )
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 0
    with pytest.raises(NotAllowed, match="no two inspectors"):
        dispatch_case(
            office.store, case_id=case_id, version=office.version(case_id), key="k", actor=office.desk, at=office.at
        )


def test_one_click_sends_the_list_with_notices_and_an_answer_to_every_complaint(office: Office) -> None:
    cases = ready(office)
    result = click(office, cases)
    assert (result.asked, result.sent) == (3, 3)
    assert [office.look(one).status for one in cases] == ["dispatched"] * 3
    assert counted(office, AssignmentRow) == 3
    assert counted(office, NoticeRow) == 6
    with office.store.read() as session:
        replies = session.scalars(select(ReplyRow)).all()
        assert sorted(reply.channel for reply in replies) == ["hotline_12345"] * 3 + ["petition"] * 3
        assert {reply.not_before for reply in replies} == {office.at + timedelta(minutes=10)}
        assert all("JM2026-" in reply.body for reply in replies)
        assert verify(session).broken_at is None


def test_the_same_click_twice_is_one_act(office: Office) -> None:
    cases = ready(office)
    versions = [(one, office.version(one)) for one in cases]
    seen = list_version(versions)
    results = []
    together = threading.Barrier(6)

    def one() -> None:
        together.wait()
        results.append(
            dispatch_list(
                office.store, case_versions=versions, list_version=seen, key="k", actor=office.desk, at=office.at
            )
        )

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert len(set(results)) == 1
    assert results[0].sent == 3
    assert counted(office, AssignmentRow) == 3
    assert counted(office, DispatchBatchRow) == 1
    assert counted(office, ReplyRow) == 6


def test_a_key_used_for_another_list_is_refused(office: Office) -> None:
    cases = ready(office)
    click(office, cases[:1])
    with pytest.raises(NotAllowed, match="already used"):
        click(office, cases[1:])
    assert counted(office, AssignmentRow) == 1


def test_a_list_that_was_not_shown_is_refused(office: Office) -> None:
    cases = ready(office)
    with pytest.raises(BadInput, match="not the one that was shown"):
        dispatch_list(
            office.store,
            case_versions=[(cases[0], 1)],
            list_version="0" * 64,
            key="k",
            actor=office.desk,
            at=office.at,
        )


def test_what_changed_or_is_doubtful_is_left_out_with_words_and_the_others_go(office: Office) -> None:
    cases = ready(office, 5)
    versions = [(one, office.version(one)) for one in cases]
    seen = list_version(versions)
    with office.store.write() as session:
        session.get_one(CaseRow, cases[0]).version += 1
        session.get_one(CaseRow, cases[1]).needs_check = True
        session.get_one(CaseRow, cases[2]).needs_supplement = True
        session.get_one(CaseRow, cases[3]).suggested_lead_id = None
    result = dispatch_list(
        office.store, case_versions=versions, list_version=seen, key="k", actor=office.desk, at=office.at
    )
    words = [one.words for one in result.results]
    assert result.sent == 1
    assert words[0] == "Somebody else changed this case meanwhile."
    assert words[1] is not None
    assert "duplicate" in words[1]
    assert words[2] is not None
    assert "employer" in words[2]
    assert words[3] is not None
    assert "no two inspectors" in words[3]
    assert words[4] is None
    assert [office.look(one).status for one in cases] == ["to_dispatch"] * 4 + ["dispatched"]


def test_an_inspector_who_may_not_any_more_stops_the_case(office: Office) -> None:
    (case_id,) = ready(office, 1)
    lead = office.look(case_id).suggested_lead_id
    assert lead is not None
    record_recusal(
        office.store,
        account_id=lead,
        reason="kin",
        from_on=date(2026, 11, 1),
        case_id=case_id,
        actor=office.head,
        at=office.at,
    )
    result = click(office, [case_id])
    assert result.results[0].words == "Left out: a suggested inspector is recused from this case."
    assert office.look(case_id).status == "to_dispatch"
    assert counted(office, NoticeRow) == 0


def test_only_the_desk_and_heads_of_the_place_dispatch(office: Office) -> None:
    cases = ready(office, 1)
    versions = [(cases[0], office.version(cases[0]))]
    elsewhere = office.officer(Role.DESK_OFFICER, "370202")
    result = dispatch_list(
        office.store,
        case_versions=versions,
        list_version=list_version(versions),
        key="k",
        actor=elsewhere,
        at=office.at,
    )
    assert result.results[0].words == "There is no such case, or it is not yours to see."
    assert result.results[0].matter_no == ""
    for actor, words in ((office.inspectors[0], "Only the desk"), (SYSTEM, "a person's")):
        with pytest.raises(NotAllowed, match=words):
            dispatch_case(office.store, case_id=cases[0], version=versions[0][1], key="k2", actor=actor, at=office.at)


def race(office: Office, case_id: str, number: int, hands: int) -> tuple[list[str], list[Conflict]]:
    """As many hands as said dispatch one case at once, each to another pair of inspectors."""
    version, won, lost = office.version(case_id), list[str](), list[Conflict]()
    together = threading.Barrier(hands)

    def one(place: int) -> None:
        together.wait()
        try:
            done = dispatch_case(
                office.store,
                case_id=case_id,
                version=version,
                key=f"{number}-{place}",
                actor=office.desk if place % 2 else office.head,
                at=office.at,
                lead_id=office.inspectors[place % 3].id,
                assisting_id=office.inspectors[(place + 1) % 3].id,
            )
            won.append(done.batch_id)
        except Conflict as slower:
            lost.append(slower)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost


def test_a_case_has_exactly_one_dispatcher_whoever_clicks_at_once(office: Office) -> None:
    for number in range(5):
        case_id = office.case()
        won, lost = race(office, case_id, number, hands=8)
        assert (len(won), len(lost)) == (1, 7)
        with office.store.read() as session:
            winner = session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == case_id)).one()
            assert winner.batch_id == won[0]
            assert {slower.by for slower in lost} == {winner.dispatched_by}


def test_a_long_list_takes_one_click_and_one_row_of_audit_a_case(office: Office) -> None:
    cases = ready(office, 25)
    assert click(office, cases).sent == 25
    with office.store.read() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.act.in_(("dispatch", "dispatch_batch")))).all()
    assert sorted(acts) == ["dispatch"] * 25 + ["dispatch_batch"]
