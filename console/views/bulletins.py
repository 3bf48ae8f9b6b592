"""The bulletin of hot spots (未诉先办): what there is, the page as it is printed, and its issue."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.bulletins import Kind
from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from console import labels_bulletins
from console.access import may
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.papers import MEDIA
from console.views.shared import menu
from services.bulletins import drawing
from services.bulletins.giving import download, page_of
from services.bulletins.making import LONGEST_REASON, MAKERS, Over, draft, issue, last_over, restate
from services.bulletins.words import LANGUAGES
from services.paperwork.paper_files import pdf_offered
from warehouse.queries.bulletins import AT_ONCE, bulletin_seen, bulletins, reason_of, replaced_by
from warehouse.queries.officers import names_of

router = APIRouter()


@router.get("/bulletins", name="bulletins_page")
def bulletins_page(visit: Visiting, request: Request) -> Response:
    """The bulletins there are, the latest first."""
    number = request.query_params.get("page") or "1"
    if not number.isascii() or not number.isdigit() or not 0 < int(number[:7]) < 1_000_000:
        raise NotFound("There is no such page.")
    return _list(visit, number=int(number))


def _list(visit: Visit, *, number: int = 1, typed: str | None = None, problem: ArrearsError | None = None) -> Response:
    with visit.store.read() as session:
        found, lines = bulletins(session, visit.actor, page=number)
        who = names_of(session, {one.issued_by for one in lines if one.issued_by})
        nav = menu(session, visit)
    errors = problem.errors if isinstance(problem, Wrong) else {"period": str(problem)} if problem else {}
    makes = may(visit.actor, "make_bulletin") and _whole(visit, *MAKERS)
    context: dict[str, Any] = {"lines": lines, "found": found, "who_issued": who, "errors": errors, "makes": makes}
    context |= {"number": number, "pages": max(1, -(-found // AT_ONCE)), "words": labels_bulletins}
    context |= {"usual": [(kind.value, last_over(kind, visit.at).name) for kind in Kind], "typed": typed}
    status = 422 if problem else 200
    return page(visit, "bulletins.html", status=status, nav=nav, active="statistics_page", **context)


def _whole(visit: Visit, *roles: Role) -> bool:
    """Whether somebody has one of these roles over the whole office."""
    return any(visit.actor.may(role, visit.settings.district) for role in roles)


@router.post("/bulletins/make", name="make_bulletin")
def make(visit: Visiting, form: Posting) -> Response:
    """Count a week or month that is over into its draft; one that is there is counted anew."""
    fields = Fields(form)
    name = fields.needed("period", longest=10)
    over = Over(visit.settings.district, visit.settings.district_name)
    try:
        fields.done()
        made = draft(visit.store, name=name, over=over, actor=visit.actor, at=visit.at)
    except (Wrong, BadInput, NotAllowed) as problem:
        return _list(visit, typed=name, problem=problem)
    return RedirectResponse(f"/bulletins/{made}", status_code=303)


@router.get("/bulletins/{bulletin_id}", name="bulletin_page")
def bulletin_page(visit: Visiting, bulletin_id: str) -> Response:
    """One bulletin as it is printed, in the reader's language."""
    return _page(visit, bulletin_id)


def _page(
    visit: Visit, bulletin_id: str, *, problem: ArrearsError | None = None, reason: str = "", language: str = ""
) -> Response:
    with visit.store.read() as session:
        row = bulletin_seen(session, visit.actor, bulletin_id)
        shown = page_of(session, row, language or visit.words.language)
        later = replaced_by(session, row.id)
        who = names_of(session, {one for one in (row.made_by, row.issued_by) if one})
        nav = menu(session, visit)
        session.expunge_all()
    heads = visit.actor.may(Role.HEAD, row.territory)
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    context: dict[str, Any] = {
        "row": row,
        "sheet": shown,
        "later": later,
        "whose": who,
        "errors": errors,
        "why": reason_of(row),
    }
    context |= {"columns": drawing.bars_of(shown.points), "drawing": drawing, "why": reason_of(row)}
    context |= {"issues": heads and may(visit.actor, "issue_bulletin"), "reason": reason, "pdf": pdf_offered()}
    makes = may(visit.actor, "make_bulletin") and any(visit.actor.may(one, row.territory) for one in MAKERS)
    context |= {"makes": makes, "longest": LONGEST_REASON, "words": labels_bulletins}
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    return page(visit, "bulletin.html", status=status, nav=nav, active="statistics_page", **context)


@router.post("/bulletins/{bulletin_id}/issue", name="issue_bulletin")
def issue_it(visit: Visiting, form: Posting, bulletin_id: str) -> Response:
    """The head issues the draft as it was seen."""
    fields = Fields(form)
    try:
        version = fields.version()
        fields.done()
        _seen(visit, bulletin_id)
        issue(visit.store, bulletin_id=bulletin_id, version=version, actor=visit.actor, at=visit.at)
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return _page(visit, bulletin_id, problem=problem)
    return RedirectResponse(f"/bulletins/{bulletin_id}", status_code=303)


@router.post("/bulletins/{bulletin_id}/restate", name="restate_bulletin")
def restate_it(visit: Visiting, form: Posting, bulletin_id: str) -> Response:
    """Count an issued bulletin again, with the head's reason; the one that is issued stays as it is."""
    fields = Fields(form)
    reason = fields.text("reason", longest=LONGEST_REASON) or ""
    try:
        version = fields.version()
        fields.done()
        _seen(visit, bulletin_id)
        given: dict[str, Any] = {"reason": reason, "actor": visit.actor, "at": visit.at}
        made = restate(visit.store, bulletin_id=bulletin_id, version=version, **given)
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return _page(visit, bulletin_id, problem=problem, reason=reason)
    return RedirectResponse(f"/bulletins/{made}", status_code=303)


@router.post("/bulletins/{bulletin_id}/file", name="download_bulletin")
def download_it(visit: Visiting, form: Posting, bulletin_id: str) -> Response:
    """The bulletin as a file: an issued one byte by byte as it was first given out."""
    fields = Fields(form)
    wanted = fields.text("form", longest=10) or ""
    language = fields.text("spoken", longest=10) or visit.words.language
    if wanted not in MEDIA or language not in LANGUAGES:
        raise NotFound("There is no such file.")
    given: dict[str, Any] = {"language": language, "form": wanted, "actor": visit.actor, "at": visit.at}
    try:
        file = download(visit.store, bulletin_id=bulletin_id, **given)
    except NotAllowed as refused:
        return _page(visit, bulletin_id, problem=refused, language=language)
    named = f'attachment; filename="{file.name}"'
    return Response(file.body, media_type=MEDIA[wanted], headers={"Content-Disposition": named})


def _seen(visit: Visit, bulletin_id: str) -> None:
    """Raises `NotFound` for a bulletin that is not this reader's, before anything is said about it."""
    with visit.store.read() as session:
        bulletin_seen(session, visit.actor, bulletin_id)
