"""Malicious non-payment: the joint-sanction list and the transfer to the police, each with its own days and records."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
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
from services.cases import enforcing, handling
from services.cases.outcomes import Proposal, close_case, submit_outcome
from services.leniency import sparing
from services.malice import listing, publishing, transferring
from services.office.working_days import published
from tests.services.lives import HANDLING, approved, filled, ordered, paper_of, served, trail
from tests.services.office import Office
from tests.services.work import C2, TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, CrimeTransferRow, DocumentRow, JointListingRow, NoticeRow
from warehouse.queries.deadlines import Horizon
from warehouse.statistics.month import figures
from warehouse.store.handling import documents_of
from warehouse.store.settings import set_setting

TOLD = date(2026, 11, 18)
PACK = dict.fromkeys(PACKET, "卷二")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


RURAL = "工资表上均为外来务工人员"
HEARD = datetime(2026, 11, 2, 1, tzinfo=UTC)


def unpaid(office: Office, *, filed: bool = True, **case: Any) -> tuple[Work, str]:
    """A case of twelve workers whose order to pay was served and ran out unpaid; returns the order's id."""
    asked: dict[str, Any] = {"workers": 12, "yuan": 90_000, "received_at": HEARD} | case
    work = Work(office, **asked)
    if filed:
        work.do(handling.accept_case)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    work.do(handling.verify_amount, amount=Decimal(asked["yuan"]))
    return work, ordered_to_pay(work, amount=Decimal(asked["yuan"]))


def ordered_to_pay(work: Work, *, serve: bool = True, **order: Any) -> str:
    """An order to pay by 16 November, of the 9th and served that day."""
    usual: dict[str, Any] = {
        "demand": "支付工资",
        "law": "423 §26",
        "issued_on": date(2026, 11, 9),
        "due_on": date(2026, 11, 16),
        "amount": Decimal(90_000),
    }
    issued = work.do(handling.order_correction, **(usual | order))
    if serve:
        filled(work, "rectification_order")
        handling.serve_document(
            work.store,
            document_id=issued.document_id,
            served_on=(usual | order)["issued_on"],
            served_how="direct",
            actor=work.lead,
            at=work.office.at,
        )
    return str(issued.order_id)


def told(office: Office) -> Work:
    work, order_id = unpaid(office)
    work.do(
        listing.tell_party,
        order_id=order_id,
        grounds="criminal_figure",
        persons=["王法人", " "],
        told_on=TOLD,
        rural_basis=RURAL,
    )
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
    usual: dict[str, Any] = {"grounds": "criminal_figure", "persons": [], "told_on": TOLD, "rural_basis": RURAL}
    with pytest.raises(NotAllowed, match="already under way"):
        work.do(listing.tell_party, order_id=row(office).order_id, **usual)
    with pytest.raises(NotAllowed, match="may still object"):
        work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)


def test_nobody_is_listed_without_an_order_that_ran_out_and_one_of_the_two_grounds(office: Office) -> None:
    small, order_id = unpaid(office, workers=3, yuan=3_000)
    usual: dict[str, Any] = {
        "order_id": order_id,
        "grounds": "criminal_figure",
        "persons": [],
        "told_on": TOLD,
        "rural_basis": RURAL,
    }
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


def all_paid(work: Work, on: date) -> None:
    """The twelve have their money."""
    lines = [handling.PaidWorker(f"工人{n}", Decimal(7_500)) for n in range(12)]
    work.do(
        handling.record_payment,
        paid_on=on,
        workers=12,
        amount=Decimal(90_000),
        proof="bank_voucher",
        lines=lines,
        at=datetime.combine(on, work.office.at.timetz()),
    )


