"""What comes next with its article and day, and why the rest is not possible now."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import html

from console import withheld
from console.acts import ACTS
from console.acts_clocks import ACTS as ACTS_OF_CLOCKS
from console.acts_lives import FITS as FITS_OF_LIVES
from console.acts_malicious import FITS as FITS_OF_MALICE
from console.acts_sparing import FITS as FITS_OF_SPARING
from tests.console.conftest import Person
from tests.console.forms import send
from tests.console.test_lives import concluded, waiting_case
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse

LogIn = Callable[[str], Person]


def part(page: str, xpath: str) -> str:
    document: Any = html.fromstring(page)
    return "\n".join(" ".join(str(one.text_content()).split()) for one in document.xpath(xpath))


def test_every_act_that_waits_for_something_says_for_what() -> None:
    waiting = {act.name for act in ACTS if act.fits} | {act.name for act in ACTS_OF_CLOCKS}
    waiting |= {*FITS_OF_LIVES, *FITS_OF_MALICE, *FITS_OF_SPARING} - withheld.ELSEWHERE
    waiting |= {
        "accept_case",
        "accept_joined",
        "decline_case",
        "send_back",
        "end_investigation",
        "record_correction",
        "serve_document",
    }
    assert waiting <= set(withheld.NEEDS)
    assert set(withheld.NEEDS) <= {act.name for act in ACTS}


def test_the_next_step_names_its_article_and_its_day(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    desk, officer, case = log_in("desk"), log_in(lead), f"/cases/{number}"
    first = part(officer.get(case), "//section[@id='next']")
    assert "五个工作日内" in first
    assert "第十八条" in first
    assert re.search(r"\d\d-\d\d", first), "its last day"
    supervise = f"{case}/supervise"
    send(desk, desk.get(supervise), supervise, superior="市人社局", demand="报结果", due_on="2026-11-25")
    send(officer, officer.get(case), f"{case}/accept")
    page = officer.get(case)
    shown = part(page, "//section[@id='next']")
    assert "《劳动保障监察条例》第十六条；《青岛市劳动保障监察条例》第二十八条" in shown
    assert "2027" in shown, "the last day of the investigation"
    document: Any = html.fromstring(page)
    assert document.xpath(f"//section[@id='next']//a[@href='{case}/visit']"), "one click leads to its form"
    assert document.xpath(f"//section[@id='next']//a[@href='{case}/answer-supervision']"), "what else is due"
    assert "11-25" in shown
    assert "Next step" in part(officer.get(case, language="en"), "//section[@id='next']")


def test_what_is_not_possible_now_says_why_and_leads_nowhere(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, case = log_in(lead), log_in("head"), f"/cases/{number}"
    page = officer.get(case)
    why = part(page, "//details[@class='withheld']//li")
    assert "登记送达" in why or "送达" in why
    assert "没有待送达的文书" in why
    assert "仅限案件处于：已办结" in why or "已办结" in why
    document: Any = html.fromstring(page)
    assert not document.xpath("//details[@class='withheld']//a | //details[@class='withheld']//button")
    assert "延长调查期限" not in why, "what the role may never do is not spoken of"
    assert "没有待决定的回避申请" in part(head.get(case), "//details[@class='withheld']//li")
    send(officer, officer.get(f"{case}/order"), f"{case}/order", demand="支付工资", due_on="2026-11-27")
    assert "没有待送达的文书" not in part(officer.get(case), "//details[@class='withheld']//li")


def test_a_reader_is_told_of_no_act_and_the_desk_of_its_own(morning: Warehouse, log_in: LogIn) -> None:
    number = waiting_case(morning)
    assert not part(log_in("reader").get(f"/cases/{number}"), "//details[@class='withheld']")
    assert "改派" in part(log_in("desk").get(f"/cases/{number}"), "//details[@class='withheld']//li")


def test_every_act_a_role_may_do_is_offered_or_explained_in_every_state(morning: Warehouse, log_in: LogIn) -> None:
    from console.access import rule_of
    from console.permission import DESK, HEAD, INSPECTOR

    number, lead = concluded(morning, log_in)
    people = {DESK: log_in("desk"), INSPECTOR: log_in(lead), HEAD: log_in("head")}
    for role, person in people.items():
        page = person.get(f"/cases/{number}", language="en")
        explained = part(page, "//details[@class='withheld']//li")
        for act in ACTS:
            rule = rule_of(act.name)
            if rule is None or role not in rule.roles or act.on or act.name in withheld.ELSEWHERE:
                continue
            assert f"/cases/{number}/{act.path}" in page or act.title in explained, (role, act.name)
