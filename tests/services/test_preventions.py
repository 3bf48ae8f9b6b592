"""Prevention notices on both engines: sent by text message, answered through the inbox, judged, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, ChannelUnavailable, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.prevention import Way, code_typed
from casework.reaching import ReachedBy
from casework.settings_of_messages import ADDRESS_OF_PAGE
from connectors.inbox_notices import NoticeBox
from connectors.registry import connect
from connectors.self_report import SelfReports
from connectors.senders.base import Sender
from connectors.senders.sms import SmsGateway
from counter.__main__ import open_inbox, set_up
from counter.inbox import Brought, Inbox
from counter.settings import CounterSettings
from sandbox.sinks.sms_gateway import SmsSink
from services.messaging.sending import SendCount, send_messages
from services.messaging.stuck import send_again
from services.prevention.drafting import Wanted
from services.prevention.exchanging import Exchanged, exchange_notices
from services.prevention.judging import judge, open_again
from services.prevention.links import settle_link
from services.prevention.sending import AskedOf, Sent, new_link, send_notice, take_back_notice
from services.warnings.settling import Asked, settle
from tests.console.warned import figures
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    EmployerRow,
    MessageRow,
    NoticeRow,
    PreventionAnswerRow,
    PreventionFileRow,
    PreventionNoticeRow,
    WarningActRow,
    WarningRow,
    new_id,
)
from warehouse.queries.messages import messages
from warehouse.queries.prevention import notice_seen
from warehouse.queries.warning_acts import acts_on
from warehouse.store.settings import set_setting

SYSTEM, GRACE, PHONE = Actor.system("reply"), timedelta(minutes=10), "13900001111"
TOLD: dict[str, Any] = {"words": "已补发。", "name": "赵会计", "capacity": "staff", "phone": None, "language": "zh"}


@dataclass
class Desk:
    """An office with one warning, the page's inbox, and a gateway of text messages."""

    office: Office
    inbox: Inbox
    page: SelfReports
    gateway: SmsSink
    warning_id: str

    @property
    def store(self) -> Warehouse:
        return self.office.store

    def send(self, *, way: Way = Way.PRINT, actor: Actor | None = None, version: int | None = None) -> Sent:
        with self.store.read() as session:
            now = session.get_one(WarningRow, self.warning_id).version
        by = local_day(self.office.at) + timedelta(days=7)
        wanted = Wanted(
            to="青岛某建筑公司", trade="construction", signs=[self.warning_id], answer_by=by, way=way, contact=PHONE
        )
        asked = Asked(self.warning_id, version or now, actor or self.office.desk, self.office.at)
        return send_notice(self.store, asked, wanted)

    def exchange(self) -> Exchanged:
        return exchange_notices(self.store, lambda _: self.page, actor=SYSTEM, clock=lambda: self.office.at)

    def at_once(self, *, away: bool = False) -> bool:
        """The link of the one notice settled beside the schedule; the page `away`: not reached."""

        def reach(_channel: str) -> SelfReports:
            if away:
                raise ChannelUnavailable("The page is not reached.")
            return self.page

        return settle_link(self.store, reach, self.notice().id, clock=lambda: self.office.at)

    def told(self, account_id: str) -> list[str]:
        """The kinds of the notices to an officer that are not read."""
        with self.store.read() as session:
            row = NoticeRow
            unread = select(row.kind).where(row.account_id == account_id, row.read_at.is_(None))
            return list(session.scalars(unread.order_by(row.due_at)))

    def messages(self) -> SendCount:
        ways: dict[ReachedBy, Sender] = {ReachedBy.SMS: SmsGateway(self.gateway.settings)}
        return send_messages(self.store, senders=ways, actor=SYSTEM, at=self.office.at, grace=GRACE)

    def answer(self, code: str, files: tuple[bytes, ...] = ()) -> bool:
        told = self.inbox.notice(code)
        assert told is not None
        brought = [Brought("application/pdf", BytesIO(one)) for one in files]
        about = {"notice": told["id"], "round": told["round"]}
        return self.inbox.answer(code, TOLD | about, brought, at=self.office.at)

    def notice(self) -> PreventionNoticeRow:
        with self.store.read() as session:
            row = session.scalars(select(PreventionNoticeRow)).one()
            session.expunge(row)
            return row

    def asked(self, actor: Actor | None = None) -> AskedOf:
        row = self.notice()
        return AskedOf(row.id, row.version, actor or self.office.desk, self.office.at)

    def kinds(self) -> list[str]:
        with self.store.read() as session:
            return list(session.scalars(select(WarningActRow.kind).order_by(WarningActRow.step_no)))


