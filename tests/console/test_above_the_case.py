"""What stands above a case: its acts in few groups, the deadlines that press, and rules cited as officers cite them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import html

from casework.leniency import BASIS, RULES
from casework.money_came import Said
from casework.sparing import LINES
from console.acts import ACTS
from console.acts_lives import FITS
from console.offers import FRONT, next_step, shelve
from console.render import Show
from console.views.case import nearest_three
from console.words import words
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, VisitRow
from warehouse.queries.case import Money
from warehouse.queries.deadlines import Deadline
from warehouse.queries.history import Handling, Order, Paper
from warehouse.queries.outcomes import Ending

LogIn = Callable[[str], Person]
REPLY = Deadline(
    id="clk_1",
    kind="reply",
    channel="hotline_12345",
    complaint_id="cp_1",
    started_on=date(2026, 11, 18),
    due_on=date(2026, 11, 25),
    length=7,
    unit="calendar",
    left=3,
    provisional=False,
    state="running",
    met_on=None,
    source="JN §24",
    colour="fine",
)


def test_every_act_offered_stands_once_and_the_next_one_first() -> None:
    offered = [act for act in ACTS if "in_progress" in act.states]
    shelf = shelve(offered, "serve_document")
    shown = [*shelf.front, *(act for _, some in shelf.groups for act in some)]
    assert sorted(act.name for act in shown) == sorted(act.name for act in offered if not act.on)
    assert shelf.front[0].name == "serve_document"
    assert {act.name for act in shelf.front} <= FRONT | {"serve_document"}
    few = [act for act in offered if act.name in ("record_visit", "refer", "order_correction")]
    assert shelve(few, "").groups == ()


def test_a_day_owed_twice_is_shown_once_and_the_cases_own_deadline_is_among_the_three() -> None:
    same = replace(REPLY, id="clk_2", complaint_id="cp_2")
    others = [replace(REPLY, id=f"clk_{n}", due_on=date(2026, 12, n)) for n in range(1, 4)]
    binds_nobody = replace(REPLY, id="clk_90", kind="penalty_90", channel=None, due_on=date(2027, 2, 1))
    own = replace(REPLY, id="clk_own", kind="investigate", channel=None, due_on=date(2027, 2, 12))
    shown = nearest_three([REPLY, same, *others, binds_nobody, own])
    assert [one.due_on for one in shown] == [REPLY.due_on, others[0].due_on, own.due_on]
    assert nearest_three([REPLY, same]) == [REPLY]


def test_no_rule_is_cited_in_the_short_words_of_the_code() -> None:
    chinese = Show("zh_CN")
    sources = {rule.source for rule in RULES} | {line.source for line in LINES} | set(BASIS.values())
    assert len(sources) > 30
    for source in sources:
        said = chinese.source(source)
        assert not any("a" <= letter <= "z" or letter == "§" for letter in said.lower()), (source, said)
    assert chinese.source("APL §33 para 3") == "《行政处罚法》第三十三条第三款"
    assert "setting:" not in Show("en").source("setting: leniency.max_workers")


def test_the_acts_are_few_and_a_refused_step_leads_back_to_its_case(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, case = log_in(lead), f"/cases/{number}"
    page: Any = html.fromstring(officer.get(case))
    front = page.xpath("//section[@class='identity']/div[@data-acts]/*[self::a or self::form]")
    assert 0 < len(front) < 10
    assert page.xpath("//details[@class='more']//section//*[self::a or self::button]")
    accept = f"{case}/accept"
    fields = form_of(officer.get(case), accept)
    officer.post(accept, **fields)
    officer.post(accept, **fields)
    refused = officer.post(accept, status=409, **fields | {"once": "another press"})
    gone: Any = html.fromstring(refused)
    assert gone.xpath(f"//a[@href='{case}']")


def ending(state: str, exit_: str) -> Ending:
    """An outcome with nothing in it but its exit and how far it is."""
    return Ending("out_1", exit_, "APL §33", state, None, 0, None, None, (), "acc_1", NOW, None, None, None)


def after(*papers: Paper, **more: Any) -> Handling:
    """A case on which nothing was recorded but a visit, these papers and what else is named."""
    orders = more.pop("orders", ())
    return Handling((VisitRow(),), papers, orders, (), (), (), **{"outcomes": (), **more})


def test_what_must_be_served_or_reviewed_first_is_the_next_step() -> None:
    today, money = date(2026, 11, 20), Money(None, 100, 0, 0)
    work = CaseRow(status="in_progress", legal_status="filed", case_no="案1")
    order = Paper("doc_1", "rectification_order", "令1", today, None)
    assert next_step(work, after(order), money).act == "serve_document"
    assert next_step(work, after(replace(order, served_on=today)), money).act == "submit_outcome"
    spared = after(outcomes=(ending("submitted", "exempt_first_offence"),))
    assert next_step(work, spared, money).act == "review_outcome"
    assert next_step(work, replace(spared, reviewed=True), money).act == "decide_outcome"
    assert next_step(work, after(outcomes=(ending("submitted", "handling"),)), money).act == "decide_outcome"
    decided = CaseRow(status="concluded", legal_status="decided", case_no="案1")
    paper = Paper("doc_2", "exemption_decision", "不罚1", today, None)
    approved = (ending("approved", "exempt_first_offence"),)
    assert next_step(decided, after(paper, outcomes=approved), money).act == "serve_document"
    assert not FITS["close_case"](decided, after(paper, outcomes=approved))
    served = CaseRow(status="concluded", legal_status="served", case_no="案1")
    done = after(replace(paper, served_on=today), outcomes=approved)
    assert next_step(served, done, money).act == "close_case"
    answered = next_step(served, done, money, heard=Said(asked=2, came=1, silent=1))
    assert answered == next_step(served, done, money)
    for heard in (Said(asked=2, came=1, waiting=1), Said(asked=2, waiting=1, not_came=1)):
        held = next_step(served, done, money, heard=heard)
        assert held.act == ""
        assert held.words != answered.words
        police = after(replace(paper, served_on=today), outcomes=(ending("approved", "transferred_to_police"),))
        assert next_step(served, police, money, heard=heard) == next_step(served, police, money), "nobody is asked"
    assert FITS["close_case"](served, done)


def test_what_is_verified_and_unpaid_is_ordered_and_what_is_paid_is_recorded_as_obeyed() -> None:
    work = CaseRow(status="in_progress", legal_status="filed", case_no="案1")
    order = Order("ord_1", "令1", 100, 1, date(2026, 12, 1), None)
    assert next_step(work, after(), Money(None, None, 0, 0)).act == "verify_amount"
    assert next_step(work, after(in_ledger=True), Money(None, None, 0, 0)).act == "verify_lines"
    assert next_step(work, after(), Money(None, 100, 99, 1)).act == "order_correction"
    assert next_step(work, after(), Money(None, 100, 100, 1)).act == "submit_outcome"
    assert next_step(work, after(), Money(None, 0, 0, 0)).act == "submit_outcome"
    assert next_step(work, after(orders=(order,)), Money(None, 100, 99, 1)).act == "record_payment"
    assert next_step(work, after(orders=(order,), in_ledger=True), Money(None, 100, 99, 1)).act == "pay_workers"
    assert next_step(work, after(orders=(order,), in_ledger=True), Money(None, 100, 100, 1)).act == "record_correction"


def test_a_comparison_names_the_district_one_month_once_and_sums_with_their_unit() -> None:
    chinese, settings = Show("zh_CN"), Settings()
    assert chinese.compared("district", "370215", settings) == "即墨区"
    assert chinese.compared("district", "370215005", settings) == "龙山街道"
    assert chinese.compared("district", "370203", settings) == "370203"
    assert chinese.compared("months", "2026-10 – 2026-10", settings) == "2026-10"
    assert chinese.compared("months", "2026-09 – 2026-10", settings) == "2026-09 – 2026-10"
    assert chinese.compared("amount", "24000.00", settings) == "24,000.00 元"
    assert chinese.compared("heads", "3", settings) == "3"
    assert chinese.compared("phone", None, settings) == "—"


def test_a_refusal_cites_its_law_by_name_in_chinese() -> None:
    sentence = "724 §54 is fined after a served order by that article was not obeyed in time; there is none."
    assert words("zh_CN").said(sentence).startswith("《保障农民工工资支付条例》第五十四条的罚款")
    assert words("en").said(sentence) == sentence
