"""One paper of a case: as it will be printed, what is still empty, the blanks to fill, and the files to download."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.blanks import Blank, typed
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from console import drafts, labels_papers
from console.access import may
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.case import frame
from services.cases.held import officers_of
from services.paperwork.filling_papers import download_paper, fill_paper, see_paper
from services.paperwork.paper_files import pdf_offered
from warehouse.queries.officers import names_of
from warehouse.queries.papers import paper_seen
from warehouse.queries.sight import case_seen

router = APIRouter()
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@router.get("/cases/{matter_no}/papers/{document_id}", name="paper_page")
def paper_page(visit: Visiting, matter_no: str, document_id: str) -> Response:
    """The paper as it will be printed."""
    return _page(visit, matter_no, document_id)


def _page(
    visit: Visit,
    matter_no: str,
    document_id: str,
    *,
    errors: Mapping[str, str] | None = None,
    filled: Mapping[str, list[str]] | None = None,
    conflict: Conflict | None = None,
    kept_until: datetime | None = None,
    status: int = 200,
) -> Response:
    paper = see_paper(
        visit.store,
        matter_no=matter_no,
        document_id=document_id,
        actor=visit.actor,
        at=visit.at,
        forms=visit.settings.forms_dir,
    )
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        draft = drafts.found(session, visit, case, drafts.PAPER, about=document_id) if filled is None else None
        quicker = names_of(session, [conflict.by]).get(conflict.by) if conflict and conflict.by else None
        works = visit.actor.id in officers_of(session, case.id) or visit.actor.may(Role.HEAD, case.district_code)
    works = works or (paper.told and visit.actor.may(Role.DESK_OFFICER, case.district_code))
    stands = drafts.started(draft) if draft else {key: [value] for key, value in paper.typed.items()}
    return page(
        visit,
        "paper.html",
        status=status,
        **context,
        paper=paper,
        fills=paper.editable and works and may(visit.actor, "fill_paper"),
        start=filled if filled is not None else stands,
        errors=errors or {},
        conflict=conflict,
        kept_until=kept_until,
        draft=draft,
        quicker=quicker,
        pdf=pdf_offered(),
        blank_names=labels_papers.BLANKS,
        sides=labels_papers.SIDES,
    )


@router.post("/cases/{matter_no}/papers/{document_id}/fill", name="fill_paper")
def fill(visit: Visiting, form: Posting, matter_no: str, document_id: str) -> Response:
    """Fill the blanks that are typed; what was typed is shown again after a mistake or a conflict."""
    fields = Fields(form)
    version = fields.version()
    with visit.store.read() as session:
        paper, case = paper_seen(session, visit.actor, matter_no=matter_no, document_id=document_id)
        case_id, blanks = case.id, typed(paper.kind)
    values = {blank.key: _value(blank, fields) for blank in blanks}
    try:
        fields.done()
        fill_paper(
            visit.store,
            case_id=case_id,
            version=version,
            document_id=document_id,
            values=values,
            actor=visit.actor,
            at=visit.at,
        )
    except Wrong as wrong:
        return _page(visit, matter_no, document_id, errors=wrong.errors, filled=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, matter_no, document_id, errors={"": str(refused)}, filled=fields.typed(), status=422)
    except Conflict as quicker:
        filled = fields.typed()
        until = drafts.keep(visit, case_id, drafts.PAPER, filled, version=version, about=document_id)
        shown: dict[str, Any] = {"conflict": quicker, "kept_until": until, "filled": filled}
        return _page(visit, matter_no, document_id, status=409, **shown)
    drafts.forget(visit, case_id, drafts.PAPER, about=document_id)
    return RedirectResponse(f"/cases/{matter_no}/papers/{document_id}", status_code=303)


def _value(blank: Blank, fields: Fields) -> str:
    if blank.form == "day":
        day = fields.day(blank.key)
        return day.isoformat() if day else ""
    if blank.form == "yuan":
        sum_ = fields.yuan(blank.key)
        return "" if sum_ is None else f"{sum_:.2f}"
    if blank.form == "choice":
        return fields.choice(blank.key, set(blank.offers), required=False) or ""
    return fields.text(blank.key, longest=blank.longest) or ""


@router.post("/cases/{matter_no}/papers/{document_id}/file", name="download_paper")
def download(visit: Visiting, form: Posting, matter_no: str, document_id: str) -> Response:
    """The paper as a file. It is sent in answer to a form and has no address that could be passed on."""
    wanted = Fields(form).text("form", longest=10) or ""
    if wanted not in MEDIA:
        raise NotFound("There is no such file.")
    try:
        file = download_paper(
            visit.store,
            matter_no=matter_no,
            document_id=document_id,
            form=wanted,
            actor=visit.actor,
            at=visit.at,
            forms=visit.settings.forms_dir,
        )
    except NotAllowed as refused:
        return _page(visit, matter_no, document_id, errors={"": str(refused)}, status=422)
    named = f"attachment; filename=\"paper.{wanted}\"; filename*=UTF-8''{quote(file.name)}"
    return Response(file.body, media_type=MEDIA[wanted], headers={"Content-Disposition": named})
