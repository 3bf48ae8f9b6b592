"""A ledger of very many workers: what is added up opens nobody's name, and asks no more than for a few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from casework.handling import PaidWorker
from services.money.ledger import add_roster
from services.money.money_matters import record_payment
from tests.counting import counted, opened
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.queries.ledger import ledger
from warehouse.store.cases import refresh_case
from warehouse.store.one_ledger import sums_of

FEW, MANY = 10, 400


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def roster(workers: int) -> bytes:
    lines = [f"工{chr(0x4E00 + place)}\t1380000{place:04d}\t2026-08\t1000" for place in range(workers)]
    return "\n".join(["姓名\t电话\t月份\t金额", *lines]).encode()


def of_many(office: Office, workers: int) -> Work:
    work = Work(office, employer=f"青岛{workers}建设有限公司")
    taken = work.do(add_roster, content=roster(workers))
    assert (taken.workers, taken.bad) == (workers, ())
    return work


def refreshing(work: Work) -> None:
    with work.store.write() as session:
        refresh_case(session, work.id, by="-", at=work.office.at)


def paying(work: Work) -> None:
    line = PaidWorker(f"工{chr(0x4E00)}", Decimal(1))
    fields = {"paid_on": TODAY, "workers": 1, "amount": Decimal(1), "proof": "bank_voucher", "lines": [line]}
    work.do(record_payment, **fields)


def telling_again(work: Work) -> None:
    with work.store.read() as session:
        sums = sums_of(session, work.id)
    taken = work.do(add_roster, content=roster(sums.workers))
    assert (taken.workers, taken.lines) == (0, 0), "a second time changes nothing"
    with work.store.read() as session:
        assert sums_of(session, work.id) == sums


@pytest.mark.parametrize("act", [refreshing, paying, telling_again])
def test_what_is_added_up_opens_no_worker(office: Office, act: Callable[[Work], None]) -> None:
    """As many statements as for a few workers, and no value opened."""
    found = []
    for workers in (FEW, MANY):
        work = of_many(office, workers)
        with counted(office.store) as statements, opened() as values:
            act(work)
        found.append((len(statements), sum(where.startswith("ledger_worker") for where in values)))
    assert found[0] == found[1]
    assert found[0][1] == 0


def test_the_page_opens_each_worker_once(office: Office) -> None:
    work = of_many(office, MANY)
    with office.store.read() as session, opened() as values:
        page = ledger(session, office.look(work.id))
    assert len(page.workers) == MANY
    assert values.count("ledger_worker.name") == values.count("ledger_worker.phone") == MANY


def test_a_roster_takes_the_time_of_its_lines(office: Office) -> None:
    """The statements of taking a roster grow with neither its workers nor those who are there already."""
    found = []
    for workers in (FEW, MANY):
        work = Work(office, employer=f"青岛{workers}建设有限公司")
        with counted(office.store) as statements:
            work.do(add_roster, content=roster(workers))
        found.append(len(statements))
    assert found[0] == found[1]


def test_a_sum_beyond_reason_is_a_bad_line_and_the_sums_stand(office: Office) -> None:
    work = Work(office)
    lines = [f"工{chr(0x4E00 + place)}\t2026-08\t999999999万" for place in range(50)]
    content = "\n".join(["姓名\t月份\t金额", *lines, "周好\t2026-08\t1000000000"]).encode()
    for _ in range(2):
        taken: Any = work.do(add_roster, content=content)
        assert len(taken.bad) == 50
    with office.store.read() as session:
        sums = sums_of(session, work.id)
    assert (sums.workers, sums.claimed) == (1, 10**9 * 100)
