"""Which papers can still be filled in and served, and by whom."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.documents import KINDS
from casework.errors import NotAllowed, NotFound
from casework.lifecycle import LegalStatus, WorkStatus
from casework.people import Actor
from casework.sanctions import STEP_PAPERS
from services.cases.held import cared_case, told_case
from warehouse.models import CaseRow, DocumentRow
from warehouse.store.handling import case_of_paper

PAPERS_WHILE = frozenset({WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED})
"""When the papers of a case as a whole are filled in and served."""


def open_to_work(paper: DocumentRow, case: CaseRow) -> bool:
    """Whether a paper can be filled in and served as its case stands.

    A complaint's always; those of a listing or a transfer after the file is closed too, for these ways go on; what
    stays in the file until that is archived. One that is void never.
    """
    if paper.void_on is not None:
        return False
    if paper.complaint_id is not None or case.status in PAPERS_WHILE:
        return True
    stays = not KINDS[paper.kind].served and case.legal_status != LegalStatus.ARCHIVED
    return case.status == WorkStatus.CLOSED and (stays or paper.kind in STEP_PAPERS)


def case_with_paper(
    session: Session, document_id: str, *, actor: Actor, case_id: str | None = None, version: int | None = None
) -> tuple[CaseRow, DocumentRow]:
    """A paper and its case, both locked, for those who may fill it in and serve it.

    A paper of the whole case is for those who hold it; one of a single complaint for the desk as well, which may have
    written it before anybody held the case. Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    paper = session.get(DocumentRow, document_id)
    home = case_of_paper(session, paper) if paper is not None else None
    if paper is None or home is None or case_id not in (None, home):
        raise NotFound("There is no such paper on this case.")
    seen = session.get_one(CaseRow, home).version if version is None else version
    if paper.complaint_id is not None:
        case = told_case(session, home, seen, actor=actor)
    else:
        case = cared_case(session, home, seen, actor=actor)
    session.refresh(paper, with_for_update=True)
    if paper.void_on is not None:
        raise NotAllowed("This paper is void; it stays in the file under its number.")
    if not open_to_work(paper, case):
        raise NotAllowed("The file is closed; what this paper says stands.")
    return case, paper
