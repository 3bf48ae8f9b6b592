"""Many cases at once: ticked in the queue, looked at once more, then merged or given to another inspector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import Conflict, NotAllowed, NotFound
from console.fields import NOT_OFFERED, Fields
from console.guard import Posting, Visit, Visiting
from console.render import page
from console.views.shared import horizon, menu
from console.words import N_
from services.dispatch.choosing import choose_inspector
from services.linkage import linking
from services.linkage.many import kept_apart, merge_many, stays
from warehouse.queries.officers import inspectors
from warehouse.queries.queue import QueueCase, by_number
from warehouse.queries.sight import case_seen

router = APIRouter()
MOST = 50
TWO = N_("Please tick at least two cases.")
ONE = N_("Please tick at least one case.")
TOO_MANY = N_("At most 50 cases at once.")


def _cases(visit: Visit, numbers: list[str]) -> list[QueueCase]:
    with visit.store.read() as session:
        return by_number(session, visit.actor, horizon(session, visit), numbers[: MOST + 1])


def _show(visit: Visit, template: str, cases: list[QueueCase], *, problem: str | None = None, **more: Any) -> Response:
    with visit.store.read() as session:
        return page(
            visit,
            template,
            status=422 if problem else 200,
            nav=menu(session, visit),
            active="queue_page",
            cases=cases,
            problem=problem,
            officers=inspectors(session, today=visit.today),
            **more,
        )


@router.get("/queue/merge", name="merge_preview")
def merge_preview(visit: Visiting, request: Request) -> Response:
    """What the ticked cases would become as one, before anything is done."""
    return _merge_page(visit, _cases(visit, request.query_params.getlist("case")))


def _merge_page(visit: Visit, cases: list[QueueCase], problem: str | None = None) -> Response:
    words = problem or (TWO if len(cases) < 2 else TOO_MANY if len(cases) > MOST else None)
    with visit.store.read() as session:
        apart = kept_apart(session, [case.id for case in cases])
    first = stays(cases) if cases else None
    return _show(visit, "merge.html", cases, problem=words, survivor=first, apart=apart, **_together(cases))


def _together(cases: list[QueueCase]) -> dict[str, Any]:
    """What the one case would hold."""
    clocks = [case.clock for case in cases if case.clock]
    return {
        "complaints": sum(case.complaints for case in cases),
        "earliest": min(clocks, key=lambda clock: clock.due_on, default=None),
    }


@router.post("/queue/merge", name="merge_ticked")
def merge_ticked(visit: Visiting, form: Posting) -> Response:
    """Merge the ticked cases into the one chosen; each is whole or not at all, and says why it was left out."""
    fields = Fields(form)
    into = fields.needed("into", longest=40)
    seen = _versions(fields)
    reason = fields.text("reason", longest=400)
    fields.done()
    cases = _cases(visit, list(seen))
    keeper = next((case for case in cases if case.matter_no == into), None)
    if keeper is None or len(cases) != len(seen) or not 2 <= len(cases) <= MOST:
        return _merge_page(visit, cases, NOT_OFFERED)
    merged = merge_many(
        visit.store,
        into=(keeper.id, seen[into]),
        others=[(case.id, case.matter_no, seen[case.matter_no]) for case in cases if case is not keeper],
        actor=visit.actor,
        at=visit.at,
        reason=reason,
    )
    return _show(visit, "merged.html", [], into=into, merged=merged)


def _versions(fields: Fields) -> dict[str, int]:
    """The ticked cases with the versions they were looked at in."""
    found: dict[str, int] = {}
    for text in fields.many("case"):
        number, _, version = text.rpartition("@")
        if number and version.isdecimal() and len(version) < 9:
            found[number] = int(version)
    if not found:
        fields.wrong("case", ONE)
    return found


@router.get("/queue/choose", name="choose_page")
def choose_page(visit: Visiting, request: Request) -> Response:
    """The ticked cases, to be given to another inspector."""
    cases = [case for case in _cases(visit, request.query_params.getlist("case")) if case.status == "to_dispatch"]
    words = ONE if not cases else TOO_MANY if len(cases) > MOST else None
    return _show(visit, "choose.html", cases, problem=words, lead=None)


@router.post("/queue/choose", name="choose_ticked")
def choose_ticked(visit: Visiting, form: Posting) -> Response:
    """Another inspector for each ticked case; nothing is sent. Whoever may not take a case does not get it."""
    fields = Fields(form)
    seen = _versions(fields)
    lead = fields.needed("lead_id", longest=64)
    fields.done()
    cases = _cases(visit, list(seen))
    results = [
        (case.matter_no, _refusal(lambda case=case: _choose(visit, case, seen[case.matter_no], lead)))  # type: ignore[misc]  # bound per case
        for case in cases
    ]
    return _show(visit, "chosen.html", [], results=results, lead=lead)


def _choose(visit: Visit, case: QueueCase, version: int, lead: str) -> object:
    return choose_inspector(visit.store, case_id=case.id, version=version, lead_id=lead, actor=visit.actor, at=visit.at)


def _refusal(act: Callable[[], object]) -> str | None:
    """Why an act was refused; None when it was done."""
    try:
        act()
    except (NotAllowed, Conflict, NotFound) as refused:
        return str(refused)
    return None


@router.post("/queue/employer/{matter_no}", name="name_employer")
def name_employer(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """One of the employers offered beside the queue is the one meant. The case is then ready for the click."""
    fields = Fields(form)
    version, name = fields.version(), fields.needed("employer_name", longest=200)
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
    linking.pick_employer(
        visit.store, case_id=case.id, version=version, employer_name=name, actor=visit.actor, at=visit.at
    )
    return RedirectResponse(f"/queue?at={matter_no}", status_code=303)
