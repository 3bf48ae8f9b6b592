"""Papers: filled from the case, opened again and compared field by field, numbered without gaps, deaf to canaries."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from casework.blanks import BLANKS, COMMON, Origin, typed
from casework.calendar import local_day
from casework.complaint import RosterLine
from casework.documents import KINDS, TO_PAY, faces_employer
from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from casework.sanctions import LISTING_PAPERS, PUBLICATION_PAPERS, STEP_PAPERS
from services.cases import handling
from services.cases.outcomes import decide_outcome, submit_outcome
from services.cases.reopening import reopen_case
from services.cases.screening import ask_supplement, redirect_complaint
from services.leniency.pledges import Duty
from services.malice import publishing
from services.malice.transferring import decide_transfer
from services.paperwork.filling_papers import download_paper, fill_paper, issue_service_proof, see_paper
from services.paperwork.forms import FOLDER
from services.paperwork.forms.making import form
from services.paperwork.forms.parts import Grid, Line, Loop
from services.paperwork.forms.sheets import SHEETS
from services.paperwork.paper_files import EMPTY, fill, pdf_of
from services.paperwork.paper_values import SENTENCES
from services.paperwork.papers import DECIDED_ON, add_paper
from services.paperwork.serving import announce_service
from tests.services.lives import ordered, spared_and_closed
from tests.services.office import Office
from tests.services.test_malicious import listed, reported
from tests.services.work import C2, CALLED, PRIOR, TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    CaseRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    CrimeTransferRow,
    DocumentRow,
    JointListingRow,
    OutcomeRow,
    WorkerRow,
    new_id,
)
from warehouse.store.handling import papers_in
from warehouse.store.settings import set_setting

PLACE = re.compile(r"\{\{ (\w+) \}\}")
NAME, PHONE, ID_NO = "刘春生", "13812343307", "370282199003074512"
WORDS = "厂里三个月没发钱了，找老板也不见人，孩子上学等着用钱"
ITEMS = [
    {"no": 1, "name": "营业执照", "asked": True, "side": "建"},
    {"no": 2, "name": "花名册", "asked": False, "side": "总"},
]
WITH_THEIR_ACT = (
    "rectification_order",
    "declining_notice",
    "supplement_notice",
    "other_way_notice",
    "performance_demand",
    "service_proof",
)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def complained(office: Office, case_id: str) -> None:
    """Somebody with a name told this in words of their own."""
    with office.store.write() as session:
        one = session.get_one(CaseRow, case_id).main_complaint_id
        row = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == one)).one()
        row.complainant_name, row.complainant_phone, row.complainant_id_no = NAME, PHONE, ID_NO
        row.narrative = WORDS


def papers_of(office: Office, case_id: str) -> dict[str, str]:
    """The last paper of each kind that lies in a case, by kind."""
    with office.store.read() as session:
        rows = session.scalars(select(DocumentRow).where(papers_in(case_id)).order_by(DocumentRow.serial))
        return {row.kind: row.id for row in rows}


def typed_into(kind: str) -> dict[str, str]:
    """Something of its own for every blank that is typed."""
    odd = "甲&乙<w:p>“丙”{{7*7}}{%x%}{_{乙}_}{_%丁%_}\n第二行"
    made = {blank.key: f"{blank.key} {odd}" if blank.form == "long" else f"<{blank.key}>&" for blank in typed(kind)}
    days = {blank.key: "2026-12-07" for blank in typed(kind) if blank.form == "day"}
    sums = {blank.key: "2000.50" for blank in typed(kind) if blank.form == "yuan"}
    return made | days | sums | ({"side": "employer"} if "side" in made else {})


def shown(key: str, value: str) -> str:
    """How a typed value stands on the paper."""
    if key == "intended_fine":
        return f"{value}元"
    if re.fullmatch(r"2026-12-07", value):
        return "2026年12月7日"
    if key in SENTENCES:
        return f"{value}。"
    return {"employer": "用人单位"}.get(value, value) if key == "side" else value


def fields_of(kind: str, body: bytes, values: dict[str, Any]) -> dict[str, set[str]]:
    """What stands in each blank of a .docx, read from the sentences around it. `values` say which lines there are."""
    document: Any = Document(BytesIO(body))
    lines = iter([one.text for one in document.paragraphs if one.text])
    tables = iter(document.tables)
    found: dict[str, set[str]] = {}

    def take(template: str, text: str) -> None:
        names = PLACE.findall(template)
        pattern = "(.*)".join(re.escape(part) for part in PLACE.split(template)[::2])
        match = re.fullmatch(pattern, text, re.DOTALL)
        assert match is not None, (kind, template, text)
        for name, value in zip(names, match.groups(), strict=True):
            found.setdefault(name, set()).add(value)

    for part in SHEETS[kind]:
        if isinstance(part, Line):
            if not part.when or values.get(part.when):
                take(part.text, next(lines))
        elif isinstance(part, Grid):
            rows = [[cell.text for cell in row.cells] for row in next(tables).rows]
            assert [row[0] for row in rows] == [label for label, _ in part.rows]
            for (_, template), row in zip(part.rows, rows, strict=True):
                take(template, row[1])
        elif isinstance(part, Loop) and values.get(part.key):
            rows = [[cell.text for cell in row.cells] for row in next(tables).rows]
            assert rows == [list(part.heads), ["1", "营业执照", "√", "建"], ["2", "花名册", "　", "总"]]
    assert list(lines) == []
    assert list(tables) == []
    return found


def every_paper(office: Office) -> Iterator[tuple[Work, str, str]]:
    """Every kind of paper on cases that went all the way: the work, the kind and the paper's id."""
    work = Work(office)
    work.corrected()
    for kind in KINDS:
        if kind not in {*WITH_THEIR_ACT, *STEP_PAPERS, *DECIDED_ON, "transfer_letter"}:
            items: dict[str, Any] = CALLED | {"items": ITEMS} if kind == "inquiry_notice" else {}
            work.do(handling.issue_document, kind=kind, issued_on=TODAY, body=items)
    ids = papers_of(office, work.id)
    with office.store.write() as session:
        case = session.get_one(CaseRow, work.id)
        body = {"text": "支付工资", "unpaid": "12000.00"}
        add_paper(session, case, "performance_demand", TODAY, body, actor=work.lead, at=office.at)
        for kind in (DECIDED_ON | {"transfer_letter"}) - {"exemption_decision"}:
            add_paper(session, case, kind, TODAY, {}, actor=work.lead, at=office.at)
    work.do(issue_service_proof, document_id=ids["rectification_order"], issued_on=TODAY)
    handling.serve_document(
        office.store, document_id=ids["inquiry_notice"], served_on=TODAY, served_how="left",
        actor=work.lead, at=office.at,
    )  # fmt: skip
    outcome_id = work.do(submit_outcome, proposal=C2)
    work.reviewed()
    decide_outcome(office.store, outcome_id=outcome_id, approve=True, reason=None, actor=office.head, at=office.at)
    yield from ((work, kind, one) for kind, one in papers_of(office, work.id).items())
    yield from papers_of_steps(office)
    asked = Work(office)
    asked.do(ask_supplement, complaint_id=asked.main, wanted="工资条")
    yield asked, "supplement_notice", papers_of(office, asked.id)["supplement_notice"]
    gone = Work(office, channels=("hotline_12345", "petition"))
    gone.do(redirect_complaint, complaint_id=gone.main, way="arbitration", reason="可以申请仲裁")
    yield gone, "other_way_notice", papers_of(office, gone.id)["other_way_notice"]
    declined = Work(office)
    declined.do(handling.decline_case, ground="in_arbitration_or_court", reason="可以申请仲裁")
    yield declined, "declining_notice", papers_of(office, declined.id)["declining_notice"]


