"""What officers typed is masked wherever the case shows it, and the history says every act in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html

from console.history_facts import FIELDS, facts
from console.words import words
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.queries.history import Happened

LogIn = Callable[[str], Person]
SECRET = "刘春生13812343307说老板跑了"
_ID = re.compile(r"\b[a-z]{3,4}_[0-9a-f]{20,}")


def test_a_sentence_finds_the_shape_that_a_look_through_all_of_them_finds() -> None:
    spoken = words("zh_CN")
    for shape, _ in spoken.shapes[::9]:
        whole = re.sub(r"\\(.)", r"\1", shape.pattern)
        for sentence in (whole.replace("(.*?)", "第 7 人"), whole.replace("(.*?)", ""), whole[:9]):
            first = next((one for one in spoken.shapes if one[0].fullmatch(sentence)), None)
            among = spoken.like(sentence)
            assert next((one for one in among if one[0].fullmatch(sentence)), None) == first, sentence
            assert len(among) < len(spoken.shapes) / 4


def worked_on(morning: Warehouse, log_in: LogIn) -> tuple[str, Person]:
    """A case on which one of each common act was done, each with a name and a phone typed into its text."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer, case = log_in(lead), f"/cases/{number}"
    send(officer, officer.get(case), f"{case}/accept")
    when = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place=SECRET, findings=SECRET, visited_at=when)
    send(officer, officer.get(f"{case}/refer"), f"{case}/refer", body="housing", reason=SECRET)
    answer = f"{case}/referral-answer"
    send(officer, officer.get(answer), answer, answer=SECRET)
    pledge: dict[str, Any] = {
        "signed_by": "王厂长",
        "obligations": "说老板跑了，由股东按月支付",
        "due_on": "2026-12-31",
        "amount": "12345.60",
    }
    send(officer, officer.get(f"{case}/pledge"), f"{case}/pledge", **pledge)
    for amount in ("480000", "500000.50"):
        send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount=amount)
    flag = f"{case}/red-flag"
    kind = next(
        one
        for one in html.fromstring(officer.get(flag)).xpath("//select[@name='kind']/option/@value")  # type: ignore[union-attr]
        if one
    )
    send(officer, officer.get(flag), flag, kind=kind, basis=SECRET)
    draft = f"{case}/outcome"
    send(officer, officer.get(f"{draft}?exit=correction_only"), draft, note=SECRET, draft="yes")
    return number, officer


def test_what_was_typed_is_masked_on_the_handling_tab(morning: Warehouse, log_in: LogIn) -> None:
    number, officer = worked_on(morning, log_in)
    for person in (officer, log_in("head"), log_in("reader")):
        page = person.get(f"/cases/{number}?tab=handling")
        assert page.count("说老板跑了") >= 6
        assert "刘春生" not in page
        assert "13812343307" not in page


def test_the_history_names_its_fields_and_holds_no_id_and_no_brace(morning: Warehouse, log_in: LogIn) -> None:
    number, officer = worked_on(morning, log_in)
    page = officer.get(f"/cases/{number}?tab=log")
    document: Any = html.fromstring(page)
    (line,) = [
        one
        for one in document.xpath("//ol[@class='timeline']/li[.//dl]")
        if "480,000.00 元" in one.text_content() and "500,000.50 元" in one.text_content()
    ]
    assert line.xpath(".//dt/text()") == ["原核定", "现核定"]
    told = document.xpath("string(//div[contains(@class, 'wide')])")
    assert "住房" in told
    assert not _ID.search(told), "a reader never sees an id"
    assert not set("{}[]") & set(told), "nothing is shown as data"
    english = officer.get(f"/cases/{number}?tab=log", language="en")
    assert "¥500,000.50" in english
    assert "Verified now" in english


def test_days_on_records_are_written_as_the_language_writes_them(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, path = log_in(lead), f"/cases/{number}/inquiry"
    told: dict[str, Any] = {"appear_at": "2026-11-23 09:00", "place": "监察大队", "contact": "0532-88551234"}
    send(officer, officer.get(path), path, items=["4"], **told)
    assert "2026-11-23 09:00" in officer.get(f"/cases/{number}?tab=handling", language="zh_CN")
    assert "23 Nov 2026 09:00" in officer.get(f"/cases/{number}?tab=handling", language="en")
    assert form_of(officer.get(path), path)["issued_on"] == ["2026-11-20"]


def test_what_cannot_be_said_in_words_stays_out() -> None:
    details = {"visit": "vis_1", "workers": 3, "fen": "12", "exit": "no such", "filed": 1, "lead": "acc_gone", "x": {}}
    assert [(one.words, one.value) for one in facts(Happened(NOW, "x", "y", details), {}, {}, {})] == [
        (FIELDS["workers"].words, 3)
    ]


def test_a_sentence_that_holds_another_is_told_whole() -> None:
    said = words("zh_CN").said(
        "Waived 2,000.00 yuan by 企业工资支付规定 §38: 2,000.00 yuan to 5,000.00 yuan; "
        "step 轻微, 0% of the range: 2,000.00 yuan.."
    )
    assert said.startswith("免罚 2,000.00 元：企业工资支付规定 §38：2,000.00 元 至 5,000.00 元；")
    assert "yuan" not in said
