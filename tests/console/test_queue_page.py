"""The queue without any script: narrowed, ticked, merged, recalled one by one, always by as many questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import select

from casework.dispatch import BARS, LEAD_POINTS, LOAD_POINTS, REASONS
from console import labels_dispatch
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.doubts import SEA_AND_ROADS, TUOLING, ask_about
from tests.console.forms import form_of, send
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, EmployerRow, new_id

LogIn = Callable[[str], Person]


def rows(page: str) -> list[str]:
    """The numbers of the cases of a list, in its order."""
    document: Any = html.fromstring(page)
    return list(document.xpath("//tr[@data-row]/@id"))


def number_on_the_button(page: str) -> int:
    found = re.search(r"一键派发 (\d+) 件", page)
    return int(found[1]) if found else 0


def test_a_narrowed_list_sends_only_what_it_shows_and_says_so(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    whole = desk.get("/queue")
    page = desk.get("/queue?tick=construction")
    assert 0 < number_on_the_button(page) < number_on_the_button(whole)
    assert "已筛选" in page
    assert "一键派发只含这些" in page
    fields = form_of(page, "/queue/dispatch")
    assert len(fields["case"]) == number_on_the_button(page)
    desk.post("/queue/dispatch", **fields)
    with morning.read() as session:
        sent = session.scalars(select(CaseRow.sector).where(CaseRow.status == "dispatched")).all()
    assert set(sent) == {"construction"}
    assert len(sent) == len(fields["case"])


def test_a_row_that_is_kept_holds_nothing_of_who_looked_first_and_is_never_out_of_date(
    morning: Warehouse, log_in: LogIn
) -> None:
    desk, other = log_in("desk"), log_in("head")
    first, again, theirs = desk.get("/queue"), desk.get("/queue"), other.get("/queue")
    tokens = [re.findall(r'name="csrf" value="([^"]+)"', page) for page in (first, again, theirs)]
    assert [len(set(one)) for one in tokens] == [1, 1, 1]
    assert tokens[0][0] == tokens[1][0] != tokens[2][0]
    keys = [re.findall(r'name="once" value="([^"]+)"', page) for page in (first, again, theirs)]
    assert all(len(set(one)) == len(one) > len(rows(first)) for one in keys)
    assert not set(keys[0]) & set(keys[1])
    number = rows(first)[-1]
    desk.post("/preferences", language="en", back="/queue")
    with morning.write() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        case.employer_name, case.urgent, case.version = "A firm by another name", not case.urgent, case.version + 1
    row: Any = html.fromstring(desk.get("/queue")).get_element_by_id(number)  # type: ignore[attr-defined]
    assert "A firm by another name" in row.text_content()
    assert row.xpath(".//input[@name='version']/@value") in ([str(case.version)] * 2, [])


def test_a_chip_is_removed_and_nothing_is_kept_overnight(morning: Warehouse, settings: Settings, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue?channel=hotline_12345&tick=many")
    document: Any = html.fromstring(page)
    without = document.xpath("//a[contains(@class, 'pill on')]/@href")
    assert len(without) == 2
    assert "tick=many" not in desk.get("/queue") or "已筛选" in desk.get("/queue")
    assert "channel=hotline_12345" in without[1]
    assert "10 人以上<" not in desk.get(without[1])
    assert len(rows(desk.get("/queue?all=yes"))) > len(rows(page))
    desk.get("/queue?tick=many")
    assert "已筛选" in desk.get("/queue")
    cookies = dict(desk.client.cookies)
    with served(morning, settings, lambda: NOW + timedelta(days=1)) as tomorrow:
        early = Person(tomorrow)
        early.client.cookies.set("arrears_list", cookies["arrears_list"])
        early.log_in("desk")
        assert "已筛选" not in early.get("/queue")
        early.client.close()


def test_the_case_before_and_after_stay_within_the_list(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    inside = rows(desk.get("/queue?tick=construction"))
    page = desk.get(f"/cases/{inside[1]}")
    document: Any = html.fromstring(page)
    beside = document.xpath("//*[@data-beside]//a/@href")
    assert beside == [f"/cases/{inside[0]}", "/queue?tick=construction", f"/cases/{inside[2]}"]
    outside = next(one for one in rows(desk.get("/queue?all=yes")) if one not in inside)
    desk.get("/queue?tick=construction")
    assert "data-beside" not in desk.get(f"/cases/{outside}")


def test_doubtful_cases_stand_first_and_are_never_sent(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = log_in("desk")
    page = desk.get("/queue")
    document: Any = html.fromstring(page)
    first = document.xpath("(//tr[@data-row])[1]")[0]
    assert first.xpath(".//button[@value='same']")
    assert first.xpath(".//button[@value='different']")
    asked = document.xpath("//tr[.//button[@value='same']]/@id")
    assert len(asked) == 2
    desk.post("/queue/dispatch", **form_of(page, "/queue/dispatch"))
    with morning.read() as session:
        waiting = set(session.scalars(select(CaseRow.matter_no).where(CaseRow.status == "to_dispatch")))
    assert set(asked) <= waiting


def test_a_case_left_out_is_named_with_its_reason(morning: Warehouse, log_in: LogIn) -> None:
    desk, head = log_in("desk"), log_in("head")
    fields = form_of(desk.get("/queue"), "/queue/dispatch")
    ask_about(morning, TUOLING, at=NOW)
    document: Any = html.fromstring(head.get("/queue"))
    single = next(one for one in document.xpath("//tr//form[@data-once]") if "/dispatch" in one.get("action"))
    head.post(single.get("action"), **{name: value for name, value in single.form_values() if name != "csrf"})
    page = desk.post("/queue/dispatch", **fields)
    assert "3 件未派" in page
    assert "等待核对" in page or "疑似重复" in page
    assert page.count("撤回本件") == len(fields["case"]) - 3


def test_one_case_of_a_click_is_recalled_until_it_is_signed_for(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = send(desk, desk.get("/queue"), "/queue/dispatch")
    actions = re.findall(r'action="(/batches/[^"]+/recall/[^"]+)"', page)
    after = desk.post(actions[0])
    assert len(re.findall(r"/batches/[^\"]+/recall/", after)) == len(actions) - 1
    with morning.read() as session:
        states = session.scalars(select(AssignmentRow.state)).all()
    assert states.count("recalled") == 1
    with morning.write() as session:
        row = session.scalars(select(AssignmentRow).where(AssignmentRow.state == "sent").limit(1)).one()
        number = session.get_one(CaseRow, row.case_id).matter_no
        row.state = "signed"
    assert not any(action.endswith(number) for action in re.findall(r"/recall/([^\"]+)", desk.get("/queue")))
    own = next(action for action in actions if action.endswith(number))
    desk.post(own, status=422)
    assert "整批撤回" in desk.get("/queue"), "the bar stays for the day"
    desk.post(f"{own.rsplit('/', 1)[0]}/JM2026-99999", status=404)


def test_many_cases_become_one_after_a_look_at_what_it_does(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    three = rows(desk.get("/queue"))[2:5]
    preview = desk.get("/queue/merge?" + "&".join(f"case={one}" for one in three))
    assert "合并 3 件" in preview
    assert "以最早的时限为准" in preview
    with morning.read() as session:
        assert not session.scalars(select(CaseRow).where(CaseRow.status == "merged")).all()
    fields = form_of(preview, "/queue/merge")
    into = fields["into"][0] if isinstance(fields["into"], list) else fields["into"]
    page = desk.post("/queue/merge", **fields)
    assert f"共 2 件，已并入 {into} 的有 2 件" in page
    with morning.read() as session:
        merged = set(session.scalars(select(CaseRow.matter_no).where(CaseRow.status == "merged")))
    assert merged == set(three) - {into}
    undo = re.search(r'action="(/linkage/[^"]+/undo)"', page)
    assert undo is not None
    desk.post(undo[1], back="queue")
    with morning.read() as session:
        assert len(session.scalars(select(CaseRow).where(CaseRow.status == "merged")).all()) == 1


def test_a_stale_case_is_left_out_of_a_merge_with_the_reason(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    two = rows(desk.get("/queue"))[2:4]
    fields = form_of(desk.get(f"/queue/merge?case={two[0]}&case={two[1]}"), "/queue/merge")
    into = fields["into"][0]
    other = next(one for one in two if one != into)
    with morning.write() as session:
        session.scalars(select(CaseRow).where(CaseRow.matter_no == other)).one().version += 1
    assert "未合并" in desk.post("/queue/merge", **fields)
    assert desk.post("/queue/merge", status=422, case=[f"{two[0]}@1"], into=two[0])
    assert "请至少勾选两件" in desk.client.get("/queue/merge").text


def test_another_inspector_for_all_that_are_ticked(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    two = rows(desk.get("/queue"))[3:5]
    page = desk.get(f"/queue/choose?case={two[0]}&case={two[1]}")
    document: Any = html.fromstring(page)
    chosen = document.xpath("//input[@name='lead_id']/@value")[0]
    answer = desk.post("/queue/choose", **(form_of(page, "/queue/choose") | {"lead_id": chosen}))
    assert "已换人 2 件" in answer
    with morning.read() as session:
        leads = session.scalars(select(CaseRow.suggested_lead_id).where(CaseRow.matter_no.in_(two))).all()
    assert set(leads) == {chosen}
    desk.post("/queue/choose", status=422, case=[f"{two[0]}@1"])


def test_the_employer_is_picked_from_those_offered(morning: Warehouse, log_in: LogIn) -> None:
    with morning.write() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.needs_supplement, CaseRow.employer_name.is_(None))).one()
        number = case.matter_no
        name = "青岛某工地木工班组有限公司"
        session.add(EmployerRow(id=new_id("emp"), name=name, name_key=name, district_code="370215007", created_at=NOW))
    desk = log_in("desk")
    page = desk.get(f"/queue?at={number}")
    assert "是哪家用人单位" in page
    send(desk, page, f"/queue/employer/{number}")
    with morning.read() as session:
        found = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        assert found.employer_name == name
        assert not found.needs_supplement


def test_the_pane_says_why_and_what_could_keep_an_inspector_from_it(log_in: LogIn) -> None:
    desk = log_in("desk")
    ready = rows(desk.get("/queue"))[4]
    pane = desk.get(f"/queue/preview/{ready}")
    assert "无回避情形" in pane
    assert "在岗" in pane
    assert re.search(r"在办 \d+ 件（派后 \d+）", pane)
    loads = desk.get(f"/queue/preview/{ready}?pane=loads")
    assert "派发后每人在办" in loads
    desk.get(f"/queue/preview/{ready}?pane=nothing", status=404)


def test_what_came_after_the_list_was_drawn_is_announced(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    early = (NOW - timedelta(days=60)).isoformat().replace("+", "%2B")
    assert "新到" in desk.get(f"/queue/news?drawn={early}")
    assert "新到" not in desk.get(f"/queue/news?drawn={NOW.isoformat().replace('+', '%2B')}")
    assert "新到" not in desk.get("/queue/news?drawn=nonsense")


def test_an_empty_queue_says_when_the_channels_are_asked_again(morning: Warehouse, log_in: LogIn) -> None:
    with morning.write() as session:
        for row in session.scalars(select(CaseRow)):
            row.status = "in_progress"
    page = log_in("desk").get("/queue")
    assert "下次收件时间" in page
    assert "投诉邮箱" in page, "the channel that is down is named"
    assert number_on_the_button(page) == 0


def test_the_keys_are_switched_off_in_the_preferences(log_in: LogIn) -> None:
    desk = log_in("desk")
    assert 'data-keys="off"' not in desk.get("/queue")
    desk.post("/preferences", keys="off", back="/account")
    assert 'data-keys="off"' in desk.get("/queue")
    desk.post("/preferences", keys="on", back="/account")
    assert 'data-keys="off"' not in desk.get("/queue")
    desk.post("/preferences", size="large", back="/account")
    assert 'data-size="large"' in desk.get("/queue")


LISTS = (
    "/queue?all=yes",
    "/queue?tab=overdue",
    "/review",
    "/cases",
    "/employers",
    "/callbacks",
    "/waiting",
    "/channels",
    "/account",
)


def test_the_pages_ask_as_much_whatever_they_show(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    ask_about(morning, TUOLING, at=NOW)

    def asked(path: str) -> int:
        desk.get(path)
        with counted(morning) as statements:
            desk.get(path)
        return len(statements)

    before = {path: asked(path) for path in LISTS}
    ask_about(morning, SEA_AND_ROADS, at=NOW)
    with morning.write() as session:
        for row in session.scalars(select(CaseRow)).all():
            for copy in range(4):
                values = {column.name: getattr(row, column.key) for column in CaseRow.__mapper__.columns}
                session.add(CaseRow(**(values | {"id": new_id("cas"), "matter_no": f"{row.matter_no}-{copy}"})))
    assert len(rows(desk.get("/queue?all=yes"))) > 40
    after = {path: asked(path) for path in before}
    assert after == before


def test_a_doubtful_row_names_what_it_may_double_and_the_next_doubtful_one_follows(
    morning: Warehouse, log_in: LogIn
) -> None:
    for employers in (TUOLING, SEA_AND_ROADS):
        ask_about(morning, employers, at=NOW)
    desk = log_in("desk")
    with morning.read() as session:
        numbers = dict(session.execute(select(CaseRow.employer_name, CaseRow.matter_no)).tuples().all())
    one, other = (numbers[name] for name in TUOLING)
    page = desk.get(f"/queue?at={one}")
    document: Any = html.fromstring(page)
    row = document.get_element_by_id(one)
    assert other in row.text_content()
    pane = document.get_element_by_id("pane")
    assert f"疑似与 {other} 重复" in pane.text_content()
    assert pane.xpath(".//ul[contains(@class, 'why')]//svg"), "the pair's evidence, not only the case's own"
    fields = form_of(page.split(f'id="{one}"')[1], "/review/judge") | {"verdict": "different", "next": other}
    answer: Any = html.fromstring(desk.post("/review/judge", **fields))
    at = answer.xpath("//tr[@data-at]/@id")
    assert at in ([numbers[SEA_AND_ROADS[0]]], [numbers[SEA_AND_ROADS[1]]]), "the twin is ready now: nothing to answer"


def test_the_pane_names_every_rule_that_suggests_inspectors_with_its_points(morning: Warehouse, log_in: LogIn) -> None:
    assert set(labels_dispatch.BARRED) == {code for code, _, _ in BARS}
    assert set(labels_dispatch.SPEAKS) == {one.code for one in REASONS}
    for who, language, words in (("desk", "en", "leads"), ("head", "zh_CN", "主办")):
        page: Any = html.fromstring(log_in(who).get("/queue?pane=loads", language=language))
        rules = [" ".join(one.text_content().split()) for one in page.xpath("//ol[@class='rules']/li")]
        assert len(rules) == len(REASONS) + 4, "who is out, what speaks for one, two kinds of load, and equals"
        points = [*(one.points for one in REASONS), -LOAD_POINTS, -LEAD_POINTS]
        assert [int(one.rsplit(" ", 1)[1]) for one in rules[1:-1]] == points
        assert words in rules[-2], "decision 35"
    assert morning
