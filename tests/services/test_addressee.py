"""To whom a paper goes: the employer, or the party of the liability chain that was named liable to pay (724 §29-37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaint import Sector
from casework.discretion import Waiver
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import Exit
from services.cases import handling, party
from services.cases.outcomes import Proposal, checklist, submit_outcome
from services.malice import listing, transferring
from services.money.liability import name_liable, record_party
from services.paperwork.filling_papers import fill_paper, issue_service_proof
from services.paperwork.paper_values import check_printed, values_of
from tests.services.lives import approved, paper_of, served
from tests.services.office import Office
from tests.services.test_enforcing import demand
from tests.services.test_malicious import HEARD, RURAL, TOLD, ordered_to_pay, unpaid
from tests.services.work import PRIOR, TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintVersionRow, DocumentRow, EmployerRow, JointListingRow
from warehouse.store.liable import chain_of

EMPLOYER = "青岛蓝天海产加工有限公司"
LONG = "青岛东海岸建筑安装工程集团第一分公司"
GENERAL: dict[str, Any] = {
    "part": "general_contractor",
    "name": "青岛大建集团有限公司",
    "told_by": "contract",
    "uscc": "91110108551385082Q",
}
SUB: dict[str, Any] = {"part": "subcontractor", "name": EMPLOYER, "told_by": "contract", "owes": True}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def chained(work: Work, **general: str) -> dict[str, str]:
    """A building site with a general contractor and the subcontractor that owes; the ids of both, by part."""
    with work.store.write() as session:
        session.get_one(CaseRow, work.id).sector = Sector.CONSTRUCTION
    for one in (GENERAL | general, SUB):
        work.do(record_party, **one)
    with work.store.read() as session:
        return {row.part: row.id for row in chain_of(session, work.id)}


def named(work: Work, **as_told: str) -> str:
    """The general contractor is named liable to pay first. Returns its id."""
    general = chained(work, **as_told)["general_contractor"]
    work.do(name_liable, party_id=general, ground="general_contractor_first")
    return general


def reads(work: Work, document_id: str) -> tuple[object, object]:
    """Whom a paper speaks to: name and credit code."""
    with work.store.read() as session:
        paper = session.get_one(DocumentRow, document_id)
        values = values_of(session, paper, session.get_one(CaseRow, work.id))
    return values["employer"], values.get("uscc")


def notified(work: Work, addressee: str | None, **says: str) -> None:
    """The prior notice reached a party, which waived its defence."""
    body = PRIOR | says
    given = {"kind": "prior_notice", "issued_on": TODAY, "body": body, "served_on": TODAY, "served_how": "direct"}
    work.do(handling.issue_document, **given, addressee=addressee)
    work.do(party.record_defence, kind="waived", done_on=TODAY, said="书面放弃")


def test_an_order_to_pay_names_the_party_that_was_named_liable(office: Office) -> None:
    work = Work(office)
    ids = chained(work)
    order: dict[str, Any] = {"demand": "先行清偿工资", "law": "724 §30", "issued_on": TODAY, "amount": Decimal(30_000)}
    with pytest.raises(NotAllowed, match="named liable"):
        work.do(handling.order_correction, **order, addressee=ids["general_contractor"])
    work.do(name_liable, party_id=ids["general_contractor"], ground="general_contractor_first")
    with pytest.raises(NotAllowed, match="named liable"):
        work.do(handling.order_correction, **order, addressee=ids["subcontractor"])
    with pytest.raises(NotFound):
        work.do(handling.order_correction, **order, addressee="lia_nobody")
    issued = work.do(handling.order_correction, **order, addressee=ids["general_contractor"])
    assert reads(work, issued.document_id) == (GENERAL["name"], GENERAL["uscc"])
    own = work.do(handling.order_correction, **order)
    assert reads(work, own.document_id)[0] == EMPLOYER, "without a choice it goes to the employer"
    proof = work.do(issue_service_proof, document_id=issued.document_id, issued_on=TODAY)
    with office.store.read() as session:
        values = values_of(session, session.get_one(DocumentRow, proof.document_id), session.get_one(CaseRow, work.id))
    assert values["served_to"] == GENERAL["name"]
    served_id = issued.document_id
    work.do(fill_paper, document_id=served_id, values={"facts": "欠付工资"})
    handling.serve_document(
        office.store, document_id=served_id, served_on=TODAY, served_how="direct", actor=work.lead, at=office.at
    )
    work.do(name_liable, party_id=ids["subcontractor"], ground="employer_itself")
    assert reads(work, served_id)[0] == GENERAL["name"], "what was served stands"


def test_a_decision_to_pay_goes_to_whom_its_prior_notice_went(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="工地", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    general = named(work)
    proposal = Proposal(exit=Exit.HANDLING, addressee=general)
    notified(work, None)
    with pytest.raises(NotAllowed, match="another party"):
        work.do(submit_outcome, proposal=proposal)
    notified(work, general)
    with pytest.raises(NotAllowed, match="another party"):
        work.do(submit_outcome, proposal=Proposal(exit=Exit.HANDLING))
    with pytest.raises(BadInput):
        work.do(submit_outcome, proposal=Proposal(exit=Exit.PENALTY, addressee=general))
    approved(work, proposal)
    decision = paper_of(office, work.id, "handling_decision")
    assert reads(work, decision.id) == (GENERAL["name"], GENERAL["uscc"])
    assert "724 §30 para 3" in str(decision.body["basis"])
    served(work, "handling_decision")
    demand(work, office.at)
    assert reads(work, paper_of(office, work.id, "performance_demand").id)[0] == GENERAL["name"]


def test_the_list_and_the_police_are_told_of_whoever_was_ordered_to_pay(office: Office) -> None:
    work, _ = unpaid(office)
    general = named(work)
    report = {"officer_ids": [work.lead.id, work.other.id], "report": "拒不支付", "reported_on": TODAY}
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).amount_verified_fen = 12_000_000
    with pytest.raises(NotAllowed, match="another party"):
        work.do(transferring.report_crime, **report, addressee=general)
    order_id = ordered_to_pay(work, addressee=general)
    work.do(transferring.report_crime, **report, addressee=general)
    assert reads(work, paper_of(office, work.id, "transfer_form").id)[0] == GENERAL["name"]
    work.do(transferring.decide_transfer, approve=True, reason="同意", actor=office.head)
    letter = work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    assert reads(work, letter.document_id)[0] == GENERAL["name"]
    work.do(
        listing.tell_party,
        order_id=order_id,
        grounds="criminal_figure",
        persons=[],
        told_on=TOLD,
        rural_basis=RURAL,
        served_how=None,
    )
    assert reads(work, paper_of(office, work.id, "listing_notice").id)[0] == GENERAL["name"]
    with office.store.read() as session:
        row = session.scalars(select(JointListingRow)).one()
        assert session.get_one(EmployerRow, row.employer_id).name == GENERAL["name"], "not the subcontractor is listed"


def test_no_other_paper_goes_to_another_party(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    general = named(work)
    with pytest.raises(BadInput):
        work.do(handling.issue_document, kind="inspection_advice", issued_on=TODAY, body={}, addressee=general)


def test_no_employer_is_fined_on_a_notice_that_went_to_another(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="工地", officer_ids=pair)
    general = named(work)
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),))
    notified(work, general, intended_fine="4000")
    with pytest.raises(NotAllowed, match="another party"):
        work.do(submit_outcome, proposal=fine)
    notified(work, None, intended_fine="4000")
    approved(work, fine)
    assert reads(work, paper_of(office, work.id, "penalty_decision").id)[0] == EMPLOYER


def test_a_complaint_that_tells_of_the_contractor_keeps_no_paper_from_it(office: Office) -> None:
    """Its name is long enough to be a quotation; what else the complaint says still is one, and so is who told it."""
    work = Work(office)
    with office.store.write() as session:
        said = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == work.main)).one()
        said.narrative = f"我在{LONG}的工地上干活，干完以后班长让我们回家等消息。"
        said.complainant_name = "吴德海"
    general = named(work, name=LONG)
    order: dict[str, Any] = {"law": "724 §30", "issued_on": TODAY, "addressee": general}
    issued = work.do(handling.order_correction, **order, demand=f"{LONG}先行清偿工资")
    with office.store.read() as session:
        check_printed(session, session.get_one(CaseRow, work.id), session.get_one(DocumentRow, issued.document_id))
    with pytest.raises(NotAllowed, match="quotes a complaint"):
        work.do(handling.order_correction, **order, demand="干完以后班长让我们回家等消息")
    work.do(record_party, part="subcontractor", name="吴德海", told_by="contract")
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(handling.order_correction, **order, demand="清偿吴德海班组的工资")


@pytest.mark.parametrize("to_employer", [False, True], ids=["another", "own"])
def test_only_whoever_was_ordered_missed_the_order(office: Office, to_employer: bool) -> None:
    """Additional compensation, and the fine for not obeying, follow an order to the one who is to pay it."""
    work = Work(office, workers=12, yuan=90_000, received_at=HEARD)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="工地", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(3_000))
    general = named(work)
    ordered_to_pay(work, addressee=None if to_employer else general)

    def unfounded(proposal: Proposal) -> set[str]:
        lines = checklist(office.store, case_id=work.id, exit=proposal.exit, at=office.at, proposal=proposal)
        return {line.key for line in lines if not line.met} & {"additional", "fine"}

    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("not_obeyed", "slight"),))
    on_top = Proposal(exit=Exit.HANDLING, amount_additional=Decimal(3_000))
    assert unfounded(fine) == (set() if to_employer else {"fine"})
    assert unfounded(on_top) == (set() if to_employer else {"additional"})
    assert unfounded(replace(on_top, addressee=general)) == ({"additional"} if to_employer else set())

    notified(work, None)
    if to_employer:
        approved(work, on_top)
    else:
        with pytest.raises(NotAllowed, match="a served order to pay"):
            work.do(submit_outcome, proposal=on_top)


def test_the_employer_in_the_chain_is_the_employer(office: Office) -> None:
    """Named liable itself, it is addressed as without a choice: what one paper says to it counts for the next."""
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="工地", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    own = chained(work)["subcontractor"]
    work.do(name_liable, party_id=own, ground="employer_itself")
    notified(work, None)
    work.do(submit_outcome, proposal=Proposal(exit=Exit.HANDLING, addressee=own), save_draft=True)
    approved(work, Proposal(exit=Exit.HANDLING, addressee=own))
    decision = paper_of(office, work.id, "handling_decision")
    assert reads(work, decision.id)[0] == EMPLOYER
    assert decision.addressee_id is None
