"""Messages: each fact told once, in order, and no more than its reader may see; a dead gateway loses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from casework.errors import Conflict, LeaseLost, NotAllowed, NotFound
from casework.messages import Occasion
from casework.people import Actor, Role
from casework.reaching import ReachedBy
from connectors.senders.base import Sender
from connectors.senders.hooks import Hooks
from connectors.senders.sms import SmsGateway
from sandbox.sinks.hooks import HookSink
from sandbox.sinks.sms_gateway import SmsSink
from services.cases import handling
from services.cases.outcomes import close_case
from services.cases.reopening import reopen_case
from services.messaging.addresses import add_address, end_address
from services.messaging.composing import Written, write_messages
from services.messaging.sending import SendCount, send_messages
from services.messaging.stuck import send_again, set_aside
from services.messaging.wordings import change_wording
from services.office.settings import Settings
from services.office.vitals import Health, judged, look
from services.replying.money_answers import worker_says
from services.replying.receipt_days import watch_receipts
from tests.services.lives import approved, served, told, with_phones
from tests.services.office import Office
from tests.services.work import C2, Work
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AuditRow,
    ClockRow,
    ComplaintVersionRow,
    MessageItemRow,
    MessageRow,
    ReplyRow,
    WarningRow,
)
from warehouse.queries.messages import messages
from warehouse.store.leases import acquire
from warehouse.store.messages import LEASE
from warehouse.store.settings import set_setting

SYSTEM = Actor.system("messages")
GRACE = timedelta(minutes=10)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@pytest.fixture
def gateway() -> Iterator[SmsSink]:
    sink = SmsSink()
    yield sink
    sink.stop()


class Post:
    """The messages of an office, one round at a time, by a gateway of text messages for all."""

    def __init__(self, office: Office, gateway: SmsSink) -> None:
        self.office, self.gateway = office, gateway
        self.ways: dict[ReachedBy, Sender] = {ReachedBy.SMS: SmsGateway(gateway.settings)}
        began = office.at - timedelta(minutes=1)
        write_messages(office.store, ways=self.ways, actor=SYSTEM, at=began, grace=GRACE)

    def write(self, at: datetime) -> Written:
        return write_messages(self.office.store, ways=self.ways, actor=SYSTEM, at=at, grace=GRACE)

    def send(self, at: datetime) -> SendCount:
        return send_messages(self.office.store, senders=self.ways, actor=SYSTEM, at=at, grace=GRACE)

    def round(self, at: datetime) -> SendCount:
        self.write(at)
        return self.send(at)

    def texts(self, to: str | None = None) -> list[str]:
        """What the gateway was given, each once."""
        return [one.text for one in self.gateway.taken if to in (None, one.to)]

    def states(self) -> list[tuple[str, str]]:
        with self.office.store.read() as session:
            rows = session.scalars(select(MessageRow).order_by(MessageRow.written_at, MessageRow.seq))
            return [(row.occasion, row.state) for row in rows]


@pytest.fixture
def post(office: Office, gateway: SmsSink) -> Post:
    return Post(office, gateway)


def accepted(office: Office, **case: Any) -> Work:
    work = Work(office, **case)
    with_phones(office, work.id)
    work.do(handling.accept_case)
    return work


def number_of(office: Office, actor: Actor, phone: str) -> str:
    """This officer is reached at a number."""
    return add_address(office.store, way=ReachedBy.SMS, typed=phone, actor=actor, at=office.at)


def due(office: Office, case_id: str, days: int) -> None:
    """The investigation of a case is due so many days from today."""
    with office.store.write() as session:
        clock = session.scalars(
            select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.kind == "investigate")
        ).one()
        clock.due_on, clock.provisional = office.at.date() + timedelta(days=days), False


def test_a_worker_is_told_each_step_once(office: Office, post: Post) -> None:
    work = accepted(office)
    assert post.round(office.at + timedelta(minutes=5)).sent == 1
    assert post.round(office.at + timedelta(minutes=9)) == SendCount()
    (said,) = post.texts("13812340000")
    with office.store.read() as session:
        (stored,) = session.execute(text("SELECT body FROM message")).scalars()
        assert said.encode() not in bytes(stored)
        versions = session.scalars(select(ComplaintVersionRow)).all()
        for secret in (work.lead.id, "蓝天", "3万", "工资没有发", *(one.complainant_name or "—" for one in versions)):
            assert secret not in said
    assert re.search(r"编号[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}）已于2026-11-20受理", said)


def test_what_arrived_is_on_record(office: Office, post: Post) -> None:
    accepted(office)
    post.gateway.arrives = False
    at = office.at + timedelta(minutes=5)
    post.round(at)
    assert post.states() == [("worker_accepted", "delivered")]
    post.gateway.taken[0].state = "arrived"
    assert post.round(at + timedelta(hours=1)).arrived == 1
    assert post.states() == [("worker_accepted", "confirmed")]


def test_nothing_is_told_of_what_was_before_the_first_look_nor_to_who_wants_nothing(
    office: Office, gateway: SmsSink
) -> None:
    accepted(office)
    office.at += timedelta(minutes=2)
    post = Post(office, gateway)
    quiet = accepted(office)
    with office.store.write() as session:
        for said in session.scalars(select(ComplaintVersionRow)):
            said.wants_reply = said.complaint_id not in told(office, quiet.id)
    assert post.write(office.at + timedelta(hours=2)) == Written()


def test_at_night_nobody_is_written_to_and_nothing_is_lost(office: Office, post: Post) -> None:
    accepted(office)
    night = office.at + timedelta(hours=14)
    assert post.round(night) == SendCount()
    assert post.states() == []
    morning = office.at + timedelta(hours=24)
    assert post.round(morning).sent == 1
    assert len(post.texts()) == 1


def test_an_older_unsent_message_holds_back_a_newer_one(office: Office, post: Post) -> None:
    work = accepted(office)
    post.gateway.faults.status = 503
    at = office.at + timedelta(minutes=1)
    assert post.round(at).waiting == 1
    close_by_sparing(work)
    at += timedelta(minutes=2)
    post.write(at)
    post.gateway.faults.clear()
    assert post.send(at) == SendCount()
    at += timedelta(minutes=30)
    assert post.send(at).sent == 2
    assert [("0受理" in one, "到手" in one) for one in post.texts()] == [(True, False), (False, True)]


def close_by_sparing(work: Work) -> None:
    """What an exemption needs after the acceptance, and the exemption itself."""
    work.corrected(accept=False)
    approved(work, C2)


def test_a_gateway_dead_for_three_days_loses_and_doubles_nothing(office: Office, post: Post) -> None:
    work = accepted(office)
    began = office.at
    post.gateway.faults.status = 503
    for hours in range(0, 24, 4):
        post.round(began + timedelta(hours=hours, minutes=1))
    office.at = began + timedelta(hours=24)
    close_by_sparing(work)
    for hours in range(24, 72, 4):
        post.round(began + timedelta(hours=hours, minutes=1))
    assert post.texts() == []
    post.gateway.faults.clear()
    monday = began + timedelta(days=3, hours=1)
    post.round(monday)
    post.round(monday + timedelta(hours=1))
    (said,) = post.texts("13812340000")
    assert said.startswith("【迟发3日，合并")
    assert "到手" in said
    assert {state for _, state in post.states()} == {"grouped", "confirmed"}
    with office.store.read() as session:
        facts = session.scalars(select(MessageItemRow.fact)).all()
        assert len(facts) == len(set(facts)) == 3
        (carrier,) = set(session.scalars(select(MessageItemRow.message_id)))
        row = session.get_one(MessageRow, carrier)
        assert (row.late_days, row.since) == (3, began + timedelta(minutes=1))


def test_while_one_gateway_is_dead_everybody_else_is_served(office: Office, post: Post) -> None:
    work = accepted(office)
    hooks = HookSink()
    way = Hooks(hooks.settings)
    try:
        post.ways |= {ReachedBy.WEBHOOK: way}
        add_address(office.store, way=ReachedBy.WEBHOOK, typed=hooks.address("a"), actor=work.lead, at=office.at)
        due(office, work.id, -1)
        post.gateway.faults.status = 503
        count = post.round(office.at + timedelta(minutes=15))
        assert (count.sent, count.waiting) == (1, 1)
        ((_, said),) = hooks.came
        number = office.look(work.id).matter_no
        assert said["message"].startswith("新派0件，临期0件，超期1件：")
        assert f"{number}（超期1个工作日）" in said["message"]
    finally:
        way.close()
        hooks.stop()


def test_a_gateway_that_is_dead_for_days_is_told_loudly_on_each_of_them(
    office: Office, post: Post, tmp_path: Path
) -> None:
    office.at += timedelta(days=3)  # Monday
    work, watch = accepted(office), Actor.system("watch")
    with office.store.write() as session:  # its channel has taken the answer: what waits is the message alone
        for answer in session.scalars(select(ReplyRow)):
            answer.state = "confirmed"
    post.gateway.faults.status = 503
    hooks = HookSink()
    post.ways |= {ReachedBy.WEBHOOK: Hooks(hooks.settings)}
    add_address(office.store, way=ReachedBy.WEBHOOK, typed=hooks.address("a"), actor=work.lead, at=office.at)
    raised, health = list[int](), list[str]()
    for hours in range(1, 74, 3):
        at = office.at + timedelta(hours=hours)
        post.round(at)
        raised.append(watch_receipts(office.store, actor=watch, at=at).raised)
        seen = {one.subject: one for one in judged(look(office.store, Settings(data_dir=tmp_path), at=at))}
        health.append(seen["messages"].health)
    assert (sum(raised), raised[:8]) == (3, [0] * 8), "once on each day, when a day of waiting is over"
    assert (health[0], health[3], health[-1]) == (Health.WELL, Health.LOOK, Health.BROKEN)
    with office.store.read() as session:
        alarm = session.scalars(select(WarningRow).where(WarningRow.state == "open")).one()
        assert (alarm.rule, alarm.facts["answers"]) == ("answers_stuck", 1)
    hooks.stop()
    post.gateway.faults.clear()
    back = office.at + timedelta(hours=75)
    post.round(back)
    assert watch_receipts(office.store, actor=watch, at=back).cleared == 1
    (said,) = post.texts("13812340000")
    assert said.startswith("【迟发3日"), "nothing is lost, and it says how late it is"


def test_what_the_gateway_took_and_we_did_not_note_is_not_told_anew(office: Office, post: Post) -> None:
    accepted(office)
    at = office.at + timedelta(minutes=1)
    post.round(at)
    with office.store.write() as session:
        row = session.scalars(select(MessageRow)).one()
        row.state, row.next_attempt_at, row.delivered_at = "pending", at, None
    post.send(at + timedelta(minutes=1))
    assert [one.asked for one in post.gateway.taken] == [2]
    with office.store.write() as session:
        row = session.scalars(select(MessageRow)).one()
        row.state, row.next_attempt_at, row.delivered_at = "pending", at, None
    post.send(at + timedelta(days=3))
    assert [one.asked for one in post.gateway.taken] == [2]
    assert post.states() == [("worker_accepted", "confirmed")]


def test_an_inspector_gets_one_digest_and_each_thing_once(office: Office, post: Post) -> None:
    one, other = accepted(office), accepted(office, employer="青岛绿水建筑有限公司")
    number_of(office, one.lead, "13900000001")
    due(office, one.id, -2)
    due(office, other.id, 1)
    at = office.at + timedelta(minutes=15)
    post.round(at)
    (said,) = post.texts("13900000001")
    assert said.startswith("新派0件，临期1件，超期1件：")
    for word in ("蓝天", "绿水", "13812340000", "工资"):
        assert word not in said
    due(office, other.id, -3)
    post.round(at + timedelta(minutes=30))
    assert len(post.texts("13900000001")) == 1
    post.round(at + timedelta(hours=2))
    first, second = post.texts("13900000001")
    assert (first, "临期0件，超期1件" in second) == (said, True)
    for hours in range(3, 9):
        post.round(at + timedelta(hours=hours))
    assert len(post.texts("13900000001")) == 2


def test_heads_are_told_of_red_of_their_place_alone(office: Office, post: Post) -> None:
    work = accepted(office)
    elsewhere = office.officer(Role.HEAD, "370211")
    number_of(office, office.head, "13900000002")
    number_of(office, elsewhere, "13900000003")
    due(office, work.id, -1)
    post.round(office.at + timedelta(minutes=1))
    (said,) = post.texts("13900000002")
    assert said.startswith("红牌：超期案件1件，红色预警0条。")
    assert post.texts("13900000003") == []


def test_what_does_not_hold_any_more_is_told_to_nobody(office: Office, post: Post) -> None:
    work = accepted(office)
    with office.store.write() as session:
        for said in session.scalars(select(ComplaintVersionRow)):
            said.wants_reply = False
    number_of(office, work.lead, "13900000001")
    due(office, work.id, -1)
    post.gateway.faults.status = 503
    at = office.at + timedelta(minutes=15)
    post.round(at)
    due(office, work.id, 30)
    post.gateway.faults.clear()
    post.round(at + timedelta(hours=1))
    assert post.texts() == []
    assert post.states() == [("inspector_digest", "withdrawn")]


def test_who_may_log_in_no_more_is_told_nothing(office: Office, post: Post) -> None:
    work = accepted(office)
    number_of(office, work.lead, "13900000001")
    due(office, work.id, -1)
    post.write(office.at + timedelta(minutes=15))
    with office.store.write() as session:
        session.get_one(AccountRow, work.lead.id).disabled_at = office.at
    post.send(office.at + timedelta(minutes=16))
    assert post.texts("13900000001") == []


def test_an_address_that_was_taken_back_gets_nothing(office: Office, post: Post) -> None:
    work = accepted(office)
    address = number_of(office, work.lead, "13900000001")
    with pytest.raises(NotAllowed):
        number_of(office, work.lead, "139 0000 0001")
    due(office, work.id, -1)
    post.write(office.at + timedelta(minutes=15))
    with pytest.raises(NotFound):
        end_address(office.store, address_id=address, actor=work.other, at=office.at)
    end_address(office.store, address_id=address, actor=work.lead, at=office.at)
    post.send(office.at + timedelta(minutes=16))
    assert post.texts("13900000001") == []
    with office.store.read() as session:
        (stored,) = session.execute(text("SELECT address FROM officer_address")).scalars()
        assert b"13900000001" not in bytes(stored)
        assert "13900000001" not in str(session.scalars(select(AuditRow.details)).all())


def test_the_words_are_those_of_the_office_by_version(office: Office, post: Post) -> None:
    worded: dict[str, Any] = {
        "occasion": Occasion.WORKER_ACCEPTED,
        "language": "zh_CN",
        "actor": office.head,
        "at": office.at,
    }
    assert change_wording(office.store, text="{receipt_no}已收到。", version=0, **worded) == 1
    with pytest.raises(Conflict):
        change_wording(office.store, text="{receipt_no}收到了。", version=0, **worded)
    accepted(office)
    post.round(office.at + timedelta(minutes=1))
    (said,) = post.texts()
    assert said.endswith("已收到。")
    with office.store.read() as session:
        assert session.scalars(select(MessageRow.wording_version)).one() == 1


def test_a_refused_message_waits_for_a_person_and_newer_ones_go_on(office: Office, post: Post) -> None:
    work = accepted(office)
    post.gateway.faults.status = 422
    at = office.at + timedelta(minutes=1)
    assert post.round(at).failed == 1
    post.gateway.faults.clear()
    elsewhere = office.officer(Role.HEAD, "370211")
    with office.store.read() as session:
        assert messages(session, elsewhere, at=at).lines == ()
        book = messages(session, office.head, at=at)
        assert (book.stuck, book.lines[0].error_code, book.lines[0].complaint_no is None) == (
            1,
            "refused_by_gateway",
            False,
        )
        message_id = book.lines[0].id
    with pytest.raises(NotFound):
        send_again(office.store, message_id="msg_none", actor=office.head, at=at)
    send_again(office.store, message_id=message_id, actor=office.head, at=at)
    assert post.send(at + timedelta(minutes=1)).sent == 1
    with pytest.raises(NotAllowed):
        set_aside(office.store, message_id=message_id, actor=office.head, at=at)
    assert len(post.texts()) == 1
    assert work.id


def test_a_case_that_was_reopened_is_not_told_as_ended(office: Office, post: Post) -> None:
    work = accepted(office)
    post.round(office.at + timedelta(minutes=1))
    post.gateway.faults.status = 503
    close_by_sparing(work)
    served(work, "exemption_decision")
    for one in told(office, work.id):
        worker_says(office.store, complaint_id=one, came=True, actor=SYSTEM, at=office.at)
    work.do(close_case, actor=office.head)
    post.round(office.at + timedelta(minutes=2))
    work.do(reopen_case, actor=office.head, reason="再查")
    post.gateway.faults.clear()
    post.round(office.at + timedelta(hours=1))
    assert len(post.texts()) == 1


def test_a_run_that_leaves_some_is_followed_by_one_that_goes_on_from_there(office: Office, post: Post) -> None:
    """All in one moment, so that the next look begins with those who were told already."""
    for _ in range(3):
        accepted(office)
    at = office.at + timedelta(minutes=1)
    few: dict[str, Any] = {"ways": post.ways, "actor": SYSTEM, "grace": GRACE, "most": 1}
    written = [write_messages(office.store, at=at + timedelta(minutes=minute), **few).workers for minute in range(5)]
    assert written == [1, 1, 1, 0, 0]
    with office.store.read() as session:
        readers = session.scalars(select(MessageRow.complaint_id)).all()
        assert len(readers) == len(set(readers)) == 3


def test_two_senders_never_work_at_once(office: Office, post: Post) -> None:
    with office.store.write() as session:
        acquire(session, LEASE, holder="other", at=office.at)
    with pytest.raises(LeaseLost):
        post.send(office.at)


def test_an_office_without_quiet_hours_writes_at_night(office: Office, post: Post) -> None:
    with office.store.write() as session:
        set_setting(session, "message.quiet_hours", "00:00-00:00", source="test", by=office.head.id, at=office.at)
    accepted(office)
    assert post.round(office.at + timedelta(hours=14)).sent == 1
