"""What workers answer on their page reaches its question, once; "no" and "a part" take the case up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import BadInput
from casework.money_came import AnsweredBy
from casework.people import Actor
from casework.progress import Asked, MoneySaid
from connectors.base import Connector
from connectors.registry import connect
from counter.__main__ import open_inbox, set_up
from counter.inbox import Inbox
from counter.settings import CounterSettings
from services.cases.outcomes import close_case
from services.replying.hearing_money import HeardCount, hear_workers
from services.replying.money_answers import record_money_answer
from tests.services.lives import approved, served, with_phones
from tests.services.office import Office
from tests.services.work import C2, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, LifeMoveRow, MoneyQuestionRow
from warehouse.queries.worker_progress import facts_told
from warehouse.store.receipt_numbers import receipt_of

PAGE = Actor.system("page")
YES: dict[str, object] = {"came": True, "part_fen": None, "words": ""}
NO: dict[str, object] = {"came": False, "part_fen": None, "words": "一分没有"}
PART: dict[str, object] = {"came": False, "part_fen": 1_250_000, "words": "说年底再给"}


class Asking:
    """A case that was spared, whose one worker was asked, with the page's inbox beside it."""

    def __init__(self, office: Office, folder: Path) -> None:
        settings = CounterSettings(folder=folder / "counter")
        set_up(settings, folder / "inbox.key.json")
        url = settings.inbox
        asked = {"url": url, "answer_url": url, "key_file": str(folder / "inbox.key.json")}
        self.connector: Connector = connect("self_report", asked)
        self.inbox: Inbox = open_inbox(settings)
        self.office, self.work = office, Work(office)
        (self.one,) = with_phones(office, self.work.id)
        self.work.spared()
        served(self.work, "exemption_decision")
        with office.store.write() as session:
            self.receipt = receipt_of(session, self.one, at=office.at)

    @property
    def questions(self) -> list[MoneyQuestionRow]:
        """All that were asked, the oldest first."""
        with self.office.store.read() as session:
            rows = list(session.scalars(select(MoneyQuestionRow).order_by(MoneyQuestionRow.asked_at)))
            session.expunge_all()
            return rows

    def say(self, answer: dict[str, object], *, minutes: float = 1, question: int = -1) -> None:
        """The worker answers on the page, so many minutes after the case was decided."""
        at = self.office.at + timedelta(minutes=minutes)
        self.inbox.say(self.receipt, "0000", self.questions[question].id, answer, at=at)

    def hear(self, *, minutes: float = 15) -> HeardCount:
        """The office listens."""
        at = self.office.at + timedelta(minutes=minutes)
        return hear_workers(self.office.store, lambda _: self.connector, actor=PAGE, at=at)

    def told(self) -> Asked | None:
        """What the worker is shown of the question."""
        with self.office.store.read() as session:
            return facts_told(session, [self.one])[self.one].asked

    @property
    def status(self) -> str:
        return self.office.look(self.work.id).status


@pytest.fixture
def asking(store: Warehouse, now: datetime, tmp_path: Path) -> Asking:
    return Asking(Office(store, now), tmp_path)


def test_yes_is_heard_once_and_the_file_can_be_closed(asking: Asking) -> None:
    waiting = asking.told()
    assert waiting is not None
    assert (waiting.said, waiting.counts) == (None, True)
    asking.say(YES)
    assert [asking.hear(), asking.hear()] == [HeardCount(1, 0, 0), HeardCount()]
    (row,) = asking.questions
    assert (row.came, row.answered_by, row.noted_by) == (True, AnsweredBy.PAGE, PAGE.id)
    assert row.answered_at == asking.office.at + timedelta(minutes=1), "when it was said, not when it was heard"
    asking.work.do(close_case, actor=asking.office.head)
    assert asking.status == "closed"
    said = asking.told()
    assert said is not None
    assert (said.said, said.counts) == (MoneySaid.YES, True)


@pytest.mark.parametrize(("answer", "said", "words"), [(NO, MoneySaid.NO, "一分没有"), (PART, MoneySaid.PART, "12500")])
def test_no_and_a_part_take_the_case_up_again_with_the_reason(
    asking: Asking, answer: dict[str, object], said: MoneySaid, words: str
) -> None:
    asking.say(answer)
    assert asking.hear() == HeardCount(1, 1, 0)
    assert asking.status == "in_progress"
    told = asking.told()
    assert told is not None
    assert (told.said, told.counts) == (said, False), "the worker reads that it was taken up again"
    with asking.office.store.read() as session:
        step = select(LifeMoveRow).where(LifeMoveRow.case_id == asking.work.id, LifeMoveRow.newest)
        reasons = [row.reason or "" for row in session.scalars(step.where(LifeMoveRow.life == "law"))]
        assert any(words in reason for reason in reasons)
        assert words not in str(session.scalars(select(AuditRow.details)).all())
    asking.say(YES, minutes=20)
    assert asking.hear(minutes=30) == HeardCount(1, 0, 0)
    assert asking.status == "in_progress", "what was taken up is looked into, whatever is said next"


