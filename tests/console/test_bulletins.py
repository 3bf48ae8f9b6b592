"""The bulletin of hot spots by forms: drafted, looked at, issued by a head, downloaded twice alike, restated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import html
from sqlalchemy import select, update

from services.office.settings import Settings
from tests.console.conftest import Person, served
from tests.console.forms import form_of, send
from tests.console.later import LATER
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, BulletinRow, CaseRow
from warehouse.statistics.grounds import Window
from warehouse.statistics.month import figures_of

Enter = Callable[[str], Person]
WEEK = "2026-W47"


@pytest.fixture
def later(later_template: Template, tmp_path: Path) -> Iterator[Warehouse]:
    with later_template.store(tmp_path / "later.db") as store:
        yield store


@pytest.fixture
def enter(later: Warehouse, settings: Settings) -> Iterator[Enter]:
    """Log somebody in twelve days on."""
    people: list[Person] = []
    with served(later, settings, lambda: LATER) as address:

        def one(login: str) -> Person:
            person = Person(address)
            people.append(person)
            person.log_in(login)
            return person

        yield one
        for person in people:
            person.client.close()


def drafted(desk: Person, store: Warehouse) -> str:
    """The address of the draft of the week in which the morning lies."""
    send(desk, desk.get("/bulletins"), "/bulletins/make", period=WEEK)
    with store.read() as session:
        return f"/bulletins/{session.scalars(select(BulletinRow.id).where(BulletinRow.state == 'draft')).one()}"


def downloaded(person: Person, address: str, form: str, spoken: str) -> bytes:
    data = {"csrf": person.token(), "form": form, "spoken": spoken}
    answer = person.client.post(f"{address}/file", data=data, headers={"Origin": person.address})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'-{spoken[:2]}.{form}"')
    return answer.content


def test_the_desk_drafts_a_head_issues_and_it_stays_as_it_was_given_out(later: Warehouse, enter: Enter) -> None:
    desk, head = enter("desk"), enter("head")
    address = drafted(desk, later)
    page: Any = html.fromstring(desk.get(address))
    assert "草稿" in page.xpath("string(//article[@id='sheet'])")
    assert not page.xpath("//form[contains(@action, '/issue')]"), "the desk issues nothing"
    assert page.xpath("//h1")[0].text_content() == f"周报 {WEEK}"
    week = Window(WEEK, (LATER - timedelta(days=16)).date(), (LATER - timedelta(days=9)).date())
    with later.read() as session:
        told = figures_of(session, {"": week}, territories=("370215",))[""].total("cases_opened")
    assert told > 0
    assert f"本期新增案件 {told} 件" in page.xpath("string(//article[@id='sheet'])")
    assert "DRAFT" in desk.get(address, language="en")
    stale = form_of(head.get(address), f"{address}/issue")
    send(desk, desk.get(address), "/bulletins/make")
    head.post(f"{address}/issue", status=409, **stale)
    send(head, head.get(address), f"{address}/issue")
    first = downloaded(head, address, "docx", "zh_CN")
    number = "370215-W-2026-001"
    assert any(number in line.text for line in Document(BytesIO(first)).paragraphs)
    assert number in head.get("/bulletins")
    refused = send(head, head.get(address), f"{address}/restate", status=422, reason="核对")
    assert "没有变化" in refused
    assert 'value="核对"' in refused
    with later.write() as session:
        opened = select(CaseRow.id).where(CaseRow.status != "merged", week.holds(CaseRow.opened_at)).limit(1)
        moved = session.scalars(opened).one()
        session.execute(update(CaseRow).where(CaseRow.id == moved).values(opened_at=week.start - timedelta(days=30)))
    assert downloaded(head, address, "docx", "zh_CN") == first
    again = send(head, head.get(address), f"{address}/restate", reason="一件案件更正了受理时间")
    assert "一件案件更正了受理时间" in again
    assert "待签发" in head.get(address)
    with later.read() as session:
        acts = set(session.scalars(select(AuditRow.act)))
    assert {"make_bulletin", "issue_bulletin", "restate_bulletin", "read_bulletin"} <= acts
    assert downloaded(head, address, "pdf", "en").startswith(b"%PDF-")


def test_it_is_for_those_who_read_the_whole_of_it(later: Warehouse, enter: Enter) -> None:
    address = drafted(enter("desk"), later)
    assert "周报" in enter("reader").get(address)
    for login in ("song", "system", "far_head"):
        enter(login).get(address, status=404)
    far = enter("far_head")
    assert WEEK not in far.get("/bulletins")
    far.post("/bulletins/make", status=422, period=WEEK, once="far-1")
    for wrong in ("2026-W48x", "2026-13", "2026-W60", "2026-12"):
        assert "field-period" in enter("desk").post("/bulletins/make", status=422, period=wrong, once=f"w-{wrong}")