def papers_of_steps(office: Office) -> Iterator[tuple[Work, str, str]]:
    """The papers of a listing and of a transfer, before they are served."""
    work, _ = listed(office)
    with office.store.write() as session:
        case, row = session.get_one(CaseRow, work.id), session.scalars(select(JointListingRow)).one()
        row.credit_pledge_on = row.corrected_on = date(2026, 12, 1)
        row.removal_asked_on = date(2027, 6, 2)
        for kind in LISTING_PAPERS - {"listing_decision"}:
            body = {"listing": row.id, "reason": "逾期未付。"}
            add_paper(session, case, kind, TODAY, body, actor=work.lead, at=office.at)
    yield from ((work, kind, one) for kind, one in papers_of(office, work.id).items() if kind in LISTING_PAPERS)
    yield from papers_of_a_publication(office)
    sent = reported(office)
    sent.do(decide_transfer, approve=True, reason="符合移送条件", actor=office.head)
    with office.store.write() as session:
        case, crime = session.get_one(CaseRow, sent.id), session.scalars(select(CrimeTransferRow)).one()
        crime.police, crime.police_answered_on, crime.police_answer = "即墨分局", TODAY, "数额不足"
        add_paper(session, case, "reconsideration_letter", TODAY, {"transfer": crime.id}, actor=sent.lead, at=office.at)
    yield from ((sent, kind, one) for kind, one in papers_of(office, sent.id).items() if kind in STEP_PAPERS)


def papers_of_a_publication(office: Office) -> Iterator[tuple[Work, str, str]]:
    """What is published of a breach, the answer to an objection, and the correction."""
    work = ordered(office)
    text = {
        "code": "370282228001234",
        "address": "即墨区振华街1号",
        "legal_rep": "王法人",
        "facts": "拖欠工资",
        "handled": "责令支付",
    }
    given: dict[str, Any] = {"reason": "逾期未付", "actor": office.head}
    work.do(publishing.propose_publication, breach="arrears", basis="数额较大", **text)
    work.do(publishing.decide_publication, approve=True, **given)
    work.do(publishing.publish_breach, published_on=TODAY, place="区政府门户网站")
    work.do(publishing.record_publication_objection, objection="金额有误", objected_on=TODAY)
    work.do(publishing.answer_publication, answer="accepted", **given)
    work.do(publishing.correct_publication, facts="拖欠工资三万元", handled="已支付", **given)
    yield from ((work, kind, one) for kind, one in papers_of(office, work.id).items() if kind in PUBLICATION_PAPERS)


