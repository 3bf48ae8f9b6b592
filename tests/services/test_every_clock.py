"""Every deadline that docs/clocks.md says runs is started by a service; what it says does not run is by none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.clocks import LIMITS
from casework.discretion import Waiver
from casework.leniency import Exit
from services.cases import enforcing, handling, party, screening
from services.cases.outcomes import Proposal
from services.cases.reopening import reopen_case
from services.cases.supervising import supervise
from services.malice import listing, publishing, transferring
from services.paperwork.serving import announce_service
from tests.house.test_clocks_in_the_papers import table
from tests.services.lives import approved, ordered, served, told
from tests.services.office import Office
from tests.services.test_malicious import PACK, RURAL, TOLD, all_paid, unpaid
from tests.services.work import CALLED, TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import ClockEventRow, ClockRow


@pytest.fixture
def office(store: Warehouse, now: Any) -> Office:
    return Office(store, now)


def investigated(office: Office) -> None:
    """From the complaint to the end of the investigation, with what may come in between."""
    asked = office.case(employer="甲厂")
    (one,) = told(office, asked)
    version = office.version(asked)
    screening.ask_supplement(
        office.store, case_id=asked, version=version, complaint_id=one, wanted="单位", actor=office.desk, at=office.at
    )
    work = Work(office, employer="乙厂")
    work.do(handling.accept_case)
    work.do(handling.extend_investigation, reason="案情复杂", actor=office.bureau)
    ask = {"superior": "市局", "demand": "限期办结", "ordered_on": TODAY, "due_on": TODAY}
    work.do(supervise, **ask, actor=office.desk)
    work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    notice = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED).document_id
    work.do(announce_service, document_id=notice, announced_on=TODAY, tried="by_post", reason="查无此人")
    work.do(handling.end_investigation)


def decided(office: Office) -> None:
    """A fine, a sparing that is taken up again, and an order to pay that is demanded."""
    fined = Work(office, employer="丙厂")
    fined.do(handling.accept_case)
    pair = [fined.lead.id, fined.other.id]
    fined.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    fined.announced(fine="2000")
    approved(fined, Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),)))
    served(fined, "penalty_decision")
    spared = Work(office, employer="丁厂")
    spared.spared()
    spared.do(reopen_case, reason="工资未付", actor=office.head)
    pay = ordered(office, employer="戊厂")
    pay.do(enforcing.demand_performance, demand="支付", issued_on=TODAY, served_on=TODAY, served_how="direct")


def listed_and_removed(office: Office) -> None:
    work, order_id = unpaid(office, employer="己厂")
    ground = {"grounds": "criminal_figure", "persons": [], "told_on": TOLD, "rural_basis": RURAL}
    work.do(listing.tell_party, order_id=order_id, **ground)
    work.do(listing.record_objection, objection="金额有误", objected_on=TODAY)
    work.do(listing.verify_objection, verified="金额无误", verified_on=TODAY)
    work.do(listing.decide_listing, decision="listed", reason="逾期未付", actor=office.head)
    paid_on, at = date(2026, 12, 1), office.at + timedelta(days=220)
    all_paid(work, paid_on)
    ask = {"corrected_on": paid_on, "credit_pledge_on": paid_on, "asked_on": at.date()}
    work.do(listing.ask_removal, **ask, at=at)
    work.do(listing.decide_removal, grant=True, reason="已修复", actor=office.head, at=at)


def published_and_fallen(office: Office) -> None:
    """A decision to pay and a penalty are published; both fall, and one was objected to."""
    text = {
        "code": "370282228001234",
        "address": "即墨区",
        "legal_rep": "法人",
        "facts": "拖欠工资",
        "handled": "责令支付",
        "basis": "数额较大",
    }
    pay = ordered(office, employer="壬厂")
    fined = Work(office, employer="癸厂")
    fined.do(handling.accept_case)
    pair = [fined.lead.id, fined.other.id]
    fined.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    fined.announced(fine="2000")
    approved(fined, Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),)))
    served(fined, "penalty_decision")
    for work, breach in ((pay, "arrears"), (fined, "protected")):
        work.do(publishing.propose_publication, breach=breach, **text)
        work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
        work.do(publishing.publish_breach, published_on=TODAY, place="网站")
        work.do(publishing.record_publication_objection, objection="有误", objected_on=TODAY)
        work.do(party.record_remedy, way="review", where="区政府", taken_on=TODAY)
        work.do(party.end_remedy, how="annulled", said="复议决定1号", ended_on=TODAY)


def transferred(office: Office) -> None:
    for filed, employer in ((True, "庚厂"), (False, "辛厂")):
        work, _ = unpaid(office, employer=employer)
        pair = [work.lead.id, work.other.id]
        work.do(transferring.report_crime, officer_ids=pair, report="失联", reported_on=TODAY)
        work.do(transferring.decide_transfer, approve=True, reason="符合条件", actor=office.head)
        work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
        work.do(transferring.hand_over, police="即墨分局", packet=PACK, handed_at=office.at)
        work.do(transferring.record_police, filed=filed, answered_on=TODAY, answer="答复")


def test_the_clocks_of_the_page_are_started_by_services_and_no_others(office: Office) -> None:
    for part in (investigated, decided, listed_and_removed, published_and_fallen, transferred):
        part(office)
    with office.store.read() as session:
        running = select(ClockRow.kind, ClockRow.length, ClockRow.unit).distinct()
        started = {(kind, str(length), unit) for kind, length, unit in session.execute(running)}
        longer = session.scalars(select(ClockEventRow.kind).where(ClockEventRow.kind == "extended")).all()
    assert ("investigate", "90", "working") in started, "60 working days and the extension of 30"
    started.remove(("investigate", "90", "working"))
    page = {(kind, length, unit): state for kind, length, unit, _starts, _article, state in table("The clocks")}
    assert {row for row, state in page.items() if state == "runs"} == {one for one in started if one[0] in LIMITS}
    assert {row[0]: state for row, state in page.items() if state != "runs"} == {
        "extension": "added",
        "hearing_notice": "counted",
        "keep_evidence": "not started",
    }
    assert longer == ["extended"], "which has no clock of its own"
    beside = {row[0] for row in table("Other deadlines")}
    assert {one[0] for one in started} - set(LIMITS) == beside - {"reply"}, "the office of the tests owes no answer"
    assert "reply" in beside
