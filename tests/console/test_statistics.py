"""The statistics page: every number opens what it counts, the tables meet, a month is locked, restated, taken out."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import openpyxl
import pytest
from lxml import html
from playwright.sync_api import Browser
from sqlalchemy import delete, select, update

from console.crosses import ACROSS
from console.report import TABLES
from console.words import LANGUAGES
from services.office.settings import Settings
from tests.console.conftest import Person, served
from tests.console.forms import send
from tests.console.test_browser import Desk
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    MonthCellRow,
    MonthItemRow,
)
from warehouse.statistics.cross import AXES
from warehouse.statistics.definitions import BY_NAME, FEN, RATES, SIDES

LogIn = Callable[[str], Person]
NUMBER = re.compile(r"[\d,]+\Z")
MONTH = timedelta(days=31)


def tree(text: str) -> Any:
    return html.fromstring(text)


def words(node: Any) -> str:
    return " ".join(node.text_content().split())


def line(row: Any) -> str:
    """The cells of a row, a blank between them."""
    return " ".join(words(cell) for cell in row.xpath("./th|./td"))


@pytest.fixture
def october(morning: Warehouse) -> Warehouse:
    """Every third complaint came, and was filed, a month earlier, and the cases with their oldest."""
    with morning.write() as session:
        for place, one in enumerate(session.scalars(select(ComplaintRow).order_by(ComplaintRow.complaint_no))):
            if place % 3 == 0:
                one.received_at, one.filed_at = one.received_at - MONTH, one.filed_at - MONTH
        for case in session.scalars(select(CaseRow)):
            case.opened_at = session.get_one(ComplaintRow, case.main_complaint_id).received_at
    return morning


def numbers(page: str) -> dict[str, int]:
    """The links to what a number counts, where the words are a whole number."""
    found = {}
    for link in tree(page).xpath("//a[starts-with(@href, '/statistics/list?')]"):
        if NUMBER.match(words(link)):
            found[link.get("href")] = int(words(link).replace(",", ""))
    return found


def listed(page: str) -> tuple[int, list[int]]:
    """What a list says it adds up to, and what its lines add."""
    document = tree(page)
    said = words(document.xpath("//p[contains(@class, 'notice')]//b")[0])
    cells = document.xpath("//tbody/tr/td[last()]")
    return int(said.replace(",", "")), [int(words(one).replace(",", "")) for one in cells]


def test_every_number_opens_what_it_counts_and_the_tables_meet(october: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    seen: dict[str, int] = {}
    for span in ("2026-11", "2026"):
        page = head.get(f"/statistics?span={span}", language="en")
        document = tree(page)
        totals: dict[str, str] = {}
        for dimension, names in TABLES:
            rows = document.xpath(f"//section[@id='by-{dimension}']//tbody/tr")
            for column, name in enumerate(names):
                if name in ("on_time_rate", "money_rate"):
                    continue
                whole = words(rows[-1].xpath("./td")[column])
                assert totals.setdefault(name, whole) == whole, (dimension, name)
                parts = [words(row.xpath("./td")[column]) for row in rows[:-1] if not row.xpath("./th/b")]
                if BY_NAME[name].unit != FEN:
                    assert sum(int(part.replace(",", "")) for part in parts) == int(whole.replace(",", ""))
        seen |= numbers(page)
    assert len(seen) > 40, len(seen)
    for address, number in seen.items():
        total, lines = listed(head.get(address))
        assert total == sum(lines) == number, address
    with october.read() as session:
        every = set(session.scalars(select(ComplaintRow.complaint_no)))
    page = head.get("/statistics/list?span=2026&figure=received")
    assert {words(one) for one in tree(page).xpath("//tbody/tr/th/a")} <= every
    assert len(every) == listed(page)[0]


def test_the_running_month_is_held_up_to_the_same_days(october: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/statistics", language="zh_CN")
    assert "未锁定，数字会变" in page
    assert "本期尚未结束" in page
    assert "上月同期" in page
    before = [one for one in numbers(page) if "span=2026-10~20" in one]
    assert before
    for address in before:
        assert listed(desk.get(address))[0] == numbers(page)[address]
    assert "尚无上期数据，暂不比较" in desk.get("/statistics?span=2026-10")
    assert "2026-09-01" in desk.get("/statistics?from=2026-11&to=2026-09", language="zh_CN")
    for wrong in ("span=2026-13", "month=x", "span=2020-01..2026-01", "from=%3Cscript%3E&to=2026-01"):
        assert "&lt;script&gt;" not in desk.get(f"/statistics?{wrong}", status=422)
    for wrong in (
        "figure=received", "span=2026-11", "span=2026-11&figure=secret", "span=x&figure=received",
        "span=2026-11&figure=received&page=x", "span=2026-11&figure=received&town=%3Cscript%3E",
    ):  # fmt: skip
        desk.get(f"/statistics/list?{wrong}", status=404)


def test_those_of_another_territory_count_and_open_nothing_of_this_one(october: Warehouse, log_in: LogIn) -> None:
    far = log_in("far")
    assert numbers(far.get("/statistics?span=2026", language="en")) == {}
    assert listed(far.get("/statistics/list?span=2026&figure=received")) == (0, [])
    for login in ("song", "system", "security", "audit"):
        for path in ("/statistics", "/statistics/list?span=2026&figure=received"):
            log_in(login).get(path, status=404)


def taken(person: Person, kind: str, span: str = "2026-10") -> httpx.Response:
    data = {"span": span, "kind": kind, "purpose": "月报上报", "csrf": person.token()}
    answer = person.client.post("/statistics/export", data=data, headers={"Origin": person.address})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="arrears-{span}.{kind}"'
    return answer


def test_a_month_is_locked_by_its_head_and_then_says_the_same(october: Warehouse, log_in: LogIn) -> None:
    head, desk = log_in("head"), log_in("desk")
    page = head.get("/statistics?span=2026-10", language="zh_CN")
    digest = tree(page).xpath("//form[@action='/statistics/lock']/input[@name='digest']/@value")[0]
    assert "锁定本月" not in desk.get("/statistics?span=2026-10", language="zh_CN")
    assert "锁定本月" not in head.get("/statistics?span=2026-11")
    desk.post("/statistics/lock", status=404, month="2026-10", digest=digest)
    assert "请重新核对后再锁定" in head.post("/statistics/lock", status=409, month="2026-10", digest="0" * 64)
    open_text = taken(desk, "csv").content
    assert "此后没有变化" in desk.get("/statistics?span=2026-10")
    assert "尚未锁定" in desk.post("/statistics/export", status=422, span="2026-10", kind="outside-xlsx", purpose="x")
    page = head.post("/statistics/lock", month="2026-10", digest=digest)
    before = taken(desk, "xlsx").content, taken(desk, "csv").content
    assert before[1] == open_text.replace(b"provisional", b"final")
    assert re.search(r"已锁定</b>\s*·\s*赵明远\s*·\s*11-20 08:30", page)
    received = numbers(page)["/statistics/list?span=2026-10&figure=received"]
    assert "已锁定" in head.post("/statistics/lock", status=422, month="2026-10", digest=digest)
    with october.write() as session:
        late = session.scalars(select(ComplaintRow).order_by(ComplaintRow.complaint_no).offset(1)).first()
        assert late is not None
        late.received_at, late.filed_at = late.received_at - MONTH, late.filed_at + timedelta(days=9)
        number = late.complaint_no
    page = head.get("/statistics?span=2026-10")
    assert numbers(page)["/statistics/list?span=2026-10&figure=received"] == received
    assert listed(head.get("/statistics/list?span=2026-10&figure=received"))[0] == received
    rows = [line(one) for one in tree(page).xpath("//section[@id='restated']//tbody/tr")]
    assert f"收到线索 合计 {received} {received + 1} 补报迟到 {number}" in rows
    assert taken(desk, "xlsx").content == before[0]
    assert taken(desk, "csv").content == before[1]
    head.post("/statistics/restate", status=422, month="2026-10", reason=" ")
    page = head.post("/statistics/restate", month="2026-10", reason="补报一件，来电13800138000")
    assert "补报一件，来电138****8000" in page
    assert "13800138000" not in page
    desk.post("/statistics/restate", status=404, month="2026-10", reason="x")
    with october.read() as session:
        acts = set(session.scalars(select(AuditRow.act).where(AuditRow.subject == "month:2026-10")))
    assert {"freeze_month", "restate_month", "export_month"} <= acts


def test_a_report_is_taken_out_with_one_click_in_time_and_the_next_look_says_what_changed(
    october: Warehouse, log_in: LogIn
) -> None:
    desk = log_in("desk")
    form = tree(desk.get("/statistics", language="zh_CN")).xpath("//form[@action='/statistics/export']")[0]
    assert form.xpath(".//input[@name='purpose']/@value") == ["月报上报"], "nothing has to be typed"
    started = time.process_time()  # the console is in this process: others may keep the machine busy
    body = taken(desk, "xlsx", "2026").content
    assert time.process_time() - started < 5
    book = openpyxl.load_workbook(io.BytesIO(body))
    total: dict[Any, Any] = {row[1].value: row[2].value for row in book["总表"].iter_rows(min_row=4)}
    rows = list(csv.reader(io.StringIO(taken(desk, "csv", "2026").content.decode("utf-8-sig"))))
    text = {row[1]: row[6] for row in rows[1:] if row[3] == "total"}
    assert len(text) == len(BY_NAME)
    for figure in BY_NAME.values():
        assert float(text[figure.en]) == float(total[figure.en])
    with october.write() as session:
        session.execute(update(CaseRow).where(CaseRow.nature == "arrears_rural").values(nature="arrears"))
    page = desk.get("/statistics?span=2026", language="en")
    changed = [line(one) for one in tree(page).xpath("//section[@id='taken']//tbody/tr")]
    assert any(one.startswith("Cases opened Wage arrears") for one in changed), changed
    desk.post("/statistics/export", status=422, span="2026", kind="xlsx", purpose=" ")
    desk.post("/statistics/export", status=422, span="2026", kind="exe", purpose="x")
    desk.post("/statistics/export", status=422, span="2031-01", kind="csv", purpose="x")


def test_every_figure_is_defined_where_the_pages_point(log_in: LogIn) -> None:
    head = log_in("head")
    defined = set(tree(head.get("/definitions")).xpath("//tr/@id"))
    assert {*BY_NAME, *(rate.name for rate in RATES), *(f"by-{side.name}" for side in SIDES)} <= defined
    for path, least in (("/dashboard", 11), ("/statistics", 20), ("/statistics/list?span=2026&figure=visits", 1)):
        pointed = set(tree(head.get(path)).xpath("//a[starts-with(@href, '/definitions#')]/@href"))
        assert len(pointed) >= least, path
        assert {one.partition("#")[2] for one in pointed} <= defined
    log_in("song").get("/definitions")


def test_the_pages_cost_as_much_whatever_they_count(morning: Warehouse, settings: Settings) -> None:
    asked = ("/statistics?span=2026", "/statistics/list?span=2026&figure=received", "/cases/JM2026-00002/employer")
    with served(morning, settings) as address:
        head = Person(address)
        head.log_in("head")
        costs = []
        for kept in (2, 100):
            with morning.write() as session:
                standing = select(CaseRow.id).where(CaseRow.status != "merged")
                rows = session.scalars(standing.order_by(CaseRow.matter_no)).all()
                known = session.scalars(select(CaseRow).where(CaseRow.matter_no == "JM2026-00002")).one()
                others = CaseRow.id.in_(set(rows) - {known.id})
                session.execute(update(CaseRow).where(others).values(district_code="370203001"))
                here = CaseRow.id.in_([*rows[:kept], known.id])
                session.execute(
                    update(CaseRow).where(here).values(district_code="370215001", employer_id=known.employer_id)
                )
            cost = []
            for path in asked:
                with counted(morning) as statements:
                    head.get(path)
                cost.append(len(statements))
            costs.append(cost)
        shown = head.get("/cases/JM2026-00002/employer", language="en")
        head.client.close()
    assert costs[0] == costs[1]
    assert costs[0][0] < 60
    assert int(re.findall(r"Other cases of this employer: (\d+)", shown)[0]) == len(rows) - 1


def test_the_employer_stands_beside_its_case_with_what_the_reader_may_see(morning: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    page = head.get("/cases/JM2026-00002/employer", language="zh_CN")
    document = tree(page)
    assert [words(one) for one in document.xpath("//nav[@class='tabs']/a[@aria-current]")] == ["单位画像"]
    reasons = document.xpath("//section[@id='risk']//ul[@class='reasons']/li")
    assert reasons
    bars = document.xpath("//section[@id='risk']//*[name()='rect']")
    assert len(bars) == 4 + len(reasons), "the steps of the whole, and one for each reason"
    for name in ("promises", "decided", "names"):
        assert document.xpath(f"//section[@id='{name}']")
    with morning.read() as session:
        unknown = session.scalars(select(CaseRow.matter_no).where(CaseRow.employer_id.is_(None))).first()
    assert "用人单位尚未明确" in head.get(f"/cases/{unknown}/employer")
    log_in("far").get("/cases/JM2026-00002/employer", status=404)
    log_in("song").get("/cases/JM2026-00002/employer", status=404)


def test_the_list_of_the_morning_says_who_gets_what_without_a_complainant(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    before = desk.get("/queue/sheet", language="zh_CN")
    assert "今日已派发" not in before
    with counted(morning) as few:
        desk.get("/queue/sheet")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with counted(morning) as many:
        page = desk.get("/queue/sheet")
    assert len(many) == len(few)
    assert "今日已派发" in page
    with morning.read() as session:
        sent = session.execute(
            select(CaseRow.matter_no, AccountRow.name)
            .join(AssignmentRow, AssignmentRow.case_id == CaseRow.id)
            .join(AccountRow, AccountRow.id == AssignmentRow.lead_id)
        ).all()
        told = [row.complainant_name for row in session.scalars(select(ComplaintVersionRow)) if row.complainant_name]
    assert sent
    for number, lead in sent:
        card = next(one for one in tree(page).xpath("//section") if number in words(one))
        assert words(card.xpath(".//h3")[0]) == lead
    assert not any(name in page for name in told)
    assert "JM2026" not in log_in("far").get("/queue/sheet")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_headlines_and_the_download_need_no_scrolling_and_print_leaves_the_menu_out(
    browser: Browser, console: str, language: str
) -> None:
    head = Desk(browser, console, "head", language)
    page = head.page
    page.goto(f"{console}/statistics")
    for name in (".headlines table:first-child", ".headlines table:last-child", ".takes button[value=xlsx]"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 610, name
        assert box["x"] + box["width"] <= 1366, name
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    with page.expect_download() as waiting:
        page.click(".takes button[value=xlsx]")
    assert waiting.value.suggested_filename == "arrears-2026-11.xlsx"
    page.emulate_media(media="print")
    assert [page.is_visible(one) for one in (".top", ".side", ".takes", ".headlines")] == [False, False, False, True]
    head.close()


def test_the_cumulative_figures_stand_beside_the_month_and_are_locked_with_it(
    october: Warehouse, log_in: LogIn
) -> None:
    head = log_in("head")
    plain = tree(head.get("/statistics?span=2026-10", language="en")).xpath("//section[@id='cumulative']")[0]
    assert plain.get("hx-get") == "/statistics?span=2026-10&cumulative=1"
    assert not plain.xpath(".//table"), "the page does not wait for it"
    page = head.get("/statistics?span=2026-11&cumulative=1", language="en")
    rows = [
        [words(cell) for cell in row.xpath("./th|./td")] for row in tree(page).xpath("//section[@id='cumulative']//tr")
    ]
    assert rows[0][1:] == ["2026-11", "Last year", "Change", "Cumulative", "Cumulative, last year", "Change"]
    received = next(row for row in rows if row[0] == "Complaints received")
    assert 0 < int(received[1]) < int(received[4])
    assert received[2:4] == received[5:7] == ["—", "—"], "there was nothing a year ago"
    address = "/statistics/list?span=2026-01..2026-11&figure=received"
    assert numbers(page)[address] == int(received[4]) == listed(head.get(address))[0]
    digest = tree(head.get("/statistics?span=2026-10")).xpath(
        "//form[@action='/statistics/lock']/input[@name='digest']"
    )
    page = head.post("/statistics/lock", month="2026-10", digest=digest[0].get("value"))
    locked = tree(page).xpath("//section[@id='cumulative']")[0]
    assert locked.xpath(".//table")
    assert "hx-get" not in locked.attrib


def table(page: str) -> list[list[str]]:
    return [[words(cell) for cell in row.xpath("./th|./td")] for row in tree(page).xpath("//section[@id='cross']//tr")]


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def cross(person: Person, **asked: str) -> str:
    given = "&".join(f"{name}={value}" for name, value in asked.items())
    return person.get(f"/statistics/cross?{given}", language="en")


def test_rows_and_columns_add_up_to_the_two_breakdowns_and_open_their_lines(october: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    seen: dict[str, int] = {}
    for rows, columns in (("town", "nature"), ("channel", "lead"), ("sector", "outcome")):
        page = cross(head, span="2026", figure="cases_opened", rows=rows, columns=columns)
        body = table(page)
        assert len(body) > 2
        for row in body[1:]:
            assert sum(map(whole, row[1:-1])) == whole(row[-1])
        for column in range(1, len(body[0])):
            assert sum(whole(row[column]) for row in body[1:-1]) == whole(body[-1][column])
        seen |= numbers(page)
    assert len(seen) > 12
    for address, number in seen.items():
        total, lines = listed(head.get(address))
        assert total == sum(lines) == number, address
    papers = table(cross(head, span="2026", figure="warnings_raised", rows="kind", columns="town"))
    assert papers == [] or papers[-1][0] == "Total"


def test_months_stand_side_by_side_and_a_locked_one_as_it_was_locked(october: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    asked = {"figure": "received", "rows": "channel", "columns": "month", "from": "2026-10", "to": "2026-11"}
    before = table(cross(head, **asked))
    assert before[0][1:] == ["2026-10", "2026-11", "2026-10..2026-11"]
    for row in before[1:]:
        assert whole(row[1]) + whole(row[2]) == whole(row[3]), "what is heard in a month is heard in no other"
    digest = tree(head.get("/statistics?span=2026-10")).xpath(
        "//form[@action='/statistics/lock']//input[@name='digest']"
    )
    head.post("/statistics/lock", month="2026-10", digest=digest[0].get("value"))
    assert table(cross(head, **asked)) == before
    assert "as locked" in cross(head, span="2026-10", rows="town", columns="nature")
    along = table(cross(head, span="2026-10", figure="received", rows="channel", columns="along"))
    assert [cell.split(" 2026")[0] for cell in along[0][1:]] == [
        "Figure", "Last year", "Change", "Cumulative", "Cumulative, last year", "Change",
    ]  # fmt: skip
    assert [row[1] for row in along[1:]] == [row[1] for row in before[1:] if whole(row[1])]
    assert {row[2] for row in along[1:]} == {"—"}, "there was nothing a year ago"


def test_a_figure_younger_than_a_lock_is_a_dash_there_and_no_table_of_it(october: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    digest = tree(head.get("/statistics?span=2026-10")).xpath(
        "//form[@action='/statistics/lock']//input[@name='digest']"
    )
    head.post("/statistics/lock", month="2026-10", digest=digest[0].get("value"))
    with october.write() as session:
        session.execute(delete(MonthCellRow).where(MonthCellRow.figure == "received"))
        session.execute(delete(MonthItemRow).where(MonthItemRow.figure == "received"))
    asked = {"figure": "received", "rows": "channel", "columns": "month", "from": "2026-10", "to": "2026-11"}
    beside = table(cross(head, **asked))
    assert len(beside) > 2
    for row in beside[1:]:
        assert row[1] == "—", "what was not counted then is no zero"
        assert whole(row[3]) >= whole(row[2])
    refused = head.get(
        "/statistics/cross?span=2026-10&figure=received&rows=town&columns=nature", language="en", status=422
    )
    assert "This month was locked before this figure was counted." in refused
    assert not tree(refused).xpath("//section[@id='cross']//table")
    assert "as locked" in cross(head, span="2026-10", figure="cases_opened", rows="town", columns="nature")


def test_every_breakdown_makes_a_page_with_others(october: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    for at, columns in enumerate(ACROSS):
        for rows in {AXES[at % len(AXES)], AXES[(at + 1) % len(AXES)], "kind"}:
            status = 422 if rows == columns else 200
            desk.get(f"/statistics/cross?span=2026-Q4&figure=documents&rows={rows}&columns={columns}", status=status)


def test_what_is_not_offered_is_no_page_and_the_whole_is_taken_out(october: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    for wrong in ("figure=secret", "rows=month", "columns=x", "span=x", "from=%3Cscript%3E&to=2026-01"):
        desk.get(f"/statistics/cross?{wrong}", status=404)
    log_in("song").get("/statistics/cross", status=404)
    far = log_in("far")
    assert "Nothing was counted here" in cross(far, span="2026", figure="cases_opened", rows="town", columns="nature")
    data = {"span": "2026", "kind": "cross-csv", "purpose": "月报", "csrf": desk.token()}
    answer = desk.client.post("/statistics/export", data=data, headers={"Origin": desk.address})
    assert answer.headers["content-disposition"] == 'attachment; filename="arrears-2026-cross.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    opened = sum(int(line["数值 value"]) for line in lines if line["figure"] == "cases opened")
    page = cross(desk, span="2026", figure="cases_opened", rows="town", columns="nature")
    assert opened == whole(table(page)[-1][-1])
