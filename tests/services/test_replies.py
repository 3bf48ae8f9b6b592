"""Answers: in order, at least once with one effect, confirmed only when read back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import LeaseLost
from casework.people import Actor
from casework.reply import Letter, Receipt, ReplyKind
from services.arriving.intake import collect_channel
from services.arriving.watching import watch_channels
from services.replying.replies import send_due
from tests.notebook import Notebook, notebook
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ChannelRow, ClockRow, ComplaintRow, LeaseRow, ReceiptRow, ReplyRow, WarningRow
from warehouse.store.leases import acquire
from warehouse.store.replies import LEASE, READINGS, begin_attempt, note_trouble, write_reply

SYSTEM = Actor.system("test")


@pytest.fixture
def book(store: Warehouse, tmp_path: Path, now: datetime) -> Notebook:
    book = notebook(tmp_path)
    book.write(key="a", at=now.isoformat(), text="欠薪")
    book.write(key="quiet", at=now.isoformat(), text="欠薪", reply="0")
    collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
    return book


def owe(store: Warehouse, now: datetime, body: str, key: str = "a", kind: ReplyKind = ReplyKind.ACCEPTED) -> str | None:
    with store.write() as session:
        complaint_id = session.scalars(select(ComplaintRow.id).where(ComplaintRow.source_key == key)).one()
        return write_reply(session, complaint_id=complaint_id, kind=kind, body=body, by="acc_1", at=now, not_before=now)


def send(store: Warehouse, book: Notebook, at: datetime) -> tuple[int, int, int, int]:
    count = send_due(store, connector_of=lambda _name: book, actor=SYSTEM, at=at)
    return count.sent, count.confirmed, count.failed, count.waiting


def state(store: Warehouse) -> list[tuple[str, str | None]]:
    with store.read() as session:
        return [(row.state, row.error_code) for row in session.scalars(select(ReplyRow).order_by(ReplyRow.seq))]


def test_an_answer_is_confirmed_when_it_was_read_back(store: Warehouse, book: Notebook, now: datetime) -> None:
    owe(store, now, "已受理")
    assert send(store, book, now) == (1, 1, 0, 0)
    assert send(store, book, now) == (0, 0, 0, 0)
    assert [answer["body"] for answer in book.shown().values()] == ["已受理"]
    with store.read() as session:
        assert session.scalars(select(ReceiptRow.equal)).all() == [True]
        clocks = session.scalars(select(ClockRow.state).where(ClockRow.kind == "reply")).all()
        assert clocks == ["met"]


def test_nobody_is_answered_who_wants_no_answer(store: Warehouse, book: Notebook, now: datetime) -> None:
    assert owe(store, now, "已受理", key="quiet") is None


def test_an_older_answer_holds_back_a_newer_one(store: Warehouse, book: Notebook, now: datetime) -> None:
    owe(store, now, "first")
    owe(store, now, "second", kind=ReplyKind.RESULT)
    book.trouble = "down"
    assert send(store, book, now) == (0, 0, 0, 1)
    book.trouble = None
    assert send(store, book, now + timedelta(minutes=4)) == (0, 0, 0, 0)
    assert send(store, book, now + timedelta(minutes=5)) == (1, 1, 0, 0)
    assert send(store, book, now + timedelta(minutes=5)) == (1, 1, 0, 0)
    assert [answer["body"] for answer in book.shown().values()] == ["first", "second"]


def test_of_a_channel_that_is_down_one_answer_is_tried_and_the_others_wait(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    book.write(key="b", at=now.isoformat(), text="欠薪")
    collect_channel(store, book, run_id="s", clock=lambda: now, actor=SYSTEM)
    for key in ("a", "b"):
        owe(store, now, "已受理", key=key)
    book.trouble = "down"
    assert send(store, book, now) == (0, 0, 0, 2)
    with store.read() as session:
        assert sorted(session.scalars(select(ReplyRow.attempts))) == [0, 1]
    assert state(store) == [("pending", "channel_unavailable")] * 2


def test_an_answer_that_is_withdrawn_on_its_way_out_is_not_sent(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    reply_id = owe(store, now, "已受理")

    def too_late(_channel: str) -> Notebook:
        with store.write() as session:
            session.get_one(ReplyRow, reply_id).state = "withdrawn"
            lease = session.get_one(LeaseRow, LEASE)
            assert ((lease.holder or "")[:4], lease.expires_at) == ("run_", now + timedelta(minutes=30))
        return book

    count = send_due(store, connector_of=too_late, actor=SYSTEM, at=now)
    assert (count.sent, count.confirmed, count.failed, count.waiting) == (0, 0, 0, 0)
    assert book.shown() == {}
    assert state(store) == [("withdrawn", None)]


def test_a_second_failure_waits_half_an_hour(store: Warehouse, book: Notebook, now: datetime) -> None:
    reply_id = owe(store, now, "first")
    assert reply_id is not None
    with store.write() as session:
        begin_attempt(session, reply_id)
        begin_attempt(session, reply_id)
        note_trouble(session, reply_id, code="channel_unavailable", words="down", at=now)
        assert session.get_one(ReplyRow, reply_id).next_attempt_at == now + timedelta(minutes=30)


def test_what_was_taken_and_not_noted_is_sent_again_with_one_effect(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    owe(store, now, "已受理")
    send(store, book, now)
    with store.write() as session:
        row = session.scalars(select(ReplyRow)).one()
        row.state, row.next_attempt_at = "pending", now
    assert send(store, book, now) == (1, 1, 0, 0)
    assert len(book.answers.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("trouble", "left", "counted"),
    [
        ("alters", ("delivered", "read_back_differs"), (1, 0, 0, 1)),
        ("refused", ("failed", "refused_by_channel"), (0, 0, 1, 0)),
        ("forgets", ("pending", "not_there"), (1, 0, 0, 1)),
    ],
)
def test_trouble_is_loud(
    store: Warehouse,
    book: Notebook,
    now: datetime,
    trouble: str,
    left: tuple[str, str],
    counted: tuple[int, int, int, int],
) -> None:
    owe(store, now, "已受理")
    book.trouble = trouble
    assert send(store, book, now) == counted
    assert state(store) == [left]


def test_a_text_that_stays_another_is_put_to_a_person_and_counted_as_failed(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    owe(store, now, "已受理")
    book.trouble = "alters"
    counted = [send(store, book, now + timedelta(hours=reading)) for reading in range(READINGS + 1)]
    assert counted == [(1, 0, 0, 1), *[(0, 0, 0, 1)] * (READINGS - 2), (0, 0, 1, 0), (0, 0, 0, 0)]
    assert state(store) == [("failed", "read_back_differs")]


def test_what_a_run_sent_is_in_the_audit_log(store: Warehouse, book: Notebook, now: datetime) -> None:
    owe(store, now, "已受理")
    send(store, book, now)
    send(store, book, now)
    with store.read() as session:
        rows = session.scalars(select(AuditRow.details).where(AuditRow.act == "send_replies")).all()
    assert rows == [{"sent": 1, "confirmed": 1, "failed": 0}]


def test_two_senders_never_work_at_once(store: Warehouse, book: Notebook, now: datetime) -> None:
    with store.write() as session:
        acquire(session, LEASE, holder="other", at=now)
    with pytest.raises(LeaseLost):
        send(store, book, now)


class SlowBook(Notebook):
    """Needs twenty minutes a letter; meanwhile somebody tries to take over, and may where the run is `outlasted`."""

    store: Warehouse
    at: datetime
    outlasted = False

    def now(self) -> datetime:
        return self.at

    def reply(self, letter: Letter) -> Receipt:
        self.at += timedelta(minutes=20)
        if self.outlasted:
            self.at += timedelta(hours=1)
            self._take()
        else:
            with pytest.raises(LeaseLost):
                self._take()
        return super().reply(letter)

    def _take(self) -> None:
        with self.store.write() as session:
            acquire(session, LEASE, holder="other", at=self.at)


@pytest.fixture
def slow(store: Warehouse, book: Notebook, now: datetime) -> SlowBook:
    """Three complaints, each with an answer that is due."""
    for key in ("b", "c"):
        book.write(key=key, at=now.isoformat(), text="欠薪")
    collect_channel(store, book, run_id="r2", clock=lambda: now, actor=SYSTEM)
    for key in ("a", "b", "c"):
        owe(store, now, "已受理", key)
    slow = SlowBook(book.lines, book.answers)
    slow.store, slow.at = store, now
    return slow


def test_a_long_run_keeps_its_lease(store: Warehouse, slow: SlowBook, now: datetime) -> None:
    count = send_due(store, connector_of=lambda _name: slow, actor=SYSTEM, at=now, clock=slow.now)
    assert (count.sent, count.confirmed) == (3, 3)
    assert slow.at == now + timedelta(hours=1)


@pytest.mark.parametrize("trouble", ["down", "refused"])
def test_a_run_that_lost_its_lease_notes_no_trouble(
    store: Warehouse, slow: SlowBook, now: datetime, trouble: str
) -> None:
    slow.trouble, slow.outlasted = trouble, True
    with pytest.raises(LeaseLost):
        send_due(store, connector_of=lambda _name: slow, actor=SYSTEM, at=now, clock=slow.now)
    assert state(store) == [("pending", None)] * 3


def test_a_silent_channel_is_warned_of_once_and_cleared_when_it_is_back(store: Warehouse, now: datetime) -> None:
    with store.write() as session:
        row = ChannelRow(name="petition", failures=0, answers=True, last_attempt_at=now, last_success_at=now)
        session.add(row)
    assert watch_channels(store, actor=SYSTEM, at=now).alarms == 0
    late = now + timedelta(days=1)
    first, again = (watch_channels(store, actor=SYSTEM, at=late) for _ in range(2))
    assert (first.alarms, first.raised, again.alarms, again.raised) == (1, 1, 1, 0)
    with store.write() as session:
        session.get_one(ChannelRow, "petition").last_success_at = late
    assert watch_channels(store, actor=SYSTEM, at=late).cleared == 1
    with store.read() as session:
        warning = session.scalars(select(WarningRow)).one()
        assert (warning.rule, warning.state, warning.facts["why"]) == ("channel_silent", "cleared", "silent")