def known(office: Office, work: Work, paper_id: str) -> dict[str, str]:
    """What the records of these cases put into the blanks."""
    case = office.look(work.id)
    with office.store.read() as session:
        paper = session.get_one(DocumentRow, paper_id)
        order = session.scalars(
            select(DocumentRow.document_no).where(
                DocumentRow.kind == "rectification_order", DocumentRow.case_id == case.id
            )
        ).first()
        decision = session.scalars(
            select(DocumentRow.document_no).where(
                DocumentRow.kind == "exemption_decision", DocumentRow.case_id == case.id
            )
        ).first()
        number = session.get_one(ComplaintRow, case.main_complaint_id).complaint_no
        session.expunge(paper)
    if paper.kind == "declining_notice":
        remedy = "如不服，可以自收到本通知书之日起六十日内依法申请行政复议，或者自收到本通知书之日起六个月内依法向人民法院提起行政诉讼；也可以依法申请劳动人事争议仲裁。"  # noqa: E501
    else:
        remedy = "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"  # noqa: E501
    return {
        "office": "青岛市即墨区人力资源和社会保障局",
        "title": KINDS[paper.kind].title,
        "document_no": paper.document_no,
        "issued_on": f"2026年11月{paper.issued_on.day}日",
        "matter": case.case_no or case.matter_no,
        "employer": "青岛蓝天海产加工有限公司",
        "officers": "officer 4、officer 5",
        "nature": "拖欠工资",
        "period": "2026-08至2026-09",
        "workers": "3人",
        "amount_claimed": "30,000.00元",
        "amount_verified": "30,000.00元",
        "amount_paid": "30,000.00元",
        "complaint_nos": number,
        "sources": "12345热线",
        "remedy": remedy,
        "outcome": "不予行政处罚（首违不罚）",
        "basis": "《中华人民共和国行政处罚法》第三十三条第一款、第五十七条第一款第（二）项",
        "amount_exempted": "2,000.00元",
        "exempted_article": "《劳动保障监察条例》第二十三条",
        "decision_no": decision or "",
        "law": f"《劳动保障监察条例》第二十{'一' if paper.kind == 'declining_notice' else '六'}条",
        "ground": "已进入仲裁或者诉讼",
        "reason": "可以申请仲裁。",
        "wanted": "工资条。",
        "way": "劳动仲裁",
        "wanted_until": "2026年12月11日",
        "demand": "支付工资。",
        "due_on": "2026年11月27日",
        "obligations": "按月支付工资",
        "pledged_until": "2026年12月31日",
        "unpaid": "12000.00元",
        "listing_order": f"{order}（限期：2026年11月16日）",
        "listing_ground": "拖欠农民工工资数额达到认定拒不支付劳动报酬罪的数额标准",
        "listed_persons": "王法人",
        "listing_told_on": "2026年11月18日",
        "listed_on": "2026年11月30日",
        "listed_until": "2029年11月30日",
        "credit_pledge_on": "2026年12月1日",
        "corrected_on": "2026年12月1日",
        "removal_asked_on": "2027年6月2日",
        "reported_on": "2026年11月20日",
        "report": "包工头失联，欠薪九万元",
        "transfer_decision": "同意移送：符合移送条件",
        "transfer_decided_on": "2026年11月20日",
        "police": "即墨分局",
        "police_answered_on": "2026年11月20日",
        "police_answer": "数额不足",
        "served_to": "青岛蓝天海产加工有限公司",
        "served_title": "限期改正指令书",
        "served_no": order or "",
        "published_breach": "克扣、无故拖欠劳动者劳动报酬，数额较大",
        "published_code": "370282228001234",
        "published_address": "即墨区振华街1号",
        "published_rep": "王法人",
        "published_facts": "拖欠工资三万元。" if paper.kind == "publication_correction" else "拖欠工资。",
        "published_handling": "已支付。" if paper.kind == "publication_correction" else "责令支付。",
        "publication_no": "即人社劳监公字〔2026〕第1号",
        "publication_step": "更正",
        "objected_on": "2026年11月20日",
    } | (
        {"workers": "12人", "amount_verified": "90,000.00元", "amount_paid": "0.00元", "reason": "逾期未付。"}
        if paper.kind in STEP_PAPERS
        else {}
    )  # fmt: skip


def says(office: Office, work: Work, kind: str) -> str:
    """A paper as one reads it."""
    seen = see_paper(
        office.store,
        matter_no=office.look(work.id).matter_no,
        document_id=papers_of(office, work.id)[kind],
        actor=work.lead,
        at=office.at,
    )
    return "\n".join(block.text for block in seen.blocks)


def test_a_decision_ends_its_sentences_and_names_no_sum_of_nothing(office: Office) -> None:
    work = Work(office)
    work.spared()
    given = {"why_spared": "初次违法", "facts": "拖欠三人工资。", "education": "约谈"}
    work.do(fill_paper, document_id=papers_of(office, work.id)["exemption_decision"], values=given)
    text = says(office, work, "exemption_decision")
    assert "理由：初次违法。" in text
    assert "拖欠三人工资。\n" in text, "one stop is enough"
    assert "批评教育：约谈。本决定" in text
    assert "第三十三条第一款、第五十七条第一款第（二）项" in text
    assert "免罚金额" in text
    with office.store.write() as session:
        session.scalars(select(OutcomeRow)).one().amount_exempted_fen = 0
    assert "免罚金额" not in says(office, work, "exemption_decision")


