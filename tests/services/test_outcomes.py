"""From signing to the closed file: filed, visited, ordered, paid, and ended by an exit the records allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from casework.people import Actor, Role
from services import handling, outcomes
from services.dispatching import dispatch_case, sign_for
from services.handling import PaidWorker
from services.outcomes import Proposal, checklist, close_case, decide_outcome, submit_outcome
from tests.services.office import Office
from warehouse.audit import verify
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    ClockRow,
    ComplaintVersionRow,
    DocumentRow,
    EmployerRow,
    OutcomeRow,
    ReplyRow,
)
from warehouse.store.employers import add_alias, find_or_make_employer

TODAY = date(2026, 11, 20)
WORKERS = [PaidWorker(f"工人{n}", Decimal(10_000)) for n in range(3)]
C2 = Proposal(
    exit=Exit.EXEMPT_FIRST_OFFENCE,
    confirmed=("slight_harm", "educated", "no_red_flag", "not_listed"),
    amount_exempted=Decimal(5_000),
    exempted_article="423 §30(三)",
)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


class Work:
    """One case in the hands of its two inspectors; each act carries the version of now."""

    def __init__(self, office: Office, **case: Any) -> None:
        self.office, self.store = office, office.store
        self.lead, self.other = office.inspectors[0], office.inspectors[1]
        self.id = office.case(**case)
        dispatch_case(
            self.store,
            case_id=self.id,
            version=office.version(self.id),
            key=self.id,
            actor=office.desk,
            at=office.at,
            lead_id=self.lead.id,
            assisting_id=self.other.id,
        )
        self.do(sign_for)

    def do(self, act: Any, **fields: Any) -> Any:
        """One act of the lead inspector, or of whoever is named."""
        asked = {"actor": self.lead, "at": self.office.at, "version": self.office.version(self.id), **fields}
        return act(self.store, case_id=self.id, **asked)

    def corrected(self, workers: list[PaidWorker] | None = None, verified: int = 30_000) -> str:
        """Everything that an exemption needs but the outcome itself. Returns the order's id."""
        self.do(handling.accept_case)
        self.do(
            handling.record_visit, visited_at=self.office.at, place="厂区", officer_ids=[self.lead.id, self.other.id]
        )
        self.do(handling.verify_amount, amount=Decimal(verified))
        issued = self.do(
            handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY, due_on=date(2026, 11, 27)
        )
        paid = WORKERS if workers is None else workers
        if paid:
            total = sum((line.amount for line in paid), Decimal(0))
            self.do(
                handling.record_payment,
                paid_on=TODAY,
                workers=len(paid),
                amount=total,
                proof="bank_voucher",
                lines=paid,
            )
        self.do(handling.record_correction, order_id=issued.order_id, corrected_on=TODAY)
        self.do(
            handling.record_pledge,
            signed_by="老板",
            signed_on=TODAY,
            obligations="按月支付工资",
            due_on=date(2026, 12, 31),
        )
        return str(issued.order_id)

    def spared(self) -> str:
        """A case that was exempted and approved."""
        self.corrected()
        outcome_id: str = self.do(submit_outcome, proposal=C2)
        decide_outcome(
            self.store, outcome_id=outcome_id, approve=True, reason=None, actor=self.office.head, at=self.office.at
        )
        return outcome_id


def clocks(office: Office, case_id: str) -> dict[str, str]:
    with office.store.read() as session:
        rows = session.scalars(select(ClockRow).where(ClockRow.case_id == case_id))
        return {row.kind: row.state for row in rows}


