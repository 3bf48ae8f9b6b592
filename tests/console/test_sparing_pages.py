"""Flexible enforcement by forms alone: educated, searched, counted, reviewed, approved, promised and broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import select

from casework.calendar import local_day
from tests.console.conftest import Person
from tests.console.forms import complete, send
from tests.console.test_work import lead_of, status_of
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, CrimeTransferRow, OutcomeRow, PledgeDutyRow, RevocationRow

LogIn = Callable[[str], Person]


def signed(morning: Warehouse, log_in: LogIn) -> tuple[str, Person]:
    """A small case in the hands of its inspector."""
    desk = log_in("desk")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with morning.read() as session:
        small = (CaseRow.worker_count.is_(None)) | (CaseRow.worker_count < 10)
        question = select(CaseRow.matter_no).where(
            CaseRow.status == "dispatched", CaseRow.employer_id.is_not(None), ~CaseRow.group_incident, small
        )
        number = session.scalars(question.order_by(CaseRow.matter_no)).first()
    assert number is not None
    officer = log_in(lead_of(morning, number))
    send(officer, officer.get("/mine"), f"/cases/{number}/sign-for")
    case = f"/cases/{number}"
    send(officer, officer.get(case), f"{case}/accept")
    return case, officer


def ready(case: str, officer: Person) -> None:
    """Everything but the education: visited, verified, ordered, paid, corrected, pledged."""
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="厂区")
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="9000")
    send(
        officer,
        officer.get(f"{case}/order"),
        f"{case}/order",
        demand="支付工资",
        due_on="2026-11-27",
        workers="2",
        amount="9000",
    )
    paid: dict[str, Any] = {
        "workers": "2",
        "amount": "9000",
        "proof": "bank_voucher",
        "lines": "工人甲 4000\n工人乙 5000",
    }
    send(officer, officer.get(f"{case}/payment"), f"{case}/payment", **paid)
    send(officer, officer.get(f"{case}/correction"), f"{case}/correction")
    pledge: dict[str, Any] = {
        "signed_by": "法人",
        "obligations": "依法用工",
        "due_on": "2026-12-31",
        "scan_ref": "正卷第5页",
    }
    path = f"{case}/pledge"
    bad = send(officer, officer.get(path), path, status=422, **pledge, duties="明天 付清")
    assert "明天 付清" in bad
    send(officer, bad, path, **pledge, duties="2026-11-20 付清工资\n2026-12-31 签订合同")


def test_a_small_first_offence_is_spared_by_forms_alone(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    ready(case, officer)
    page = officer.get(f"{case}?tab=handling")
    assert "柔性执法：十二项核查" in page
    assert "没有批评教育记录" in page
    assert "付清工资" in page
    outcome = f"{case}/outcome"
    form = officer.get(f"{outcome}?exit=exempt_first_offence")
    assert "第4项" in form
    fields: dict[str, Any] = {
        "confirmed": ["offence_item", "slight_harm", "no_red_flag", "not_listed"],
        "evidence-slight_harm": "逐人核对",
        "scale-1": "overtime",
        "step-1": "slight",
        "units-1": "2",
    }
    refused = send(officer, form, outcome, status=422, **fields)
    assert "没有批评教育记录" in refused
    assert "逐人核对" in refused
    path = f"{case}/educate"
    send(officer, officer.get(path), path, way="summons", whom="法人代表", said="讲明工资支付规定")
    page = send(officer, officer.get(case), f"{case}/search-offences")
    submitted = send(officer, officer.get(f"{outcome}?exit=exempt_first_offence"), outcome, **fields)
    assert "待审批" in submitted
    assert "超时加班" in submitted
    head, desk = log_in("head"), log_in("desk")
    decide = re.search(r'action="(/outcomes/[^"]+/decide)"', head.get(f"{case}?tab=handling"))
    assert decide is not None
    barred: Any = html.fromstring(head.get(f"{case}?tab=handling"))
    assert barred.xpath("//form[@id='decide']//button[@disabled]/@value") == ["yes"], "it may be rejected"
    assert "法制审核" in barred.xpath("string(//*[@id='why-not'])")
    assert "法制审核" in head.post(decide[1], status=422, approve="yes")
    officer.get(f"{case}/legal-review", status=404)
    number = case.rpartition("/")[2]
    assert "待法制审核的办理结果:1" in desk.get("/queue").replace("：", ":")
    assert number in desk.get("/waiting").partition('id="reviews"')[2].partition("</section>")[0]
    assert "待法制审核</span>" in head.get("/mine")
    path = f"{case}/legal-review"
    send(desk, desk.get(path), path, passed="yes", opinion="程序合法")
    free: Any = html.fromstring(head.get(f"{case}?tab=handling"))
    assert not free.xpath("//form[@id='decide']//button[@disabled]")
    assert "已批准" in head.post(decide[1], approve="yes")
    page = officer.get(f"{case}?tab=handling")
    assert "各名称下均无以往违法" in page
    assert "200.00 元" in page
    assert "逐人核对" in page
    with morning.read() as session:
        row = session.scalars(select(OutcomeRow)).one()
        assert (row.state, row.amount_exempted_fen) == ("approved", 20_000)
    english = officer.get(f"{case}?tab=handling", language="en")
    assert "Flexible enforcement: the twelve lines" in english
    broken(morning, case, officer, head)


def broken(morning: Warehouse, case: str, officer: Person, head: Person) -> None:
    """The first obligation, due today, was not kept: the case is open again and a head revokes."""
    path = f"{case}/check-pledge"
    with morning.read() as session:
        duty_id = session.scalars(select(PledgeDutyRow.id).order_by(PledgeDutyRow.due_on)).first()
    page = officer.get(path, language="zh_CN")
    assert "2026-11-20 付清工资" in page
    send(officer, page, path, status=422, duty_id="dty_none", kept="no", reason="未付")
    after = send(officer, page, path, duty_id=duty_id, kept="no", reason="至今未付")
    assert "已提议撤销" in after
    assert status_of(morning, case.rsplit("/", 1)[1]).status == "in_progress"
    path = f"{case}/revocation"
    officer.get(path, status=404)
    send(head, head.get(path, language="zh_CN"), path, revoke="yes", reason="承诺未履行")
    with morning.read() as session:
        assert session.scalars(select(RevocationRow.state)).one() == "revoked"
    assert "免罚已撤销" in head.get(f"{case}?tab=handling")


def test_a_red_flag_is_recorded_shown_and_lifted_by_a_head(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    path = f"{case}/red-flag"
    shown = send(officer, officer.get(path), path, kind="concealment", basis="<b>两本账</b>")
    assert "隐匿或提供虚假材料" in shown
    assert "&lt;b&gt;两本账" in shown
    path = f"{case}/lift-red-flag"
    officer.get(path, status=404)
    head = log_in("head")
    page = head.get(path)
    flag = re.search(r'value="(flg_[^"]+)"', page)
    assert flag is not None
    send(head, page, path, flag_id=flag[1], reason="核查不实")
    assert "两本账" not in head.get(f"{case}?tab=handling")


def test_listing_and_transfer_go_step_by_step_by_forms(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    head = log_in("head")
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="厂区")
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="90000")
    with morning.read() as session:
        heard = local_day(
            session.scalars(select(CaseRow.opened_at).where(CaseRow.matter_no == case.removeprefix("/cases/"))).one()
        )
    order: dict[str, Any] = {"demand": "支付工资", "workers": "12", "amount": "90000"}
    order |= {"issued_on": f"{heard}", "due_on": f"{heard + timedelta(days=1)}"}
    send(officer, officer.get(f"{case}/order"), f"{case}/order", **order)
    path = f"{case}/listing"
    assert 'value="ord_' not in officer.get(path)
    complete(morning, officer, case, "rectification_order")
    page = officer.get(f"{case}/serve")
    assert "在住所地或生产经营场所张贴" in page
    unsent = send(officer, page, f"{case}/serve", status=422, served_on=f"{heard}", served_how="posted")
    assert "老板逃匿" in unsent
    send(officer, unsent, f"{case}/serve", served_on=f"{heard}", served_how="direct", served_ref="")
    page = officer.get(path)
    wanted = re.search(r'value="(ord_[^"]+)"', page)
    assert wanted is not None
    told = send(
        officer,
        page,
        path,
        order_id=wanted[1],
        grounds="criminal_figure",
        persons="王法人\n李财务",
        rural_basis="均为农民工",
    )
    assert "王法人、李财务" in told
    path = f"{case}/listing-objection"
    send(officer, officer.get(path), path, objection="金额有误")
    path = f"{case}/listing-verify"
    send(officer, officer.get(path), path, verified="金额无误")
    path = f"{case}/listing-decide"
    send(head, head.get(path), path, decision="listed", reason="逾期未付")
    assert "在名单上" in head.get(f"{case}?tab=handling")
    path = f"{case}/crime-report"
    assert "已报告" in send(officer, officer.get(path), path, report="失联")
    path = f"{case}/crime-decide"
    send(head, head.get(path), path, approve="yes", reason="符合条件")
    send(officer, officer.get(f"{case}/crime-letter"), f"{case}/crime-letter")
    path = f"{case}/crime-hand-over"
    page = officer.get(path)
    names = ("transfer_letter", "investigation_report", "list_of_items", "test_report", "other_material")
    packet: dict[str, Any] = {f"packet_{name}": "卷二" for name in names}
    early = send(officer, page, path, status=422, police="即墨分局", **(packet | {"packet_test_report": ""}))
    assert "即墨分局" in early
    assert "已移交公安" in send(officer, early, path, police="即墨分局", **packet)
    path = f"{case}/crime-police"
    send(officer, officer.get(path), path, filed="yes", answer="立案决定书")
    path = f"{case}/crime-materials"
    assert "公安机关已立案" in send(officer, officer.get(path), path)


def test_what_the_police_refused_is_taken_back_by_forms(morning: Warehouse, log_in: LogIn) -> None:
    case, _ = signed(morning, log_in)
    head = log_in("head")
    number = case.removeprefix("/cases/")
    with morning.write() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        outcome = OutcomeRow(
            id="out_police",
            case_id=row.id,
            exit="transferred_to_police",
            basis="CRIM",
            conditions=[],
            rule_version="2026-11",
            state="approved",
            by="acc",
            at=row.opened_at,
            decided_at=row.opened_at,
        )
        transfer = CrimeTransferRow(
            id="trf_1",
            case_id=row.id,
            state="police_refused",
            officer_ids=[],
            reported_on=local_day(row.opened_at),
            report="失联",
            police_answered_on=local_day(row.opened_at),
            reconsider_asked_on=local_day(row.opened_at),
            by="acc",
            at=row.opened_at,
        )
        session.add_all([outcome, transfer])
        row.status, row.legal_status = "concluded", "transferred"
    page = head.get(case)
    assert "crime-take-back" in page
    assert f"{case}/reopen" not in page
    assert "收回案件" in page
    path = f"{case}/crime-take-back"
    send(head, head.get(path), path, reason="公安机关不予立案")
    assert status_of(morning, number).status == "in_progress"
    assert "已失效" in head.get(f"{case}?tab=handling")


def test_a_decision_that_was_not_obeyed_is_offered_the_police_alone(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    number = case.removeprefix("/cases/")
    with morning.write() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        row.status, row.legal_status = "concluded", "served"
    officer.get(f"{case}/outcome", status=404)
    with morning.write() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        transfer = CrimeTransferRow(
            id="trf_1",
            case_id=row.id,
            state="handed_over",
            officer_ids=[],
            reported_on=local_day(row.opened_at),
            report="拒不支付",
            packet={},
            handed_at=row.opened_at,
            police="即墨分局",
            by="acc",
            at=row.opened_at,
        )
        session.add(transfer)
    assert f"{case}/outcome" in officer.get(case)
    form = officer.get(f"{case}/outcome?exit=penalty")
    assert "transferred_to_police" in form
    assert "exempt_first_offence" not in form


def test_a_decline_is_taken_back_by_forms(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with morning.read() as session:
        question = select(CaseRow.matter_no).where(CaseRow.status == "dispatched").order_by(CaseRow.matter_no)
        number = session.scalars(question).first()
    assert number is not None
    case, officer = f"/cases/{number}", log_in(lead_of(morning, number))
    send(officer, officer.get("/mine"), f"{case}/sign-for")
    send(officer, officer.get(f"{case}/decline"), f"{case}/decline", ground="outside_inspection", reason="不属监察")
    assert "take-back-decline" not in officer.get(case)
    head = log_in("head")
    assert "take-back-decline" in head.get(case)
    path = f"{case}/take-back-decline"
    send(head, head.get(path), path, reason="行政复议决定撤销")
    assert status_of(morning, number).status == "in_progress"
    assert "take-back-decline" not in head.get(case)