def test_early_removal_after_six_months_is_answered_and_taken_down(office: Office) -> None:
    work, _ = listed(office)
    corrected = date(2026, 12, 1)
    ask: dict[str, Any] = {"corrected_on": corrected, "credit_pledge_on": corrected}
    soon, at = datetime.combine(date(2027, 5, 31), office.at.timetz()), office.at + timedelta(days=200)
    with pytest.raises(NotAllowed, match="from 2027-06-01 on"):
        work.do(listing.ask_removal, asked_on=soon.date(), at=soon, **ask)
    with pytest.raises(NotAllowed, match="No request for removal"):
        work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    with pytest.raises(NotAllowed, match="are still missing"):
        work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    all_paid(work, corrected)
    again = Work(office)
    again.do(handling.accept_case)
    with pytest.raises(NotAllowed, match="new arrears"):
        work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    with office.store.write() as session:
        session.get_one(CaseRow, again.id).status = "closed"
    work.do(listing.ask_removal, asked_on=at.date(), at=at, **ask)
    work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)
    assert clocks(office, work.id)["list_answer"] == "met"
    assert clocks(office, work.id)["list_take_down"] == "running"
    work.do(listing.take_down, taken_down_on=at.date(), at=at)
    assert (row(office).state, row(office).taken_down_on) == ("removed", at.date())
    with pytest.raises(NotAllowed, match="already taken down"):
        work.do(listing.take_down, taken_down_on=at.date(), at=at)


def reported(office: Office, **case: Any) -> Work:
    work, _ = unpaid(office, **case)
    work.do(
        transferring.report_crime,
        officer_ids=[work.lead.id, work.other.id],
        report="包工头失联，欠薪九万元",
        reported_on=TODAY,
    )
    return work


def handed(office: Office, **case: Any) -> Work:
    work = reported(office, **case)
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
    with pytest.raises(Unmet, match="handed over to the police"):
        work.do(submit_outcome, proposal=Proposal(exit=Exit.TRANSFERRED_TO_POLICE, confirmed=("two_reported",)))


def test_no_report_while_the_order_still_runs(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000, received_at=HEARD)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(90_000))
    usual: dict[str, Any] = {"officer_ids": [work.lead.id, work.other.id], "report": "失联", "reported_on": TODAY}
    with pytest.raises(NotAllowed, match="No order to pay"):
        work.do(transferring.report_crime, **usual)
    ordered_to_pay(work, issued_on=TODAY, due_on=date(2026, 11, 27))
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
    tell: dict[str, Any] = {
        "order_id": order_id,
        "grounds": "criminal_figure",
        "persons": [],
        "told_on": TOLD,
        "rural_basis": RURAL,
    }
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
    all_paid(work, date(2026, 12, 1))
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


def test_the_days_to_serve_a_decision_of_the_list_go_on_when_the_file_is_closed(office: Office) -> None:
    work, later = listed(office)
    all_paid(work, later.date())
    work.do(handling.record_correction, order_id=row(office).order_id, corrected_on=later.date(), at=later)
    work.announced(later)
    approved(work, HANDLING, later)
    served(work, "handling_decision", later.date(), later)
    work.do(enforcing.record_performance, performed_on=later.date(), at=later)
    work.do(close_case, actor=office.head, at=later)
    with office.store.read() as session:
        serving = select(ClockRow).where(ClockRow.kind == "serve", ClockRow.state == "running")
        assert [one.started_on for one in session.scalars(serving)] == [later.date()]
    served(work, "listing_decision", later.date(), later)
    with office.store.read() as session:
        assert session.scalars(serving).all() == []


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
    """The kinds of clocks and of papers of a case, but those of any paper and of any case that is taken up again."""
    with office.store.read() as session:
        question = select(ClockRow.kind).where(ClockRow.case_id == work.id, ClockRow.kind.not_in(("serve", "recheck")))
        started = session.scalars(question)
        numbered = session.scalars(select(DocumentRow.kind).where(DocumentRow.case_id == work.id))
        return Counter(started), Counter(numbered)