@pytest.fixture
def desk(store: Warehouse, now: datetime, tmp_path: Path) -> Iterator[Desk]:
    office = Office(store, now)
    with store.write() as session:
        set_setting(session, ADDRESS_OF_PAGE, "https://page.test", source="told by the office", by="test", at=now)
        session.add(EmployerRow(id="emp_1", name="青岛某建筑公司", name_key="某建筑", created_at=now))
        session.flush()
        given = {"rule_version": "x", "level": "red", "district_code": "370215", "state": "open", "raised_at": now}
        warning_id = new_id("wrn")
        session.add(WarningRow(id=warning_id, rule="arrears", employer_id="emp_1", facts=figures("arrears"), **given))
    settings, key_file = CounterSettings(folder=tmp_path / "counter"), tmp_path / "key.json"
    set_up(settings, key_file)
    inbox, url = open_inbox(settings), settings.inbox
    page = connect("self_report", {"url": url, "answer_url": url, "key_file": str(key_file)})
    assert isinstance(page, SelfReports)
    sink = SmsSink()
    yield Desk(office, inbox, page, sink, warning_id)
    sink.stop()
    inbox.close()


def test_a_text_message_goes_once_the_link_opens_and_is_struck_when_it_is_gone(desk: Desk) -> None:
    sent = desk.send(way=Way.SMS)
    assert desk.messages() == SendCount(), "nobody is sent a link that does not open yet"
    assert desk.exchange() == Exchanged(opened=1)
    assert desk.messages().sent == 1
    (one,) = desk.gateway.taken
    assert (one.to, one.text.endswith(f"https://page.test/n/{sent.code}")) == (PHONE, True)
    desk.office.at += timedelta(hours=1)
    desk.messages()
    with desk.store.read() as session:
        row = session.scalars(select(MessageRow)).one()
        assert (row.state, row.body, row.prevention_id) == ("confirmed", "", sent.notice_id)
        book = messages(session, desk.office.desk, at=desk.office.at)
        assert [line.notice_no for line in book.lines] == ["YF2026-0001"]
        assert messages(session, desk.office.officer(Role.HEAD, "370203"), at=desk.office.at).lines == ()
    assert len(desk.gateway.taken) == 1


def test_a_link_opens_and_closes_at_once_and_where_the_page_is_away_with_the_next_run(desk: Desk) -> None:
    sent = desk.send(way=Way.SMS)
    assert not desk.at_once(away=True)
    assert desk.inbox.notice(sent.code) is None
    assert desk.at_once()
    assert desk.inbox.notice(sent.code) is not None
    assert not desk.at_once(), "it is open"
    assert desk.exchange() == Exchanged()
    assert desk.messages().sent == 1, "the message waits for no run of the schedule"
    take_back_notice(desk.store, desk.asked(), reason="写错了")
    assert desk.at_once()
    assert desk.inbox.notice(sent.code) is None
    assert desk.exchange() == Exchanged()


def test_who_sent_it_and_who_looks_after_the_warning_are_told_until_it_is_judged(desk: Desk) -> None:
    keeper, left = desk.office.officer(Role.INSPECTOR), desk.office.officer(Role.HEAD)
    with desk.store.write() as session:
        session.get_one(WarningRow, desk.warning_id).owner_id = keeper.id
        session.get_one(AccountRow, left.id).disabled_at = desk.office.at
    sent = desk.send()
    desk.exchange()
    assert desk.told(keeper.id) == []
    assert desk.answer(sent.code)
    desk.exchange()
    desk.exchange()
    for one in (desk.office.desk, keeper):
        assert desk.told(one.id) == ["notice_answered"]
    by = local_day(desk.office.at) + timedelta(days=2)
    open_again(desk.store, desk.asked(), lacks=["no_proof"], answer_by=by, reason="没有回单")
    assert desk.told(keeper.id) == [], "it is judged: nobody need look any more"
    with desk.store.write() as session:
        session.get_one(WarningRow, desk.warning_id).owner_id = left.id
    desk.office.at += timedelta(days=3)
    desk.exchange()
    assert desk.told(desk.office.desk.id) == ["notice_late"]
    assert desk.told(left.id) == [], "whose account is closed is not written to"
    take_back_notice(desk.store, desk.asked(), reason="另案处理")
    assert desk.told(desk.office.desk.id) == []


