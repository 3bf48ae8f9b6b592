"""Sparing rests on records: the history under every name, education, review, bars, pledges kept or broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.calendar import local_day
from casework.discretion import Waiver
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from casework.people import Actor, Role
from services.cases import handling
from services.cases.outcomes import Proposal, close_case, decide_outcome, submit_outcome
from services.leniency import following_up, pledges, sparing
from services.leniency.pledges import Duty
from services.leniency.twelve_lines import Sparing, sparing_of
from services.leniency.watching_sparing import watch_promises
from services.office.rules import change_setting
from services.office.working_days import load_notice
from services.people.rota import record_absence
from tests.services.lives import served
from tests.services.office import Office
from tests.services.test_working_days import SPRING
from tests.services.work import C2, TODAY, Work, clocks
from warehouse.audit import verify
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseLinkRow,
    CaseRow,
    ComplaintVersionRow,
    DocumentRow,
    EducationRow,
    EmployerAliasRow,
    EmployerRow,
    FollowUpRow,
    HistorySearchRow,
    NoticeRow,
    OutcomeRow,
    PledgeRow,
    RectificationOrderRow,
    ReplyRow,
    RevocationRow,
    WarningRow,
    new_id,
)
from warehouse.statistics.month import figures
from warehouse.store.cases import refresh_case
from warehouse.store.settings import set_setting

FIRM, VARIANT = "青岛蓝天海产加工有限公司", "蓝天海产厂"
CODE, OTHER_CODE = "91370215MA3C0000H0", "91350100M000100Y43"
LATER = timedelta(days=60)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def look(work: Work, at: datetime | None = None) -> Sparing:
    moment = at or work.office.at
    with work.store.read() as session:
        found = sparing_of(session, session.get_one(CaseRow, work.id), today=moment.date())
        assert found is not None
        session.expunge_all()
        return found


def states(work: Work) -> dict[int, str]:
    return {one.line.no: one.state.value for one in look(work).lines}


def test_the_twelve_lines_are_met_one_after_the_other(office: Office) -> None:
    work = Work(office)
    work.corrected()
    by_hand = dict.fromkeys((1, 4, 7), "not_met") | dict.fromkeys((9, 10, 11), "waits")
    assert states(work) == by_hand | dict.fromkeys((2, 3, 5, 6, 8, 12), "met")
    outcome_id = work.do(submit_outcome, proposal=replace(C2, evidence={"slight_harm": "已逐人核对"}))
    found = {one.line.no: one for one in look(work).lines}
    assert found[4].evidence == ("已逐人核对",)
    assert found[4].checkers == (work.lead.id,)
    assert found[9].state.value == "waits"
    work.reviewed()
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    page = look(work)
    assert {one.state.value for one in page.lines if one.line.no != 11} == {"met"}
    by = {one.line.no: one.checkers for one in page.lines}
    assert (by[9], by[10]) == ((office.desk.id,), (office.head.id,))
    assert page.follow_up_due_on is not None
    with office.store.read() as session:
        assert verify(session).broken_at is None


def test_a_sparing_is_approved_only_after_another_person_s_legal_review(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotAllowed, match="waits for a legal review"):
        work.reviewed()
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2)
    approve: dict[str, Any] = {"outcome_id": outcome_id, "approve": True, "reason": None, "at": office.at}
    with pytest.raises(Unmet, match="still to be made"):
        decide_outcome(office.store, actor=office.head, **approve)
    lead_as_desk = Actor(work.lead.id, frozenset({Role.DESK_OFFICER}), ("370215",))
    refusals: list[tuple[Actor, type[ArrearsError], str]] = [
        (lead_as_desk, NotAllowed, "of their own"),
        (office.inspectors[2], NotAllowed, "desk or a head"),
        (office.officer(Role.DESK_OFFICER, "370202"), NotFound, "not yours"),
    ]
    for actor, error, words in refusals:
        with pytest.raises(error, match=words):
            work.do(sparing.review_outcome, passed=True, opinion="合法", actor=actor)
    with pytest.raises(BadInput, match="opinion"):
        work.do(sparing.review_outcome, passed=True, opinion=" ", actor=office.desk)
    work.reviewed(passed=False)
    with pytest.raises(Unmet, match="did not pass"):
        decide_outcome(office.store, actor=office.head, **approve)
    soon = office.at + timedelta(hours=1)
    work.do(sparing.review_outcome, passed=True, opinion="已补正", actor=office.chief, at=soon)
    with pytest.raises(NotAllowed, match="does not decide"):
        decide_outcome(office.store, actor=office.chief, **approve)
    decide_outcome(office.store, actor=office.head, **approve)
    assert office.look(work.id).status == "concluded"


def test_no_sparing_without_education(office: Office) -> None:
    work = Work(office)
    work.corrected()
    with office.store.write() as session:
        session.delete(session.scalars(select(EducationRow)).one())
    with pytest.raises(Unmet, match="No education record"):
        work.do(submit_outcome, proposal=C2)
    usual: dict[str, Any] = {
        "educated_on": TODAY,
        "way": "summons",
        "officer_ids": [work.lead.id, work.other.id],
        "whom": "老板",
        "said": "依法",
    }
    for change, words in (
        ({"way": "moon"}, "one of these ways"),
        ({"whom": " "}, "names who"),
        ({"educated_on": date(2026, 11, 21)}, "after it was given"),
        ({"officer_ids": ["acc_nobody", work.lead.id]}, "no account"),
    ):
        with pytest.raises(BadInput, match=words):
            work.do(sparing.educate, **(usual | change))
    with pytest.raises(NotAllowed, match="two officers"):
        work.do(sparing.educate, **(usual | {"officer_ids": [work.lead.id]}))


def second(office: Office, *, name: str = VARIANT) -> Work:
    """A case of a firm under another name, ready to be spared, after the firm itself was spared."""
    Work(office).spared()
    work = Work(office, employer=name)
    work.corrected()
    return work


def join_by_alias(office: Office, work: Work) -> None:
    with office.store.write() as session:
        first = session.scalars(select(EmployerRow.id).where(EmployerRow.name == FIRM)).one()
        alias = {"name": VARIANT, "learned_from": "office", "learned_at": office.at}
        session.add(EmployerAliasRow(id="als_variant", employer_id=first, **alias))


def join_by_code(office: Office, work: Work) -> None:
    with office.store.write() as session:
        for row in session.scalars(select(EmployerRow)):
            row.uscc = CODE


def join_by_code_as_told(office: Office, work: Work) -> None:
    with office.store.write() as session:
        for row in session.scalars(select(ComplaintVersionRow)):
            row.employer_uscc = CODE


def join_by_link(office: Office, work: Work) -> None:
    with office.store.write() as session:
        ids = sorted(session.scalars(select(CaseRow.id)))
        link = CaseLinkRow(
            id=new_id("lnk"), left_id=ids[0], right_id=ids[1], why="linked", by=office.desk.id, at=office.at
        )
        session.add(link)


def join_by_key(office: Office, work: Work) -> None:
    with office.store.write() as session:
        for row in session.scalars(select(EmployerRow)):
            row.name_key = "蓝天海产"


def join_by_word_of_a_complaint(office: Office, work: Work) -> None:
    with office.store.write() as session:
        row = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.employer_name == FIRM)).one()
        row.employer_name = VARIANT


@pytest.mark.parametrize(
    "join",
    [join_by_alias, join_by_code, join_by_code_as_told, join_by_link, join_by_key, join_by_word_of_a_complaint],
)
def test_a_firm_that_was_spared_is_not_first_under_a_variant_name(office: Office, join: Any) -> None:
    work = second(office)
    join(office, work)
    with pytest.raises(Unmet, match=r"^Not the first: 即人社劳监案字〔2026〕第1号 in the last 24 months"):
        work.do(submit_outcome, proposal=C2)
    search_id = work.do(sparing.search_offences)
    with office.store.read() as session:
        row = session.get_one(HistorySearchRow, search_id)
        assert (row.hits, row.barring) == (1, 1)
        assert [one["number"] for one in row.found["offences"]] == ["即人社劳监案字〔2026〕第1号"]


def test_firms_that_nothing_joins_are_two_and_so_are_two_codes(office: Office) -> None:
    work = second(office)
    join_by_alias(office, work)
    with office.store.write() as session:
        firms = session.scalars(select(EmployerRow).order_by(EmployerRow.name)).all()
        for row, code in zip(firms, (CODE, OTHER_CODE), strict=True):
            row.uscc = code
    work.do(submit_outcome, proposal=C2)
    apart = Work(office, employer="即墨金海岸酒店")
    apart.corrected()
    apart.do(submit_outcome, proposal=C2)


def test_the_search_of_a_submission_is_kept_as_its_evidence(office: Office) -> None:
    work = Work(office)
    outcome_id = work.spared()
    with office.store.read() as session:
        outcome = session.get_one(OutcomeRow, outcome_id)
        line = next(one for one in outcome.conditions if one["key"] == "first_offence")
        kept = session.get_one(HistorySearchRow, line["evidence"])
        assert (kept.outcome_id, kept.hits) == (outcome_id, 0)
        assert FIRM in kept.found["names"]
        slots = {one["key"]: one["evidence"] for one in outcome.conditions}
        assert slots["educated"].startswith("edu_")
        assert slots["pledge"].startswith("plg_")
        assert slots["corrected"].startswith("ord_")
        assert slots["legal_review"].startswith("rev_")


def test_the_whole_history_is_searched_and_the_window_says_what_bars(office: Office) -> None:
    work = second(office, name=FIRM)
    with office.store.write() as session:
        outcome = session.scalars(select(OutcomeRow)).one()
        outcome.decided_at = office.at - timedelta(days=900)
        session.scalars(select(FollowUpRow)).one()
    search_id = work.do(sparing.search_offences)
    with office.store.read() as session:
        row = session.get_one(HistorySearchRow, search_id)
        assert (row.hits, row.barring) == (1, 0)
    work.do(submit_outcome, proposal=C2)
    third = Work(office)
    third.corrected()
    with office.store.write() as session:
        set_setting(session, "leniency.first_offence.months", 0, source="office", by="acc", at=office.at)
    with pytest.raises(Unmet, match="Not the first"):
        third.do(submit_outcome, proposal=C2)


def test_a_red_flag_bars_until_a_head_lifts_it(office: Office) -> None:
    work = Work(office)
    work.corrected()
    bad: list[tuple[dict[str, Any], str]] = [
        ({"kind": "moon"}, "one of"),
        ({"basis": " "}, "rests"),
        ({"seen_on": TODAY + LATER}, "after"),
    ]
    for change, words in bad:
        with pytest.raises(BadInput, match=words):
            work.do(
                sparing.record_red_flag, **({"kind": "refusal", "seen_on": TODAY, "basis": "拒绝提供台账"} | change)
            )
    flag_id = work.do(sparing.record_red_flag, kind="retaliation", seen_on=TODAY, basis="辞退投诉人")
    with pytest.raises(Unmet, match="On record: retaliation 2026-11-20"):
        work.do(submit_outcome, proposal=C2)
    assert states(work)[7] == "not_met"
    lift: dict[str, Any] = {"flag_id": flag_id, "reason": "查无实据"}
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(sparing.lift_red_flag, **lift)
    with pytest.raises(NotFound, match="no such red flag"):
        work.do(sparing.lift_red_flag, actor=office.head, **(lift | {"flag_id": "flg_none"}))
    with pytest.raises(BadInput, match="reason"):
        work.do(sparing.lift_red_flag, actor=office.head, **(lift | {"reason": ""}))
    work.do(sparing.lift_red_flag, actor=office.head, **lift)
    work.do(submit_outcome, proposal=C2)


def test_the_waived_amount_is_computed_and_never_typed(office: Office) -> None:
    work = Work(office)
    work.corrected()
    with pytest.raises(Unmet, match="Name the waived amount"):
        work.do(submit_outcome, proposal=replace(C2, waivers=(), exempted_article="423 §30"))
    with pytest.raises(BadInput, match="row and a step"):
        work.do(submit_outcome, proposal=replace(C2, waivers=(Waiver("moon", "slight"),)))
    both = (Waiver("overtime", "slight", units=3), Waiver("deposits_taken", "slight", units=2))
    outcome_id = work.do(submit_outcome, proposal=replace(C2, waivers=both))
    with office.store.read() as session:
        row = session.get_one(OutcomeRow, outcome_id)
        assert row.amount_exempted_fen == 3 * 10_000 + 2 * 50_000
        assert row.exempted_article is not None
        assert "423 §25" in row.exempted_article
        assert "LCL §84" in row.exempted_article
        assert [one["amount"] for one in row.waivers or ()] == [30_000, 100_000]


def test_the_wage_order_is_never_touched(office: Office) -> None:
    work = Work(office)
    work.spared()
    with office.store.read() as session:
        order = session.scalars(select(RectificationOrderRow)).one()
        assert (order.demand, order.due_on, order.amount_fen) == ("支付工资", date(2026, 11, 27), None)
        case = session.get_one(CaseRow, work.id)
        assert case.amount_verified_fen == 3_000_000


def test_the_list_of_the_office_names_item_workers_and_day(office: Office) -> None:
    admin = office.officer(Role.SYSTEM_ADMIN)
    rows: list[Any] = [{"item": "未按时支付工资", "max_workers": 2}, {"item": "将来", "from": "2027-01-01"}]
    change_setting(
        office.store, name="leniency.offence_items", value=rows, source="即人社〔2026〕1号", actor=admin, at=office.at
    )
    work = Work(office)
    work.corrected()
    with pytest.raises(BadInput, match="no-penalty list"):
        work.do(submit_outcome, proposal=C2)
    with pytest.raises(Unmet, match="the limit is 2"):
        work.do(submit_outcome, proposal=replace(C2, offence_item="未按时支付工资"))
    with pytest.raises(Unmet, match="Name the item"):
        work.do(submit_outcome, proposal=replace(C2, offence_item="将来"))


def pledged(office: Office) -> tuple[Work, str]:
    """A spared and closed case; returns the id of the one duty of its pledge."""
    work = Work(office)
    work.spared()
    served(work, "exemption_decision")
    work.do(close_case, actor=office.head)
    return work, look(work).duties[0].id


def paper(office: Office) -> str:
    with office.store.read() as session:
        return session.scalars(select(DocumentRow.id).where(DocumentRow.kind == "exemption_decision")).one()


def test_a_broken_pledge_reopens_raises_the_level_and_proposes_revocation(office: Office) -> None:
    work, duty_id = pledged(office)
    later = office.at + LATER
    assert office.look(work.id).status == "closed"
    with pytest.raises(NotAllowed, match="not due yet"):
        work.do(pledges.check_duty, duty_id=duty_id, kept=False, reason="未付")
    with pytest.raises(BadInput, match="what was found"):
        work.do(pledges.check_duty, duty_id=duty_id, kept=False, at=later)
    work.do(pledges.check_duty, duty_id=duty_id, kept=False, reason="十二月工资未付", at=later)
    row = office.look(work.id)
    assert (row.status, row.legal_status, row.urgent) == ("in_progress", "filed", True)
    with office.store.read() as session:
        assert session.scalars(select(PledgeRow.kept)).one() is False
        assert session.scalars(select(WarningRow.level)).one() == "yellow"
        assert session.scalars(select(RevocationRow.state)).one() == "proposed"
        told = set(session.execute(select(NoticeRow.account_id, NoticeRow.kind)).all())
        assert (office.head.id, "revocation_proposed") in {tuple(one) for one in told}
        assert (work.other.id, "pledge_broken") in {tuple(one) for one in told}
    assert look(work).level == "yellow"
    with office.store.write() as session:
        refresh_case(session, work.id, by="system:test", at=later)
    assert office.look(work.id).urgent is True
    assert clocks(office, work.id)["follow_up"] == "running"
    with pytest.raises(NotAllowed, match="already checked"):
        work.do(pledges.check_duty, duty_id=duty_id, kept=True, at=later)
    work.do(handling.record_visit, visited_at=later, place="厂区", officer_ids=[work.lead.id, work.other.id], at=later)


def test_a_head_revokes_and_the_case_needs_another_outcome(office: Office) -> None:
    work, duty_id = pledged(office)
    later = office.at + LATER
    work.do(pledges.check_duty, duty_id=duty_id, kept=False, reason="未付", at=later)
    answer: dict[str, Any] = {"revoke": True, "reason": "承诺未履行", "at": later}
    for actor, words in ((work.lead, "Only a head"), (office.desk, "Only a head")):
        with pytest.raises(NotAllowed, match=words):
            work.do(pledges.decide_revocation, actor=actor, **answer)
    with pytest.raises(BadInput, match="reason"):
        work.do(pledges.decide_revocation, actor=office.head, **(answer | {"reason": " "}))
    work.do(pledges.decide_revocation, actor=office.head, **answer)
    assert office.look(work.id).status == "in_progress"
    assert clocks(office, work.id)["follow_up"] == "cancelled"
    with office.store.read() as session:
        assert session.scalars(select(OutcomeRow.revoked_by)).one() == office.head.id
        assert session.scalars(select(RectificationOrderRow.demand)).one() == "支付工资"
        month = figures(session, "2026-11")
    assert [month.total(name) for name in ("exempted", "amount_exempted")] == [0, 0]
    with pytest.raises(NotAllowed, match="No revocation"):
        work.do(pledges.decide_revocation, actor=office.head, **answer)


def test_a_revocation_that_is_not_made_concludes_the_case_again(office: Office) -> None:
    work, duty_id = pledged(office)
    later = office.at + LATER
    work.do(pledges.check_duty, duty_id=duty_id, kept=False, reason="晚了一天", at=later)
    work.do(pledges.decide_revocation, actor=office.head, revoke=False, reason="情有可原", at=later)
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("concluded", "served")
    assert clocks(office, work.id)["recheck"] == "met"
    with office.store.read() as session:
        answers = select(func.count()).select_from(ReplyRow).where(ReplyRow.kind == "result")
        assert session.scalar(answers) == 2
    work.do(close_case, actor=office.head, at=later)
    assert office.look(work.id).status == "closed"


def test_a_sparing_is_not_upheld_while_nobody_has_the_case_to_conclude_it(office: Office) -> None:
    work, duty_id = pledged(office)
    later = office.at + LATER
    day = local_day(later)
    away: dict[str, Any] = {"from_on": day, "to_on": day, "reason": None, "actor": office.head, "at": office.at}
    record_absence(office.store, account_id=work.lead.id, **away)
    work.do(pledges.check_duty, duty_id=duty_id, kept=False, reason="晚了一天", at=later)
    assert office.look(work.id).status == "to_dispatch"
    answer: dict[str, Any] = {"actor": office.head, "reason": "情有可原", "at": later}
    with pytest.raises(NotAllowed, match="waits for its inspectors"):
        work.do(pledges.decide_revocation, revoke=False, **answer)
    work.do(pledges.decide_revocation, revoke=True, **answer)
    assert office.look(work.id).status == "to_dispatch"


def test_levels_rise_with_each_broken_pledge(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    duties = [Duty(says, TODAY) for says in ("按月支付", "签订合同", "补缴")]
    work.do(
        handling.record_pledge,
        signed_by="老板",
        signed_on=TODAY,
        obligations="三项",
        due_on=TODAY,
        duties=duties,
        scan_ref="卷三第5页",
    )
    for duty in look(work).duties:
        work.do(pledges.check_duty, duty_id=duty.id, kept=False, reason="未履行")
    with office.store.read() as session:
        levels = sorted(session.scalars(select(WarningRow.level)))
        assert levels == ["orange", "red", "yellow"]
        assert session.scalar(select(func.count()).select_from(RevocationRow)) == 0
    assert office.look(work.id).status == "in_progress"


def test_a_pledge_is_kept_when_each_obligation_is(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pledge: dict[str, Any] = {"signed_by": "老板", "signed_on": TODAY, "obligations": "两项", "due_on": TODAY + LATER}
    for bad in (Duty(" ", TODAY), Duty("x", TODAY + 2 * LATER), Duty("x", TODAY - LATER)):
        with pytest.raises(BadInput, match="An obligation says"):
            work.do(handling.record_pledge, **pledge, duties=[bad])
    pledge_id = work.do(handling.record_pledge, **pledge, duties=[Duty("甲", TODAY), Duty("乙", TODAY + LATER)])
    first = look(work).duties[0]
    work.do(pledges.check_duty, duty_id=first.id, kept=True)
    with office.store.read() as session:
        assert session.get_one(PledgeRow, pledge_id).kept is None
    work.do(pledges.check_duty, duty_id=look(work).duties[1].id, kept=True)
    with office.store.read() as session:
        assert session.get_one(PledgeRow, pledge_id).kept is True
    with pytest.raises(NotAllowed, match="already checked"):
        work.do(pledges.check_duty, duty_id=first.id, kept=True)
    with pytest.raises(NotFound, match="no such obligation"):
        work.do(pledges.check_duty, duty_id="dty_none", kept=True)


def test_the_follow_up_visit_is_scheduled_and_outlives_the_file(office: Office) -> None:
    work, _ = pledged(office)
    assert clocks(office, work.id)["follow_up"] == "running"
    later = office.at + timedelta(days=80)
    visit: dict[str, Any] = {
        "followed_on": later.date(),
        "officer_ids": [work.lead.id, work.other.id],
        "finding": "lawful",
        "said": "工资按月发放",
        "at": later,
    }
    for change, words in (
        ({"finding": "moon"}, "finds one of"),
        ({"said": " "}, "says what"),
        ({"followed_on": TODAY - LATER}, "lies between"),
    ):
        with pytest.raises(BadInput, match=words):
            work.do(following_up.record_follow_up, **(visit | change))
    with pytest.raises(NotFound, match="not with you"):
        work.do(following_up.record_follow_up, actor=office.inspectors[2], **visit)
    work.do(following_up.record_follow_up, **visit)
    assert clocks(office, work.id)["follow_up"] == "met"
    assert states(work)[11] == "met"
    with pytest.raises(NotAllowed, match="No follow-up"):
        work.do(following_up.record_follow_up, **visit)


def test_a_follow_up_that_finds_new_arrears_is_a_relapse(office: Office) -> None:
    work, _ = pledged(office)
    later = office.at + timedelta(days=80)
    work.do(
        following_up.record_follow_up,
        followed_on=later.date(),
        officer_ids=[work.lead.id, work.other.id],
        finding="new_arrears",
        said="又欠两月",
        at=later,
    )
    assert states(work)[12] == "not_met"


def test_a_new_offence_within_the_window_flags_the_sparing_and_ends_the_benefit(office: Office) -> None:
    first = Work(office)
    first.spared()
    again = Work(office)
    again.do(handling.accept_case)
    again.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[again.lead.id, again.other.id])
    again.do(handling.verify_amount, amount=Decimal(1_000))
    again.announced()
    outcome_id = again.do(submit_outcome, proposal=Proposal(exit=Exit.HANDLING))
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    with office.store.read() as session:
        row = session.scalars(select(FollowUpRow)).one()
        assert (row.relapsed_on, row.relapse_case_id) == (TODAY, again.id)
        kinds = set(session.scalars(select(NoticeRow.kind).where(NoticeRow.case_id == first.id)))
        assert "relapsed" in kinds
    assert states(first)[12] == "not_met"
    third = Work(office)
    third.corrected()
    with office.store.write() as session:
        set_setting(session, "leniency.first_offence.months", 1, source="office", by="acc", at=office.at)
        for outcome in session.scalars(select(OutcomeRow)):
            outcome.decided_at = office.at - timedelta(days=90)
    with pytest.raises(Unmet, match="Spared before and offended again: 即人社劳监案字〔2026〕第1号"):
        third.do(submit_outcome, proposal=C2)


def test_the_daily_look_tells_the_officers_once_and_decides_nothing(office: Office) -> None:
    work, _ = pledged(office)
    later = office.at + timedelta(days=200)
    system = Actor.system("watch")
    assert watch_promises(office.store, actor=system, at=office.at).duties == 0
    admin = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}))
    load_notice(office.store, year=2027, days=SPRING, source="国办发明电", actor=admin, at=office.at)
    count = watch_promises(office.store, actor=system, at=later)
    assert (count.duties, count.follow_ups) == (1, 1)
    again = watch_promises(office.store, actor=system, at=later)
    assert (again.duties, again.follow_ups) == (0, 0)
    with office.store.read() as session:
        told = session.execute(select(NoticeRow.account_id, NoticeRow.kind).where(NoticeRow.due_at == later)).all()
    assert sorted(map(tuple, told)) == sorted(
        (one, kind) for one in (work.lead.id, work.other.id) for kind in ("pledge_due", "follow_up_due")
    )
    assert office.look(work.id).status == "closed"
