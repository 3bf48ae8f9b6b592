"""From signing to the closed file: filed, visited, ordered, paid, and ended by an exit the records allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaint import Complaint
from casework.discretion import Waiver
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from casework.people import Actor, Role
from services.cases import handling, party
from services.cases.outcomes import Proposal, checklist, close_case, decide_outcome, submit_outcome
from services.cases.reopening import reopen_case
from services.office.working_days import published
from tests.services.lives import approved, served
from tests.services.office import Office
from tests.services.test_malicious import handed
from tests.services.work import C2, PRIOR, TODAY, WORKERS, Work, clocks
from warehouse.audit import verify
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    CaseRow,
    ClockRow,
    ComplaintRow,
    DocumentRow,
    EmployerAliasRow,
    OutcomeRow,
    ReplyRow,
)
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.employers import find_or_make_employer
from warehouse.store.outcomes import Waived, facts_of


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_an_exemption_is_submitted_approved_and_answered(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition", "walk_in"))
    outcome_id = work.spared()
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("concluded", "decided")
    assert set(clocks(office, work.id).values()) <= {"met", "running"}
    assert clocks(office, work.id)["investigate"] == "met"
    with office.store.read() as session:
        outcome = session.get_one(OutcomeRow, outcome_id)
        assert (outcome.amount_exempted_fen, outcome.decided_by) == (200_000, office.head.id)
        assert {line["checked_by"] for line in outcome.conditions} == {"system", work.lead.id}
        paper = session.scalars(select(DocumentRow).where(DocumentRow.kind == "exemption_decision")).one()
        assert paper.document_no == "即人社劳监不罚字〔2026〕第1号"
        answers = session.execute(select(ReplyRow.channel, ReplyRow.body).where(ReplyRow.kind == "result")).all()
        assert sorted(one.channel for one in answers) == ["hotline_12345", "petition"]
        assert "首违不罚" in answers[0].body
        assert "30000.00元" in answers[0].body
        assert verify(session).broken_at is None


def test_a_refused_exemption_names_the_missing_heads_and_yuan(office: Office) -> None:
    work = Work(office)
    work.corrected(workers=WORKERS[:1])
    with pytest.raises(NotAllowed, match=r"^2 workers and 20,000\.00 yuan are still missing\.$"):
        work.do(submit_outcome, proposal=C2)
    draft = work.do(submit_outcome, proposal=C2, save_draft=True)
    work.do(
        handling.record_payment,
        paid_on=TODAY,
        workers=2,
        amount=Decimal(20_000),
        proof="bank_voucher",
        lines=WORKERS[1:],
    )
    assert work.do(submit_outcome, proposal=C2) == draft


def test_a_submission_without_the_ticks_of_a_person_is_refused(office: Office) -> None:
    work = Work(office)
    work.corrected()
    with pytest.raises(Unmet, match="Please confirm: ") as refused:
        work.do(submit_outcome, proposal=replace(C2, confirmed=()))
    assert {line.key for line in refused.value.conditions} == set(C2.confirmed)


def test_a_second_offence_is_found_under_another_name_of_the_employer(office: Office) -> None:
    first = Work(office)
    first.spared()
    alias, own_id = "蓝天海产", office.look(first.id).employer_id
    with office.store.write() as session:
        other = find_or_make_employer(
            session,
            name="青岛蓝天水产",
            name_key="青岛蓝天水产",
            uscc=None,
            district_code="370215",
            learned_from="complaint",
            at=office.at,
        )
        assert other is not None
        session.add_all(
            EmployerAliasRow(id=f"als_{n}", employer_id=one, name=alias, learned_from="office", learned_at=office.at)
            for n, one in enumerate((other, own_id))
        )
    second = Work(office, employer="青岛蓝天水产")
    second.corrected()
    with pytest.raises(NotAllowed, match=r"^Not the first: 即人社劳监案字〔2026〕第1号"):
        second.do(submit_outcome, proposal=C2)


def test_nobody_approves_their_own_outcome_and_only_heads_of_the_place_do(office: Office) -> None:
    work = Work(office)
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2, actor=office.head)
    work.reviewed()
    refusals: list[tuple[Actor, type[ArrearsError], str]] = [
        (office.head, NotAllowed, "their own"),
        (Actor(work.lead.id, frozenset({Role.HEAD}), ("370215",)), NotAllowed, "their own"),
        (office.desk, NotAllowed, "Only a head"),
        (office.officer(Role.HEAD, "370202"), NotFound, "no such outcome"),
    ]
    for actor, error, words in refusals:
        with pytest.raises(error, match=words):
            decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=actor, at=office.at)
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.chief, at=office.at)
    with pytest.raises(NotAllowed, match="does not wait"):
        decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.chief, at=office.at)


def test_a_rejected_outcome_leaves_the_case_in_progress(office: Office) -> None:
    work = Work(office)
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2)
    with pytest.raises(NotAllowed, match="already waits"):
        work.do(submit_outcome, proposal=C2)
    with pytest.raises(BadInput, match="reason"):
        decide_outcome(office.store, outcome_id=outcome_id, approve=False, reason="", actor=office.head, at=office.at)
    decide_outcome(
        office.store, outcome_id=outcome_id, approve=False, reason="证据不足", actor=office.head, at=office.at
    )
    assert office.look(work.id).status == "in_progress"
    assert work.do(submit_outcome, proposal=C2) != outcome_id


def test_a_fact_that_fell_away_before_the_approval_stops_it(office: Office) -> None:
    work = Work(office)
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2)
    work.reviewed()
    work.do(handling.verify_amount, amount=Decimal(90_000))
    with pytest.raises(Unmet, match=r"60,000\.00 yuan are still missing"):
        decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)


def test_the_criminal_figure_cannot_be_fined_away(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000)
    work.corrected(workers=[], verified=90_000)
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=12),))
    with pytest.raises(Unmet, match="Transfer to the police"):
        work.do(submit_outcome, proposal=fine)
    with pytest.raises(BadInput, match="Only an exemption"):
        work.do(submit_outcome, proposal=replace(fine, waivers=C2.waivers))


def test_a_fine_names_the_article_under_which_this_act_can_be_fined(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    work.announced(fine="29000")
    asked = {"issued_on": TODAY, "due_on": date(2026, 11, 23)}
    work.do(handling.order_correction, demand="补发工资条", law="724 §54", **asked)
    for fines, words in (
        ((), "row of the discretion guideline"),
        ((Waiver("no_fine", "slight"),), "no fine of its own"),
        ((Waiver("pay_records", "slight"),), "724 §54 is fined after a served order"),
        ((Waiver("not_obeyed", "slight"),), "423 §30.* none is on record"),
    ):
        with pytest.raises(Unmet, match=words):
            work.do(submit_outcome, proposal=Proposal(exit=Exit.PENALTY, fines=fines))
    served(work, "rectification_order")
    later = office.at + timedelta(days=4)
    proposal = Proposal(exit=Exit.PENALTY, fines=(Waiver("pay_records", "ordinary"),))
    with pytest.raises(Unmet, match=r"between 20,000\.00 yuan and 50,000\.00 yuan"):
        work.do(submit_outcome, proposal=replace(proposal, amount_fined=Decimal(50_001)), at=later)
    lighter = replace(proposal, exit=Exit.LIGHTER_PENALTY, amount_fined=Decimal(29_000), confirmed=("removes_harm",))
    heavier = Proposal(exit=Exit.PENALTY, fines=(Waiver("pay_records", "serious"),))
    with pytest.raises(Unmet, match=r"announced 29,000\.00 yuan; the fine is above that"):
        work.do(submit_outcome, proposal=heavier, at=later)
    with pytest.raises(Unmet, match=r"below the 29,000\.00 yuan"):
        work.do(submit_outcome, proposal=lighter, at=later)
    other = Proposal(exit=Exit.PENALTY, fines=(Waiver("site_duties", "slight"),))
    with pytest.raises(Unmet, match="724 §55 is fined after a served order by that article"):
        work.do(submit_outcome, proposal=other, at=later)
    approved(work, proposal, at=later)
    with office.store.read() as session:
        row = session.scalars(select(OutcomeRow)).one()
        assert (row.amount_fined_fen, row.basis) == (2_900_000, "423 §18(一); 724 §54")
    work.do(reopen_case, reason="再罚", actor=office.head, at=later)
    work.announced(later, fine="29000")
    with pytest.raises(Unmet, match="one act is fined once"):
        work.do(submit_outcome, proposal=proposal, at=later)


def test_the_party_is_heard_before_it_is_decided_on(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    spoke: dict[str, Any] = {"kind": "stated", "done_on": TODAY, "said": "资金周转困难", "examined": "不影响认定"}
    with pytest.raises(NotAllowed, match="No prior notice"):
        work.do(party.record_defence, **spoke)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": TODAY, "served_on": TODAY}
    with pytest.raises(NotAllowed, match="违法事实"):
        work.do(handling.issue_document, **notice, body={}, served_how="direct")
    for typed in ("约四千元", "4000.555", "-1", "4,000", ["4000"]):
        with pytest.raises(BadInput, match="takes a sum in yuan"):
            work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": typed}, served_how="direct")
    work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": "4000"}, served_how="direct")
    assert clocks(office, work.id)["hearing_request"] == "running"
    outcome_id = work.do(submit_outcome, proposal=Proposal(exit=Exit.HANDLING))
    decide: dict[str, Any] = {"outcome_id": outcome_id, "approve": True, "reason": None, "actor": office.head}
    with pytest.raises(Unmet, match="may defend itself until 2026-11-27"):
        decide_outcome(office.store, **decide, at=office.at + timedelta(days=7))
    with pytest.raises(BadInput, match="examined again"):
        work.do(party.record_defence, **(spoke | {"examined": " "}))
    work.do(party.record_defence, **spoke)
    decide_outcome(office.store, **decide, at=office.at)
    assert clocks(office, work.id)["hearing_request"] == "met"
    work.do(reopen_case, reason="复核", actor=office.head)
    with pytest.raises(Unmet, match="No prior notice was served"):
        work.do(submit_outcome, proposal=Proposal(exit=Exit.HANDLING))


def test_a_fine_waits_for_the_hearing_that_was_asked_for(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": TODAY, "served_on": TODAY, "served_how": "direct"}
    work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": "2000"})
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),))
    outcome_id = work.do(submit_outcome, proposal=fine)
    decide: dict[str, Any] = {"outcome_id": outcome_id, "approve": True, "reason": None, "actor": office.head}
    said: dict[str, Any] = {"done_on": TODAY, "said": "要求听证"}
    with pytest.raises(NotAllowed, match="not asked for a hearing"):
        work.do(party.record_defence, **said, kind="heard", examined="维持")
    late = office.at + timedelta(days=10)
    asked = said | {"kind": "hearing_asked"}
    with pytest.raises(NotAllowed, match="until 2026-11-27"):
        work.do(party.record_defence, **(asked | {"done_on": late.date()}), at=late)
    work.do(party.record_defence, **said, kind="stated", examined="不成立")
    with pytest.raises(Unmet, match="until 2026-11-27"):
        decide_outcome(office.store, **decide, at=office.at)
    work.do(party.record_defence, **asked)
    with pytest.raises(Unmet, match="was not held yet"):
        decide_outcome(office.store, **decide, at=late)
    heard: dict[str, Any] = {"kind": "heard", "said": "听证笔录", "examined": "维持", "notified_on": TODAY}
    with pytest.raises(BadInput, match="after it asked"):
        work.do(party.record_defence, **(heard | {"notified_on": date(2026, 1, 5)}), done_on=TODAY)
    with pytest.raises(NotAllowed, match="2026-12-01 at the earliest"):
        work.do(party.record_defence, **heard, done_on=date(2026, 11, 30), at=late)
    later = office.at + timedelta(days=11)
    work.do(party.record_defence, **heard, done_on=date(2026, 12, 1), at=later)
    with pytest.raises(Unmet, match="legal review of this outcome"):
        decide_outcome(office.store, **decide, at=later)
    work.reviewed()
    decide_outcome(office.store, **decide, at=later)


def test_a_fine_is_not_submitted_before_the_hearing_that_was_asked_for(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": TODAY, "served_on": TODAY, "served_how": "direct"}
    work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": "4000"})
    work.do(party.record_defence, kind="hearing_asked", said="要求听证", done_on=TODAY)
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),))
    with pytest.raises(Unmet, match="was not held yet"):
        work.do(submit_outcome, proposal=fine)
    lines = checklist(office.store, case_id=work.id, exit=Exit.PENALTY, at=office.at)
    assert [line.met for line in lines if line.key == "hearing_held"] == [False]
    later = office.at + timedelta(minutes=1)
    work.do(party.record_defence, kind="waived", said="撤回听证申请", done_on=TODAY, at=later)
    assert work.do(submit_outcome, proposal=fine)


def test_a_hearing_that_the_party_gave_up_is_not_waited_for(office: Office) -> None:
    """Asked for anew within its days, it is waited for again."""
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": TODAY, "served_on": TODAY, "served_how": "direct"}
    work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": "4000"})
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),))
    outcome_id = work.do(submit_outcome, proposal=fine)
    decide: dict[str, Any] = {"outcome_id": outcome_id, "approve": True, "reason": None, "actor": office.head}
    given_up: dict[str, Any] = {"kind": "waived", "said": "撤回听证申请"}
    work.do(party.record_defence, kind="hearing_asked", said="要求听证", done_on=TODAY)
    work.do(party.record_defence, **given_up, done_on=TODAY, at=office.at + timedelta(minutes=1))
    with pytest.raises(NotAllowed, match="not asked for a hearing"):
        work.do(party.record_defence, kind="heard", said="笔录", examined="维持", notified_on=TODAY, done_on=TODAY)
    soon = office.at + timedelta(days=4)
    work.do(party.record_defence, kind="hearing_asked", said="要求听证", done_on=soon.date(), at=soon)
    with pytest.raises(Unmet, match="was not held yet"):
        decide_outcome(office.store, **decide, at=soon)
    work.do(party.record_defence, **given_up, done_on=soon.date(), at=soon + timedelta(minutes=1))
    decide_outcome(office.store, **decide, at=soon)


def test_a_hearing_may_be_asked_for_on_the_last_of_the_five_days(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": TODAY, "served_on": TODAY, "served_how": "direct"}
    work.do(handling.issue_document, **notice, body=PRIOR | {"intended_fine": "2000"})
    asked: dict[str, Any] = {"kind": "hearing_asked", "said": "要求听证", "at": office.at + timedelta(days=10)}
    with pytest.raises(NotAllowed, match="until 2026-11-27"):
        work.do(party.record_defence, **asked, done_on=date(2026, 11, 28))
    work.do(party.record_defence, **asked, done_on=date(2026, 11, 27))
    assert clocks(office, work.id)["hearing_request"] == "met"


def test_days_to_ask_for_a_hearing_that_are_a_guess_are_held_against_nobody(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    told_on, later = date(2026, 12, 29), office.at + timedelta(days=60)
    notice: dict[str, Any] = {"kind": "prior_notice", "issued_on": told_on, "served_on": told_on}
    work.do(handling.issue_document, **notice, body=PRIOR, served_how="direct", at=later)
    work.do(party.record_defence, kind="hearing_asked", said="要求听证", done_on=later.date(), at=later)
    assert clocks(office, work.id)["hearing_request"] == "met"


def test_a_head_who_submitted_an_outcome_leaves_it_to_another_head(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    proposal = Proposal(exit=Exit.NOT_ESTABLISHED, confirmed=("unproven",))
    outcome_id = work.do(submit_outcome, proposal=proposal, actor=office.head)
    decide: dict[str, Any] = {"outcome_id": outcome_id, "approve": True, "reason": None, "at": office.at}
    with pytest.raises(NotAllowed, match="of their own"):
        decide_outcome(office.store, actor=office.head, **decide)
    decide_outcome(office.store, actor=office.chief, **decide)


def test_only_what_could_have_been_fined_is_waived(office: Office) -> None:
    work = Work(office)
    work.corrected()
    for waiver, words in (
        (Waiver("site_duties", "slight"), "724 §55 is fined after"),
        (Waiver("not_obeyed", "slight"), "none is on record"),
        (Waiver("protected_workers", "serious"), "lowest step"),
    ):
        with pytest.raises(Unmet, match=words):
            work.do(submit_outcome, proposal=replace(C2, waivers=(waiver,)))


def test_correction_only_ends_a_case_that_was_never_filed(office: Office) -> None:
    work = Work(office)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    issued = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    proposal = Proposal(exit=Exit.CORRECTION_ONLY, confirmed=("minor", "no_red_flag"))
    outcome_id = work.do(submit_outcome, proposal=proposal)
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    row = office.look(work.id)
    assert (row.status, row.legal_status, row.case_no) == ("concluded", "received", None)
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head)
    served(work, "rectification_order")
    with pytest.raises(NotAllowed, match="stays open: An order to correct was not obeyed"):
        work.do(close_case, actor=office.head)
    work.do(handling.record_correction, order_id=issued.order_id, corrected_on=TODAY)
    work.do(close_case, actor=office.head)
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("closed", "closed")
    with office.store.read() as session:
        assert session.scalars(select(AssignmentRow.state)).one() == "ended"
        states = session.scalars(select(ClockRow.state).where(ClockRow.case_id == work.id)).all()
    assert "running" not in states


def test_the_checklist_ticks_nothing_a_person_must_confirm(office: Office) -> None:
    work = Work(office)
    lines = checklist(office.store, case_id=work.id, exit=Exit.EXEMPT_FIRST_OFFENCE, at=office.at)
    assert {line.key for line in lines if line.by_person} == set(C2.confirmed)
    assert not any(line.met for line in lines if line.by_person)
    assert {line.key for line in lines if line.met} == {
        "employer_known",
        "first_offence",
        "few_workers",
        "not_group",
        "not_criminal",
        "not_with_police",
        "no_relapse",
    }


def test_a_case_goes_to_the_police_without_having_been_filed(office: Office) -> None:
    work = handed(office, filed=False)
    outcome_id = work.do(submit_outcome, proposal=Proposal(exit=Exit.TRANSFERRED_TO_POLICE))
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    assert office.look(work.id).status == "concluded"
    with office.store.read() as session:
        numbers = session.scalars(select(DocumentRow.document_no).where(DocumentRow.kind == "transfer_letter")).all()
    assert numbers == ["即人社劳监移字〔2026〕第1号"]


def test_a_sum_that_was_corrected_at_the_source_weighs_as_corrected(office: Office) -> None:
    case_id = office.case(workers=1, yuan=90_000)
    with office.store.write() as session:
        row = session.scalars(select(ComplaintRow)).one()
        for version, yuan in ((2, 90_000), (3, 2_000)):
            told = Complaint(
                channel=row.channel,
                source_key=row.source_key,
                version=version,
                received_at=office.at,
                narrative="工资没有发",
                complainant_name="张三",
                worker_count=1,
                amount_claimed=Decimal(yuan),
            )
            file_complaint(
                session, told, Filing(calendar=published(), reply_limit=None, by="system:test", at=office.at)
            )
        facts = facts_of(session, session.get_one(CaseRow, case_id), today=TODAY, waived=Waived())
    assert [one.fen for one in facts.short] == [200_000]


def test_who_investigated_neither_reviews_nor_decides_and_only_card_holders_investigate(office: Office) -> None:
    work, other_head = Work(office), office.officer(Role.HEAD, "370215")
    visit = {"visited_at": office.at, "place": "厂区"}
    clerk = office.officer(Role.SYSTEM_ADMIN, "370215")
    with pytest.raises(NotAllowed, match="hold the cards"):
        work.do(handling.record_visit, **visit, officer_ids=[work.lead.id, clerk.id])
    work.corrected()
    work.do(handling.record_visit, **visit, officer_ids=[work.lead.id, office.head.id])
    outcome_id = work.do(submit_outcome, proposal=C2)
    work.reviewed()
    decision = {"outcome_id": outcome_id, "approve": True, "reason": None, "at": office.at}
    with pytest.raises(NotAllowed, match="of their own"):
        decide_outcome(office.store, actor=office.head, **decision)
    decide_outcome(office.store, actor=other_head, **decision)
