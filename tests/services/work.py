"""One case in the hands of its two inspectors, for the tests of handling and of outcomes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.discretion import Waiver
from casework.leniency import Exit
from services.cases import handling, party
from services.cases.handling import PaidWorker
from services.cases.outcomes import Proposal, decide_outcome, submit_outcome
from services.dispatch.dispatching import dispatch_case, sign_for
from services.leniency import sparing
from tests.services.office import Office
from warehouse.models import ClockRow

TODAY = date(2026, 11, 20)
PRIOR = {
    "facts": "拖欠工资",
    "evidence": "询问笔录、工资表",
    "article": "《劳动保障监察条例》第二十六条",
    "intended": "责令支付工资",
    "contact": "监察一科",
}
"""What a prior notice says, so that it can be served."""
CALLED = {"appear_on": "2026年12月1日上午", "place": "监察大队", "contact": "监察一科"}
"""What a notice of inquiry says."""
WORKERS = [PaidWorker(f"工人{n}", Decimal(10_000)) for n in range(3)]
C2 = Proposal(
    exit=Exit.EXEMPT_FIRST_OFFENCE,
    confirmed=("offence_item", "slight_harm", "no_red_flag", "not_listed"),
    waivers=(Waiver("protected_workers", "slight", units=2),),
)


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

    @property
    def main(self) -> str:
        """The main complaint of the case."""
        return self.office.look(self.id).main_complaint_id

    def do(self, act: Any, **fields: Any) -> Any:
        """One act of the lead inspector, or of whoever is named."""
        asked = {"actor": self.lead, "at": self.office.at, "version": self.office.version(self.id), **fields}
        return act(self.store, case_id=self.id, **asked)

    def corrected(self, workers: list[PaidWorker] | None = None, verified: int = 30_000, *, accept: bool = True) -> str:
        """Everything that an exemption needs but the outcome itself. Returns the order's id."""
        if accept:
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
        self.educated()
        return str(issued.order_id)

    def announced(self, at: datetime | None = None, fine: str = "") -> None:
        """The prior notice reached the party, which waived its defence and a hearing."""
        moment = at or self.office.at
        day = moment.date()
        body = PRIOR | ({"intended_fine": fine} if fine else {})
        notice = {"kind": "prior_notice", "issued_on": day, "body": body}
        self.do(handling.issue_document, **notice, served_on=day, served_how="direct", at=moment)
        self.do(party.record_defence, kind="waived", done_on=day, said="书面放弃", at=moment)

    def educated(self) -> str:
        """The employer was told how wages are paid. Returns the record's id."""
        education_id: str = self.do(
            sparing.educate,
            educated_on=TODAY,
            way="on_site",
            officer_ids=[self.lead.id, self.other.id],
            whom="老板",
            said="按月足额支付工资",
        )
        return education_id

    def reviewed(self, *, passed: bool = True) -> str:
        """The desk has made the legal review of what was submitted."""
        review_id: str = self.do(sparing.review_outcome, passed=passed, opinion="程序合法", actor=self.office.desk)
        return review_id

    def spared(self) -> str:
        """A case that was exempted and approved."""
        self.corrected()
        outcome_id: str = self.do(submit_outcome, proposal=C2)
        self.reviewed()
        decide_outcome(
            self.store, outcome_id=outcome_id, approve=True, reason=None, actor=self.office.head, at=self.office.at
        )
        return outcome_id


def clocks(office: Office, case_id: str) -> dict[str, str]:
    with office.store.read() as session:
        rows = session.scalars(select(ClockRow).where(ClockRow.case_id == case_id))
        return {row.kind: row.state for row in rows}
