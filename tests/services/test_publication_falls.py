"""What a publication rests on falls, or is paid: who is told, what is recorded late, which paper is void."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed
from casework.leniency import Exit
from casework.publication import Quarter
from services.cases import party
from services.cases.outcomes import Proposal
from services.malice import publishing, transferring
from services.paperwork.filling_papers import download_paper, fill_paper, see_paper
from services.paperwork.paper_files import blocks_of
from tests.services.lives import approved, ordered, paid, paper_of
from tests.services.office import Office
from tests.services.test_malicious import handed, with_the_police
from tests.services.test_publishing import TEXT, counted, proposed, published, row
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ClockRow, DocumentRow, NoticeRow, PublicationRow
from warehouse.queries.history import handling
from warehouse.queries.publications import count_published_in, published_in, under_way
from warehouse.store.settings import set_setting

REFUSED = TEXT | {"breach": "refused_pay", "basis": "", "facts": "责令支付后仍不支付。", "handled": "已移送公安机关。"}
TO_POLICE = Proposal(exit=Exit.TRANSFERRED_TO_POLICE)
APPROVE: dict[str, Any] = {"approve": True, "reason": "应当公布"}
NOT_TAKEN: dict[str, Any] = {"filed": False, "answered_on": TODAY, "answer": "不予立案"}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def out(work: Work, text: dict[str, Any], at: datetime | None = None) -> Work:
    """Proposed, approved and before the public on one day."""
    moment = at or work.office.at
    work.do(publishing.propose_publication, **text, at=moment)
    work.do(publishing.decide_publication, **APPROVE, actor=work.office.head, at=moment)
    work.do(publishing.publish_breach, published_on=moment.date(), place="网站", at=moment)
    return work


def told(office: Office) -> list[str]:
    """Who was told that what a publication rests on fell."""
    with office.store.read() as session:
        return list(session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "publication_fell")))


def clock(office: Office, work: Work) -> tuple[str, date]:
    """The newest deadline to correct: its state and its day."""
    own = ClockRow.case_id == work.id, ClockRow.kind == "publication_correct"
    with office.store.read() as session:
        newest = select(ClockRow).where(*own).order_by(ClockRow.started_on.desc(), ClockRow.state.desc())
        one = session.scalars(newest.limit(1)).one()
        return one.state, one.due_on


def running(office: Office, work: Work) -> bool:
    return clock(office, work)[0] == "running"


def owed(office: Office) -> list[str]:
    """The cases that the page of publications shows on their way, or to be put right."""
    with office.store.read() as session:
        return [one.matter_no for one in under_way(session, office.head)]


def test_what_is_published_as_with_the_police_is_put_right_when_they_refuse_it(office: Office) -> None:
    work = out(handed(office), REFUSED)
    approved(work, TO_POLICE)
    assert owed(office) == []
    work.do(transferring.record_police, **NOT_TAKEN)
    assert clock(office, work) == ("running", date(2026, 12, 4))
    assert told(office) == [office.head.id]
    assert owed(office) == [office.look(work.id).matter_no]
    assert counted(office) == 1, "it stands before the public until it is withdrawn"
    with pytest.raises(NotAllowed, match="withdraw what was published"):
        work.do(publishing.correct_publication, facts="已付", handled="已结", reason="未立案", actor=office.head)
    with pytest.raises(NotAllowed, match="No review and no court"):
        work.do(publishing.withdraw_publication, why="annulled", reason="未立案", actor=office.head)
    work.do(publishing.withdraw_publication, why="transfer", reason="公安机关不予立案", actor=office.head)
    assert clock(office, work)[0] == "met"
    assert (row(office).withdrawn_why, counted(office), owed(office)) == ("transfer", 0, [])


def test_who_is_asked_to_reconsider_has_the_case_again_and_a_second_refusal_starts_the_days_anew(
    office: Office,
) -> None:
    work = out(handed(office), REFUSED)
    approved(work, TO_POLICE)
    with pytest.raises(NotAllowed, match="The police have the case"):
        work.do(publishing.withdraw_publication, why="transfer", reason="x", actor=office.head)
    work.do(transferring.record_police, **NOT_TAKEN)
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    assert clock(office, work)[0] == "cancelled"
    later = office.at + timedelta(days=3)
    work.do(transferring.record_police, **(NOT_TAKEN | {"answered_on": later.date()}), at=later)
    assert clock(office, work) == ("running", date(2026, 12, 7))
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=later)
    assert clock(office, work) == ("running", date(2026, 12, 7)), "one alone"


def test_an_objection_that_was_accepted_is_owed_though_the_police_look_again(office: Office) -> None:
    work = out(handed(office), REFUSED)
    approved(work, TO_POLICE)
    work.do(transferring.record_police, **NOT_TAKEN)
    work.do(publishing.record_publication_objection, objection="金额有误", objected_on=TODAY)
    work.do(publishing.answer_publication, answer="accepted", reason="金额有误", actor=office.head)
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    assert running(office, work)


def test_the_head_who_knows_of_an_objection_is_told_of_the_refusal_too_and_once(office: Office) -> None:
    work = out(handed(office), REFUSED)
    approved(work, TO_POLICE)
    work.do(publishing.record_publication_objection, objection="金额有误", objected_on=TODAY)
    work.do(publishing.answer_publication, answer="accepted", reason="金额有误", actor=office.head)
    assert told(office) == []
    work.do(transferring.record_police, **NOT_TAKEN)
    assert told(office) == [office.head.id], "a correction is not enough any more"
    assert running(office, work)
    later = office.at + timedelta(days=10)
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=later)
    assert told(office) == [office.head.id], "the same refusal"


def test_what_was_dropped_and_went_out_is_owed_though_the_police_look_again(office: Office) -> None:
    work = handed(office)
    work.do(publishing.propose_publication, **REFUSED)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    approved(work, TO_POLICE)
    work.do(publishing.decide_publication, approve=False, reason="另行核实", actor=office.head)
    work.do(transferring.record_police, **NOT_TAKEN)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站", nevertheless=True)
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    assert running(office, work), "a head had dropped it"


def test_a_correction_of_before_is_none_for_a_fall_that_was_recorded_after_it(office: Office) -> None:
    work, hour = before_the_transfer(office, REFUSED), timedelta(hours=1)
    later = office.at + timedelta(days=21)
    day = local_day(later)
    said: dict[str, Any] = {"facts": "拖欠工资。", "handled": "已移送。", "reason": "文字有误"}
    work.do(publishing.correct_publication, **said, actor=office.head, at=later)
    work.do(transferring.record_police, **(NOT_TAKEN | {"answered_on": day}), at=later + hour)
    annulled(work, day, later + 2 * hour)
    work.do(transferring.ask_reconsideration, asked_on=day, at=later + 3 * hour)
    assert row(office).corrected_on == day
    assert running(office, work), "the annulled decision stands published"


def barred(office: Office) -> list[str]:
    """Who was told that what is not out yet does not go out as it is."""
    with office.store.read() as session:
        return list(session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "publication_barred")))


def to_publish(office: Office, work: Work) -> list[tuple[str, date]]:
    """The deadlines to publish, by their days: state and last day."""
    own = ClockRow.case_id == work.id, ClockRow.kind == "publish"
    with office.store.read() as session:
        return [
            (one.state, one.due_on) for one in session.scalars(select(ClockRow).where(*own).order_by(ClockRow.due_on))
        ]


def test_the_deadline_to_publish_ends_with_its_decision_and_the_head_is_told(office: Office) -> None:
    work = proposed(office)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    annulled(work, TODAY, office.at)
    assert (barred(office), told(office)) == ([office.head.id], [])
    assert [state for state, _ in to_publish(office, work)] == ["cancelled"]
    work.do(publishing.decide_publication, approve=False, reason="已撤销", actor=office.head)
    assert row(office).state == "dropped"


def test_of_a_proposal_the_heads_of_the_place_are_told(office: Office) -> None:
    work = proposed(office)
    annulled(work, TODAY, office.at)
    assert office.head.id in barred(office)
    assert to_publish(office, work) == []


def test_the_deadline_to_publish_runs_anew_when_the_police_have_the_case_again(office: Office) -> None:
    work, later = handed(office), office.at + timedelta(days=3)
    work.do(publishing.propose_publication, **REFUSED)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    approved(work, TO_POLICE)
    first = to_publish(office, work)
    assert first == [("running", date(2026, 12, 18))]
    work.do(transferring.record_police, **NOT_TAKEN)
    assert (barred(office), [state for state, _ in to_publish(office, work)]) == ([office.head.id], ["cancelled"])
    work.do(transferring.ask_reconsideration, asked_on=local_day(later), at=later)
    assert to_publish(office, work)[1] == ("running", date(2026, 12, 21))
    work.do(publishing.publish_breach, published_on=local_day(later), place="网站", at=later)
    assert to_publish(office, work)[1][0] == "met"


def test_a_refusal_for_good_is_told_once_of_what_waits(office: Office) -> None:
    work = handed(office)
    work.do(publishing.propose_publication, **REFUSED)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    approved(work, TO_POLICE)
    work.do(transferring.record_police, **NOT_TAKEN)
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=office.at + timedelta(days=10))
    assert barred(office) == [office.head.id]


def before_the_transfer(office: Office, text: dict[str, Any]) -> Work:
    """An order to pay that was served, ran out, and is published; then the police had the case."""
    work = ordered(office, workers=12, yuan=90_000, verified=90_000, pay_until="2026-12-01")
    later = office.at + timedelta(days=20)
    with_the_police(work, later)
    out(work, text, later)
    approved(work, TO_POLICE, at=later)
    return work


@pytest.mark.parametrize("text", [TEXT, REFUSED])
@pytest.mark.parametrize("how", ["annulled", "changed"])
def test_a_decision_of_before_a_transfer_still_falls_and_the_head_is_told(
    office: Office, text: dict[str, Any], how: str
) -> None:
    work, later = before_the_transfer(office, text), office.at + timedelta(days=21)
    day = local_day(later)
    decision = paper_of(office, work.id, "handling_decision")
    assert row(office).decision_id == decision.id
    work.do(party.record_remedy, way="review", where="区政府", taken_on=day, at=later)
    sum_ = {"amount": Decimal(60_000)} if how == "changed" else {}
    work.do(party.end_remedy, how=how, said="复议决定1号", ended_on=day, at=later, **sum_)
    assert running(office, work)
    assert told(office) == [office.head.id]
    work.do(publishing.withdraw_publication, why=how, reason="复议决定", actor=office.head, at=later)
    assert clock(office, work)[0] == "met"
    assert counted(office, "2026-12") == 0


def test_a_transfer_that_ends_leaves_alone_what_rests_on_the_decision(office: Office) -> None:
    work = before_the_transfer(office, TEXT)
    later = office.at + timedelta(days=21)
    work.do(transferring.record_police, **(NOT_TAKEN | {"answered_on": local_day(later)}), at=later)
    assert told(office) == []
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=later + timedelta(days=10))
    assert (told(office), owed(office), row(office).state) == ([], [], "published")


def annulled(work: Work, on: date, at: datetime) -> None:
    work.do(party.record_remedy, way="review", where="区政府", taken_on=on, at=at)
    work.do(party.end_remedy, how="annulled", said="复议决定1号", ended_on=on, at=at)


@pytest.mark.parametrize("dropped", [False, True])
def test_what_was_out_before_it_fell_is_recorded_late_with_its_day_and_is_due_at_once(
    office: Office, *, dropped: bool
) -> None:
    work, later = proposed(office), office.at + timedelta(days=14)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    fell = TODAY + timedelta(days=4)
    annulled(work, fell, office.at + timedelta(days=5))
    if dropped:
        work.do(publishing.decide_publication, approve=False, reason="已撤销", actor=office.head, at=later)
    given: dict[str, Any] = {"place": "即墨日报", "at": later}
    for day in (fell, local_day(later)):
        with pytest.raises(NotAllowed, match="annulled"):
            work.do(publishing.publish_breach, published_on=day, **given)
    with pytest.raises(BadInput, match="between the approval and today"):
        work.do(publishing.publish_breach, published_on=TODAY - timedelta(days=1), **given)
    work.do(publishing.publish_breach, published_on=TODAY + timedelta(days=1), **given)
    assert (row(office).state, row(office).published_on) == ("published", TODAY + timedelta(days=1))
    assert clock(office, work) == ("running", date(2026, 12, 8)), "from the day it fell"
    assert owed(office) == [office.look(work.id).matter_no]
    assert counted(office) == 1
    assert paper_of(office, work.id, "publication_notice").void_on is None, "it was out"
    work.do(publishing.withdraw_publication, why="annulled", reason="复议撤销", actor=office.head, at=later)
    assert clock(office, work)[0] == "met"
    assert counted(office) == 0


def test_what_went_out_although_it_should_not_have_is_recorded_and_is_due_from_that_day(office: Office) -> None:
    work, later = proposed(office), office.at + timedelta(days=7)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    annulled(work, TODAY, office.at + timedelta(days=1))
    given: dict[str, Any] = {"published_on": TODAY + timedelta(days=3), "place": "网站", "at": later}
    with pytest.raises(NotAllowed, match="annulled"):
        work.do(publishing.publish_breach, **given)
    work.do(publishing.publish_breach, **given, nevertheless=True)
    assert clock(office, work) == ("running", date(2026, 12, 7))
    assert told(office) == [office.head.id]


def test_what_was_dropped_and_went_out_is_recorded_when_it_is_said_so(office: Office) -> None:
    work = proposed(office)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    work.do(publishing.decide_publication, approve=False, reason="另行核实", actor=office.head)
    given: dict[str, Any] = {"published_on": TODAY, "place": "网站"}
    with pytest.raises(NotAllowed, match="say so if it went out"):
        work.do(publishing.publish_breach, **given)
    work.do(publishing.publish_breach, **given, nevertheless=True)
    assert running(office, work), "it was to be published no more: correct it or withdraw it"
    assert told(office) == [office.head.id], "nobody else can withdraw it"
    with office.store.read() as session:
        logged = session.scalars(select(AuditRow).where(AuditRow.act == "publish_breach")).one().details
    assert logged == {
        "publication": row(office).id,
        "void_on": TODAY.isoformat(),
        "void_by": office.head.id,
        "late": True,
        "nevertheless": True,
        "bar": "It was not to be published any more: say so if it went out nevertheless.",
    }
    other = proposed(office, code="370282228001235")
    other.do(publishing.decide_publication, approve=False, reason="不公布", actor=office.head)
    with pytest.raises(NotAllowed, match="not at this step"):
        other.do(publishing.publish_breach, **given, nevertheless=True)


def test_what_was_dropped_and_went_out_is_recorded_by_its_number_though_another_is_under_way(office: Office) -> None:
    work, hour = proposed(office), timedelta(hours=1)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    work.do(publishing.decide_publication, approve=False, reason="另行核实", actor=office.head)
    number = paper_of(office, work.id, "publication_notice").document_no
    later = office.at + hour
    work.do(publishing.propose_publication, **TEXT, at=later)
    given: dict[str, Any] = {"published_on": TODAY, "place": "网站", "at": later}
    with pytest.raises(NotAllowed, match="named by its number"):
        work.do(publishing.publish_breach, **given, nevertheless=True)
    with pytest.raises(BadInput, match="has this number"):
        work.do(publishing.publish_breach, **given, nevertheless=True, notice_no="x")
    with pytest.raises(NotAllowed, match="say so if it went out"):
        work.do(publishing.publish_breach, **given, notice_no=number)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head, at=later)
    assert [state for state, _ in to_publish(office, work)] == ["cancelled", "running"]
    work.do(publishing.publish_breach, **given, nevertheless=True, notice_no=f" {number} ")
    assert [state for state, _ in to_publish(office, work)] == ["cancelled", "running"], "the new one is not out"
    assert (row(office).state, counted(office), told(office)) == ("approved", 1, [office.head.id])
    mended: dict[str, Any] = {"why": "mistaken", "reason": "已不予公布", "actor": office.head, "at": later}
    with pytest.raises(NotAllowed, match="named by its number"):
        work.do(publishing.withdraw_publication, **mended)
    work.do(publishing.withdraw_publication, **mended, notice_no=number)
    assert clock(office, work)[0] == "met"
    assert (row(office).state, counted(office)) == ("approved", 0)
    work.do(publishing.publish_breach, **given)
    assert counted(office) == 1


def test_the_late_one_that_rests_on_the_police_is_due_from_their_refusal(office: Office) -> None:
    work, later = handed(office), office.at + timedelta(days=6)
    work.do(publishing.propose_publication, **REFUSED)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    refused_on = TODAY + timedelta(days=3)
    work.do(transferring.record_police, **(NOT_TAKEN | {"answered_on": refused_on}), at=office.at + timedelta(days=3))
    with pytest.raises(NotAllowed, match="No decision to pay"):
        work.do(publishing.publish_breach, published_on=refused_on, place="网站", at=later)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站", at=later)
    assert clock(office, work) == ("running", date(2026, 12, 7))


def test_the_notice_of_what_is_dropped_is_void_keeps_its_number_and_is_never_filled_again(office: Office) -> None:
    work = proposed(office)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    notice = paper_of(office, work.id, "publication_notice")
    work.do(publishing.decide_publication, approve=False, reason="另行核实", actor=office.head)
    void = paper_of(office, work.id, "publication_notice")
    assert (void.id, void.document_no) == (notice.id, notice.document_no)
    assert (void.void_on, void.void_why, void.void_by) == (TODAY, "另行核实", office.head.id)
    with pytest.raises(NotAllowed, match="void"):
        work.do(fill_paper, document_id=void.id, values={})
    with office.store.read() as session:
        (shown,) = [one for one in handling(session, work.id).papers if one.kind == "publication_notice"]
        assert (shown.void_on, shown.void_why, shown.to_serve) == (TODAY, "另行核实", False)
    matter: dict[str, Any] = {"matter_no": office.look(work.id).matter_no, "document_id": void.id, "actor": office.head}
    seen = see_paper(office.store, **matter, at=office.at)
    assert seen.void_on == TODAY
    assert not seen.editable
    assert seen.blocks[0].text == "（本文书已于2026年11月20日作废）"
    files = [download_paper(office.store, **matter, form="docx", at=office.at) for _ in range(2)]
    assert files[0].body == files[1].body
    assert blocks_of(files[0].body) == seen.blocks
    work.do(publishing.propose_publication, **TEXT, at=office.at + timedelta(hours=1))
    work.do(publishing.decide_publication, **APPROVE, actor=office.head, at=office.at + timedelta(hours=1))
    anew = paper_of(office, work.id, "publication_notice")
    assert anew.document_no != void.document_no
    assert anew.void_on is None
    with office.store.read() as session:
        numbers = session.scalars(select(DocumentRow.serial).where(DocumentRow.kind == "publication_notice")).all()
    assert sorted(numbers) == [1, 2]


def low_figure(office: Office) -> None:
    with office.store.write() as session:
        for name, figure in (("criminal.group_workers", 3), ("criminal.group_fen", 3_000_000)):
            set_setting(session, name, figure, source="办公会", by="acc", at=office.at)


@pytest.mark.parametrize("basis", ["", TEXT["basis"]])
def test_what_was_paid_before_the_approval_is_weighed_anew_by_the_head(office: Office, basis: str) -> None:
    work = ordered(office)
    low_figure(office)
    work.do(publishing.propose_publication, **(TEXT | {"basis": basis}))
    assert row(office).unpaid_fen == 3_000_000
    paid(work)
    told_why = "30,000.00 yuan was unpaid when it was proposed, 0.00 yuan is unpaid now. Say why"
    for words in ({}, {"weighed": "  "}):
        with pytest.raises(NotAllowed, match=told_why):
            work.do(publishing.decide_publication, **APPROVE, actor=office.head, **words)
    assert row(office).state == "proposed"
    work.do(publishing.decide_publication, **APPROVE, actor=office.head, weighed="责令后才支付，影响恶劣")
    assert (row(office).state, row(office).weighed) == ("approved", "责令后才支付，影响恶劣")
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    assert row(office).state == "published"


def test_where_nothing_was_paid_nothing_is_to_be_weighed_and_an_old_proposal_is_asked_as_before(
    office: Office,
) -> None:
    work = proposed(office)
    work.do(publishing.decide_publication, **APPROVE, actor=office.head)
    assert row(office).weighed is None
    old = proposed(office, code="370282228001235")
    with office.store.write() as session:
        session.scalars(select(PublicationRow).where(PublicationRow.case_id == old.id)).one().unpaid_fen = None
    paid(old)
    old.do(publishing.decide_publication, **APPROVE, actor=office.head)


def test_a_class_that_the_police_must_have_is_not_saved_by_words(office: Office) -> None:
    work = handed(office)
    work.do(publishing.propose_publication, **REFUSED)
    work.do(transferring.record_police, **NOT_TAKEN)
    with pytest.raises(NotAllowed, match="No decision to pay"):
        work.do(publishing.decide_publication, **APPROVE, actor=office.head, weighed="情节恶劣")


def test_the_quarter_keeps_what_was_recorded_late_and_does_not_count_what_was_withdrawn(office: Office) -> None:
    work = published(office)
    quarter = Quarter(2026, 4)
    with office.store.read() as session:
        assert count_published_in(session, office.head, quarter) == 1
    annulled(work, TODAY, office.at)
    work.do(publishing.withdraw_publication, why="annulled", reason="复议撤销", actor=office.head)
    with office.store.read() as session:
        assert count_published_in(session, office.head, quarter) == 0
        assert [one.withdrawn_why for one in published_in(session, office.head, quarter)] == ["annulled"]