def test_what_is_taken_back_before_it_went_is_not_sent_and_a_refused_one_needs_a_new_link(desk: Desk) -> None:
    sent = desk.send(way=Way.SMS)
    take_back_notice(desk.store, desk.asked(), reason="写错了")
    desk.exchange()
    desk.office.at += timedelta(days=3)
    assert desk.messages() == SendCount()
    assert desk.inbox.notice(sent.code) is None
    with desk.store.write() as session:
        row = session.scalars(select(MessageRow)).one()
        assert (row.state, row.body) == ("withdrawn", "")
        row.state, row.error_code = "failed", "refused_by_gateway"
    with pytest.raises(NotAllowed):
        send_again(desk.store, message_id=row.id, actor=desk.office.head, at=desk.office.at)


def test_an_answer_lands_once_with_its_files_and_each_round_has_its_own(desk: Desk) -> None:
    first = desk.send()
    with pytest.raises(NotAllowed, match="still open"):
        desk.send()
    desk.exchange()
    assert desk.answer(first.code, (b"%PDF-1.4 one", b"MZ no"))
    assert not desk.answer(first.code), "once"
    ran = desk.exchange()
    assert (ran.answers, ran.kept, ran.refused, ran.closed) == (1, 1, 1, 1)
    assert desk.exchange() == Exchanged()
    with desk.store.read() as session:
        files = session.scalars(select(PreventionFileRow).order_by(PreventionFileRow.number)).all()
        assert [(one.state, one.media, one.part_key) for one in files] == [
            ("kept", "application/pdf", None),
            ("refused", None, None),
        ]
    by = local_day(desk.office.at) + timedelta(days=5)
    again = open_again(desk.store, desk.asked(), lacks=["not_all_months"], answer_by=by, reason="缺九月")
    with pytest.raises(NotAllowed, match="no answer to judge"):
        judge(desk.store, desk.asked(), verdict="enough", reason="x")
    desk.exchange()
    assert desk.inbox.notice(first.code) is None
    told = desk.inbox.notice(again.code)
    assert told is not None
    assert told["text"]["en"]["lacks"] == ["the proof does not cover every month"]
    assert desk.answer(again.code)
    desk.exchange()
    judge(desk.store, desk.asked(), verdict="visit", reason="去看看")
    assert desk.notice().state == "visit"
    assert desk.kinds() == ["notice", "notice_answered", "notice_not_enough", "notice_again", "notice_answered",
                            "notice_visit"]  # fmt: skip


def test_an_answer_after_it_was_taken_back_is_kept_all_the_same(desk: Desk) -> None:
    sent = desk.send()
    desk.exchange()
    assert desk.answer(sent.code)
    take_back_notice(desk.store, desk.asked(), reason="另案处理")
    assert desk.exchange().answers == 1
    assert desk.notice().state == "withdrawn"
    with desk.store.read() as session:
        kept = session.scalars(select(PreventionAnswerRow)).one()
        assert (kept.words, kept.name, kept.round) == ("已补发。", "赵会计", 1)


def test_the_day_passes_once_and_wakes_the_warning_and_a_new_link_ends_the_old_one(desk: Desk) -> None:
    sent = desk.send()
    desk.exchange()
    fresh = new_link(desk.store, desk.asked())
    desk.exchange()
    assert desk.inbox.notice(sent.code) is None
    assert desk.inbox.notice(fresh.code) is not None
    with desk.store.write() as session:
        session.get_one(WarningRow, desk.warning_id).snoozed_until = local_day(desk.office.at) + timedelta(days=60)
    desk.office.at += timedelta(days=8)
    assert desk.exchange().late == 1
    assert desk.exchange().late == 0
    with desk.store.read() as session:
        warning = session.get_one(WarningRow, desk.warning_id)
        assert warning.snoozed_until is None
        assert warning.due_on is not None
        assert local_day(desk.office.at) < warning.due_on <= local_day(desk.office.at) + timedelta(days=7)
    desk.office.at += timedelta(days=30)
    assert desk.exchange().closed == 1
    assert desk.inbox.notice(fresh.code) is None


@pytest.mark.parametrize("opened_before", [False, True])
@pytest.mark.parametrize("then", ["taken back", "new link"])
def test_a_link_that_a_killed_run_opened_is_closed_all_the_same(desk: Desk, opened_before: bool, then: str) -> None:
    sent = desk.send()
    if opened_before:
        desk.exchange()
        sent = new_link(desk.store, desk.asked())
    killed = desk.notice()
    assert killed.tag is not None
    assert killed.sealed is not None
    desk.page.notices.put(killed.tag, bytes(killed.sealed), at=desk.office.at)  # so far it came
    assert desk.inbox.notice(sent.code) is not None
    fresh = None
    if then == "taken back":
        take_back_notice(desk.store, desk.asked(), reason="写错了")
    else:
        fresh = new_link(desk.store, desk.asked())
    desk.exchange()
    assert desk.inbox.notice(sent.code) is None
    assert fresh is None or desk.inbox.notice(fresh.code) is not None
    assert desk.exchange() == Exchanged()