def before_the_public(work: Work) -> None:
    """The breach is published as one that the police have."""
    said = dict.fromkeys(("address", "legal_rep", "facts", "handled"), "拒不支付")
    work.do(publishing.propose_publication, breach="refused_pay", code="370282228001234", **said)
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=work.office.head)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")


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
    told_of = {"grounds": "criminal_figure", "persons": ["王法人"], "told_on": TOLD, "rural_basis": RURAL}
    walk(work, listing.tell_party, order_id=order_id, **told_of)
    walk(work, listing.record_objection, objection="金额有误", objected_on=TODAY)
    walk(work, listing.verify_objection, verified="金额无误", verified_on=TODAY)
    walk(work, listing.extend_listing, reason="案情复杂", actor=office.head)
    walk(work, listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)
    all_paid(work, date(2026, 12, 1))
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
        approved(sent, Proposal(exit=Exit.TRANSFERRED_TO_POLICE))
        if not filed:
            before_the_public(sent)
        walk(sent, transferring.record_police, filed=filed, answered_on=TODAY, answer="答复")
        if filed:
            walk(sent, transferring.hand_materials, handed_on=TODAY)
        else:
            walk(sent, transferring.ask_reconsideration, asked_on=TODAY)
            walk(sent, transferring.record_police, filed=False, answered_on=TODAY, answer="仍不予立案")
            walk(sent, transferring.take_back, reason="公安机关不予立案", actor=office.head)
    assert walked == {act: (set(step.clocks), set(step.papers)) for act, step in table.items()}


@pytest.mark.parametrize(
    ("serve", "order"),
    [
        (False, {}),
        (True, {"amount": None, "demand": "设置维权信息告示牌", "law": "724 §34"}),
    ],
)
def test_only_a_served_order_to_pay_of_this_case_makes_the_crime_and_the_listing(
    office: Office, serve: bool, order: dict[str, Any]
) -> None:
    work = Work(office, workers=12, yuan=90_000, received_at=HEARD)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(90_000))
    order_id = ordered_to_pay(work, serve=serve, **order)
    with pytest.raises(NotAllowed, match="No order to pay was served"):
        work.do(transferring.report_crime, officer_ids=[work.lead.id, work.other.id], report="失联", reported_on=TODAY)
    with pytest.raises(NotAllowed, match="Only a served order to pay"):
        work.do(
            listing.tell_party,
            order_id=order_id,
            grounds="criminal_figure",
            persons=[],
            told_on=TOLD,
            rural_basis=RURAL,
        )


def test_an_order_that_came_on_its_own_day_left_no_time_to_obey_it(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000, received_at=HEARD)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(90_000))
    ordered_to_pay(work, serve=False)
    served(work, "rectification_order", date(2026, 11, 16))
    usual: dict[str, Any] = {"officer_ids": [work.lead.id, work.other.id], "report": "失联", "reported_on": TODAY}
    with pytest.raises(NotAllowed, match="No order to pay was served"):
        work.do(transferring.report_crime, **usual)
    ordered_to_pay(work, serve=False)
    served(work, "rectification_order", date(2026, 11, 15))
    work.do(transferring.report_crime, **usual)


def test_an_order_is_posted_for_a_boss_who_fled_with_its_photo(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000, received_at=HEARD)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(90_000))
    ordered_to_pay(work, serve=False)
    filled(work, "rectification_order")
    order = paper_of(office, work.id, "rectification_order")

    def post(paper: DocumentRow, ref: str = "") -> None:
        handling.serve_document(
            office.store,
            document_id=paper.id,
            served_on=date(2026, 11, 10),
            served_how="posted",
            served_ref=ref,
            actor=work.lead,
            at=office.at,
        )

    with pytest.raises(NotAllowed, match="where the boss fled"):
        post(order, "工地大门，照片三张")
    work.do(sparing.record_red_flag, kind="flight", seen_on=TODAY, basis="电话关机，住所无人")
    with pytest.raises(BadInput, match="photo or video"):
        post(order, " ")
    work.do(handling.issue_document, kind="inquiry_notice", issued_on=date(2026, 11, 9), body={})
    with pytest.raises(NotAllowed, match="Only an order to pay is posted"):
        post(paper_of(office, work.id, "inquiry_notice"), "照片")
    post(order, "工地大门，照片三张")
    kept = paper_of(office, work.id, "rectification_order")
    assert (kept.served_how, kept.served_ref) == ("posted", "工地大门，照片三张")
    work.do(
        transferring.report_crime, officer_ids=[work.lead.id, work.other.id], report="包工头失联", reported_on=TODAY
    )


