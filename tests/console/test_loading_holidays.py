"""A holiday notice loaded through the page: first what it would change, then the load, then the officers are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lxml import html
from sqlalchemy import func, select

from services.dispatch.assignments import deliver_notices
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import CalendarDayRow, ClockRow, HolidayNoticeRow, NoticeRow

LogIn = Callable[[str], Person]
ALWAYS = ("2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03")
SPRING = [(date(2027, 2, 5) + timedelta(days=n)).isoformat() for n in range(8)]


def notice(*off: str, papers: tuple[str, ...] = ("https://www.gov.cn/2027",)) -> bytes:
    days = [{"name": "元旦" if day in ALWAYS else "春节", "date": day, "isOffDay": True} for day in (*ALWAYS, *off)]
    return json.dumps({"year": 2027, "papers": list(papers), "days": days}, ensure_ascii=False).encode()


def upload(person: Person, content: bytes | None, status: int = 200, **fields: str) -> str:
    """Send the file as a browser without scripts would."""
    data = {"csrf": person.token("/calendar"), "source": ""} | fields
    files = {"file": ("2027.json", content or b"", "application/json")}
    answer = person.client.post("/calendar/preview", data=data, files=files, headers={"Origin": person.address})
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def filed(morning: Warehouse, log_in: LogIn) -> tuple[str, str, date]:
    """A filed case whose investigation runs past what is known. Its number, its lead, the day it is due so far."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    send(officer, officer.get(f"/cases/{number}"), f"/cases/{number}/accept")
    return number, lead, due(morning)


def due(morning: Warehouse) -> date:
    with morning.read() as session:
        return session.scalars(select(ClockRow.due_on).where(ClockRow.kind == "investigate")).one()


def rows(morning: Warehouse, model: type[Any]) -> int:
    with morning.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_difference_is_seen_before_anything_is_loaded(morning: Warehouse, log_in: LogIn) -> None:
    number, _lead, before = filed(morning, log_in)
    admin = log_in("system")
    shown = upload(admin, notice(*SPRING))
    assert "2027 年的放假通知（载入前）" in shown
    assert "02-08" in shown
    document: Any = html.fromstring(shown)
    told = [row.text_content() for row in document.xpath("//table//tr")]
    assert any("宋海涛" in one or "于晓" in one or "李敏" in one or "王立群" in one for one in told)
    assert number not in shown, "an administrator does not see cases"
    assert rows(morning, HolidayNoticeRow) == rows(morning, CalendarDayRow) == 0
    assert due(morning) == before
    assert form_of(shown, "/calendar/load")["source"] == ["https://www.gov.cn/2027"]


def test_loading_moves_the_deadline_and_tells_both_officers_what_moved(morning: Warehouse, log_in: LogIn) -> None:
    number, lead, before = filed(morning, log_in)
    admin, officer = log_in("system"), log_in(lead)
    after = send(admin, upload(admin, notice(*SPRING), source="国办发明电〔2026〕9号"), "/calendar/load")
    assert "国办发明电〔2026〕9号" in after
    moved = due(morning)
    assert moved > before
    with morning.read() as session:
        told = session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "deadline_moved")).all()
    assert len(told) == len(set(told)) == 2, "one notice an officer, however many deadlines of the case moved"
    deliver_notices(morning, at=NOW + timedelta(minutes=1))
    page = officer.get("/mine")
    assert "节假日安排公布" in page
    assert number in page
    assert f"{before} → {moved}" in page
    assert "国办发明电〔2026〕9号" in page
    assert "by the holiday notice" in officer.get("/mine", language="en")
    assert "节假日安排公布" not in log_in("far_head").get("/mine")


def test_a_second_click_after_another_notice_shows_the_difference_again(morning: Warehouse, log_in: LogIn) -> None:
    filed(morning, log_in)
    admin = log_in("system")
    first, second = upload(admin, notice(*SPRING)), upload(admin, notice(*SPRING[:4]))
    send(admin, first, "/calendar/load")
    again = send(admin, second, "/calendar/load", status=409)
    assert "另一份通知" in again
    assert rows(morning, HolidayNoticeRow) == 1
    send(admin, again, "/calendar/load")
    assert rows(morning, HolidayNoticeRow) == 2


def test_bad_files_are_refused_in_words(morning: Warehouse, log_in: LogIn) -> None:
    admin = log_in("system")
    assert "#field-file" in upload(admin, None, status=422)
    assert "#field-source" in upload(admin, notice(papers=()), status=422)
    for bad in (b"\xff\xfe", b"[]", b"{}", notice()[:-20], b"[" * 90_000, b" " * 200_000):
        upload(admin, bad, status=422)
    part = json.dumps({"year": 2027, "papers": [], "days": [{"name": "x", "date": "2027-02-08", "isOffDay": True}]})
    upload(admin, part.encode(), status=422, source="x")
    admin.post("/calendar/load", status=422, notice="{}", source="x", calendar="x")
    assert rows(morning, HolidayNoticeRow) == 0


def test_only_a_system_administrator_is_offered_it(morning: Warehouse, log_in: LogIn) -> None:
    assert "/calendar/preview" in log_in("system").get("/calendar")
    for login in ("desk", "song", "head", "reader"):
        person = log_in(login)
        assert "/calendar/preview" not in person.get("/calendar")
        person.post("/calendar/load", status=404, notice=notice().decode(), source="x", calendar="x")
