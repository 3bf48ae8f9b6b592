"""A paper through the pages: issued, filled, printed, downloaded; and what no page lets through."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from lxml import html
from sqlalchemy import select

from casework.blanks import ALL
from casework.documents import KINDS
from console import labels, labels_papers
from console.acts_papers import ISSUED_AS_SUCH
from console.words import LANGUAGES
from services.paperwork.papers import DECIDED_ON
from tests.console.conftest import Person
from tests.console.forms import complete, form_of, send
from tests.console.test_pages import labelled, unclosed
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseMembershipRow, CaseRow, ComplaintVersionRow, DocumentRow

LogIn = Callable[[str], Person]


def issued(morning: Warehouse, log_in: LogIn, kind: str = "inspection_advice") -> tuple[Person, str, str]:
    """An inspector with a case and a paper on it: the person, the case's address and the paper's."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    case = f"/cases/{number}"
    send(officer, officer.get(f"{case}/paper"), f"{case}/paper", kind=kind)
    with morning.read() as session:
        paper_id = session.scalars(select(DocumentRow.id).where(DocumentRow.kind == kind)).one()
    page = officer.get(f"{case}?tab=handling")
    assert f'href="{case}/papers/{paper_id}"' in page
    return officer, case, f"{case}/papers/{paper_id}"


def secrets_of(morning: Warehouse, case: str) -> list[str]:
    """Names and phones of those who complained in a case, and how they said it."""
    said = ComplaintVersionRow
    question = (
        select(said.complainant_name, said.complainant_phone, said.narrative)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == said.complaint_id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(CaseRow.matter_no == case.rsplit("/", 1)[1], CaseMembershipRow.valid_to.is_(None))
    )
    with morning.read() as session:
        found = [value for row in session.execute(question) for value in row if value]
    assert len(found) > 2
    return found


def downloaded(person: Person, paper: str, form: str, status: int = 200) -> bytes:
    """The answer to the button of a file."""
    data = {"csrf": person.token(), "form": form}
    answer = person.client.post(f"{paper}/file", data=data, headers={"Origin": person.address})
    assert answer.status_code == status, answer.text[:500]
    if status == 200:
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["cache-control"] == "no-store"
    return answer.content


def test_a_paper_is_issued_filled_printed_and_downloaded(morning: Warehouse, log_in: LogIn) -> None:
    officer, _, paper = issued(morning, log_in)
    page = officer.get(paper)
    assert "以下各项尚未填写" in page
    filled = send(officer, page, f"{paper}/fill", facts="未建立工资台账", advice="按月支付<b>", contact="宋海涛")
    assert "以下各项尚未填写" not in filled
    shown: Any = html.fromstring(filled)
    sheet = shown.xpath("//article")[0]
    assert "现建议你单位：按月支付<b>" in sheet.text_content()
    document: Any = Document(BytesIO(downloaded(officer, paper, "docx")))
    lines = [one.text for one in document.paragraphs if one.text]
    assert [one.text_content() for one in sheet.xpath("./p")] == lines
    assert lines[1] == "劳动保障监察建议书"
    with morning.read() as session:
        acts = session.execute(
            select(AuditRow.act, AuditRow.details).where(AuditRow.subject == paper.rsplit("/", 1)[1])
        )
        forms = [details["form"] for act, details in acts if act == "read_paper"]
    assert forms == ["page", "page", "docx"]


def test_a_paper_is_downloaded_as_pdf(morning: Warehouse, log_in: LogIn) -> None:
    try:
        import weasyprint  # noqa: F401 - loading it shows whether its Debian packages are there
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or its Debian packages are missing: make packages")
    officer, _, paper = issued(morning, log_in)
    assert "下载 PDF" in officer.get(paper)
    assert downloaded(officer, paper, "pdf").startswith(b"%PDF-")


