"""The book of runs (运行记录): what came of each, two beside each other, and one more of the same."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import ArrearsError, NotAllowed, NotFound
from console.guard import Visit, Visiting
from console.render import page
from console.views.channels import pull_now
from console.views.shared import menu
from console.words import N_
from services.arriving.pausing import administrator
from services.linkage.link_kept import KEPT
from services.linkage.linking import link_complaints
from services.office.running import channel_names
from warehouse.queries.quarantine import heard_of
from warehouse.queries.runs import COUNTS, run_line, run_lines

router = APIRouter()
PICK_TWO = N_("Please tick two runs.")
NOT_AGAIN = N_("An import cannot be run again from here: bring in the file once more.")


def _page(visit: Visit, *, channel: str | None = None, status: int = 200, problem: str | None = None) -> Response:
    with visit.store.read() as session:
        if channel is not None and channel not in channel_names() and not heard_of(session, channel):
            raise NotFound("There is no such channel.")
        runs = run_lines(session, channel=channel)
        nav = menu(session, visit)
    return page(
        visit,
        "runs.html",
        status=status,
        runs=runs,
        channel=channel,
        problem=problem,
        sources=channel_names(),
        nav=nav,
        active="runs_page",
    )


@router.get("/runs", name="runs_page")
def runs_page(visit: Visiting, request: Request) -> Response:
    """The last runs, of all or of one channel."""
    return _page(visit, channel=request.query_params.get("channel") or None)


@router.get("/runs/compare", name="compare_runs")
def compare_runs(visit: Visiting, request: Request) -> Response:
    """Two runs beside each other."""
    picked = list(dict.fromkeys(request.query_params.getlist("run")))
    if len(picked) != 2:
        return _page(visit, status=422, problem=PICK_TWO)
    with visit.store.read() as session:
        older, newer = sorted((run_line(session, one) for one in picked), key=lambda run: (run.started_at, run.id))
        nav = menu(session, visit)
    rows = [(name, getattr(older, name), getattr(newer, name)) for name in COUNTS]
    return page(visit, "runs_compared.html", nav=nav, active="runs_page", older=older, newer=newer, rows=rows)


@router.post("/runs/{run_id}/again", name="run_again")
def run_again(visit: Visiting, run_id: str) -> Response:
    """One more run of the same kind, now."""
    administrator(visit.actor)
    with visit.store.read() as session:
        run = run_line(session, run_id)
    if run.job == "collect" and run.subject in channel_names():
        return pull_now(visit, run.subject or "")
    if run.job != "link":
        raise NotAllowed(NOT_AGAIN)
    with suppress(ArrearsError):  # It is in the book, with its code and in words.
        link_complaints(visit.store, actor=visit.actor, at=visit.at, kept=visit.settings.data_dir / KEPT)
    return RedirectResponse("/runs", status_code=303)
