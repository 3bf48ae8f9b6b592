"""What officers type may name people: none of it can be read in the database without the keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from casework.people import Actor
from casework.sanctions import PACKET
from services.arriving.intake import discard
from services.cases import handling
from services.cases.inquiring import record_inquiry_answer
from services.cases.outcomes import decide_outcome, submit_outcome
from services.cases.party import record_defence
from services.cases.supervising import answer_supervision, chase, supervise
from services.cases.suspending import suspend_clock
from services.dispatch.assignments import send_back
from services.dispatch.dispatching import dispatch_case
from services.leniency import sparing
from services.leniency.pledges import Duty
from services.linkage.linking import split
from services.malice import listing, publishing, transferring
from services.money.ledger import add_roster, strike_worker
from services.money.liability import record_party
from services.money.payment_plans import record_plan
from services.months.freezing_month import freeze_month, restate_month
from services.office.rules import change_setting
from services.paperwork.serving import announce_service
from services.people.rota import record_absence, record_recusal
from services.warnings.settling import Asked, settle
from tests.services.lives import filled, ordered, paper_of
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH
from tests.services.test_malicious import ordered_to_pay, unpaid
from tests.services.work import C2, CALLED, PRIOR, TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import Base, ChannelRow, LandedRow, PublicationRow, WarningRow, new_id
from warehouse.store.clocks import running
from warehouse.store.linkage import members

PHONE = "13987654321"
TYPED = f"据工友孙玉兰说，电话{PHONE}"
COLUMNS = (
    "absence.reason",
    "approval.reason",
    "assignment.ended_reason",
    "channel.paused_reason",
    "chase.words",
    "clock_event.reason",
    "clock_pause.reason",
    "document.announced_why",
    "document.as_served",
    "document.body",
    "document.void_why",
    "inquiry_answer.note",
    "crime_transfer.police",
    "crime_transfer.police_answer",
    "crime_transfer.reason",
    "crime_transfer.report",
    "education.person",
    "education.said",
    "joint_listing.objection",
    "joint_listing.persons",
    "joint_listing.reason",
    "joint_listing.verified",
    "legal_review.opinion",
    "judgement.reason",
    "landed.settled_reason",
    "ledger_worker.struck_reason",
    "liable_party.name",
    "liable_party.told_where",
    "linkage_event.reason",
    "outcome.conditions",
    "outcome.decided_reason",
    "outcome.exempted_article",
    "outcome.note",
    "outcome.offence_item",
    "party_act.answer",
    "party_act.said",
    "payment.proof_ref",
    "payment_plan.agreed_with",
    "pledge.obligations",
    "pledge.scan_ref",
    "pledge.signed_by",
    "pledge_duty.says",
    "publication.address",
    "publication.basis",
    "publication.code",
    "publication.facts",
    "publication.handled",
    "publication.legal_rep",
    "publication.objection",
    "publication.place",
    "publication.reason",
    "publication.weighed",
    "recusal.reason",
    "red_flag.basis",
    "red_flag.lifted_why",
    "rectification_order.demand",
    "rectification_order.law",
    "referral.answer",
    "referral.reason",
    "restatement.reason",
    "supervision.answer",
    "supervision.demand",
    "supervision.superior",
    "visit.findings",
    "visit.people_met",
    "visit.place",
    "warning.reason",
    "warning_act.reason",
)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_a_name_typed_into_any_field_cannot_be_read_in_the_database(office: Office) -> None:
    _handle(office)
    _owe(office)
    _decide(office)
    _spare(office)
    _punish(office)
    _hear(office)
    _publish(office)
    _move(office)
    _set_aside(office)
    assert sorted(set(COLUMNS) - _opened(office.store)) == [], "the test types into every one of them"
    assert _readable(office.store) == []
    assert not any(PHONE.encode() in body for body in _files(office.store))


def _handle(office: Office) -> None:
    work = Work(office)
    officers = [work.lead.id, work.other.id]
    work.do(handling.accept_case)
    work.do(
        handling.record_visit,
        visited_at=office.at,
        place=TYPED,
        officer_ids=officers,
        people_met=TYPED,
        findings=TYPED,
    )
    inquiry = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={"note": TYPED})
    came = {"document_id": inquiry.document_id, "answered_on": TODAY, "came": False, "note": TYPED}
    work.do(record_inquiry_answer, **came)
    work.do(handling.order_correction, demand=TYPED, law=TYPED, issued_on=TODAY, due_on=date(2026, 11, 27))
    work.do(handling.record_payment, paid_on=TODAY, workers=1, amount=Decimal(1000), proof="witness", proof_ref=TYPED)
    work.do(handling.record_pledge, signed_by=TYPED, signed_on=TODAY, obligations=TYPED, due_on=date(2026, 12, 31))
    referral = work.do(handling.refer, body="police", reason=TYPED, referred_on=TODAY)
    work.do(handling.record_answer, referral_id=referral, answer=TYPED, answered_on=TODAY)
    work.do(handling.extend_investigation, reason=TYPED, actor=office.bureau)
    with office.store.read() as session:
        clock = running(session, kind="investigate", case_id=work.id)[0].id
    soon = office.at + timedelta(days=3)
    system = Actor.system("test")
    change_setting(
        office.store, name="clock.suspend.kinds", value=["investigate"], source="test", actor=system, at=office.at
    )
    work.do(suspend_clock, clock_id=clock, ground="other", reason=TYPED, actor=office.bureau, at=soon)
    asked = {"superior": TYPED, "demand": TYPED, "ordered_on": TODAY, "due_on": TODAY}
    supervision = work.do(supervise, actor=office.desk, **asked)
    work.do(answer_supervision, supervision_id=supervision, answer=TYPED, answered_on=TODAY)
    work.do(chase, words=TYPED, actor=office.head)


def _owe(office: Office) -> None:
    work = Work(office)
    work.do(add_roster, content=f"孙玉兰\t{PHONE}\t2026-08\t100".encode())
    work.do(strike_worker, number=1, reason=TYPED)
    plan = [(date(2026, 12, 1), Decimal(100))]
    work.do(record_plan, agreed_on=TODAY, agreed_with=TYPED, instalments=plan)
    work.do(record_party, part="crew", name=TYPED, told_by="party", told_where=TYPED)


def _spare(office: Office) -> None:
    work = Work(office)
    officers = [work.lead.id, work.other.id]
    work.corrected()
    work.do(sparing.educate, educated_on=TODAY, way="on_site", officer_ids=officers, whom=TYPED, said=TYPED)
    work.do(
        handling.record_pledge,
        signed_by="老板",
        signed_on=TODAY,
        obligations="依法",
        due_on=TODAY,
        duties=[Duty(TYPED, TODAY)],
        scan_ref=TYPED,
    )
    work.do(submit_outcome, proposal=replace(C2, evidence={"slight_harm": TYPED}))
    work.do(sparing.review_outcome, passed=False, opinion=TYPED, actor=office.desk)
    flag = work.do(sparing.record_red_flag, kind="refusal", seen_on=TODAY, basis=TYPED)
    work.do(sparing.lift_red_flag, flag_id=flag, reason=TYPED, actor=office.head)


def _punish(office: Office) -> None:
    work, order_id = unpaid(office)
    later = office.at + timedelta(days=1)
    ordered_to_pay(work, serve=False)
    filled(work, "rectification_order")
    work.do(sparing.record_red_flag, kind="flight", seen_on=TODAY, basis=TYPED)
    handling.serve_document(
        office.store,
        document_id=paper_of(office, work.id, "rectification_order").id,
        served_on=TODAY,
        served_how="posted",
        served_ref=TYPED,
        actor=work.lead,
        at=office.at,
    )
    work.do(
        listing.tell_party,
        order_id=order_id,
        grounds="criminal_figure",
        persons=[TYPED],
        told_on=TODAY,
        rural_basis=TYPED,
    )
    work.do(listing.record_objection, objection=TYPED, objected_on=TODAY)
    work.do(listing.verify_objection, verified=TYPED, verified_on=TODAY)
    work.do(listing.decide_listing, decision="listed", reason=TYPED, actor=office.head, at=later)
    officers = [work.lead.id, work.other.id]
    work.do(transferring.report_crime, officer_ids=officers, report=TYPED, reported_on=TODAY)
    work.do(transferring.decide_transfer, approve=True, reason=TYPED, actor=office.head)
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    work.do(transferring.hand_over, police=TYPED, packet=dict.fromkeys(PACKET, TYPED), handed_at=office.at)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer=TYPED)


def _hear(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    notice = {"kind": "prior_notice", "issued_on": TODAY, "body": PRIOR | {"facts": TYPED}}
    work.do(handling.issue_document, **notice, served_on=TODAY, served_how="direct")
    work.do(record_defence, kind="stated", done_on=TODAY, said=TYPED, examined=TYPED)
    called = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED)
    tried = {"announced_on": TODAY, "tried": "by_post", "reason": TYPED}
    work.do(announce_service, document_id=called.document_id, **tried)


def _publish(office: Office) -> None:
    work = ordered(office)
    said = dict.fromkeys(("address", "legal_rep", "facts", "handled", "code"), "孙玉兰")
    work.do(publishing.propose_publication, breach="arrears", basis=TYPED, **said)
    work.do(publishing.decide_publication, approve=True, reason=TYPED, weighed=TYPED, actor=office.head)
    void = ordered(office, employer="乙厂")
    void.do(publishing.propose_publication, breach="arrears", basis=TYPED, **said)
    for approve in (True, False):
        void.do(publishing.decide_publication, approve=approve, reason=TYPED, actor=office.head)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    work.do(publishing.record_publication_objection, objection=TYPED, objected_on=TODAY)
    with office.store.write() as session:
        # No act takes a telephone into what is published.
        row = session.scalars(select(PublicationRow).where(PublicationRow.case_id == work.id)).one()
        row.place = TYPED
        row.address = row.legal_rep = row.facts = row.handled = row.code = TYPED


def _decide(office: Office) -> None:
    work = Work(office)
    work.corrected()
    proposal = replace(C2, note=TYPED, exempted_article=TYPED, offence_item=TYPED)
    outcome_id = work.do(submit_outcome, proposal=proposal)
    decide_outcome(office.store, outcome_id=outcome_id, approve=False, reason=TYPED, actor=office.head, at=office.at)


def _move(office: Office) -> None:
    twice = office.case(channels=("hotline_12345", "petition"))
    with office.store.read() as session:
        leaving = sorted(members(session, twice))[1:]
    version = office.version(twice)
    at, desk = office.at, office.desk
    split(office.store, case_id=twice, version=version, complaint_ids=leaving, actor=desk, at=at, reason=TYPED)
    lead, other = office.inspectors[:2]
    back = office.case()
    dispatch_case(
        office.store,
        case_id=back,
        version=office.version(back),
        key="back",
        actor=desk,
        at=at,
        lead_id=lead.id,
        assisting_id=other.id,
    )
    send_back(office.store, case_id=back, version=office.version(back), reason=TYPED, actor=lead, at=at)
    record_recusal(
        office.store, account_id=lead.id, reason=TYPED, from_on=TODAY, actor=office.head, at=at, case_id=back
    )
    record_absence(office.store, account_id=lead.id, from_on=TODAY, to_on=TODAY, reason=TYPED, actor=office.head, at=at)


def _set_aside(office: Office) -> None:
    landed_id = new_id("lnd")
    with office.store.write() as session:
        session.get_one(ChannelRow, "petition").paused_reason = TYPED
        warning = WarningRow(
            id=new_id("wrn"), rule="r", rule_version="1", level="red", facts={}, raised_at=office.at, state="open",
            project_code="P-1", district_code="370215",
        )  # fmt: skip
        session.add(warning)
        session.add(
            LandedRow(
                id=landed_id,
                channel="petition",
                kind="complaint",
                source_key="x",
                version=1,
                digest="d",
                payload={"told": TYPED},
                position="1",
                landed_at=office.at,
                state="quarantined",
            )
        )
    settle(office.store, Asked(warning.id, 1, office.desk, office.at), outcome="confirmed", reason=TYPED)
    discard(office.store, landed_id=landed_id, reason=TYPED, actor=office.desk, at=office.at)
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    office.case(received_at=datetime(2026, 10, 9, tzinfo=UTC))
    assert restate_month(office.store, month=MONTH, reason=TYPED, actor=office.head, at=LATER) > 0


def _opened(store: Warehouse) -> set[str]:
    """The columns in which what was typed is found again, with the keys."""
    found = set()
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                found |= {str(column) for column, value in zip(table.columns, row, strict=True) if PHONE in str(value)}
    return found


def _readable(store: Warehouse) -> list[str]:
    """The columns in which it can be read without them."""
    found = set()
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT * FROM "{table.name}"'))
            names = list(rows.keys())
            for row in rows:
                found |= {f"{table.name}.{name}" for name, value in zip(names, row, strict=True) if _says(value)}
    return sorted(found)


def _says(value: object) -> bool:
    return PHONE.encode() in value if isinstance(value, bytes | memoryview) else PHONE in str(value)


def _files(store: Warehouse) -> list[bytes]:
    """The bytes of an embedded database: the file and its journal."""
    url = make_url(str(store.engine.url))
    if url.get_backend_name() != "sqlite":
        return []
    path = Path(url.database or "")
    found = [one.read_bytes() for one in path.parent.glob(f"{path.name}*")]
    assert found
    return found
