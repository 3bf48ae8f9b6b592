"""A recusal asked for: who may ask for whom, who decides, and that the work goes on until it is granted."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from services.cases import handling
from services.cases.supervising import chase
from services.people.recusing import ask_recusal, decide_recusal
from services.people.rota import record_recusal
from services.replying.calling_back import record_callback
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import NoticeRow, RecusalRequestRow, RecusalRow
from warehouse.queries.recusals import requests_on, requests_waiting


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    """A small office."""
    return Office(store, now)


def ask(work: Work, actor: Actor | None = None, **more: Any) -> str:
    asked = {"account_id": work.lead.id, "asked_by": "officer", "reason": "近亲属", **more}
    found: str = work.do(ask_recusal, actor=actor or work.lead, **asked)
    return found


def decide(work: Work, request: str, *, grant: bool, actor: Actor | None = None, reason: str | None = None) -> Any:
    head = actor or work.office.head
    return work.do(decide_recusal, request_id=request, grant=grant, reason=reason, actor=head)


def told(office: Office, kind: str) -> set[str]:
    with office.store.read() as session:
        return set(session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == kind)))


def test_a_granted_request_stops_the_officer_and_the_heads_were_told(office: Office) -> None:
    work = Work(office)
    far = office.officer(Role.HEAD, "370202")
    request = ask(work)
    assert told(office, "recusal_asked") == {office.head.id, office.chief.id}
    work.do(handling.accept_case)
    assert decide(work, request, grant=True) is not None
    assert told(office, "recusal_granted") == {work.lead.id}
    assert told(office, "recused") == {office.desk.id, office.head.id}
    with pytest.raises(NotAllowed, match="You are recused"):
        work.do(handling.verify_amount, amount=Decimal(1))
    work.do(handling.end_investigation, actor=work.other)
    with office.store.read() as session:
        row = session.scalars(select(RecusalRow)).one()
        assert (row.account_id, row.case_id, row.from_on, row.asked_by) == (work.lead.id, work.id, TODAY, "officer")
        assert requests_waiting(session, office.head) == []
        assert requests_waiting(session, far) == []
    with pytest.raises(NotAllowed, match="decided already"):
        decide(work, request, grant=False, reason="x")
    with pytest.raises(NotAllowed, match="recused from the case already"):
        ask(work, work.other, asked_by="party")


def test_a_refused_request_says_why_and_the_work_goes_on(office: Office) -> None:
    work = Work(office)
    request = ask(work, office.desk, asked_by="party", asked_on=TODAY - timedelta(days=1))
    with pytest.raises(BadInput, match="refusal needs a reason"):
        decide(work, request, grant=False, reason=" ")
    assert decide(work, request, grant=False, reason="无事实依据") is None
    assert told(office, "recusal_refused") == {office.desk.id, work.lead.id}
    work.do(handling.accept_case)
    ask(work, office.desk, asked_by="party")
    with office.store.read() as session:
        assert session.scalars(select(RecusalRow.id)).all() == []
        assert len(requests_waiting(session, office.head)) == 1


def test_who_may_ask_for_whom(office: Office) -> None:
    work = Work(office)
    third = office.inspectors[2]
    with pytest.raises(NotAllowed, match="own recusal only"):
        ask(work, work.other)
    with pytest.raises(NotAllowed, match="own recusal only"):
        ask(work, office.desk)
    with pytest.raises(NotFound):
        ask(work, third, asked_by="party")
    with pytest.raises(NotFound):
        ask(work, office.officer(Role.DESK_OFFICER, "370202"), asked_by="party")
    with pytest.raises(NotAllowed, match="who has the case"):
        ask(work, office.desk, asked_by="party", account_id=third.id)
    for wrong in ({"asked_by": "office"}, {"reason": " "}, {"asked_on": TODAY + timedelta(days=1)}):
        with pytest.raises(BadInput):
            ask(work, **wrong)
    ask(work, work.other, asked_by="party")
    with pytest.raises(NotAllowed, match="asked for already"):
        ask(work)


def test_who_decides(office: Office) -> None:
    work, other = Work(office), Work(office, employer="青岛禾墨服饰有限公司")
    request = ask(work)
    for who in (work.lead, work.other, office.desk):
        with pytest.raises((NotAllowed, NotFound)):
            decide(work, request, grant=True, actor=who)
    with pytest.raises(NotFound):
        decide(work, request, grant=True, actor=office.officer(Role.HEAD, "370202"))
    with pytest.raises(NotFound):
        decide(other, request, grant=True)
    with pytest.raises(Conflict):
        work.do(decide_recusal, request_id=request, grant=True, actor=office.head, version=1)
    with office.store.read() as session:
        assert session.scalars(select(RecusalRequestRow.state)).one() == "asked"


def test_the_reason_is_for_the_head_the_officer_and_who_recorded_it(office: Office) -> None:
    work = Work(office)
    ask(work)
    case = office.look(work.id)
    with office.store.read() as session:
        for reader, sees in ((office.head, True), (work.lead, True), (work.other, False), (office.desk, False)):
            (line,) = requests_on(session, reader, case)
            assert (line.reason is not None) is sees, reader.id


def test_a_recused_head_neither_chases_nor_calls_back(office: Office) -> None:
    work = Work(office)
    recused: dict[str, Any] = {"case_id": work.id, "reason": "近亲属", "from_on": TODAY, "at": office.at}
    record_recusal(office.store, account_id=office.head.id, actor=office.bureau, **recused)
    with pytest.raises(NotAllowed, match="You are recused"):
        work.do(chase, actor=office.head)
    with pytest.raises(NotAllowed, match="You are recused"):
        record_callback(
            office.store,
            complaint_id=work.main,
            answered=False,
            solved=None,
            satisfied=None,
            actor=office.head,
            at=office.at,
        )
    assert work.do(chase, actor=office.chief) == 1
