"""Doubtful pairs: one pair on the whole page, four answers that weigh the same, the next pair by itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.errors import NotFound
from casework.linkage import SECOND_LOOK_DAYS, Verdict
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.marks import marked
from console.render import page
from console.views.queue import on_to
from console.views.shared import horizon, menu
from console.words import N_
from services.linkage import linking
from services.linkage.explaining import explain, lines
from services.linkage.taking_back import take_back_verdict
from services.office.working_days import working_day_after
from warehouse.models import LinkageEventRow
from warehouse.queries.judged import judged_since, undoable
from warehouse.queries.review import Doubt, by_deadline, doubt, pair_seen, waiting
from warehouse.queries.sampled import blind_pairs
from warehouse.queries.sight import seen_by_id

router = APIRouter()
NOT_MERGED = N_("Noted, but the cases stay two")


@router.get("/review", name="review_page")
def review_page(visit: Visiting, request: Request) -> Response:
    """The first waiting pair, or the one asked for."""
    query = request.query_params
    return _pair_page(visit, query.get("left"), query.get("right"), said=query.get("said"))


def _pair_page(
    visit: Visit, left: str | None, right: str | None, *, said: str | None = None, kept: str | None = None
) -> Response:
    """One pair. `kept`: a verdict that was not recorded, for a case of the pair changed meanwhile."""
    with visit.store.read() as session:
        ahead = horizon(session, visit)
        pairs = by_deadline(session, waiting(session, visit.actor, unsure_of=visit.actor.id), ahead)
        if left and right and not pair_seen(session, visit.actor, left, right):
            raise NotFound("There is no such pair.")
        at = next((n for n, pair in enumerate(pairs) if set(pair) == {left, right}), None)
        shown = (left, right) if left and right else (pairs[0] if pairs else None)
        place = at if at is not None else 0
        doubtful = doubt(session, shown[0], shown[1], ahead) if shown else None
        context: dict[str, Any] = {
            "nav": menu(session, visit),
            "active": "review_page",
            "doubt": doubtful,
            "because": explain(session, doubtful.pair.left_id, doubtful.pair.right_id) if doubtful else None,
            "place": place + 1 if pairs else 0,
            "total": len(pairs),
            "before": pairs[place - 1] if pairs and place > 0 else None,
            "after": pairs[place + 1] if place + 1 < len(pairs) else None,
            "judged": judged_since(session, visit.actor, local_midnight(visit.today)),
            "blind": len(blind_pairs(session, visit.actor)),
            "undo": undoable(session, visit.actor, said),
            "second_by": lambda moment: working_day_after(session, moment, days=SECOND_LOOK_DAYS),
            "lines": lines(),
            "marked": marked,
            "kept": kept,
        }
        return page(visit, "review.html", status=409 if kept else 200, **context)


@router.post("/review/judge", name="judge_pair")
def judge_pair(visit: Visiting, form: Posting) -> Response:
    """A person's word on a pair. It outranks every score, for ever, until somebody undoes it.

    Where a case of the pair changed since it was looked at, the pair is shown again with the answer kept.
    """
    fields = Fields(form)
    left, right = fields.needed("left", longest=64), fields.needed("right", longest=64)
    verdict = fields.choice("verdict", {one.value for one in Verdict})
    reason = fields.text("reason", longest=400)
    looked_at = fields.text("seen", longest=200)
    fields.done()
    left, right = sorted((left, right))
    with visit.store.read() as session:
        if not pair_seen(session, visit.actor, left, right):
            raise NotFound("There is no such pair.")
        now: Doubt | None = doubt(session, left, right, horizon(session, visit)) if looked_at else None
    if now is not None and now.seen != looked_at:
        return _pair_page(visit, left, right, kept=verdict)
    judged = linking.judge_pair(
        visit.store,
        left_id=left,
        right_id=right,
        verdict=Verdict(str(verdict)),
        actor=visit.actor,
        at=visit.at,
        reason=reason,
    )
    if judged.words:
        return page(visit, "error.html", heading=NOT_MERGED, sentence=judged.words, error=None, quicker=None)
    if form.get("from") == "queue":
        return RedirectResponse(f"/queue?said={judged.judgement_id}{on_to(form.get('next'))}", status_code=303)
    return RedirectResponse(f"/review?said={judged.judgement_id}", status_code=303)


@router.post("/review/take-back/{judgement_id}", name="take_back_verdict")
def take_back(visit: Visiting, form: Posting, judgement_id: str) -> Response:
    """Take a verdict back, with the merge or split it made. One lands where it was given."""
    with visit.store.read() as session:
        given = undoable(session, visit.actor, judgement_id)
    if given is None:
        raise NotFound("There is no such verdict.")
    take_back_verdict(visit.store, judgement_id=judgement_id, actor=visit.actor, at=visit.at)
    places = {"queue": "/queue", "sample": f"/linkage/sample?left={given.left_id}&right={given.right_id}"}
    back = places.get(str(form.get("from")), f"/review?left={given.left_id}&right={given.right_id}")
    return RedirectResponse(back, status_code=303)


@router.post("/linkage/{event_id}/undo", name="undo_linkage")
def undo_linkage(visit: Visiting, form: Posting, event_id: str) -> Response:
    """Undo one merge or split as if it had not been."""
    with visit.store.read() as session:
        _event_seen(session, visit, event_id)
    linking.undo(visit.store, event_id=event_id, actor=visit.actor, at=visit.at)
    back = str(form.get("back") or "")
    if back == "queue":
        return RedirectResponse("/queue", status_code=303)
    return RedirectResponse(f"/cases/{back}" if back.replace("-", "").isalnum() else "/review", status_code=303)


def _event_seen(session: Session, visit: Visit, event_id: str) -> None:
    event = session.get(LinkageEventRow, event_id)
    cases = (event.into_case_id, event.from_case_id) if event else ()
    if not cases or not any(seen_by_id(session, visit.actor, case_id) for case_id in cases):
        raise NotFound("There is no such step.")
