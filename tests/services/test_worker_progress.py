"""What a worker reads of the own complaint: told into the inbox as the case goes, and nothing of anybody else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import BadInput, NotFound
from casework.people import Actor
from casework.progress import Step, from_told, progress
from casework.receipt_number import typed
from connectors.base import Connector
from connectors.registry import connect
from counter.__main__ import open_inbox, set_up
from counter.settings import CounterSettings
from services.cases import handling
from services.cases.screening import decline_complaint
from services.replying.telling_progress import tell_progress
from tests.services.lives import with_phones
from tests.services.office import Office
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ReceiptNumberRow, ReplyRow
from warehouse.queries.worker_progress import facts_told
from warehouse.store.linkage import members
from warehouse.store.receipt_numbers import receipt_of

SYSTEM = Actor.system("reply")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    """Accounts over an empty store."""
    return Office(store, now)


def page(folder: Path) -> tuple[CounterSettings, Connector]:
    """An inbox and the office's connector to it."""
    settings = CounterSettings(folder=folder / "counter")
    set_up(settings, folder / "inbox.key.json")
    asked = {"url": settings.inbox, "answer_url": settings.inbox, "key_file": str(folder / "inbox.key.json")}
    return settings, connect("self_report", asked)


def steps(office: Office, complaint_id: str) -> tuple[list[Step], Step | None]:
    """Which steps a worker sees as reached, and what comes next."""
    with office.store.read() as session:
        told = progress(facts_told(session, [complaint_id])[complaint_id])
    return [one.step for one in told.steps if one.on], told.coming


def test_the_steps_follow_the_case(office: Office) -> None:
    lonely = office.case()
    with office.store.read() as session:
        (first,) = members(session, lonely)
    assert steps(office, first) == ([Step.RECEIVED], Step.ACCEPTED)
    work = Work(office)
    work.do(handling.accept_case)
    reached = [Step.RECEIVED, Step.ACCEPTED, Step.ASSIGNED]
    assert steps(office, work.main) == (reached, Step.LOOKED_INTO)
    officers = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=officers)
    assert steps(office, work.main) == ([*reached, Step.LOOKED_INTO], Step.DECIDED)
    spared = Work(office, employer="青岛碧海服饰有限公司")
    spared.spared()
    assert steps(office, spared.main)[0][-1] in (Step.DECIDED, Step.CLOSED)


def test_one_that_is_declined_is_told_so_and_its_neighbour_goes_on(office: Office) -> None:
    case_id = office.case(channels=("hotline_12345", "petition"))
    with office.store.read() as session:
        one, other = members(session, case_id)
    ground = {"ground": "in_arbitration_or_court", "reason": "仲裁"}
    decline_complaint(
        office.store,
        case_id=case_id,
        version=office.version(case_id),
        complaint_id=one,
        actor=office.desk,
        at=office.at,
        **ground,
    )
    with office.store.read() as session:
        facts = facts_told(session, [one, other])
    assert progress(facts[one]).ended == "declined"
    assert progress(facts[other]).ended is None


def test_only_what_is_new_is_told_and_only_who_knows_both_reads_it(office: Office, tmp_path: Path) -> None:
    case_id = office.case(channels=("hotline_12345", "petition"))
    one, other = with_phones(office, case_id)
    settings, connector = page(tmp_path)

    def tell() -> tuple[int, int]:
        count = tell_progress(office.store, lambda _: connector, actor=SYSTEM, at=office.at)
        return count.known, count.told

    assert tell() == (0, 0), "a complaint of another channel is told once its worker has a number"
    with office.store.write() as session:
        receipt = receipt_of(session, one, at=office.at)
        assert receipt_of(session, one, at=office.at) == receipt == typed(receipt)
        with pytest.raises(NotFound):
            receipt_of(session, "cp_none", at=office.at)
    assert [tell(), tell()] == [(1, 1), (1, 0)]
    with office.store.write() as session:
        row = session.scalars(select(ReplyRow).where(ReplyRow.complaint_id == one)).first()
        assert row is None
        session.add_all(_sent(one, office.at, "您的答复") + _sent(other, office.at, "别人的答复"))
    assert tell() == (1, 1)
    inbox = open_inbox(settings)
    said = inbox.told(receipt, "0000")
    assert said is not None
    assert from_told(said).answers[0][1] == "您的答复"
    assert "别人的答复" not in str(said)
    assert inbox.told(receipt, "0001") is None
    inbox.close()
    held = (settings.folder / "inbox.db").read_bytes()
    assert receipt.encode() not in held
    assert "您的答复".encode() not in held


def _sent(complaint_id: str, at: datetime, body: str) -> list[ReplyRow]:
    return [
        ReplyRow(
            id=f"rep_{complaint_id}",
            key=f"rep_{complaint_id}",
            complaint_id=complaint_id,
            seq=1,
            channel="petition",
            kind="accepted",
            body=body,
            digest="0",
            written_by="acc_1",
            written_at=at,
            not_before=at,
            state="confirmed",
            attempts=1,
            next_attempt_at=at,
            delivered_at=at,
        )
    ]


def test_without_a_page_for_workers_nobody_is_told(office: Office) -> None:
    def none(name: str) -> Connector:
        raise BadInput(f"The channels file says nothing about {name}.")

    assert tell_progress(office.store, none, actor=SYSTEM, at=office.at).known == 0
    with office.store.read() as session:
        assert session.scalars(select(ReceiptNumberRow)).all() == []
        assert session.scalars(select(ComplaintRow)).all() == []
