"""The morning's queue: see it all on one page, send it with one click, take it back."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.dispatch import list_version
from casework.errors import NotFound
from console.fields import STALE, Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import midnight, page
from console.views.shared import horizon, menu
from services.dispatch import dispatching
from services.dispatch.choosing import choose_inspector
from warehouse.models import CaseRow
from warehouse.queries import queue as queries
from warehouse.queries.case import members
from warehouse.queries.evidence import strongest
from warehouse.queries.notices import notices
from warehouse.queries.officers import inspectors
from warehouse.queries.review import doubts_of
from warehouse.queries.sight import case_seen, seen_by
from warehouse.store import linkage

router = APIRouter()


@router.get("/queue", name="queue_page")
def queue_page(visit: Visiting, request: Request) -> Response:
    """The list of one number card; for what is to be dispatched, with the one-click bar."""
    tab = request.query_params.get("tab", "to_dispatch")
    if tab not in queries.TABS:
        raise NotFound("There is no such list.")
    with visit.store.read() as session:
        ahead = horizon(session, visit)
        rows = queries.queue(session, visit.actor, ahead, tab=tab)
        context: dict[str, Any] = {
            "nav": menu(session, visit),
            "active": "queue_page",
            "tab": tab,
            "cards": queries.card_counts(session, visit.actor, ahead),
            "officers": inspectors(session, today=visit.today),
            "intake": queries.intake_since(session, midnight(visit.today)),
            "sent": _sent(session, visit, request.query_params.get("sent")),
            "notices": notices(session, visit.actor),
        }
        if tab == "to_dispatch":
            context |= _groups(session, rows)
            first = next(iter(context["check"] + context["ready"]), None)
        else:
            context |= {"check": [], "ready": rows, "doubts": {}}
            first = rows[0] if rows else None
        context["pane"] = _pane(session, visit, first.matter_no) if first else None
    context |= _one_click(context["ready"]) if tab == "to_dispatch" else {"go": None}
    return page(visit, "queue.html", **context)


def _groups(session: Session, rows: list[queries.QueueCase]) -> dict[str, Any]:
    check = [row for row in rows if not row.ready]
    return {
        "check": check,
        "ready": [row for row in rows if row.ready],
        "doubts": doubts_of(session, [row.id for row in check]),
    }


def _one_click(ready: list[queries.QueueCase]) -> dict[str, Any]:
    """What the one form says: exactly these cases in these versions, under a key of its own."""
    versions = [(row.id, row.version) for row in ready]
    share = Counter(row.lead_id for row in ready)
    go = {
        "versions": versions,
        "list_version": list_version(versions),
        "key": secrets.token_urlsafe(18),
        "officers": len(share),
        "least": min(share.values(), default=0),
        "most": max(share.values(), default=0),
        "share": share,
    }
    return {"go": go}


def _sent(session: Session, visit: Visit, batch_id: str | None) -> queries.SentBatch | None:
    """The result bar, for whoever may see at least one case of the batch."""
    found = queries.batch(session, batch_id) if batch_id else None
    if found is None:
        return None
    ids = [case_id for case_id, *_ in found.results]
    seen = session.scalars(select(CaseRow.id).where(CaseRow.id.in_(ids), seen_by(visit.actor))).all()
    return found if len(seen) == len(set(ids)) else None


def _pane(session: Session, visit: Visit, matter_no: str) -> dict[str, Any]:
    case = case_seen(session, visit.actor, matter_no=matter_no)
    row = queries.queue_rows(session, [case], horizon(session, visit))[0]
    everybody = inspectors(session, today=visit.today)
    coming = Counter(
        session.scalars(select(CaseRow.suggested_lead_id).where(seen_by(visit.actor), CaseRow.status == "to_dispatch"))
    )
    return {
        "case": row,
        "members": members(session, case),
        "evidence": strongest(session, linkage.members(session, case.id)),
        "confidence": case.confidence,
        "loads": [(one, coming.get(one.id, 0)) for one in everybody],
        "most": max((one.open_cases + coming.get(one.id, 0) for one in everybody), default=1),
    }


@router.get("/queue/preview/{matter_no}", name="queue_preview")
def preview(visit: Visiting, matter_no: str) -> Response:
    """The pane of one case, as a fragment."""
    with visit.store.read() as session:
        pane = _pane(session, visit, matter_no)
    return page(visit, "pane.html", pane=pane)


@router.get("/queue/news", name="queue_news")
def news(visit: Visiting, request: Request) -> Response:
    """How many cases have come since the list was drawn. The list itself never moves under the cursor."""
    drawn = request.query_params.get("drawn", "0")
    with visit.store.read() as session:
        now = queries.card_counts(session, visit.actor, horizon(session, visit))["to_dispatch"]
    more = max(now - int(drawn), 0) if drawn.isdecimal() and len(drawn) < 9 else 0
    return page(visit, "news.html", more=more)


@router.post("/queue/dispatch", name="dispatch_list")
def dispatch_list(visit: Visiting, form: Posting) -> Response:
    """The one click: send the frozen list, each case in its own transaction; the same key again changes nothing."""
    fields = Fields(form)
    versions = [_version_of(text) for text in fields.many("case")]
    frozen, key = fields.needed("list_version", longest=64), fields.needed("key", longest=64)
    fields.done()
    result = dispatching.dispatch_list(
        visit.store,
        case_versions=versions,
        list_version=frozen,
        key=key,
        actor=visit.actor,
        at=visit.at,
        grace=visit.settings.recall_grace,
    )
    return RedirectResponse(f"/queue?sent={result.batch_id}", status_code=303)


def _version_of(text: str) -> tuple[str, int]:
    case_id, _, version = text.rpartition("@")
    if not case_id or not version.isdecimal() or len(version) > 9:
        raise Wrong({"case": STALE})
    return case_id, int(version)


@router.post("/cases/{matter_no}/dispatch", name="dispatch_case")
def dispatch_case(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """Send one case, or put another inspector in the suggested one's place."""
    fields = Fields(form)
    version, key = fields.version(), fields.needed("key", longest=64)
    lead = fields.text("lead_id", longest=64)
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
    if form.get("choose") == "yes":
        choose_inspector(
            visit.store, case_id=case.id, version=version, lead_id=lead or "", actor=visit.actor, at=visit.at
        )
        return RedirectResponse(f"/queue#{matter_no}", status_code=303)
    if lead and lead != case.suggested_lead_id:
        version = choose_inspector(
            visit.store, case_id=case.id, version=version, lead_id=lead, actor=visit.actor, at=visit.at
        )
    result = dispatching.dispatch_case(
        visit.store,
        case_id=case.id,
        version=version,
        key=key,
        actor=visit.actor,
        at=visit.at,
        grace=visit.settings.recall_grace,
    )
    return RedirectResponse(f"/queue?sent={result.batch_id}", status_code=303)


@router.post("/batches/{batch_id}/recall", name="recall_batch")
def recall_batch(visit: Visiting, batch_id: str) -> Response:
    """Take a whole click back, as far as nobody has signed for its cases."""
    with visit.store.read() as session:
        if _sent(session, visit, batch_id) is None:
            raise NotFound("There is no such batch.")
    dispatching.recall_batch(visit.store, batch_id=batch_id, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/queue?sent={batch_id}", status_code=303)
