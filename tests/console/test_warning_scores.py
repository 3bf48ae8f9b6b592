"""The page of scores: how often each rule was right, which are silent and why, and a head's word on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.people import Actor
from services.warnings.muting import keep_score
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.warned import employers_with_cases, warn
from warehouse.engine import Warehouse
from warehouse.models import OutsideArrearsRow, RuleMutingRow, SettingRow, WarningRow, new_id

LogIn = Callable[[str], Person]
SCORE = "/warnings/score"
SYSTEM = Actor.system("warn")


@pytest.fixture
def judged(morning: Warehouse) -> Warehouse:
    """Twenty false alarms of one rule, three true warnings of another, and a supplier's word of half a year ago."""
    with morning.write() as session:
        firms = employers_with_cases(session)
        for number in range(20):
            when = NOW - timedelta(days=30 + number)
            firm = firms[number % len(firms)]
            warn(session, "growth", "yellow", when, state="false_alarm", settled_at=when, employer_id=firm)
        for firm in firms[:3]:
            warn(session, "repeat", "orange", NOW - timedelta(days=9), state="confirmed", employer_id=firm)
        for firm in firms[:4]:
            told = NOW - timedelta(days=60)
            session.add(
                OutsideArrearsRow(
                    id=new_id("out"),
                    kind="utility",
                    employer_id=firm,
                    months=3,
                    owed_fen=900_000,
                    as_of=local_day(told),
                    arrived_at=told,
                    by="test",
                )
            )
    assert keep_score(morning, actor=SYSTEM, at=NOW - timedelta(hours=1)).muted == ("growth:yellow",)
    return morning


def row_of(page: str, name: str) -> str:
    """The line of a rule, its tags taken out."""
    found = next(row for row in page.split("<tr>") if name in row)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def test_what_is_silent_is_said_on_the_list_and_on_the_page_with_its_figures(judged: Warehouse, log_in: LogIn) -> None:
    head, desk = log_in("head"), log_in("desk")
    for person in (head, desk):
        page = person.get("/warnings")
        assert "1 条规则已静默，不再发出新预警" in page
    assert SCORE in head.get("/warnings")
    assert f'"{SCORE}"' not in desk.get("/warnings")
    page = head.get(SCORE)
    muted = row_of(page, "投诉量上升")
    for words in ("已静默", "自行静默：20 条有结论的预警中 0 条准确，下限为 60%", "0% 0/20 · 0–16%", "误报 20"):
        assert words in muted, (words, muted)
    true = row_of(page, "结案后再次被投诉")
    assert "100% 3/3 · 44–100%" in true
    water = row_of(page, "欠缴水电燃气费")
    assert "100% 4/4" in water, "each of the four was complained of since"
    assert "53.5 50–54" in water, "days of lead"
    assert "53 个日子" in page
    assert "法定义务，不静默" in page
    assert "青岛" not in page.split('id="rules"')[1], "no employer is named"


def test_a_head_lets_a_rule_speak_and_mutes_another_with_a_reason(judged: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    page = head.get(SCORE)
    speak = form_of(page, f"{SCORE}/speak")
    assert speak["what"] == ["growth:yellow"]
    refused = head.post(f"{SCORE}/speak", status=422, **(speak | {"reason": ""}))
    assert "data-focus" in refused
    page = head.post(f"{SCORE}/speak", **(speak | {"reason": "数据源已更正"}))
    assert "数据源已更正" in row_of(page, "投诉量上升")
    assert "已静默，不再发出" not in head.get("/warnings")
    late = head.post(f"{SCORE}/mute", status=409, what="growth:yellow", step="1", reason="同时的另一份")
    assert "同时的另一份" in late
    page = send(head, page, f"{SCORE}/mute", reason="误报太多")
    with judged.read() as session:
        kept = [(row.rule, row.mute, row.why, row.reason) for row in session.scalars(select(RuleMutingRow))]
    assert len(kept) == 3
    assert ("growth", True, "floor", None) in kept
    assert ("growth", False, "person", "数据源已更正") in kept
    assert [one[1:] for one in kept if one[0] != "growth"] == [(True, "person", "误报太多")]
    law = head.post(f"{SCORE}/mute", status=422, what="arrears:red", step="0", reason="x")
    assert "该规则针对法定义务，不得静默" in law
    assert "data-focus" in head.post(f"{SCORE}/mute", status=422, what="no_such:red", step="0", reason="x")


def test_the_page_is_a_head_s_and_counts_only_their_place(judged: Warehouse, log_in: LogIn) -> None:
    for login in ("desk", "song", "reader", "system"):
        person = log_in(login)
        person.get(SCORE, status=404)
        person.post(f"{SCORE}/mute", status=404, what="growth:yellow", step="1", reason="x")
    far = log_in("far_head")
    page = far.get(SCORE)
    assert f'action="{SCORE}/speak"' not in page, "it is not their office"
    assert "0 条准确" in row_of(page, "投诉量上升"), "that it is silent is for everybody"
    assert "误报 20" not in page
    far.post(f"{SCORE}/speak", status=422, what="growth:yellow", step="1", reason="x")
    with judged.read() as session:
        assert len(list(session.scalars(select(RuleMutingRow)))) == 1


def test_before_the_first_night_the_page_says_so(morning: Warehouse, log_in: LogIn) -> None:
    page = log_in("head").get(SCORE)
    assert "尚未回测" in page
    assert "尚无规则发出提示" in page


def test_a_threshold_is_tried_on_today_and_on_the_past(judged: Warehouse, log_in: LogIn) -> None:
    system = log_in("system")

    def trial(name: str, value: str) -> dict[str, int]:
        page = system.post(f"/rules/{name}/try", value=value)
        found = re.findall(r"<b>([\d,]+)</b>([^<]*)", page.split('id="effects"')[1].split("</div>")[0])
        return {words.strip(): int(number) for number, words in found}

    stricter = trial("warning.utility_arrears.months", "4")
    assert stricter["条现有预警今天将被撤销"] == 4
    assert stricter["次警报（回测，按现行值）"] == 4
    assert stricter["% 准确率（现行值）"] == 100
    assert stricter["次警报（回测，按试用值）"] == 0
    assert "% 准确率（试用值）" not in stricter
    same = trial("warning.utility_arrears.months", "3")
    assert same["条现有预警今天将被撤销"] == same["条新预警今天将会发出"] == same["条预警等级将改变"] == 0
    off = trial("warning.off", '["utility_arrears"]')
    assert off["条现有预警今天将被撤销"] == 4
    assert off["次警报（回测，按试用值）"] == 0
    milder = trial("warning.mute.floor", "1")
    assert milder["项规则（按等级）目前已静默"] == 1
    assert not trial("warning.mute.back", "5"), "it holds for what is judged from then on"
    system.post("/rules/warning.utility_arrears.months/try", status=422, value="-1")
    with judged.read() as session:
        assert session.scalars(select(SettingRow)).all() == []
        assert not session.scalars(select(WarningRow).where(WarningRow.rule == "utility_arrears")).all()
