"""Malicious non-payment: the joint-sanction list and the transfer to the police, each with its own days and records."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import months_after
from casework.discretion import Waiver
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from casework.malicious import LISTING, TRANSFER
from casework.sanctions import PACKET, STEP_PAPERS
from services import handling, listing, sparing, transferring
from services.outcomes import Proposal, submit_outcome
from tests.services.office import Office
from tests.services.work import C2, TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, CrimeTransferRow, DocumentRow, JointListingRow, NoticeRow
from warehouse.store.handling import documents_of
from warehouse.store.settings import set_setting

TOLD = date(2026, 11, 18)
PACK = dict.fromkeys(PACKET, "卷二")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def unpaid(office: Office, **case: Any) -> tuple[Work, str]:
    """A filed case of twelve workers whose order to pay ran out unpaid; returns the order's id."""
    work = Work(office, **({"workers": 12, "yuan": 90_000, "received_at": office.at - timedelta(days=12)} | case))
    work.do(handling.accept_case)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    work.do(handling.verify_amount, amount=Decimal(case.get("yuan", 90_000)))
    issued = work.do(
        handling.order_correction,
        demand="支付工资",
        law="423 §26",
        issued_on=date(2026, 11, 9),
        due_on=date(2026, 11, 16),
    )
    return work, str(issued.order_id)


def told(office: Office) -> Work:
    work, order_id = unpaid(office)
    work.do(listing.tell_party, order_id=order_id, grounds="criminal_figure", persons=["王法人", " "], told_on=TOLD)
    return work


def listed(office: Office) -> tuple[Work, datetime]:
    """A party on the list, and the moment after."""
    work, later = told(office), office.at + timedelta(days=10)
    work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head, at=later)
    return work, later


def due(office: Office, work: Work, kind: str) -> date:
    with office.store.read() as session:
        question = select(ClockRow.due_on).where(ClockRow.case_id == work.id, ClockRow.kind == kind)
        return session.scalars(question.order_by(ClockRow.started_on.desc())).first() or date.min


def row(office: Office) -> JointListingRow:
    with office.store.read() as session:
        found = session.scalars(select(JointListingRow)).one()
        session.expunge(found)
        return found


def test_the_party_is_told_first_and_two_clocks_run(office: Office) -> None:
    work = told(office)
    assert due(office, work, "list_objection") == date(2026, 11, 25)
    assert due(office, work, "list_decide") == date(2026, 12, 14)
    assert row(office).persons == ["王法人"]
    with pytest.raises(NotAllowed, match="already under way"):
        work.do(listing.tell_party, order_id=row(office).order_id, grounds="criminal_figure", persons=[], told_on=TOLD)
    with pytest.raises(NotAllowed, match="may still object"):
        work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)


def test_nobody_is_listed_without_an_order_that_ran_out_and_one_of_the_two_grounds(office: Office) -> None:
    small, order_id = unpaid(office, workers=3, yuan=3_000)
    usual: dict[str, Any] = {"order_id": order_id, "grounds": "criminal_figure", "persons": [], "told_on": TOLD}
    refusals: list[tuple[dict[str, Any], type[ArrearsError], str]] = [
        ({}, NotAllowed, "below the criminal figure"),
        ({"grounds": "group_incident"}, NotAllowed, "No group or extreme incident"),
        ({"grounds": "moon"}, BadInput, "rests on one of"),
        ({"order_id": "ord_none"}, NotFound, "no such order"),
    ]
    for change, error, words in refusals:
        with pytest.raises(error, match=words):
            small.do(listing.tell_party, **(usual | change))
    small.do(sparing.record_red_flag, kind="extreme_act", seen_on=TODAY, basis="扬言跳楼")
    small.do(listing.tell_party, **(usual | {"grounds": "group_incident"}))
    many, many_order = unpaid(office, workers=40)
    with pytest.raises(NotAllowed, match="No group or extreme incident"):
        many.do(listing.tell_party, **(usual | {"order_id": many_order, "grounds": "group_incident"}))
    large, order_id = unpaid(office)
    large.do(handling.record_correction, order_id=order_id, corrected_on=TODAY)
    with pytest.raises(NotAllowed, match="ran out unpaid"):
        large.do(listing.tell_party, **(usual | {"order_id": order_id}))
    early, order_id = unpaid(office)
    with pytest.raises(BadInput, match="after the deadline"):
        early.do(listing.tell_party, **(usual | {"order_id": order_id, "told_on": date(2026, 11, 16)}))


