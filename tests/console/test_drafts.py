"""A form that came too late: 409 with who and when, and what was typed stays a draft until it is sent or dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select, text, update

from casework.leniency import Exit
from services.cases.drafts import sweep_drafts
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import complete, form_of, send
from tests.console.morning import SYSTEM
from tests.console.test_lives import complaints_of, waiting_case
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CaseRow,
    DocumentRow,
    DraftRow,
    LoginSessionRow,
    OutcomeRow,
)

LogIn = Callable[[str], Person]
WHEN = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
TOLD: dict[str, Any] = {"place": "鳌山卫街道", "people_met": "刘春生13812343307", "findings": "三个月未发"}


def drafts(morning: Warehouse) -> int:
    with morning.read() as session:
        return session.scalar(select(func.count()).select_from(DraftRow)) or 0


def too_late(morning: Warehouse, log_in: LogIn) -> tuple[str, Person, str]:
    """A visit typed by one inspector while a head changed the case. The number, the inspector, the refused page."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, path = log_in(lead), log_in("head"), f"/cases/{number}/visit"
    page, verify = officer.get(path), f"/cases/{number}/verify"
    send(head, head.get(verify), verify, amount="1000")
    refused = send(officer, page, path, status=409, visited_at=WHEN, **TOLD)
    return number, officer, refused


def test_a_late_form_says_who_and_when_and_is_found_again(morning: Warehouse, log_in: LogIn) -> None:
    number, officer, refused = too_late(morning, log_in)
    path = f"/cases/{number}/visit"
    assert "赵明远" in refused
    assert "存为您的草稿" in refused
    assert form_of(refused, path)["findings"] == ["三个月未发"]
    case = officer.get(f"/cases/{number}")
    assert "您的草稿" in case
    assert f'href="{path}"' in case
    opened = officer.get(path)
    assert "保存的草稿" in opened
    fields = form_of(opened, path)
    assert fields["people_met"] == ["刘春生13812343307"]
    assert len(fields["officer_ids"]) == 2
    after = send(officer, opened, path)
    assert "鳌山卫街道" in after
    assert drafts(morning) == 0, "what was taken is a draft no more"
    assert "您的草稿" not in officer.get(f"/cases/{number}")


def test_a_draft_is_encrypted_and_nobody_else_s(morning: Warehouse, log_in: LogIn) -> None:
    number, _officer, _refused = too_late(morning, log_in)
    with morning.engine.connect() as connection:
        stored = bytes(connection.execute(text("SELECT typed FROM draft")).scalar_one())
    assert b"13812343307" not in stored
    assert "鳌山卫".encode() not in stored
    head = log_in("head")
    assert "您的草稿" not in head.get(f"/cases/{number}")
    assert "三个月未发" not in head.get(f"/cases/{number}/visit")
    with morning.read() as session:
        draft = session.scalars(select(DraftRow.id)).one()
        told = session.scalars(select(AuditRow.details).where(AuditRow.act == "keep_draft")).one()
    assert set(told) == {"case", "act", "fields"}
    head.post(f"/cases/{number}/drafts/{draft}/drop", status=404)
    log_in("far").post(f"/cases/{number}/drafts/{draft}/drop", status=404)
    assert drafts(morning) == 1


def test_an_officer_drops_a_draft_and_gets_an_empty_form(morning: Warehouse, log_in: LogIn) -> None:
    number, officer, _refused = too_late(morning, log_in)
    opened = officer.get(f"/cases/{number}/visit")
    document: Any = html.fromstring(opened)
    assert document.xpath("//section[@id='act']//button[@form='drop-draft']"), "without scripts, by a form of its own"
    (action,) = document.xpath("//form[@id='drop-draft']/@action")
    send(officer, opened, action)
    assert drafts(morning) == 0
    fresh = officer.get(f"/cases/{number}/visit")
    assert "三个月未发" not in fresh
    assert form_of(fresh, f"/cases/{number}/visit")["officer_ids"], "the usual start is back"


