"""Rows of everything that a month counts, made by chance and put into the tables as they are.

Their days and moments lie on the edges of a span more often than within it, their states are all that a table allows,
and what belongs to what is drawn without a thought of whether an office would get there: what is counted follows from
the rows alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.ending import Exit
from tests.services.office import CHANNELS, Office
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    CrimeTransferRow,
    DocumentRow,
    EmployerRow,
    JointListingRow,
    LifeMoveRow,
    MoneyQuestionRow,
    OutcomeRow,
    PartyActRow,
    PaymentRow,
    PublicationRow,
    ReferralRow,
    SatisfactionRow,
    VisitRow,
    WarningActRow,
    WarningRow,
)

EMPLOYERS, CASES, DECIDED, COMPLAINTS, EACH = 20, 260, 90, 380, 200
"""How many there are, in how many of the cases anything was decided, and about how many other rows of each kind."""
PLACES = (None, "", "370215", "370215010", "370215011", "370214003", "3702140031")
NATURES = ("arrears_rural", "arrears", "deduction")
SECTORS = ("construction", "other", "unknown")
WORK = ("to_dispatch", "dispatched", "in_progress", "concluded", "closed", "merged")
HELD = ("sent", "signed", "recalled", "sent_back", "replaced", "ended")
_EXITS = (*Exit, *[Exit.EXEMPT_FIRST_OFFENCE] * 8, *[Exit.FILING_WITHDRAWN] * 4)
CLOCKS = ("accept", "investigate", "penalty_90", "reply")


@dataclass
class Edges:
    """Draws days and moments: of three, two are on an edge of these days or beside it."""

    chance: random.Random
    days: Sequence[date]

    def day(self) -> date:
        """A day."""
        edge = self.chance.choice(self.days)
        return edge + timedelta(days=self.chance.choice((-1, 0, 1, self.chance.randint(-20, 20))))

    def moment(self) -> datetime:
        """A moment, to the microsecond."""
        edge = datetime.combine(self.chance.choice(self.days), datetime.min.time(), SHANGHAI)
        near = timedelta(microseconds=self.chance.choice((-1, 0, 1)))
        return edge + self.chance.choice((near, near, timedelta(minutes=self.chance.randint(-30_000, 30_000))))

    def maybe(self, drawn: Callable[[], Any], often: float = 0.7) -> Any:
        """What is drawn, or nothing."""
        return drawn() if self.chance.random() < often else None


@dataclass
class Rows:
    """The rows of one office, each with an id of its own."""

    office: Office
    edges: Edges
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def put(self, session: Session) -> None:
        """All of them."""
        for make in (self.employers, self.complaints, self.cases, self.members):
            session.add_all(list(make()))
            session.flush()
        for make in (self.held, self.moves, self.outcomes, self.money, self.clocks, self.acts, self.warnings,
                     self.extensions, self.proposals):  # fmt: skip
            session.add_all(list(make()))
            session.flush()

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers):05d}"

    def _one(self, *of: Any) -> Any:
        return self.edges.chance.choice(of)

    def _done(self) -> dict[str, Any]:
        return {"by": "system:test", "at": self.edges.moment()}

    def _officer(self) -> str:
        return self.edges.chance.choice(self.office.inspectors).id

    def _case(self) -> str:
        return f"case_{self.edges.chance.randrange(CASES)}"

    def _complaint(self) -> str:
        return f"cmp_{self.edges.chance.randrange(COMPLAINTS)}"

    def _employer(self) -> str:
        return f"emp_{self.edges.chance.randrange(EMPLOYERS)}"

    def employers(self) -> Iterator[EmployerRow]:
        """Of which some were made one with the first ones."""
        for n in range(EMPLOYERS):
            into = f"emp_{n % 5}" if n >= 14 else None
            yield EmployerRow(id=f"emp_{n}", name=f"第{n}公司", name_key=f"{n}", created_at=self.edges.moment(),
                              merged_into=into)  # fmt: skip

    def complaints(self) -> Iterator[Any]:
        """Each with what was read of it before and what counts."""
        for n in range(COMPLAINTS):
            yield ComplaintRow(id=f"cmp_{n}", complaint_no=f"C{n}", channel=self._one(*CHANNELS), source_key=f"k{n}",
                               received_at=self.edges.moment(), filed_at=self.edges.moment())  # fmt: skip
            for version, newest in ((1, False), (2, True)):
                yield ComplaintVersionRow(
                    id=self._id("ver"), complaint_id=f"cmp_{n}", version=version, newest=newest, kind="complaint",
                    read_at=self.edges.moment(), nature=self._one(*NATURES), sector=self._one(*SECTORS), narrative="-",
                    district_code=self._one(*PLACES), extracted=[], remarks=[],
                )  # fmt: skip

    def cases(self) -> Iterator[CaseRow]:
        """Each of the complaint of its number; merged ones lead to one that is not."""
        some = self.edges.maybe
        for n in range(CASES):
            status = self._one(*WORK) if n >= 20 else self._one(*WORK[:-1])
            yield CaseRow(
                id=f"case_{n}", matter_no=f"M{n}", status=status, legal_status="received",
                employer_id=some(self._employer), nature=self._one(*NATURES),
                sector=self._one(*SECTORS), district_code=self._one(*PLACES), opened_at=self.edges.moment(),
                main_complaint_id=f"cmp_{n}", worker_count=some(lambda: self._one(1, 7)),
                amount_claimed_fen=some(lambda: self._one(0, 900)), amount_verified_fen=some(lambda: self._one(0, 500)),
                merged_into=f"case_{self.edges.chance.randrange(20)}" if status == "merged" else None,
                suggested_why=[], changed_at=self.edges.moment(), changed_by="system:test",
            )  # fmt: skip

    def members(self) -> Iterator[CaseMembershipRow]:
        """Most complaints are in a case, their own or another; some were in one before, and are in none now."""
        for n in range(COMPLAINTS):
            then, own = self.edges.moment(), f"case_{n}" if n < CASES else self._case()
            for case, over in (
                (self._case(), then),
                (own, self._one(None, None, then)),
            ):
                yield CaseMembershipRow(id=self._id("mem"), complaint_id=f"cmp_{n}", case_id=case, claim_id=f"cmp_{n}",
                                        valid_from=then, valid_to=over, why="new", by="system:test")  # fmt: skip

    def held(self) -> Iterator[AssignmentRow]:
        """Who had a case; of one case at most one has it."""
        live: set[str] = set()
        for _ in range(2 * EACH):
            case = self._case()
            state = self._one(*(HELD[2:] if case in live else HELD))
            live |= {case} if state in HELD[:2] else set()
            lead, other = self.edges.chance.sample(self.office.inspectors, 2)
            yield AssignmentRow(
                id=self._id("asg"), case_id=case, lead_id=lead.id, assisting_id=other.id, why=[], state=state,
                dispatched_at=self.edges.moment(), dispatched_by="system:test",
                ended_at=self.edges.maybe(self.edges.moment),
            )  # fmt: skip

    def moves(self) -> Iterator[LifeMoveRow]:
        """Steps of complaints, and of cases at work and in law."""
        steps: dict[tuple[str, str], Iterator[int]] = {}
        for _ in range(5 * EACH):
            life = self._one("complaint", "work", "work", "law")
            whose = self._complaint() if life == "complaint" else self._case()
            became = {"complaint": ("declined", "judged", "answered"), "work": WORK[:-1], "law": ("received", "filed")}
            owner = "complaint_id" if life == "complaint" else "case_id"
            yield LifeMoveRow(
                id=self._id("mov"), life=life, step_no=next(steps.setdefault((life, whose), count(1))), newest=False,
                was=self._one("to_dispatch", "in_progress", "dispatched"), became=self._one(*became[life]),
                rule_version="-", ground=self._one(None, "not_ours", "elsewhere"), **self._done(), **{owner: whose},
            )  # fmt: skip

    def outcomes(self) -> Iterator[Any]:
        """How cases ended, and what became of the fines."""
        some = self.edges.maybe
        for n in range(3 * EACH):
            decided = self.edges.moment()
            made = OutcomeRow(
                id=f"out_{n}", case_id=f"case_{self.edges.chance.randrange(DECIDED)}", exit=self._one(*_EXITS).value,
                basis="-", conditions=[], rule_version="-", state=self._one("approved", "approved", "rejected"),
                amount_exempted_fen=some(lambda: self._one(0, 300)), jobs_kept=some(lambda: self._one(0, 4, 9)),
                amount_fined_fen=some(lambda: self._one(0, 1, 800)), decided_at=decided + timedelta(milliseconds=n),
                revoked_at=some(self.edges.moment, 0.2), **self._done(),
            )  # fmt: skip
            yield made
            for _ in range(self._one(0, 0, 1, 2, 3)):
                yield PartyActRow(
                    id=self._id("act"), case_id=made.case_id, kind=self._one("remedy_taken", "remedy_ended"),
                    code=self._one("annulled", "changed", "upheld"), done_on=self.edges.day(), said="-",
                    outcome_id=made.id, amount_fen=some(lambda: self._one(0, 60)), **self._done(),
                )  # fmt: skip

    def money(self) -> Iterator[Any]:
        """Payments; what those who complained say when they are called, and of the money."""
        some = self.edges.maybe
        for n in range(2 * EACH):
            yield PaymentRow(id=self._id("pay"), case_id=self._case(), paid_on=self.edges.day(),
                             workers=self._one(1, 5), amount_fen=self._one(1, 70_000), proof_ref=f"{n}",
                             proof=self._one("bank_voucher", "signed_payroll", "witness"), **self._done())  # fmt: skip
            yield SatisfactionRow(id=self._id("sat"), complaint_id=self._complaint(), asked_at=self.edges.moment(),
                                  answered=self._one(True, True, False), solved=self._one(True, False, None),
                                  satisfied=self._one(True, False, None), by="system:test")  # fmt: skip
            came = self._one(True, False, None)
            yield MoneyQuestionRow(
                id=self._id("ask"), complaint_id=self._complaint(), case_id=self._case(), asked_at=self.edges.moment(),
                concluded_at=self.edges.moment() + timedelta(seconds=n), silent_after=self.edges.day(), came=came,
                answered_at=None if came is None else self.edges.moment(), part_fen=some(lambda: 5),
            )  # fmt: skip

    def clocks(self) -> Iterator[Any]:
        """Deadlines of cases and complaints; some of hours, some extended."""
        some = self.edges.maybe
        for n in range(5 * EACH):
            owner = {"case_id": self._case()} if n % 2 else {"complaint_id": self._complaint()}
            yield ClockRow(
                id=f"clk_{n}", kind=self._one(*CLOCKS), started_on=self.edges.day(), length=5, unit="working",
                due_on=self.edges.day(), provisional=self._one(True, False, False, False), calendar_version="-",
                rule_version="-", source="-", state=self._one("running", "met", "met", "met", "paused", "cancelled"),
                met_on=some(self.edges.day), due_at=some(self.edges.moment, 0.4), met_at=some(self.edges.moment, 0.5),
                **owner,
            )  # fmt: skip

    def extensions(self) -> Iterator[ClockEventRow]:
        """Terms that were extended or paused, some of them twice."""
        for _ in range(5 * EACH):
            yield ClockEventRow(id=self._id("evt"), clock_id=f"clk_{self.edges.chance.randrange(5 * EACH)}",
                                kind=self._one("extended", "extended", "paused"), **self._done())  # fmt: skip

    def acts(self) -> Iterator[Any]:
        """Visits, papers, and what was handed on, listed and published."""
        some, day, moment = self.edges.maybe, self.edges.day, self.edges.moment
        for n in range(2 * EACH):
            yield VisitRow(id=f"vis_{n}", case_id=some(self._case, 0.9), visited_at=moment(), place="-",
                           officer_ids=[], employer_id=some(self._employer, 0.3),
                           problems_found=self._one(0, 2), problems_corrected=self._one(0, 1),
                           **self._done())  # fmt: skip
            owner = self._one({"case_id": self._case()}, {"complaint_id": self._complaint()})
            kinds = (
                "inquiry_notice",
                "rectification_order",
                "handling_decision",
                "penalty_decision",
                *["declining_notice"] * 3,
            )
            yield DocumentRow(id=self._id("doc"), kind=self._one(*kinds), year=2026, serial=n, document_no="-", body={},
                              issued_on=day(), served_on=some(day), served_how=self._one("by_notice", "handed"),
                              void_on=some(day, 0.1), **self._done(), **owner)  # fmt: skip
            yield ReferralRow(id=self._id("ref"), case_id=self._case(), body="housing", reason="-", referred_on=day(),
                              **self._done())  # fmt: skip
            yield CrimeTransferRow(
                id=self._id("crm"), case_id=self._case(), officer_ids=[], reported_on=day(), report="-",
                state=self._one("approved", "handed_over", "police_filed", "police_refused"), handed_at=some(moment),
                police_answered_on=some(day), **self._done(),
            )  # fmt: skip
            yield JointListingRow(
                id=self._id("lst"), case_id=self._case(), employer_id="emp_1", trigger="group_incident", persons=[],
                state=self._one("told", "listed", "spared", "removed"), told_on=day(), decided_on=some(day),
                removal_decided_on=some(day), **self._done(),
            )  # fmt: skip
            yield PublicationRow(
                id=self._id("pub"), case_id=self._case(), employer_id="emp_1", breach="-", address="-", legal_rep="-",
                facts="-", handled="-", state=self._one("approved", "published", "withdrawn"), published_on=some(day),
                **self._done(),
            )  # fmt: skip

    def warnings(self) -> Iterator[Any]:
        """On employers, channels and places; some settled, on some of them visits were proposed."""
        some = self.edges.maybe
        for n in range(EACH):
            state = self._one("open", "open", "confirmed", "false_alarm", "corrected", "cleared")
            yield WarningRow(
                id=f"wrn_{n}", rule="-", rule_version="-", level=self._one("yellow", "orange", "red"),
                employer_id=some(self._employer), channel=self._one(None, *CHANNELS),
                district_code=self._one(*PLACES), facts={}, raised_at=self.edges.moment(), owner_id=some(self._officer),
                state=state, settled_at=None if state == "open" else self.edges.moment(),
            )  # fmt: skip

    def proposals(self) -> Iterator[WarningActRow]:
        """What was done on warnings."""
        for n in range(EACH):
            for step in range(self._one(0, 1, 3)):
                yield WarningActRow(id=self._id("wac"), warning_id=f"wrn_{n}", step_no=step + 1, state_before="open",
                                    kind=self._one("to_visit", "snooze"), **self._done())  # fmt: skip


def fill(office: Office, seed: int, days: Sequence[date]) -> None:
    """Put the rows into the tables of an office. `days` are the edges."""
    with office.store.write() as session:
        Rows(office, Edges(random.Random(seed), days)).put(session)
