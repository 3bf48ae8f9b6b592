"""The receipt book: every source id in one place, the day's balance without a remainder, and loud where it has one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.lifecycle import ComplaintStatus
from casework.people import Actor, Role
from casework.receipts import ENDED, Place, Way
from casework.reply import ReplyKind
from services.arriving.intake import collect_channel
from services.arriving.mending import discard_many
from services.replying.receipt_days import explain_day, watch_receipts
from services.replying.replies import send_due
from services.replying.settling import close_if_settled
from services.replying.stuck_answers import tell_otherwise, try_again
from tests.notebook import notebook
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    ComplaintRow,
    LandedRow,
    LifeMoveRow,
    ReceiptDayRow,
    ReceiptRow,
    ReplyRow,
    WarningRow,
)
from warehouse.queries.receipt_days import apart, day_lines
from warehouse.queries.receipts import GROUPS, BookLine, Wanted, book_lines, count_lines
from warehouse.store.leases import acquire
from warehouse.store.lives import follow, standings, step_complaint
from warehouse.store.receipts import balance_of
from warehouse.store.replies import LEASE, write_reply

SYSTEM = Actor.system("test")
HEAD = Actor("acc_head", frozenset({Role.HEAD}), ("",))
DESK = Actor("acc_desk", frozenset({Role.DESK_OFFICER}), ("",))


class Book:
    """One channel with a hand on it, and a store."""

    def __init__(self, store: Warehouse, folder: Path, now: datetime) -> None:
        self.store, self.now, self.line = store, now, notebook(folder)
        self.runs = 0

    def came(self, key: str, *, broken: bool = False, text: str = "欠薪", reply: str = "1") -> None:
        """A record comes in; a broken one has no reading."""
        said = {"amount": "many"} if broken else {}
        self.line.write(key=key, at=self.now.isoformat(), text=text, reply=reply, **said)
        self.collect()

    def collect(self) -> None:
        self.runs += 1
        collect_channel(self.store, self.line, run_id=f"r{self.runs}", clock=lambda: self.now, actor=SYSTEM)

    def complaint(self, key: str) -> str:
        with self.store.read() as session:
            return session.scalars(select(ComplaintRow.id).where(ComplaintRow.source_key == key)).one()

    def judge(self, key: str, to: ComplaintStatus = ComplaintStatus.ACCEPTED) -> None:
        with self.store.write() as session:
            one = self.complaint(key)
            follow(session, one, ComplaintStatus.JUDGED, by="system:test", at=self.now)
            follow(session, one, to, by="system:test", at=self.now)

    def owe(self, key: str, kind: ReplyKind = ReplyKind.RESULT, body: str = "已办结") -> str:
        with self.store.write() as session:
            written = write_reply(
                session,
                complaint_id=self.complaint(key),
                kind=kind,
                body=body,
                by="acc_1",
                at=self.now,
                not_before=self.now,
            )
            assert written is not None
            return written

    def send(self) -> None:
        send_due(self.store, connector_of=lambda _: self.line, actor=SYSTEM, at=self.now)

    def watch(self) -> None:
        watch_receipts(self.store, actor=SYSTEM, at=self.now)

    def days(self) -> list[ReceiptDayRow]:
        with self.store.read() as session:
            found = session.scalars(select(ReceiptDayRow).order_by(ReceiptDayRow.day)).all()
            session.expunge_all()
            return list(found)

    def place(self, key: str) -> Place:
        with self.store.read() as session:
            lines = [line for group in ("all", "quarantine") for line in self._lines(session, group)]
            return next(line.place for line in lines if line.source_key == key)

    def _lines(self, session: Session, group: str) -> list[BookLine]:
        return book_lines(session, DESK, Wanted(group=group), limit=500)


@pytest.fixture
def book(store: Warehouse, tmp_path: Path, now: datetime) -> Book:
    return Book(store, tmp_path, now)


def test_a_source_id_goes_from_received_to_read_back(book: Book) -> None:
    book.came("a")
    assert book.place("a") is Place.ACCEPTED
    book.judge("a")
    book.owe("a")
    assert book.place("a") is Place.WRITTEN
    book.line.trouble = "forgets"
    book.send()
    assert book.place("a") is Place.WRITTEN, "the channel took it and lost it: it goes again"
    book.line.trouble, book.now = None, book.now + timedelta(minutes=5)
    book.send()
    assert book.place("a") is Place.ANSWERED
    with book.store.read() as session:
        (line,) = book_lines(session, DESK, Wanted(), limit=9)
    assert line.received_at <= (line.written_at or line.received_at)
    assert line.sent_at == line.read_back_at == book.now


def test_the_balance_of_a_day_has_no_remainder(book: Book) -> None:
    for key in "abcd":
        book.came(key)
    book.came("bad", broken=True)
    book.came("quiet", reply="0")
    book.judge("a")
    book.owe("a")
    book.judge("b", ComplaintStatus.DECLINED)
    book.owe("b", ReplyKind.DECLINED)
    book.send()
    with book.store.read() as session:
        landed = session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")).all()
    discard_many(book.store, landed_ids=landed, reason="twice", actor=SYSTEM, at=book.now)
    book.judge("quiet")
    with book.store.write() as session:
        assert close_if_settled(session, book.complaint("quiet"), by="system:test", at=book.now)
    book.now += timedelta(days=1)
    book.watch()
    (day,) = book.days()
    assert (day.carried_over, day.received, day.opened_again) == (0, 6, 0)
    assert (day.answered, day.declined, day.not_owed, day.discarded) == (1, 1, 1, 1)
    assert (day.still_open, day.remainder, day.unproven) == (2, 0, 0)
    book.watch()
    assert len(book.days()) == 1, "a day is counted once"


def _random_day(book: Book, chance: random.Random, keys: dict[str, str]) -> None:
    """Some acts of one day, whichever the state of each source id allows."""
    for _ in range(chance.randrange(4, 18)):
        book.now += timedelta(minutes=chance.randrange(1, 80))
        act = chance.choice((*("come", "judge", "owe", "send") * 3, "told", "again", "reopen", "discard"))
        book.line.trouble = chance.choice((*(None,) * 6, "down", "refused", "forgets", "alters"))
        if act == "come":
            key = f"k{len(keys)}"
            keys[key] = "broken" if chance.random() < 0.2 else "good"
            book.line.trouble = None
            book.came(key, broken=keys[key] == "broken", reply=chance.choice("1110"))
            continue
        good = [key for key, what in keys.items() if what == "good"]
        if act in ("judge", "owe", "reopen") and good:
            _one_step(book, chance, chance.choice(good), act)
        elif act == "send":
            book.send()
        elif act in ("told", "again"):
            _lever(book, act)
        elif act == "discard":
            _quarantine(book, chance, keys)


def _one_step(book: Book, chance: random.Random, key: str, act: str) -> None:
    one = book.complaint(key)
    with book.store.read() as session:
        now = standings(session, [one])[one]
    if act == "judge" and now is ComplaintStatus.RECEIVED:
        book.judge(key, chance.choice((ComplaintStatus.ACCEPTED, ComplaintStatus.DECLINED, ComplaintStatus.REDIRECTED)))
    elif act == "owe" and now in (ComplaintStatus.ACCEPTED, ComplaintStatus.DECLINED, ComplaintStatus.REDIRECTED):
        kind = {ComplaintStatus.ACCEPTED: ReplyKind.RESULT, ComplaintStatus.DECLINED: ReplyKind.DECLINED}
        with book.store.write() as session:
            written = write_reply(
                session,
                complaint_id=one,
                kind=kind.get(now, ReplyKind.REDIRECTED),
                body=f"{key} {book.now}",
                by="acc_1",
                at=book.now,
                not_before=book.now,
            )
            if written is None:
                close_if_settled(session, one, by="system:test", at=book.now)
    elif act == "reopen" and now in ENDED:
        with book.store.write() as session:
            step_complaint(session, one, ComplaintStatus.ACCEPTED, by="system:test", at=book.now)


def _lever(book: Book, act: str) -> None:
    with book.store.read() as session:
        failed = session.scalars(
            select(ReplyRow.id).where(ReplyRow.state == "failed", ReplyRow.told_at.is_(None)).limit(1)
        ).first()
    if failed is None:
        return
    try:
        if act == "told":
            tell_otherwise(book.store, reply_id=failed, way=Way.TELEPHONE, note="called", actor=SYSTEM, at=book.now)
        else:
            try_again(book.store, reply_id=failed, actor=SYSTEM, at=book.now)
    except NotAllowed:
        pass


def _quarantine(book: Book, chance: random.Random, keys: dict[str, str]) -> None:
    """What waits is set aside, or comes again mended, even after it was set aside."""
    broken = [key for key, what in keys.items() if what == "broken"]
    if not broken:
        return
    key = chance.choice(broken)
    if chance.random() < 0.4:
        book.line.trouble, keys[key] = None, "good"
        book.came(key)
        return
    with book.store.read() as session:
        ids = session.scalars(
            select(LandedRow.id).where(LandedRow.source_key == key, LandedRow.state == "quarantined")
        ).all()
    if ids:
        discard_many(book.store, landed_ids=ids, reason="twice", actor=SYSTEM, at=book.now)


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_leave_no_remainder(book: Book, seed: int) -> None:
    chance, keys = random.Random(seed), dict[str, str]()
    for _ in range(14):
        morning = book.now
        _random_day(book, chance, keys)
        book.now = max(morning + timedelta(days=1), book.now)
        if chance.random() < 0.7:  # the watch may miss a day; it is made up for
            book.watch()
    book.now += timedelta(days=1)
    book.watch()
    days = book.days()
    assert len(days) >= 10
    assert [(row.day, row.remainder) for row in days if row.remainder] == []
    assert [(row.day, row.unproven) for row in days if row.unproven] == []
    for before, after in pairwise(days):
        assert after.carried_over == before.still_open
    assert sum(row.answered + row.declined + row.redirected for row in days) > 0
    assert sum(row.received for row in days) == len(keys)


def test_a_fact_that_vanished_is_a_remainder_and_an_alarm_until_a_head_explains_it(book: Book) -> None:
    for key in "ab":
        book.came(key)
        book.judge(key)
        book.owe(key)
    book.send()
    book.now += timedelta(days=3)  # Monday
    book.watch()
    assert [row.still_open for row in book.days()] == [0, 0, 0]
    with book.store.write() as session:
        session.execute(delete(LifeMoveRow).where(LifeMoveRow.complaint_id == book.complaint("a")))
    book.now += timedelta(days=1)
    book.watch()
    odd = book.days()[-1]
    assert (odd.remainder, odd.still_open) == (-1, 1)
    with book.store.read() as session:
        alarm = session.scalars(select(WarningRow).where(WarningRow.state == "open")).one()
        assert (alarm.rule, alarm.channel, alarm.facts["remainder"]) == ("answers_stuck", "notebook", 1)
    with pytest.raises(NotAllowed):
        explain_day(book.store, channel="notebook", day=odd.day, words="why", actor=DESK, at=book.now)
    with pytest.raises(BadInput):
        explain_day(book.store, channel="notebook", day=odd.day, words=" ", actor=HEAD, at=book.now)
    with pytest.raises(NotAllowed):
        explain_day(book.store, channel="notebook", day=book.days()[0].day, words="why", actor=HEAD, at=book.now)
    explain_day(book.store, channel="notebook", day=odd.day, words="test of the alarm", actor=HEAD, at=book.now)
    book.watch()
    with book.store.read() as session:
        assert session.scalars(select(WarningRow.state)).all() == ["cleared"]


def test_something_over_without_proof_is_told_apart(book: Book) -> None:
    book.came("a")
    book.judge("a")
    with book.store.write() as session:
        step_complaint(session, book.complaint("a"), ComplaintStatus.CLOSED, by="system:test", at=book.now)
    with book.store.read() as session:
        day = balance_of(session, "notebook", local_day(book.now))
    assert (day.unproven, day.remainder) == (1, 0)
    assert book.place("a") is Place.UNPROVEN


def test_another_text_is_read_again_then_put_to_a_person_beside_ours(book: Book) -> None:
    book.came("a")
    book.judge("a")
    reply_id = book.owe("a")
    book.line.trouble = "alters"
    for minutes in (0, 5, 30):
        book.now += timedelta(minutes=minutes)
        book.send()
        assert book.place("a") is Place.DIFFERS
    with book.store.read() as session:
        assert session.get_one(ReplyRow, reply_id).state == "failed"
        assert session.scalars(select(ReceiptRow.shown)).all() == ["something else"] * 3
    assert len(book.line.answers.read_text("utf-8").splitlines()) == 1
    assert try_again(book.store, reply_id=reply_id, actor=DESK, at=book.now) == "delivered"
    book.line.answers.write_text(book.line.answers.read_text("utf-8").replace("something else", "已办结"))
    book.send()
    assert book.place("a") is Place.ANSWERED


def test_what_a_channel_refuses_is_loud_every_working_day_until_it_was_told(book: Book) -> None:
    book.came("a")
    book.judge("a")
    reply_id = book.owe("a")
    book.line.trouble = "refused"
    book.send()
    assert book.place("a") is Place.REFUSED
    raised = []
    for _ in range(5):  # Friday to Tuesday
        for _ in range(2):
            raised.append(watch_receipts(book.store, actor=SYSTEM, at=book.now).raised)
            book.now += timedelta(hours=1)
        book.now += timedelta(hours=22)
    assert raised == [1, 0, 0, 0, 0, 0, 1, 0, 1, 0], "anew on each working day, once a day"
    with pytest.raises(BadInput):
        tell_otherwise(book.store, reply_id=reply_id, way=Way.LETTER, note=" ", actor=DESK, at=book.now)
    nobody = Actor("acc_x", frozenset({Role.INSPECTOR}), ("",))
    with pytest.raises(NotFound):
        tell_otherwise(book.store, reply_id=reply_id, way=Way.LETTER, note="x", actor=nobody, at=book.now)
    tell_otherwise(book.store, reply_id=reply_id, way=Way.LETTER, note="sent today", actor=DESK, at=book.now)
    assert book.place("a") is Place.TOLD
    assert watch_receipts(book.store, actor=SYSTEM, at=book.now).cleared == 1
    with pytest.raises(NotAllowed):
        tell_otherwise(book.store, reply_id=reply_id, way=Way.LETTER, note="again", actor=DESK, at=book.now)
    with book.store.read() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject == reply_id)).all()
    assert acts == ["tell_otherwise"]


def test_a_refused_answer_is_not_sent_behind_a_newer_one(book: Book) -> None:
    book.came("a")
    book.judge("a")
    first = book.owe("a", ReplyKind.ACCEPTED, "已受理")
    book.line.trouble = "refused"
    book.send()
    book.line.trouble = None
    assert try_again(book.store, reply_id=first, actor=DESK, at=book.now) == "pending"
    book.line.trouble = "refused"
    book.send()
    book.owe("a")
    book.line.trouble = None
    book.send()
    assert book.place("a") is Place.ANSWERED
    with pytest.raises(NotAllowed, match="newer"):
        try_again(book.store, reply_id=first, actor=DESK, at=book.now)


def test_an_older_answer_holds_a_newer_one_until_it_was_read_back(book: Book) -> None:
    book.came("a")
    book.judge("a")
    book.owe("a", ReplyKind.ACCEPTED, "已受理")
    book.owe("a")
    book.line.trouble = "alters"
    book.send()
    book.send()
    assert [one["body"] for one in book.line.shown().values()] == ["something else"]


def test_a_lever_waits_for_the_sender(book: Book) -> None:
    book.came("a")
    reply_id = book.owe("a")
    book.line.trouble = "refused"
    book.send()
    with book.store.write() as session:
        acquire(session, LEASE, holder="run", at=book.now)
    with pytest.raises(NotAllowed, match="being sent"):
        try_again(book.store, reply_id=reply_id, actor=DESK, at=book.now)


def test_groups_count_what_they_list(book: Book) -> None:
    for key in "abc":
        book.came(key)
    book.came("bad", broken=True)
    book.judge("a")
    book.owe("a")
    book.send()
    book.owe("b", ReplyKind.ACCEPTED)
    with book.store.read() as session:
        found = {group: count_lines(session, DESK, Wanted(group=group)) for group in GROUPS}
        assert found == {"all": 3, "open": 2, "on_the_way": 1, "with_a_person": 0, "over": 1, "quarantine": 1}
        for group, count in found.items():
            for wanted in (Wanted(group=group), Wanted("notebook", local_day(book.now), group)):
                assert len(book_lines(session, DESK, wanted, limit=99)) == count_lines(session, DESK, wanted) == count
        assert count_lines(session, HEAD, Wanted(group="quarantine")) == 0, "the desk mends them"
        assert count_lines(session, DESK, Wanted("petition")) == 0
        (line,) = day_lines(session, local_day(book.now), today=local_day(book.now))
        assert (line.balance.received, line.balance.still_open, line.counted_at) == (4, 3, None)


def test_two_texts_are_cut_where_they_differ() -> None:
    assert apart("已付八千元。", "已付三千元。") == (("已付", "八", "千元。"), ("已付", "三", "千元。"))
    assert apart("aa", "a") == (("a", "a", ""), ("a", "", ""))
    assert apart("x", "x") == (("x", "", ""), ("x", "", ""))
