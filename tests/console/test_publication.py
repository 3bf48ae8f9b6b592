"""The publication of grave breaches by forms: the page of a quarter, the case, the employer, the figure, its lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from connectors.registry import CHANNELS
from services.office.settings import Settings
from tests.console.conftest import Person, served
from tests.console.forms import form_of, send
from tests.console.later import ENDED, FLED, LATER, case_of
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AssignmentRow,
    CaseMembershipRow,
    ComplaintVersionRow,
    DocumentRow,
    EmployerRow,
    PublicationRow,
    new_id,
)
from warehouse.queries.publications import MOST

Enter = Callable[[str], Person]


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


def case_page(store: Warehouse, employer: str) -> str:
    return f"/cases/{case_of(store, employer).matter_no}"


def lead_of(store: Warehouse, employer: str) -> str:
    with store.read() as session:
        held = select(AccountRow.login).join(AssignmentRow, AssignmentRow.lead_id == AccountRow.id)
        return session.scalars(held.where(AssignmentRow.case_id == case_of(store, employer).id)).one()


def section(page: str, name: str) -> str:
    document: Any = html.fromstring(page)
    return " ".join(document.xpath(f"//*[@id='{name}']")[0].text_content().split())


def published_name(store: Warehouse, employer: str) -> str:
    with store.read() as session:
        own = PublicationRow.case_id == case_of(store, employer).id
        question = select(EmployerRow.name).join(PublicationRow, PublicationRow.employer_id == EmployerRow.id)
        return session.scalars(question.where(own)).one()


def state(store: Warehouse, employer: str) -> str:
    with store.read() as session:
        own = PublicationRow.case_id == case_of(store, employer).id
        newest = select(PublicationRow.state).where(own).order_by(PublicationRow.at.desc())
        return session.scalars(newest.limit(1)).one()


def test_the_page_of_a_quarter_says_what_may_be_published_what_goes_on_and_what_stands(
    later: Warehouse, enter: Enter
) -> None:
    head = enter("head")
    page = head.get("/publications", language="en")
    assert ENDED in section(page, "published")
    assert "Publication of grave breaches" in page
    going = section(page, "going")
    assert FLED in going
    assert ENDED in going, "it objected, and nobody has answered"
    assert "Objection to answer" in going
    assert "Decided in quarter 4 of 2026, not published: 0" in section(page, "candidates")
    before = head.get("/publications?quarter=2026-Q3", language="zh_CN")
    assert "2026年第3季度" in before
    assert ENDED not in section(before, "published")
    for wrong in ("2026", "2026-Q5", "x", "9999-Q4"):
        head.get(f"/publications?quarter={wrong}", status=404)
    head.get("/publications?page=x", status=404)
    stranger = enter("system")
    stranger.get("/publications", status=404)


def test_the_headings_count_all_though_the_lists_are_cut_and_a_place_names_nobody(
    later: Warehouse, enter: Enter
) -> None:
    with later.write() as session:
        case = case_of(later, ENDED)
        told = select(ComplaintVersionRow).join(
            CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintVersionRow.complaint_id
        )
        for one in session.scalars(told.where(CaseMembershipRow.case_id == case.id)):
            one.complainant_name = "赵秘密"
        said = {"address": "-", "legal_rep": "赵秘密", "facts": "-", "handled": "-", "breach": "arrears", "by": "acc"}
        given: dict[str, Any] = {"case_id": case.id, "employer_id": case.employer_id, "at": LATER, "place": "赵秘密处"}
        for state, on in (("approved", None), ("published", date(2026, 11, 23))):
            for _ in range(MOST + 5):
                session.add(PublicationRow(id=new_id("pub"), state=state, published_on=on, **said, **given))
    page = enter("head").get("/publications", language="en")
    assert f"On their way: {2 * (MOST + 5) + 2}" in section(page, "going"), (
        "its objection waits; with the two of before"
    )
    assert f"Published in quarter 4 of 2026: {MOST + 6}" in section(page, "published")
    assert f"The first {MOST} are shown." in section(page, "published")
    assert "赵*处" in section(page, "published")
    assert "赵秘密" not in page + enter("head").get(case_page(later, ENDED) + "?tab=handling")


def test_a_proposal_is_dropped_weighed_again_with_its_conditions_and_published_by_forms(
    later: Warehouse, enter: Enter
) -> None:
    head, case = enter("head"), case_page(later, FLED)
    path = f"{case}/publication-decide"
    read = head.get(path)
    assert "主要违法事实：责令支付后逃匿。" in read, "the head reads what the public would"
    assert f"单位名称：{published_name(later, FLED)}" in read, "of whom, too"
    assert send(head, head.get(path), path, status=422, approve="no", reason=" ")
    send(head, head.get(path), path, approve="no", reason="另行核实")
    assert state(later, FLED) == "dropped"
    page = head.get("/publications", language="en")
    waiting = section(page, "candidates")
    assert FLED in waiting
    assert "To be published" in waiting
    assert "all met" in waiting
    lead = enter(lead_of(later, FLED))
    path = f"{case}/publication"
    form = lead.get(path, language="zh_CN")
    assert "案件已移送公安机关" in form, "what the records show stands above the form"
    fields: dict[str, Any] = {
        "breach": "refused_pay",
        "code": "370282228001234",
        "address": "即墨区",
        "legal_rep": "包工头",
        "handled": "已移送公安机关",
    }
    told = send(lead, form, path, status=422, facts="电话13987654321停机", **fields)
    assert "含有电话" in told
    assert "13987654321" in told, "what was typed still stands there"
    send(lead, told, path, facts="责令支付后逃匿", **fields)
    path = f"{case}/publication-decide"
    send(head, head.get(path), path, approve="yes", reason="应当公布")
    path = f"{case}/publication-publish"
    done = send(lead, lead.get(path), path, place="区政府门户网站")
    assert "已公布" in section(done, "publication")


def test_an_objection_is_answered_and_what_was_published_is_corrected_then_withdrawn(
    later: Warehouse, enter: Enter
) -> None:
    head, case = enter("head"), case_page(later, ENDED)
    path = f"{case}/publication-answer"
    send(head, head.get(path, language="zh_CN"), path, answer="accepted", reason="已付清")
    path = f"{case}/publication-correct"
    form = head.get(path)
    assert "拖欠装卸人员十月工资。" in "".join(form_of(form, path)["facts"]), "as it stands now"
    send(head, form, path, facts="拖欠装卸人员十月工资，已于公布前付清。", reason="异议成立")
    assert "更正日期" in section(head.get(f"{case}?tab=handling"), "publication")
    lines = head.get("/statistics/list?span=2026-11&figure=published")
    assert case.removeprefix("/cases/") in lines
    path = f"{case}/publication-withdraw"
    send(head, head.get(path), path, why="objection", reason="异议成立")
    assert state(later, ENDED) == "withdrawn"
    assert "已撤回" in section(head.get("/publications"), "published")
    assert case.removeprefix("/cases/") not in head.get("/statistics/list?span=2026-11&figure=published")


def test_what_is_dropped_after_its_approval_leaves_a_void_notice_and_may_be_said_to_have_gone_out(
    later: Warehouse, enter: Enter
) -> None:
    head, lead, case = enter("head"), enter(lead_of(later, FLED)), case_page(later, FLED)
    decide = f"{case}/publication-decide"
    for answer, reason in (("yes", "应当公布"), ("no", "另行核实")):
        send(head, head.get(decide, language="zh_CN"), decide, approve=answer, reason=reason)
    papers = head.get(f"{case}?tab=papers")
    assert "作废" in papers
    assert "另行核实" in papers
    with later.read() as session:
        notice = session.scalars(select(PublicationRow).where(PublicationRow.state == "dropped")).one().notice_id
    seen = head.get(f"{case}/papers/{notice}")
    assert "本文书自" in seen
    assert "（本文书已于2026年12月2日作废）" in seen
    path = f"{case}/publication-publish"
    given: dict[str, Any] = {"published_on": "2026-12-02", "place": "区政府门户网站"}
    refused = send(lead, lead.get(path), path, status=422, **given)
    assert "仍然对外公布的" in refused
    send(lead, refused, path, nevertheless="yes", **given)
    assert state(later, FLED) == "published"
    for part in ("going", "published"):
        assert "待更正或者撤回" in section(head.get("/publications"), part)
    assert "本文书自" not in head.get(f"{case}/papers/{notice}"), "it was out"


def test_an_older_one_that_went_out_is_recorded_and_withdrawn_by_its_number(later: Warehouse, enter: Enter) -> None:
    head, lead, case = enter("head"), enter(lead_of(later, FLED)), case_page(later, FLED)
    decide, publish, withdraw = (f"{case}/publication-{step}" for step in ("decide", "publish", "withdraw"))
    for answer, reason in (("yes", "应当公布"), ("no", "另行核实")):
        send(head, head.get(decide), decide, approve=answer, reason=reason)
    fields: dict[str, Any] = {"breach": "refused_pay", "code": "370282228001234", "address": "即墨区"}
    said: dict[str, Any] = {"legal_rep": "包工头", "facts": "责令支付后逃匿", "handled": "已移送公安机关"}
    send(lead, lead.get(f"{case}/publication"), f"{case}/publication", **fields, **said)
    with later.read() as session:
        row = session.scalars(select(PublicationRow).where(PublicationRow.state == "dropped")).one()
        case_id, number = row.case_id, session.get_one(DocumentRow, row.notice_id).document_no
    given: dict[str, Any] = {"published_on": "2026-12-02", "place": "区政府门户网站", "nevertheless": "yes"}
    refused = send(lead, lead.get(publish, language="zh_CN"), publish, status=422, **given)
    assert "较早的公布请写明文号" in refused
    send(lead, refused, publish, notice_no=number, **given)
    page = head.get(f"{case}?tab=handling")
    assert "已公布" in section(page, "publication2")
    assert "已公布" not in section(page, "publication")
    send(head, head.get(withdraw), withdraw, why="mistaken", reason="已不予公布", notice_no=number)
    with later.read() as session:
        states = session.scalars(select(PublicationRow.state).where(PublicationRow.case_id == case_id)).all()
    assert sorted(states) == ["proposed", "withdrawn"]


def test_the_head_who_approves_sees_what_was_paid_since_and_weighs_it(later: Warehouse, enter: Enter) -> None:
    head, path = enter("head"), f"{case_page(later, FLED)}/publication-decide"
    with later.write() as session:
        own = PublicationRow.case_id == case_of(later, FLED).id
        session.scalars(select(PublicationRow).where(own)).one().unpaid_fen = 100
    form = head.get(path, language="zh_CN")
    assert "以下不属于公布内容" in section(form, "above")
    assert "提请时未支付1.00 元" in section(form, "above")
    refused = send(head, form, path, status=422, approve="yes", reason="应当公布")
    assert "说明为何仍然公布" in refused
    send(head, refused, path, approve="yes", reason="应当公布", weighed="拒不支付，影响恶劣")
    assert "拒不支付，影响恶劣" in section(head.get(f"{case_page(later, FLED)}?tab=handling"), "publication")


def test_the_employer_and_its_json_show_what_was_published(later: Warehouse, enter: Enter) -> None:
    head, employer = enter("head"), case_of(later, ENDED).employer_id
    page = head.get(f"/employers/{employer}", language="en")
    shown = section(page, "publications")
    assert "Publication of grave breaches: 1" in shown
    assert "Published" in shown
    told = json.loads(head.post(f"/employers/{employer}.json", purpose="核对"))
    (one,) = told["publications"]
    assert (one["state"], one["breach"], one["published_on"]) == ("published", "arrears", "2026-11-24")


def test_what_is_only_proposed_counts_not_as_published_and_is_for_those_who_see_the_case(
    later: Warehouse, enter: Enter
) -> None:
    """The proposal of the one that fled is made one of the other employer, whose case the inspector holds."""
    employer = case_of(later, ENDED).employer_id
    with later.write() as session:
        proposal = select(PublicationRow).where(PublicationRow.case_id == case_of(later, FLED).id)
        session.scalars(proposal).one().employer_id = str(employer)
    head, lead = enter("head"), enter(lead_of(later, ENDED))
    shown = section(head.get(f"/employers/{employer}", language="en"), "publications")
    assert "Publication of grave breaches: 1" in shown
    assert "Proposed, waits for the head" in shown
    with later.write() as session:
        for one in session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == case_of(later, FLED).id)):
            one.state = "recalled"
    told = section(lead.get(f"/employers/{employer}", language="en"), "publications")
    assert "Published" in told
    assert "Proposed" not in told
    given = json.loads(lead.post(f"/employers/{employer}.json", purpose="核对"))
    assert [one["state"] for one in given["publications"]] == ["published"]


def test_beside_a_locked_month_every_number_opens_its_lines_and_says_with_which_it_was_locked(
    later: Warehouse, enter: Enter
) -> None:
    head = enter("head")
    page = head.get("/statistics?span=2026-11", language="en")
    for _ in CHANNELS:
        if 'action="/statistics/accept"' in page:
            page = send(head, page, "/statistics/accept", reason="电话核对无遗漏")
    send(head, page, "/statistics/lock")
    path = "//section[@id='cumulative']//tr[th/a[@href='/definitions#published']]//a/@href"
    page = head.get("/statistics?span=2026-11", language="en")
    document: Any = html.fromstring(page)
    month, cumulative = document.xpath(path)[1:]
    assert month == "/statistics/list?span=2026-11&figure=published"
    assert cumulative == "/statistics/list?span=2026-01..2026-11&of=2026-11&figure=published"
    same = head.get(cumulative)
    assert "with the same number" in section(same, "kept")
    case = case_page(later, ENDED)
    answer = f"{case}/publication-answer"
    send(head, head.get(answer), answer, answer="upheld", reason="公布时尚未支付")
    form = f"{case}/publication-withdraw"
    send(head, head.get(form), form, why="mistaken", reason="公布有误")
    moved = section(head.get(cumulative), "kept")
    assert "locked beside 2026-11 with 1" in moved
    assert "#restated" in head.get(cumulative)
    assert case.removeprefix("/cases/") in head.get(month), "the locked month itself keeps its lines"