def test_an_objection_in_time_is_verified_before_the_decision(office: Office) -> None:
    work = told(office)
    later = office.at + timedelta(days=10)
    objected: dict[str, Any] = {"objection": "金额有误", "at": later}
    with pytest.raises(NotAllowed, match="after the term, which ended on 2026-11-25"):
        work.do(listing.record_objection, objected_on=date(2026, 11, 26), **objected)
    with pytest.raises(BadInput, match="says something"):
        work.do(listing.record_objection, objected_on=date(2026, 11, 25), objection=" ")
    work.do(listing.record_objection, objected_on=date(2026, 11, 25), **objected)
    assert clocks(office, work.id)["list_objection"] == "met"
    assert due(office, work, "list_verify") == date(2026, 12, 2)
    with pytest.raises(NotAllowed, match="not at this step"):
        work.do(listing.decide_listing, decision="listed", reason="x", actor=office.head, at=later)
    work.do(listing.verify_objection, verified="金额无误", verified_on=date(2026, 11, 27), at=later)
    work.do(listing.decide_listing, decision="dropped", reason="协商一致", actor=office.head, at=later)
    assert row(office).state == "dropped"
    assert {clocks(office, work.id)[kind] for kind in ("list_verify", "list_decide")} == {"met"}


def test_a_head_extends_once_by_twenty_working_days(office: Office) -> None:
    work = told(office)
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(listing.extend_listing, reason="案情复杂")
    assert work.do(listing.extend_listing, reason="案情复杂", actor=office.head) == due(office, work, "list_decide")
    assert due(office, work, "list_decide") > date(2026, 12, 14)
    with pytest.raises(NotAllowed, match="extended once"):
        work.do(listing.extend_listing, reason="案情复杂", actor=office.head)


def test_a_listing_is_for_three_years_and_bars_sparing(office: Office) -> None:
    _, later = listed(office)
    assert row(office).listed_until == date(2029, 11, 30)
    other = Work(office)
    other.corrected()
    with pytest.raises(Unmet, match="joint-sanction list"):
        other.do(submit_outcome, proposal=C2)
    assert other.do(submit_outcome, proposal=C2, at=later + timedelta(days=4 * 365))


def test_nobody_decides_on_a_listing_of_their_own_and_sparing_needs_pay_and_a_credit_pledge(office: Office) -> None:
    work = told(office)
    later = office.at + timedelta(days=10)
    answer: dict[str, Any] = {"decision": "spared", "reason": "已付清", "at": later}
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(listing.decide_listing, **answer)
    with pytest.raises(NotAllowed, match="still missing"):
        work.do(listing.decide_listing, actor=office.head, **answer)
    with pytest.raises(BadInput, match="decided as"):
        work.do(listing.decide_listing, actor=office.head, **(answer | {"decision": "moon"}))
    lines = [handling.PaidWorker(f"工人{n}", Decimal(7_500)) for n in range(12)]
    work.do(
        handling.record_payment, paid_on=TODAY, workers=12, amount=Decimal(90_000), proof="bank_voucher", lines=lines
    )
    with pytest.raises(BadInput, match="credit pledge"):
        work.do(listing.decide_listing, actor=office.head, **answer)
    work.do(listing.decide_listing, actor=office.head, credit_pledge_on=TODAY, **answer)
    assert row(office).state == "spared"


def test_early_removal_after_six_months_is_answered_and_taken_down(office: Office) -> None:
    work, _ = listed(office)
    corrected = date(2026, 12, 1)
    ask: dict[str, Any] = {"corrected_on": corrected, "credit_pledge_on": corrected}
    soon, at = datetime.combine(date(2027, 5, 31), office.at.timetz()), office.at + timedelta(days=200)
    with pytest.raises(NotAllowed, match="from 2027-06-01 on"):
        work.do(listing.ask_removal, asked_on=soon.date(), at=soon, **ask)
    with pytest.raises(NotAllowed, match="No request for removal"):
        work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    again = office.case()
    with pytest.raises(NotAllowed, match="new arrears"):
        work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    with office.store.write() as session:
        session.get_one(CaseRow, again).status = "closed"
    work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    assert clocks(office, work.id)["list_answer"] == "met"
    assert clocks(office, work.id)["list_take_down"] == "running"
    work.do(listing.take_down, taken_down_on=at.date(), at=at)
    assert (row(office).state, row(office).taken_down_on) == ("removed", at.date())
    with pytest.raises(NotAllowed, match="already taken down"):
        work.do(listing.take_down, taken_down_on=at.date(), at=at)


def reported(office: Office) -> Work:
    work, _ = unpaid(office)
    work.do(
        transferring.report_crime,
        officer_ids=[work.lead.id, work.other.id],
        report="包工头失联，欠薪九万元",
        reported_on=TODAY,
    )
    return work


