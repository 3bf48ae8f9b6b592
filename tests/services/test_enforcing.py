"""After the decision: carried out, demanded, put before the court; closed when what was ordered is done or there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.discretion import Waiver
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.leniency import Exit, Unmet
from services.cases import enforcing, handling, party
from services.cases.handling import PaidWorker
from services.cases.outcomes import Proposal, close_case, submit_outcome
from services.cases.reopening import reopen_case
from services.replying.calling_back import record_callback
from tests.services.lives import approved, ordered, paid, paper_of, served, trail, with_phones
from tests.services.office import Office
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import ClockRow, EnforcementRow

MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, MARCH)


def clock(office: Office, case_id: str, kind: str) -> tuple[str, date, date]:
    with office.store.read() as session:
        question = select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.kind == kind)
        row = session.scalars(question).one()
        return row.state, row.started_on, row.due_on


def demand(work: Work, at: datetime, **more: Any) -> Any:
    day = at.date()
    given = {"demand": "支付工资30000元", "issued_on": day, "served_on": day, "served_how": "direct", "at": at, **more}
    return work.do(enforcing.demand_performance, **given)


def fined(office: Office) -> Work:
    """A case that ended with a fine of 2,000 yuan, served in March."""
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    day = MARCH.date()
    work.announced(fine="2000")
    approved(work, Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),)))
    served(work, "penalty_decision", day)
    return work


def test_service_of_the_decision_opens_the_way_to_the_court(office: Office) -> None:
    work = ordered(office)
    assert office.look(work.id).legal_status == "served"
    assert clock(office, work.id, "apply_court") == ("running", date(2026, 9, 2), date(2026, 12, 2))


def test_an_order_to_pay_is_carried_out_when_every_worker_s_money_is_proven(office: Office) -> None:
    work = ordered(office)
    with pytest.raises(NotAllowed, match="not done yet"):
        work.do(close_case, actor=office.head)
    paid(work, workers=[PaidWorker("工人0", Decimal(10_000))])
    with pytest.raises(NotAllowed, match=r"2 workers and 20,000\.00 yuan"):
        work.do(enforcing.record_performance, performed_on=MARCH.date())
    paid(work, workers=[PaidWorker("工人1", Decimal(10_000)), PaidWorker("工人2", Decimal(10_000))])
    work.do(enforcing.record_performance, performed_on=MARCH.date())
    assert clock(office, work.id, "apply_court")[0] == "cancelled"
    work.do(close_case, actor=office.head)
    assert trail(office, work.id, "law") == ["filed", "decided", "served", "performed", "closed"]


def test_a_demand_runs_ten_working_days_from_its_service(office: Office) -> None:
    work = ordered(office)
    issued = demand(work, SEPTEMBER)
    assert issued.document_no == "即人社劳监催字〔2026〕第1号"
    assert paper_of(office, work.id, "performance_demand").body["unpaid"] == "30000.00"
    # Across 中秋 and 国庆, with the make-up day on Saturday 10-10.
    assert clock(office, work.id, "demand") == ("running", SEPTEMBER.date(), date(2026, 10, 12))
    assert office.look(work.id).legal_status == "demanded"


def test_the_court_is_asked_after_the_demand_and_after_the_remedies(office: Office) -> None:
    work = ordered(office)
    with pytest.raises(NotAllowed, match="not served yet"):
        work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=date(2026, 9, 21), at=SEPTEMBER)
    april = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)
    demand(work, april)
    court: dict[str, Any] = {"court": "即墨区人民法院"}
    early = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="The demand runs until 2026-04-21"):
        work.do(enforcing.apply_enforcement, applied_on=early.date(), at=early, **court)
    before = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="may still sue until 2026-09-02"):
        work.do(enforcing.apply_enforcement, applied_on=before.date(), at=before, **court)
    day = datetime(2026, 9, 3, 1, 0, tzinfo=UTC)
    work.do(enforcing.apply_enforcement, applied_on=day.date(), at=day, note="申请执行", **court)
    assert [clock(office, work.id, kind)[0] for kind in ("demand", "apply_court")] == ["met", "met"]
    work.do(close_case, actor=office.head, at=day)
    assert trail(office, work.id, "law") == ["filed", "decided", "served", "demanded", "in_court", "closed"]
    with office.store.read() as session:
        rows = session.scalars(select(EnforcementRow).order_by(EnforcementRow.done_on)).all()
        assert [(row.kind, row.court) for row in rows] == [("demanded", None), ("applied", "即墨区人民法院")]


def test_the_court_waits_for_a_review_or_a_suit(office: Office) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    taken: dict[str, Any] = {"way": "review", "where": "青岛市人力资源和社会保障局"}
    april = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
    with pytest.raises(BadInput, match="between the service of the decision"):
        work.do(party.record_remedy, **taken, taken_on=date(2026, 3, 1), at=april)
    work.do(party.record_remedy, **taken, taken_on=april.date(), at=april)
    with pytest.raises(NotAllowed, match="open already"):
        work.do(party.record_remedy, **taken, taken_on=april.date(), at=april)
    assert clock(office, work.id, "apply_court")[0] == "cancelled"
    court: dict[str, Any] = {"court": "即墨区人民法院"}
    with pytest.raises(NotAllowed, match="gone against the decision"):
        work.do(enforcing.apply_enforcement, applied_on=SEPTEMBER.date(), at=SEPTEMBER, **court)
    ended = datetime(2026, 9, 10, 1, 0, tzinfo=UTC)
    work.do(party.end_remedy, how="upheld", said="维持决定", ended_on=ended.date(), at=ended)
    with pytest.raises(NotAllowed, match="No remedy"):
        work.do(party.end_remedy, how="upheld", said="维持决定", ended_on=ended.date(), at=ended)
    for early in (SEPTEMBER, datetime(2026, 9, 25, 1, 0, tzinfo=UTC)):
        with pytest.raises(NotAllowed, match="sue until 2026-09-25"):
            work.do(enforcing.apply_enforcement, applied_on=early.date(), at=early, **court)
    day = datetime(2026, 9, 26, 1, 0, tzinfo=UTC)
    with office.store.read() as session:
        question = select(ClockRow.due_on).where(ClockRow.kind == "apply_court", ClockRow.state == "running")
        assert session.scalars(question).all() == [date(2026, 12, 25)]
    work.do(enforcing.apply_enforcement, applied_on=day.date(), at=day, **court)
    assert office.look(work.id).legal_status == "in_court"


def test_money_that_did_not_come_reopens_nothing_that_the_court_has(office: Office) -> None:
    work = ordered(office)
    (one,) = with_phones(office, work.id)
    demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    asked: dict[str, Any] = {"answered": True, "solved": None, "satisfied": None, "money_received": False}
    for step, hours in (("demanded", 0), ("in_court", 1)):
        at = SEPTEMBER + timedelta(hours=hours)
        record_callback(office.store, complaint_id=one, actor=office.desk, at=at, **asked)
        row = office.look(work.id)
        assert (row.status, row.legal_status) == ("concluded", step)
        if step == "demanded":
            work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=SEPTEMBER.date(), at=SEPTEMBER)


def test_after_a_suit_there_is_nothing_left_to_sue_about(office: Office) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    april, ended = (datetime(2026, month, 10, 1, 0, tzinfo=UTC) for month in (4, 9))
    work.do(party.record_remedy, way="suit", where="即墨区人民法院", taken_on=april.date(), at=april)
    work.do(party.end_remedy, how="upheld", said="驳回诉讼请求", ended_on=ended.date(), at=ended)
    work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=ended.date(), at=ended)
    assert office.look(work.id).legal_status == "in_court"


def test_a_remedy_that_ended_early_shortens_no_term_to_sue(office: Office) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    april = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
    work.do(party.record_remedy, way="suit", where="即墨区人民法院", taken_on=april.date(), at=april)
    work.do(party.end_remedy, how="withdrawn", said="撤诉", ended_on=april.date(), at=april)
    with office.store.read() as session:
        question = select(ClockRow.started_on, ClockRow.due_on).where(
            ClockRow.kind == "apply_court", ClockRow.state == "running"
        )
        assert session.execute(question).one() == (date(2026, 9, 2), date(2026, 12, 2))
    court: dict[str, Any] = {"court": "即墨区人民法院"}
    last = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="may still sue until 2026-09-02"):
        work.do(enforcing.apply_enforcement, applied_on=last.date(), at=last, **court)
    after = last + timedelta(days=1)
    work.do(enforcing.apply_enforcement, applied_on=after.date(), at=after, **court)


@pytest.mark.parametrize("how", ["annulled", "changed"])
def test_a_decision_that_fell_is_not_enforced(office: Office, how: str) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    april = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
    work.do(party.record_remedy, way="suit", where="即墨区人民法院", taken_on=april.date(), at=april)
    changed = {"amount": Decimal(20_000)} if how == "changed" else {}
    work.do(party.end_remedy, how=how, said="判决第12号", ended_on=SEPTEMBER.date(), at=SEPTEMBER, **changed)
    with pytest.raises(NotAllowed, match="did not stand"):
        work.do(enforcing.apply_enforcement, court="法院", applied_on=SEPTEMBER.date(), at=SEPTEMBER)
    assert clock(office, work.id, "apply_court")[0] == "cancelled", "no months run for what fell"


@pytest.mark.parametrize("demanded", [False, True], ids=["served", "demanded"])
def test_what_was_annulled_is_decided_anew(office: Office, demanded: bool) -> None:
    """Neither demanded nor carried out; the case is reopened and goes through the whole way once more."""
    work = ordered(office)
    if demanded:
        demand(work, datetime(2026, 4, 7, 1, 0, tzinfo=UTC))
    april = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
    work.do(party.record_remedy, way="suit", where="即墨区人民法院", taken_on=april.date(), at=april)
    work.do(party.end_remedy, how="annulled", said="撤销", ended_on=april.date(), at=april)
    with pytest.raises(NotAllowed, match="did not stand"):
        work.do(enforcing.demand_performance, demand="支付", issued_on=april.date(), at=april)
    paid(work, april)
    with pytest.raises(NotAllowed, match="did not stand"):
        work.do(enforcing.record_performance, performed_on=april.date(), at=april)
    work.do(reopen_case, reason="判决撤销", actor=office.head, at=april)
    work.announced(april)
    approved(work, Proposal(exit=Exit.HANDLING), april)
    served(work, "handling_decision", april.date(), april)
    work.do(enforcing.record_performance, performed_on=april.date(), at=april)
    assert office.look(work.id).legal_status == "performed"


@pytest.mark.parametrize("how", ["annulled", "upheld", "changed"])
def test_a_fine_that_was_annulled_may_be_imposed_once_more(office: Office, how: str) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    fine = Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),))
    day = office.at.date()
    work.announced(fine="4000")
    approved(work, fine)
    served(work, "penalty_decision", day)
    work.do(party.record_remedy, way="review", where="青岛市人社局", taken_on=day)
    later = office.at + timedelta(days=1)
    changed = {"amount": Decimal(2_000)} if how == "changed" else {}
    work.do(party.end_remedy, how=how, said="复议决定第3号", ended_on=later.date(), at=later, **changed)
    work.do(reopen_case, reason="重新处理", actor=office.head, at=later)
    work.announced(later, fine="4000")
    if how == "annulled":
        approved(work, fine, later + timedelta(minutes=1))
        assert office.look(work.id).legal_status == "decided"
    else:
        with pytest.raises(Unmet, match="fined once"):
            work.do(submit_outcome, proposal=fine, at=later)


def test_additional_compensation_follows_a_missed_order_and_is_paid_too(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    day = MARCH.date()
    due = date(2026, 3, 9)
    pay: dict[str, Any] = {"demand": "支付工资", "law": "423 §26", "issued_on": day, "due_on": due}
    order = work.do(handling.order_correction, **pay, amount=Decimal(30_000))
    work.announced()
    more = Proposal(exit=Exit.HANDLING, amount_additional=Decimal(15_000))
    with pytest.raises(Unmet, match="not paid in time; there is none"):
        work.do(submit_outcome, proposal=more)
    served(work, "rectification_order", day)
    later = MARCH + timedelta(days=10)
    for yuan in (Decimal("14999.99"), Decimal("30000.01")):
        with pytest.raises(Unmet, match=r"between 50% and 100% of the 30,000\.00 yuan"):
            work.do(submit_outcome, proposal=replace(more, amount_additional=yuan), at=later)
    work.do(handling.record_correction, order_id=order.order_id, corrected_on=later.date(), at=later)
    approved(work, more, at=later)
    served(work, "handling_decision", later.date(), later)
    values = paper_of(office, work.id, "handling_decision").as_served or {}
    assert values["amount_additional"] == "15,000.00元"
    paid(work, later)
    with pytest.raises(NotAllowed, match=r"15,000\.00 yuan of the additional compensation"):
        work.do(enforcing.record_performance, performed_on=later.date(), at=later)
    paid(work, later, workers=[PaidWorker(f"工人{n}", Decimal(5_000)) for n in range(3)])
    work.do(enforcing.record_performance, performed_on=later.date(), at=later)


def test_a_demand_that_is_served_later_starts_then(office: Office) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 9, 3, 1, 0, tzinfo=UTC), served_on=None, served_how=None)
    with pytest.raises(NotAllowed, match="demand to perform is not served"):
        work.do(enforcing.apply_enforcement, court="法院", applied_on=SEPTEMBER.date(), at=SEPTEMBER)
    served(work, "performance_demand", SEPTEMBER.date(), SEPTEMBER)
    assert clock(office, work.id, "demand")[1] == SEPTEMBER.date()


def test_a_demand_counted_into_a_year_without_a_calendar_proves_nothing(office: Office) -> None:
    work = ordered(office)
    december = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)
    demand(work, december)
    january = datetime(2027, 2, 1, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="not published yet"):
        work.do(enforcing.apply_enforcement, court="法院", applied_on=january.date(), at=january)


def test_a_term_to_sue_that_ends_in_a_year_without_a_calendar_proves_nothing(office: Office) -> None:
    office.at = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
    work = ordered(office)
    demand(work, SEPTEMBER)
    court: dict[str, Any] = {"court": "即墨区人民法院"}
    for day, words in ((date(2027, 3, 1), "may still sue until 2027-03-01"), (date(2027, 3, 2), "not published yet")):
        at = datetime.combine(day, office.at.timetz())
        with pytest.raises(NotAllowed, match=words):
            work.do(enforcing.apply_enforcement, applied_on=day, at=at, **court)


def test_a_fine_has_its_fifteen_days_before_it_is_demanded(office: Office) -> None:
    work = fined(office)
    assert clock(office, work.id, "pay_fine") == ("running", date(2026, 3, 2), date(2026, 3, 17))
    with pytest.raises(NotAllowed, match="still runs"):
        demand(work, datetime(2026, 3, 17, 1, 0, tzinfo=UTC))
    demand(work, datetime(2026, 3, 18, 1, 0, tzinfo=UTC))
    body = dict(paper_of(office, work.id, "performance_demand").body or {})
    assert "unpaid" not in body, "a fine is no wages"
    assert (body["fine_due"], body["late_from"]) == ("2000.00", "2026-03-18")
    day = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
    with pytest.raises(BadInput, match="how it is proven"):
        work.do(enforcing.record_performance, performed_on=day.date(), at=day)
    work.do(enforcing.record_performance, performed_on=day.date(), at=day, note="缴款书 0042")
    assert clock(office, work.id, "pay_fine")[0] == "met"
    assert trail(office, work.id, "law")[-2:] == ["demanded", "performed"]


def test_nothing_is_demanded_of_who_was_spared_or_has_paid(office: Office) -> None:
    late = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    office.at = late
    work = Work(office)
    work.spared()
    served(work, "exemption_decision", late.date(), late)
    with pytest.raises(NotAllowed, match="orders something"):
        demand(work, late)
    work.do(close_case, actor=office.head)
    office.at = MARCH
    other = ordered(office)
    paid(other)
    with pytest.raises(NotAllowed, match="has been paid"):
        demand(other, SEPTEMBER)


BAD: list[tuple[Any, dict[str, Any], type[ArrearsError], str]] = [
    (enforcing.record_performance, {"performed_on": date(2026, 3, 1)}, BadInput, "between the service"),
    (enforcing.record_performance, {"performed_on": date(2026, 3, 3)}, BadInput, "between the service"),
    (enforcing.demand_performance, {"demand": " ", "issued_on": date(2026, 3, 2)}, BadInput, "what is to be done"),
    (enforcing.apply_enforcement, {"court": " ", "applied_on": date(2026, 3, 2)}, BadInput, "Name the court"),
]


@pytest.mark.parametrize(("service", "fields", "refusal", "words"), BAD)
def test_what_cannot_be_is_refused_in_words(
    office: Office, service: Any, fields: dict[str, Any], refusal: type[ArrearsError], words: str
) -> None:
    work = ordered(office)
    before = office.version(work.id)
    with pytest.raises(refusal, match=words):
        work.do(service, **fields)
    assert office.version(work.id) == before


def test_a_decision_is_enforced_by_those_who_hold_the_case_and_after_it_is_served(office: Office) -> None:
    work = ordered(office)
    with pytest.raises(NotFound):
        demand(work, SEPTEMBER, actor=office.inspectors[2])
    waiting = Work(office)
    with pytest.raises(NotAllowed, match="in progress"):
        demand(waiting, SEPTEMBER)


def test_a_demand_is_no_paper_that_is_issued_by_hand(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with pytest.raises(BadInput, match="act of its own"):
        work.do(handling.issue_document, kind="performance_demand", issued_on=MARCH.date(), body={})


def test_the_court_is_not_asked_on_the_tenth_day_of_the_demand_itself(office: Office) -> None:
    work = ordered(office)
    demand(work, datetime(2026, 9, 7, 1, 0, tzinfo=UTC))
    tenth = clock(office, work.id, "demand")[2]
    at = datetime.combine(tenth, office.at.timetz())
    with pytest.raises(NotAllowed, match=f"The demand runs until {tenth}"):
        work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=tenth, at=at)
    after = at + timedelta(days=1)
    work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=after.date(), at=after)


def test_a_decision_is_demanded_after_the_day_it_names(office: Office) -> None:
    work = ordered(office, pay_until="2026-03-20")
    with pytest.raises(NotAllowed, match="performed by 2026-03-20"):
        demand(work, datetime(2026, 3, 20, 1, 0, tzinfo=UTC))
    demand(work, datetime(2026, 3, 21, 1, 0, tzinfo=UTC))
