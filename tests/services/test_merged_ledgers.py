"""Merged cases: workers and money as the union over all of them, each proof once; undone, each has its own again."""

from __future__ import annotations

import itertools
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import NotAllowed
from casework.handling import PaidWorker
from casework.leniency import Exit
from services.cases import handling
from services.cases.outcomes import checklist
from services.cases.referring import record_answer, refer
from services.dispatch.assignments import send_back, sign_for
from services.dispatch.dispatching import dispatch_case
from services.linkage.linking import merge_cases, split, undo
from services.money import ledger
from services.money.liability import name_liable, record_party
from services.money.payment_plans import record_plan, watch_plans
from services.people.reveal_worker import reveal_worker
from tests.dumps import dump
from tests.services.office import SYSTEM, Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, NoticeRow, ReferralRow
from warehouse.queries import ledger as queries
from warehouse.queries.case import money
from warehouse.queries.history import handling as handling_of
from warehouse.queries.waited_for import referrals_waiting
from warehouse.statistics.month import figures
from warehouse.store.handling import proven
from warehouse.store.ledger_rows import line_rows, rows_of, workers_of
from warehouse.store.linkage import members
from warehouse.store.one_ledger import one_ledger
from warehouse.store.together import names_of

NOW_ON = {"cases": {"version", "changed_at", "changed_by"}}
TRACE = {"audit", "judgement", "linkage_event", "life_move", "linkage_refusal"}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def later(office: Office, minutes: int = 1) -> datetime:
    """The clock goes on: what is done next is done after what was done before."""
    office.at += timedelta(minutes=minutes)
    return office.at


def worked(office: Office, roster: str = "", **case: Any) -> Work:
    """A case with a roster that its inspectors have in hand."""
    work = Work(office, **case)
    later(office)
    if roster:
        work.do(ledger.add_roster, content=roster.encode())
    return work


def back(work: Work) -> None:
    """The inspectors send a case back: it waits for dispatch and may be merged away."""
    later(work.office)
    work.do(send_back, reason="属于另一案")


def again(work: Work) -> None:
    """A case that was sent back goes to the same two once more."""
    later(work.office)
    work.do(dispatch_case, key=f"{work.id}-2", actor=work.office.desk, lead_id=work.lead.id, assisting_id=work.other.id)
    work.do(sign_for)


def merge(office: Office, gone: Work, into: Work) -> str:
    later(office)
    done = merge_cases(
        office.store,
        from_case_id=gone.id,
        into_case_id=into.id,
        from_version=office.version(gone.id),
        into_version=office.version(into.id),
        actor=office.desk,
        at=office.at,
    )
    later(office)
    return done.event_id


def take_back(office: Office, event_id: str) -> None:
    undo(office.store, event_id=event_id, actor=office.desk, at=later(office))


def seen(work: Work) -> queries.Ledger:
    with work.store.read() as session:
        return queries.ledger(session, work.office.look(work.id))


def pay(work: Work, names: dict[str, int], ref: str | None = "回单1", **more: Any) -> None:
    lines = [PaidWorker(name, Decimal(yuan)) for name, yuan in names.items()]
    total = sum((line.amount for line in lines), Decimal(0))
    fields = {"paid_on": TODAY, "workers": len(lines), "amount": total, "proof": "bank_voucher", "proof_ref": ref}
    work.do(handling.record_payment, **{**fields, "lines": lines, **more})


def unnamed(yuan: int) -> dict[str, Any]:
    """A payment without a list of names."""
    return {"workers": 1, "amount": Decimal(yuan), "lines": ()}


def whole(work: Work) -> dict[str, Any]:
    """What a case says of workers and money, without the numbers by which it calls them."""
    with work.store.read() as session:
        case = session.get_one(CaseRow, work.id)
        one = one_ledger(session, work.id)
        names = names_of(session, (worker.human for worker in one.workers))
        plan = queries.plan(session, work.id, today=TODAY + timedelta(days=40))
        done = handling_of(session, work.id)
        return {
            "workers": sorted(
                (
                    worker.human.said(names).name or "",
                    worker.human.said(names).phone or "",
                    worker.account,
                    sorted((line.span.first, line.claimed, line.verified) for line in worker.lines),
                )
                for worker in one.workers
            ),
            "sums": one.sums,
            "proven": proven(session, work.id),
            "money": money(session, case),
            "heads": case.worker_count,
            "plan": plan and [(step.instalment.due_on, step.wanted, step.found, step.state) for step in plan.steps],
            "chain": [
                (row.part, row.name, row.uscc, row.irregular, row.liable_ground)
                for row in queries.chain(session, case).parties
            ],
            "referrals": sorted((row.body, row.reason, row.answer) for row in done.referrals),
        }