def test_an_order_names_the_article_that_was_broken(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    assert "违反了" not in says(office, work, "rectification_order")
    work.do(fill_paper, document_id=issued.document_id, values={"article": "724 §30"})
    assert "上述行为违反了《保障农民工工资支付条例》第三十条。" in says(office, work, "rectification_order")


def test_every_paper_opened_again_says_what_was_filled_in(office: Office) -> None:
    kinds, compared = set(), 0
    for work, kind, paper_id in every_paper(office):
        matter_no, given = office.look(work.id).matter_no, {} if kind == "inquiry_notice" else typed_into(kind)
        where: dict[str, Any] = {"matter_no": matter_no, "document_id": paper_id, "actor": work.lead, "at": office.at}
        if given:
            work.do(fill_paper, document_id=paper_id, values=given)
        file = download_paper(office.store, **where, form="docx")
        expected = known(office, work, paper_id) | {key: shown(key, value) for key, value in given.items()}
        seen = see_paper(office.store, **where)
        assert file.name == f"{seen.title} {seen.document_no}.docx"
        assert [one for one in seen.lacking if expected.get(one.key)] == []
        values: dict[str, Any] = {blank.key: expected.get(blank.key) for blank in BLANKS[kind]}
        if kind == "inquiry_notice":
            values |= {key: shown(key, value) for key, value in CALLED.items()} | {"items": ITEMS}
        for key, found in fields_of(kind, file.body, values).items():
            assert found == {values[key] or EMPTY}, (kind, key)
            compared += 1
        kinds.add(kind)
        assert file.body == download_paper(office.store, **where, form="docx").body
    assert kinds == set(KINDS)
    assert compared > 150


def test_the_report_that_the_closing_numbers_is_filled_until_the_file_is_archived(office: Office) -> None:
    work = spared_and_closed(office)
    report = papers_of(office, work.id)["closing_report"]
    fields = {"document_id": report, "values": {"process": "已足额补发", "performance": "完毕", "opinion": "同意结案"}}
    work.do(fill_paper, **fields)
    seen = see_paper(
        office.store, matter_no=office.look(work.id).matter_no, document_id=report, actor=work.lead, at=office.at
    )
    assert (seen.lacking, seen.editable) == ((), True)
    notice = papers_of(office, work.id)["rectification_order"]
    with pytest.raises(NotAllowed, match="file is closed"):
        work.do(fill_paper, document_id=notice, values={"facts": "欠薪"})
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).legal_status = "archived"
    with pytest.raises(NotAllowed, match="file is closed"):
        work.do(fill_paper, **fields)


def test_no_officer_numbers_the_paper_of_a_decision_alone(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    assert {"handling_decision", "penalty_decision", "exemption_decision", "closing_report"} < DECIDED_ON
    for kind in DECIDED_ON:
        with pytest.raises(BadInput, match="comes with the decision of a head"):
            work.do(handling.issue_document, kind=kind, issued_on=TODAY, body={}, served_on=TODAY, served_how="direct")
    with pytest.raises(NotAllowed, match="after a head has approved the transfer"):
        work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    assert papers_of(office, work.id) == {}


def test_a_proof_of_service_fills_itself_when_its_paper_is_served(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED)
    proof = work.do(issue_service_proof, document_id=issued.document_id, issued_on=TODAY)
    handling.serve_document(
        office.store, document_id=issued.document_id, served_on=TODAY, served_how="left",
        actor=work.lead, at=office.at,
    )  # fmt: skip
    file = download_paper(
        office.store,
        matter_no=office.look(work.id).matter_no,
        document_id=proof.document_id,
        form="docx",
        actor=work.lead,
        at=office.at,
    )
    found = fields_of("service_proof", file.body, {})
    assert found["served_no"] == {issued.document_no}
    assert (found["served_how"], found["served_on"]) == ({"留置送达"}, {"2026年11月20日"})
    with pytest.raises(BadInput, match="names the paper"):
        work.do(handling.issue_document, kind="service_proof", issued_on=TODAY, body={})
    with pytest.raises(NotAllowed, match="stays in the file"):
        work.do(issue_service_proof, document_id=proof.document_id, issued_on=TODAY)
    with pytest.raises(NotFound, match="no such paper"):
        work.do(issue_service_proof, document_id="doc_0", issued_on=TODAY)


def test_numbers_run_without_gaps_or_repeats_while_many_issue_at_once(office: Office) -> None:
    works = [Work(office) for _ in range(4)]

    def issue(turn: tuple[int, Work]) -> int:
        """Half of the papers are refused after they had their number: that number is the next paper's."""
        number, work = turn
        refused = 0
        for n in range(6):
            wrong = {"served_on": TODAY, "served_how": "by shouting"} if (n + number) % 2 else {}
            try:
                work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={}, **wrong)
            except BadInput:
                refused += 1
        return refused

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(issue, enumerate(works))) == 12
    with office.store.read() as session:
        question = select(DocumentRow.serial, DocumentRow.document_no, DocumentRow.case_id)
        rows = session.execute(question.where(DocumentRow.kind == "inquiry_notice")).all()
    assert sorted(row.serial for row in rows) == list(range(1, 13))
    assert {row.document_no for row in rows} == {f"即人社劳监询字〔2026〕第{n}号" for n in range(1, 13)}
    assert Counter(row.case_id for row in rows) == {work.id: 3 for work in works}


CANARIES = (
    NAME, "刘 春 生", "刘\n春\n生", "刘·春*生", PHONE, "138 1234 3307", "１３８１２３４３３０７", "138-1234-3307",
    ID_NO, "370282 19900307 4512", WORDS, "三个月没发钱了 找老板也不见人", "三个月、没发钱了／找老板也不见人",
)  # fmt: skip


