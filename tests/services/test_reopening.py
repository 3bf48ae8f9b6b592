"""The clocks of a reopened case: what runs anew, and what the law counts once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.clocks import DECIDE, LIST_OBJECTION, OUTLIVES, TRANSFER_HAND_OVER, TimeLimit
from casework.errors import NotFound
from casework.leniency import Exit
from casework.lifecycle import LegalStatus
from casework.people import Actor
from services.cases import handling
from services.cases.outcomes import Proposal, close_case
from services.cases.reopening import reopen_case
from services.dispatch.dispatching import dispatch_case
from services.money import ledger
from services.office.working_days import calendar_in_force
from services.people.rota import record_absence
from tests.services.lives import approved, complaint_clocks, served, spared_and_closed, told
from tests.services.office import Office
from tests.services.test_lives import deliver
from tests.services.work import TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import ClockRow
from warehouse.queries.sight import seen_by_id
from warehouse.store.clocks import start_clock, start_fixed_clock
from warehouse.store.settings import set_setting

FIVE = TimeLimit("reply", 5, "working", "JN §24")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def answered(office: Office, *, named: bool = False) -> tuple[Work, str]:
    """A closed case whose complaint owed its channel an answer and got it: five days, or a day the channel named."""
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    with office.store.write() as session:
        if named:
            start_fixed_clock(
                session, "reply", started_on=TODAY, due_on=date(2026, 12, 1), source="12345", by="x", at=office.at,
                complaint_id=one,
            )  # fmt: skip
        else:
            start_clock(
                session, FIVE, started_on=TODAY, calendar=calendar_in_force(session), by="x", at=office.at,
                complaint_id=one,
            )  # fmt: skip
    for hours in (2, 2):
        deliver(office, office.at + timedelta(hours=hours))
    assert [state for state, _, _ in complaint_clocks(office, one, "reply")] == ["met"]
    return work, one


def running_on(office: Office, work: Work) -> dict[str, tuple[date, date]]:
    """The clocks of the case itself; those that go on whatever becomes of its file are left out."""
    with office.store.read() as session:
        rows = session.scalars(select(ClockRow).where(ClockRow.case_id == work.id, ClockRow.state == "running"))
        return {row.kind: (row.started_on, row.due_on) for row in rows if row.kind not in OUTLIVES}


def test_the_sixty_days_are_counted_from_the_filing_and_not_a_second_time(office: Office) -> None:
    work, _ = answered(office)
    later = office.at + timedelta(days=3)
    work.do(reopen_case, actor=office.head, reason="工资未付", at=later)
    assert running_on(office, work) == {"recheck": (later.date(), date(2026, 12, 7))}
    with office.store.read() as session:
        counted = session.scalars(select(ClockRow.state).where(ClockRow.kind.in_(("investigate", "penalty_90")))).all()
    assert counted == ["met", "met"]
    work.do(handling.end_investigation, at=later)
    assert running_on(office, work)["decide"] == (later.date(), date(2026, 12, 14))


def test_what_goes_on_whatever_becomes_of_the_file_is_not_cancelled_by_a_reopening(office: Office) -> None:
    work = spared_and_closed(office)
    with office.store.write() as session:
        for limit in (LIST_OBJECTION, TRANSFER_HAND_OVER, DECIDE):
            start_clock(
                session, limit, started_on=TODAY, calendar=calendar_in_force(session), by="x", at=office.at,
                case_id=work.id,
            )  # fmt: skip
    work.do(reopen_case, actor=office.head, reason="工资未付")
    found = clocks(office, work.id)
    going_on = ("follow_up", "list_objection", "transfer_hand_over")
    assert [found[kind] for kind in going_on] == ["running"] * 3
    assert found["decide"] == "cancelled"


def test_a_reopened_complaint_owes_its_channel_an_answer_on_the_channel_s_clock_again(office: Office) -> None:
    work, one = answered(office)
    later = office.at + timedelta(days=3)
    work.do(reopen_case, actor=office.head, reason="工资未付", at=later)
    owed = complaint_clocks(office, one, "reply")
    assert owed[-1] == ("running", later.date(), date(2026, 11, 30))
    assert len(owed) == 2
    assert [state for state, _, _ in complaint_clocks(office, one, "accept")] == ["met"], "it is no new complaint"


def test_a_channel_that_named_its_day_itself_is_not_counted_for(office: Office) -> None:
    work, one = answered(office, named=True)
    work.do(reopen_case, actor=office.head, reason="工资未付")
    assert [state for state, _, _ in complaint_clocks(office, one, "reply")] == ["met"]


def test_where_the_office_says_so_the_channel_s_clock_does_not_run_again(office: Office) -> None:
    work, one = answered(office)
    with office.store.write() as session:
        set_setting(session, "reopen.restarts_reply", False, source="局", by="x", at=office.at)
    work.do(reopen_case, actor=office.head, reason="工资未付")
    assert [state for state, _, _ in complaint_clocks(office, one, "reply")] == ["met"]


def test_a_case_that_was_never_filed_is_filed_when_it_is_reopened_and_counts_then(office: Office) -> None:
    work = Work(office)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    order = {"demand": "支付工资", "law": "423 §26", "issued_on": TODAY, "due_on": date(2026, 11, 27)}
    issued = work.do(handling.order_correction, **order)
    work.do(handling.record_correction, order_id=issued.order_id, corrected_on=TODAY)
    approved(work, Proposal(exit=Exit.CORRECTION_ONLY, confirmed=("minor", "no_red_flag")))
    served(work, "rectification_order")
    work.do(close_case, actor=office.head)
    later = office.at + timedelta(days=3)
    work.do(reopen_case, actor=office.head, reason="新证据", at=later)
    assert office.look(work.id).legal_status == LegalStatus.RECEIVED
    assert set(running_on(office, work)) == {"recheck"}
    work.do(handling.accept_case, at=later)
    assert running_on(office, work)["investigate"][0] == later.date()


def test_who_had_a_case_before_it_went_to_others_reads_it_no_more(office: Office) -> None:
    work = spared_and_closed(office)
    away: dict[str, Any] = {"from_on": TODAY, "to_on": TODAY, "reason": None, "actor": office.head, "at": office.at}
    record_absence(office.store, account_id=work.lead.id, **away)
    later = office.at + timedelta(hours=1)
    work.do(reopen_case, actor=office.head, reason="工资未付", at=later)

    def sees(actor: Actor) -> bool:
        with office.store.read() as session:
            return seen_by_id(session, actor, work.id)

    assert sees(work.lead), "until it is with others"
    third = office.inspectors[2]
    pair = {"lead_id": third.id, "assisting_id": work.other.id}
    work.do(dispatch_case, key="again", actor=office.desk, at=later + timedelta(hours=1), **pair)
    assert (sees(work.lead), sees(third), sees(work.other)) == (False, True, True)
    voucher = ledger.Voucher(paid_on=TODAY, proof="bank_voucher")
    with pytest.raises(NotFound, match="not with you"):
        work.do(ledger.pay_workers, amounts={999: Decimal(1)}, voucher=voucher)
