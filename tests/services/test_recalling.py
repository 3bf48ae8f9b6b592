"""After the click: recalled without a trace outside, signed for, sent back, reassigned."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from services.dispatch.dispatching import (
    deliver_notices,
    reassign,
    recall_batch,
    recall_case,
    send_back,
    sign_for,
    suggest_inspectors,
)
from tests.services.office import SYSTEM, Office, click, ready
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, ReplyRow
from warehouse.store.linkage import join_case, leave_case, live_memberships
from warehouse.store.replies import due_replies


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_recall_within_the_grace_leaves_nothing_outbound(office: Office) -> None:
    cases = ready(office)
    batch = click(office, cases)
    later = office.at + timedelta(minutes=9)
    back = recall_batch(office.store, batch_id=batch.batch_id, actor=office.desk, at=later)
    assert back.sent == 3
    assert [office.look(one).status for one in cases] == ["to_dispatch"] * 3
    assert deliver_notices(office.store, at=office.at + timedelta(hours=1)) == 0
    with office.store.read() as session:
        assert due_replies(session, at=office.at + timedelta(hours=1), limit=99) == []
    again = click(office, cases, key="click-2", at=later)
    assert again.sent == 3
    with office.store.read() as session:
        assert len(due_replies(session, at=office.at + timedelta(hours=1), limit=99)) == 6


def test_what_is_signed_for_cannot_be_recalled(office: Office) -> None:
    first, second = ready(office, 2)
    batch = click(office, [first, second])
    lead = Actor(office.look(first).suggested_lead_id or "", frozenset({Role.INSPECTOR}))
    sign_for(office.store, case_id=first, version=office.version(first), actor=lead, at=office.at)
    assert office.look(first).status == "in_progress"
    with pytest.raises(NotAllowed, match="not signed for"):
        recall_case(office.store, case_id=first, version=office.version(first), actor=office.desk, at=office.at)
    back = recall_batch(office.store, batch_id=batch.batch_id, actor=office.desk, at=office.at)
    assert (back.asked, back.sent) == (1, 1)
    with pytest.raises(NotAllowed, match="already signed"):
        sign_for(office.store, case_id=first, version=office.version(first), actor=lead, at=office.at)


def test_nobody_signs_for_a_case_that_is_not_with_them(office: Office) -> None:
    (case_id,) = ready(office, 1)
    click(office, [case_id])
    row = office.look(case_id)
    stranger = next(
        one for one in office.inspectors if one.id not in (row.suggested_lead_id, row.suggested_assisting_id)
    )
    with pytest.raises(NotFound, match="not with you"):
        sign_for(office.store, case_id=case_id, version=row.version + 7, actor=stranger, at=office.at)


def test_a_case_sent_back_goes_to_others(office: Office) -> None:
    (case_id,) = ready(office, 1)
    click(office, [case_id])
    lead = Actor(office.look(case_id).suggested_lead_id or "", frozenset({Role.INSPECTOR}))
    with pytest.raises(BadInput, match="reason"):
        send_back(office.store, case_id=case_id, version=office.version(case_id), reason=" ", actor=lead, at=office.at)
    send_back(office.store, case_id=case_id, version=office.version(case_id), reason="kin", actor=lead, at=office.at)
    assert suggest_inspectors(office.store, actor=SYSTEM, at=office.at) == 1
    row = office.look(case_id)
    assert row.status == "to_dispatch"
    assert lead.id not in (row.suggested_lead_id, row.suggested_assisting_id)
    assert deliver_notices(office.store, at=office.at) == 1


def test_a_reassigned_case_is_signed_for_anew(office: Office) -> None:
    (case_id,) = ready(office, 1)
    click(office, [case_id])
    row = office.look(case_id)
    old = (row.suggested_lead_id or "", row.suggested_assisting_id or "")
    third = next(one for one in office.inspectors if one.id not in old)
    reassign(
        office.store,
        case_id=case_id,
        version=row.version,
        lead_id=third.id,
        assisting_id=old[0],
        reason="load",
        actor=office.head,
        at=office.at,
    )
    assert deliver_notices(office.store, at=office.at + timedelta(minutes=10)) == 2
    sign_for(office.store, case_id=case_id, version=office.version(case_id), actor=third, at=office.at)
    with office.store.read() as session:
        states = session.scalars(select(AssignmentRow.state).order_by(AssignmentRow.state)).all()
    assert list(states) == ["replaced", "signed"]


def test_notices_show_once_and_after_the_grace(office: Office) -> None:
    click(office, ready(office, 1))
    assert deliver_notices(office.store, at=datetime(2026, 11, 20, 0, 39, tzinfo=UTC)) == 0
    assert deliver_notices(office.store, at=datetime(2026, 11, 20, 0, 40, tzinfo=UTC)) == 2
    assert deliver_notices(office.store, at=datetime(2026, 11, 20, 0, 41, tzinfo=UTC)) == 0


def test_a_complaint_that_joins_later_is_answered_too_and_once(office: Office) -> None:
    first, second = ready(office, 2)
    click(office, [first])
    with office.store.write() as session:
        complaint_id = session.get_one(CaseRow, second).main_complaint_id
        membership = live_memberships(session, [complaint_id])[complaint_id]
        leave_case(session, membership, at=office.at)
        join_case(session, complaint_id, first, claim_id=complaint_id, why="merged", by="system:test", at=office.at)
    later = office.at + timedelta(hours=1)
    for _ in range(2):
        deliver_notices(office.store, at=later)
    with office.store.read() as session:
        answers = session.scalars(select(ReplyRow).where(ReplyRow.complaint_id == complaint_id)).all()
        assert [(one.not_before, one.kind) for one in answers] == [(later + timedelta(minutes=10), "accepted")]


def test_recall_and_signing_at_once_have_one_winner(office: Office) -> None:
    for number, case_id in enumerate(ready(office, 4)):
        click(office, [case_id], key=f"click-{number}")
        row, won, lost = office.look(case_id), list[str](), list[ArrearsError]()
        lead = Actor(row.suggested_lead_id or "", frozenset({Role.INSPECTOR}))
        together = threading.Barrier(2)
        acts: list[tuple[Callable[..., None], Actor]] = [(recall_case, office.desk), (sign_for, lead)]

        def one(
            act: Callable[..., None],
            actor: Actor,
            row: CaseRow = row,
            won: list[str] = won,
            lost: list[ArrearsError] = lost,
            together: threading.Barrier = together,
        ) -> None:
            together.wait()
            try:
                act(office.store, case_id=row.id, version=row.version, actor=actor, at=office.at)
                won.append(act.__name__)
            except (Conflict, NotAllowed, NotFound) as slower:
                lost.append(slower)

        threads = [threading.Thread(target=one, args=both) for both in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), len(lost)) == (1, 1)
        status = {"recall_case": "to_dispatch", "sign_for": "in_progress"}[won[0]]
        assert office.look(case_id).status == status
