"""What officers are told and read, and why a case came back: through the pages, by forms alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import func, select

from casework.people import Actor, Role
from services.dispatch.assignments import deliver_notices, reassign
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.told import DISTRICT
from tests.dumps import rows
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AssignmentRow, AuditRow, CaseRow, NoticeRow

LogIn = Callable[[str], Person]
WHY = "孙守业（15912348012）说他已在青岛澜田海产加工有限公司领到工资"
HIDDEN = ("孙守业", "15912348012")


def deliver(morning: Warehouse) -> None:
    deliver_notices(morning, at=NOW + timedelta(minutes=11))


def sent_out(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    """Every ready case dispatched; the number of the sea-food case, and the login of its lead."""
    desk = log_in("desk")
    page = desk.get("/queue")
    send(desk, page, "/queue/dispatch")
    with morning.read() as session:
        question = (
            select(CaseRow.matter_no, AccountRow.login)
            .join(AssignmentRow, AssignmentRow.case_id == CaseRow.id)
            .join(AccountRow, AccountRow.id == AssignmentRow.lead_id)
            .where(AssignmentRow.state == "sent")
        )
        sea = session.execute(question.where(CaseRow.employer_name.contains("澜田"))).first()
        number, lead = sea or session.execute(question.order_by(CaseRow.matter_no)).first() or ("", "")
    return number, lead


def returned(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    number, lead = sent_out(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/send-back"
    send(officer, officer.get(path), path, reason=WHY)
    deliver(morning)
    return number, lead


def case_of(morning: Warehouse, number: str) -> CaseRow:
    with morning.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        session.expunge(row)
        return row


def unread(morning: Warehouse, login: str) -> int:
    with morning.read() as session:
        question = select(func.count()).select_from(NoticeRow)
        question = question.join(AccountRow, AccountRow.id == NoticeRow.account_id)
        question = question.where(AccountRow.login == login, NoticeRow.read_at.is_(None))
        return session.scalar(question.where(NoticeRow.delivered_at.is_not(None))) or 0


def listed(page: str) -> list[str]:
    document: Any = html.fromstring(page)
    return [one.text_content() for one in document.xpath("//section[@id='notices']//li")]


def counted(page: str) -> str:
    document: Any = html.fromstring(page)
    return "".join(document.xpath("//b[contains(@class, 'news')]/@title"))


def test_a_notice_shows_when_its_grace_is_over_and_not_before(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    officer = log_in(lead)
    assert listed(officer.get("/mine")) == []
    deliver(morning)
    page = officer.get("/mine")
    mine = [line for line in listed(page) if number in line]
    assert len(mine) == 1
    assert "请签收" in mine[0]
    assert counted(page) == f"{unread(morning, lead)} 条未读消息"
    assert f'href="/cases/{number}"' in page
    assert "Dispatched to you, to sign for" in officer.get("/mine", language="en")


def test_a_recalled_dispatch_leaves_no_notice(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    desk = log_in("desk")
    send(desk, desk.get(f"/cases/{number}"), f"/cases/{number}/recall")
    deliver(morning)
    assert not any(number in line for line in listed(log_in(lead).get("/mine")))


def test_looking_marks_nothing_as_read_and_a_button_does(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    deliver(morning)
    officer = log_in(lead)
    before = rows(morning)
    for path in ("/mine", f"/cases/{number}", f"/cases/{number}?tab=log", "/account"):
        officer.get(path)
    assert rows(morning) == before
    waiting = unread(morning, lead)
    page = officer.get(f"/cases/{number}")
    assert len(listed(page)) == 1
    after = send(officer, page, "/notices/read")
    assert listed(after) == []
    assert f"<h1>{case_of(morning, number).employer_name}" in after, "back on the page it stood on"
    assert unread(morning, lead) == waiting - 1
    officer.post("/notices/read", **form_of(page, "/notices/read"))
    with morning.read() as session:
        assert session.scalar(select(func.count()).where(AuditRow.act == "read_notices")) == 1


def test_opening_the_case_by_its_button_reads_the_notice(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    deliver(morning)
    officer = log_in(lead)
    document: Any = html.fromstring(officer.get("/mine"))
    form = document.xpath("//form[.//button[@value=$to]]", to=f"/cases/{number}")[0]
    opened = officer.post("/notices/read", **dict(form.form_values()), open=f"/cases/{number}")
    assert f"<title>{number}" in opened
    assert not any(number in line for line in listed(officer.get("/mine")))


def test_all_that_is_listed_is_read_at_once(morning: Warehouse, log_in: LogIn) -> None:
    _, lead = sent_out(morning, log_in)
    deliver(morning)
    officer = log_in(lead)
    page = officer.get("/mine")
    after = officer.post("/notices/read", back="/mine", notice=re.findall(r'name="notice" value="([^"]+)"', page))
    assert listed(after) == []
    assert counted(after) == ""
    assert unread(morning, lead) == 0


def test_nobody_reads_the_notice_of_another_or_one_that_is_held_back(morning: Warehouse, log_in: LogIn) -> None:
    sent_out(morning, log_in)
    with morning.read() as session:
        held = session.scalars(select(NoticeRow.id)).first()
        owner = select(NoticeRow.account_id).where(NoticeRow.id == held)
        login = session.scalars(select(AccountRow.login).where(AccountRow.id.in_(owner))).one()
    log_in(login).post("/notices/read", status=404, notice=held)
    deliver(morning)
    before = rows(morning)
    log_in("desk").post("/notices/read", status=404, notice=held)
    log_in("desk").post("/notices/read", status=422)
    assert rows(morning) == before


def test_reading_sends_nobody_to_another_site(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    deliver(morning)
    officer = log_in(lead)
    fields = form_of(officer.get(f"/cases/{number}"), "/notices/read")
    officer.client.follow_redirects = False
    data = fields | {"open": "//evil.example/", "csrf": officer.token()}
    answer = officer.client.post("/notices/read", data=data, headers={"Origin": officer.address})
    assert answer.headers["location"] == "/"


def test_a_case_sent_back_says_who_and_why_wherever_it_waits(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = returned(morning, log_in)
    with morning.read() as session:
        name = session.scalars(select(AccountRow.name).where(AccountRow.login == lead)).one()
    desk = log_in("desk")
    queue = desk.get("/queue")
    line = next(one for one in listed(queue) if number in one)
    assert "退回" in line
    assert name in line
    assert "领到工资" in line
    assert counted(queue) == "1 条未读消息"
    document: Any = html.fromstring(queue)
    row = document.xpath("//tr[@id=$number]", number=number)[0]
    assert f"{name}退回" in row.text_content()
    for path in (f"/queue/preview/{number}", f"/cases/{number}", f"/cases/{number}?tab=log"):
        page = desk.get(path)
        assert "领到工资" in page, path
        assert name in page, path
        for plain in HIDDEN:
            assert plain not in page, (path, plain)
    assert f"Sent back by {name}" in log_in("head").get(f"/cases/{number}", language="en")


def test_a_reason_is_for_those_alone_who_may_see_the_case(morning: Warehouse, log_in: LogIn) -> None:
    number, _ = returned(morning, log_in)
    assert "领到工资" in log_in("reader").get(f"/cases/{number}")
    far = log_in("far")
    assert "领到工资" not in far.get("/queue")
    far.get(f"/cases/{number}", status=404)


def test_the_word_of_a_return_goes_when_the_case_is_sent_again(morning: Warehouse, log_in: LogIn) -> None:
    number, _ = returned(morning, log_in)
    desk, case = log_in("desk"), case_of(morning, number)
    with morning.read() as session:
        pair = session.scalars(select(AccountRow.id).where(AccountRow.login.in_(("song", "yu", "li", "wang")))).all()
        back = session.scalars(select(AssignmentRow.ended_by).where(AssignmentRow.state == "sent_back")).one()
    other = next(one for one in pair if one != back)
    fields: dict[str, Any] = {"version": case.version, "key": "again", "lead_id": other}
    desk.post(f"/cases/{number}/dispatch", **fields)
    assert case_of(morning, number).status == "dispatched"
    head = log_in("head")
    assert "领到工资" not in head.get(f"/cases/{number}")
    assert "领到工资" in head.get(f"/cases/{number}?tab=log")


def test_a_case_given_to_others_shows_its_number_and_no_more(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    deliver(morning)
    case = case_of(morning, number)
    with morning.read() as session:
        old = session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == case.id)).one()
        session.expunge(old)
        people = session.scalars(select(AccountRow.id).where(AccountRow.login.in_(("song", "yu", "li", "wang")))).all()
        login = {row.id: row.login for row in session.scalars(select(AccountRow))}
        head = login_actor(session.scalars(select(AccountRow.id).where(AccountRow.login == "head")).one())
    new = [one for one in people if one not in (old.lead_id, old.assisting_id)]
    reassign(
        morning,
        case_id=case.id,
        version=case.version,
        lead_id=new[0],
        assisting_id=new[1],
        reason="两位都在休假",
        actor=head,
        at=NOW,
    )
    deliver(morning)
    page = log_in(lead).get("/mine")
    lines = [one for one in listed(page) if number in one]
    assert any("改派" in one for one in lines)
    assert f'href="/cases/{number}"' not in page
    assert "休假" not in page
    assert str(case.employer_name) not in "".join(lines)
    assert "休假" in log_in("desk").get(f"/cases/{number}?tab=log")
    assert "请签收" in "".join(one for one in listed(log_in(login[new[0]]).get("/mine")) if number in one)


def login_actor(account_id: str) -> Actor:
    return Actor(account_id, frozenset({Role.HEAD}), (DISTRICT,), frozenset({(Role.HEAD, DISTRICT)}))


def test_who_submitted_an_outcome_is_told_what_became_of_it(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = sent_out(morning, log_in)
    officer, head, case = log_in(lead), log_in("head"), f"/cases/{number}"
    send(officer, officer.get("/mine"), f"{case}/sign-for")
    send(officer, officer.get(case), f"{case}/accept")
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="鳌山卫街道")
    outcome = f"{case}/outcome"
    send(officer, officer.get(f"{outcome}?exit=not_established"), outcome, confirmed="unproven", note="证据不足")
    waiting = re.search(r'action="(/outcomes/[^"]+/decide)"', head.get(f"{case}?tab=handling"))
    assert waiting is not None
    head.post(waiting[1], approve="no", reason="请补充孙守业的笔录，电话15912348012")
    deliver(morning)
    line = next(one for one in listed(officer.get("/mine")) if number in one)
    assert "办理结果被退回" in line
    assert "赵明远" in line
    assert "请补充" in line
    assert "15912348012" not in line