def handed(office: Office) -> Work:
    work = reported(office)
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=office.at)
    return work


def state(office: Office) -> str:
    with office.store.read() as session:
        return session.scalars(select(CrimeTransferRow.state)).one()


def test_a_crime_is_reported_by_two_once_figure_and_order_are_there(office: Office) -> None:
    small, _ = unpaid(office, workers=3, yuan=3_000)
    usual: dict[str, Any] = {
        "officer_ids": [small.lead.id, small.other.id],
        "report": "失联",
        "reported_on": TODAY,
    }
    with pytest.raises(NotAllowed, match="below the criminal figure"):
        small.do(transferring.report_crime, **usual)
    work, _ = unpaid(office)
    with pytest.raises(NotAllowed, match="two officers"):
        work.do(transferring.report_crime, **(usual | {"officer_ids": [work.lead.id]}))
    with pytest.raises(BadInput, match="what happened"):
        work.do(transferring.report_crime, **(usual | {"report": " "}))
    work.do(transferring.report_crime, **usual)
    assert due(office, work, "transfer_decide") == date(2026, 11, 25)
    with pytest.raises(NotAllowed, match="already under way"):
        work.do(transferring.report_crime, **usual)
    work.do(submit_outcome, proposal=Proposal(exit=Exit.TRANSFERRED_TO_POLICE))


def test_no_report_while_the_order_still_runs(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(90_000))
    usual: dict[str, Any] = {"officer_ids": [work.lead.id, work.other.id], "report": "失联", "reported_on": TODAY}
    with pytest.raises(NotAllowed, match="No order to pay"):
        work.do(transferring.report_crime, **usual)
    work.do(handling.order_correction, demand="支付", law="423 §26", issued_on=TODAY, due_on=date(2026, 11, 27))
    with pytest.raises(NotAllowed, match="still runs"):
        work.do(transferring.report_crime, **usual)


def test_the_head_decides_and_a_refusal_has_its_reason(office: Office) -> None:
    work = reported(office)
    for actor, words in ((work.lead, "Only a head"), (office.desk, "Only a head")):
        with pytest.raises(NotAllowed, match=words):
            work.do(transferring.decide_transfer, approve=True, reason="x", actor=actor)
    with pytest.raises(BadInput, match="reason"):
        work.do(transferring.decide_transfer, approve=False, reason=" ", actor=office.head)
    work.do(transferring.decide_transfer, approve=False, reason="已支付大部分", actor=office.head)
    assert (state(office), clocks(office, work.id)["transfer_decide"]) == ("refused", "met")
    with office.store.read() as session:
        kinds = set(session.scalars(select(NoticeRow.kind).where(NoticeRow.case_id == work.id)))
    assert "transfer_refused" in kinds
    with pytest.raises(NotAllowed, match="not at this step"):
        work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=office.at)


def test_the_packet_of_five_is_checked_before_it_goes(office: Office) -> None:
    work = reported(office)
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
    assert due(office, work, "transfer_hand_over") == date(2026, 11, 21)
    usual: dict[str, Any] = {"police": "即墨分局", "packet": PACK, "handed_at": office.at}
    with pytest.raises(NotAllowed, match="letter is not issued"):
        work.do(transferring.hand_over, **usual)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    for name in PACKET:
        with pytest.raises(BadInput, match=f"lacks: {name.replace('_', ' ')}"):
            work.do(transferring.hand_over, **(usual | {"packet": PACK | {name: " "}}))
    with pytest.raises(BadInput, match="police office"):
        work.do(transferring.hand_over, **(usual | {"police": ""}))
    work.do(transferring.hand_over, **usual)
    assert clocks(office, work.id)["transfer_hand_over"] == "met"
    assert due(office, work, "police_decide") == date(2026, 11, 25)


def test_a_fine_stands_beside_a_transfer_that_is_handed_over_and_never_in_its_place(office: Office) -> None:
    work = reported(office)
    work.announced(fine="20000")
    work.do(sparing.record_red_flag, kind="refusal", seen_on=TODAY, basis="拒不提供材料")
    rows = (Waiver("not_obeyed", "serious"),)
    fine = Proposal(exit=Exit.PENALTY, fines=rows, amount_fined=Decimal(20_000))
    with pytest.raises(NotAllowed, match="The case goes to the police"):
        work.do(submit_outcome, proposal=fine)
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=office.at)
    work.do(submit_outcome, proposal=fine)