ZHANG, LI, WANG = ("张伟\t13800000001", "李四\t13800000002", "王五\t13800000003")


def written(work: Work) -> list[str]:
    """The rows of a case's own ledger, with everything in them."""
    with work.store.read() as session:
        rows = rows_of(session, workers_of(session, work.id))
        lines = [line for own in line_rows(session, rows).values() for line in own]
        return [
            repr([(column.key, getattr(row, column.key)) for column in type(row).__mapper__.column_attrs])
            for row in (*rows.values(), *lines)
        ]


def test_the_same_worker_of_two_ledgers_adds_nobody_and_nothing(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000\n{LI}\t2026-08\t4000", workers=1, yuan=100)
    two = worked(office, f"{ZHANG}\t2026-08\t5000\n{ZHANG}\t2026-09\t6000\n{WANG}\t2026-09\t3000", workers=1, yuan=100)
    back(two)
    before = (whole(one), whole(two))
    event = merge(office, two, one)
    now = seen(one)
    assert (now.sums.workers, now.sums.claimed) == (3, 500_000 + 600_000 + 400_000 + 300_000)
    assert [worker.number for worker in now.workers] == [1, 2, 10_002], "who came with a case keeps a number of it"
    assert [line.name for line in now.workers[0].lines] == ["1.1", "10001.2"]
    row = office.look(one.id)
    assert (row.worker_count, row.amount_claimed_fen) == (3, 1_800_000)
    take_back(office, event)
    assert (whole(one), whole(two)) == before


def test_one_voucher_of_two_cases_counts_once(office: Office) -> None:
    crew = f"{ZHANG}\t2026-08\t5000\n{LI}\t2026-08\t4000"
    one, two = worked(office, crew), worked(office, f"{crew}\n{WANG}\t2026-08\t3000")
    pay(one, {"张伟": 5000, "李四": 4000}, "回单 １")
    pay(two, {"李四": 4000, "王五": 3000}, "回单1")
    pay(two, {"李四": 100}, "回单2")
    back(two)
    merge(office, two, one)
    with office.store.read() as session:
        assert (proven(session, one.id).amount, proven(session, one.id).workers) == (1_210_000, 3)
        assert money(session, session.get_one(CaseRow, one.id)).paid_fen == 1_210_000
        assert len(handling_of(session, one.id).payments) == 3, "every proof is listed"
        month = figures(session, "2026-11")
    assert (month.total("amount_paid"), month.by("amount_paid", "outcome")) == (1_210_000, {"open": 1_210_000})
    assert [worker.account.paid for worker in seen(one).workers] == [500_000, 410_000, 300_000]


@pytest.mark.parametrize(
    ("ref", "first", "second", "yuan"),
    [
        ("回单1", unnamed(9000), {}, 9_000),
        ("回单1", {}, unnamed(3000), 5_000),
        (None, unnamed(9000), {}, 14_000),
        (
            None,
            unnamed(50),
            unnamed(50),
            50,
        ),
        (
            None,
            unnamed(50),
            unnamed(60),
            110,
        ),
        (None, {}, {}, 5_000),
        ("回单1", {"paid_on": TODAY - timedelta(days=1)}, {}, 10_000),
        ("回单1", {"proof": "signed_payroll"}, {}, 10_000),
    ],
)
def test_what_makes_two_proofs_one(
    office: Office, ref: str | None, first: dict[str, Any], second: dict[str, Any], yuan: int
) -> None:
    one, two = worked(office), worked(office)
    pay(one, {"张伟": 5000}, ref, **first)
    pay(two, {"张伟": 5000}, ref, **second)
    back(two)
    merge(office, two, one)
    with office.store.read() as session:
        assert proven(session, one.id).amount == yuan * 100


def test_paid_in_full_means_everybody_of_every_merged_case(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000", workers=1, yuan=4000)
    two = worked(office, f"{LI}\t2026-08\t4000", workers=1, yuan=4000)
    for work in (one, two):
        work.do(ledger.verify_lines, amounts={"1": Decimal(5000 if work is one else 4000)})
    pay(one, {"张伟": 5000})
    back(two)

    def full() -> tuple[bool, str]:
        lines = checklist(office.store, case_id=one.id, exit=Exit.EXEMPT_NO_HARM, at=office.at)
        return next((line.met, line.fact) for line in lines if line.key == "paid_in_full")

    assert full()[0]
    event = merge(office, two, one)
    assert office.look(one.id).amount_verified_fen == 900_000
    assert not full()[0], "the worker who came with the other case is owed still"
    one.do(
        ledger.pay_workers,
        amounts={10_001: Decimal(4000)},
        voucher=ledger.Voucher(paid_on=TODAY, proof="signed_payroll"),
    )
    assert full()[0]
    assert seen(one).sums.short == 0
    take_back(office, event)
    assert (office.look(one.id).amount_verified_fen, seen(two).paid_fen) == (500_000, 0)
    assert seen(one).paid_fen == 900_000, "what was recorded on a case stays on that case"


def test_what_is_verified_struck_or_corrected_after_a_merge_leaves_the_other_case_as_it_was(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000")
    two = worked(office, f"{ZHANG}\t2026-08\t5500\n{LI}\t2026-08\t4000\n{WANG}\t2026-08\t3000\n{WANG}\t2026-09\t10")
    two.do(ledger.verify_lines, amounts={"2": Decimal(4000), "3.1": Decimal(3000)})
    back(two)
    was, rows = whole(two), written(two)
    event = merge(office, two, one)
    assert office.look(one.id).amount_verified_fen == 700_000
    one.do(ledger.verify_lines, amounts={"10002": Decimal(3500), "1": Decimal(5000)})
    assert office.look(one.id).amount_verified_fen == 1_150_000
    with pytest.raises(NotAllowed, match="not verified twice"):
        one.do(ledger.add_roster, content="姓名\t电话\t月份\t核实金额\n王五\t13800000003\t2026年7-8月\t9".encode())
    one.do(ledger.verify_lines, amounts={"10003.1": Decimal(0), "10003.2": Decimal(10)})
    later(office)
    taken = one.do(ledger.add_roster, content=f"{ZHANG}\t2026-08\t4800\n李四\t2026-08\t4000".encode())
    assert (taken.workers, taken.bad) == (0, ())
    claims = {worker.name: worker.account.claimed for worker in seen(one).workers}
    assert claims == {"张*": 480_000, "李*": 400_000, "王*": 301_000}, "the later roster corrects"
    later(office)
    one.do(ledger.strike_worker, number=10_003, reason="不是本工地的人")
    assert [worker.name for worker in seen(one).workers] == ["张*", "李*"]
    assert office.look(one.id).amount_verified_fen == 850_000
    take_back(office, event)
    assert whole(two) == was
    assert written(two) == rows


def test_a_worker_struck_on_one_case_counts_when_another_knows_them(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000\n{LI}\t2026-08\t1")
    one.do(ledger.strike_worker, number=1, reason="别的工地的名单")
    two = worked(office, f"{ZHANG}\t2026-08\t5000")
    back(two)
    merge(office, two, one)
    assert seen(one).sums.claimed == 500_100


def test_a_name_that_two_workers_bear_stays_apart_and_is_shown(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t100\n张伟\t13800000009\t2026-08\t100")
    two = worked(office, "张伟\t2026-09\t50")
    back(two)
    merge(office, two, one)
    workers = seen(one).workers
    assert [(worker.number, worker.remarks) for worker in workers] == [(1, ()), (2, ()), (10_001, ("unclear",))]
    bad = one.do(ledger.add_roster, content="张伟\t2026-10\t1\n李四\t2026-10\t1".encode()).bad
    assert [line.why for line in bad] == ["Several workers of the ledger could be meant."]


def test_plans_kept_apart_are_looked_at_again_together(office: Office) -> None:
    """One voucher, recorded on two cases, kept the plan of each; of the two together it keeps one."""
    one, other = worked(office), worked(office)
    for day, work in enumerate((one, other), start=1):
        work.do(record_plan, agreed_on=TODAY, agreed_with="老板", instalments=[(date(2026, 12, day), Decimal(1000))])
        pay(work, {}, **unnamed(1000))
    late = office.at + timedelta(days=20)
    assert watch_plans(office.store, actor=SYSTEM, at=late) == 0
    back(other)
    event_id = merge(office, other, one)
    assert watch_plans(office.store, actor=SYSTEM, at=late + timedelta(hours=1)) == 1
    take_back(office, event_id)
    assert watch_plans(office.store, actor=SYSTEM, at=late + timedelta(hours=2)) == 0


def test_plans_go_on_and_alarm_those_who_have_the_case(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000")
    two = worked(office, f"{LI}\t2026-08\t4000")
    for work in (one, two):
        work.do(record_plan, agreed_on=TODAY, agreed_with="老板", instalments=[(date(2026, 12, 1), Decimal(1000))])
    two.do(
        record_plan,
        agreed_on=TODAY,
        agreed_with="老板",
        instalments=[(date(2026, 12, 1), Decimal(1000)), (date(2026, 12, 5), Decimal(500))],
    )
    back(two)
    was = whole(two)
    event = merge(office, two, one)
    pay(one, {"张伟": 1000})
    with office.store.read() as session:
        plan = queries.plan(session, one.id, today=date(2026, 12, 10))
    assert plan is not None
    states = [(step.instalment.fen, step.wanted, step.state) for step in plan.steps]
    assert states == [(100_000, 100_000, "kept"), (100_000, 200_000, "broken"), (50_000, 250_000, "broken")]
    assert watch_plans(office.store, actor=SYSTEM, at=office.at + timedelta(days=20)) == 2
    with office.store.read() as session:
        told = session.scalars(select(NoticeRow).where(NoticeRow.kind == "plan_broken")).all()
        assert {(row.case_id, row.account_id) for row in told} == {(one.id, one.lead.id), (one.id, one.other.id)}
    one.do(record_plan, agreed_on=TODAY, agreed_with="老板", instalments=[(date(2026, 12, 31), Decimal(8000))])
    assert whole(one)["plan"] == [(date(2026, 12, 31), 800_000, 100_000, "ahead")], "a new plan replaces them all"
    take_back(office, event)
    assert whole(two) == was


def test_parties_are_one_chain_and_referrals_are_answered_on_the_case_that_stays(office: Office) -> None:
    one, two = worked(office), worked(office)
    one.do(record_party, part="general_contractor", name="总包公司", told_by="rights_board", uscc="X")
    later(office)
    two.do(record_party, part="general_contractor", name="总包 公司", told_by="rights_board", irregular=None)
    two.do(record_party, part="crew", name="李班长", told_by="complainant", owes=True)
    referral = two.do(refer, body="housing", reason="工程款纠纷", referred_on=TODAY)
    back(two)
    before = (whole(one), whole(two))
    event = merge(office, two, one)
    now = whole(one)
    assert [row[:2] for row in now["chain"]] == [("general_contractor", "总包 公司"), ("crew", "李*")]
    with office.store.read() as session:
        waited = referrals_waiting(session, one.lead, today=TODAY)
        assert [row.matter_no for row in waited] == [office.look(one.id).matter_no]
        crew = queries.chain(session, session.get_one(CaseRow, one.id)).parties[1].id
    one.do(name_liable, party_id=crew, ground="employer_itself")
    assert [row[4] for row in whole(one)["chain"]] == [None, "employer_itself"]
    one.do(record_answer, referral_id=referral, answer="已处理", answered_on=TODAY)
    take_back(office, event)
    assert whole(two)["chain"] == before[1]["chain"]
    with office.store.read() as session:
        assert session.get_one(ReferralRow, referral).answer == "已处理", "the answer came all the same"


def test_a_masked_name_is_shown_by_the_number_it_came_with(office: Office) -> None:
    one, two = worked(office), worked(office, f"{LI}\t2026-08\t4000")
    back(two)
    merge(office, two, one)
    shown = reveal_worker(
        office.store, case_id=one.id, number=10_001, field="name", reason="check_payment", actor=one.lead, at=office.at
    )
    assert shown == "李四"


def test_a_case_split_off_and_put_back_brings_what_was_done_on_it(office: Office) -> None:
    one = worked(office, f"{ZHANG}\t2026-08\t5000", channels=("hotline_12345", "petition"))
    with office.store.read() as session:
        leaving = members(session, one.id)[1:]
    result = split(
        office.store,
        case_id=one.id,
        version=office.version(one.id),
        complaint_ids=leaving,
        actor=office.desk,
        at=later(office),
    )
    two = Work.__new__(Work)
    two.office, two.store, two.id, two.lead, two.other = office, office.store, result.case_id, one.lead, one.other
    again(two)
    two.do(ledger.add_roster, content=f"{LI}\t2026-08\t4000".encode())
    two.do(ledger.verify_lines, amounts={"1": Decimal(4000)})
    back(two)
    take_back(office, result.event_id)
    assert (seen(one).sums.workers, office.look(one.id).amount_verified_fen) == (2, 400_000)


NAMES = [f"{family}{given}\t1380000{n:04d}" for n, (family, given) in enumerate(itertools.product("赵钱孙李", "一二"))]


def some_case(office: Office, draw: random.Random) -> Work:
    """A case on which a few things were done, about workers whom others may know too."""
    rows = [
        f"{draw.choice(NAMES)}\t2026-{draw.randint(6, 9):02d}\t{draw.randint(1, 9) * 1000}"
        for _ in range(draw.randint(1, 6))
    ]
    work = worked(office, "\n".join(rows), workers=1, yuan=4000)
    now = seen(work)
    for worker in now.workers:
        later(office)
        if draw.random() < 0.5:
            line = draw.choice(worker.lines)
            work.do(ledger.verify_lines, amounts={line.name: Decimal(draw.randint(0, 9) * 500)})
    known = [row.split("\t")[0] for row in rows]
    for _ in range(draw.randint(0, 3)):
        names = draw.sample(sorted(set(known)), k=draw.randint(1, len(set(known))))
        pay(work, {name: draw.choice((500, 1000)) for name in names}, draw.choice(("回单1", "回单2", None)))
    if draw.random() < 0.6:
        work.do(
            record_plan,
            agreed_on=TODAY,
            agreed_with="老板",
            instalments=[(date(2026, 12, day), Decimal(1000)) for day in draw.sample((1, 5, 9), k=2)],
        )
    work.do(record_party, part="crew", name=draw.choice(("甲班长", "乙班长")), told_by="complainant", owes=True)
    work.do(refer, body="housing", reason=f"工程款{draw.randint(1, 9)}", referred_on=TODAY)
    back(work)
    return work


@pytest.mark.parametrize("seed", range(4))
def test_merged_in_any_order_and_undone_gives_the_same(office: Office, seed: int) -> None:
    draw = random.Random(seed)
    cases = [some_case(office, draw) for _ in range(3)]
    before = [whole(work) for work in cases]
    rows = dump(office.store, without=TRACE, ignoring=NOW_ON)
    a, b, c = cases
    found = []
    for steps in (((b, a), (c, a)), ((c, a), (b, a)), ((c, b), (b, a)), ((a, b), (b, c)), ((a, c), (b, c))):
        events = [merge(office, gone, into) for gone, into in steps]
        found.append(whole(steps[-1][1]))
        for event in reversed(events):
            take_back(office, event)
        assert [whole(work) for work in cases] == before
    assert dump(office.store, without=TRACE, ignoring=NOW_ON) == rows
    first = found[0]
    assert len(found) == 5
    assert len(first["workers"]) > 1
    assert all(one == first for one in found)
    for worker in first["workers"]:
        verified, paid = worker[2].verified or 0, worker[2].paid
        assert paid + max(verified - paid, 0) == max(verified, paid)
    assert first["proven"].amount <= sum(one["proven"].amount for one in before)
    assert first["proven"].amount >= max(one["proven"].amount for one in before)
    assert first["sums"].verified == first["money"].verified_fen
