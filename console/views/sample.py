"""The blind sample: two complaints side by side, and nothing of what the linker thinks of them or of their cases."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import NotFound
from casework.linkage import Verdict
from console.fields import Fields
from console.guard import Posting, Visiting
from console.render import page
from console.views.review import NOT_MERGED
from console.views.shared import menu
from services.linkage import linking
from services.linkage.linkage_quality import draw_sample, live_precision
from warehouse.queries.judged import undoable
from warehouse.queries.sampled import blind_pairs, told

router = APIRouter()
ANSWERS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)
DRAWN_AT_ONCE = 50


@router.get("/linkage/sample", name="sample_page")
def sample_page(visit: Visiting, request: Request) -> Response:
    """The first pair that waits, or the one asked for; beside it what the answers so far say of the linker."""
    left, right = request.query_params.get("left"), request.query_params.get("right")
    precision = live_precision(visit.store)
    with visit.store.read() as session:
        pairs = blind_pairs(session, visit.actor)
        if left and right and (left, right) not in pairs:
            raise NotFound("There is no such pair.")
        place = pairs.index((left, right)) if left and right else 0
        sides = told(session, pairs[place]) if pairs else []
        return page(
            visit,
            "sample.html",
            nav=menu(session, visit),
            active="review_page",
            pair=pairs[place] if pairs else None,
            sides=sides,
            place=place + 1,
            total=len(pairs),
            after=pairs[(place + 1) % len(pairs)] if len(pairs) > 1 else None,
            undo=undoable(session, visit.actor, request.query_params.get("said")),
            precision=precision,
            draw=DRAWN_AT_ONCE,
            drawn=request.query_params.get("drawn"),
        )


@router.post("/linkage/sample", name="judge_sampled")
def judge_sampled(visit: Visiting, form: Posting) -> Response:
    """A person's word on a pair they saw blindly. It counts like any other word."""
    fields = Fields(form)
    pair = (fields.needed("left", longest=64), fields.needed("right", longest=64))
    verdict = fields.choice("verdict", {one.value for one in ANSWERS})
    fields.done()
    with visit.store.read() as session:
        if pair not in blind_pairs(session, visit.actor):
            raise NotFound("There is no such pair.")
    judged = linking.judge_pair(
        visit.store,
        left_id=pair[0],
        right_id=pair[1],
        verdict=Verdict(str(verdict)),
        actor=visit.actor,
        at=visit.at,
    )
    if judged.words:
        return page(visit, "error.html", heading=NOT_MERGED, sentence=judged.words, error=None, quicker=None)
    return RedirectResponse(f"/linkage/sample?said={judged.judgement_id}", status_code=303)


@router.post("/linkage/sample/draw", name="draw_sample")
def draw(visit: Visiting) -> Response:
    """Draw pairs that the linker merged by itself, to be judged blindly."""
    found = draw_sample(visit.store, size=DRAWN_AT_ONCE, actor=visit.actor, at=visit.at)
    return RedirectResponse(f"/linkage/sample?drawn={found.drawn}", status_code=303)
