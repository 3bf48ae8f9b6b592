"""The ledger of a case: the union of complaints and rosters, verified and paid worker by worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from casework.complaint import Complaint, Kind, RosterLine
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.handling import PaidWorker
from casework.ledger import Span
from casework.leniency import Exit
from services.cases import handling
from services.cases.outcomes import checklist
from services.money import ledger
from services.money.payment_plans import record_plan
from services.office.working_days import published
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, LedgerWorkerRow
from warehouse.queries.case import money
from warehouse.queries.ledger import Ledger, plan
from warehouse.queries.ledger import ledger as ledger_of
from warehouse.statistics.month import figures
from warehouse.store.cases import refresh_case
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.handling import proven
from warehouse.store.linkage import join_case, leave_case, live_memberships
from warehouse.store.one_ledger import sums_of

CREW = "姓名\t电话\t月份\t欠薪金额\n" + "\n".join(f"工人{n}\t1380000000{n}\t2026-09\t10000" for n in range(3))
VOUCHER = ledger.Voucher(paid_on=TODAY, proof="bank_voucher", proof_ref="回单1")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@dataclass
class Told:
    """Complaints of named workers that come to a case."""

    work: Work

    def __call__(self, channel: str, **said: Any) -> str:
        office = self.work.office
        claim = said.pop("claim", None)
        said = {"arrears_from": "2026-08", "arrears_to": "2026-10", "worker_count": 1, **said}
        complaint = Complaint(
            channel=channel,
            source_key=f"{next(office.serial):06d}",
            version=1,
            received_at=office.at,
            narrative="工资没有发",
            **said,
        )
        filing = Filing(calendar=published(), reply_limit=None, by="system:test", at=office.at)
        with office.store.write() as session:
            one = file_complaint(session, complaint, filing).complaint_id
            join_case(session, one, self.work.id, claim_id=claim or one, why="new", by="system:test", at=office.at)
            refresh_case(session, self.work.id, by="system:test", at=office.at)
        return one


def seen(work: Work) -> Ledger:
    with work.store.read() as session:
        return ledger_of(session, work.office.look(work.id))


def roster(work: Work, text: str, **more: Any) -> ledger.RosterTaken:
    taken: ledger.RosterTaken = work.do(ledger.add_roster, content=text.encode(), **more)
    return taken


def test_the_same_worker_over_three_channels_adds_nobody_and_nothing(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    for channel in ("hotline_12345", "petition", "walk_in"):
        told(channel, complainant_name="刘春生", complainant_phone="13812343307", amount_claimed=Decimal(16_000))
    before = seen(work)
    assert (before.kept, before.sums.workers, before.sums.claimed) == (False, 1, 1_600_000)
    assert work.do(ledger.take_from_complaints).workers == 1
    again = work.do(ledger.take_from_complaints)
    assert (again.workers, again.lines) == (0, 0)
    after = seen(work)
    assert (after.kept, after.sums.workers, after.sums.claimed, after.waiting) == (True, 1, 1_600_000, 0)
    roster(work, "姓名\t身份证号\t电话\t月份\t金额\n刘春生\t\t138 1234 3307\t2026年8-10月\t16000")
    assert seen(work).sums == after.sums


def test_a_worker_of_two_pay_periods_is_one_worker_and_both_sums(office: Office) -> None:
    work = Work(office, workers=1, yuan=100)
    roster(work, "张伟\t13812345678\t2026-08\t5000\n张伟\t13812345678\t2026-09\t5000")
    assert (seen(work).sums.workers, seen(work).sums.claimed) == (1, 1_000_000)
    row = office.look(work.id)
    assert (row.worker_count, row.amount_claimed_fen) == (1, 1_000_000)


def test_a_complaint_that_leaves_takes_its_worker_out_unless_somebody_else_names_them(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    one = told("petition", complainant_name="刘春生", complainant_phone="13812343307", amount_claimed=Decimal(16_000))
    other = told("petition", complainant_name="孙守业", complainant_phone="13812343308", amount_claimed=Decimal(9_000))
    work.do(ledger.take_from_complaints)
    roster(work, "孙守业\t13812343308\t2026-08\t3000")
    with office.store.write() as session:
        for row in live_memberships(session, [one, other]).values():
            leave_case(session, row, at=office.at)
    work.do(ledger.take_from_complaints)
    assert [(worker.name, worker.account.claimed) for worker in seen(work).workers] == [("孙*", 300_000)]


def test_who_reports_on_others_is_owed_nothing_and_who_tells_in_confidence_has_no_name(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("petition", kind=Kind.INFORMANT_REPORT, complainant_name="举报人", complainant_phone="13800000001")
    told("petition", confidential=True, complainant_name="秘密人", complainant_phone="13800000002")
    told("walk_in", complainant_name="公开人", complainant_phone="13800000003", roster=(RosterLine("工友甲"),))
    work.do(ledger.take_from_complaints)
    assert sorted((one.name or "", one.phone or "") for one in seen(work).workers) == [
        ("", ""),
        ("公*", "138****0003"),
        ("工*", ""),
    ]
    roster(work, "秘密人\t13800000002\t2026-08\t100")
    assert "秘*" in [one.name for one in seen(work).workers], "the payroll names everybody, and so tells nothing"


def test_people_of_whom_nothing_is_known_are_told_and_kept_out(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("petition", complainant_name="刘*", complainant_phone="138****3307", amount_claimed=Decimal(16_000))
    taken = work.do(ledger.take_from_complaints)
    assert (taken.workers, taken.warnings) == (
        0,
        ("1 people of the complaints could not be told apart; add them with a roster.",),
    )


def test_a_roster_tells_its_bad_lines_and_takes_the_good_ones(office: Office) -> None:
    work = Work(office)
    text = "姓名\t身份证号\t金额\n张伟\t110105194912310021\t5000\n李四\t\tmuch\n合计\t\t5000"
    taken = roster(work, text, usual=Span("2026-08", "2026-09"))
    assert (taken.workers, [(one.number, one.why) for one in taken.bad]) == (
        1,
        [(3, "The amount cannot be read."), (4, "It is a line of sums.")],
    )
    assert taken.warnings == ("An identity number or a phone looks wrong and was taken as it is, in lines 2.",)
    worker = seen(work).workers[0]
    assert (worker.lines[0].first, worker.lines[0].last, worker.remarks) == ("2026-08", "2026-09", ("id_no_check",))


def test_a_name_that_two_workers_bear_is_told_and_kept_out(office: Office) -> None:
    work = Work(office)
    roster(work, "张伟\t13800000001\t2026-08\t100\n张伟\t13800000002\t2026-08\t100")
    taken = roster(work, "张伟\t2026-09\t100\n李四\t2026-09\t100")
    assert [(one.number, one.why) for one in taken.bad] == [(1, "Several workers of the ledger could be meant.")]
    assert [worker.name for worker in seen(work).workers] == ["张*", "张*", "李*"]


def test_a_corrected_roster_replaces_what_the_roster_said(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    roster(work, "工人1\t13800000001\t2026-09\t7000")
    assert seen(work).sums.claimed == 2_700_000


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if str(value).startswith("="):
                    sheet.write_formula(number, column, str(value), value="8888")
                else:
                    sheet.write(number, column, value)
    return made.getvalue()


def test_a_workbook_is_read_without_running_its_formulas(office: Office) -> None:
    work = Work(office)
    rows = [
        ("姓名", "手机号", "月份", "欠薪金额"),
        ("张伟", 13812345678, "2026-08", 4800.5),
        ("李四", "", "2026-08", "=1+1"),
    ]
    taken = work.do(ledger.add_roster, content=workbook(*rows))
    found = [(one.name, one.account.claimed) for one in seen(work).workers]
    assert found == [("张*", 480_050), ("李*", 888_800)], "what the sheet showed, not what we computed"
    assert taken.bad == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b" \n ", "Paste a roster"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old .xls"),
        (b"PK\x03\x04broken", "damaged"),
        ("姓名\t金额\n张伟\tmuch".encode(), r"can be taken \(line 2: The amount cannot be read\.\)"),
    ],
)
def test_what_is_no_roster_is_refused_and_changes_nothing(office: Office, content: bytes, words: str) -> None:
    work = Work(office)
    before = office.version(work.id)
    with pytest.raises(BadInput, match=words):
        work.do(ledger.add_roster, content=content)
    assert office.version(work.id) == before


def test_the_verified_amount_is_the_sum_of_the_lines(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    amounts = {"1": Decimal(9_000), "2.1": Decimal(10_000), "3": Decimal(0)}
    assert work.do(ledger.verify_lines, amounts=amounts) == ()
    assert office.look(work.id).amount_verified_fen == 1_900_000
    with pytest.raises(NotAllowed, match="sum of its ledger"):
        work.do(handling.verify_amount, amount=Decimal(30_000))
    assert work.do(ledger.verify_lines, amounts={"1": Decimal(11_000)}) == (
        "More is verified than was claimed for 1 workers.",
    )
    assert office.look(work.id).amount_verified_fen == 2_100_000
    roster(work, "姓名\t电话\t月份\t核实金额\n工人2\t13800000002\t2026-09\t500")
    assert office.look(work.id).amount_verified_fen == 2_150_000


@pytest.mark.parametrize(
    ("amounts", "kind", "words"),
    [
        ({}, BadInput, "at least one"),
        ({"9": Decimal(1)}, NotFound, "no such line"),
        ({"1.9": Decimal(1)}, NotFound, "no such line"),
        ({"1": Decimal(1)}, BadInput, "several lines"),
        ({"1.1": Decimal(1), "1.2": Decimal(1)}, NotAllowed, "not verified twice"),
        ({"1.1": Decimal(-1)}, BadInput, "never negative"),
    ],
)
def test_what_cannot_be_verified_is_refused_in_words(
    office: Office, amounts: dict[str, Decimal], kind: type[ArrearsError], words: str
) -> None:
    work = Work(office)
    roster(work, "张伟\t13800000001\t2026年8-9月\t100\n张伟\t13800000001\t2026-09\t60")
    with pytest.raises(kind, match=words):
        work.do(ledger.verify_lines, amounts=amounts)
    assert office.look(work.id).amount_verified_fen is None


def test_verified_months_move_from_one_line_to_another(office: Office) -> None:
    work = Work(office)
    roster(work, "张伟\t13800000001\t2026年8-9月\t100\n张伟\t13800000001\t2026-09\t60")
    work.do(ledger.verify_lines, amounts={"1.1": Decimal(100)})
    work.do(ledger.verify_lines, amounts={"1.2": Decimal(60), "1.1": Decimal(0)})
    assert office.look(work.id).amount_verified_fen == 6_000


def test_workers_are_paid_by_number_and_the_payment_is_one_like_every_other(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={str(n): Decimal(10_000) for n in (1, 2, 3)})
    recorded = work.do(ledger.pay_workers, amounts={1: Decimal(10_000), 2: Decimal(4_000)}, voucher=VOUCHER)
    assert recorded.warnings == ()
    with office.store.read() as session:
        assert (proven(session, work.id).amount, proven(session, work.id).workers) == (1_400_000, 2)
        assert sums_of(session, work.id).short == 2
    now = seen(work)
    assert [one.account.paid for one in now.workers] == [1_000_000, 400_000, 0]
    assert (now.paid_fen, now.unmatched_fen) == (1_400_000, 0)
    for amounts, words in (({}, "at least one"), ({9: Decimal(1)}, "no such worker")):
        with pytest.raises(ArrearsError, match=words):
            work.do(ledger.pay_workers, amounts=amounts, voucher=VOUCHER)


def test_a_payment_by_name_finds_its_worker_before_and_after_the_ledger(office: Office) -> None:
    work = Work(office)
    pay: dict[str, Any] = {"paid_on": TODAY, "workers": 1, "amount": Decimal(100), "proof": "bank_voucher"}
    work.do(handling.record_payment, **pay, lines=[PaidWorker("工人1", Decimal(100))])
    roster(work, CREW)
    work.do(handling.record_payment, **pay, lines=[PaidWorker("工人1", Decimal(100))])
    stranger = work.do(handling.record_payment, **pay, lines=[PaidWorker("路人", Decimal(100))])
    assert stranger.warnings == ("1 names are not among the workers of the complaints.",)
    now = seen(work)
    assert [one.account.paid for one in now.workers] == [0, 20_000, 0]
    assert (now.paid_fen, now.unmatched_fen) == (30_000, 10_000)


def test_namesakes_paid_by_number_are_two_workers(office: Office) -> None:
    work = Work(office)
    roster(work, "张伟\t13800000001\t2026-08\t100\n张伟\t13800000002\t2026-08\t100")
    for number in (1, 2):
        work.do(ledger.pay_workers, amounts={number: Decimal(100)}, voucher=VOUCHER)
    with office.store.read() as session:
        assert proven(session, work.id).workers == 2
    assert [one.account.paid for one in seen(work).workers] == [10_000, 10_000]


def test_more_than_was_verified_for_a_worker_warns(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={str(n): Decimal(10_000) for n in (1, 2, 3)})
    recorded = work.do(ledger.pay_workers, amounts={1: Decimal(10_001)}, voucher=VOUCHER)
    assert recorded.warnings == ("More is paid to 1 workers of the ledger than was verified for them.",)


def test_everybody_must_have_their_own_sum_before_a_case_counts_as_paid(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={str(n): Decimal(10_000) for n in (1, 2, 3)})
    uneven = {1: Decimal(15_000), 2: Decimal(14_000), 3: Decimal(1_000)}
    work.do(ledger.pay_workers, amounts=uneven, voucher=VOUCHER)

    def full() -> tuple[bool, str]:
        lines = checklist(office.store, case_id=work.id, exit=Exit.EXEMPT_NO_HARM, at=office.at)
        return next((line.met, line.fact) for line in lines if line.key == "paid_in_full")

    assert full() == (False, "1 worker received less than was verified for them.")
    work.do(ledger.pay_workers, amounts={3: Decimal(9_000)}, voucher=VOUCHER)
    assert full()[0]


def test_a_ledger_verified_in_part_does_not_make_a_case_smaller(office: Office) -> None:
    work = Work(office, workers=40)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={"1": Decimal(10_000)})

    def few() -> bool:
        lines = checklist(office.store, case_id=work.id, exit=Exit.EXEMPT_FIRST_OFFENCE, at=office.at)
        return next(line.met for line in lines if line.key == "few_workers")

    assert not few()
    work.do(ledger.verify_lines, amounts={"2": Decimal(1), "3": Decimal(1)})
    assert not few(), "the complaints speak of forty"


def test_a_large_roster_makes_a_group_incident(office: Office) -> None:
    work = Work(office)
    roster(work, "\n".join(f"工人甲乙丙丁{chr(0x4E00 + n)}\t2026-08\t100" for n in range(195)))
    row = office.look(work.id)
    assert (row.worker_count, row.group_incident) == (195, True)


def test_a_struck_worker_counts_no_more_and_stays_struck(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={"1": Decimal(10_000), "2": Decimal(5_000)})
    work.do(ledger.pay_workers, amounts={2: Decimal(5_000)}, voucher=VOUCHER)
    with pytest.raises(NotAllowed, match="was paid"):
        work.do(ledger.strike_worker, number=2, reason="x")
    with pytest.raises(BadInput, match="with a reason"):
        work.do(ledger.strike_worker, number=1, reason=" ")
    work.do(ledger.strike_worker, number=1, reason="别的工地的名单")
    assert office.look(work.id).amount_verified_fen == 500_000
    again = roster(work, CREW)
    assert [(one.number, one.why) for one in again.bad] == [(2, "The worker was struck from the ledger.")]
    assert [one.number for one in seen(work).workers] == [2, 3]
    with pytest.raises(NotFound, match="no such worker"):
        work.do(ledger.strike_worker, number=1, reason="x")


def test_only_those_who_hold_the_case_keep_its_ledger(office: Office) -> None:
    work = Work(office)
    for actor in (office.inspectors[2], office.desk):
        with pytest.raises(NotFound, match="not with you"):
            roster(work, CREW, actor=actor)
    roster(work, CREW, actor=office.head)


def test_the_log_holds_counts_and_no_names(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={"1": Decimal(10_000)})
    work.do(ledger.pay_workers, amounts={1: Decimal(5_000)}, voucher=VOUCHER)
    with office.store.read() as session:
        told = session.scalars(select(AuditRow).where(AuditRow.subject == work.id)).all()
        assert {"add_roster", "verify_lines", "record_payment"} <= {row.act for row in told}
        assert not any("工人" in str(row.details) or "1380000" in str(row.details) for row in told)
        assert session.scalars(select(LedgerWorkerRow.name)).all() == ["工人0", "工人1", "工人2"]


def test_what_only_a_witness_says_is_reported_and_paid_nowhere(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    work.do(record_plan, agreed_on=TODAY, agreed_with="老板", instalments=[(TODAY, Decimal(30_000))])
    lines = [PaidWorker(f"工人{n}", Decimal(10_000)) for n in range(3)]
    pay: dict[str, Any] = {"paid_on": TODAY, "workers": 3, "amount": Decimal(30_000), "lines": lines}
    said = work.do(handling.record_payment, proof="witness", **pay)
    assert said.warnings[0] == (
        "A witness proves no payment: it counts as reported until a bank voucher or a signed payroll is there."
    )

    def counted() -> tuple[int, int, int, int | None, list[str]]:
        with office.store.read() as session:
            case = session.get_one(CaseRow, work.id)
            found = plan(session, work.id, today=TODAY)
            assert found is not None
            total = figures(session, "2026-11").total
            return (
                proven(session, work.id).amount,
                proven(session, work.id).workers,
                money(session, case).paid_fen,
                total("amount_paid"),
                [step.state for step in found.steps],
            )

    assert counted() == (0, 0, 0, 0, ["ahead"])
    roster(work, CREW)
    assert [one.account.paid for one in seen(work).workers] == [0, 0, 0]
    assert work.do(handling.record_payment, proof="signed_payroll", **pay).warnings == ()
    assert counted() == (3_000_000, 3, 3_000_000, 3_000_000, ["kept"])
    assert sum(one.account.paid for one in seen(work).workers) == 3_000_000


def leaves(work: Work, *complaints: str) -> None:
    with work.store.write() as session:
        for row in live_memberships(session, complaints).values():
            leave_case(session, row, at=work.office.at)


def comes_back(work: Work, complaint_id: str) -> None:
    with work.store.write() as session:
        join_case(session, complaint_id, work.id, claim_id=complaint_id, why="new", by="system:test", at=work.office.at)


def test_whose_complaint_left_and_came_back_counts_again(office: Office) -> None:
    """A worker struck by the program is told of again; one struck by an officer stays struck, and the take says so."""
    work = Work(office)
    one = Told(work)(
        "petition", complainant_name="刘春生", complainant_phone="13812343307", amount_claimed=Decimal(16_000)
    )
    work.do(ledger.take_from_complaints)
    number = next(line.number for line in seen(work).workers if line.name == "刘*")
    leaves(work, one)
    work.do(ledger.take_from_complaints)
    assert "刘*" not in [line.name for line in seen(work).workers]
    comes_back(work, one)
    taken = work.do(ledger.take_from_complaints)
    assert (taken.workers, taken.lines, taken.warnings) == (1, 1, ())
    assert [(line.number, line.account.claimed) for line in seen(work).workers if line.name == "刘*"] == [
        (number, 1_600_000)
    ]
    work.do(ledger.strike_worker, number=number, reason="不是本单位职工")
    again = work.do(ledger.take_from_complaints)
    assert again.warnings == ("1 workers that an officer struck are named again; they stay struck.",)
    assert not seen(work).kept, "nobody is in the ledger"


def test_who_was_paid_is_not_struck_when_their_complaint_leaves(office: Office) -> None:
    work = Work(office)
    one = Told(work)(
        "petition", complainant_name="刘春生", complainant_phone="13812343307", amount_claimed=Decimal(16_000)
    )
    work.do(ledger.take_from_complaints)
    paid = [PaidWorker("刘春生", Decimal(1_000))]
    work.do(handling.record_payment, paid_on=TODAY, workers=1, amount=Decimal(1_000), proof="bank_voucher", lines=paid)
    leaves(work, one)
    work.do(ledger.take_from_complaints)
    assert [line.account.paid for line in seen(work).workers if line.name == "刘*"] == [100_000]
