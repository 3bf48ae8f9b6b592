"""Malicious non-payment: the joint-sanction list and the transfer to the police, each with its own days and records."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import months_after
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from casework.sanctions import PACKET
from services import handling, listing, sparing, transferring
from services.outcomes import Proposal, submit_outcome
from tests.services.office import Office
from tests.services.work import C2, TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, CrimeTransferRow, JointListingRow, NoticeRow
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