def test_no_paper_that_the_employer_reads_takes_a_canary(office: Office) -> None:
    """Every kind, every blank that is typed, every spelling; afterwards not a trace in any file."""
    faced, tried = set(), 0
    for work, kind, paper_id in every_paper(office):
        complained(office, work.id)
        if not faces_employer(kind, {}) or kind == "inquiry_notice" or KINDS[kind].public:
            continue  # Nobody writes on what is published; what the acts take in is tried with them.
        faced.add(kind)
        blanks = [blank for blank in typed(kind) if blank.form in ("long", "line")]
        for n, canary in enumerate(CANARIES):
            # A line takes a short quotation, which may be an address; a long one it does not take either.
            fits = [one for one in blanks if one.form == "long" or canary not in CANARIES[-2:]]
            blank = fits[n % len(fits)]
            with pytest.raises(NotAllowed, match=r"names a complainant|quotes a complaint"):
                work.do(fill_paper, document_id=paper_id, values={blank.key: f"查明：{canary}。"})
            tried += 1
        work.do(fill_paper, document_id=paper_id, values={"text": "依法办理"})
        seen = _everything(office, work, paper_id)
        assert not any(one in seen for one in (NAME, PHONE, ID_NO, WORDS[:12])), kind
    assert faced == {kind for kind in KINDS if KINDS[kind].served or KINDS[kind].signed} - {"inquiry_notice"}
    assert tried > 100


def test_an_order_and_a_decline_take_no_canary_either(office: Office) -> None:
    work = Work(office)
    complained(office, work.id)
    for canary in CANARIES:
        with pytest.raises(NotAllowed, match=r"names a complainant|quotes a complaint"):
            work.do(handling.order_correction, demand=f"支付{canary}的工资", law="423 §26", issued_on=TODAY)
        with pytest.raises(NotAllowed, match=r"names a complainant|quotes a complaint"):
            work.do(handling.decline_case, ground="in_arbitration_or_court", reason=canary)
    assert papers_of(office, work.id) == {}
    assert office.look(work.id).status == "in_progress"


def _everything(office: Office, work: Work, paper_id: str) -> str:
    """All the letters of a paper's file, without what stands between them."""
    file = download_paper(
        office.store,
        matter_no=office.look(work.id).matter_no,
        document_id=paper_id,
        form="docx",
        actor=work.lead,
        at=office.at,
    )
    with zipfile.ZipFile(BytesIO(file.body)) as pack:
        text = "".join(pack.read(name).decode() for name in pack.namelist())
    return re.sub(r"<[^>]*>|\s", "", text)


def test_a_paper_is_asked_again_when_it_leaves_for_complaints_join_later(office: Office) -> None:
    work = Work(office)
    body = {"text": f"据{NAME}反映"}
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=body)
    where: dict[str, Any] = {
        "matter_no": office.look(work.id).matter_no,
        "document_id": issued.document_id,
        "actor": work.lead,
        "at": office.at,
    }
    assert NAME in str(see_paper(office.store, **where).blocks)
    complained(office, work.id)
    for form_ in ("docx", "pdf"):
        with pytest.raises(NotAllowed, match="names a complainant"):
            download_paper(office.store, **where, form=form_)
    seen = see_paper(office.store, **where)
    assert seen.blocks == ()
    assert seen.problem is not None
    work.do(fill_paper, document_id=issued.document_id, values={"text": "依法查明"})
    assert see_paper(office.store, **where).problem is None


def test_the_record_of_a_worker_s_interview_may_name_the_worker(office: Office) -> None:
    work = Work(office)
    complained(office, work.id)
    issued = work.do(handling.issue_document, kind="interview_record", issued_on=TODAY, body={})
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(fill_paper, document_id=issued.document_id, values={"person": NAME})
    work.do(fill_paper, document_id=issued.document_id, values={"person": NAME, "side": "worker"})
    assert NAME in _everything(office, work, issued.document_id)
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(fill_paper, document_id=issued.document_id, values={"side": "employer"})


def test_an_interview_is_written_down_as_said_and_printed_when_it_is_clear_whose_it_is(office: Office) -> None:
    work = Work(office)
    complained(office, work.id)
    body = {"text": f"问：姓名？答：{NAME}。{WORDS}"}
    issued = work.do(handling.issue_document, kind="interview_record", issued_on=TODAY, body=body)
    with pytest.raises(NotAllowed, match="names a complainant"):
        _everything(office, work, issued.document_id)
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(handling.issue_document, kind="inspection_record", issued_on=TODAY, body=body)
    work.do(fill_paper, document_id=issued.document_id, values={"side": "worker"})
    assert NAME in _everything(office, work, issued.document_id)


def test_a_record_is_of_the_officers_who_took_it_and_a_notice_says_the_hour(office: Office) -> None:
    work = Work(office)
    complained(office, work.id)
    taken = {
        "officers": f"{NAME}、王立群",
        "started_at": "2026-11-19 09:30",
        "ended_at": "2026-11-19 10:00",
        "text": "见账本",
    }
    record = work.do(handling.issue_document, kind="inspection_record", issued_on=TODAY, body=taken)
    assert f"监察员：{NAME}、王立群" in _everything(office, work, record.document_id), "an officer is no secret"
    called = {"appear_on": "2026-12-01", "appear_time": "09:00"}
    notice = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=called)
    assert "请你单位于2026年12月1日09:00到" in _everything(office, work, notice.document_id)


