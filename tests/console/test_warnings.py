"""The page of warnings: what stands, why, what speaks against it, and what an officer does with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.people import Actor
from casework.warnings.rules import RULES, TABLE
from console.labels_warning_rules import NAMES, SENTENCES
from console.labels_warnings import EVIDENCE, SHAPES, SOURCES
from console.render import Show
from console.warning_words import source, told
from console.words import LANGUAGES
from services.warnings.raising import raise_warnings
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.warned import PROJECT, WORKER, employers_with_cases, figures, make_warnings, speaks, warn
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, WarningEvidenceRow, WarningRow
from warehouse.queries.warnings import Line

LogIn = Callable[[str], Person]
TODAY = local_day(NOW)


@pytest.fixture
def ids(morning: Warehouse) -> dict[str, str]:
    """Ten warnings; some by name."""
    return make_warnings(morning, NOW)


def listed(page: str) -> list[str]:
    """The warnings of a list, in its order."""
    return re.findall(r'data-open="/warnings/([^"]+)"', page)


def levels(morning: Warehouse, page: str) -> list[str]:
    with morning.read() as session:
        known = dict(session.execute(select(WarningRow.id, WarningRow.level)).tuples().all())
    return [known[one] for one in listed(page)]


def test_the_worst_stand_first_with_word_shape_and_counter_evidence(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn
) -> None:
    desk = log_in("desk")
    page = desk.get("/warnings")
    assert levels(morning, page) == ["red"] * 4 + ["orange"] * 3 + ["yellow"] * 3
    row = page[page.index(f'data-open="/warnings/{ids["arrears"]}"') :].split("</tr>")[0]
    for words in ("红色", "滨海一号楼", "31.4 万元", "工资表 1", "即墨区", 'name="version" value="1"'):
        assert words in row, words
    assert len(set(SHAPES.values())) == 3
    assert "style=" not in page
    assert "4 条红色预警" in page, "the top bar counts what stands in red"
    assert '<b class="count red">4</b>' in page


def test_filters_are_chips_and_an_address_offers_nothing_else(ids: dict[str, str], log_in: LogIn) -> None:
    desk = log_in("desk")
    for query, found in (
        ("level=orange", 3), ("rule=growth", 1), ("town=370215", 9), ("mine=yes", 0), ("state=snoozed", 0),
        ("state=settled", 0), ("level=red&rule=arrears&town=370215", 1), ("level=yellow&rule=arrears", 0),
    ):  # fmt: skip
        page = desk.get(f"/warnings?{query}")
        assert len(listed(page)) == found, query
        assert page.count(" ×</a>") == query.count("=")
    assert ids["channel"] in desk.get("/warnings?rule=channel_silent")
    assert "没有搁置的预警" in desk.get("/warnings?state=snoozed")
    for query in ("level=worst", "state=gone", "rule=none", "town=../x", "page=x", "page=0x1"):
        desk.get(f"/warnings?{query}", status=404)


def test_one_warning_shows_its_rule_its_rows_and_no_worker(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn
) -> None:
    desk = log_in("desk")
    page = desk.get(f"/warnings/{ids['arrears']}")
    for words in (
        "宝应 2019；《保障农民工工资支付条例》第十三条", "支持证据：2", "反面证据：1", "pay_1", "3 人 1.8 万元",
        "实发 1.8 万元", "40 人", "其他迹象", "一个月内投诉较多",
    ):  # fmt: skip
        assert words in page, words
    for path in ("/warnings", *(f"/warnings/{one}" for one in ids.values())):
        assert WORKER not in desk.get(path), path
    with morning.read() as session:
        rows = select(WarningEvidenceRow.row_id).where(WarningEvidenceRow.warning_id == ids["complaints"])
        complaints = list(session.scalars(rows))
    page = desk.get(f"/warnings/{ids['complaints']}")
    assert complaints
    assert all(one in page for one in complaints)
    assert re.search(r'<li><a href="/cases/JM2026-\d+">线索 ', page)
    with morning.write() as session:
        speaks(session, ids["complaints"], "tea_leaves", "x_1")
    assert "该条记录已不存在" in desk.get(f"/warnings/{ids['complaints']}")


def test_a_warning_of_another_town_is_as_if_it_were_not_there(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn
) -> None:
    for login in ("far", "far_head", "song"):
        person = log_in(login)
        missing = person.get("/warnings/wrn_none", status=404)
        for name in ("arrears", "complaints", "project"):
            assert person.get(f"/warnings/{ids[name]}", status=404) == missing.replace("wrn_none", ids[name])
            for act in ("settle", "undo", "snooze", "wake", "give", "to-case", "visit"):
                person.post(f"/warnings/{ids[name]}/{act}", status=404, version=1, outcome="confirmed", reason="x")
    assert listed(log_in("system").get("/warnings")) == [ids["channel"]]
    reader = log_in("reader")
    assert f"/warnings/{ids['arrears']}/settle" not in reader.get(f"/warnings/{ids['arrears']}")
    reader.post(f"/warnings/{ids['arrears']}/settle", status=404, version=1, outcome="confirmed", reason="x")
    with morning.read() as session:
        assert set(session.scalars(select(WarningRow.state))) == {"open"}


def test_a_warning_is_settled_and_taken_back_and_a_late_form_keeps_what_was_typed(
    morning: Warehouse, ids: dict[str, str], log_in: LogIn
) -> None:
    desk, head = log_in("desk"), log_in("head")
    path = f"/warnings/{ids['arrears']}"
    stale = form_of(head.get(path), f"{path}/settle")
    page = send(desk, desk.get(path), f"{path}/settle", status=422, reason="查过了")
    assert "data-focus" in page
    assert ">查过了</textarea>" in page
    page = send(desk, desk.get(path), f"{path}/settle", outcome="false_alarm", reason="工资表已补传")
    assert "误报" in page
    assert "工资表已补传" in page
    late = head.post(f"{path}/settle", status=409, **(stale | {"outcome": "confirmed", "reason": "现场属实"}))
    assert "刚被他人修改" in late
    assert "王静" in late
    assert ids["arrears"] in listed(desk.get("/warnings?state=settled"))
    assert ids["arrears"] not in listed(desk.get("/warnings"))
    assert f"{path}/undo" not in head.get(path)
    page = send(desk, desk.get(path), f"{path}/undo")
    assert "撤回处置结论" in page
    late = head.post(f"{path}/settle", status=409, **(stale | {"outcome": "confirmed", "reason": "现场属实"}))
    assert ">现场属实</textarea>" in late, "the form stands again with what was typed"
    assert 'value="confirmed" checked' in late
    with morning.read() as session:
        kept = select(AuditRow.act).where(AuditRow.subject == ids["arrears"], AuditRow.success.is_(True))
        assert list(session.scalars(kept)) == ["settle_warning", "undo_warning"]


def test_the_other_acts_work_without_a_script(morning: Warehouse, ids: dict[str, str], log_in: LogIn) -> None:
    desk = log_in("desk")
    path = f"/warnings/{ids['arrears']}"
    assert "搁置到某日" in send(desk, desk.get(path), f"{path}/snooze", status=422, until="2026-11-20", reason="等")
    assert "已搁置" in send(desk, desk.get(path), f"{path}/snooze", until="2026-11-24", reason="等工资表")
    assert listed(desk.get("/warnings?state=snoozed")) == [ids["arrears"]]
    send(desk, desk.get(path), f"{path}/wake")
    taken = send(desk, desk.get("/warnings"), f"{path}/give")
    assert ids["arrears"] in listed(taken), "from the list one goes back to the list"
    assert listed(desk.get("/warnings?mine=yes")) == [ids["arrears"]]
    case = form_of(desk.get(path), f"{path}/to-case")["case"]
    send(desk, desk.get(path), f"{path}/to-case", reason="同一单位")
    with morning.read() as session:
        row = session.get_one(CaseRow, case[0])
        number, employer = row.matter_no, row.employer_id
    page = desk.get(f"/cases/{number}")
    assert "预警转入" in page
    assert f'<a href="{path}">到期工资未发放</a>' in page
    assert "到期工资未发放" in desk.get(f"/cases/{number}?tab=log").split('class="timeline"')[1]
    assert f'<a href="{path}">到期工资未发放</a>' in desk.get(f"/employers/{employer}")
    send(desk, desk.get(path), f"{path}/visit", status=422, case="")
    page = desk.get(path)
    officer = re.findall(r'<option value="([^"]+)">', page.split('name="officer"')[1].split("</select>")[0])[-1]
    page = send(desk, page, f"{path}/visit", case="", day="2026-11-25", officer=officer)
    assert "建议走访 11-25" in page
    assert "走访 11-25" in desk.get("/warnings")


def test_an_empty_page_says_when_it_was_last_worked_out(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    assert "尚未计算过" in desk.get("/warnings")
    counts = raise_warnings(morning, actor=Actor.system("warn"), at=NOW - timedelta(minutes=40))
    page = desk.get("/warnings")
    assert counts.raised > 0
    assert "上次计算 11-20 07:50" in page
    assert set(listed(page)) <= set(_open(morning))
    for one in listed(page):
        shown = desk.get(f"/warnings/{one}")
        assert "该条记录已不存在" not in shown, "every table of the rules' evidence is read"
    with morning.write() as session:
        for row in session.scalars(select(WarningRow)):
            row.state = "cleared"
    assert "当前无预警，上次计算 11-20 07:50" in desk.get("/warnings")


def _open(store: Warehouse) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(WarningRow.id).where(WarningRow.state == "open")))


def test_the_pages_ask_no_more_for_more(morning: Warehouse, ids: dict[str, str], log_in: LogIn) -> None:
    desk = log_in("desk")
    with morning.read() as session:
        firm = employers_with_cases(session)[0]
        number = session.scalars(select(CaseRow.matter_no).where(CaseRow.employer_id == firm)).first()
    paths = ("/warnings", f"/warnings/{ids['arrears']}", f"/employers/{firm}", f"/cases/{number}", "/account")
    asked: dict[str, list[int]] = {path: [] for path in paths}
    for more in (0, 30):
        with morning.write() as session:
            for number_of in range(more):
                one = warn(session, "growth", "red", NOW, employer_id=firm, identity_key=f"k{number_of}")
                speaks(session, one, "pay_period", "pay_1", "against")
                speaks(session, ids["arrears"], "pay_period", "pay_2")
        for path in paths:
            with counted(morning) as statements:
                desk.get(path)
            asked[path].append(len(statements))
    assert all(few == many for few, many in asked.values()), asked
    assert asked["/warnings"][0] < 45, asked
    with counted(morning) as statements:
        desk.get("/account")
    assert sum("FROM warning" in one for one in statements) == 1, "the count in the top bar is one statement"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_name_its_sentence_and_its_source_in_words(language: str) -> None:
    show = Show(language)
    for rule in TABLE:
        line = Line(
            "w", 1, rule.id, "1", "red", figures(rule.id), {PROJECT: "滨海一号楼"}, None, None, None, None, NOW, None,
            None, None, "open", None,
        )  # fmt: skip
        sentence = told(show, line, TODAY)
        assert sentence
        assert "%(" not in sentence
        assert PROJECT not in sentence
        assert "None" not in sentence
        if language == "zh_CN":
            assert not re.search(r"[a-z]{4,}", source(show, rule.source)), source(show, rule.source)
    assert set(NAMES) == set(SENTENCES) == set(RULES)
    assert set(SOURCES) <= {part for rule in TABLE for part in rule.source.split("; ")}
    bare = Line("w", 1, "arrears", "1", "red", {}, {}, None, None, None, None, NOW, None, None, None, "open", None)
    assert told(show, bare, TODAY) == show.label(NAMES, "arrears")
    assert all(show.words.say(words) for words in EVIDENCE.values())