def ignored(office: Office, pay_until: str = "2026-12-01") -> tuple[Work, datetime]:
    """A firm that a handling decision orders to pay by a day, and that did not; and a moment after that day."""
    work = ordered(office, workers=12, yuan=90_000, verified=90_000, pay_until=pay_until)
    return work, office.at + timedelta(days=20)


def test_a_handling_decision_is_an_order_to_pay(office: Office) -> None:
    work, later = ignored(office)
    usual: dict[str, Any] = {"officer_ids": [work.lead.id, work.other.id], "report": "拒不支付"}
    with pytest.raises(NotAllowed, match="still runs until 2026-12-01"):
        work.do(transferring.report_crime, **usual, reported_on=TODAY)
    work.do(transferring.report_crime, **usual, reported_on=later.date(), at=later)
    decision = paper_of(office, work.id, "handling_decision")
    work.do(
        listing.tell_party,
        order_id=decision.id,
        grounds="criminal_figure",
        persons=[],
        told_on=later.date(),
        rural_basis=RURAL,
        at=later,
    )
    assert (row(office).order_id, row(office).decision_id) == (None, decision.id)
    assert due(office, work, "list_decide") == date(2026, 12, 29)


def test_a_decision_whose_day_is_not_gone_is_not_disobeyed(office: Office) -> None:
    work, later = ignored(office, pay_until="2026-12-31")
    with pytest.raises(NotAllowed, match="still runs until 2026-12-31"):
        work.do(
            transferring.report_crime,
            officer_ids=[work.lead.id, work.other.id],
            report="拒不支付",
            reported_on=later.date(),
            at=later,
        )


def test_a_decision_that_is_not_obeyed_goes_to_the_police_after_the_case_was_concluded(office: Office) -> None:
    work, later = ignored(office)
    to_police = Proposal(exit=Exit.TRANSFERRED_TO_POLICE)
    with pytest.raises(NotAllowed, match="concluded"):
        work.do(submit_outcome, proposal=HANDLING, at=later)
    with pytest.raises(Unmet):
        work.do(submit_outcome, proposal=to_police, at=later)
    with_the_police(work, later)
    approved(work, to_police, at=later)
    assert trail(office, work.id, "law")[-3:] == ["decided", "served", "transferred"]
    work.do(close_case, actor=office.head, at=later)
    assert office.look(work.id).legal_status == "closed"


def with_the_police(work: Work, at: datetime) -> None:
    """Reported, decided and handed over at one moment."""
    day = at.date()
    work.do(
        transferring.report_crime,
        officer_ids=[work.lead.id, work.other.id],
        report="拒不支付",
        reported_on=day,
        at=at,
    )
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=work.office.head, at=at)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=day, body={}, at=at)
    work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=at, at=at)


def test_24_hours_are_hours(office: Office) -> None:
    for hours, colour in ((24, "met"), (25, "late_met")):
        work, _ = unpaid(office, employer=f"青岛{hours}号水产有限公司")
        work.do(transferring.report_crime, officer_ids=[work.lead.id, work.other.id], report="失联", reported_on=TODAY)
        work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
        work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
        at = office.at + timedelta(hours=hours)
        work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=at, at=at)
        with office.store.read() as session:
            clock = session.scalars(
                select(ClockRow).where(ClockRow.case_id == work.id, ClockRow.kind == "transfer_hand_over")
            ).one()
            assert (clock.due_at, clock.met_at) == (office.at + timedelta(hours=24), at)
            assert clock.met_on == clock.due_on
            assert Horizon(TODAY, published(), 1).colour(clock, 0) == colour
    with office.store.read() as session:
        month = figures(session, "2026-11")
    for figure, counted in (("clocks_met", 2), ("clocks_on_time", 1)):
        cells = month.cells.items()
        found = [value for (name, _, kind), value in cells if (name, kind) == (figure, "transfer_hand_over")]
        assert found == [counted], figure