def test_an_answer_may_be_changed_and_after_the_closing_too(asking: Asking) -> None:
    asking.say(YES)
    asking.hear()
    asking.work.do(close_case, actor=asking.office.head)
    asking.say(PART, minutes=60 * 24 * 40)
    assert asking.hear(minutes=60 * 24 * 40 + 5) == HeardCount(1, 1, 0)
    assert (asking.status, asking.questions[0].part_fen) == ("in_progress", 1_250_000)


def test_an_answer_to_a_question_that_was_asked_anew_stays_with_the_old_one(asking: Asking) -> None:
    asking.say(NO)
    asking.hear()
    later = asking.office.at + timedelta(days=3)
    approved(asking.work, C2, at=later)
    served(asking.work, "exemption_decision", later.date(), later)
    assert [row.came for row in asking.questions] == [False, None]
    minutes = 3 * 24 * 60 + 10
    asking.say(YES, minutes=minutes, question=0)
    assert asking.hear(minutes=minutes + 10) == HeardCount(1, 0, 0)
    assert [row.came for row in asking.questions] == [True, None], "nobody has answered the new one"


def test_what_they_told_an_officer_since_is_the_last_word(asking: Asking) -> None:
    asking.say(NO, minutes=1)
    by: dict[str, object] = {"answered_by": AnsweredBy.TELEPHONE, "at": asking.office.at + timedelta(minutes=5)}
    office = asking.office
    record_money_answer(office.store, complaint_id=asking.one, came=True, actor=office.desk, **by)  # type: ignore[arg-type]
    assert asking.hear() == HeardCount()
    assert ([row.came for row in asking.questions], asking.status) == ([True], "concluded")


def test_the_same_no_after_they_told_an_officer_yes_is_the_last_word_again(asking: Asking) -> None:
    asking.say(NO, minutes=1)
    office = asking.office
    between = office.at + timedelta(minutes=5)
    by: dict[str, Any] = {"complaint_id": asking.one, "answered_by": AnsweredBy.TELEPHONE, "actor": office.desk}
    record_money_answer(office.store, came=True, at=between, **by)
    assert asking.hear(minutes=6) == HeardCount()
    asking.say(NO, minutes=10)
    assert asking.hear() == HeardCount(1, 1, 0)
    (row,) = asking.questions
    assert (row.came, row.answered_by, asking.status) == (False, AnsweredBy.PAGE, "in_progress")


def test_the_same_answer_sent_again_is_one_answer(asking: Asking) -> None:
    asking.say(YES, minutes=1)
    asking.say(YES, minutes=2)
    assert asking.hear() == HeardCount(1, 0, 0)
    asking.say(YES, minutes=20)
    assert [asking.hear(minutes=30), asking.hear(minutes=45)] == [HeardCount(), HeardCount()]
    (row,) = asking.questions
    assert (row.came, row.answered_at) == (True, asking.office.at + timedelta(minutes=2))


def test_an_officer_hears_of_a_part_with_its_sum(asking: Asking) -> None:
    office = asking.office
    by: dict[str, Any] = {"complaint_id": asking.one, "answered_by": AnsweredBy.TELEPHONE, "actor": office.desk}
    for came, part in ((True, 100), (False, 0), (False, -1), (False, 10**12)):
        with pytest.raises(BadInput):
            record_money_answer(office.store, came=came, part_fen=part, at=office.at, **by)
    assert record_money_answer(office.store, came=False, part_fen=80_050, at=office.at, **by).reopened
    (row,) = asking.questions
    assert (row.came, row.part_fen, asking.status) == (False, 80_050, "in_progress")
    with office.store.read() as session:
        step = select(LifeMoveRow.reason).where(LifeMoveRow.case_id == asking.work.id, LifeMoveRow.newest)
        assert any("800.50" in (reason or "") for reason in session.scalars(step))


def test_what_answers_no_question_of_ours_does_nothing(asking: Asking) -> None:
    at = asking.office.at
    asking.inbox.say(asking.receipt, "0000", "mny_none", NO, at=at)
    asking.inbox.say("2" * 12, "0000", asking.questions[0].id, NO, at=at)
    asking.inbox.say(asking.receipt, "0001", asking.questions[0].id, {**PART, "part_fen": -5}, at=at)
    assert asking.hear() == HeardCount(0, 0, 3)
    assert (asking.status, asking.questions[0].came) == ("concluded", None)


def test_a_clock_that_ran_ahead_hides_nothing_that_comes_after(asking: Asking) -> None:
    asking.say(YES, minutes=60 * 24 * 900)
    assert asking.hear() == HeardCount(1, 0, 0)
    assert asking.questions[0].answered_at == asking.office.at + timedelta(minutes=15)
    asking.say(NO, minutes=16)
    assert asking.hear(minutes=30) == HeardCount(1, 1, 0)


def test_without_a_page_and_while_its_inbox_is_away_nothing_is_heard_and_nothing_lost(
    asking: Asking, tmp_path: Path
) -> None:
    def none(name: str) -> Connector:
        raise BadInput(f"The channels file says nothing about {name}.")

    def away(_: str) -> Connector:
        url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return connect("self_report", {"url": url, "answer_url": url, "key_file": str(tmp_path / "inbox.key.json")})

    asking.say(YES)
    ways: list[Callable[[str], Connector]] = [none, away]
    for way in ways:
        assert hear_workers(asking.office.store, way, actor=PAGE, at=asking.office.at) == HeardCount()
    assert asking.hear() == HeardCount(1, 0, 0)
