"""A morning's work through the pages, without any script: each act is a form, a redirect and a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
from lxml import html
from sqlalchemy import func, select

from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.forms import complete, form_of, send
from tests.console.morning import PASSWORD
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AssignmentRow,
    CaseRow,
    DispatchBatchRow,
    NoticeRow,
    OutcomeRow,
    ReplyRow,
    VisitRow,
)

LogIn = Callable[[str], Person]


def status_of(morning: Warehouse, number: str) -> CaseRow:
    with morning.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        session.expunge(row)
        return row


def lead_of(morning: Warehouse, number: str) -> str:
    with morning.read() as session:
        question = select(AccountRow.login).join(AssignmentRow, AssignmentRow.lead_id == AccountRow.id)
        question = question.join(CaseRow, CaseRow.id == AssignmentRow.case_id)
        live = question.where(CaseRow.matter_no == number, AssignmentRow.state.in_(("sent", "signed")))
        return session.scalars(live).one()


def test_one_click_sends_exactly_the_cases_the_button_counts(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    counted = re.search(r"一键派发 (\d+) 件", page)
    assert counted is not None
    fields = form_of(page, "/queue/dispatch")
    assert len(fields["case"]) == int(counted[1]) > 3
    answer = desk.post("/queue/dispatch", **fields)
    assert f"已派发 {counted[1]} 件" in answer
    assert "整批撤回" in answer
    with morning.read() as session:
        sent = session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status == "dispatched"))
        waiting = session.scalars(select(CaseRow).where(CaseRow.status == "to_dispatch")).all()
        session.expunge_all()
    assert sent == int(counted[1])
    assert waiting
    assert all(one.needs_check or one.needs_supplement for one in waiting)
    desk.post("/queue/dispatch", **fields)
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(DispatchBatchRow)) == 1


def test_many_clicks_at_once_are_one_act(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    fields = form_of(desk.get("/queue"), "/queue/dispatch")
    headers = {"Origin": desk.address}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.client.post("/queue/dispatch", data=fields, headers=headers), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.url) for answer in answers}) == 1
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(DispatchBatchRow)) == 1
        assert session.scalar(select(func.count()).select_from(AssignmentRow)) == len(fields["case"])


def test_a_case_sent_meanwhile_names_who_was_quicker(morning: Warehouse, log_in: LogIn) -> None:
    desk, head = log_in("desk"), log_in("head")
    page = desk.get("/queue")
    document: Any = html.fromstring(page)
    form = next(one for one in document.xpath("//tr//form[@data-once]") if "/dispatch" in one.get("action"))
    fields = dict(form.form_values())
    head.post(form.get("action"), **{name: value for name, value in fields.items() if name != "csrf"})
    late = desk.post(form.get("action"), status=409, **fields)
    assert "赵明远" in late


def test_fifty_pairs_of_hands_send_one_case_once(morning: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    with morning.read() as session:
        ready = select(CaseRow.matter_no, CaseRow.version).where(CaseRow.status == "to_dispatch")
        ready = ready.where(CaseRow.needs_check.is_(False), CaseRow.suggested_lead_id.is_not(None))
        number, version = session.execute(ready).first() or ("", 0)
        people = session.scalars(select(AccountRow.id).where(AccountRow.login.in_(("song", "yu", "li", "wang")))).all()
    path, token, cookies = f"/cases/{number}/dispatch", head.token(), dict(head.client.cookies)

    def press(hand: int) -> int:
        fields = {"csrf": token, "version": version, "key": f"k{hand}", "lead_id": people[hand % 4]}
        with httpx.Client(base_url=head.address, cookies=cookies, timeout=60, trust_env=False) as client:
            return client.post(path, data=fields, headers={"Origin": head.address}).status_code

    with ThreadPoolExecutor(25) as hands:
        answers = Counter(hands.map(press, range(50)))
    assert answers[303] == 1, answers
    assert answers[409] == 49, answers


def test_a_whole_click_is_recalled_with_one_button(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    sent = send(desk, page, "/queue/dispatch")
    action = re.search(r'action="(/batches/[^"]+/recall)"', sent)
    assert action is not None
    after = desk.post(action[1])
    assert "已撤回" in after
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status == "dispatched")) == 0


def test_another_inspector_is_kept_for_the_click(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    document: Any = html.fromstring(page)
    form = next(one for one in document.xpath("//form[@data-choose]"))
    fields = dict(form.form_values())
    others = [one.get("value") for one in form.xpath(".//option") if one.get("value") != fields["lead_id"]]
    desk.post(form.get("action"), **(fields | {"lead_id": others[0]}))
    number = form.get("action").split("/")[2]
    assert status_of(morning, number).suggested_lead_id == others[0]
    assert status_of(morning, number).suggested_why == ["chosen"]


def test_a_stale_form_is_told_who_was_quicker_and_keeps_what_was_typed(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/verify"
    page, beside = officer.get(path), officer.get(path)
    send(officer, page, path, amount="1000")
    again = send(officer, page, path, status=422, amount="2222.50")
    assert "2222.50" in again
    assert "这张表单已提交过" in again
    stale = send(officer, beside, path, status=409, amount="2222.50")
    assert "2222.50" in stale
    assert "已有人先行修改" in stale
    assert status_of(morning, number).amount_verified_fen == 100_000


def dispatched_and_signed(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    desk = log_in("desk")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with morning.read() as session:
        question = select(CaseRow.matter_no).where(
            CaseRow.status == "dispatched", CaseRow.employer_name.contains("澜田")
        )
        number = session.scalars(question).one()
    lead = lead_of(morning, number)
    officer = log_in(lead)
    send(officer, officer.get("/mine"), f"/cases/{number}/sign-for")
    assert status_of(morning, number).status == "in_progress"
    return number, lead


def test_a_case_goes_from_the_click_to_its_outcome_by_forms_alone(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    case = f"/cases/{number}"
    send(officer, officer.get(case), f"{case}/accept")
    assert status_of(morning, number).case_no
    visit = officer.get(f"{case}/visit")
    when = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    answer = send(officer, visit, f"{case}/visit", place="鳌山卫街道", visited_at=when, findings="<b>两处问题</b>")
    assert "&lt;b&gt;两处问题" in answer
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 1
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="30000")
    send(officer, officer.get(f"{case}/order"), f"{case}/order", demand="支付工资", due_on="2026-11-27", amount="30000")
    send(officer, officer.get(f"{case}/correction"), f"{case}/correction")
    lines = "孙守业\t20000\n刘春生 10000"
    send(
        officer,
        officer.get(f"{case}/payment"),
        f"{case}/payment",
        workers="2",
        amount="30000",
        proof="bank_voucher",
        lines=lines,
    )
    pledged: dict[str, Any] = {"signed_by": "法人", "obligations": "按月足额支付", "due_on": "2026-12-01"}
    send(officer, officer.get(f"{case}/pledge"), f"{case}/pledge", **pledged)
    outcome = f"{case}/outcome"
    refused = send(officer, officer.get(f"{outcome}?exit=exempt_first_offence"), outcome, status=422)
    assert "请确认" in refused or "还有几处需要您确认" in refused
    assert "教育" in refused
    draft = send(officer, refused, outcome, draft="yes", note="待补教育记录")
    assert "拟办" in draft
    assert "待补教育记录" in officer.get(outcome), "the form opens again with the draft"
    with morning.read() as session:
        assert session.scalars(select(OutcomeRow.state)).one() == "draft"


def test_a_head_approves_what_another_person_submitted(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head = log_in(lead), log_in("head")
    case, outcome = f"/cases/{number}", f"/cases/{number}/outcome"
    send(officer, officer.get(case), f"{case}/accept")
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="鳌山卫街道")
    form = officer.get(f"{outcome}?exit=not_established")
    assert "待审批" in send(officer, form, outcome, confirmed="unproven", note="证据不足")
    waiting = re.search(r'action="(/outcomes/[^"]+/decide)"', head.get(f"{case}?tab=handling"))
    assert waiting is not None
    officer.post(waiting[1], status=404, approve="yes")
    assert "退回" in head.post(waiting[1], status=422, approve="no", reason="")
    assert "已批准" in head.post(waiting[1], approve="yes")
    assert status_of(morning, number).status == "concluded"
    complete(morning, officer, case, "unproven_decision")
    send(officer, officer.get(f"{case}/serve"), f"{case}/serve", served_how="direct")
    send(head, head.get(case), f"{case}/close")
    assert status_of(morning, number).status == "closed"


def test_a_form_with_mistakes_names_each_of_them(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/payment"
    page = send(
        officer, officer.get(path), path, status=422, workers="many", amount="-3", paid_on="tomorrow", proof="promise"
    )
    document: Any = html.fromstring(page)
    links = set(document.xpath("//div[@id='errors']//a/@href"))
    assert links == {"#field-workers", "#field-amount", "#field-paid_on", "#field-proof"}
    for link in links:
        assert document.xpath("//*[@id=$id]", id=link[1:]), link
    assert 'value="many"' in page


def test_what_is_sent_is_held_back_as_long_as_the_settings_say(morning: Warehouse, settings: Settings) -> None:
    with served(morning, settings.model_copy(update={"recall_grace_seconds": 60})) as address:
        desk = Person(address)
        desk.post("/login", login="desk", password=PASSWORD)
        desk.post("/queue/dispatch", **form_of(desk.get("/queue"), "/queue/dispatch"))
        desk.client.close()
    with morning.read() as session:
        held = {*session.scalars(select(NoticeRow.due_at)), *session.scalars(select(ReplyRow.not_before))}
    assert held == {NOW + timedelta(seconds=60)}
