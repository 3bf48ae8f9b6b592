"""Recusal asked for on the page of a case: by the inspector, or for a party; a head decides, and the case moves on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import select

from services.dispatch.assignments import deliver_notices
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import send
from tests.console.test_investigation import account
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AssignmentRow, CaseRow, RecusalRequestRow, RecusalRow

LogIn = Callable[[str], Person]


def assisting_of(morning: Warehouse, number: str) -> str:
    with morning.read() as session:
        question = select(AccountRow.login).join(AssignmentRow, AssignmentRow.assisting_id == AccountRow.id)
        question = question.join(CaseRow, CaseRow.id == AssignmentRow.case_id)
        return session.scalars(question.where(CaseRow.matter_no == number, AssignmentRow.state == "signed")).one()


def picked(page: str, name: str) -> list[str]:
    document: Any = html.fromstring(page)
    return [one for one in document.xpath(f"//select[@name='{name}']/option/@value") if one]


def test_an_inspector_asks_for_their_own_recusal_and_a_head_grants_it(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, other = log_in(lead), log_in("head"), log_in(assisting_of(morning, number))
    path, verify = f"/cases/{number}/recusal", f"/cases/{number}/verify"
    page, mine = officer.get(path), account(morning, lead)
    assert mine in picked(page, "account_id")
    fields: dict[str, Any] = {"asked_by": "officer", "reason": "系单位负责人近亲属刘春生"}
    assert "只能为本人" in send(other, other.get(path), path, status=422, account_id=mine, **fields)
    asked = send(officer, page, path, account_id=mine, **fields)
    assert "申请回避" in asked
    assert "已申请" in send(officer, officer.get(path), path, status=422, account_id=mine, **fields)
    send(officer, officer.get(verify), verify, amount="1000")
    shown = head.get(f"/cases/{number}")
    assert "近亲属" in shown
    assert "刘春生" not in shown
    assert "近亲属" not in other.get(f"/cases/{number}?tab=handling"), "the reason is for the head and the officer"
    assert number in head.get("/rota")
    deliver_notices(morning, at=NOW + timedelta(minutes=11))
    assert "有人申请回避" in head.get("/queue")
    officer.get(f"{path}-decide", status=404)
    decide = f"{path}-decide"
    (request,) = picked(head.get(decide), "request_id")
    assert "请说明" in send(head, head.get(decide), decide, status=422, request_id=request, grant="no")
    after = send(head, head.get(decide), decide, request_id=request, grant="yes")
    assert "应回避本案，请改派" in after
    assert "改派给其他监察员" in after
    assert "您应回避本案" in send(officer, officer.get(verify), verify, status=422, amount="2000")
    reassign = f"/cases/{number}/reassign"
    page = head.get(reassign)
    others = [one for one in picked(page, "lead_id") if one != mine][:2]
    assert "回避" in send(head, page, reassign, status=422, lead_id=mine, assisting_id=others[0], reason="回避")
    done = send(head, head.get(reassign), reassign, lead_id=others[0], assisting_id=others[1], reason="回避")
    assert "应回避本案，请改派" not in done
    assert "已准予" in head.get(f"/cases/{number}?tab=handling")
    with morning.read() as session:
        assert session.scalars(select(RecusalRow.asked_by)).one() == "officer"


def test_what_a_party_asks_is_recorded_and_may_be_refused(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, desk, head = log_in(lead), log_in("desk"), log_in("head")
    path = f"/cases/{number}/recusal"
    assert path in desk.get(f"/cases/{number}")
    page = desk.get(path)
    fields: dict[str, Any] = {"account_id": account(morning, lead), "asked_by": "party"}
    assert "#field-reason" in send(desk, page, path, status=422, **fields)
    stranger = fields | {"account_id": account(morning, "head"), "reason": "熟人"}
    assert "#field-account_id" in send(desk, page, path, status=422, **stranger)
    send(desk, page, path, reason="与单位负责人熟识", **fields)
    assert "当事人申请" in officer.get(f"/cases/{number}")
    decide = f"{path}-decide"
    (request,) = picked(head.get(decide), "request_id")
    send(head, head.get(decide), decide, request_id=request, grant="no", reason="无证据")
    assert "无证据" in officer.get(f"/cases/{number}?tab=handling")
    assert decide not in head.get(f"/cases/{number}")
    verify = f"/cases/{number}/verify"
    send(officer, officer.get(verify), verify, amount="1000")
    with morning.read() as session:
        assert session.scalars(select(RecusalRequestRow.state)).one() == "refused"
        assert session.scalars(select(RecusalRow.id)).all() == []


def test_another_place_knows_nothing_of_a_request(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    desk, far = log_in("desk"), log_in("far_head")
    path = f"/cases/{number}/recusal"
    send(desk, desk.get(path), path, account_id=account(morning, lead), asked_by="party", reason="熟人")
    deliver_notices(morning, at=NOW + timedelta(minutes=11))
    assert number not in far.get("/rota")
    assert number not in far.get("/queue")
    far.post(f"{path}-decide", status=404, version=1, request_id="x", grant="yes")
