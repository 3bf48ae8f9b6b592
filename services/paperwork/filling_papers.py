"""A paper to be read, filled in, downloaded and printed: who may, what is still empty, and that no secret leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from casework.blanks import Blank, check_sum, lacking, typed
from casework.calendar import local_day
from casework.documents import KINDS, faces_employer
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.cases.held import acted
from services.paperwork.open_papers import case_with_paper, open_to_work
from services.paperwork.paper_files import Block, blocks_of, fill, marked, pdf_of
from services.paperwork.paper_secrecy import keep_secret
from services.paperwork.paper_values import from_records, title_of, values_of
from services.paperwork.papers import Issued, add_paper
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow
from warehouse.queries.papers import paper_seen
from warehouse.queries.sight import SECRET_READERS, works_on

_READERS = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.INSPECTOR})


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """A paper as its page shows it. `problem` says why it may not leave the house; then `blocks` is empty.

    `editable` until it is served, or its file closed; what stays in the file until that is archived. `told`: it is of
    one complaint, so that the desk may fill it in and serve it as well.
    """

    id: str
    kind: str
    title: str
    document_no: str
    issued_on: date
    served_on: date | None
    lacking: tuple[Blank, ...]
    blanks: tuple[Blank, ...]
    typed: Mapping[str, str]
    editable: bool
    told: bool
    problem: str | None
    blocks: tuple[Block, ...]
    void_on: date | None = None


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper as a file, named after its title and number."""

    name: str
    body: bytes


def see_paper(
    store: Warehouse, *, matter_no: str, document_id: str, actor: Actor, at: datetime, forms: Path | None = None
) -> PaperSeen:
    """Open a paper on the screen; noted in the audit log like a download, for it shows what is masked elsewhere."""
    with store.read() as session:
        paper, case = _open(session, matter_no, document_id, actor, on=local_day(at))
        values = values_of(session, paper, case)
        problem: str | None = None
        try:
            _keep_secret(session, paper, case, values)
        except NotAllowed as secret:
            problem = str(secret)
        seen = PaperSeen(
            id=paper.id,
            kind=paper.kind,
            title=title_of(session, paper.kind),
            document_no=paper.document_no,
            issued_on=paper.issued_on,
            served_on=paper.served_on,
            lacking=lacking(paper.kind, values),
            blanks=typed(paper.kind),
            typed={blank.key: str(paper.body.get(blank.key) or "") for blank in typed(paper.kind)},
            editable=paper.as_served is None and paper.served_on is None and open_to_work(paper, case),
            told=paper.complaint_id is not None,
            problem=problem,
            blocks=(),
            void_on=paper.void_on,
        )
    if seen.problem is not None:
        return seen
    # Made outside a transaction, like the files: nobody who writes waits for it.
    body = marked(fill(seen.kind, values, forms=forms), seen.void_on)
    with store.write() as session:
        _noted(session, seen.id, seen.kind, "page", body, actor=actor, at=at)
    return replace(seen, blocks=blocks_of(body))


def download_paper(
    store: Warehouse,
    *,
    matter_no: str,
    document_id: str,
    form: str,
    actor: Actor,
    at: datetime,
    forms: Path | None = None,
) -> PaperFile:
    """A paper as a file, `docx` or `pdf`, with a row in the audit log. Raises `NotFound`, `NotAllowed`, `BadInput`."""
    if form not in ("docx", "pdf"):
        raise BadInput("A paper is downloaded as docx or as pdf.")
    with store.read() as session:
        paper, case = _open(session, matter_no, document_id, actor, on=local_day(at))
        values = values_of(session, paper, case)
        _keep_secret(session, paper, case, values)
        number, kind, void_on = paper.document_no, paper.kind, paper.void_on
        name = f"{title_of(session, kind)} {number}.{form}"
    # Made outside a transaction: it takes seconds, and nobody waits for it.
    body = marked(fill(kind, values, forms=forms), void_on)
    if form == "pdf":
        body = pdf_of(body, title=number)
    with store.write() as session:
        _noted(session, document_id, kind, form, body, actor=actor, at=at)
    return PaperFile(name, body)