def test_acceptance_is_the_filing_and_starts_the_clocks(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    assert work.do(handling.accept_case) == "即人社劳监案字〔2026〕第1号"
    row = office.look(work.id)
    assert row.legal_status == "filed"
    with office.store.read() as session:
        own = session.scalars(select(ClockRow).where(ClockRow.case_id == work.id).order_by(ClockRow.kind)).all()
        assert [(one.kind, one.due_on, one.provisional) for one in own] == [
            ("investigate", own[0].due_on, True),
            ("penalty_90", own[1].due_on, True),
        ]
        accepts = session.scalars(select(ClockRow).where(ClockRow.kind == "accept")).all()
        assert [(one.state, one.met_on) for one in accepts] == [("met", TODAY)] * 2
    with pytest.raises(NotAllowed, match="filed in law cannot become filed"):
        work.do(handling.accept_case)


def test_a_case_without_an_employer_is_not_filed(office: Office) -> None:
    work = Work(office, employer=None)
    with pytest.raises(NotAllowed, match="employer"):
        work.do(handling.accept_case)


def test_only_those_who_hold_a_case_work_on_it_and_only_as_it_is(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotFound, match="not with you"):
        work.do(handling.accept_case, actor=office.inspectors[2])
    with pytest.raises(Conflict, match="meanwhile"):
        work.do(handling.accept_case, version=office.version(work.id) - 1)
    waiting = office.case()
    with pytest.raises(NotAllowed, match="in progress"):
        handling.accept_case(
            office.store, case_id=waiting, version=office.version(waiting), actor=office.head, at=office.at
        )


def test_papers_are_numbered_by_kind_and_name_no_complainant(office: Office) -> None:
    work = Work(office)
    body = {"unit": "青岛蓝天海产加工有限公司", "list": "1-5"}
    numbers = [
        work.do(handling.issue_document, kind=kind, issued_on=TODAY, body=body).document_no
        for kind in ("inquiry_notice", "inquiry_notice", "inspection_advice")
    ]
    assert numbers == ["即人社劳监询字〔2026〕第1号", "即人社劳监询字〔2026〕第2号", "即人社劳监建字〔2026〕第1号"]
    with pytest.raises(NotAllowed, match="filed case only"):
        work.do(handling.issue_document, kind="prior_notice", issued_on=TODAY, body=body)
    with pytest.raises(BadInput, match="future"):
        work.do(handling.issue_document, kind="inquiry_notice", issued_on=date(2026, 11, 21), body=body)


def test_a_paper_that_quotes_a_complainant_is_refused(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_phone = "13812345678"
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={"note": "致电13812345678"})


def test_service_runs_on_a_clock_until_it_is_proven(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={})
    assert clocks(office, work.id)["serve"] == "running"
    with pytest.raises(BadInput, match="one of these ways"):
        handling.serve_document(
            office.store,
            document_id=issued.document_id,
            served_on=TODAY,
            served_how="by shouting",
            actor=work.lead,
            at=office.at,
        )
    handling.serve_document(
        office.store,
        document_id=issued.document_id,
        served_on=TODAY,
        served_how="direct",
        actor=work.lead,
        at=office.at,
    )
    assert clocks(office, work.id)["serve"] == "met"


BAD_ACTS: list[tuple[Any, dict[str, Any], str]] = [
    (handling.record_visit, {"officer_ids": ["acc_inspector_004"]}, "at least two officers"),
    (handling.record_visit, {"officer_ids": ["acc_inspector_004", "acc_nobody"]}, "no account"),
    (handling.record_visit, {"problems_found": 1, "problems_corrected": 2}, "more problems"),
    (handling.record_visit, {"visited_at": datetime(2026, 11, 21, tzinfo=UTC)}, "after it was made"),
    (handling.record_payment, {"amount": Decimal(0)}, "more than nothing"),
    (handling.record_payment, {"proof": "promise"}, "proven by one of"),
    (handling.record_payment, {"paid_on": date(2026, 11, 21)}, "after it was made"),
    (handling.record_payment, {"lines": WORKERS[:2]}, "2 lines for 3 workers"),
    (handling.record_payment, {"lines": [*WORKERS[:2], PaidWorker("工人", Decimal(1))]}, "add up"),
    (handling.refer, {"body": "moon"}, "referred to one of"),
    (handling.refer, {"reason": " "}, "needs a reason"),
]
USUAL: dict[Any, dict[str, Any]] = {
    handling.record_visit: {
        "visited_at": datetime(2026, 11, 20, tzinfo=UTC),
        "place": "厂区",
        "officer_ids": ["acc_inspector_004", "acc_inspector_005"],
    },
    handling.record_payment: {
        "paid_on": TODAY,
        "workers": 3,
        "amount": Decimal(30_000),
        "proof": "bank_voucher",
        "lines": WORKERS,
    },
    handling.refer: {"body": "housing", "reason": "转包", "referred_on": TODAY},
}


@pytest.mark.parametrize(("act", "change", "words"), BAD_ACTS)
def test_what_cannot_be_is_refused_in_words(office: Office, act: Any, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    before = office.version(work.id)
    with pytest.raises(ArrearsError, match=words):
        work.do(act, **{**USUAL[act], **change})
    assert office.version(work.id) == before
    work.do(act, **USUAL[act])
    assert office.version(work.id) == before + 1


def test_a_payment_says_what_is_odd_about_it(office: Office) -> None:
    work = Work(office)
    work.do(handling.verify_amount, amount=Decimal(20_000))
    recorded = work.do(handling.record_payment, **USUAL[handling.record_payment])
    assert recorded.warnings == ("More is paid now than was verified.",)
    bare = work.do(handling.record_payment, **{**USUAL[handling.record_payment], "lines": ()})
    assert "proves no worker" in bare.warnings[-1]


def test_an_exemption_is_submitted_approved_and_answered(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition", "walk_in"))
    outcome_id = work.spared()
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("concluded", "decided")
    assert set(clocks(office, work.id).values()) <= {"met", "running"}
    assert clocks(office, work.id)["investigate"] == "met"
    with office.store.read() as session:
        outcome = session.get_one(OutcomeRow, outcome_id)
        assert (outcome.amount_exempted_fen, outcome.decided_by) == (500_000, office.head.id)
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
        add_alias(session, session.get_one(EmployerRow, other), alias, learned_from="office", at=office.at)
        own = session.get_one(EmployerRow, own_id)
        add_alias(session, own, alias, learned_from="office", at=office.at)
    second = Work(office, employer="青岛蓝天水产")
    second.corrected()
    with pytest.raises(NotAllowed, match=r"^Not the first: 即人社劳监案字〔2026〕第1号"):
        second.do(submit_outcome, proposal=C2)


def test_nobody_approves_their_own_outcome_and_only_heads_of_the_place_do(office: Office) -> None:
    work = Work(office)
    work.corrected()
    outcome_id = work.do(submit_outcome, proposal=C2, actor=office.head)
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
    work.do(handling.verify_amount, amount=Decimal(90_000))
    with pytest.raises(Unmet, match=r"60,000\.00 yuan are still missing"):
        decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)


def test_the_criminal_figure_cannot_be_fined_away(office: Office) -> None:
    work = Work(office, workers=12, yuan=90_000)
    work.corrected(workers=[], verified=90_000)
    fine = Proposal(exit=Exit.PENALTY, amount_fined=Decimal(20_000))
    with pytest.raises(Unmet, match="Transfer to the police"):
        work.do(submit_outcome, proposal=fine)
    with pytest.raises(BadInput, match="Only an exemption"):
        work.do(submit_outcome, proposal=replace(fine, amount_exempted=Decimal(1)))


def test_correction_only_ends_a_case_that_was_never_filed(office: Office) -> None:
    work = Work(office)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    issued = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    proposal = Proposal(exit=Exit.CORRECTION_ONLY, confirmed=("minor",))
    outcome_id = work.do(submit_outcome, proposal=proposal)
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    row = office.look(work.id)
    assert (row.status, row.legal_status, row.case_no) == ("concluded", "received", None)
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head)
    handling.serve_document(
        office.store,
        document_id=issued.document_id,
        served_on=TODAY,
        served_how="direct",
        actor=work.lead,
        at=office.at,
    )
    work.do(close_case, actor=office.head)
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("closed", "closed")
    with office.store.read() as session:
        assert session.scalars(select(AssignmentRow.state)).one() == "ended"
        states = session.scalars(select(ClockRow.state).where(ClockRow.case_id == work.id)).all()
    assert "running" not in states


def test_an_order_without_a_day_takes_the_office_s_usual_one_unless_that_is_a_guess(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    with office.store.read() as session:
        body = session.get_one(DocumentRow, issued.document_id).body
    assert body["due_on"] == "2026-11-27"
    later = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="not published"):
        work.do(handling.order_correction, demand="x", law="y", issued_on=date(2026, 12, 30), at=later)


def test_an_investigation_ends_or_is_extended_once_by_a_head(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(handling.extend_investigation, reason="complicated")
    before = office.version(work.id)
    later = work.do(handling.extend_investigation, reason="complicated", actor=office.head)
    assert later > date(2027, 3, 1)
    assert office.version(work.id) == before + 1
    with pytest.raises(NotAllowed, match="once"):
        work.do(handling.extend_investigation, reason="again", actor=office.head)
    work.do(handling.end_investigation)
    assert clocks(office, work.id) == {"investigate": "met", "penalty_90": "running", "decide": "running"}
    assert office.look(work.id).legal_status == "investigated"


def test_a_pledge_a_referral_and_its_answer_are_kept(office: Office) -> None:
    work = Work(office)
    pledge_id = work.do(
        handling.record_pledge, signed_by="老板", signed_on=TODAY, obligations="支付", due_on=date(2026, 12, 1)
    )
    work.do(handling.record_pledge_kept, pledge_id=pledge_id, kept=False)
    referral_id = work.do(handling.refer, **USUAL[handling.refer])
    work.do(handling.record_answer, referral_id=referral_id, answer="已受理", answered_on=TODAY)
    with pytest.raises(NotAllowed, match="already answered"):
        work.do(handling.record_answer, referral_id=referral_id, answer="x", answered_on=TODAY)


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
    }
    assert outcomes.Proposal(exit=Exit.HANDLING).waived().exempted is None
