"""A prevention notice from the officer's desk to the employer's phone and back, over real HTTP on both sides."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.people import Actor
from casework.prevention import TELLING
from services.dispatch.assignments import deliver_notices
from services.office.settings import Settings
from services.prevention.exchanging import Exchanged, exchange_notices
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.fed import LEADS, PAYS, feed_morning
from tests.console.forms import form_of
from tests.console.warned import PROJECT, make_warnings, warn
from tests.counter.conftest import Page, page, tokens
from tests.counter.test_report import picture
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    EmployerRow,
    NoticeRow,
    PreventionAnswerRow,
    PreventionNoticeRow,
    WarningActRow,
    WarningRow,
)

__all__ = ["page"]
LogIn = Callable[[str], Person]
TODAY = local_day(NOW)
BY = (TODAY + timedelta(days=7)).isoformat()
PDF = b"%PDF-1.7\n" + b"x" * 2_000
_LINK = re.compile(r'id="link">https://page\.test(/n/[0-9A-Z]{28})<')


@pytest.fixture
def ids(morning: Warehouse) -> dict[str, str]:
    """Warnings of the morning by name, and one on a firm that the feed knows."""
    found = make_warnings(morning, NOW)
    firms = feed_morning(morning, NOW)
    with morning.write() as session:
        found["fed"] = warn(session, "arrears", "red", NOW, employer_id=firms[PAYS], project_code=PROJECT)
        found["short"] = warn(session, "heads_short", "yellow", NOW, employer_id=firms[PAYS], project_code=PROJECT)
        found["loud"] = warn(session, "complaints_30d", "red", NOW, employer_id=firms[PAYS])
        sea = select(EmployerRow.id).where(EmployerRow.name == "青岛澜田海产加工有限公司")
        found["sea"] = warn(session, "complaints_30d", "red", NOW, employer_id=session.scalars(sea).one())
        found["quiet"] = warn(session, "growth", "yellow", NOW, employer_id=firms[LEADS])
    return found


def exchange(morning: Warehouse, page: Page) -> Exchanged:
    """One run of the schedule."""
    actor = Actor.system("reply")
    return exchange_notices(morning, lambda _: page.office, actor=actor, clock=lambda: page.now)


def sent(person: Person, warning_id: str, **changed: object) -> str:
    """The notice of a warning sent as its form offers it; the sheet that comes back."""
    path = f"/warnings/{warning_id}/notice"
    fields = form_of(person.get(path), path) | {"answer_by": BY, "way": "print", **changed}
    return person.post(path, **fields)


def link_in(sheet: str) -> str:
    found = _LINK.search(sheet)
    assert found, sheet[:2000]
    return found[1]


def answer(
    employer: httpx.Client, path: str, files: list[tuple[str, bytes]] | None = None, **typed: str
) -> httpx.Response:
    """What an employer fills in and sends."""
    good = {
        "words": "十月工资已于今日补发，回单见附件。",
        "name": "赵会计",
        "capacity": "staff",
        "phone": "0532-88880000",
    }
    brought = [("files", (name, content, "application/octet-stream")) for name, content in files or []]
    told: httpx.Response = employer.post(path, data={**tokens(employer, path), **good, **typed}, files=brought or None)
    return told


def test_the_link_opens_at_once_and_who_sent_it_finds_the_answer_at_the_bell(
    morning: Warehouse, ids: dict[str, str], page: Page, tmp_path: Path
) -> None:
    url, channels = page.settings.inbox, tmp_path / "channels.toml"
    lines = {"url": url, "answer_url": url, "key_file": str(page.key_file)}
    channels.write_text("[self_report]\n" + "".join(f'{name} = "{said}"\n' for name, said in lines.items()))
    with served(morning, Settings(data_dir=tmp_path, channels_file=channels)) as address:
        desk = Person(address)
        desk.log_in("desk")
        link = link_in(sent(desk, ids["fed"]))
        boss = page.phone("10.3.0.2", language="zh")
        until = time.monotonic() + 20
        while boss.get(link).status_code != 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert answer(boss, link, [("p.jpg", picture())]).status_code == 303
        exchange(morning, page)
        deliver_notices(morning, at=NOW + timedelta(minutes=1))
        row = notice_of(morning, ids["fed"])
        queue = desk.get("/queue")
        for words in (row.notice_no, "企业回复了预防性提示", "查看回复"):
            assert words in queue, words
        assert "Open the answer" in desk.get("/queue", language="en")
        shown = desk.post("/notices/read", notice=mine_of(morning), back="/queue", open=f"/preventions/{row.id}")
        assert "回单见附件" in shown
        assert row.notice_no not in desk.get("/queue")
        desk.client.close()


def mine_of(morning: Warehouse) -> str:
    """The one notice to an officer that is about a prevention notice."""
    with morning.read() as session:
        return session.scalars(select(NoticeRow.id).where(NoticeRow.prevention_id.is_not(None))).one()


def notice_of(morning: Warehouse, warning_id: str) -> PreventionNoticeRow:
    with morning.read() as session:
        row = session.scalars(select(PreventionNoticeRow).where(PreventionNoticeRow.warning_id == warning_id)).one()
        session.expunge(row)
        return row


def test_a_notice_goes_out_is_answered_and_judged(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn, page: Page
) -> None:
    desk = log_in("desk")
    before = desk.get(f"/warnings/{ids['fed']}")
    assert f"/warnings/{ids['fed']}/notice" in before
    form = desk.get(f"/warnings/{ids['fed']}/notice")
    for words in ("工资到期未付", "发薪人数少于考勤人数", "滨海一号楼", "第十三条至第十四条", f'value="{PAYS}"'):
        assert words in form, words
    shown = re.search(r'<div class="notice-text.*?</div>', form, re.S)
    assert shown
    assert not TELLING.search(shown[0])
    sheet = sent(desk, ids["fed"])
    link = link_in(sheet)
    code = link.removeprefix("/n/")
    assert 'class="qr"' in sheet
    row = notice_of(morning, ids["fed"])
    assert (row.state, row.round, row.way) == ("waiting", 1, "print")
    with morning.read() as session:
        dump = str(session.connection().exec_driver_sql("SELECT * FROM prevention_notice").all())
    assert code not in dump, "of the link the hash alone is kept"
    assert code not in desk.get(f"/preventions/{row.id}")

    boss = page.phone("10.3.0.1", language="zh")
    assert boss.get(link).status_code == 404, "the link opens with the next run"
    assert exchange(morning, page).opened == 1
    told = boss.get(link)
    assert told.status_code == 200
    assert PAYS in told.text
    assert "工资到期未付" in told.text
    assert "Wages not paid when due" in boss.get(f"{link}?lang=en").text
    boss.get(f"{link}?lang=zh")
    assert code.encode() not in (page.settings.folder / "inbox.db").read_bytes()
    wrong = answer(boss, link, words="", name="", capacity="none", phone="x")
    assert wrong.status_code == 422
    for words in ("请写几句情况说明", "请填写姓名", "请选择一项", "手机号好像不对"):
        assert words in wrong.text, words
    assert answer(boss, link, [("a.exe", b"MZ\x90")]).status_code == 422
    done = answer(boss, link, [("p.jpg", picture()), ("b.pdf", PDF)])
    assert done.status_code == 303
    assert "已收到贵单位的回复" in boss.get(link).text
    assert "<form" not in boss.get(link).text
    answer(boss, link, words="第二次") if "csrf" in tokens(boss, "/n") else None
    ran = exchange(morning, page)
    assert (ran.answers, ran.kept, ran.refused, ran.closed) == (1, 2, 0, 1)
    assert exchange(morning, page) == Exchanged(), "a second run finds nothing"
    assert boss.get(link).status_code == 404, "an answered link is gone once the office has the answer"

    listed = desk.get("/warnings")
    assert "已回复，待评判" in listed
    got = desk.get(f"/preventions/{row.id}")
    for words in ("十月工资已于今日补发", "赵会计", "人事或者财务人员", "/small"):
        assert words in got, words
    small = re.search(r'src="(/preventions/[^"]+/small)"', got)
    assert small
    assert desk.client.get(small[1]).headers["content-type"] == "image/jpeg"
    files = re.findall(r'href="(/preventions/[^"]+/whole)"', got)
    paper = desk.client.get(files[1])
    assert paper.content == PDF
    assert paper.headers["content-disposition"].startswith("attachment")
    fields = form_of(got, f"/preventions/{row.id}/judge")
    assert "data-focus" in desk.post(f"/preventions/{row.id}/judge", status=422, **fields)
    page_after = desk.post(
        f"/preventions/{row.id}/judge", **fields | {"verdict": "enough", "reason": "回单齐全", "settles": "yes"}
    )
    assert "回单齐全" in page_after
    with morning.read() as session:
        warning = session.get_one(WarningRow, ids["fed"])
        assert (warning.state, warning.reason) == ("corrected", "回单齐全")
        kinds = list(
            session.scalars(
                select(WarningActRow.kind).where(WarningActRow.warning_id == warning.id).order_by(WarningActRow.step_no)
            )
        )
        assert kinds == ["notice", "notice_answered", "notice_enough", "corrected"]
        acts = list(session.scalars(select(AuditRow.act).where(AuditRow.subject == warning.id).order_by(AuditRow.seq)))
        assert [one for one in acts if one != "read_prevention"] == [
            "send_prevention", "take_in_prevention", "settle_warning", "judge_prevention"
        ]  # fmt: skip
        kept = session.scalars(select(PreventionAnswerRow)).one()
        assert (kept.name, kept.capacity) == ("赵会计", "staff")
    history = desk.get(f"/warnings/{ids['fed']}")
    for words in ("发出预防性提示", "企业回复了预防性提示", "企业回复符合要求"):
        assert words in history, words


def test_from_complaints_alone_it_has_the_words_that_go_to_everybody(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn
) -> None:
    desk = log_in("desk")
    of_feed, of_complaints = (desk.get(f"/warnings/{ids[name]}/notice") for name in ("fed", "loud"))
    texts = [re.search(r'<div class="notice-text.*?</div>', form, re.S) for form in (of_feed, of_complaints)]
    assert texts[0]
    assert texts[1]
    assert texts[0][0] == texts[1][0], "from whichever warning one looks it is the same"
    general = desk.get(f"/warnings/{ids['quiet']}/notice")
    assert "面向本辖区工程建设用人单位" in general
    assert "投诉" not in (re.search(r'<div class="notice-text.*?</div>', general, re.S) or [""])[0]
    only = desk.get(f"/warnings/{ids['sea']}/notice")
    assert "投诉中的叫法不会带入" in only
    path = f"/warnings/{ids['sea']}/notice"
    fields = form_of(only, path) | {"answer_by": BY, "way": "print"}
    assert "data-focus" in desk.post(path, status=422, **fields | {"to": ""})
    assert "请按登记填写企业名称" in desk.post(path, status=422, **fields | {"to": "刘春生的老板"})
    assert "不是企业名称" in desk.post(path, status=422, **fields | {"to": "被投诉的公司"})
    late = fields | {"to": "青岛某某有限公司", "answer_by": TODAY.isoformat()}
    page = desk.post(path, status=422, **late)
    assert 'value="青岛某某有限公司"' in page
    assert "不超过规定的天数" in page
    seen = desk.post(f"{path}/preview", **fields | {"to": "青岛某某有限公司", "language": "en", "trade": "services"})
    assert "in catering, retail and services" in seen
    with morning.read() as session:
        assert session.scalars(select(PreventionNoticeRow)).all() == []


def test_wrong_over_withdrawn_and_unknown_look_the_same_and_guessing_is_slowed(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn, page: Page
) -> None:
    head = log_in("head")
    link = link_in(sent(head, ids["fed"]))
    exchange(morning, page)
    row = notice_of(morning, ids["fed"])
    fields = form_of(head.get(f"/preventions/{row.id}"), f"/preventions/{row.id}/take-back")
    stale = dict(fields)
    boss = page.phone("10.4.0.1")
    assert boss.get(link).status_code == 200
    anew = head.post(
        f"/preventions/{row.id}/link", **form_of(head.get(f"/preventions/{row.id}"), f"/preventions/{row.id}/link")
    )
    other = link_in(anew)
    assert "刚被他人修改" in head.post(f"/preventions/{row.id}/take-back", status=409, **stale | {"reason": "x"})
    exchange(morning, page)
    gone = boss.get(link)
    assert boss.get(other).status_code == 200
    fields = form_of(head.get(f"/preventions/{row.id}"), f"/preventions/{row.id}/take-back")
    head.post(f"/preventions/{row.id}/take-back", **fields | {"reason": "发错了"})
    exchange(morning, page)
    plain = {gone.text, boss.get(other).text, boss.get("/n/" + "2" * 28).text, boss.get("/n/nonsense").text}
    plain = {re.sub(r'value="[^"]*"', "", one) for one in plain}
    assert len(plain) == 1
    third = link_in(sent(head, ids["fed"]))
    exchange(morning, page)
    assert page.phone("10.4.0.9").get(third).status_code == 200
    page.later(days=7 + 10 + 1)
    over = page.phone("10.4.0.2").get(third)
    assert (over.status_code, re.sub(r'value="[^"]*"', "", over.text)) == (404, next(iter(plain)))
    codes = [page.phone("10.5.0.1").get("/n/" + "2" * 28).status_code for _ in range(13)]
    assert codes.count(404) == 10
    assert codes[-1] == 429
    typed = page.phone("10.4.0.3")
    assert typed.post("/n", data={**tokens(typed, "/n"), "code": "abc"}).status_code == 404


def test_not_enough_opens_again_and_a_day_without_answer_is_noted(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn, page: Page
) -> None:
    desk = log_in("desk")
    link = link_in(sent(desk, ids["fed"]))
    exchange(morning, page)
    boss = page.phone("10.3.0.7", language="zh")
    assert answer(boss, link).status_code == 303
    exchange(morning, page)
    row = notice_of(morning, ids["fed"])
    path = f"/preventions/{row.id}/again"
    fields = form_of(desk.get(f"/preventions/{row.id}"), path) | {"answer_by": BY, "reason": "没有回单"}
    assert "请选择回复缺少什么" in desk.post(path, status=422, **fields)
    again = link_in(desk.post(path, **fields | {"lack": "no_proof"}))
    assert again != link
    exchange(morning, page)
    assert "没有附证明材料" in boss.get(again).text
    assert "没有回单" not in boss.get(again).text, "what an officer typed stays in the office"
    page.later(days=8)
    ran = exchange(morning, page)
    assert ran.late == 1
    assert exchange(morning, page).late == 0
    with morning.read() as session:
        warning = session.get_one(WarningRow, ids["fed"])
        assert warning.due_on is not None
        assert warning.due_on > local_day(page.now)
        kinds = set(session.scalars(select(WarningActRow.kind).where(WarningActRow.warning_id == warning.id)))
    assert {"notice_not_enough", "notice_again", "notice_late"} <= kinds
    assert answer(boss, again, [("p.jpg", picture())]).status_code == 303, "a late answer is taken all the same"
    assert exchange(morning, page).answers == 1


def test_whoever_may_not_see_the_warning_sees_no_notice(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn, page: Page
) -> None:
    desk = log_in("desk")
    link = link_in(sent(desk, ids["fed"]))
    exchange(morning, page)
    answer(page.phone("10.3.0.8"), link, [("p.jpg", picture())])
    exchange(morning, page)
    row = notice_of(morning, ids["fed"])
    file = re.search(r'(/preventions/[^"]+/whole)', desk.get(f"/preventions/{row.id}"))
    assert file
    for login in ("far", "far_head"):
        person = log_in(login)
        for path in (f"/preventions/{row.id}", f"/warnings/{ids['fed']}/notice", file[1]):
            person.get(path, status=404)
        for act in ("judge", "again", "link", "take-back"):
            person.post(f"/preventions/{row.id}/{act}", status=404, version=1, reason="x", verdict="enough")
    log_in("reader").get(f"/preventions/{row.id}", status=404)
