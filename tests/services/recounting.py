"""The figures of a month counted once more, one row after the other, in plain Python: what each of them says of itself
in docs/statistics.md, and nothing of how the store is asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
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

Place = tuple[str, str, str, str, str, str]
"""Channel, nature, sector, outcome, town, lead."""
Key = tuple[str, str, Place, str]
"""Figure, subject, place, kind."""
EXEMPT = {"exempt_no_harm", "exempt_first_offence", "exempt_no_fault"}
NO_DUTY = {"penalty_90", "hearing_request", "notice_service"}
STEPS = ("to_dispatch", "dispatched", "in_progress", "concluded", "closed")
PAPERS = {
    "inquiry_notice": "inquiry_notices",
    "rectification_order": "rectification_orders",
    "handling_decision": "decisions",
    "penalty_decision": "decisions",
}
ENDS = {
    "confirmed": "warnings_confirmed",
    "false_alarm": "warnings_false",
    "corrected": "warnings_corrected",
    "cleared": "warnings_cleared",
}


@dataclass
class Span:
    """Days in a row, `after` not among them; deadlines are overdue as of `seen`."""

    first: date
    after: date
    seen: date

    def day(self, day: date | None) -> bool:
        """Whether a day is one of them."""
        return day is not None and self.first <= day < self.after

    @property
    def start(self) -> datetime:
        """Midnight before the first."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """Midnight after the last."""
        return datetime.combine(self.after, time(), SHANGHAI)

    def moment(self, moment: datetime | None) -> bool:
        """Whether a moment lies in one of them."""
        return moment is not None and self.start <= moment < self.end


class AllRows:
    """All rows of a store, by whom they belong to."""

    def __init__(self, session: Session) -> None:
        def every(row: type[Any]) -> list[Any]:
            return list(session.scalars(select(row).order_by(row.id)))

        def by(rows: Iterable[Any], owner: str) -> dict[str, list[Any]]:
            found: dict[str, list[Any]] = defaultdict(list)
            for row in rows:
                found[getattr(row, owner)].append(row)
            return found

        self.cases = {row.id: row for row in every(CaseRow)}
        self.complaints = {row.id: row for row in every(ComplaintRow)}
        self.said = {row.complaint_id: row for row in every(ComplaintVersionRow) if row.newest}
        self.case_of = {row.complaint_id: row.case_id for row in every(CaseMembershipRow) if row.valid_to is None}
        self.stays = {row.id: row.merged_into or row.id for row in every(EmployerRow)}
        self.held = by(every(AssignmentRow), "case_id")
        moves = every(LifeMoveRow)
        self.steps = by((row for row in moves if row.case_id), "case_id")
        self.told = by((row for row in moves if row.complaint_id), "complaint_id")
        self.outcomes, self.remedies = by(every(OutcomeRow), "case_id"), by(every(PartyActRow), "outcome_id")
        self.papers = every(DocumentRow)
        self.calls, self.asked = every(SatisfactionRow), every(MoneyQuestionRow)
        self.payments, self.visits = every(PaymentRow), every(VisitRow)
        self.clocks, self.events = every(ClockRow), by(every(ClockEventRow), "clock_id")
        self.referrals, self.transfers = every(ReferralRow), every(CrimeTransferRow)
        self.listings, self.published = every(JointListingRow), every(PublicationRow)
        self.warnings, self.warned = every(WarningRow), by(every(WarningActRow), "warning_id")

    # What stands of one case or complaint.

    def declined(self, case: str) -> datetime | None:
        """When a case was first declined for good."""
        back = [one.at for one in self.steps[case] if (one.life, one.became) == ("law", "received")]
        notices = (one for one in self.papers if one.case_id == case and one.kind == "declining_notice")
        return min((one.at for one in notices if not any(at >= one.at for at in back)), default=None)

    def handed_on(self, case: str) -> datetime | None:
        """When a case ended because its complaint was redirected or answered."""
        last = (one for one in self.steps[case] if (one.life, one.became) == ("work", "closed"))
        return min((one.at for one in last if one.was in ("to_dispatch", "in_progress")), default=None)

    def approved(self, case: str) -> list[Any]:
        """The outcomes approved, the first first."""
        return sorted((one for one in self.outcomes[case] if one.state == "approved"), key=lambda one: one.decided_at)

    def ended(self, case: str) -> datetime | None:
        """When a case came to its end."""
        decided = self.approved(case)
        return decided[0].decided_at if decided else self.declined(case) or self.handed_on(case)

    def outcome(self, case: str) -> str:
        """How it ended."""
        if self.cases[case].status == "merged":
            return "merged"
        if decided := self.approved(case):
            return str(decided[-1].exit)
        return "declined" if self.declined(case) else "handed_on" if self.handed_on(case) else "open"

    def lead(self, case: str) -> str:
        """Who has it, or had it last."""
        had = [one for one in self.held[case] if one.state in ("sent", "signed", "ended")]
        return str(max(had, key=lambda one: (one.dispatched_at, one.id)).lead_id) if had else "nobody"

    def of_case(self, case: str) -> Place:
        """Where a case stands in each breakdown."""
        row = self.cases[case]
        channel = self.complaints[row.main_complaint_id].channel
        return channel, row.nature, row.sector, self.outcome(case), _town(row.district_code), self.lead(case)

    def of_complaint(self, complaint: str) -> Place:
        """The same of a complaint: its own words, and what became of its case."""
        said, case = self.said[complaint], self.case_of.get(complaint)
        own = self.complaints[complaint].channel, said.nature, said.sector
        if case is None:
            return *own, "unlinked", _town(said.district_code), "nobody"
        return *own, self.outcome(case), _town(self.cases[case].district_code), self.lead(case)

    def place(self, subject: str) -> str | None:
        """The code of where a case, a complaint or a warning is."""
        if subject in self.cases:
            return self.cases[subject].district_code  # type: ignore[no-any-return]
        case = self.case_of.get(subject)
        return self.said[subject].district_code if case is None else self.place(case)


def _town(code: str | None) -> str:
    return (code or "")[:9] or "unsaid"


def recounted(office: AllRows, span: Span, territories: tuple[str, ...]) -> dict[Key, int]:
    """What each case, complaint and warning of these places adds to each figure."""

    def here(code: str | None) -> bool:
        return not code or any(code.startswith(own) for own in territories)

    found: Counter[Key] = Counter()
    of_case = {one: office.of_case(one) for one, row in office.cases.items() if here(row.district_code)}
    of_complaint = {one: office.of_complaint(one) for one in office.complaints if here(office.place(one))}
    for figure, subject, kind, value in (*_of_complaints(office, span), *_of_cases(office, span, set(of_case))):
        place = of_case.get(subject) or of_complaint.get(subject)
        if place is not None and value:
            found[figure, subject, place, kind] += value
    for row in office.warnings:
        if here(row.district_code):
            town, none = _town(row.district_code), "warning"
            stands = row.channel or none, none, none, none, town, row.owner_id or "nobody"
            for figure in _of_warning(office, span, row):
                found[figure, row.id, stands, row.level] += 1
    return dict(found)


Found = Iterator[tuple[str, str, str, int]]


def _of_complaints(office: AllRows, span: Span) -> Found:
    for one, row in office.complaints.items():
        case = office.case_of.get(one)
        if span.moment(row.received_at):
            yield "received", one, "", 1
            yield "through_platform", one, "", row.channel != "walk_in"
            yield "unlinked", one, "", case is None
            yield "duplicates", one, "", case is not None and office.cases[case].main_complaint_id != one
        for step in office.told[one]:
            judged = any(later.step_no > step.step_no and later.became == "judged" for later in office.told[one])
            if step.became == "declined" and span.moment(step.at) and not judged:
                yield "complaints_declined", one, step.ground or "unsaid", 1
    for call in office.calls:
        if span.moment(call.asked_at):
            yield "asked", call.complaint_id, "", 1
            yield "answered", call.complaint_id, "", call.answered
            yield "solved", call.complaint_id, "", call.answered and call.solved is True
            yield "satisfied", call.complaint_id, "", call.answered and call.satisfied is True
    for ask in office.asked:
        if span.moment(ask.asked_at):
            yield "money_asked", ask.complaint_id, "", 1
            yield {True: "money_came", False: "money_not_came", None: "money_unanswered"}[ask.came], *(
                ask.complaint_id, "", 1,
            )  # fmt: skip


def _of_cases(office: AllRows, span: Span, here: set[str]) -> Found:
    for row in office.cases.values():
        if row.status != "merged":
            yield from _flow(office, span, row)
    for clock in office.clocks:
        yield from _of_clock(office, span, clock)
    yield from _of_outcomes(office, span, here)
    for pay in office.payments:
        if span.day(pay.paid_on) and pay.proof != "witness":
            home = office.cases[pay.case_id].merged_into or pay.case_id
            yield "amount_paid", home, "", pay.amount_fen
            yield "workers_paid", home, "", pay.workers
    visits = [one for one in office.visits if one.case_id in here and span.moment(one.visited_at)]
    for visit in visits:
        yield "visits", visit.case_id, "", 1
        yield "problems_found", visit.case_id, "", visit.problems_found
        yield "problems_corrected", visit.case_id, "", visit.problems_corrected
    for visit in _firsts(office, visits, "visited_at"):
        yield "employers_visited", visit.case_id, "", 1
    yield from _of_acts(office, span)


def _flow(office: AllRows, span: Span, row: Any) -> Found:
    one, end, opened = row.id, office.ended(row.id), span.moment(row.opened_at)
    yield "pending_start", one, "", row.opened_at < span.start and (end is None or end >= span.start)
    yield "pending_end", one, "", row.opened_at < span.end and (end is None or end >= span.end)
    if opened:
        migrant = row.nature == "arrears_rural"
        yield "cases_opened", one, "", 1
        yield "workers_concerned", one, "", row.worker_count or 0
        yield "workers_migrant" if migrant else "workers_unstated", one, "", row.worker_count or 0
        yield "amount_claimed", one, "", row.amount_claimed_fen or 0
        yield "amount_unsaid", one, "", row.amount_claimed_fen is None
        work = [step for step in office.steps[one] if step.life == "work" and step.at < span.end]
        last = max(work, key=lambda step: step.step_no).became if work else None
        for number, step in enumerate(STEPS[1:], 1):
            yield f"progress_{step}", one, "", last in STEPS[number:]
    if span.moment(end):
        yield "concluded", one, "", 1
        yield "declined", one, "", office.outcome(one) == "declined"
        yield "amount_verified", one, "", row.amount_verified_fen or 0
    sent = [held.dispatched_at for held in office.held[one] if held.state != "recalled"]
    yield "dispatched", one, "", any(map(span.moment, sent)) and not any(at < span.start for at in sent)
    yield "closed", one, "", any(held.state == "ended" and span.moment(held.ended_at) for held in office.held[one])
    filed = (clock for clock in office.clocks if clock.case_id == one and clock.kind == "investigate")
    yield "filed", one, "", any(span.day(clock.started_on) for clock in filed)


def _of_clock(office: AllRows, span: Span, clock: Any) -> Found:
    whose, kind = clock.case_id or clock.complaint_id, clock.kind
    extended = (one.at for one in office.events[clock.id] if one.kind == "extended")
    yield "clocks_extended", whose, kind, any(map(span.moment, extended))
    if kind in NO_DUTY:
        return
    if clock.state == "met" and span.day(clock.met_on):
        hours = clock.due_at is None or clock.met_at is None or clock.met_at <= clock.due_at
        yield "clocks_met", whose, kind, 1
        yield "clocks_on_time", whose, kind, hours and clock.met_on <= clock.due_on
    met_late = clock.state == "met" and clock.met_on is not None and clock.met_on >= span.seen
    undone = clock.state == "running" or met_late
    yield "clocks_overdue", whose, kind, undone and clock.due_on < span.seen and not clock.provisional


def _of_outcomes(office: AllRows, span: Span, here: set[str]) -> Found:
    decided = [
        one for case in here for one in office.outcomes[case] if one.state == "approved" and span.moment(one.decided_at)
    ]
    spared = [one for one in decided if one.exit in EXEMPT and one.revoked_at is None]
    for one in decided:
        yield "withdrawn", one.case_id, "", one.exit == "filing_withdrawn" and one.revoked_at is None
        fine = _fine(office, one)
        if (one.amount_fined_fen or 0) > 0 and fine > 0:
            yield "fined", one.case_id, "", 1
            yield "amount_fined", one.case_id, "", fine
    for one in spared:
        yield "exempted", one.case_id, "", 1
        yield "amount_exempted", one.case_id, "", one.amount_exempted_fen or 0
    for one in _firsts(office, spared, "decided_at"):
        yield "employers_exempted", one.case_id, "", 1
    for one in _firsts(office, [one for one in spared if one.jobs_kept is not None], "decided_at"):
        yield "jobs_kept", one.case_id, "", one.jobs_kept


def _fine(office: AllRows, outcome: Any) -> int:
    """As the last review or court that changed it left it."""
    ends = [one for one in office.remedies[outcome.id] if one.kind == "remedy_ended" and one.code != "upheld"]
    if ends:
        last = max(ends, key=lambda one: (one.done_on, one.at, one.id))
        became = 0 if last.code == "annulled" else last.amount_fen
        if became is not None:
            return int(became)
    return outcome.amount_fined_fen or 0


def _firsts(office: AllRows, rows: Iterable[Any], at: str) -> list[Any]:
    """Of each employer the first."""
    first: dict[str, Any] = {}
    for row in sorted(rows, key=lambda one: (getattr(one, at), one.id)):
        employer = getattr(row, "employer_id", None) or office.cases[row.case_id].employer_id
        first.setdefault(office.stays[employer] if employer else row.case_id, row)
    return list(first.values())


def _of_acts(office: AllRows, span: Span) -> Found:
    for paper in office.papers:
        case = paper.case_id or office.case_of.get(paper.complaint_id)
        if case is not None:
            yield "documents", case, paper.kind, span.day(paper.issued_on)
            if named := PAPERS.get(paper.kind):
                yield named, case, "", span.day(paper.issued_on)
            yield "announced", case, paper.kind, paper.served_how == "by_notice" and span.day(paper.served_on)
    for row in office.referrals:
        yield "referred", row.case_id, "", span.day(row.referred_on)
    for row in office.transfers:
        yield "to_police", row.case_id, "", span.moment(row.handed_at)
        yield "police_filed", row.case_id, "", row.state == "police_filed" and span.day(row.police_answered_on)
    for row in office.listings:
        yield "listed", row.case_id, "", row.state in ("listed", "removed") and span.day(row.decided_on)
        yield "delisted", row.case_id, "", row.state == "removed" and span.day(row.removal_decided_on)
    for row in office.published:
        yield "published", row.case_id, "", row.state == "published" and span.day(row.published_on)


def _of_warning(office: AllRows, span: Span, row: Any) -> Iterator[str]:
    def waits(moment: datetime) -> bool:
        return row.raised_at < moment and (row.settled_at is None or row.settled_at >= moment)

    if waits(span.start):
        yield "warnings_start"
    if span.moment(row.raised_at):
        yield "warnings_raised"
    if row.state in ENDS and span.moment(row.settled_at):
        yield ENDS[row.state]
    if waits(span.end):
        yield "warnings_end"
    asked = min((act.at for act in office.warned[row.id] if act.kind == "to_visit"), default=None)
    if span.moment(asked):
        yield "warnings_visits_proposed"
    if asked is not None and row.employer_id is not None:
        whose = office.stays[row.employer_id]
        went = (one.visited_at for one in office.visits if one.case_id is not None and one.visited_at >= asked
                and office.stays.get(office.cases[one.case_id].employer_id or "") == whose)  # fmt: skip
        if span.moment(min(went, default=None)):
            yield "warnings_visited"
