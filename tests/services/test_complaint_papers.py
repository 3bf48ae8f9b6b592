"""The papers of one complaint: its notice of declining, its notice of supplement; numbered, printed, served, proven."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select, text

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from services.cases import handling, screening
from services.cases.archiving import archive_case
from services.cases.outcomes import close_case
from services.linkage.linking import merge_cases, split, undo
from services.paperwork.filling_papers import download_paper, fill_paper, issue_service_proof, see_paper
from services.paperwork.papers import Issued
from services.paperwork.serving import announce_service
from tests.services.lives import complaint_clocks, served, told
from tests.services.office import Office
from tests.services.test_lives import deliver
from tests.services.test_papers import NAME, WORDS, complained
from tests.services.work import TODAY, Work
from warehouse import schema
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import CaseArchiveRow, ClockRow, ComplaintRow, DocumentRow, ReplyRow
from warehouse.queries.history import handling as handled
from warehouse.statistics.month import figures
from warehouse.store.handling import case_of_paper

BOTH = ("hotline_12345", "petition")
DECLINE: dict[str, Any] = {"ground": "in_arbitration_or_court", "reason": "已向仲裁委员会申请仲裁"}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def act(office: Office, service: Any, case_id: str, **fields: Any) -> Any:
    """One act of the desk on a case as it stands now."""
    asked = {"actor": office.desk, "at": office.at, "version": office.version(case_id), **fields}
    return service(office.store, case_id=case_id, **asked)


def declined(office: Office, **more: Any) -> tuple[str, str, Issued]:
    """A case that waits for its dispatch, one of whose two complaints the desk has declined."""
    case_id = office.case(channels=BOTH)
    one = told(office, case_id)[0]
    return case_id, one, act(office, screening.decline_complaint, case_id, complaint_id=one, **(DECLINE | more))


def number_of(office: Office, complaint_id: str) -> str:
    with office.store.read() as session:
        return session.get_one(ComplaintRow, complaint_id).complaint_no


def printed(office: Office, case_id: str, document_id: str, actor: Any = None) -> str:
    file = download_paper(
        office.store,
        matter_no=office.look(case_id).matter_no,
        document_id=document_id,
        form="docx",
        actor=actor or office.desk,
        at=office.at,
    )
    document: Any = Document(BytesIO(file.body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def serve(office: Office, document_id: str, actor: Any = None, **more: Any) -> None:
    given: dict[str, Any] = {"served_on": TODAY, "served_how": "by_post", "at": office.at} | more
    handling.serve_document(office.store, document_id=document_id, actor=actor or office.desk, **given)


def test_a_declined_complaint_has_a_notice_of_its_own_with_ground_article_reason_and_remedy(office: Office) -> None:
    case_id, one, paper = declined(office)
    other = told(office, case_id)[1]
    assert paper.document_no == "即人社劳监不受字〔2026〕第1号"
    words = printed(office, case_id, paper.document_id)
    for said in (
        f"投诉人（线索编号：{number_of(office, one)}）：",
        "已进入仲裁或者诉讼",
        "《劳动保障监察条例》第二十一条",
        "已向仲裁委员会申请仲裁",
        "六十日内依法申请行政复议",
        "六个月内依法向人民法院提起行政诉讼",
        "青岛蓝天海产加工有限公司",
        office.look(case_id).matter_no,
    ):
        assert said in words
    assert number_of(office, other) not in words, "nobody reads who else complained"
    with office.store.read() as session:
        (reply,) = session.scalars(select(ReplyRow.body).where(ReplyRow.complaint_id == one))
    assert paper.document_no in reply
    assert declined(office)[2].document_no == "即人社劳监不受字〔2026〕第2号"


def test_the_notices_of_one_complaint_and_of_whole_cases_share_their_numbers(office: Office) -> None:
    _, _, first = declined(office)
    work = Work(office)
    whole = work.do(handling.decline_case, **DECLINE)
    _, _, third = declined(office)
    serials = [int(re.findall(r"第(\d+)号", one.document_no)[0]) for one in (first, whole, third)]
    assert serials == [1, 2, 3]


def test_a_case_that_is_declined_tells_those_only_who_were_not_declined_before(office: Office) -> None:
    work = Work(office, channels=BOTH)
    one, other = told(office, work.id)
    work.do(screening.decline_complaint, complaint_id=one, **DECLINE)
    whole = work.do(handling.decline_case, **DECLINE)
    words = printed(office, work.id, whole.document_id)
    assert number_of(office, other) in words
    assert number_of(office, one) not in words


def test_one_declined_complaint_does_not_make_the_case_declined(office: Office) -> None:
    declined(office)
    with office.store.read() as session:
        found = figures(session, "2026-11")
    assert [found.total(name) for name in ("declined", "concluded", "pending_end", "documents")] == [0, 0, 1, 1]


def test_a_question_has_a_numbered_notice_with_what_is_missing_and_the_day_of_its_clock(office: Office) -> None:
    case_id = office.case(channels=BOTH)
    one = told(office, case_id)[0]
    paper = act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="用人单位全称和工资条")
    assert paper.document_no == "即人社劳监补字〔2026〕第1号"
    words = printed(office, case_id, paper.document_id)
    assert "请于2026年12月11日前补正下列材料：用人单位全称和工资条" in words
    assert number_of(office, one) in words
    assert complaint_clocks(office, one, "supplement") == [("running", TODAY, date(2026, 12, 11))]
    with office.store.read() as session:
        (reply,) = session.scalars(select(ReplyRow.body).where(ReplyRow.complaint_id == one))
    assert paper.document_no in reply
    with pytest.raises(BadInput, match="no such blank"):
        act(office, fill_paper, case_id, document_id=paper.document_id, values={"wanted_until": "2026-12-30"})
    act(office, fill_paper, case_id, document_id=paper.document_id, values={"contact": "窗口 88551234"})
    assert "窗口 88551234" in printed(office, case_id, paper.document_id)
    with pytest.raises(BadInput, match="comes with the asking"):
        act(office, handling.issue_document, case_id, kind="supplement_notice", issued_on=TODAY, body={})


def test_a_provisional_day_stands_on_no_notice_until_its_year_is_published(office: Office) -> None:
    case_id = office.case()
    (one,) = told(office, case_id)
    at = datetime(2026, 12, 28, 1, 0, tzinfo=office.at.tzinfo)
    paper = act(office, screening.ask_supplement, case_id, complaint_id=one, wanted="工资条", at=at)
    assert "2027年" not in printed(office, case_id, paper.document_id)
    seen = see_paper(
        office.store,
        matter_no=office.look(case_id).matter_no,
        document_id=paper.document_id,
        actor=office.desk,
        at=at,
    )
    assert [blank.key for blank in seen.lacking] == ["wanted_until"]
    with office.store.write() as session:
        clock = session.scalars(select(ClockRow).where(ClockRow.kind == "supplement")).one()
        clock.provisional, clock.due_on = False, date(2027, 1, 19)
    assert "请于2027年1月19日前补正" in printed(office, case_id, paper.document_id)


def test_a_notice_is_served_with_proof_by_the_desk_before_anybody_holds_the_case(office: Office) -> None:
    case_id, one, paper = declined(office)
    assert complaint_clocks(office, one, "serve") == [("running", TODAY, date(2026, 11, 27))]
    proof = act(office, issue_service_proof, case_id, document_id=paper.document_id, issued_on=TODAY)
    serve(office, paper.document_id)
    assert [state for state, _, _ in complaint_clocks(office, one, "serve")] == ["met"]
    words = printed(office, case_id, proof.document_id)
    for said in (paper.document_no, f"投诉人（线索编号：{number_of(office, one)}）", "邮寄送达", "2026年11月20日"):
        assert said in words
    assert "青岛蓝天海产加工有限公司" not in words, "the receiver is who complained"
    with pytest.raises(NotAllowed, match="already served"):
        serve(office, paper.document_id)
    with pytest.raises(NotAllowed, match="served; what it says stands"):
        act(office, fill_paper, case_id, document_id=paper.document_id, values={"text": "x"})


def test_the_notice_of_one_complaint_is_announced_where_no_other_way_reached_who_told(office: Office) -> None:
    case_id, one, paper = declined(office)
    why = {"tried": "by_post", "reason": "查无此人，邮件退回"}
    act(office, announce_service, case_id, document_id=paper.document_id, announced_on=TODAY, **why)
    due = date(2026, 12, 21)
    assert complaint_clocks(office, one, "notice_service") == [("running", TODAY, due)]
    where: dict[str, Any] = {"document_id": paper.document_id, "served_on": due, "served_how": "by_notice"}
    with pytest.raises(NotAllowed, match="runs until 2026-12-21"):
        handling.serve_document(office.store, **where, actor=office.desk, at=office.at + timedelta(days=31))
    handling.serve_document(office.store, **where, actor=office.desk, at=office.at + timedelta(days=32))
    for kind in ("notice_service", "serve"):
        assert [state for state, _, _ in complaint_clocks(office, one, kind)] == ["met"]


def test_the_service_of_a_notice_is_recorded_after_its_case_has_closed_too(office: Office) -> None:
    case_id, _, paper = declined(office)
    other = told(office, case_id)[1]
    act(office, screening.answer_complaint, case_id, complaint_id=other, answer="已答复")
    assert office.look(case_id).status == "closed"
    serve(office, paper.document_id)
    with office.store.read() as session:
        assert session.get_one(DocumentRow, paper.document_id).served_how == "by_post"


def test_whose_paper_it_is_not_may_not_touch_it(office: Office) -> None:
    case_id, _, paper = declined(office)
    elsewhere, inspector = office.officer(Role.DESK_OFFICER, "370202"), office.inspectors[0]
    for actor in (elsewhere, inspector):
        with pytest.raises(NotFound):
            serve(office, paper.document_id, actor)
        with pytest.raises(NotFound):
            act(office, fill_paper, case_id, document_id=paper.document_id, values={"text": "x"}, actor=actor)
        with pytest.raises(NotFound):
            printed(office, case_id, paper.document_id, actor)
    with pytest.raises(NotFound):
        act(office, fill_paper, office.case(), document_id=paper.document_id, values={"text": "x"})
    with pytest.raises(Conflict):
        act(office, fill_paper, case_id, document_id=paper.document_id, values={"text": "x"}, version=0)
    work = Work(office)
    order = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={})
    with pytest.raises(NotFound):
        serve(office, order.document_id)


def test_no_notice_is_numbered_when_the_refusal_itself_is_refused(office: Office) -> None:
    case_id = office.case(channels=BOTH)
    complained(office, case_id)
    one, _ = told(office, case_id)
    for reason in (NAME, WORDS):
        with pytest.raises(NotAllowed, match=r"names a complainant|quotes a complaint"):
            act(office, screening.decline_complaint, case_id, complaint_id=one, **(DECLINE | {"reason": reason}))
        with pytest.raises(NotAllowed, match=r"names a complainant|quotes a complaint"):
            act(office, screening.ask_supplement, case_id, complaint_id=one, wanted=reason)
    with pytest.raises(NotAllowed, match="last two years"):
        act(office, screening.decline_complaint, case_id, complaint_id=one, ground="older_than_two_years", reason="x")
    with office.store.read() as session:
        assert session.scalars(select(DocumentRow)).all() == []
        assert session.scalars(select(ReplyRow)).all() == []
    assert act(office, screening.decline_complaint, case_id, complaint_id=one, **DECLINE).document_no.endswith("第1号")


def lies_in(office: Office, document_id: str) -> str | None:
    with office.store.read() as session:
        return case_of_paper(session, session.get_one(DocumentRow, document_id))


def test_a_notice_goes_with_its_complaint_through_a_merge_its_undo_and_a_split(office: Office) -> None:
    case_id, one, paper = declined(office)
    into = office.case()
    event_id = merge_cases(
        office.store,
        from_case_id=case_id,
        into_case_id=into,
        from_version=office.version(case_id),
        into_version=office.version(into),
        actor=office.desk,
        at=office.at,
    ).event_id
    assert lies_in(office, paper.document_id) == into
    with office.store.read() as session:
        assert [row.id for row in handled(session, into).papers] == [paper.document_id]
        assert handled(session, case_id).papers == ()
    printed(office, into, paper.document_id)
    with pytest.raises(NotFound):
        printed(office, case_id, paper.document_id)
    undo(office.store, event_id=event_id, actor=office.desk, at=office.at)
    assert lies_in(office, paper.document_id) == case_id
    act(office, split, case_id, complaint_ids=[one])
    assert lies_in(office, paper.document_id) not in (case_id, into)


def test_a_volume_counts_the_notices_of_its_complaints(office: Office) -> None:
    work = Work(office, channels=BOTH)
    one, _ = told(office, work.id)
    work.do(screening.decline_complaint, complaint_id=one, **DECLINE)
    work.do(handling.decline_case, **DECLINE)
    served(work, "declining_notice")
    work.do(close_case, actor=office.head)
    deliver(office, office.at + timedelta(hours=2))
    work.do(archive_case, actor=office.head, at=office.at + timedelta(days=1))
    with office.store.read() as session:
        assert session.scalars(select(CaseArchiveRow.papers)).one() == 2


def test_papers_kept_before_complaints_had_their_own_stay_as_they_were(store_url: str, now: datetime) -> None:
    """A filled database takes the step, and the step back as long as nothing would be lost."""
    warehouse = open_warehouse(store_url)
    office = Office(warehouse, now)
    work = Work(office)
    work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={"text": "旧"})
    _to(warehouse, "0006")
    with warehouse.engine.connect() as connection:
        columns = list(connection.execute(text("SELECT * FROM document")).keys())
    assert "case_id" in columns
    assert "complaint_id" not in columns
    schema.upgrade(warehouse.engine)
    with warehouse.read() as session:
        (row,) = session.scalars(select(DocumentRow))
        assert (row.case_id, row.complaint_id, row.body) == (work.id, None, {"text": "旧"})
    declined(office)
    with pytest.raises(RuntimeError, match="no place in the older tables"):
        _to(warehouse, "0006")
    assert schema.is_current(warehouse.engine)
    warehouse.close()


def _to(warehouse: Warehouse, step: str) -> None:
    schema.downgrade(warehouse.engine, step)