def test_an_answer_dated_ahead_hides_none_that_comes_after(desk: Desk) -> None:
    first = desk.send()
    desk.exchange()
    desk.office.at += timedelta(days=2)
    assert desk.answer(first.code), "by a clock that runs two days ahead"
    desk.office.at -= timedelta(days=2)
    assert desk.exchange().answers == 1
    by = local_day(desk.office.at) + timedelta(days=5)
    again = open_again(desk.store, desk.asked(), lacks=["not_all_months"], answer_by=by, reason="缺九月")
    desk.exchange()
    desk.office.at += timedelta(hours=1)
    assert desk.answer(again.code)
    assert desk.exchange().answers == 1
    assert desk.exchange() == Exchanged()


def test_a_file_that_a_run_beside_kept_stays_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = desk.send()
    desk.exchange()
    assert desk.answer(sent.code, (b"%PDF-1.4 one",))
    pieces = NoticeBox.pieces

    def slow(box: NoticeBox, answer_id: str, number: int, part_key: str) -> Iterator[bytes]:
        """Meanwhile the run beside this one comes to its end, and the page forgets what it had."""
        monkeypatch.setattr(NoticeBox, "pieces", pieces)
        assert desk.exchange().kept == 1
        desk.inbox.let_go(desk.office.at + timedelta(days=1))
        yield from pieces(box, answer_id, number, part_key)

    monkeypatch.setattr(NoticeBox, "pieces", slow)
    ran = desk.exchange()
    assert (ran.answers, ran.refused) == (1, 0)
    with desk.store.read() as session:
        (file,) = session.scalars(select(PreventionFileRow)).all()
        assert (file.state, file.reason_code, file.tries) == ("kept", None, 0)


def test_who_may_not_and_what_cannot_be(desk: Desk) -> None:
    far = desk.office.officer(Role.HEAD, "370203")
    with pytest.raises(NotFound):
        desk.send(actor=far)
    with pytest.raises(NotAllowed):
        desk.send(actor=desk.office.officer(Role.READ_ONLY))
    with pytest.raises(Conflict):
        desk.send(version=99)
    sent = desk.send()
    with pytest.raises(NotFound):
        take_back_notice(desk.store, desk.asked(far), reason="x")
    with pytest.raises(BadInput):
        take_back_notice(desk.store, desk.asked(), reason=" ")
    with pytest.raises(BadInput):
        open_again(desk.store, desk.asked(), lacks=["a word of mine"], answer_by=local_day(desk.office.at), reason="x")
    assert code_typed(sent.code) == sent.code
    with desk.store.read() as session:
        version = session.get_one(WarningRow, desk.warning_id).version
    settle(
        desk.store,
        Asked(desk.warning_id, version, desk.office.desk, desk.office.at),
        outcome="confirmed",
        reason="属实",
    )
    desk.exchange()
    assert desk.answer(sent.code), "the employer may answer although the warning was settled meanwhile"
    assert desk.exchange().answers == 1
    judge(desk.store, desk.asked(), verdict="enough", reason="齐了", settles=True)
    with desk.store.read() as session:
        assert session.get_one(WarningRow, desk.warning_id).state == "confirmed", "what was settled stays so"


def test_a_reason_names_nobody_who_complained_and_the_employers_own_words_are_not_picked_over(desk: Desk) -> None:
    case_id = desk.office.case()
    with desk.store.write() as session:
        session.get_one(CaseRow, case_id).employer_id = "emp_1"
        inside = select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id == case_id)
        for row in session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id.in_(inside))):
            row.complainant_name, row.complainant_phone = "林守望", "13911112222"
    sent = desk.send()
    desk.exchange()
    told = {**TOLD, "words": "已给林守望、王小二补发。", "notice": desk.notice().id, "round": 1}
    assert desk.inbox.answer(sent.code, told, [], at=desk.office.at)
    desk.exchange()
    judge(desk.store, desk.asked(), verdict="visit", reason="林守望（13911112222）说没有拿到")
    with desk.store.read() as session:
        answer = notice_seen(session, desk.office.desk, desk.notice().id, today=local_day(desk.office.at)).answers[0]
        act = acts_on(session, desk.office.desk, desk.warning_id)[0]
    assert answer.words == "已给林守望、王小二补发。", "a mask on one of them would say who complained"
    for reason in (answer.reason, act.reason):
        assert reason is not None
        assert ("林守望" in reason, "13911112222" in reason, "没有拿到" in reason) == (False, False, True)