def test_who_reports_does_not_decide_even_as_a_head(office: Office) -> None:
    work, _ = unpaid(office)
    work.do(
        transferring.report_crime,
        officer_ids=[work.lead.id, office.chief.id],
        report="失联",
        reported_on=TODAY,
        actor=office.head,
    )
    for one in (office.head, office.chief):
        with pytest.raises(NotAllowed, match="transfer of their own"):
            work.do(transferring.decide_transfer, approve=True, reason="符合", actor=one)


def test_reconsideration_may_be_asked_for_on_its_last_day(office: Office) -> None:
    work = handed(office)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    last = datetime.combine(date(2026, 11, 25), office.at.timetz())
    work.do(transferring.ask_reconsideration, asked_on=last.date(), at=last)
    assert state(office) == "reconsider"


def test_the_party_may_object_until_the_end_of_the_last_day(office: Office) -> None:
    work = told(office)
    last = datetime.combine(date(2026, 11, 25), office.at.timetz())
    listing_: dict[str, Any] = {"decision": "listed", "reason": "逾期未付", "actor": office.head}
    with pytest.raises(NotAllowed, match="may still object"):
        work.do(listing.decide_listing, **listing_, at=last)
    after = last + timedelta(days=1)
    work.do(listing.decide_listing, **listing_, at=after)
    other = told(office)
    other.do(listing.record_objection, objection="金额有误", objected_on=last.date(), at=last)


def test_the_days_to_object_outlive_their_clock(office: Office) -> None:
    work = told(office)
    with office.store.write() as session:
        for clock in session.scalars(select(ClockRow).where(ClockRow.kind == "list_objection")):
            clock.state = "cancelled"
    with pytest.raises(NotAllowed, match="may still object"):
        work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)
    late = office.at + timedelta(days=10)
    with pytest.raises(NotAllowed, match="after the term"):
        work.do(listing.record_objection, objection="金额有误", objected_on=late.date(), at=late)


def test_nobody_is_listed_on_a_day_that_is_a_guess(office: Office) -> None:
    work, order_id = unpaid(office)
    telling = datetime(2026, 12, 28, 1, tzinfo=UTC)
    work.do(
        listing.tell_party,
        order_id=order_id,
        grounds="criminal_figure",
        persons=[],
        told_on=telling.date(),
        rural_basis=RURAL,
        at=telling,
    )
    later = telling + timedelta(days=30)
    listing_: dict[str, Any] = {"decision": "listed", "reason": "逾期未付", "actor": office.head, "at": later}
    with pytest.raises(NotAllowed, match="not published yet"):
        work.do(listing.decide_listing, **listing_)
    work.do(listing.record_objection, objection="金额有误", objected_on=later.date(), at=later)


def test_a_term_that_ended_is_not_extended(office: Office) -> None:
    for day, allowed in ((date(2026, 12, 14), True), (date(2026, 12, 15), False)):
        work = told(office)
        at = datetime.combine(day, office.at.timetz())
        asked: dict[str, Any] = {"reason": "情况复杂", "actor": office.head, "at": at}
        if allowed:
            work.do(listing.extend_listing, **asked)
        else:
            with pytest.raises(NotAllowed, match="ended on 2026-12-14"):
                work.do(listing.extend_listing, **asked)


def test_the_list_is_for_rural_workers_or_says_why_these_are(office: Office) -> None:
    work, order_id = unpaid(office)
    usual: dict[str, Any] = {
        "order_id": order_id,
        "grounds": "criminal_figure",
        "persons": [],
        "told_on": TOLD,
    }
    with pytest.raises(NotAllowed, match="rural migrant workers"):
        work.do(listing.tell_party, **usual)
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).nature = "arrears_rural"
    work.do(listing.tell_party, **usual)
    assert row(office).rural_basis is None


def on_list_and_paid(office: Office) -> tuple[Work, dict[str, Any], datetime]:
    """A listed party that has paid, what its request says, and the first moment it may make it."""
    work, _ = listed(office)
    paid_on = date(2026, 12, 1)
    all_paid(work, paid_on)
    return work, {"corrected_on": paid_on, "credit_pledge_on": paid_on}, datetime(2027, 6, 1, 1, tzinfo=UTC)