def fill_paper(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    document_id: str,
    values: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> None:
    """Fill the blanks of a paper that an officer types, until it is served. An empty value empties the blank.

    What stays in the file is filled until that is archived: the closing numbers a report of its own.
    """
    with store.write() as session:
        case, paper = case_with_paper(session, document_id, actor=actor, case_id=case_id, version=version)
        if paper.as_served is not None or paper.served_on is not None:
            raise NotAllowed("This paper is served; what it says stands.")
        blanks = {blank.key: blank for blank in typed(paper.kind)}
        body = dict(paper.body)
        for key, value in values.items():
            _check(blanks.get(key), value)
            body[key] = value.strip()
        body = {key: value for key, value in body.items() if value != "" or key not in blanks}
        keep_secret(session, case, paper.kind, body)
        changed = sum(body.get(key) != paper.body.get(key) for key in blanks)
        paper.body = body
        acted(session, case, "fill_paper", actor=actor, at=at, details={"document": paper.id, "blanks": changed})


def _check(blank: Blank | None, value: str) -> None:
    if blank is None:
        raise BadInput("This paper has no such blank to fill.")
    if len(value.strip()) > blank.longest:
        raise BadInput(f"A blank of this paper holds at most {blank.longest} characters.")
    if blank.form == "choice" and value and value not in blank.offers:
        raise BadInput(f"The blank takes one of: {', '.join(blank.offers)}.")
    check_sum(blank, value)
    if blank.form == "day" and value:
        try:
            date.fromisoformat(value)
        except ValueError as wrong:
            raise BadInput("The blank takes a day.") from wrong


def issue_service_proof(
    store: Warehouse, *, case_id: str, version: int, document_id: str, issued_on: date, actor: Actor, at: datetime
) -> Issued:
    """Number the proof of service (送达回证) that goes along with a paper; it is filled when the paper is served."""
    with store.write() as session:
        case, paper = case_with_paper(session, document_id, actor=actor, case_id=case_id, version=version)
        if not KINDS[paper.kind].served:
            raise NotAllowed("This paper stays in the file; nobody is served with it.")
        row = add_paper(
            session,
            case,
            "service_proof",
            issued_on,
            {"of": paper.id},
            actor=actor,
            at=at,
            complaint_id=paper.complaint_id,
        )
        details: dict[str, Json] = {"document": row.id, "kind": row.kind, "of": paper.id}
        acted(session, case, "issue_document", actor=actor, at=at, details=details)
        return Issued(row.id, row.document_no)


def _open(session: Session, matter_no: str, document_id: str, actor: Actor, *, on: date) -> tuple[DocumentRow, CaseRow]:
    paper, case = paper_seen(session, actor, matter_no=matter_no, document_id=document_id)
    if not works_on(session, actor, case, _READERS, on=on):
        raise NotFound("There is no such paper, or it is not yours to see.")
    inner = case.confidential and not faces_employer(paper.kind, paper.body)
    if inner and not works_on(session, actor, case, SECRET_READERS, on=on):
        raise NotAllowed("Who told this in confidence is shown to the inspectors of the case and the head only.")
    return paper, case


def _keep_secret(session: Session, paper: DocumentRow, case: CaseRow, values: Mapping[str, object]) -> None:
    """Asked once more for what may not leave the house: complaints join after a paper was issued."""
    keep_secret(session, case, paper.kind, {**paper.body, **from_records(paper.kind, values)})


def _noted(
    session: Session, document_id: str, kind: str, form: str, body: bytes, *, actor: Actor, at: datetime
) -> None:
    details: dict[str, Json] = {"form": form, "kind": kind, "sha256": hashlib.sha256(body).hexdigest()}
    audit.record(session, by=actor.id, act="read_paper", subject=document_id, at=at, details=details)
