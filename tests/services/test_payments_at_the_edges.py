"""Payments at the edges: lines that cannot be, workers of another ledger, who is paid without a line of their own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import BadInput, NotFound
from casework.handling import PaidWorker
from services.cases import handling
from services.money import ledger
from tests.services.office import Office
from tests.services.test_ledger import CREW, VOUCHER, Told, leaves, roster, seen
from tests.services.test_ledger_book import sheet, taken_out
from tests.services.test_merged_ledgers import ZHANG, back, merge, pay, worked
from tests.services.test_merged_ledgers import seen as seen_whole
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import LedgerWorkerRow, PaymentRow
from warehouse.statistics.counted_once import counted_once
from warehouse.statistics.spans import stretch


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def paid(work: Work, *lines: PaidWorker, **said: Any) -> Any:
    total = sum((line.amount for line in lines), Decimal(0))
    fields = {"paid_on": TODAY, "workers": len(lines), "amount": total, "proof": "bank_voucher", "lines": lines}
    return work.do(handling.record_payment, **{**fields, **said})


def ids(work: Work) -> list[str]:
    """The workers of a case's own ledger, in the order of their numbers."""
    with work.store.read() as session:
        question = select(LedgerWorkerRow.id).where(LedgerWorkerRow.case_id == work.id)
        return list(session.scalars(question.order_by(LedgerWorkerRow.number)))


@pytest.mark.parametrize(
    ("lines", "said", "words"),
    [
        ([PaidWorker(" ", Decimal(100))], {}, "a name and an amount"),
        ([PaidWorker("工人1", Decimal(0)), PaidWorker("工人2", Decimal(1))], {}, "a name and an amount"),
        ([PaidWorker("工人1", Decimal(100))], {"workers": 2}, "1 lines for 2 workers"),
        ([PaidWorker("工人1", Decimal(100))], {"amount": Decimal(101)}, "do not add up"),
        ([], {"workers": 0, "amount": Decimal(1)}, "at least one worker"),
        ([], {"workers": 1}, "more than nothing"),
        ([], {"workers": 1, "amount": Decimal(1), "proof": "hearsay"}, "proven by one of"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_kept_nowhere(
    office: Office, lines: list[PaidWorker], said: dict[str, Any], words: str
) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match=words):
        paid(work, *lines, **said)
    with work.store.read() as session:
        assert session.scalars(select(PaymentRow.id)).all() == []


def test_two_lines_of_one_worker_are_theirs_and_a_worker_of_another_ledger_is_none(office: Office) -> None:
    work, other = Work(office), Work(office)
    for each in (work, other):
        roster(each, CREW)
    first = ids(work)[0]
    paid(work, PaidWorker("工人0", Decimal(100), first), PaidWorker("工人0", Decimal(50), first))
    assert [one.account.paid for one in seen(work).workers] == [15_000, 0, 0]
    with pytest.raises(NotFound, match="no such worker"):
        paid(work, PaidWorker("工人0", Decimal(100), ids(other)[0]))
    assert [one.account.paid for one in seen(work).workers] == [15_000, 0, 0]


def test_who_has_no_name_in_the_ledger_is_not_paid_by_number(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("walk_in", complainant_name="公开人", complainant_phone="13800000003")
    told("petition", complainant_phone="13800000002")
    work.do(ledger.take_from_complaints)
    nameless = next(one.number for one in seen(work).workers if not one.name)
    with pytest.raises(BadInput, match=f"Worker {nameless} has no name"):
        work.do(ledger.pay_workers, amounts={nameless: Decimal(1)}, voucher=VOUCHER)


def test_who_was_paid_and_whose_complaint_left_stands_in_the_workbook_with_what_they_got(office: Office) -> None:
    work = Work(office)
    one = Told(work)("petition", complainant_name="刘春生", complainant_phone="13812343307", amount_claimed=Decimal(9))
    work.do(ledger.take_from_complaints)
    paid(work, PaidWorker("刘春生", Decimal(7)))
    leaves(work, one)
    work.do(ledger.take_from_complaints)
    line, total = sheet(taken_out(work))
    assert (line["编号"], line["姓名"]) == ("1", "刘*")
    for row in (line, total):
        assert (row["应付"], row["已付"], row["尚欠"], row["多付"]) == (0, 7, 0, 7)
    assert [(row["欠薪金额"], row["核实金额"]) for row in (line, total)] == [(None, None), (0, 0)]


def test_over_merged_cases_a_name_on_a_proof_is_its_only_bearer_s(office: Office) -> None:
    one, two = worked(office, f"{ZHANG}\t2026-08\t5000"), worked(office)
    pay(two, {"张伟": 4000}, "回单7")
    back(two)
    merge(office, two, one)
    assert [worker.account.paid for worker in seen_whole(one).workers] == [400_000]


def test_payments_of_merged_cases_are_counted_once_over_all_time_as_in_a_span(office: Office) -> None:
    one, two = worked(office, f"{ZHANG}\t2026-08\t5000"), worked(office, f"{ZHANG}\t2026-08\t5000")
    for work in (one, two):
        pay(work, {"张伟": 4000}, "回单7")
    back(two)
    merge(office, two, one)
    november, october = (stretch(name, TODAY).span for name in ("2026-11", "2026-10"))
    with office.store.read() as session:
        always = counted_once(session)
        assert counted_once(session, november) == counted_once(session, october, november) == always
        assert always.homes == {two.id: one.id}
        assert sorted(always.fen.values()) == sorted(always.people.values()) == [0]
        assert counted_once(session, october).homes == {}
