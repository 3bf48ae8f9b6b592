"""Investigating: asked in writing, heard, inspected, supervised, chased, extended; and who may have no part in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.inquiry import Wanted
from casework.people import Actor, Role
from services.cases import handling, inquiring, referring, supervising
from services.cases.inquiring import Sheet
from services.cases.outcomes import close_case
from services.dispatch import dispatching
from services.dispatch.dispatching import reassign, suggest_inspectors
from services.leniency import sparing
from services.linkage.linking import merge_cases
from services.paperwork.filling_papers import see_paper
from services.people import rota
from tests.services.lives import served
from tests.services.office import SYSTEM, Office
from tests.services.work import TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    ApprovalRow,
    CaseRow,
    ClockRow,
    ComplaintVersionRow,
    DocumentRow,
    NoticeRow,
    WorkerRow,
)
from warehouse.queries.investigation import investigation, nudges
from warehouse.queries.officers import inspectors
from warehouse.queries.rota import absences, recusals
from warehouse.queries.waited_for import referrals_waiting, supervisions_waiting
from warehouse.store.settings import set_setting

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
INQUIRY: dict[str, Any] = {
    "issued_on": TODAY,
    "appear_at": MONDAY,
    "place": "即墨区劳动保障监察大队",
    "contact": "宋伟 0532-88551234",
    "items": [Wanted(6, from_month="2026-08", to_month="2026-09"), Wanted(10, ("project_owner",))],
    "text": "携带单位公章",
}
SUPERVISION: dict[str, Any] = {
    "superior": "市人社局",
    "demand": "一周内报结果",
    "ordered_on": TODAY,
    "due_on": date(2026, 11, 27),
}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def sheet_of(work: Work, **change: Any) -> Sheet:
    return replace(
        Sheet(
            started_at=work.office.at - timedelta(hours=2),
            ended_at=work.office.at - timedelta(hours=1),
            place="厂区办公室",
            officer_ids=[work.lead.id, work.other.id],
            person="王厂长",
            post="厂长",
            text="问：工资发到几月？答：七月。",
            signature="signed",
            ids_shown=True,
        ),
        **change,
    )


def body_of(office: Office, document_id: str) -> dict[str, Any]:
    with office.store.read() as session:
        return dict(session.get_one(DocumentRow, document_id).body)


def notices(office: Office, kind: str) -> set[str]:
    with office.store.read() as session:
        return set(session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == kind)))


def seen(office: Office, case_id: str, today: date = TODAY) -> Any:
    with office.store.read() as session:
        return investigation(session, session.get_one(CaseRow, case_id), today=today)


def test_a_notice_of_inquiry_holds_the_whole_list_and_runs_its_service(office: Office) -> None:
    work = Work(office)
    issued = work.do(inquiring.issue_inquiry, **INQUIRY)
    assert issued.document_no == "即人社劳监询字〔2026〕第1号"
    body = body_of(office, issued.document_id)
    assert (body["appear_on"], body["appear_time"], body["text"]) == ("2026-11-23", "09:00", "携带单位公章")
    assert len(body["items"]) == 15
    assert [line["no"] for line in body["items"] if line["asked"]] == [6, 10]
    assert body["items"][9]["side"] == "建"
    assert "第三十条" in body["warning"]
    assert clocks(office, work.id)["serve"] == "running"
    (asked,) = seen(office, work.id).asked
    assert [no for no, _name, _side in asked.items] == [6, 10]


def test_what_is_handed_in_is_ticked_off_and_the_rest_stays_missing(office: Office) -> None:
    work = Work(office)
    issued = work.do(inquiring.issue_inquiry, **INQUIRY)
    assert seen(office, work.id).asked[0].silent is False
    assert seen(office, work.id, date(2026, 11, 24)).asked[0].silent is True
    told: dict[str, Any] = {"document_id": issued.document_id, "answered_on": TODAY, "came": True}
    for change, words in (
        ({"handed_in": [4]}, "Only what the notice asked for"),
        ({"answered_on": date(2026, 11, 21)}, "between the notice and today"),
    ):
        with pytest.raises(BadInput, match=words):
            work.do(inquiring.record_inquiry_answer, **(told | change))
    with pytest.raises(NotFound, match="no such notice"):
        Work(office).do(inquiring.record_inquiry_answer, **told)
    order = work.do(handling.order_correction, demand="x", law="y", issued_on=TODAY, due_on=MONDAY.date())
    with pytest.raises(NotFound, match="no such notice"):
        work.do(inquiring.record_inquiry_answer, **(told | {"document_id": order.document_id}))
    assert work.do(inquiring.record_inquiry_answer, **told, handed_in=[10]) == (6,)
    assert work.do(inquiring.record_inquiry_answer, **told, handed_in=[6, 10], note="补交") == ()
    (asked,) = seen(office, work.id, date(2026, 11, 24)).asked
    assert (asked.handed_in, asked.silent, len(asked.answers)) == ({6, 10}, False, 2)


def test_a_visit_shows_its_officers_and_masks_whom_they_met(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_name = "孙玉兰"
    work.do(
        handling.record_visit,
        visited_at=office.at,
        place="厂区",
        officer_ids=[work.lead.id, work.other.id],
        people_met="孙玉兰13987654321、门卫",
    )
    ((officers, met),) = seen(office, work.id).visited.values()
    assert officers == "officer 4、officer 5"
    assert met is not None
    assert "门卫" in met
    assert "孙玉兰" not in met
    assert "13987654321" not in met


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"appear_at": MONDAY - timedelta(days=3)}, "day after the notice"),
        ({"appear_at": MONDAY - timedelta(days=1)}, "closed on that day"),
        ({"place": None}, "names the place"),
        ({"contact": " "}, "names the place"),
        ({"items": [Wanted(15)]}, "which other papers"),
    ],
)
def test_a_notice_of_inquiry_that_cannot_be_is_refused(office: Office, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match=words):
        work.do(inquiring.issue_inquiry, **{**INQUIRY, **change})


def test_the_office_s_own_place_and_contact_stand_in(office: Office) -> None:
    with office.store.write() as session:
        for name in ("inquiry.place", "inquiry.contact"):
            set_setting(session, name, f"本队 {name}", source="内部", by="system:test", at=office.at)
    work = Work(office)
    issued = work.do(inquiring.issue_inquiry, **{**INQUIRY, "place": None, "contact": None})
    assert body_of(office, issued.document_id)["place"] == "本队 inquiry.place"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "致电138 1234 5678"},
        {"items": [Wanted(15, words="13812345678的工资条")]},
        {"place": "138-1234", "contact": "5678"},
    ],
)
def test_no_part_of_a_notice_of_inquiry_names_a_complainant(office: Office, change: dict[str, Any]) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_phone = "13812345678"
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(inquiring.issue_inquiry, **{**INQUIRY, **change})


@pytest.mark.parametrize(
    ("act", "kind"),
    [(inquiring.record_interview, "interview_record"), (inquiring.record_inspection, "inspection_record")],
)
def test_a_record_says_when_who_and_how_it_was_signed(office: Office, act: Any, kind: str) -> None:
    work = Work(office)
    sheet = sheet_of(work, signature="refused", unsigned_why="王厂长拒绝签名")
    issued = work.do(act, sheet=sheet)
    body = body_of(office, issued.document_id)
    assert (body["started_at"], body["ended_at"]) == ("2026-11-20 06:30", "2026-11-20 07:30")
    assert body["officers"] == "officer 4、officer 5"
    assert (body["signature"], body["unsigned_why"]) == ("refused", "王厂长拒绝签名")
    assert "serve" not in clocks(office, work.id), "a record stays in the file"
    (taken,) = seen(office, work.id).taken
    assert (taken.kind, taken.person) == (kind, "王*")
    assert "王厂长" not in (taken.unsigned_why or "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"officer_ids": ["acc_inspector_004"]}, "at least two officers"),
        ({"officer_ids": ["acc_inspector_004", "acc_nobody"]}, "no account"),
        ({"ended_at": datetime(2026, 11, 19, tzinfo=UTC)}, "after it began"),
        ({"ended_at": datetime(2026, 11, 21, tzinfo=UTC)}, "kept after it ended"),
        ({"text": " "}, "where, with whom and what"),
        ({"signature": "maybe"}, "is signed, or says"),
        ({"signature": "refused"}, "says why"),
        ({"ids_shown": False}, "show their cards"),
    ],
)
def test_a_record_that_lacks_what_the_law_asks_is_refused(office: Office, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    with pytest.raises(ArrearsError, match=words):
        work.do(inquiring.record_interview, sheet=sheet_of(work, **change))
    work.do(inquiring.record_interview, sheet=sheet_of(work))


def test_an_interview_is_an_investigation_made(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    work.do(inquiring.record_interview, sheet=sheet_of(work))
    work.do(handling.end_investigation)
    assert office.look(work.id).legal_status == "investigated"


def test_a_supervised_case_has_a_deadline_until_it_is_answered(office: Office) -> None:
    work = Work(office)
    one = work.do(supervising.supervise, actor=office.desk, **SUPERVISION)
    assert clocks(office, work.id)["supervise"] == "running"
    with office.store.read() as session:
        assert session.scalars(select(ClockRow.due_on).where(ClockRow.kind == "supervise")).one() == date(2026, 11, 27)
    assert notices(office, "supervised") == {work.lead.id, work.other.id}
    assert [line.overdue for line in seen(office, work.id).supervised] == [False]
    assert [line.overdue for line in seen(office, work.id, date(2026, 11, 28)).supervised] == [True]
    answer = {"supervision_id": one, "answer": "已支付", "answered_on": TODAY}
    with pytest.raises(BadInput, match="says something"):
        work.do(supervising.answer_supervision, **{**answer, "answer": " "})
    with pytest.raises(BadInput, match="between the order and today"):
        work.do(supervising.answer_supervision, **{**answer, "answered_on": date(2026, 11, 21)})
    with pytest.raises(NotFound, match="no such supervision"):
        work.do(supervising.answer_supervision, **{**answer, "supervision_id": "sup_x"})
    work.do(supervising.answer_supervision, **answer)
    assert clocks(office, work.id)["supervise"] == "met"
    with pytest.raises(NotAllowed, match="already answered"):
        work.do(supervising.answer_supervision, **answer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"superior": " "}, "who supervises"),
        ({"demand": ""}, "who supervises"),
        ({"ordered_on": date(2026, 11, 21)}, "after it was ordered"),
        ({"due_on": date(2026, 11, 19)}, "on or after the day of the order"),
    ],
)
def test_a_supervision_that_cannot_be_is_refused(office: Office, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match=words):
        work.do(supervising.supervise, actor=office.desk, **{**SUPERVISION, **change})


def test_only_the_desk_or_a_head_of_the_place_records_a_supervision(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotAllowed, match="Only the desk or a head"):
        work.do(supervising.supervise, **SUPERVISION)
    with pytest.raises(NotFound):
        work.do(supervising.supervise, actor=office.officer(Role.HEAD, "370202"), **SUPERVISION)


def test_a_supervision_is_answered_after_the_case_is_over_too(office: Office) -> None:
    work = Work(office)
    one = work.do(supervising.supervise, actor=office.head, **SUPERVISION)
    work.spared()
    work.do(supervising.answer_supervision, supervision_id=one, answer="已办结", answered_on=TODAY)
    assert seen(office, work.id).supervised[0].answer == "已办结"
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head)


def test_a_supervision_is_not_forgotten_when_the_file_is_closed(office: Office) -> None:
    work = Work(office)
    one = work.do(supervising.supervise, actor=office.head, **SUPERVISION)
    work.spared()
    served(work, "exemption_decision")
    work.do(close_case, actor=office.head)
    assert clocks(office, work.id)["supervise"] == "running"
    work.do(supervising.answer_supervision, supervision_id=one, answer="已办结", answered_on=TODAY)
    assert clocks(office, work.id)["supervise"] == "met"


def test_a_supervision_outlives_the_merging_of_its_case(office: Office) -> None:
    work, waiting = Work(office), office.case()
    one = supervising.supervise(
        office.store,
        case_id=waiting,
        version=office.version(waiting),
        actor=office.desk,
        at=office.at,
        **SUPERVISION,
    )
    merge_cases(
        office.store,
        from_case_id=waiting,
        into_case_id=work.id,
        from_version=office.version(waiting),
        into_version=office.version(work.id),
        actor=office.desk,
        at=office.at,
    )
    assert [line.id for line in seen(office, work.id).supervised] == [one]
    with office.store.read() as session:
        (line,) = supervisions_waiting(session, office.desk, today=TODAY)
        assert supervisions_waiting(session, work.lead, today=TODAY) == [line]
        assert supervisions_waiting(session, office.inspectors[2], today=TODAY) == []
    assert line.matter_no == office.look(work.id).matter_no
    work.do(supervising.answer_supervision, supervision_id=one, answer="已并案办理", answered_on=TODAY)
    assert clocks(office, waiting)["supervise"] == "met"


def test_a_chase_tells_both_inspectors_once_a_day_and_is_counted(office: Office) -> None:
    work = Work(office)
    version = office.version(work.id)
    assert work.do(supervising.chase, actor=office.head, words="请尽快走访") == 1
    assert notices(office, "chased") == {work.lead.id, work.other.id}
    assert office.version(work.id) == version, "a form that an inspector is filling in stays good"
    with pytest.raises(NotAllowed, match="chased today already"):
        work.do(supervising.chase, actor=office.head)
    assert work.do(supervising.chase, actor=office.head, at=office.at + timedelta(days=1)) == 2
    assert len(seen(office, work.id).chased) == 2
    with office.store.read() as session:
        assert nudges(session, [work.id])[work.id, "chased", office.at][1] == "请尽快走访"


def test_only_a_head_chases_and_only_a_case_that_somebody_has(office: Office) -> None:
    work = Work(office)
    for actor in (office.desk, work.lead):
        with pytest.raises(NotAllowed, match="Only a head"):
            work.do(supervising.chase, actor=actor)
    waiting = office.case()
    with pytest.raises(NotAllowed, match="with inspectors"):
        supervising.chase(
            office.store, case_id=waiting, version=office.version(waiting), actor=office.head, at=office.at
        )


def test_an_extension_keeps_who_approved_it_when_and_why(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with pytest.raises(BadInput, match="between the filing and today"):
        work.do(handling.extend_investigation, reason="x", actor=office.bureau, approved_on=date(2026, 11, 1))
    later = work.do(
        handling.extend_investigation,
        reason="案情复杂",
        actor=office.bureau,
        approved_on=TODAY,
    )
    with office.store.read() as session:
        row = session.scalars(select(ApprovalRow)).one()
        name = session.get_one(AccountRow, office.bureau.id).name
        assert (row.step, row.approver, row.approved_on) == ("extend_investigation", name, TODAY)
        assert row.due_after == later > (row.due_before or later)
    (approved,) = seen(office, work.id).approved
    assert (approved.approver, approved.reason) == (name, "案情复杂")


def test_an_extension_approved_after_the_term_ran_out_is_none(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    late = office.at + timedelta(days=200)
    with pytest.raises(NotAllowed, match="before the investigation runs out"):
        work.do(handling.extend_investigation, reason="案情复杂", actor=office.bureau, at=late)
    work.do(handling.extend_investigation, reason="案情复杂", actor=office.bureau, at=late, approved_on=TODAY)


def test_an_extension_may_be_approved_on_the_last_day_itself(office: Office) -> None:
    work = Work(office, received_at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    filed = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    work.do(handling.accept_case, at=filed)
    with office.store.read() as session:
        last = session.scalars(select(ClockRow.due_on).where(ClockRow.kind == "investigate")).one()
    ask: dict[str, Any] = {"reason": "案情复杂", "actor": office.bureau}
    with pytest.raises(NotAllowed, match="before the investigation runs out"):
        work.do(handling.extend_investigation, **ask, approved_on=last + timedelta(days=1))
    work.do(handling.extend_investigation, **ask, approved_on=last)


def test_a_referral_that_nobody_answered_in_time_is_overdue(office: Office) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match="on or after the day of the referral"):
        work.do(referring.refer, body="water", reason="x", referred_on=TODAY, due_on=date(2026, 11, 19))
    one = work.do(referring.refer, body="transport", reason="转包", referred_on=TODAY, due_on=date(2026, 11, 27))
    with office.store.read() as session:
        for today, overdue in ((date(2026, 11, 27), False), (date(2026, 11, 28), True)):
            (line,) = referrals_waiting(session, office.head, today=today)
            assert (line.who, line.overdue) == ("transport", overdue)
        assert referrals_waiting(session, office.inspectors[2], today=TODAY) == []
    work.do(referring.record_answer, referral_id=one, answer="已责令", answered_on=TODAY)
    with office.store.read() as session:
        assert referrals_waiting(session, office.head, today=TODAY) == []


def test_supervisions_waited_for_say_how_often_they_were_chased(office: Office) -> None:
    work = Work(office)
    work.do(supervising.supervise, actor=office.desk, **SUPERVISION)
    work.do(supervising.chase, actor=office.head)
    with office.store.read() as session:
        (line,) = supervisions_waiting(session, office.desk, today=date(2026, 12, 1))
    assert (line.who, line.overdue, line.chased) == ("市人社局", True, 1)


def test_the_trade_department_is_proposed_by_the_office_s_words(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        case = session.get_one(CaseRow, work.id)
        assert referring.trade_department(session, case) is None
        case.sector, case.site_name = "construction", "即墨滨海地铁一期"
        found = referring.trade_department(session, case)
        assert found is not None
        assert found.body == "housing"
        set_setting(session, "referral.words.road", ["地铁"], source="内部", by="system:test", at=office.at)
        found = referring.trade_department(session, case)
        assert found is not None
        assert (found.body, found.word) == ("transport", "地铁")


def recuse(office: Office, account: Actor, case_id: str | None, **more: Any) -> str:
    asked = {
        "reason": "与单位负责人系亲属",
        "from_on": TODAY,
        "actor": office.head,
        "at": office.at,
        "case_id": case_id,
    }
    return rota.record_recusal(office.store, account_id=account.id, **{**asked, **more})


def test_on_the_recusal_of_a_head_the_head_of_the_bureau_decides(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotAllowed, match="head of the bureau"):
        recuse(office, office.chief, work.id)
    recuse(office, office.chief, work.id, actor=office.bureau)


ACTS_OF_ALL: list[Callable[[Work], Any]] = [
    lambda work: work.do(handling.accept_case),
    lambda work: work.do(inquiring.issue_inquiry, **INQUIRY),
    lambda work: work.do(handling.refer, body="water", reason="x", referred_on=TODAY),
]


@pytest.mark.parametrize("act", ACTS_OF_ALL)
def test_who_is_recused_can_do_nothing_on_the_case(office: Office, act: Callable[[Work], Any]) -> None:
    work = Work(office)
    recusal = recuse(office, work.lead, work.id)
    before = office.look(work.id)
    with pytest.raises(NotAllowed, match="You are recused"):
        act(work)
    after = office.look(work.id)
    assert (after.version, after.legal_status, after.case_no) == (before.version, before.legal_status, None)
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 0
    rota.end_recusal(office.store, recusal_id=recusal, actor=office.head, at=office.at)
    act(work)


def test_who_is_recused_neither_signs_for_the_case_nor_opens_its_papers(office: Office) -> None:
    work = Work(office)
    issued = work.do(inquiring.issue_inquiry, **INQUIRY)
    where: dict[str, Any] = {
        "matter_no": office.look(work.id).matter_no,
        "document_id": issued.document_id,
        "at": office.at,
    }
    see_paper(office.store, **where, actor=work.lead)
    recuse(office, work.lead, work.id)
    with pytest.raises(NotFound):
        see_paper(office.store, **where, actor=work.lead)
    see_paper(office.store, **where, actor=work.other)
    waiting = office.case()
    dispatching.dispatch_case(
        office.store,
        case_id=waiting,
        version=office.version(waiting),
        key=waiting,
        actor=office.desk,
        at=office.at,
        lead_id=work.lead.id,
        assisting_id=work.other.id,
    )
    recuse(office, work.lead, waiting)
    signing: dict[str, Any] = {"case_id": waiting, "version": office.version(waiting), "at": office.at}
    with pytest.raises(NotAllowed, match="You are recused"):
        dispatching.sign_for(office.store, actor=work.lead, **signing)
    dispatching.sign_for(office.store, actor=work.other, **signing)


def test_who_is_recused_takes_no_part_in_the_acts_of_others(office: Office) -> None:
    work = Work(office)
    recuse(office, work.other, work.id)
    visit = {"visited_at": office.at, "place": "厂区", "officer_ids": [work.lead.id, work.other.id]}
    with pytest.raises(NotAllowed, match="takes no part"):
        work.do(handling.record_visit, **visit)
    with pytest.raises(NotAllowed, match="takes no part"):
        work.do(inquiring.record_interview, sheet=sheet_of(work))
    work.do(handling.record_visit, **{**visit, "officer_ids": [work.lead.id, office.inspectors[2].id]})
    lesson = {"educated_on": TODAY, "way": "on_site", "whom": "负责人", "said": "按月足额支付"}
    with pytest.raises(NotAllowed, match="takes no part"):
        work.do(sparing.educate, officer_ids=[work.lead.id, work.other.id], **lesson)
    work.do(sparing.educate, officer_ids=[work.lead.id, office.inspectors[2].id], **lesson)


def test_a_recusal_from_an_employer_holds_for_its_cases_and_from_its_day_on(office: Office) -> None:
    work = Work(office)
    employer_id = office.look(work.id).employer_id
    recuse(office, work.lead, None, employer_id=employer_id, from_on=date(2026, 11, 21))
    work.do(handling.accept_case)
    with pytest.raises(NotAllowed, match="You are recused"):
        work.do(
            handling.record_visit,
            visited_at=office.at,
            place="x",
            officer_ids=[work.lead.id, work.other.id],
            at=office.at + timedelta(days=1),
        )
    other = Work(office, employer="青岛禾墨服饰有限公司")
    other.do(handling.accept_case, at=office.at + timedelta(days=1))


def test_whoever_sent_the_case_is_told_of_a_recusal_and_it_is_given_to_others(office: Office) -> None:
    work = Work(office)
    recuse(office, work.lead, work.id, asked_by="party")
    assert notices(office, "recused") == {office.desk.id, office.head.id}
    assert len(seen(office, work.id).recused) == 1
    far = office.officer(Role.HEAD, "370202")
    with office.store.read() as session:
        (line,) = recusals(session, office.head, today=TODAY)
        assert (line.holds, line.asked_by, line.reason) == (True, "party", "与单位负责人系亲属")
        (line,) = recusals(session, office.desk, today=TODAY)
        assert line.reason is None, "why is for a head to read"
        assert recusals(session, far, today=TODAY) == []
    with pytest.raises(NotAllowed, match="recused"):
        reassign(
            office.store,
            case_id=work.id,
            version=office.version(work.id),
            lead_id=work.lead.id,
            assisting_id=office.inspectors[2].id,
            reason="x",
            actor=office.head,
            at=office.at,
        )
    reassign(
        office.store,
        case_id=work.id,
        version=office.version(work.id),
        lead_id=office.inspectors[2].id,
        assisting_id=work.other.id,
        reason="回避",
        actor=office.head,
        at=office.at,
    )
    assert seen(office, work.id).recused == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to_on": date(2026, 11, 19)}, "ends on or after"),
        ({"asked_by": "nobody"}, "asked for by one of"),
        ({"reason": " "}, "needs a reason"),
    ],
)
def test_a_recusal_that_cannot_be_is_refused(office: Office, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match=words):
        recuse(office, work.lead, work.id, **change)


def test_a_head_of_another_place_neither_recuses_nor_lifts(office: Office) -> None:
    work = Work(office)
    far = office.officer(Role.HEAD, "370202")
    with pytest.raises(NotFound):
        recuse(office, work.lead, work.id, actor=far)
    one = recuse(office, work.lead, work.id)
    with pytest.raises(NotFound):
        rota.end_recusal(office.store, recusal_id=one, actor=far, at=office.at)
    with pytest.raises(NotAllowed, match="Only a head"):
        rota.end_recusal(office.store, recusal_id=one, actor=office.desk, at=office.at)
    rota.end_recusal(office.store, recusal_id=one, actor=office.head, at=office.at)
    with pytest.raises(NotAllowed, match="over already"):
        rota.end_recusal(office.store, recusal_id=one, actor=office.head, at=office.at)
    own = recuse(office, office.chief, work.id, actor=office.bureau)
    with pytest.raises(NotAllowed, match="their own"):
        rota.end_recusal(office.store, recusal_id=own, actor=office.chief, at=office.at)


def test_who_comes_back_early_is_suggested_again(office: Office) -> None:
    away = [
        rota.record_absence(
            office.store,
            account_id=one.id,
            from_on=TODAY,
            to_on=date(2026, 11, 30),
            reason=None,
            actor=office.desk,
            at=office.at,
        )
        for one in office.inspectors[:2]
    ]
    office.case()
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 0
    with office.store.read() as session:
        assert sum(one.away for one in inspectors(session, today=TODAY)) == 2
        assert {line.id for line in absences(session, office.desk, today=TODAY)} == set(away)
    rota.end_absence(office.store, absence_id=away[0], actor=office.desk, at=office.at)
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 1
    with office.store.read() as session:
        assert sum(one.away for one in inspectors(session, today=TODAY)) == 1
        assert [line.id for line in absences(session, office.desk, today=TODAY)] == away[1:]
    with pytest.raises(NotAllowed, match="over already"):
        rota.end_absence(office.store, absence_id=away[0], actor=office.desk, at=office.at)


def test_an_absence_is_a_matter_of_the_officer_s_own_place(office: Office) -> None:
    far = office.officer(Role.HEAD, "370202")
    days: dict[str, Any] = {"from_on": TODAY, "to_on": TODAY, "reason": None, "at": office.at}
    with pytest.raises(NotFound):
        rota.record_absence(office.store, account_id=office.inspectors[0].id, actor=far, **days)
    one = rota.record_absence(office.store, account_id=office.inspectors[0].id, actor=office.head, **days)
    with pytest.raises(NotFound):
        rota.end_absence(office.store, absence_id=one, actor=far, at=office.at)
    with pytest.raises(NotAllowed):
        rota.end_absence(office.store, absence_id=one, actor=office.inspectors[0], at=office.at)


def test_an_absent_officer_who_holds_a_case_is_named_on_it(office: Office) -> None:
    work = Work(office)
    rota.record_absence(
        office.store,
        account_id=work.lead.id,
        from_on=TODAY,
        to_on=date(2026, 11, 30),
        reason="住院",
        actor=office.desk,
        at=office.at,
    )
    assert [until for _name, until in seen(office, work.id).away] == [date(2026, 11, 30)]


def test_what_a_superior_or_a_record_says_of_a_complainant_is_masked_on_the_page(office: Office) -> None:
    work = Work(office, confidential=True)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_name = "孙玉兰"
        assert session.scalars(select(WorkerRow)).first() is None
    typed = "孙玉兰（13987654321）反映"
    work.do(supervising.supervise, actor=office.head, **{**SUPERVISION, "demand": typed})
    work.do(supervising.chase, actor=office.head, words=typed)
    work.do(inquiring.record_interview, sheet=sheet_of(work, person="李会计", text=f"{typed}，李会计称不知"))
    page = str(seen(office, work.id))
    for plain in ("孙玉兰", "13987654321", "李会计"):
        assert plain not in page
