"""The rules of the office: tried before they are put, put with their source, remembered."""

from __future__ import annotations

import re
from collections.abc import Callable

from casework.settings_of_law import SETTINGS
from console.labels_office import GROUPS, SAYS, SOURCES
from console.render import Show
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import SettingRow

LogIn = Callable[[str], Person]


def test_a_rule_is_tried_changed_with_its_source_and_remembered(morning: Warehouse, log_in: LogIn) -> None:
    system, head = log_in("system"), log_in("head")
    path = "/rules/clock.due_soon.days"
    page = system.post(f"{path}/try", value="60")
    soon = [int(one) for one in re.findall(r"<b>(\d+)</b>", page.split('id="effects"')[1].split("</div>")[0])]
    assert len(soon) == 2
    assert soon[1] > soon[0]
    with morning.read() as session:
        assert session.get(SettingRow, "clock.due_soon.days") is None
    system.post(path, status=422, value="3", source="", version=0)
    system.post(path, status=422, value="three", source="局务会", version=0)
    system.post(path, status=422, value="3", source="局务会")
    page = system.post(path, value="3", source="局务会 2026-11-20", version=0)
    assert "局务会 2026-11-20" in page
    assert "周系统" in page
    stale = system.post(path, status=409, value="7", source="同时的另一份", version=0)
    assert "已有人先行修改" in stale
    assert "同时的另一份" in stale
    system.post(path, value="4", source="第二次", version=1)
    page = head.get(path)
    assert page.index("第二次") < page.index("局务会 2026-11-20")
    assert "另设值" not in page
    head.post(path, status=404, value="9", source="x")
    system.get("/rules/no.such.rule", status=404)


def test_the_line_of_the_linker_is_tried_on_last_month(log_in: LogIn) -> None:
    system = log_in("system")

    def numbers(line: str) -> list[int]:
        page = system.post("/rules/linker.line/try", value=line)
        return [int(one) for one in re.findall(r"<b>(\d+)</b>", page.split('id="effects"')[1].split("</div>")[0])]

    low, high = numbers("-50"), numbers("90")
    assert low[0] == high[0] > 0
    assert low[1] >= low[0]
    assert high[1] == 0
    system.post("/rules/linker.line/try", status=422, value="nan")


def test_every_rule_has_words_in_both_languages() -> None:
    assert sorted({one.says for one in SETTINGS.values()} - set(SAYS)) == []
    assert sorted({name.split(".")[0] for name in SETTINGS} - set(GROUPS)) == []


def test_the_administrator_is_told_while_the_coming_holidays_are_missing(log_in: LogIn) -> None:
    system, desk = log_in("system"), log_in("desk")
    assert "2027 年放假安排尚未导入" in system.get("/channels")
    assert "放假安排尚未导入" not in desk.get("/queue")


def test_what_a_rule_rests_on_is_said_in_the_language_of_the_reader() -> None:
    english = re.compile(r"[A-Za-z]{3,}[ :]+[A-Za-z]{2,}")
    for name, one in SETTINGS.items():
        said = Show("zh_CN").label(SOURCES, one.source) if one.source in SOURCES else Show("zh_CN").source(one.source)
        assert not english.search(said), f"{name} rests on: {said}"