def test_what_was_served_stands_and_what_is_wrong_is_said(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    issued = work.do(handling.issue_document, kind="prior_notice", issued_on=TODAY, body={})
    paper = {"document_id": issued.document_id}
    with office.store.write() as session:
        case = session.get_one(CaseRow, work.id)
        decision = add_paper(session, case, "handling_decision", TODAY, {}, actor=work.lead, at=office.at).id
    with pytest.raises(BadInput, match="takes a day"):
        work.do(fill_paper, document_id=decision, values={"pay_until": "soon"})
    for values, words in (
        ({"employer": "x"}, "no such blank"),
        ({"moon": "x"}, "no such blank"),
        ({"facts": "x" * 2_001}, "at most 2000"),
        ({"intended_fine": "much"}, "takes a sum"),
    ):
        with pytest.raises(BadInput, match=words):
            work.do(fill_paper, **paper, values=values)
    record = work.do(handling.issue_document, kind="interview_record", issued_on=TODAY, body={})
    with pytest.raises(BadInput, match="takes one of"):
        work.do(fill_paper, document_id=record.document_id, values={"side": "moon"})
    stale = office.version(work.id)
    work.do(fill_paper, **paper, values={key: value for key, value in PRIOR.items() if key != "intended"})
    with pytest.raises(NotAllowed, match="blanks are empty: 拟作出的决定"):
        handling.serve_document(
            office.store, **paper, served_on=TODAY, served_how="direct", actor=work.lead, at=office.at
        )
    work.do(fill_paper, **paper, values={"intended": PRIOR["intended"]})
    with pytest.raises(Conflict):
        work.do(fill_paper, **paper, values={"facts": "考勤不实"}, version=stale)
    handling.serve_document(office.store, **paper, served_on=TODAY, served_how="direct", actor=work.lead, at=office.at)
    with pytest.raises(NotAllowed, match="served; what it says stands"):
        work.do(fill_paper, **paper, values={"facts": "考勤不实"})


def test_what_the_party_read_stands_when_the_records_change(office: Office) -> None:
    work = ordered(office)
    paper = papers_of(office, work.id)["handling_decision"]
    before = _everything(office, work, paper)
    assert "30,000.00元" in before
    work.do(reopen_case, reason="复核金额", actor=office.head)
    work.do(handling.verify_amount, amount=Decimal(40_000))
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).employer_name = "另一家公司"
    assert _everything(office, work, paper) == before


def test_a_paper_that_was_announced_counts_as_served_when_the_notice_has_run_out(office: Office) -> None:
    work = Work(office)
    notice = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED).document_id
    where: dict[str, Any] = {"document_id": notice, "served_how": "by_notice", "actor": work.lead}
    with pytest.raises(NotAllowed, match="announced first"):
        handling.serve_document(office.store, **where, served_on=TODAY, at=office.at)
    usual: dict[str, Any] = {"document_id": notice, "announced_on": TODAY, "tried": "by_post", "reason": "查无此人"}
    for wrong, words in (({"tried": "by_notice"}, "tried before"), ({"reason": " "}, "no other way")):
        with pytest.raises(BadInput, match=words):
            work.do(announce_service, **(usual | wrong))
    work.do(announce_service, **usual)
    with pytest.raises(NotAllowed, match="already"):
        work.do(announce_service, **usual)
    with pytest.raises(NotAllowed, match="what it says stands"):
        work.do(fill_paper, document_id=notice, values={"place": "别处"})
    due = date(2026, 12, 20)
    for day in (TODAY, due):
        with pytest.raises(NotAllowed, match="runs until 2026-12-21"):
            handling.serve_document(
                office.store, **where, served_on=day, at=office.at + timedelta(days=(day - TODAY).days)
            )
    after = office.at + timedelta(days=40)
    with pytest.raises(BadInput, match="served on 2026-12-21"):
        handling.serve_document(office.store, **where, served_on=after.date(), at=after)
    handling.serve_document(office.store, **where, served_on=date(2026, 12, 21), at=after)
    assert clocks(office, work.id)["notice_service"] == "met"


def announced(office: Office, on: date) -> tuple[Work, dict[str, Any]]:
    """A notice of inquiry that was announced on a day, and what the record of its service says."""
    work, at = Work(office), datetime.combine(on, office.at.timetz())
    notice = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED).document_id
    work.do(announce_service, document_id=notice, announced_on=on, tried="by_post", reason="查无此人", at=at)
    return work, {"document_id": notice, "served_how": "by_notice", "actor": work.lead}


def test_a_notice_runs_to_the_end_of_its_last_day_for_as_long_as_the_office_says(office: Office) -> None:
    with office.store.write() as session:
        set_setting(session, "clock.notice_service.days", 10, source="局", by="x", at=office.at)
    work, where = announced(office, TODAY)
    last = date(2026, 11, 30)
    on_it = datetime.combine(last, office.at.timetz())
    with pytest.raises(NotAllowed, match="runs until 2026-11-30"):
        handling.serve_document(office.store, **where, served_on=last, at=on_it)
    handling.serve_document(office.store, **where, served_on=last, at=on_it + timedelta(days=1))
    assert clocks(office, work.id)["notice_service"] == "met"


def test_a_notice_whose_last_day_is_a_guess_has_not_run_out(office: Office) -> None:
    _, where = announced(office, date(2026, 12, 10))
    later = office.at + timedelta(days=90)
    with pytest.raises(NotAllowed, match="The notice runs until 2027"):
        handling.serve_document(office.store, **where, served_on=date(2027, 1, 11), at=later)