def test_who_took_part_in_a_case_decides_neither_on_its_listing_nor_on_its_removal(office: Office) -> None:
    work, order_id = unpaid(office)
    pair = [work.lead.id, office.chief.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    ground: dict[str, Any] = {"grounds": "criminal_figure", "persons": [], "told_on": TOLD, "rural_basis": RURAL}
    work.do(listing.tell_party, order_id=order_id, **ground)
    listing_: dict[str, Any] = {"decision": "listed", "reason": "逾期未付", "at": office.at + timedelta(days=10)}
    with pytest.raises(NotAllowed, match="listing of their own"):
        work.do(listing.decide_listing, actor=office.chief, **listing_)
    work.do(listing.decide_listing, actor=office.head, **listing_)
    paid_on, first = date(2026, 12, 1), datetime(2027, 6, 1, 1, tzinfo=UTC)
    all_paid(work, paid_on)
    ask = {"corrected_on": paid_on, "credit_pledge_on": paid_on, "asked_on": first.date(), "at": first}
    work.do(listing.ask_removal, **ask)
    for grant in (True, False):
        with pytest.raises(NotAllowed, match="listing of their own"):
            work.do(listing.decide_removal, grant=grant, reason="已修复", actor=office.chief, at=first)
    work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=first)


def test_nothing_is_handed_over_before_it_is_decided(office: Office) -> None:
    work = reported(office)
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    over: dict[str, Any] = {"police": "即墨分局", "packet": PACK}
    with pytest.raises(BadInput, match="between the decision and now"):
        work.do(transferring.hand_over, **over, handed_at=office.at - timedelta(minutes=1))
    work.do(transferring.hand_over, **over, handed_at=office.at)


def test_the_days_to_ask_the_police_again_run_once(office: Office) -> None:
    work = handed(office)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="维持")
    with office.store.read() as session:
        asked = session.scalars(select(ClockRow.state).where(ClockRow.kind == "reconsider")).all()
    assert asked == ["met"]
    with pytest.raises(NotAllowed, match="asked to reconsider once"):
        work.do(transferring.ask_reconsideration, asked_on=TODAY)


def test_removal_is_asked_for_on_its_first_day_and_once(office: Office) -> None:
    work, ask, first = on_list_and_paid(office)
    early = ask | {"corrected_on": date(2026, 11, 30)}
    with pytest.raises(BadInput, match="not corrected before that"):
        work.do(listing.ask_removal, asked_on=first.date(), at=first, **early)
    work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)
    with pytest.raises(NotAllowed, match="already waits"):
        work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)
    work.do(listing.decide_removal, grant=False, reason="材料不全", actor=office.head, at=first)
    work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)


def test_what_was_decided_against_the_employer_since_keeps_it_on_the_list(office: Office) -> None:
    work, ask, first = on_list_and_paid(office)
    work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)
    ordered(office, at=first)
    with pytest.raises(NotAllowed, match="offended again since it was listed"):
        work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=first)
    work.do(listing.decide_removal, grant=False, reason="再次欠薪", actor=office.head, at=first)
    with pytest.raises(NotAllowed, match="offended again since it was listed"):
        work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)


@pytest.mark.parametrize(
    ("state", "bars"),
    [
        ("reported", True),
        ("approved", True),
        ("handed_over", True),
        ("reconsider", True),
        ("police_filed", True),
        ("refused", False),
        ("police_refused", False),
    ],
)
def test_a_criminal_case_that_is_under_way_bars_removal(office: Office, state: str, bars: bool) -> None:
    work, ask, first = on_list_and_paid(office)
    with office.store.write() as session:
        session.add(
            CrimeTransferRow(
                id="trf_1",
                case_id=work.id,
                state=state,
                officer_ids=[],
                reported_on=TODAY,
                report="失联",
                by="acc",
                at=office.at,
            )
        )
    if bars:
        with pytest.raises(NotAllowed, match="criminal case"):
            work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)
    else:
        work.do(listing.ask_removal, asked_on=first.date(), at=first, **ask)