def test_a_flight_on_record_bars_every_sparing(office: Office) -> None:
    work = Work(office)
    work.corrected()
    work.do(sparing.record_red_flag, kind="flight", seen_on=TODAY, basis="失联")
    with pytest.raises(NotAllowed, match="flight 2026-11-20"):
        work.do(submit_outcome, proposal=C2)


def test_the_police_file_and_the_materials_follow(office: Office) -> None:
    work = handed(office)
    work.do(transferring.record_police, filed=True, answered_on=TODAY, answer="立案")
    assert due(office, work, "hand_materials") == date(2026, 11, 25)
    work.do(transferring.hand_materials, handed_on=TODAY)
    assert clocks(office, work.id)["hand_materials"] == "met"
    with pytest.raises(NotAllowed, match="already handed"):
        work.do(transferring.hand_materials, handed_on=TODAY)


def test_the_police_are_asked_to_reconsider_once_and_in_time(office: Office) -> None:
    work = handed(office)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    late = office.at + timedelta(days=10)
    with pytest.raises(NotAllowed, match="ended on 2026-11-25"):
        work.do(transferring.ask_reconsideration, asked_on=late.date(), at=late)
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    assert state(office) == "reconsider"
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="维持")
    with pytest.raises(NotAllowed, match="reconsider once"):
        work.do(transferring.ask_reconsideration, asked_on=TODAY)


def test_the_unit_and_the_days_of_a_transfer_are_settings(office: Office) -> None:
    with office.store.write() as session:
        set_setting(session, "transfer.unit", "calendar", source="办公会", by="acc", at=office.at)
        set_setting(session, "clock.police.decide_days", 2, source="办公会", by="acc", at=office.at)
    assert due(office, reported(office), "transfer_decide") == date(2026, 11, 23)


def test_six_months_later_is_the_same_day_or_the_last_of_the_month() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 1), 36) == date(2029, 12, 1)


def papers_of(office: Office, work: Work, kind: str) -> list[DocumentRow]:
    with office.store.write() as session:
        rows = documents_of(session, work.id, (kind,))
        for one in rows:
            session.expunge(one)
        return rows


def test_the_party_is_told_by_a_numbered_notice_that_is_served(office: Office) -> None:
    work = told(office)
    (notice,) = papers_of(office, work, "listing_notice")
    assert notice.document_no == "即人社劳监惩告字〔2026〕第1号"
    assert (notice.issued_on, notice.served_on, notice.served_how) == (TOLD, TOLD, "direct")


def test_a_notice_that_is_served_later_starts_the_days_to_object_then(office: Office) -> None:
    work, order_id = unpaid(office)
    tell: dict[str, Any] = {"order_id": order_id, "grounds": "criminal_figure", "persons": [], "told_on": TOLD}
    work.do(listing.tell_party, served_how=None, **tell)
    (notice,) = papers_of(office, work, "listing_notice")
    assert (notice.served_on, "list_objection" in clocks(office, work.id)) == (None, False)
    later = office.at + timedelta(days=10)
    with pytest.raises(NotAllowed, match="was not told"):
        work.do(listing.record_objection, objection="金额有误", objected_on=TODAY)
    with pytest.raises(NotAllowed, match="was not told"):
        work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head, at=later)
    handling.serve_document(
        office.store, document_id=notice.id, served_on=TODAY, served_how="left", actor=work.lead, at=office.at
    )
    assert row(office).told_on == TODAY
    assert due(office, work, "list_objection") == date(2026, 11, 27)
    with pytest.raises(NotAllowed, match="may still object"):
        work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)
    again, order_id = unpaid(office)
    with pytest.raises(BadInput, match="in one of these ways"):
        again.do(listing.tell_party, **(tell | {"order_id": order_id, "served_how": "by shouting"}))


def test_every_decision_on_a_listing_has_its_paper_with_the_reason_of_then(office: Office) -> None:
    work, later = listed(office)
    (decision,) = papers_of(office, work, "listing_decision")
    assert decision.document_no == "即人社劳监惩列字〔2026〕第1号"
    at = office.at + timedelta(days=220)
    ask: dict[str, Any] = {"corrected_on": date(2026, 12, 1), "credit_pledge_on": date(2026, 12, 1)}
    work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    work.do(listing.decide_removal, grant=False, reason="尚有投诉未结", actor=office.head, at=at)
    assert [one.body["reason"] for one in papers_of(office, work, "removal_refusal")] == ["尚有投诉未结"]
    work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    (removal,) = papers_of(office, work, "removal_decision")
    assert removal.document_no == "即人社劳监惩移字〔2027〕第1号"
    (decision,) = papers_of(office, work, "listing_decision")
    assert decision.body["reason"] == "逾期未付"
    dropped = told(office)
    dropped.do(listing.decide_listing, decision="dropped", reason="事实有误", actor=office.head, at=later)
    assert len(papers_of(office, dropped, "not_listed_decision")) == 1


