"""The story by services only: each act is one call, with the account that logged in and the version it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.dispatch import list_version
from casework.errors import ArrearsError
from casework.leniency import Exit, Unmet
from casework.sanctions import PACKET
from services.cases import archiving, handling, inquiring, outcomes
from services.dispatch import dispatching
from services.leniency import following_up, pledges, sparing
from services.linkage import linking
from services.malice import listing, publishing, transferring
from services.money import ledger, liability, payment_plans
from services.paperwork import serving
from services.paperwork.filling_papers import download_paper, fill_paper
from services.replying import calling_back
from tests.scenarios.hands import claimed_lines, look, paper, verified_to_pay, waiting_outcome_id
from tests.scenarios.town import Town
from tests.services.lives import heard
from warehouse.models import CaseRow, DocumentRow

_SERVICES: Mapping[str, Callable[..., object]] = {
    "pick-employer": linking.pick_employer,
    "sign-for": dispatching.sign_for,
    "accept": handling.accept_case,
    "visit": handling.record_visit,
    "inquiry": inquiring.issue_inquiry,
    "inquiry-answer": inquiring.record_inquiry_answer,
    "interview": inquiring.record_interview,
    "inspection": inquiring.record_inspection,
    "order": handling.order_correction,
    "correction": handling.record_correction,
    "pledge": handling.record_pledge,
    "payment": handling.record_payment,
    "end-investigation": handling.end_investigation,
    "paper": handling.issue_document,
    "take-complaints": ledger.take_from_complaints,
    "roster": ledger.add_roster,
    "party": liability.record_party,
    "liable": liability.name_liable,
    "plan": payment_plans.record_plan,
    "educate": sparing.educate,
    "search-offences": sparing.search_offences,
    "red-flag": sparing.record_red_flag,
    "legal-review": sparing.review_outcome,
    "check-pledge": pledges.check_duty,
    "follow-up": following_up.record_follow_up,
    "listing": listing.tell_party,
    "listing-decide": listing.decide_listing,
    "publication": publishing.propose_publication,
    "publication-decide": publishing.decide_publication,
    "publication-publish": publishing.publish_breach,
    "publication-objection": publishing.record_publication_objection,
    "crime-report": transferring.report_crime,
    "crime-decide": transferring.decide_transfer,
    "crime-hand-over": transferring.hand_over,
    "crime-police": transferring.record_police,
    "crime-materials": transferring.hand_materials,
    "announce": serving.announce_service,
    "close": outcomes.close_case,
    "archive": archiving.archive_case,
}
_BY_TWO = frozenset({"visit", "interview", "inspection", "educate", "crime-report", "follow-up"})


class ByServices:
    """Hands that call the services."""

    def __init__(self, town: Town) -> None:
        self.town, self.case_id = town, ""

    def click(self, login: str) -> int:
        actor = self.town.enter(login)
        with self.town.store.read() as session:
            question = select(CaseRow.id, CaseRow.version).where(CaseRow.status == "to_dispatch")
            ready = list(session.execute(question.where(~CaseRow.needs_check, ~CaseRow.needs_supplement)).tuples())
        batch = dispatching.dispatch_list(
            self.town.store, case_versions=ready, list_version=list_version(ready), key="one click", actor=actor,
            at=self.town.now, grace=self.town.settings.recall_grace,
        )  # fmt: skip
        return batch.sent

    def do(self, login: str, act: str, **fields: Any) -> None:
        given = self._given(act, fields)
        if act == "serve":
            handling.serve_document(self.town.store, actor=self.town.enter(login), at=self.town.now, **given)
        else:
            if act == "close":
                heard(self.town.store, self.case_id, self.town.now)
            _SERVICES[act](self.town.store, **self._common(login), **given)

    def refused(self, login: str, act: str, **fields: Any) -> str:
        return _refused(lambda: self.do(login, act, **fields))

    def _common(self, login: str) -> dict[str, Any]:
        version = look(self).version
        return {"case_id": self.case_id, "version": version, "actor": self.town.enter(login), "at": self.town.now}

    def _given(self, act: str, fields: dict[str, Any]) -> dict[str, Any]:
        given = dict(fields)
        if act in _BY_TWO:
            given["officer_ids"] = [self.town.accounts[login] for login in self.town.pair(self.case_id)]
        if act in ("interview", "inspection"):
            return {"sheet": inquiring.Sheet(**given)}
        if act == "roster":
            return {"content": given["file"]}
        if act == "paper":
            return {"body": {}, **given}
        if act == "crime-hand-over":
            packet = {name: given.pop(f"packet_{name}") for name in PACKET}
            return {**given, "packet": packet}
        return given

    def propose(self, login: str, exit_: Exit, **fields: Any) -> None:
        outcomes.submit_outcome(
            self.town.store, **self._common(login), proposal=outcomes.Proposal(exit=exit_, **fields)
        )

    def not_proposed(self, login: str, exit_: Exit, **fields: Any) -> str:
        return _refused(lambda: self.propose(login, exit_, **fields))

    def decide(self, login: str, *, approve: bool = True, reason: str | None = None) -> None:
        outcomes.decide_outcome(
            self.town.store, outcome_id=waiting_outcome_id(self), approve=approve, reason=reason,
            actor=self.town.enter(login), at=self.town.now,
        )  # fmt: skip

    def not_decided(self, login: str) -> str:
        return _refused(lambda: self.decide(login))

    def verify_as_claimed(self, login: str) -> None:
        ledger.verify_lines(self.town.store, **self._common(login), amounts=claimed_lines(self))

    def pay_all(self, login: str, *, paid_on: date, proof_ref: str) -> None:
        voucher = ledger.Voucher(paid_on=paid_on, proof="bank_voucher", proof_ref=proof_ref)
        ledger.pay_workers(self.town.store, **self._common(login), amounts=verified_to_pay(self), voucher=voucher)

    def fill(self, login: str, kind: str, **blanks: str) -> None:
        row = paper(self, kind)
        fill_paper(self.town.store, **self._common(login), document_id=row.id, values=blanks)

    def read(self, login: str, paper: DocumentRow) -> bytes:
        file = download_paper(
            self.town.store, matter_no=look(self).matter_no, document_id=paper.id, form="docx",
            actor=self.town.enter(login), at=self.town.now, forms=None,
        )  # fmt: skip
        return file.body

    def call_back(self, login: str, complaint_id: str, **said: Any) -> None:
        calling_back.record_callback(
            self.town.store, complaint_id=complaint_id, answered=True, actor=self.town.enter(login), at=self.town.now,
            **{"solved": None, "satisfied": None, **said},
        )  # fmt: skip

    def close(self) -> None:
        """Nothing stays open."""


def _refused(act: Callable[[], None]) -> str:
    try:
        act()
    except Unmet as unmet:
        return "\n".join(line.says if line.by_person else line.fact for line in unmet.conditions)
    except ArrearsError as refused:
        return str(refused)
    raise AssertionError("it was not refused")