def test_the_notice_of_one_paper_ends_no_other(office: Office) -> None:
    work, where = announced(office, TODAY)
    later = office.at + timedelta(days=10)
    advice = {"kind": "inspection_advice", "body": {"facts": "欠薪", "advice": "按月支付"}}
    second = work.do(handling.issue_document, **advice, issued_on=later.date(), at=later).document_id
    why = {"tried": "by_post", "reason": "查无此人"}
    work.do(announce_service, document_id=second, announced_on=later.date(), **why, at=later)
    after = office.at + timedelta(days=32)
    handling.serve_document(office.store, **where, served_on=date(2026, 12, 21), at=after)
    with office.store.read() as session:
        kept = select(ClockRow).where(ClockRow.case_id == work.id, ClockRow.kind == "notice_service")
        states = [row.state for row in session.scalars(kept.order_by(ClockRow.started_on))]
    assert states == ["met", "running"]


def test_a_paper_is_not_older_than_its_case(office: Office) -> None:
    work = Work(office)
    opened = local_day(office.look(work.id).opened_at)
    with pytest.raises(BadInput, match="before the first complaint"):
        work.do(handling.issue_document, kind="filing_form", issued_on=opened - timedelta(days=1), body={})
    work.do(handling.issue_document, kind="filing_form", issued_on=opened, body={})


def test_papers_are_opened_by_those_who_work_on_the_case_and_each_time_is_noted(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={})
    where: dict[str, Any] = {
        "matter_no": office.look(work.id).matter_no,
        "document_id": issued.document_id,
        "at": office.at,
        "form": "docx",
    }
    for actor in (work.lead, work.other, office.desk, office.head):
        download_paper(office.store, **where, actor=actor)
    strangers = (office.inspectors[2], office.officer(Role.READ_ONLY), office.officer(Role.HEAD, "370203"))
    for actor in (*strangers, office.officer(Role.SYSTEM_ADMIN)):
        with pytest.raises(NotFound):
            download_paper(office.store, **where, actor=actor)
    with pytest.raises(NotFound):
        download_paper(office.store, **{**where, "matter_no": "JM2026-99999"}, actor=work.lead)
    with pytest.raises(BadInput, match="docx or as pdf"):
        download_paper(office.store, **{**where, "form": "exe"}, actor=work.lead)
    with office.store.read() as session:
        rows = session.execute(
            select(AuditRow.by, AuditRow.subject, AuditRow.details).where(AuditRow.act == "read_paper")
        ).all()
    assert [row.by for row in rows] == [one.id for one in (work.lead, work.other, office.desk, office.head)]
    assert {row.subject for row in rows} == {issued.document_id}
    assert all(set(row.details) == {"form", "kind", "sha256"} for row in rows)


def test_inner_papers_of_what_was_told_in_confidence_are_for_its_inspectors_and_the_head(office: Office) -> None:
    work = Work(office, confidential=True)
    issued = work.do(handling.issue_document, kind="filing_form", issued_on=TODAY, body={})
    where: dict[str, Any] = {
        "matter_no": office.look(work.id).matter_no,
        "document_id": issued.document_id,
        "at": office.at,
        "form": "docx",
    }
    download_paper(office.store, **where, actor=work.lead)
    download_paper(office.store, **where, actor=office.head)
    with pytest.raises(NotAllowed, match="in confidence"):
        download_paper(office.store, **where, actor=office.desk)


def test_money_that_was_never_said_stays_empty(office: Office) -> None:
    work = Work(office)
    issued = work.do(
        handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY, due_on=TODAY.replace(day=27),
        workers=3, amount=Decimal("7923007.67"),
    )  # fmt: skip
    where: dict[str, Any] = {
        "matter_no": office.look(work.id).matter_no, "actor": work.lead, "at": office.at, "form": "docx",
    }  # fmt: skip
    order = download_paper(office.store, **where, document_id=issued.document_id)
    said = "\n".join(one.text for one in Document(BytesIO(order.body)).paragraphs)
    assert "应支付金额：7,923,007.67元" in said
    plain = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    bare = download_paper(office.store, **where, document_id=plain.document_id)
    assert "应支付金额" not in "\n".join(one.text for one in Document(BytesIO(bare.body)).paragraphs)


def test_the_forms_kept_are_those_the_sheets_make() -> None:
    assert {file.stem for file in FOLDER.glob("*.docx")} == set(KINDS) == set(SHEETS)
    for kind, parts in SHEETS.items():
        with zipfile.ZipFile(FOLDER / f"{kind}.docx") as kept, zipfile.ZipFile(BytesIO(form(parts))) as made:
            assert {name: kept.read(name) for name in kept.namelist()} == {
                name: made.read(name) for name in made.namelist()
            }, "run python -m services.paperwork.forms.making"
            styles = made.read("word/styles.xml").decode()
        assert 'w:eastAsia="宋体"' in styles
        assert 'w:eastAsia="仿宋"' in styles


def test_a_form_asks_for_its_own_blanks_and_for_all_of_them() -> None:
    for kind, parts in SHEETS.items():
        asked = {"items"} if kind == "inquiry_notice" else set()
        for part in parts:
            if isinstance(part, Line):
                asked |= set(PLACE.findall(part.text))
            elif isinstance(part, Grid):
                asked |= {name for _, cell in part.rows for name in PLACE.findall(cell)}
        own = {blank.key for blank in BLANKS[kind]}
        assert asked <= own, kind
        assert own - asked <= {blank.key for blank in COMMON}, kind
        assert {"title", "document_no"} <= asked