def test_drafts_nobody_came_back_to_are_swept(morning: Warehouse, log_in: LogIn) -> None:
    number, officer, _refused = too_late(morning, log_in)
    assert sweep_drafts(morning, actor=SYSTEM, at=NOW + timedelta(days=13)) == 0
    assert "您的草稿" in officer.get(f"/cases/{number}")
    assert sweep_drafts(morning, actor=SYSTEM, at=NOW + timedelta(days=15)) == 1
    assert sweep_drafts(morning, actor=SYSTEM, at=NOW + timedelta(days=15)) == 0
    assert "您的草稿" not in officer.get(f"/cases/{number}")


def test_a_late_outcome_is_kept_but_its_ticks_are_asked_again(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, path = log_in(lead), log_in("head"), f"/cases/{number}/outcome"
    page, verify = officer.get(f"{path}?exit=correction_only"), f"/cases/{number}/verify"
    send(head, head.get(verify), verify, amount="1000")
    refused = send(officer, page, path, status=409, confirmed="minor", note="短期困难")
    assert "存为您的草稿" in refused
    opened = officer.get(path)
    fields = form_of(opened, path)
    assert fields["exit"] == ["correction_only"]
    assert fields["note"] == ["短期困难"]
    assert "confirmed" not in fields
    assert "短期困难" not in officer.get(f"{path}?exit={Exit.EXEMPT_FIRST_OFFENCE.value}"), "another outcome's form"
    send(officer, opened, path, draft="yes")
    assert drafts(morning) == 0


def test_late_blanks_of_a_paper_are_kept_beside_the_paper(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, order = log_in(lead), log_in("head"), f"/cases/{number}/order"
    send(officer, officer.get(order), order, demand="支付工资", due_on="2026-11-27")
    document: Any = html.fromstring(officer.get(f"/cases/{number}?tab=handling"))
    link = document.xpath("//a[contains(@href, '/papers/')]/@href")[0]
    page = officer.get(link)
    fill = f"{link}/fill"
    names = [name for name in form_of(page, fill) if name not in ("csrf", "version")]
    typed = next(
        name
        for name in names
        if html.fromstring(page).xpath(f"//*[@id='field-{name}'][@type='text' or self::textarea]")
    )
    verify = f"/cases/{number}/verify"
    send(head, head.get(verify), verify, amount="1000")
    assert "存为您的草稿" in send(officer, page, fill, status=409, **{typed: "海阳路一号"})
    opened = officer.get(link)
    assert form_of(opened, fill)[typed] == ["海阳路一号"]
    assert f'href="{link}"' in officer.get(f"/cases/{number}")
    send(officer, opened, fill)
    assert drafts(morning) == 0


def test_two_complaints_of_a_case_have_a_draft_each(morning: Warehouse, log_in: LogIn) -> None:
    number = waiting_case(morning)
    desk, head = log_in("desk"), log_in("head")
    path, ids = f"/cases/{number}/ask-supplement", list(complaints_of(morning, number).values())[:2]
    pages = [desk.get(f"{path}?complaint={one}") for one in ids]
    supervise = f"/cases/{number}/supervise"
    send(head, head.get(supervise), supervise, superior="市人社局", demand="报结果", due_on="2026-11-25")
    for page, wanted in zip(pages, ("工资条", "考勤"), strict=True):
        send(desk, page, path, status=409, wanted=wanted)
    assert drafts(morning) == 2
    for one, wanted in zip(ids, ("工资条", "考勤"), strict=True):
        fields = form_of(desk.get(f"{path}?complaint={one}"), path)
        assert (fields["complaint_id"], fields["wanted"]) == ([one], [wanted])
    assert desk.get(f"/cases/{number}").count("您的草稿") == 2


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_draft_is_spoken_of_in_both_languages(morning: Warehouse, log_in: LogIn, language: str) -> None:
    number, officer, _refused = too_late(morning, log_in)
    words = {"zh_CN": "丢弃草稿", "en": "Drop the draft"}[language]
    assert words in officer.get(f"/cases/{number}", language=language)
    assert words in officer.get(f"/cases/{number}/visit", language=language)


def test_a_service_that_was_typed_while_the_case_changed_is_asked_again(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, order = log_in(lead), log_in("head"), f"/cases/{number}/order"
    send(officer, officer.get(order), order, demand="支付工资", due_on="2026-11-27")
    complete(morning, officer, f"/cases/{number}", "rectification_order")
    path, verify = f"/cases/{number}/serve", f"/cases/{number}/verify"
    page = officer.get(path)
    send(head, head.get(verify), verify, amount="1000")
    refused = send(officer, page, path, status=409, served_how="direct")
    assert "赵明远" in refused
    assert form_of(refused, path)["served_how"] == ["direct"]
    send(officer, refused, path)
    with morning.read() as session:
        assert session.scalars(select(DocumentRow.served_how)).all() == ["direct"]


def given_away(head: Person, number: str, away: tuple[str, ...]) -> None:
    """The head gives the case to two inspectors who did not have it."""
    path = f"/cases/{number}/reassign"
    page: Any = html.fromstring(head.get(path))
    free = [one for one in page.xpath("//select[@name='lead_id']/option[not(@disabled)]/@value") if one]
    lead, assisting = [one for one in free if one not in away][:2]
    send(head, head.get(path), path, lead_id=lead, assisting_id=assisting, reason="另案急需")


def test_what_was_typed_while_the_case_was_given_to_others_is_handed_back(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, path = log_in(lead), log_in("head"), f"/cases/{number}/visit"
    page = officer.get(path)
    with morning.read() as session:
        rounds = select(AssignmentRow.lead_id, AssignmentRow.assisting_id, AssignmentRow.case_id)
        mine = session.execute(
            rounds.join(CaseRow, CaseRow.id == AssignmentRow.case_id).where(CaseRow.matter_no == number)
        ).one()
    given_away(head, number, (mine.lead_id, mine.assisting_id))
    refused = send(officer, page, path, status=409, visited_at=WHEN, **TOLD)
    assert "已不由您办理" in refused
    assert "赵明远" in refused
    assert "三个月未发" in refused
    assert "澜田" not in refused, "nothing of the case but what they typed"
    assert drafts(morning) == 0
    officer.get(path, status=404)
    for login in ("far", "reader", "security"):
        log_in(login).post(path, status=404, version="1", findings="三个月未发")
    with morning.write() as session:
        session.execute(update(LoginSessionRow).values(created_at=NOW + timedelta(minutes=1)))
    send(officer, page, path, status=404, visited_at=WHEN, **TOLD)


def test_an_outcome_typed_while_the_case_was_declined_is_shown_without_its_button(
    morning: Warehouse, log_in: LogIn
) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, path, decline = log_in(lead), f"/cases/{number}/outcome", f"/cases/{number}/decline"
    page = officer.get(f"{path}?exit=correction_only")
    send(officer, officer.get(decline), decline, ground="in_arbitration_or_court", reason="已申请仲裁")
    refused = send(officer, page, path, status=409, note="短期困难")
    assert form_of(refused, path)["note"] == ["短期困难"]
    assert "提交审批" not in refused
    officer.get(path, status=404)


def test_a_refused_decision_gives_its_reason_back(morning: Warehouse, log_in: LogIn) -> None:
    number, _lead = dispatched_and_signed(morning, log_in)
    head = log_in("head")
    with morning.write() as session:
        case_id = session.scalars(select(CaseRow.id).where(CaseRow.matter_no == number)).one()
        own = session.scalars(select(AccountRow.id).where(AccountRow.login == "head")).one()
        row = OutcomeRow(id="out_1", case_id=case_id, exit="correction_only", basis="x", conditions=[])
        row.rule_version, row.state, row.by, row.at = "1", "submitted", own, NOW
        session.add(row)
    refused = head.post("/outcomes/out_1/decide", status=422, approve="no", reason="证据不足，请补充工资表")
    assert "证据不足，请补充工资表" in refused
