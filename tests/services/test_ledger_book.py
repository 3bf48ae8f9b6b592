"""The ledger as a workbook: it adds up, gives away nothing, and taken in again it changes nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from casework.errors import BadInput, NotFound
from casework.handling import PaidWorker
from casework.rosters import read_roster
from connectors.files import read_table
from services.cases import handling
from services.money import ledger
from services.money.ledger_book import COLUMNS, ROSTER, export_ledger, roster_template
from tests.services.office import Office
from tests.services.test_ledger import Told, roster, seen
from tests.services.test_merged_ledgers import back, merge, pay, worked
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow

CREW = (
    "姓名\t身份证号\t电话\t月份\t欠薪金额\n"
    "张伟\t11010519491231002X\t13800000001\t2026年8-9月\t100.10\n"
    "张伟\t11010519491231002X\t13800000001\t2026-09\t60\n"
    "张伟\t11010519491231002X\t13800000001\t2026-10\t70\n"
    "李四\t\t13800000002\t2026-08\t5000\n"
    "王五\t\t13800000003\t\t300"
)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def taken_out(work: Work, **more: Any) -> bytes:
    fields = {"case_id": work.id, "reason": "check_payment", "actor": work.lead, "at": work.office.at, **more}
    return export_ledger(work.store, **fields)


def sheet(book: bytes, name: str = "欠薪台账") -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(BytesIO(book))[name].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def test_every_column_adds_up_and_what_is_owed_and_paid_is_what_is_due(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={"1.1": Decimal("100.10"), "1.3": Decimal(70), "2": Decimal(4000)})
    pay(work, {"张伟": 100, "李四": 4500, "路人": 7}, "=HYPERLINK(1)")
    lines = sheet(taken_out(work))
    totals = lines.pop()
    now = seen(work)
    assert totals["姓名"] == "合计"
    for column, fen in (("欠薪金额", now.sums.claimed), ("核实金额", now.sums.verified), ("已付", now.sums.paid)):
        assert round(totals[column] * 100) == fen
    doubled = [line["编号"] for line in lines if "重叠" in (line["备注"] or "")]
    assert doubled == ["1.2"], "September is in the first line already"
    for column in ("应付", "已付", "尚欠", "多付"):
        assert round(sum(line[column] or 0 for line in lines) - totals[column], 6) == 0
    for line in [*lines, totals]:
        assert round(line["应付"] + line["多付"] - line["已付"] - line["尚欠"], 6) == 0
    proofs = sheet(taken_out(work), "支付凭证")
    assert (proofs[-2]["计入金额"], proofs[-1]["计入金额"]) == (4607, 7)
    assert proofs[0]["编号"] == "'=HYPERLINK(1)", "no text is ever a formula"


def test_names_are_masked_unless_asked_for_and_every_time_is_noted(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("petition", confidential=True, complainant_name="秘密人", complainant_phone="13800000009")
    work.do(ledger.take_from_complaints)
    roster(work, CREW)
    masked, plain = taken_out(work), taken_out(work, plain=True)
    desk = taken_out(work, plain=True, actor=office.desk)
    assert {line["姓名"] for line in sheet(masked)} == {None, "张*", "李*", "王*", "合计"}
    assert {line["姓名"] for line in sheet(plain)} == {"秘密人", "张伟", "李四", "王五", "合计"}
    assert {line["姓名"] for line in sheet(desk)} == {None, "张伟", "李四", "王五", "合计"}, (
        "the desk may not know them"
    )
    assert not any("13800000001" in str(line) or "11010519491231002X" in str(line) for line in sheet(masked))
    with office.store.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.act == "export_ledger").order_by(AuditRow.seq)).all()
        noted = [(row.by, dict(row.details or {})) for row in rows]
    assert [(by, details["plain"], details["secrets"]) for by, details in noted] == [
        (work.lead.id, False, 0),
        (work.lead.id, True, 1),
        (office.desk.id, True, 0),
    ]
    assert "张伟" not in str(noted)
    with pytest.raises(BadInput, match="why you need"):
        taken_out(work, reason="because")
    with pytest.raises(NotFound):
        taken_out(work, actor=office.inspectors[2])


def test_who_was_paid_is_masked_in_the_reference_of_a_proof_too(office: Office) -> None:
    work = Work(office)
    roster(work, CREW)
    pay(work, {"张伟": 100}, "张 伟本人领，电话138-0000-0001")
    masked, plain = taken_out(work), taken_out(work, plain=True)
    for name in ("欠薪台账", "支付凭证"):
        assert "张*本人领，电话138****0001" in str(sheet(masked, name))
        assert "张 伟本人领，电话138-0000-0001" in str(sheet(plain, name))


def test_what_was_taken_out_and_is_taken_in_again_changes_nothing(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("petition", complainant_name="孙守业", complainant_phone="13812343308", amount_claimed=Decimal(9_000))
    work.do(ledger.take_from_complaints)
    roster(work, CREW)
    work.do(ledger.verify_lines, amounts={"2.1": Decimal("100.10"), "3": Decimal(4000), "1": Decimal(0)})
    pay(work, {"张伟": 100})
    before, case = seen(work), work.office.look(work.id)
    taken = work.do(ledger.add_roster, content=taken_out(work, plain=True))
    assert (taken.workers, taken.lines) == (0, 0)
    assert [(one.number, one.why) for one in taken.bad] == [(8, "It is a line of sums.")]
    assert seen(work) == before
    after = work.office.look(work.id)
    assert (after.amount_verified_fen, after.worker_count) == (case.amount_verified_fen, case.worker_count)
    masked = read_roster([(line.number, line.cells) for line in read_table(taken_out(work)).lines])
    assert masked.rows, "masked lines are lines"
    told_apart = work.do(ledger.add_roster, content=taken_out(work))
    assert (told_apart.workers, {one.why for one in told_apart.bad}) == (
        0,
        {"Nothing in it tells who it is.", "It is a line of sums."},
    )
    assert seen(work) == before


def test_the_workbook_of_merged_cases_holds_the_union_and_can_be_taken_in_again(office: Office) -> None:
    crew = "张伟\t13800000001\t2026-08\t5000\n李四\t13800000002\t2026-08\t4000"
    one, two = worked(office, crew), worked(office, f"{crew}\n王五\t13800000003\t2026-09\t3000")
    for work in (one, two):
        pay(work, {"张伟": 5000})
    back(two)
    merge(office, two, one)
    before = seen(one)
    book = taken_out(one, plain=True)
    assert [line["已付"] for line in sheet(book)] == [5000, 0, 0, 5000]
    taken = one.do(ledger.add_roster, content=book)
    assert (taken.workers, taken.lines) == (0, 0)
    assert seen(one).sums == before.sums


def test_the_empty_roster_is_read_when_it_is_filled_in(office: Office) -> None:
    work = Work(office)
    book = openpyxl.load_workbook(BytesIO(roster_template()))
    page = book.active
    assert page is not None
    assert tuple(cell.value for cell in next(page.iter_rows())) == ROSTER
    assert set(ROSTER) <= set(COLUMNS)
    texts = page.column_dimensions["A"]
    assert (texts.number_format, texts.min, texts.max) == ("@", 1, 5), "no digit is lost"
    page.append(["张伟", "11010519491231002X", "13800000001", "2026-08", "2026-09", 5000, 4000])
    stream = BytesIO()
    book.save(stream)
    taken = work.do(ledger.add_roster, content=stream.getvalue())
    worker = seen(work).workers[0]
    assert (taken.bad, taken.warnings, worker.account.claimed, worker.account.verified) == ((), (), 500_000, 400_000)
    assert (worker.lines[0].first, worker.lines[0].last) == ("2026-08", "2026-09")
    with pytest.raises(BadInput, match="no lines"):
        work.do(ledger.add_roster, content=roster_template())


def test_who_was_paid_without_a_line_stands_in_the_workbook_too(office: Office) -> None:
    work = Work(office)
    told = Told(work)
    told("petition", complainant_name="孙守业", complainant_phone="13812343308")
    work.do(ledger.take_from_complaints)
    work.do(
        handling.record_payment,
        paid_on=TODAY,
        workers=1,
        amount=Decimal(5),
        proof="bank_voucher",
        lines=[PaidWorker("孙守业", Decimal(5))],
    )
    lines = sheet(taken_out(work))
    assert [(line["应付"], line["已付"], line["多付"]) for line in lines] == [(0, 5, 5), (0, 5, 5)]