def test_an_office_may_have_a_form_of_its_own(tmp_path: Path) -> None:
    own = form((Line("{{ title }}，{{ nothing_we_know }}", "title"),))
    (tmp_path / "pledge.docx").write_bytes(own)
    document: Any = Document(BytesIO(fill("pledge", {"title": "承诺书"}, forms=tmp_path)))
    assert [one.text for one in document.paragraphs] == [f"承诺书，{EMPTY}"]
    assert fill("closing_report", {}, forms=tmp_path) == fill("closing_report", {})
    (tmp_path / "pledge.docx").write_bytes(form((Line("{{ ''.__class__.__mro__ }}{% for %}"),)))
    for damaged in (None, b"no document at all"):
        if damaged:
            (tmp_path / "pledge.docx").write_bytes(damaged)
        with pytest.raises(BadInput, match=r"pledge\.docx cannot be filled"):
            fill("pledge", {}, forms=tmp_path)


def test_a_form_reaches_nothing_but_its_blanks(tmp_path: Path) -> None:
    (tmp_path / "pledge.docx").write_bytes(form((Line("{{ title.__class__.__mro__ }}"),)))
    with pytest.raises(ArrearsError, match="cannot be filled"):
        fill("pledge", {"title": "x"}, forms=tmp_path)


def test_a_paper_is_printed_as_pdf() -> None:
    try:
        import weasyprint  # noqa: F401 - loading it shows whether its Debian packages are there
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or its Debian packages are missing: make packages")
    body = pdf_of(fill("inquiry_notice", {"title": "调查询问通知书", "employer": "<b>青岛&蓝天</b>"}), title="x")
    assert body.startswith(b"%PDF-")
    assert b"/FontFile" in body or b"/ObjStm" in body
    assert len(body) > 10_000


def test_without_the_library_the_words_say_what_to_do_instead() -> None:
    script = (
        "import sys; sys.modules['weasyprint'] = None\n"
        "from services.paperwork.paper_files import fill, pdf_of\n"
        "from casework.errors import NotAllowed\n"
        "try:\n    pdf_of(fill('pledge', {}), title='x')\n"
        "except NotAllowed as said:\n    print(said)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "No PDF can be made here; download the .docx, or print this page.", ran.stderr


def test_each_blank_has_one_origin() -> None:
    for kind, blanks in BLANKS.items():
        typed_too = set() if KINDS[kind].public else {Origin.TYPED}
        assert {blank.origin for blank in blanks} >= {Origin.CASE, *typed_too}, kind


def test_a_pledge_that_names_who_complained_is_refused_when_it_is_typed(office: Office) -> None:
    work = Work(office)
    complained(office, work.id)
    said: dict[str, Any] = {"signed_by": "老板", "signed_on": TODAY, "obligations": "按月支付工资", "due_on": TODAY}
    for wrong in (
        {"obligations": f"支付{NAME}工资"},
        {"signed_by": NAME},
        {"duties": [Duty(f"支付{NAME}工资", TODAY)]},
        {"obligations": WORDS},
    ):
        with pytest.raises(NotAllowed, match="goes to the employer"):
            work.do(handling.record_pledge, **(said | wrong))
    work.do(handling.record_pledge, **said)


def on_a_roster(office: Office, case_id: str) -> None:
    """Workers on a list that came with the complaint of a case."""
    people = [RosterLine("王铁柱", "13900001111", "370282198001011234"), RosterLine("李桂花", "0532-88991234", None)]
    with office.store.write() as session:
        one = session.get_one(CaseRow, case_id).main_complaint_id
        for line in people:
            session.add(
                WorkerRow(
                    id=new_id("wk"), complaint_id=one, version=1, part="roster", name=line.name, phone=line.phone,
                    id_no=line.id_no,
                )
            )  # fmt: skip


ON_ROSTER = ("王铁柱", "王 铁 柱", "李桂花", "139-0000-1111", "370282 19800101 1234", "053288991234")


def test_no_paper_for_the_employer_names_a_worker_of_a_roster_but_an_order_to_pay(office: Office) -> None:
    """Names on orders, demands and pledges alone; numbers nowhere; a complainant's name nowhere."""
    tried, represented = 0, 0
    for work, kind, paper_id in every_paper(office):
        complained(office, work.id)
        on_a_roster(office, work.id)
        if (
            not faces_employer(kind, {})
            or kind == "inquiry_notice"
            or not any(blank.key == "text" for blank in typed(kind))
        ):
            continue
        for n, one in enumerate(ON_ROSTER):
            named = n < 3
            values = {"text": f"应支付{one}工资8000元。"}
            if named and kind in TO_PAY:
                work.do(fill_paper, document_id=paper_id, values=values)
                assert "8000" in _everything(office, work, paper_id)
                continue
            words = "names a worker of a roster" if named else "of a roster"
            with pytest.raises(NotAllowed, match=words):
                work.do(fill_paper, document_id=paper_id, values=values)
            tried += 1
        with pytest.raises(NotAllowed, match=r"names a complainant"):
            work.do(fill_paper, document_id=paper_id, values={"text": f"应支付王铁柱、{NAME}工资。"})
        if any(blank.key == "legal_rep" for blank in typed(kind)):
            work.do(fill_paper, document_id=paper_id, values={"legal_rep": "王铁柱", "text": "依法办理"})
            represented += 1
    assert (tried > 40, represented > 3) == (True, True), (tried, represented)