def test_a_canary_typed_on_the_page_stays_out_and_the_rest_stays_typed(morning: Warehouse, log_in: LogIn) -> None:
    officer, case, paper = issued(morning, log_in)
    private = secrets_of(morning, case)
    page = officer.get(paper)
    for one in private:
        refused = send(officer, page, f"{paper}/fill", status=422, text=f"据反映：{one}", contact="监察大队")
        assert "投诉人" in refused or "投诉原话" in refused
        assert 'value="监察大队"' in refused
    with morning.read() as session:
        assert "contact" not in session.get_one(DocumentRow, paper.rsplit("/", 1)[1]).body
    seen = Document(BytesIO(downloaded(officer, paper, "docx")))
    assert len(private) > 2
    assert len(seen.paragraphs) > 5
    assert not any(one in line.text for one in private for line in seen.paragraphs)


def test_a_stale_form_is_shown_again_with_what_was_typed(morning: Warehouse, log_in: LogIn) -> None:
    officer, case, paper = issued(morning, log_in)
    page = officer.get(paper)
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="30000")
    again = send(officer, page, f"{paper}/fill", status=409, contact="监察大队")
    assert 'value="监察大队"' in again


def test_a_paper_is_not_for_those_who_do_not_work_on_the_case(morning: Warehouse, log_in: LogIn) -> None:
    officer, case, paper = issued(morning, log_in)
    with morning.read() as session:
        number = session.scalars(select(DocumentRow.document_no)).one()
    for login in ("reader", "system", "far", "far_head"):
        person = log_in(login)
        person.get(paper, status=404)
        downloaded(person, paper, "docx", status=404)
    assert number in log_in("reader").get(f"{case}?tab=handling")
    assert paper not in log_in("reader").get(f"{case}?tab=handling")
    for login in ("desk", "head"):
        assert number in log_in(login).get(paper)
    desk = log_in("desk")
    assert f'action="{paper}/fill"' not in desk.get(paper)
    desk.post(f"{paper}/fill", status=404, version=1)
    downloaded(officer, paper, "exe", status=404)
    officer.get(f"{case}/papers/doc_0", status=404)


def test_a_proof_of_service_comes_with_a_paper_and_what_is_served_stands(morning: Warehouse, log_in: LogIn) -> None:
    officer, case, paper = issued(morning, log_in)
    send(officer, officer.get(f"{case}/service-proof"), f"{case}/service-proof")
    early = send(officer, officer.get(f"{case}/serve"), f"{case}/serve", status=422, served_how="left")
    assert "尚未填写，不能送达：违法事实" in early
    complete(morning, officer, case, "inspection_advice")
    send(officer, officer.get(f"{case}/serve"), f"{case}/serve", served_how="left")
    assert f'action="{paper}/fill"' not in officer.get(paper)
    with morning.read() as session:
        proof = session.scalars(select(DocumentRow.id).where(DocumentRow.kind == "service_proof")).one()
    shown: Any = html.fromstring(officer.get(f"{case}/papers/{proof}"))
    assert "留置送达" in shown.text_content()
    # Nothing that goes out is left, so that neither act is offered any more.
    assert "service-proof" not in officer.get(case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_paper_is_well_formed(language: str, morning: Warehouse, log_in: LogIn) -> None:
    officer, case, _ = issued(morning, log_in)
    for kind in ("filing_form", "inspection_advice"):
        send(officer, officer.get(f"{case}/paper"), f"{case}/paper", kind=kind)
    with morning.read() as session:
        papers = [f"{case}/papers/{one}" for one in session.scalars(select(DocumentRow.id))]
    assert len(papers) == 3
    for paper in papers:
        text = officer.get(paper, language=language)
        document: Any = html.fromstring(text)
        assert len(document.xpath("//h1")) == 1
        assert not unclosed(text)
        labelled(document, paper)
        assert not document.xpath("//*[@style]")
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids))


def test_every_blank_has_words() -> None:
    assert set(labels_papers.BLANKS) == set(ALL)
    assert {"rectification_order", "declining_notice", "service_proof"}.isdisjoint(ISSUED_AS_SUCH)
    assert DECIDED_ON.isdisjoint(ISSUED_AS_SUCH)
    assert set(labels.PAPERS) == set(KINDS)


def test_a_form_of_a_paper_sends_no_blank_that_is_not_typed(morning: Warehouse, log_in: LogIn) -> None:
    officer, _, paper = issued(morning, log_in)
    fields = form_of(officer.get(paper), f"{paper}/fill")
    assert set(fields) == {"csrf", "once", "version", "facts", "advice", "contact", "text"}
