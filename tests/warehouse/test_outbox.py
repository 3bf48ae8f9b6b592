"""The outbox: what is owed, in which order it goes out, and what becomes of an answer that does not arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.reply import Receipt, ReplyKind
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ComplaintVersionRow, ReceiptRow, ReplyRow
from warehouse.store import replies
from warehouse.store.replies import body_digest, due_replies, write_replies, write_reply

SOON, LATER = timedelta(minutes=5), timedelta(minutes=30)


@dataclass
class Outbox:
    """Two complaints that are answered, and one of a channel that takes no answers."""

    session: Session
    at: datetime
    one: str
    other: str
    walk_in: str

    def owe(
        self, to: str, kind: ReplyKind = ReplyKind.ACCEPTED, body: str = "已受理", wait: timedelta | None = None
    ) -> str:
        """An answer that goes out now, or after a while."""
        not_before = self.at + (wait or timedelta())
        made = write_reply(
            self.session, complaint_id=to, kind=kind, body=body, by="acc_1", at=self.at, not_before=not_before
        )
        assert made
        return made

    def row(self, reply_id: str) -> ReplyRow:
        return self.session.get_one(ReplyRow, reply_id)

    def due(self, after: timedelta = timedelta(), limit: int = 99) -> list[tuple[str, bool]]:
        return [(one.reply_id, one.delivered) for one in due_replies(self.session, at=self.at + after, limit=limit)]

    def send(self, reply_id: str) -> None:
        assert replies.begin_attempt(self.session, reply_id)
        replies.note_delivered(self.session, reply_id, at=self.at)

    def read(self, reply_id: str, body: str = "已受理") -> bool:
        return replies.note_read_back(self.session, reply_id, Receipt("ref", body, self.at), at=self.at)

    def trouble(self, reply_id: str) -> None:
        replies.note_trouble(self.session, reply_id, code="down", words="It is away.", at=self.at)


@pytest.fixture
def outbox(store: Warehouse, now: datetime) -> Iterator[Outbox]:
    office = Office(store, now)
    office.case(channels=("hotline_12345", "petition", "walk_in"))
    with store.write() as session:
        by_channel = dict(session.execute(select(ComplaintRow.channel, ComplaintRow.id)).tuples().all())
        yield Outbox(session, now, *(by_channel[one] for one in ("hotline_12345", "petition", "walk_in")))


@pytest.mark.parametrize("body", ["已受理\n请等待", " 已受理  \n请等待\n\n", "已受理\r\n请等待", "\t已受理\n请等待 "])
def test_line_ends_and_outer_space_make_no_difference(body: str) -> None:
    assert body_digest(body) == body_digest("已受理\n请等待")
    assert body_digest(body) != body_digest("已受理请等待")
    assert body_digest(body) != body_digest("已受理\n 请等待")
    assert len(body_digest(body)) == 64


def test_what_is_owed_is_kept_with_its_place_among_the_answers_of_its_complaint(outbox: Outbox) -> None:
    first, second, other = (
        outbox.owe(outbox.one),
        outbox.owe(outbox.one, ReplyKind.RESULT, "结"),
        outbox.owe(outbox.other),
    )
    assert [outbox.row(one).seq for one in (first, second, other)] == [1, 2, 1]
    row = outbox.row(second)
    assert (row.channel, row.kind, row.body, row.state, row.attempts) == ("hotline_12345", "result", "结", "pending", 0)
    assert (row.written_by, row.written_at, row.not_before, row.next_attempt_at) == ("acc_1", *[outbox.at] * 3)
    assert (row.key, row.digest, row.complaint_id) == (second, body_digest("结"), outbox.one)
    assert row.id.startswith("rep_")


def test_nobody_is_owed_an_answer_who_wants_none_or_whose_channel_takes_none(outbox: Outbox) -> None:
    outbox.session.execute(
        update(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == outbox.other).values(wants_reply=False)
    )
    bodies = dict.fromkeys((outbox.one, outbox.other, outbox.walk_in), "已受理")
    said = {"kind": ReplyKind.ACCEPTED, "by": "acc_1", "at": outbox.at, "not_before": outbox.at}
    assert set(write_replies(outbox.session, bodies, **said)) == {outbox.one}  # type: ignore[arg-type]  # by name
    assert write_reply(outbox.session, complaint_id=outbox.walk_in, body="x", **said) is None  # type: ignore[arg-type]


def test_answers_are_due_from_their_hour_on_the_longest_waiting_first(outbox: Outbox) -> None:
    late, early = outbox.owe(outbox.one, wait=SOON), outbox.owe(outbox.other)
    assert outbox.due() == [(early, False)]
    assert outbox.due(SOON - timedelta(seconds=1)) == [(early, False)]
    assert outbox.due(SOON) == [(early, False), (late, False)]
    assert outbox.due(SOON, limit=1) == [(early, False)]
    (letter,) = [one.letter for one in due_replies(outbox.session, at=outbox.at, limit=1)]
    assert (letter.key, letter.channel, letter.kind, letter.body) == (early, "petition", ReplyKind.ACCEPTED, "已受理")
    assert letter.written_at == outbox.at
    assert letter.source_key == outbox.session.get_one(ComplaintRow, outbox.other).source_key


def test_an_hour_that_was_moved_on_holds_though_the_next_try_is_due(outbox: Outbox) -> None:
    one = outbox.owe(outbox.one, wait=LATER)
    outbox.row(one).next_attempt_at = outbox.at
    outbox.session.flush()
    assert outbox.due() == []
    assert outbox.due(LATER) == [(one, False)]


def test_an_older_answer_holds_a_newer_one_back_until_it_was_read_back_or_failed(outbox: Outbox) -> None:
    first, second = outbox.owe(outbox.one), outbox.owe(outbox.one, ReplyKind.RESULT)
    assert outbox.due() == [(first, False)]
    outbox.send(first)
    assert outbox.due() == [(first, True)]
    assert outbox.read(first)
    assert outbox.due() == [(second, False)]
    outbox.row(first).state = "delivered"
    outbox.send(second)
    assert outbox.due() == [(first, True), (second, True)]
    third = outbox.owe(outbox.one, ReplyKind.ANSWER)
    for one in (first, second):
        replies.note_failed(outbox.session, one, code="refused", words="No.", at=outbox.at)
    assert outbox.due() == [(third, False)]


def test_only_what_nobody_began_to_send_is_withdrawn(outbox: Outbox) -> None:
    begun, plain = outbox.owe(outbox.one), outbox.owe(outbox.other)
    other_kind = outbox.owe(outbox.other, ReplyKind.RESULT)
    assert replies.begin_attempt(outbox.session, begun)
    later = outbox.at + SOON
    taken = replies.withdraw_unsent(
        outbox.session, complaint_ids=[outbox.one, outbox.other], kind=ReplyKind.ACCEPTED, at=later
    )
    assert taken == 1
    assert [outbox.row(one).state for one in (begun, plain, other_kind)] == ["pending", "withdrawn", "pending"]
    assert outbox.row(plain).next_attempt_at == later
    assert not replies.begin_attempt(outbox.session, plain)
    assert outbox.row(plain).attempts == 0
    sent = outbox.owe(outbox.other)
    outbox.send(sent)
    outbox.row(sent).attempts = 0
    asked = {"complaint_ids": [outbox.other], "kind": ReplyKind.ACCEPTED, "at": later}
    assert replies.withdraw_unsent(outbox.session, **asked) == 0  # type: ignore[arg-type]  # by name


def test_trouble_is_tried_again_soon_once_and_then_every_half_hour(outbox: Outbox) -> None:
    one = outbox.owe(outbox.one)
    for tries, wait in ((1, SOON), (2, LATER), (3, LATER)):
        assert replies.begin_attempt(outbox.session, one)
        outbox.trouble(one)
        row = outbox.row(one)
        assert (row.attempts, row.next_attempt_at - outbox.at, row.state) == (tries, wait, "pending")
        assert (row.error_code, row.error_words) == ("down", "It is away.")
    outbox.send(one)
    assert (outbox.row(one).error_code, outbox.row(one).error_words, outbox.row(one).delivered_at) == (
        None,
        None,
        outbox.at,
    )
    assert outbox.row(one).next_attempt_at == outbox.at


def test_another_text_is_read_three_times_and_then_a_person_is_asked(outbox: Outbox) -> None:
    one = outbox.owe(outbox.one)
    outbox.send(one)
    for reading, (wait, state) in enumerate(((SOON, "delivered"), (LATER, "delivered"), (timedelta(), "failed")), 1):
        assert not outbox.read(one, f"别的 {reading}")
        row = outbox.row(one)
        assert (row.next_attempt_at - outbox.at, row.state, row.error_code) == (wait, state, "read_back_differs")
        assert row.error_words == "The channel shows another text than the one that was sent."
    assert outbox.read(one)
    row = outbox.row(one)
    assert (row.state, row.confirmed_at, row.error_code, row.error_words) == ("confirmed", outbox.at, None, None)
    kept = outbox.session.scalars(select(ReceiptRow).where(ReceiptRow.reply_id == one)).all()
    assert sorted((receipt.equal, receipt.shown or "") for receipt in kept) == [
        (False, "别的 1"), (False, "别的 2"), (False, "别的 3"), (True, ""),
    ]  # fmt: skip
    assert {receipt.external_ref for receipt in kept} == {"ref"}


def test_a_long_reference_is_kept_as_far_as_there_is_room(outbox: Outbox) -> None:
    one = outbox.owe(outbox.one)
    outbox.send(one)
    replies.note_read_back(outbox.session, one, Receipt("r" * 201, "已受理", outbox.at), at=outbox.at)
    kept = outbox.session.scalars(select(ReceiptRow).where(ReceiptRow.reply_id == one)).one()
    assert (kept.external_ref, kept.digest, kept.at) == ("r" * 200, body_digest("已受理"), outbox.at)


def test_what_the_channel_lost_is_sent_again_unless_a_newer_one_went_out(outbox: Outbox) -> None:
    first = outbox.owe(outbox.one)
    outbox.send(first)
    replies.note_missing(outbox.session, first, at=outbox.at)
    row = outbox.row(first)
    assert (row.state, row.error_code, row.next_attempt_at - outbox.at) == ("pending", "not_there", SOON)
    assert row.error_words == "The channel took the answer but does not show it."
    second = outbox.owe(outbox.one, ReplyKind.RESULT)
    assert not replies.overtaken(outbox.session, row)
    outbox.send(first)
    outbox.send(second)
    assert replies.overtaken(outbox.session, outbox.row(first))
    assert not replies.overtaken(outbox.session, outbox.row(second))
    replies.note_missing(outbox.session, first, at=outbox.at)
    assert (outbox.row(first).state, outbox.row(first).error_code) == ("failed", "not_there")
    assert outbox.row(first).next_attempt_at == outbox.at
