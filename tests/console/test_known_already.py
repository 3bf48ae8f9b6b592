"""Nothing is asked twice: forms begin with what the records hold, lists are read as pasted, the same phone is told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select
from starlette.datastructures import FormData

from casework.discretion import SCALES
from casework.handling import PaidWorker
from casework.record import Json
from console.fields import Fields
from console.known import usual_waiver
from console.paid_lines import paid_lines
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.test_sparing_pages import ready, signed
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import CaseRow

LogIn = Callable[[str], Person]
STEPS: Json = {"slight": 0, "grave": 100}


def read(text: str) -> tuple[list[PaidWorker] | None, dict[str, str]]:
    fields = Fields(FormData([("lines", text)]))
    return paid_lines("lines", fields), fields.errors


@pytest.mark.parametrize(
    "text",
    [
        "孙守业 20000\n刘春生 10000",
        "孙守业\t20,000.00\n刘春生\t10000",
        "序号\t姓名\t身份证号\t手机\t金额\n1\t孙守业\t370282199001011234\t13800000000\t20000\n2\t刘春生\t\t\t10000\n合计\t\t\t\t30000",
        "孙守业，20000\n\n刘春生, 10000\n",
    ],
)
def test_a_list_is_read_as_it_was_pasted(text: str) -> None:
    assert read(text) == ([PaidWorker("孙守业", Decimal(20_000)), PaidWorker("刘春生", Decimal(10_000))], {})


@pytest.mark.parametrize("text", ["孙守业 20,000", "孙守业", "孙守业\t二万", "孙守业\t2万元"])
def test_an_amount_that_cannot_be_told_is_asked_for(text: str) -> None:
    found, errors = read(text)
    assert found is None
    assert "lines" in errors


def test_the_usual_row_of_the_guideline_goes_by_the_nature_and_is_the_lowest_step() -> None:
    rows = {row.key: row for row in SCALES}
    overtime = CaseRow(nature="overtime", worker_count=4)
    assert usual_waiver(overtime, rows, STEPS, ()) == {
        "scale-1": ["overtime"],
        "step-1": ["slight"],
        "units-1": ["4"],
    }
    unpaid = CaseRow(nature="arrears", worker_count=4)
    assert usual_waiver(unpaid, rows, STEPS, ())["scale-1"] == ["no_fine"]
    assert usual_waiver(unpaid, rows, STEPS, ("pay_records",))["scale-1"] == ["pay_records"]
    assert usual_waiver(CaseRow(nature="overtime", worker_count=None), rows, STEPS, ()) == {}


def test_a_form_begins_with_what_is_known_and_ticks_nothing(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="厂区东门")
    assert form_of(officer.get(f"{case}/visit"), f"{case}/visit")["place"] == ["厂区东门"]
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="9000")
    order = form_of(officer.get(f"{case}/order"), f"{case}/order")
    assert order["amount"] == ["9000.00"]
    assert "9000.00元" in order["demand"][0]
    outcome = officer.get(f"{case}/outcome?exit=exempt_first_offence")
    assert "confirmed" not in form_of(outcome, f"{case}/outcome")
    papers = officer.get(f"{case}/papers")
    assert f"{case}/paper?kind=prior_notice" in papers
    assert form_of(officer.get(f"{case}/paper?kind=prior_notice"), f"{case}/paper")["kind"] == ["prior_notice"]


def test_a_list_need_not_be_added_up_and_nothing_at_all_is_asked_for(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    path = f"{case}/payment"
    empty = send(officer, officer.get(path), path, status=422, proof="bank_voucher")
    assert "#field-amount" in empty
    send(officer, empty, path, proof="bank_voucher", lines="孙守业\t2000\n刘春生\t1000")
    assert "3,000" in officer.get(case)
    weighed = officer.post(f"{path}/weigh", lines="孙守业\t500")
    assert "3,500.00" in weighed


def test_the_source_platform_is_told_in_numbers_and_days_only(morning: Warehouse, log_in: LogIn) -> None:
    case, officer = signed(morning, log_in)
    ready(case, officer)
    document: Any = html.fromstring(officer.get(case))
    text = document.xpath("//textarea[@id='back-1']")[0].text
    assert case.rpartition("/")[2] in text
    assert "已补发9,000.00 元" in text
    assert "工人甲" not in text
    assert document.xpath("//h1/text()")[0].strip() not in text


def test_the_same_phone_today_may_be_the_same_matter(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    told: dict[str, Any] = {
        "complainant_name": "孙守业",
        "complainant_phone": "13912345678",
        "narrative": "三个月没发工资",
    }
    before = desk.post("/walk-in/similar", complainant_phone="13912345678")
    assert "可能是同一件" not in before
    send(desk, desk.get("/walk-in"), "/walk-in", **told)
    assert "可能是同一件" in desk.post("/walk-in/similar", complainant_phone="139 1234 5678")


def test_my_cases_ask_the_store_no_more_often_for_more_rows(morning: Warehouse, log_in: LogIn) -> None:
    _, officer = signed(morning, log_in)
    with morning.write() as session:
        hidden = [row.id for row in session.scalars(select(CaseRow).where(CaseRow.status == "dispatched"))]
        for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(hidden))):
            row.status = "merged"
    officer.get("/mine")
    with counted(morning) as few:
        one = officer.get("/mine")
    with morning.write() as session:
        for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(hidden))):
            row.status = "in_progress"
    with counted(morning) as many:
        all_ = officer.get("/mine")
    assert one.count("data-row") == 1
    assert all_.count("data-row") > 2, "how many fall to one officer differs with the ids drawn"
    assert len(many) <= len(few), "statements do not grow with the rows"
    assert "受理并立案" in all_ or "五个工作日" in all_, "each row says its next step"


def test_what_is_missing_is_asked_for_in_the_order_of_the_form(log_in: LogIn) -> None:
    desk = log_in("desk")
    page = send(desk, desk.get("/walk-in"), "/walk-in", status=422, complainant_name="刘春生")
    summary = page.split('id="errors"')[1]
    assert summary.index("#field-complainant_phone") < summary.index("#field-narrative")
    assert "选择文件" in log_in("system").get("/channels/upload"), "a file, and not the filing of a case"