def test_the_papers_of_a_listing_are_served_after_the_file_is_closed_too(office: Office) -> None:
    work, later = listed(office)
    (decision,) = papers_of(office, work, "listing_decision")
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).status = "closed"
    handling.serve_document(
        office.store, document_id=decision.id, served_on=later.date(), served_how="direct", actor=work.lead, at=later
    )
    assert papers_of(office, work, "listing_decision")[0].served_on == later.date()


def test_papers_of_steps_come_with_their_steps_alone(office: Office) -> None:
    work = Work(office)
    for kind in STEP_PAPERS:
        with pytest.raises(BadInput, match="comes with its step"):
            work.do(handling.issue_document, kind=kind, issued_on=TODAY, body={})


def test_a_transfer_is_decided_on_a_form_and_reconsideration_is_asked_for_in_writing(office: Office) -> None:
    work = handed(office)
    (form,) = papers_of(office, work, "transfer_form")
    assert form.document_no == "即人社劳监移批字〔2026〕第1号"
    assert form.body["officers"] == "officer 4、officer 5"
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    paper = work.do(transferring.ask_reconsideration, asked_on=TODAY)
    assert paper.document_no == "即人社劳监复字〔2026〕第1号"


def _kept(office: Office, work: Work) -> tuple[Counter[str], Counter[str]]:
    """The kinds of clocks and of papers of a case."""
    with office.store.read() as session:
        started = session.scalars(select(ClockRow.kind).where(ClockRow.case_id == work.id, ClockRow.kind != "serve"))
        numbered = session.scalars(select(DocumentRow.kind).where(DocumentRow.case_id == work.id))
        return Counter(started), Counter(numbered)


def test_each_step_starts_the_clocks_and_numbers_the_papers_of_its_table(office: Office) -> None:
    """What docs/flexible-enforcement.md says, walked through twice: once to the end, once where the police refuse."""
    pack: dict[str, Any] = {"police": "即墨分局", "packet": PACK, "handed_at": office.at}
    at = office.at + timedelta(days=220)
    ask = {"corrected_on": date(2026, 12, 1), "credit_pledge_on": date(2026, 12, 1), "asked_on": at.date(), "at": at}
    table = {step.act: step for step in (*LISTING, *TRANSFER)}
    walked: dict[str, tuple[set[str], set[str]]] = {}

    def walk(work: Work, act: Any, **fields: Any) -> None:
        clocks_before, papers_before = _kept(office, work)
        work.do(act, **fields)
        clocks_after, papers_after = _kept(office, work)
        started, numbered = walked.setdefault(act.__name__, (set(), set()))
        started |= set(clocks_after - clocks_before)
        numbered |= set(papers_after - papers_before)

    work, order_id = unpaid(office)
    walk(work, listing.tell_party, order_id=order_id, grounds="criminal_figure", persons=["王法人"], told_on=TOLD)
    walk(work, listing.record_objection, objection="金额有误", objected_on=TODAY)
    walk(work, listing.verify_objection, verified="金额无误", verified_on=TODAY)
    walk(work, listing.extend_listing, reason="案情复杂", actor=office.head)
    walk(work, listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)
    walk(work, listing.ask_removal, **ask)
    walk(work, listing.decide_removal, grant=False, reason="尚有投诉", actor=office.head, at=at)
    walk(work, listing.ask_removal, **ask)
    walk(work, listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    walk(work, listing.take_down, taken_down_on=at.date(), at=at)
    spared = told(office)
    walk(spared, listing.decide_listing, decision="dropped", reason="事实有误", actor=office.head)
    for filed in (True, False):
        sent, _ = unpaid(office)
        pair = [sent.lead.id, sent.other.id]
        walk(sent, transferring.report_crime, officer_ids=pair, report="失联", reported_on=TODAY)
        walk(sent, transferring.decide_transfer, approve=True, reason="符合条件", actor=office.head)
        sent.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
        walk(sent, transferring.hand_over, **pack)
        walk(sent, transferring.record_police, filed=filed, answered_on=TODAY, answer="答复")
        if filed:
            walk(sent, transferring.hand_materials, handed_on=TODAY)
        else:
            walk(sent, transferring.ask_reconsideration, asked_on=TODAY)
    assert walked == {act: (set(step.clocks), set(step.papers)) for act, step in table.items()}
