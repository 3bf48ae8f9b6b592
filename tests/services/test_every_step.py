"""Every step of the three tables is taken by a service: no row of the law is there for show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import NotAllowed
from casework.leniency import Exit
from casework.lifecycle import STEPS, Life, WorkStatus
from casework.reply import Letter, Receipt, ReplyKind
from services.cases import enforcing, handling, screening
from services.cases.archiving import archive_case
from services.cases.declining import take_back_decline
from services.cases.outcomes import Proposal, close_case
from services.cases.reopening import reopen_case
from services.dispatch.assignments import reassign, recall_case, send_back
from services.dispatch.dispatching import dispatch_case, sign_for
from services.linkage.linking import merge_cases, undo
from services.malice import transferring
from services.paperwork.filling_papers import fill_paper
from services.people.rota import record_absence
from services.replying.asking_money import ask_all
from services.replying.calling_back import record_callback
from services.replying.replies import send_due
from tests.services.lives import HANDLING, approved, filled, heard, ordered, paid, paper_of, served, told, with_phones
from tests.services.office import SYSTEM, Office
from tests.services.test_lives import Hotline, deliver
from tests.services.test_malicious import handed, unpaid, with_the_police
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import LifeMoveRow
from warehouse.store.linkage import join_case, leave_case, live_memberships

NOVEMBER = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TO_POLICE = Proposal(exit=Exit.TRANSFERRED_TO_POLICE)
WITHDRAWN = Proposal(exit=Exit.FILING_WITHDRAWN, confirmed=("minor", "no_red_flag"))
UNPROVEN = Proposal(exit=Exit.NOT_ESTABLISHED, confirmed=("unproven",))
AGAIN = {"reason": "新的线索"}


class Deaf(Hotline):
    """A channel that takes the final answer and does not show it."""

    def confirm(self, letter: Letter) -> Receipt | None:
        return None if letter.kind is ReplyKind.RESULT else super().confirm(letter)


class Walk:
    """The cases of one office, each of an employer of its own, so that nobody is an old offender."""

    def __init__(self, store: Warehouse) -> None:
        self.office = Office(store, NOVEMBER)
        self.names: Iterator[str] = (f"青岛{number}号水产有限公司" for number in count(1))

    def work(self, **case: Any) -> Work:
        return Work(self.office, employer=next(self.names), **case)

    def filed(self, **case: Any) -> Work:
        work = self.work(**case)
        work.do(handling.accept_case)
        pair = [work.lead.id, work.other.id]
        work.do(handling.record_visit, visited_at=self.office.at, place="厂区", officer_ids=pair)
        return work

    def ordered(self, **case: Any) -> Work:
        return ordered(self.office, employer=next(self.names), **case)

    def spared(self, **case: Any) -> Work:
        work = self.work(**case)
        work.spared()
        return work

    def corrected(self, **case: Any) -> Work:
        """A case that ended with an order to correct, unfiled."""
        work = self.work(**case)
        pair = [work.lead.id, work.other.id]
        work.do(handling.record_visit, visited_at=self.office.at, place="厂区", officer_ids=pair)
        day = self.office.at.date()
        due = day + timedelta(days=7)
        order = {"demand": "支付工资", "law": "423 §26", "issued_on": day, "due_on": due}
        issued = work.do(handling.order_correction, **order)
        work.do(handling.record_correction, order_id=issued.order_id, corrected_on=day)
        approved(work, Proposal(exit=Exit.CORRECTION_ONLY, confirmed=("minor", "no_red_flag")))
        return work

    def closed(self, work: Work, kind: str = "exemption_decision", at: datetime | None = None) -> Work:
        if kind:
            served(work, kind, self.office.at.date())
        ask_all(work.store, actor=self.office.head, at=at or self.office.at)
        heard(work.store, work.id, at or self.office.at)
        work.do(close_case, actor=self.office.head, at=at or self.office.at)
        return work

    def again(self, work: Work, at: datetime | None = None) -> None:
        work.do(reopen_case, **AGAIN, actor=self.office.head, at=at or self.office.at)

    def joined(self, work: Work, channel: str) -> str:
        """A complaint of another case joins a filed one."""
        one = self.joined_unjudged(work, channel)
        work.do(handling.accept_joined)
        return one

    def joined_unjudged(self, work: Work, channel: str) -> str:
        other = self.office.case(channels=(channel,), employer=next(self.names))
        (one,) = told(self.office, other)
        with self.office.store.write() as session:
            leave_case(session, live_memberships(session, [one])[one], at=self.office.at)
            join_case(session, one, work.id, claim_id=one, why="new", by="system:test", at=self.office.at)
        return one

    def deaf(self) -> None:
        line = Deaf()
        for _ in range(2):
            send_due(self.office.store, connector_of=lambda _: line, actor=SYSTEM, at=self.office.at + 2 * HOUR)  # type: ignore[arg-type,return-value]  # what is used of a connector

    def desk(self, service: Any, case_id: str, **fields: Any) -> None:
        asked = {"actor": self.office.desk, "at": self.office.at, "version": self.office.version(case_id), **fields}
        service(self.office.store, case_id=case_id, **asked)


def complaints(walk: Walk) -> None:
    office = walk.office
    for supplemented in (True, False):
        case_id = office.case(employer=next(walk.names))
        (one,) = told(office, case_id)
        walk.desk(screening.ask_supplement, case_id, complaint_id=one, wanted="单位名称")
        if supplemented:
            walk.desk(screening.record_supplement, case_id, complaint_id=one, came_on=office.at.date())
        pair = {"lead_id": office.inspectors[0].id, "assisting_id": office.inspectors[1].id}
        walk.desk(dispatch_case, case_id, key=case_id, **pair)
        walk.desk(sign_for, case_id, actor=office.inspectors[0])
        walk.desk(handling.accept_case, case_id, actor=office.inspectors[0])
    work = walk.work()
    (one,) = told(office, work.id)
    work.do(screening.ask_supplement, complaint_id=one, wanted="单位名称")
    for channel in ("hotline_12345", "walk_in"):
        many = walk.work(channels=(channel,))
        for _ in range(3):
            walk.joined_unjudged(many, channel)
        first, second, third, _ = told(office, many.id)
        many.do(screening.answer_complaint, complaint_id=first, answer="已答复")
        many.do(screening.redirect_complaint, complaint_id=second, way="channel", reason="不属本区")
        many.do(screening.decline_complaint, complaint_id=third, ground="in_arbitration_or_court", reason="已仲裁")
        many.do(handling.accept_case)
        walk.joined(many, channel)
    declined = walk.work()
    declined.do(handling.decline_case, ground="outside_inspection", reason="不属监察事项")
    declined.do(take_back_decline, reason="复议撤销", actor=office.head)


def answers(walk: Walk) -> None:
    """What is owed is taken, read back and closed; and each of these is open again."""
    office = walk.office
    with_merged = walk.filed()
    walk.joined(with_merged, "petition")
    approved(with_merged, UNPROVEN)
    silent = walk.filed(channels=("walk_in",))
    walk.joined(silent, "walk_in")
    approved(silent, UNPROVEN)
    walk.corrected(channels=("walk_in",))
    heard = [walk.spared(), walk.corrected()]
    walk.deaf()
    for work in heard:
        walk.again(work, office.at + 3 * HOUR)
    called = [walk.spared(), walk.corrected()]
    for work in called:
        with_phones(office, work.id)
    settled = [walk.spared(), walk.corrected()]
    deliver(office, office.at + 3 * HOUR)
    for work in (*called, *settled):
        walk.again(work, office.at + 4 * HOUR)


def work_steps(walk: Walk) -> None:
    office = walk.office
    redirected = office.case(employer=next(walk.names))
    (one,) = told(office, redirected)
    walk.desk(screening.redirect_complaint, redirected, complaint_id=one, way="channel", reason="不属本区")
    case_id = office.case(employer=next(walk.names))
    pair = {"lead_id": office.inspectors[0].id, "assisting_id": office.inspectors[1].id}
    walk.desk(dispatch_case, case_id, key=case_id, **pair)
    walk.desk(recall_case, case_id)
    walk.work().do(send_back, reason="亲属在该单位")
    others = {"lead_id": office.inspectors[2].id, "assisting_id": office.inspectors[1].id, "reason": "生病"}
    walk.work().do(reassign, **others, actor=office.desk)
    work = walk.work()
    (one,) = told(office, work.id)
    work.do(screening.redirect_complaint, complaint_id=one, way="channel", reason="不属本区")
    walk.again(walk.closed(walk.spared()))
    away = walk.closed(walk.spared())
    day = {"from_on": office.at.date(), "to_on": office.at.date()}
    absence = record_absence(office.store, account_id=away.lead.id, **day, reason=None, actor=office.head, at=office.at)
    walk.again(away)
    assert absence


def after_closing(walk: Walk) -> None:
    """Called back and archived, filed or not; and each is open again."""
    office = walk.office
    for make, kind in ((walk.spared, "exemption_decision"), (walk.corrected, "rectification_order")):
        for last in ("closed", "called_back", "archived"):
            work = make()
            (one,) = with_phones(office, work.id)
            walk.closed(work, kind)
            if last != "closed":
                said: dict[str, Any] = {"answered": True, "solved": True, "satisfied": True, "money_received": True}
                record_callback(office.store, complaint_id=one, actor=office.desk, at=office.at + HOUR, **said)
            if last == "archived":
                deliver(office, office.at + HOUR)
                if kind == "exemption_decision":
                    filled(work, "closing_report")
                work.do(archive_case, at=office.at + HOUR)
            walk.again(work, office.at + 2 * HOUR)


def in_law(walk: Walk) -> None:
    office = walk.office
    declined = walk.work()
    declined.do(handling.decline_case, ground="outside_inspection", reason="不属监察事项")
    walk.closed(declined, "declining_notice")
    for ended in (False, True):
        withdrawn = walk.work()
        withdrawn.corrected()
        if ended:
            withdrawn.do(handling.end_investigation)
        approved(withdrawn, WITHDRAWN)
        if ended:
            walk.again(withdrawn)
        else:
            walk.closed(withdrawn, "filing_withdrawal")
    investigated = walk.filed()
    investigated.do(handling.end_investigation)
    approved(investigated, UNPROVEN)
    walk.again(investigated)
    approved(investigated, UNPROVEN)
    walk.closed(investigated, "unproven_decision")
    walk.again(walk.ordered())
    performed = walk.ordered()
    paid(performed)
    performed.do(enforcing.record_performance, performed_on=office.at.date())
    walk.closed(performed, "")
    reopened = walk.ordered()
    paid(reopened)
    reopened.do(enforcing.record_performance, performed_on=office.at.date())
    walk.again(reopened)


def to_the_police(walk: Walk) -> None:
    office = walk.office
    for ended in (False, True):
        work = handed(office, employer=next(walk.names))
        if ended:
            work.do(handling.end_investigation)
        approved(work, TO_POLICE)
        if ended:
            walk.closed(work, "")
            continue
        day = office.at.date()
        work.do(transferring.record_police, filed=False, answered_on=day, answer="不予立案")
        work.do(transferring.ask_reconsideration, asked_on=day)
        work.do(transferring.record_police, filed=False, answered_on=day, answer="维持")
        work.do(transferring.take_back, reason="公安不予立案", actor=office.head)
    for last in ("decided", "served", "demanded"):
        work, _ = unpaid(office, employer=next(walk.names))
        day = office.at.date()
        work.announced()
        approved(work, HANDLING)
        if last != "decided":
            decision = paper_of(office, work.id, "handling_decision").id
            work.do(fill_paper, document_id=decision, values={"pay_until": "2026-11-19"})
            served(work, "handling_decision", day)
        if last == "demanded":
            demand = {"demand": "支付", "issued_on": day, "served_on": day, "served_how": "direct"}
            work.do(enforcing.demand_performance, **demand)
        with_the_police(work, office.at)
        approved(work, TO_POLICE, office.at + HOUR)
        work.do(transferring.record_police, filed=False, answered_on=day, answer="不予立案")
        work.do(transferring.ask_reconsideration, asked_on=day)
        work.do(transferring.record_police, filed=False, answered_on=day, answer="维持")
        work.do(transferring.take_back, reason="公安不予立案", actor=office.head)


def to_the_court(walk: Walk) -> None:
    """Decisions of March, so that the terms of every remedy end in a year whose holidays are known."""
    walk.office.at = MARCH
    for last in ("closed", "performed", "paid", "demanded", "in_court"):
        work = walk.ordered(received_at=MARCH, pay_until="2026-03-20")
        april = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)
        day = april.date()
        demand = {"demand": "支付", "issued_on": day, "served_on": day, "served_how": "direct", "at": april}
        work.do(enforcing.demand_performance, **demand)
        at = datetime(2026, 9, 21, 1, 0, tzinfo=UTC)
        if last not in ("paid", "demanded"):
            work.do(enforcing.apply_enforcement, court="即墨区人民法院", applied_on=at.date(), at=at)
        if last == "closed":
            work.do(close_case, actor=walk.office.head, at=at)
            continue
        if last in ("demanded", "in_court"):
            walk.again(work, at)
            continue
        paid(work, at)
        work.do(enforcing.record_performance, performed_on=date(2026, 9, 21), at=at)
    walk.office.at = NOVEMBER


def merging(walk: Walk) -> set[tuple[str, str, str]]:
    """A case is merged away and comes back, which is no row of `life_move`; one that was sent is recalled first."""
    office = walk.office
    into, gone = (office.case(employer=next(walk.names)) for _ in range(2))
    sent = office.case(employer=next(walk.names))
    pair = {"lead_id": office.inspectors[0].id, "assisting_id": office.inspectors[1].id}
    walk.desk(dispatch_case, sent, key=sent, **pair)
    for busy in (sent, walk.work().id):
        with pytest.raises(NotAllowed, match="recall it before it is merged away"):
            merge(office, busy, into)
    seen = [office.look(gone).status]
    event_id = merge(office, gone, into)
    seen.append(office.look(gone).status)
    undo(office.store, event_id=event_id, actor=office.desk, at=office.at + HOUR)
    seen.append(office.look(gone).status)
    return {("work", was, to) for was, to in pairwise(seen)}


def merge(office: Office, gone: str, into: str) -> str:
    done = merge_cases(
        office.store,
        from_case_id=gone,
        into_case_id=into,
        from_version=office.version(gone),
        into_version=office.version(into),
        actor=office.desk,
        at=office.at,
    )
    return done.event_id


def test_every_step_of_the_tables_is_taken_by_a_service(store: Warehouse) -> None:
    walk = Walk(store)
    merged = merging(walk)
    for part in (complaints, answers, after_closing, in_law, to_the_police, to_the_court, work_steps):
        part(walk)
    with store.read() as session:
        moves = select(LifeMoveRow.life, LifeMoveRow.was, LifeMoveRow.became).distinct()
        kept = {tuple(row) for row in session.execute(moves)}
    wanted = {(str(life), str(step.was), str(step.to)) for life in Life for step in STEPS[life]}
    assert merged == {one for one in wanted if WorkStatus.MERGED in one[1:] and one[0] == "work"}
    assert len(merged) == 2
    assert not merged & kept
    assert wanted - kept - merged == set()
    assert kept | merged == wanted
    assert {life for life, _, _ in wanted} == {"complaint", "work", "law"}
