"""The audit log: searched by a form that leaves nothing in the address, verified, and taken out as a table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from casework.calendar import local_midnight
from casework.errors import ArrearsError, BadInput, NotAllowed
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.labels_audit import ACT_WORDS, words_of
from console.render import page
from console.views.accounts import confirm
from console.views.shared import menu
from services.office.witness import last_seen
from services.people.auditing import export_log, reveal_purpose, verify_log
from warehouse.audit import Chain
from warehouse.queries.audit_log import KINDS, SHOWN, Asked, count_found, found

router = APIRouter()


@router.get("/audit", name="audit_page")
def audit_page(visit: Visiting) -> Response:
    """The newest rows, and the form to search them."""
    return _page(visit, Asked())


def _page(
    visit: Visit,
    asked: Asked | None,
    *,
    fields: Fields | None = None,
    problem: ArrearsError | None = None,
    chain: Chain | None = None,
) -> Response:
    with visit.store.read() as session:
        lines = found(session, asked) if asked is not None else []
        count = count_found(session, asked) if asked is not None else 0
        nav = menu(session, visit)
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    typed = {name: value for name, value in fields.typed().items() if name != "own_password"} if fields else {}
    context: dict[str, Any] = {"lines": lines, "count": count, "chain": chain, "errors": errors, "typed": typed}
    context |= {"nav": nav, "active": "audit_page", "kinds": tuple(KINDS), "acts": ACT_WORDS, "shown": SHOWN}
    context["words_of"] = words_of
    return page(visit, "audit.html", status=422 if problem else 200, **context)


def _asked(fields: Fields) -> Asked:
    first, last = fields.day("since"), fields.day("until")
    asked = Asked(
        person=fields.text("person", longest=80),
        matter_no=fields.text("matter_no", longest=40),
        act=fields.choice("act", set(ACT_WORDS), required=False),
        kind=fields.choice("kind", set(KINDS), required=False),
        since=local_midnight(first) if first else None,
        until=_after(local_midnight(last)) if last else None,
        before=fields.whole("before"),
    )
    fields.done()
    return asked


def _after(day: datetime) -> datetime:
    return day + timedelta(days=1)


@router.post("/audit", name="search_audit")
def search_audit(visit: Visiting, form: Posting) -> Response:
    """What was asked for, the newest first; a further button goes on to older ones."""
    fields = Fields(form)
    try:
        return _page(visit, _asked(fields), fields=fields)
    except Wrong as wrong:
        return _page(visit, None, fields=fields, problem=wrong)


@router.post("/audit/verify", name="verify_audit")
def verify_audit(visit: Visiting) -> Response:
    """Walk the chain from its first row to its last, and say what was found."""
    witness = last_seen(visit.settings.audit_witness)
    chain = verify_log(visit.store, actor=visit.actor, at=visit.at, witness=witness)
    return _page(visit, Asked(), chain=chain)


@router.post("/audit/export", name="download_audit")
def download_audit(visit: Visiting, form: Posting) -> Response:
    """The rows asked for as CSV, for a purpose, with the password again: they say who did what."""
    fields = Fields(form)
    purpose = fields.needed("purpose", longest=200)
    try:
        asked = _asked(fields)
        confirm(visit, form)
        body = export_log(visit.store, asked, purpose=purpose, actor=visit.actor, at=visit.at)
    except (Wrong, BadInput, NotAllowed) as problem:
        return _page(visit, None, fields=fields, problem=problem)
    name = f"audit-{visit.today:%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/audit/purposes/{purpose_id}", name="reveal_purpose")
def show_purpose(visit: Visiting, purpose_id: str) -> Response:
    """What an export was for; that it was read is written to the log."""
    value = reveal_purpose(visit.store, purpose_id=purpose_id, actor=visit.actor, at=visit.at)
    template = "revealed.html" if visit.by_htmx else "revealed_page.html"
    return page(visit, template, value=value, back="/audit", heading="Shown in plain")
