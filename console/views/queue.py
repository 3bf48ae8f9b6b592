"""The morning's queue: see it all on one page, send it with one click, take it back."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.dispatch import list_version
from casework.errors import NotFound
from console.access import may
from console.fields import STALE, Fields, moment_of
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.rows import rows as written
from console.views.listing import address, asked, keep
from console.views.queue_pane import pane_of
from console.views.shared import horizon, menu, next_intake, pulled_states
from services.dispatch import dispatching
from services.dispatch.choosing import choose_inspector
from warehouse.models import CaseRow
from warehouse.queries import queue as queries
from warehouse.queries.cards import COUNTED, card_counts
from warehouse.queries.clicks import SentBatch, batch, last_click
from warehouse.queries.intake import intake_since
from warehouse.queries.judged import undoable
from warehouse.queries.narrowed import offered, offered_in
from warehouse.queries.notices import notices
from warehouse.queries.officers import inspectors
from warehouse.queries.review import doubts_of, opposite
from warehouse.queries.sight import case_seen, seen_by

router = APIRouter()
NO_GROUPS: dict[str, Any] = {"check": [], "doubts": {}, "opposite": {}}


@router.get("/queue", name="queue_page")
def queue_page(visit: Visiting, request: Request) -> Response:
    """The list of one number card; for what is to be dispatched, with the one-click bar."""
    listing = asked(visit)
    if listing is None:
        raise NotFound("There is no such list.")
    tab, query = listing.tab, request.query_params
    with visit.store.read() as session:
        ahead = horizon(session, visit)
        only = listing.only.condition() if listing.only else None
        rows = queries.queue(session, visit.actor, ahead, tab=tab, only=only)
        whole_list = not listing.only and len(rows) < queries.longest(tab)
        sent = _sent(session, visit, query.get("sent") or _last_click(session, visit))
        heard = pulled_states(session)
        people = inspectors(session, today=visit.today)
        part = query.get("pane") or ("loads" if "sent" in query and "at" not in query else "case")
        context: dict[str, Any] = {
            "nav": menu(session, visit),
            "active": "queue_page",
            "tab": tab,
            "cards": card_counts(session, visit.actor, ahead),
            "counted": COUNTED,
            "intake": intake_since(session, local_midnight(visit.today)),
            "silent": [one for one in heard if one.state in ("failing", "empty", "paused")],
            "next_intake": next_intake(heard, visit.at),
            "sent": sent,
            "fresh": "sent" in query and "at" not in query,
            "undo": undoable(session, visit.actor, query.get("said")),
            "notices": notices(session, visit.actor),
            "only": listing.only,
            "offer": offered_in(rows) if whole_list else offered(session, visit.actor, ahead, tab=tab),
            "address": address,
            "longest": queries.longest(tab),
            "drawn": visit.at.isoformat(),
        }
        context |= _groups(session, visit, rows) if tab == "to_dispatch" else NO_GROUPS | {"ready": rows}
        shown = context["check"] + context["ready"]
        first = next((row for row in shown if row.matter_no == query.get("at")), shown[0] if shown else None)
        if query.get("said") and first not in context["check"]:  # the other side of the pair is ready now, too
            first = next(iter(context["check"]), first)
        context["at"] = first.matter_no if first else None
        now_sent = sent if "sent" in query else None
        share = Counter(row.lead_id or "" for row in context["ready"]) if tab == "to_dispatch" and whole_list else None
        number = first.matter_no if first else None
        context["pane"] = pane_of(session, visit, number, part, now_sent, people, first, share)
    context["rows"] = written(
        visit, shown, people, at=context["at"], doubts=context["doubts"], twins=context["opposite"]
    )
    context |= _one_click(context["ready"]) if tab == "to_dispatch" else {"go": None}
    return keep(page(visit, "queue.html", **context), visit, listing)


def _groups(session: Session, visit: Visit, rows: list[queries.QueueCase]) -> dict[str, Any]:
    ordered = queries.in_order(rows)
    check = [row for row in ordered if not row.ready]
    doubts = doubts_of(session, [row.id for row in check])
    return {
        "check": check,
        "ready": [row for row in ordered if row.ready],
        "doubts": doubts,
        "opposite": opposite(session, visit.actor, doubts),
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


def _last_click(session: Session, visit: Visit) -> str | None:
    """The result bar stays for the day, as long as something of the click can be recalled."""
    if not may(visit.actor, "recall_batch"):
        return None
    return last_click(session, visit.actor, since=local_midnight(visit.today))


def _sent(session: Session, visit: Visit, batch_id: str | None) -> SentBatch | None:
    """The result bar, for whoever may see every case of the batch."""
    found = batch(session, batch_id) if batch_id else None
    if found is None:
        return None
    ids = [case_id for case_id, *_ in found.results]
    seen = session.scalars(select(CaseRow.id).where(CaseRow.id.in_(ids), seen_by(visit.actor))).all()
    return found if len(seen) == len(set(ids)) else None


@router.get("/queue/preview/{matter_no}", name="queue_preview")
def preview(visit: Visiting, request: Request, matter_no: str) -> Response:
    """The pane of one case, as a fragment."""
    with visit.store.read() as session:
        pane = pane_of(session, visit, matter_no, request.query_params.get("pane", "case"))
        case_seen(session, visit.actor, matter_no=matter_no)
    return page(visit, "pane.html", pane=pane)


@router.get("/queue/news", name="queue_news")
def news(visit: Visiting, request: Request) -> Response:
    """How many cases have come since the list was drawn. The list itself never moves under the cursor."""
    try:
        drawn = moment_of(request.query_params.get("drawn", ""))
    except ValueError:
        drawn = visit.at
    with visit.store.read() as session:
        more = queries.come_since(session, visit.actor, drawn if drawn.tzinfo else visit.at)
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
        return RedirectResponse(f"/queue?at={matter_no}", status_code=303)
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
    return RedirectResponse(f"/queue?sent={result.batch_id}{on_to(form.get('next'))}", status_code=303)


def on_to(number: object) -> str:
    """The row at which one goes on, as the end of an address; nothing for what is no number of ours.

    It is no fragment: a browser that jumps to one takes the focus from the list, and the keys with it.
    """
    text = number if isinstance(number, str) else ""
    fits = text.isascii() and text.replace("-", "").isalnum() and len(text) < 40
    return f"&at={text}" if fits else ""


@router.post("/batches/{batch_id}/recall", name="recall_batch")
def recall_batch(visit: Visiting, batch_id: str) -> Response:
    """Take a whole click back, as far as nobody has signed for its cases."""
    with visit.store.read() as session:
        if _sent(session, visit, batch_id) is None:
            raise NotFound("There is no such batch.")
    dispatching.recall_batch(visit.store, batch_id=batch_id, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/queue?sent={batch_id}", status_code=303)


@router.post("/batches/{batch_id}/recall/{matter_no}", name="recall_sent")
def recall_sent(visit: Visiting, batch_id: str, matter_no: str) -> Response:
    """Take one case of a click back, if nobody has signed for it."""
    with visit.store.read() as session:
        found = _sent(session, visit, batch_id)
        if found is None or matter_no not in _numbers(found.results):
            raise NotFound("There is no such case in this batch.")
        case = case_seen(session, visit.actor, matter_no=matter_no)
    dispatching.recall_case(visit.store, case_id=case.id, version=case.version, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/queue?sent={batch_id}", status_code=303)


def _numbers(results: Sequence[tuple[str, str, bool, str | None]]) -> set[str]:
    return {number for _, number, sent, _ in results if sent}
