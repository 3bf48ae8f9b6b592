"""One complaint by itself: asked for what is missing, redirected, answered, declined; the others of its case go on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from services.cases import handling, screening
from services.cases.outcomes import close_case
from tests.services.lives import complaint_clocks, served, stands, told, trail
from tests.services.office import Office, click, ready
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, ReferralRow, ReplyRow
from warehouse.statistics.month import figures
from warehouse.store.settings import set_setting

LATER = timedelta(days=4)  # the Tuesday after


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def act(office: Office, service: Any, case_id: str, **fields: Any) -> Any:
    """One act of the desk on a case as it stands now."""
    asked = {"actor": office.desk, "at": office.at, "version": office.version(case_id), **fields}
    return service(office.store, case_id=case_id, **asked)


def letters(office: Office, kind: str) -> list[str]:
    with office.store.read() as session:
        return list(session.scalars(select(ReplyRow.body).where(ReplyRow.kind == kind)))


def test_a_question_stops_the_clock_of_acceptance_and_the_answer_starts_it_anew(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="用人单位全称")
    assert stands(office, one) == "supplementing"
    assert [state for state, _, _ in complaint_clocks(office, one, "accept")] == ["cancelled"]
    assert complaint_clocks(office, one, "supplement") == [("running", TODAY, date(2026, 12, 11))]
    (body,) = letters(office, "supplement")
    assert "用人单位全称" in body
    assert "2026-12-11" in body
    came_on = date(2026, 11, 24)
    act(office, screening.record_supplement, case_id, complaint_id=one, came_on=came_on, at=office.at + LATER)
    assert stands(office, one) == "supplemented"
    assert complaint_clocks(office, one, "accept")[-1] == ("running", came_on, date(2026, 12, 1))
    assert [state for state, _, _ in complaint_clocks(office, one, "supplement")] == ["met"]


def test_where_the_office_says_so_the_clock_of_acceptance_runs_on(office: Office) -> None:
    with office.store.write() as session:
        set_setting(session, "supplement.restarts_acceptance", False, source="局", by="x", at=office.at)
    case_id = office.case()
    (one,) = told(office, case_id)
    before = complaint_clocks(office, one, "accept")
    act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="用人单位全称")
    act(office, screening.record_supplement, case_id, complaint_id=one, came_on=TODAY)
    assert complaint_clocks(office, one, "accept") == before


def test_a_provisional_day_is_not_written_to_the_complainant(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    at = datetime(2026, 12, 28, 1, 0, tzinfo=office.at.tzinfo)
    act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="用人单位全称", at=at)
    (body,) = letters(office, "supplement")
    assert "2027" not in body


def test_dispatch_waits_for_no_supplement_and_does_not_judge_it(office: Office) -> None:
    (case_id,) = ready(office, 1)
    one, *others = told(office, case_id)
    act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="工资条")
    assert click(office, [case_id]).sent == 1
    assert [stands(office, each) for each in (one, *others)] == ["supplementing", "judged", "judged"]


def test_a_case_that_is_accepted_judges_on_what_is_there(office: Office) -> None:
    work = Work(office)
    (one,) = told(office, work.id)
    work.do(screening.ask_supplement, complaint_id=one, wanted="工资条")
    work.do(handling.accept_case)
    assert trail(office, one) == ["judged", "supplementing", "judged", "accepted"]
    assert [state for state, _, _ in complaint_clocks(office, one, "supplement")] == ["cancelled"]


def test_an_unclear_employer_is_a_ground_when_nobody_could_say(office: Office) -> None:
    work = Work(office, employer=None)
    (one,) = told(office, work.id)
    work.do(screening.ask_supplement, complaint_id=one, wanted="用人单位全称")
    work.do(handling.decline_case, ground="employer_unclear", reason="经补正仍不明确")
    assert trail(office, one)[-2:] == ["judged", "declined"]


def test_a_redirected_complaint_is_told_and_its_case_goes_on_without_it(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    work.do(screening.redirect_complaint, complaint_id=one, way="arbitration", reason="请向劳动争议仲裁委员会申请")
    assert trail(office, one) == ["judged", "redirected"]
    assert [state for state, _, _ in complaint_clocks(office, one, "accept")] == ["met"]
    (letter,) = letters(office, "redirected")
    assert "劳动争议仲裁委员会" in letter
    with office.store.read() as session:
        notice = session.scalars(select(DocumentRow).where(DocumentRow.kind == "other_way_notice")).one()
        assert (notice.complaint_id, notice.body["way"]) == (one, "劳动仲裁")
        assert notice.document_no in letter
    with office.store.read() as session:
        referral = session.scalars(select(ReferralRow)).one()
        assert (referral.body, referral.case_id, referral.due_on) == ("arbitration", work.id, date(2026, 12, 11))
    work.spared()
    with office.store.read() as session:
        question = select(ReplyRow.complaint_id).where(ReplyRow.kind == "result")
        assert session.scalars(question).all() == [other], "what the case came to is no answer to it"
    assert [stands(office, each) for each in (one, other)] == ["redirected", "accepted"]


def test_a_referral_is_answered_although_its_case_ended_with_it(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    act(office, screening.redirect_complaint, case_id, complaint_id=one, way="arbitration", reason="请申请仲裁")
    assert office.look(case_id).status == "closed"
    with office.store.read() as session:
        referral_id = session.scalars(select(ReferralRow.id)).one()
    answer = {"referral_id": referral_id, "answer": "已受理", "answered_on": TODAY}
    with pytest.raises(NotFound):
        act(office, handling.record_answer, case_id, actor=office.inspectors[0], **answer)
    act(office, handling.record_answer, case_id, **answer)
    with office.store.read() as session:
        assert session.scalars(select(ReferralRow.answer)).one() == "已受理"


def test_what_goes_back_to_its_channel_leaves_no_referral(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, _ = told(office, work.id)
    work.do(screening.redirect_complaint, complaint_id=one, way="channel", reason="不属于本区")
    with office.store.read() as session:
        assert session.scalars(select(ReferralRow)).all() == []


@pytest.mark.parametrize("service", ["redirect", "answer"])
def test_the_only_complaint_of_a_case_ends_it_and_the_month_counts_that(office: Office, service: str) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    if service == "redirect":
        act(office, screening.redirect_complaint, case_id, complaint_id=one, way="channel", reason="不属于本区")
    else:
        act(office, screening.answer_complaint, case_id, complaint_id=one, answer="工资支付周期不得超过一个月。")
    row = office.look(case_id)
    assert (row.status, row.legal_status) == ("closed", "closed")
    with office.store.read() as session:
        found = figures(session, "2026-11")
    assert [found.total(name) for name in ("cases_opened", "concluded", "declined", "pending_end")] == [1, 1, 0, 0]
    assert found.by("concluded", "outcome") == {"handed_on": 1}


def test_a_dispatched_case_is_recalled_before_its_only_complaint_ends_it(office: Office) -> None:
    case_id = office.case()
    with office.store.write() as session:
        session.get_one(CaseRow, case_id).status = "dispatched"
    (one,) = told(office, case_id)
    with pytest.raises(NotAllowed, match="dispatched cannot become closed"):
        act(office, screening.answer_complaint, case_id, complaint_id=one, answer="已解决")
    assert (stands(office, one), letters(office, "answer")) == ("received", [])


def test_a_filed_case_stays_when_its_last_complaint_ends_by_itself(office: Office) -> None:
    work = Work(office, channels=("hotline_12345",))
    work.do(handling.accept_case)
    (one,) = told(office, work.id)
    with pytest.raises(NotAllowed, match="accepted cannot become judged"):
        work.do(screening.answer_complaint, complaint_id=one, answer="x")
    assert office.look(work.id).status == "in_progress"


def test_a_case_with_an_open_order_does_not_end_with_an_answer_to_its_only_complaint(office: Office) -> None:
    work = Work(office, channels=("hotline_12345",))
    (one,) = told(office, work.id)
    order = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    redirect: dict[str, Any] = {"complaint_id": one, "way": "channel", "reason": "不属于本机关"}
    for end, fields in (
        (screening.answer_complaint, {"complaint_id": one, "answer": "已解决"}),
        (screening.redirect_complaint, redirect),
    ):
        with pytest.raises(NotAllowed, match="The file stays open: An order to correct"):
            work.do(end, **fields)
    work.do(handling.record_correction, order_id=order.order_id, corrected_on=TODAY)
    work.do(screening.answer_complaint, complaint_id=one, answer="已解决")
    assert office.look(work.id).status == "closed"


def test_one_complaint_is_declined_and_the_last_one_only_with_its_case(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    decline: dict[str, Any] = {"ground": "in_arbitration_or_court", "reason": "已申请仲裁"}
    with pytest.raises(NotAllowed, match="last two years"):
        work.do(screening.decline_complaint, complaint_id=one, ground="older_than_two_years", reason="x")
    work.do(screening.decline_complaint, complaint_id=one, **decline)
    with pytest.raises(NotAllowed, match="only complaint"):
        work.do(screening.decline_complaint, complaint_id=other, **decline)
    work.do(handling.decline_case, **decline)
    assert [trail(office, each) for each in (one, other)] == [["judged", "declined"]] * 2
    assert len(letters(office, "declined")) == 2
    served(work, "declining_notice")
    work.do(close_case, actor=office.head)


BAD: list[tuple[Any, dict[str, Any], type[ArrearsError], str]] = [
    (screening.ask_supplement, {"wanted": " "}, BadInput, "what is missing"),
    (screening.redirect_complaint, {"way": "moon", "reason": "x"}, BadInput, "back to its channel"),
    (screening.redirect_complaint, {"way": "channel", "reason": " "}, BadInput, "with a reason"),
    (screening.answer_complaint, {"answer": ""}, BadInput, "says something"),
    (screening.decline_complaint, {"ground": "bad mood", "reason": "x"}, BadInput, "declined on one of"),
    (screening.decline_complaint, {"ground": "already_filed", "reason": " "}, BadInput, "in writing"),
    (screening.record_supplement, {"came_on": TODAY}, NotAllowed, "received cannot become supplemented"),
    (screening.record_supplement, {"came_on": date(2026, 11, 21)}, BadInput, "after it came in"),
]


@pytest.mark.parametrize(("service", "fields", "refusal", "words"), BAD)
def test_what_cannot_be_is_refused_in_words(
    office: Office, service: Any, fields: dict[str, Any], refusal: type[ArrearsError], words: str
) -> None:
    case_id = office.case(channels=("hotline_12345", "petition"))
    one, _ = told(office, case_id)
    before = office.version(case_id)
    with pytest.raises(refusal, match=words):
        act(office, service, case_id, complaint_id=one, **fields)
    assert (office.version(case_id), stands(office, one)) == (before, "received")


def test_only_those_of_the_place_or_who_hold_the_case_judge_its_complaints(office: Office) -> None:
    case_id, elsewhere = office.case(), office.officer(Role.DESK_OFFICER, "370202")
    (one,) = told(office, case_id)
    (stranger,) = told(office, office.case())
    for actor, complaint in ((elsewhere, one), (office.inspectors[0], one), (office.desk, stranger)):
        with pytest.raises(NotFound):
            act(office, screening.answer_complaint, case_id, complaint_id=complaint, answer="x", actor=actor)
    with pytest.raises(Conflict):
        act(office, screening.answer_complaint, case_id, complaint_id=one, answer="x", version=0)


def test_a_complaint_of_a_case_that_ended_is_not_judged_any_more(office: Office) -> None:
    work = Work(office)
    work.spared()
    (one,) = told(office, work.id)
    with pytest.raises(NotAllowed, match="open case is judged"):
        work.do(screening.answer_complaint, complaint_id=one, answer="x")


def test_a_question_asked_too_late_makes_up_for_nothing(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    late = office.at + timedelta(days=30)
    act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="单位全称", at=late)
    assert [state for state, _, _ in complaint_clocks(office, one, "accept")] == ["running"], "overdue it stays"
    act(
        office,
        screening.record_supplement,
        case_id,
        complaint_id=one,
        came_on=local_day(late),
        given="全称",
        at=late,
    )
    assert len(complaint_clocks(office, one, "accept")) == 1


def test_a_referral_counted_on_a_guess_names_no_day(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    eve = datetime(2026, 12, 25, 1, 0, tzinfo=UTC)
    act(office, screening.redirect_complaint, case_id, complaint_id=one, way="arbitration", reason="请申请仲裁", at=eve)
    with office.store.read() as session:
        assert session.scalars(select(ReferralRow.due_on)).one() is None


def test_the_two_years_end_with_the_complaint_and_not_with_the_decline(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).arrears_to = "2024-11"
    later = office.at + timedelta(days=60)
    with pytest.raises(NotAllowed, match="last two years"):
        work.do(handling.decline_case, ground="older_than_two_years", reason="已过两年", at=later)
    with pytest.raises(NotAllowed, match="No filed case of this employer"):
        work.do(handling.decline_case, ground="already_filed", reason="已立案")
    other = Work(office)
    other.do(handling.accept_case)
    work.do(handling.decline_case, ground="already_filed", reason="已立案")
