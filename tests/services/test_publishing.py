"""Publication of grave breaches: which may be published, by whom, what may not stand in it, how it is put right."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from casework.clocks import SERVE
from casework.discretion import Waiver
from casework.errors import BadInput, NotAllowed, NotFound
from casework.identifiers import is_uscc
from casework.leniency import Exit
from services.cases import enforcing, handling, party
from services.cases.outcomes import Proposal, close_case
from services.cases.reopening import reopen_case
from services.malice import publishing
from services.months.freezing_month import freeze_month
from services.office.working_days import calendar_in_force
from tests.services.lives import approved, ordered, paid, paper_of, served
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, ComplaintVersionRow, OutcomeRow, PublicationRow, RedFlagRow, new_id
from warehouse.statistics.grounds import window
from warehouse.statistics.month import DIMENSIONS, figures, figures_of, items
from warehouse.statistics.restating import restating
from warehouse.statistics.spans import since_january
from warehouse.store.clocks import start_clock
from warehouse.store.months import frozen, frozen_items
from warehouse.store.offences import search_history
from warehouse.store.settings import set_setting

TEXT: dict[str, Any] = {
    "breach": "arrears",
    "basis": "欠薪人数多、数额较大，经两次责令仍不支付",
    "code": "370282228001234",
    "address": "即墨区振华街1号",
    "legal_rep": "王法人",
    "facts": "拖欠职工2026年9月至10月工资共30,000元。",
    "handled": "责令支付；行政处理决定书已送达。",
}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def proposed(office: Office, **change: Any) -> Work:
    work = ordered(office)
    work.do(publishing.propose_publication, **(TEXT | change))
    return work


def published(office: Office, **change: Any) -> Work:
    work = proposed(office, **change)
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    work.do(publishing.publish_breach, published_on=TODAY, place="区政府门户网站、即墨日报")
    return work


def row(office: Office) -> PublicationRow:
    with office.store.read() as session:
        found = session.scalars(select(PublicationRow).order_by(PublicationRow.at.desc())).first()
        assert found is not None
        session.expunge(found)
        return found


def clock(office: Office, work: Work, kind: str) -> tuple[str, date]:
    with office.store.read() as session:
        question = select(ClockRow).where(ClockRow.case_id == work.id, ClockRow.kind == kind)
        one = session.scalars(question.order_by(ClockRow.started_on.desc())).one()
        return one.state, one.due_on


def counted(office: Office, month: str = "2026-11") -> int:
    with office.store.read() as session:
        return figures(session, month, territories=("370215",)).total("published")


def test_a_breach_is_proposed_approved_by_a_head_and_published_within_twenty_working_days(office: Office) -> None:
    work = proposed(office)
    assert row(office).state == "proposed"
    with pytest.raises(NotAllowed, match="not at this step"):
        work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(publishing.decide_publication, approve=True, reason="应当公布")
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    assert clock(office, work, "publish") == ("running", date(2026, 12, 18))
    notice = paper_of(office, work.id, "publication_notice")
    assert notice.id == row(office).notice_id
    assert notice.document_no.startswith("即人社劳监公")
    assert notice.body["published_breach"] == "克扣、无故拖欠劳动者劳动报酬，数额较大"
    assert "basis" not in notice.body, "what it rests on stays in the file"
    with pytest.raises(BadInput, match="between the approval and today"):
        work.do(publishing.publish_breach, published_on=TODAY - timedelta(days=1), place="网站")
    with pytest.raises(BadInput, match="where it was published"):
        work.do(publishing.publish_breach, published_on=TODAY, place=" ")
    assert counted(office) == 0
    work.do(publishing.publish_breach, published_on=TODAY, place="区政府门户网站")
    assert (row(office).state, row(office).published_on) == ("published", TODAY)
    assert clock(office, work, "publish")[0] == "met"
    assert counted(office) == 1
    with pytest.raises(NotAllowed, match="under way, or stands"):
        work.do(publishing.propose_publication, **TEXT)


def test_what_is_not_decided_or_not_grave_is_not_published(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotAllowed, match="No decision to pay"):
        work.do(publishing.propose_publication, **TEXT)
    work = ordered(office, employer="乙厂")
    with pytest.raises(NotAllowed, match="say on what it rests"):
        work.do(publishing.propose_publication, **(TEXT | {"basis": " "}))
    with pytest.raises(NotAllowed, match="not handed over to the police"):
        work.do(publishing.propose_publication, **(TEXT | {"breach": "refused_pay"}))
    with pytest.raises(BadInput, match="one of these classes"):
        work.do(publishing.propose_publication, **(TEXT | {"breach": "rudeness"}))
    for blank in ("address", "legal_rep", "facts", "handled"):
        with pytest.raises(BadInput):
            work.do(publishing.propose_publication, **(TEXT | {blank: " "}))
    strange = office.inspectors[2] if len(office.inspectors) > 2 else None
    if strange is not None:
        with pytest.raises(NotFound):
            work.do(publishing.propose_publication, **TEXT, actor=strange)
    with office.store.write() as session:
        flag = {"kind": "group_incident", "seen_on": TODAY, "basis": "三十人聚集", "by": "acc", "at": office.at}
        session.add(RedFlagRow(id=new_id("flg"), case_id=work.id, **flag))
    work.do(publishing.propose_publication, **(TEXT | {"breach": "social_harm", "basis": ""}))
    assert row(office).basis is None, "the records show it"


def test_a_decision_not_served_is_no_ground(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    work.announced()
    approved(work, Proposal(exit=Exit.HANDLING))
    with pytest.raises(NotAllowed, match="No decision to pay"):
        work.do(publishing.propose_publication, **TEXT)
    served(work, "handling_decision")
    work.do(publishing.propose_publication, **TEXT)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("联系电话 138 1234 5678。", "a telephone, an identity"),
        ("身份证 11010519491231002X。", "a telephone, an identity"),
        ("身份证 110105194912310161。", "a telephone, an identity"),
        ("身份证 110105491231002。", "a telephone, an identity"),
        ("电话 138.1234.5678，或一三八一二三四五六七八。", "a telephone, an identity"),
        ("投诉人赵秘密反映属实。", "names a complainant"),
        ("工头说十月底一定把三个月的工钱一次结清，后来人就不见了。", "quotes a complaint"),
    ],
)
def test_nothing_of_a_person_stands_before_the_public(office: Office, words: str, refusal: str) -> None:
    work = ordered(office)
    with office.store.write() as session:
        said = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == work.main)).one()
        said.complainant_name = "赵秘密"
        said.narrative = "工头说十月底一定把三个月的工钱一次结清，后来人就不见了。"
    for blank in ("facts", "handled"):
        with pytest.raises(NotAllowed, match=refusal):
            work.do(publishing.propose_publication, **(TEXT | {blank: words}))
    work.do(publishing.propose_publication, **TEXT)
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    with pytest.raises(NotAllowed, match=refusal):
        work.do(publishing.publish_breach, published_on=TODAY, place=words)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    given = {"facts": words, "handled": TEXT["handled"], "reason": "补充", "actor": office.head}
    with pytest.raises(NotAllowed, match=refusal):
        work.do(publishing.correct_publication, **given)
    for reason in (words, "更正：" + words):
        with pytest.raises(NotAllowed, match=refusal):
            work.do(publishing.correct_publication, **(given | {"facts": "拖欠工资。", "reason": reason}))
        with pytest.raises(NotAllowed, match=refusal):
            work.do(publishing.withdraw_publication, why="mistaken", reason=reason, actor=office.head)
    assert row(office).state == "published"


def test_an_identity_number_is_no_code_of_an_employer_though_its_last_figure_fits(office: Office) -> None:
    number = next(one for n in range(1000) if is_uscc(one := f"11010519491231{n:04d}"))
    work = ordered(office)
    for blank in ("facts", "code", "address", "legal_rep"):
        with pytest.raises(NotAllowed, match="a telephone, an identity"):
            work.do(publishing.propose_publication, **(TEXT | {blank: number}))
    days = "2026-01-05 - 2026-03-05 拖欠工资共30,000元、29,000元。"
    work.do(publishing.propose_publication, **(TEXT | {"facts": f"{days}注册号{TEXT['code']}。"}))


def test_an_objection_is_answered_in_writing_and_a_right_one_is_put_right(office: Office) -> None:
    work = published(office)
    with pytest.raises(NotAllowed, match="No objection"):
        work.do(publishing.answer_publication, answer="upheld", reason="属实", actor=office.head)
    work.do(publishing.record_publication_objection, objection="金额有误", objected_on=TODAY)
    assert clock(office, work, "publication_answer") == ("running", date(2026, 12, 11))
    with pytest.raises(NotAllowed, match="waits for its answer"):
        work.do(publishing.record_publication_objection, objection="又", objected_on=TODAY)
    for why, refusal in (("objection", "was accepted"), ("mistaken", "waits for its answer")):
        with pytest.raises(NotAllowed, match=refusal):
            work.do(publishing.withdraw_publication, why=why, reason="成立", actor=office.head)
    work.do(publishing.answer_publication, answer="accepted", reason="金额应为29,000元", actor=office.head)
    assert clock(office, work, "publication_answer")[0] == "met"
    assert clock(office, work, "publication_correct") == ("running", date(2026, 12, 4))
    answer = paper_of(office, work.id, "publication_answer")
    assert answer.body["objected_on"] == "2026-11-20"
    served(work, "publication_answer")
    with pytest.raises(NotAllowed, match="not carried out yet"):
        work.do(publishing.record_publication_objection, objection="又", objected_on=TODAY)
    same = {"facts": TEXT["facts"], "handled": TEXT["handled"], "reason": "x", "actor": office.head}
    with pytest.raises(BadInput, match="would change"):
        work.do(publishing.correct_publication, **same)
    work.do(publishing.correct_publication, **(same | {"facts": "拖欠职工工资共29,000元。"}))
    assert clock(office, work, "publication_correct")[0] == "met"
    assert row(office).facts == "拖欠职工工资共29,000元。"
    assert row(office).state == "published"
    assert paper_of(office, work.id, "publication_correction").body["publication_step"] == "更正"
    first = paper_of(office, work.id, "publication_notice")
    assert first.body["published_facts"] == TEXT["facts"], "the first paper says what it said"
    assert counted(office) == 1, "a correction changes nothing of the count"


@pytest.mark.parametrize("how", ["annulled", "changed"])
def test_a_decision_to_pay_that_falls_is_put_right_within_the_days_of_the_decree(office: Office, how: str) -> None:
    set_days(office, 8)
    work = published(office)
    work.do(party.record_remedy, way="review", where="区政府", taken_on=TODAY)
    sum_ = {"amount": Decimal(20_000)} if how == "changed" else {}
    work.do(party.end_remedy, how=how, said="复议决定1号", ended_on=TODAY, **sum_)
    assert clock(office, work, "publication_correct") == ("running", date(2026, 12, 2))
    text = {"facts": "拖欠工资20,000元。", "handled": "经复议变更。", "reason": "复议变更", "actor": office.head}
    if how == "annulled":
        with pytest.raises(NotAllowed, match="withdraw what was published"):
            work.do(publishing.correct_publication, **text)
        with pytest.raises(NotAllowed, match="No review and no court"):
            work.do(publishing.withdraw_publication, why="changed", reason="x", actor=office.head)
        work.do(publishing.withdraw_publication, why="annulled", reason="复议撤销", actor=office.head)
        assert (row(office).state, row(office).withdrawn_why) == ("withdrawn", "annulled")
        assert paper_of(office, work.id, "publication_correction").body["publication_step"] == "撤回"
        with pytest.raises(NotAllowed, match="annulled by a review"):
            work.do(publishing.propose_publication, **TEXT)
        assert counted(office) == 0
    else:
        work.do(publishing.correct_publication, **text)
        assert counted(office) == 1
    assert clock(office, work, "publication_correct")[0] == "met"


def test_one_deadline_of_a_kind_runs_though_the_decision_falls_after_an_accepted_objection(office: Office) -> None:
    work = published(office)
    work.do(publishing.record_publication_objection, objection="金额有误", objected_on=TODAY)
    work.do(publishing.answer_publication, answer="accepted", reason="金额有误", actor=office.head)
    work.do(party.record_remedy, way="review", where="区政府", taken_on=TODAY)
    work.do(party.end_remedy, how="changed", said="复议决定1号", ended_on=TODAY, amount=Decimal(20_000))
    assert clock(office, work, "publication_correct") == ("running", date(2026, 12, 4)), "one alone"


def set_days(office: Office, days: int) -> None:
    with office.store.write() as session:
        set_setting(session, "publication.correct.days", days, source="办公会", by="acc", at=office.at)


def fined(office: Office) -> Work:
    """A penalty that stands published."""
    work = Work(office)
    work.do(handling.accept_case)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    work.announced(fine="2000")
    approved(work, Proposal(exit=Exit.PENALTY, fines=(Waiver("protected_workers", "slight", units=2),)))
    served(work, "penalty_decision")
    work.do(publishing.propose_publication, **(TEXT | {"breach": "protected"}))
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    return work


@pytest.mark.parametrize("how", ["annulled", "changed"])
def test_a_penalty_that_falls_is_withdrawn_within_three_working_days_by_the_act(office: Office, how: str) -> None:
    work = fined(office)
    work.do(party.record_remedy, way="suit", where="区法院", taken_on=TODAY)
    sum_ = {"amount": Decimal(1_000)} if how == "changed" else {}
    work.do(party.end_remedy, how=how, said="判决1号", ended_on=TODAY, **sum_)
    assert clock(office, work, "withdraw_published") == ("running", date(2026, 11, 25))
    with pytest.raises(NotAllowed, match="withdraw what was published"):
        work.do(
            publishing.correct_publication, facts="改判。", handled="罚款1,000元。", reason="改判", actor=office.head
        )
    assert clock(office, work, "withdraw_published")[0] == "running"
    work.do(publishing.withdraw_publication, why=how, reason="判决变动", actor=office.head)
    assert clock(office, work, "withdraw_published")[0] == "met"


def test_what_falls_before_it_is_published_is_not_published(office: Office) -> None:
    work = proposed(office)
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    work.do(party.record_remedy, way="review", where="区政府", taken_on=TODAY)
    work.do(party.end_remedy, how="annulled", said="复议决定1号", ended_on=TODAY)
    with pytest.raises(NotAllowed, match="annulled"):
        work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    work.do(publishing.decide_publication, approve=False, reason="决定被撤销", actor=office.head)
    assert row(office).state == "dropped"
    assert clock(office, work, "publish")[0] == "cancelled"
    assert counted(office) == 0


@pytest.mark.parametrize("approved_before", [True, False])
def test_a_text_of_before_the_change_of_its_decision_is_proposed_anew(office: Office, approved_before: bool) -> None:
    work, later = proposed(office), office.at + timedelta(hours=1)
    approve: dict[str, Any] = {"approve": True, "reason": "应当公布", "actor": office.head}
    if approved_before:
        work.do(publishing.decide_publication, **approve)
    work.do(party.record_remedy, way="review", where="区政府", taken_on=TODAY, at=later)
    changed: dict[str, Any] = {"how": "changed", "said": "复议决定1号", "ended_on": TODAY, "amount": Decimal(20_000)}
    work.do(party.end_remedy, **changed, at=later)
    given: dict[str, Any] = {"published_on": TODAY, "place": "网站"} if approved_before else approve
    act: Any = publishing.publish_breach if approved_before else publishing.decide_publication
    with pytest.raises(NotAllowed, match="drop it and propose anew"):
        work.do(act, **given, at=later)
    anew = later + timedelta(hours=1)
    work.do(publishing.decide_publication, **(approve | {"approve": False}), at=anew)
    work.do(publishing.propose_publication, **(TEXT | {"facts": "拖欠工资20,000元。"}), at=anew)
    work.do(publishing.decide_publication, **approve, at=anew)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站", at=anew)
    assert (row(office).state, row(office).facts) == ("published", "拖欠工资20,000元。")


@pytest.mark.parametrize("what", ["employer", "decision"])
@pytest.mark.parametrize("approved_before", [True, False])
def test_what_was_proposed_of_another_decision_or_employer_is_proposed_anew(
    office: Office, what: str, approved_before: bool
) -> None:
    work, other = proposed(office), Work(office, employer="丁厂")
    approve: dict[str, Any] = {"approve": True, "reason": "应当公布", "actor": office.head}
    if approved_before:
        work.do(publishing.decide_publication, **approve)
    with office.store.write() as session:
        case = session.get_one(CaseRow, work.id)
        if what == "employer":
            case.employer_id = session.get_one(CaseRow, other.id).employer_id
        else:
            last = session.scalars(select(PublicationRow).where(PublicationRow.case_id == work.id)).one()
            last.decision_id = None
    given: dict[str, Any] = {"published_on": TODAY, "place": "网站"} if approved_before else approve
    act: Any = publishing.publish_breach if approved_before else publishing.decide_publication
    with pytest.raises(NotAllowed, match="drop it and propose anew"):
        work.do(act, **given)
    work.do(publishing.decide_publication, **(approve | {"approve": False}))
    assert row(office).state == "dropped"


def test_a_large_sum_that_is_paid_after_the_approval_is_still_published(office: Office) -> None:
    work = ordered(office)
    with office.store.write() as session:
        for name, figure in (("criminal.group_workers", 3), ("criminal.group_fen", 3_000_000)):
            set_setting(session, name, figure, source="办公会", by="acc", at=office.at)
    work.do(publishing.propose_publication, **(TEXT | {"basis": ""}))
    work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    paid(work)
    work.do(publishing.publish_breach, published_on=TODAY, place="网站")
    assert (row(office).state, row(office).basis) == ("published", None)


def test_a_decision_of_before_a_reopening_is_no_ground_any_more(office: Office) -> None:
    work = ordered(office)
    later = office.at + timedelta(hours=1)
    work.do(reopen_case, reason="事实有误", actor=office.head, at=later)
    with pytest.raises(NotAllowed, match="No decision to pay"):
        work.do(publishing.propose_publication, **TEXT, at=later)


def test_who_proposed_or_has_the_case_does_not_decide(office: Office) -> None:
    work = ordered(office)
    work.do(publishing.propose_publication, **TEXT, actor=office.head)
    with pytest.raises(NotAllowed, match="of their own"):
        work.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)


def test_it_goes_on_after_the_file_is_closed(office: Office) -> None:
    work = published(office)
    paid(work)
    work.do(enforcing.record_performance, performed_on=TODAY, note="已付清")
    work.do(publishing.record_publication_objection, objection="已付清", objected_on=TODAY)
    with (
        office.store.write() as session
    ):  # of a paper of the same day that is nobody's any more once the file is closed
        calendar = calendar_in_force(session)
        own = start_clock(session, SERVE, started_on=TODAY, calendar=calendar, by="acc", at=office.at, case_id=work.id)
        serve = own.id
    work.do(close_case, actor=office.head)
    with office.store.read() as session:
        assert session.get_one(ClockRow, serve).state == "cancelled", "what was published is served on nobody"
    assert clock(office, work, "publication_answer")[0] == "running"
    work.do(publishing.answer_publication, answer="upheld", reason="公布时尚未支付", actor=office.head)
    served(work, "publication_answer")


def test_a_withdrawal_restates_a_locked_month_and_its_cell_opens_to_the_case(office: Office) -> None:
    work = published(office)
    other = ordered(office, employer="丙厂")
    other.do(publishing.propose_publication, **TEXT)
    other.do(publishing.decide_publication, approve=True, reason="应当公布", actor=office.head)
    other.do(publishing.publish_breach, published_on=TODAY, place="网站")
    later = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    freeze_month(office.store, month="2026-11", actor=office.head, at=later)
    given = {"why": "mistaken", "reason": "公布有误", "actor": office.head, "at": later + timedelta(days=1)}
    work.do(publishing.withdraw_publication, **given)
    assert (counted(office), counted(office, "2026-12")) == (1, 0)
    with office.store.read() as session:
        kept = frozen(session, "2026-11", "370215")
        assert kept is not None
        assert kept.figures.total("published") == 2, "what was locked stays"
        now = items(session, window("2026-11"), territories=("370215",))
        assert {one.subject_id for one in now if one.figure == "published"} == {other.id}
        told = restating(session, frozen_items(session, kept.id), now, since=kept.at)
        (cell,) = [one for one in told if (one.figure, one.dimension) == ("published", "total")]
        assert (cell.was, cell.now, cell.why) == (2, 1, (("recorded", (work.id,)),))


def test_a_published_breach_bars_the_next_from_being_the_first_until_it_is_withdrawn(office: Office) -> None:
    work = published(office, breach="social_harm")
    again = Work(office)
    with office.store.write() as session:
        for one in session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == work.id)):
            one.revoked_at = office.at
            one.state = "rejected"
        case = session.get_one(CaseRow, again.id)
        assert case.employer_id == session.get_one(CaseRow, work.id).employer_id
        found = search_history(session, case, since=None)
        assert [(one.exit, one.decided_on) for one in found.offences] == [("published", TODAY)]
        assert len(found.barring()) == 1
        assert found.decided() == (), "it keeps nobody on the list of R45"
    work.do(publishing.withdraw_publication, why="mistaken", reason="公布有误", actor=office.head)
    with office.store.read() as session:
        case = session.get_one(CaseRow, again.id)
        assert search_history(session, case, since=None).offences == ()


def test_drawn_publications_count_by_month_quarter_and_year_as_an_oracle_counts_them(office: Office) -> None:
    draw = Random(20260229)
    cases = [Work(office, employer=f"{n}厂").id for n in range(4)]
    known: Counter[str] = Counter()
    states = ("proposed", "approved", "dropped", "published", "withdrawn")
    with office.store.write() as session:
        for _ in range(300):
            case_id, state = draw.choice(cases), draw.choice(states)
            on = date(2026, 1, 1) + timedelta(days=draw.randrange(365))
            day = on if state in ("published", "withdrawn") else None
            said = {"address": "-", "legal_rep": "-", "facts": "-", "handled": "-", "breach": "arrears"}
            employer = session.get_one(CaseRow, case_id).employer_id
            given: dict[str, Any] = {"case_id": case_id, "employer_id": employer, "by": "acc", "at": office.at}
            session.add(PublicationRow(id=new_id("pub"), state=state, published_on=day, **said, **given))
            if state == "published":
                known[f"{on:%Y-%m}"] += 1
    with office.store.read() as session:
        spans = {f"2026-{month:02d}": window(f"2026-{month:02d}") for month in range(1, 13)}
        found = figures_of(session, spans | {"year": since_january(window("2026-12"))}, territories=("370215",))
        assert {name: one.total("published") for name, one in found.items() if name != "year"} == {
            name: known[name] for name in spans
        }
        year = found["year"]
        assert year.total("published") == known.total() > 30
        for dimension in DIMENSIONS:
            assert sum(year.by("published", dimension).values()) == known.total(), dimension
        lines = items(session, since_january(window("2026-12")), territories=("370215",), only={"published"})
        assert sum(one.value for one in lines) == known.total(), "the lines are the number"
