"""Doubtful pairs without any script: the answer that came too late, the word taken back, the sample that measures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import html
from sqlalchemy import select

from console.marks import marked
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.doubts import TUOLING, ask_about
from tests.console.forms import form_of, send
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, JudgementRow

LogIn = Callable[[str], Person]


def standing(store: Warehouse) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(JudgementRow.verdict).where(JudgementRow.by_person, JudgementRow.newest)))


def doubtful(store: Warehouse) -> int:
    with store.read() as session:
        return len(session.scalars(select(CaseRow).where(CaseRow.needs_check)).all())


def test_the_pair_shows_its_evidence_for_and_against_and_both_lines(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    document: Any = html.fromstring(log_in("desk").get("/review"))
    assert document.xpath("//svg[contains(@class, 'bar')]//*[contains(@class, 'for')]")
    assert document.xpath("//svg[contains(@class, 'bar')]//*[contains(@class, 'hatch')]")
    assert document.xpath("//svg[contains(@class, 'scale')]//*[@class='ask']")
    assert document.xpath("//svg[contains(@class, 'scale')]//*[@class='same']")
    assert document.xpath("//mark[@class='same']")
    assert document.xpath("//mark[@class='differs']")
    answers = document.xpath("//form[contains(@class, 'decide')]//button")
    assert [one.get("value") for one in answers] == ["same", "different", "linked", "unsure"]
    assert len({one.get("class").strip() for one in answers}) == 1, "the four weigh the same"
    told = document.xpath("//ul[contains(@class, 'then')]")[0].text_content()
    assert "时限以最早者为准" in told


def test_an_answer_to_a_case_that_changed_meanwhile_is_kept_and_asked_again(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = log_in("desk")
    fields = form_of(desk.get("/review"), "/review/judge") | {"verdict": "different"}
    with morning.write() as session:
        session.scalars(select(CaseRow).where(CaseRow.employer_name == TUOLING[1])).one().version += 1
    again = desk.post("/review/judge", status=409, **fields)
    assert standing(morning) == []
    assert "您的判断“不同”尚未记录" in again
    desk.post("/review/judge", **(form_of(again, "/review/judge") | {"verdict": "different"}))
    assert standing(morning) == ["different"]


def test_every_verdict_of_today_can_be_taken_back(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = log_in("desk")
    for verdict in ("different", "linked", "unsure", "same"):
        assert doubtful(morning) == 2
        after = send(desk, desk.get("/review"), "/review/judge", verdict=verdict)
        assert doubtful(morning) == 0
        assert standing(morning) == [verdict]
        undo = re.search(r'action="(/review/take-back/[^"]+)"', after)
        assert undo is not None, verdict
        back = desk.post(undo[1])
        assert "data-pair" in back, "one stands before the same pair again"
        assert standing(morning) == []
        desk.post(undo[1], status=404)
    assert doubtful(morning) == 2


def test_who_is_unsure_hands_the_pair_to_another_by_a_day(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk, head = log_in("desk"), log_in("head")
    after = send(desk, desk.get("/review"), "/review/judge", verdict="unsure")
    assert "data-pair" not in after
    assert "转第二人，11-23 前复核" in after, "Monday: the unsure day is a Friday"
    seen = head.get("/review")
    assert "王静" in seen
    assert "请第二人在 11-23 前判断" in seen
    send(head, seen, "/review/judge", verdict="different")
    assert standing(morning) == ["different"]


def test_nobody_takes_back_a_verdict_of_another_place(morning: Warehouse, log_in: LogIn) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = log_in("desk")
    after = send(desk, desk.get("/review"), "/review/judge", verdict="different")
    undo = re.search(r'action="(/review/take-back/[^"]+)"', after)
    assert undo is not None
    log_in("far").post(undo[1], status=404)
    assert standing(morning) == ["different"]


def test_the_sample_is_drawn_judged_measured_and_taken_back_on_its_page(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    empty = desk.get("/linkage/sample")
    assert "尚无判断" in empty
    page = send(desk, empty, "/linkage/sample/draw")
    assert "data-pair" in page
    after = send(desk, page, "/linkage/sample", verdict="same")
    assert re.search(r"<b>100\.0 %</b>", after)
    assert re.search(r"95% 区间 [\d.]+—100\.0 %", after)
    assert "1 个判断" in after
    undo = re.search(r'action="(/review/take-back/[^"]+)"', after)
    assert undo is not None
    back = send(desk, after, undo[1])
    assert "data-pair" in back
    assert "尚无判断" in back
    assert standing(morning) == []
    desk.post("/linkage/sample/draw")
    assert "没有可抽的" in desk.post("/linkage/sample/draw")


def test_marks_show_what_is_shared_where_it_agrees_and_what_differs_where_not() -> None:
    ours, theirs = marked("employer", "青岛拓岭建筑", "拓岭", "agrees")
    assert [text for text, mark in ours if mark == "same"] == ["拓岭"] == [text for text, mark in theirs if mark]
    ours, _ = marked("employer", "青岛拓岭", "青岛澜田", "against")
    assert [text for text, mark in ours if mark == "differs"] == ["拓岭"]
    for plain in (marked("heads", "12", "8", "against"), marked("site", None, "某工地", "silent")):
        assert not any(mark for side in plain for _, mark in side)
