"""What people do with a warning. A form with a mistake, or one that came too late, is shown again as it was typed."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Role
from console.access import may
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.views.warnings import show_warning
from services.warnings import settling
from services.warnings.settling import Asked
from warehouse.models import CaseRow
from warehouse.queries.sight import works_on
from warehouse.queries.warning_sight import warning_seen
from warehouse.store.warning_acts import SETTLEMENTS

router = APIRouter()
_LONGEST = 1_000


def _done(visit: Visit, warning_id: str, form: str, fields: Fields, act: Callable[[Asked], str | None]) -> Response:
    """Do it and lead on to where it says, or to the warning itself."""
    with visit.store.read() as session:
        warning_seen(session, visit.actor, warning_id)
    try:
        version = fields.version()
        leads_to = act(Asked(warning_id, version, visit.actor, visit.at))
    except Wrong as wrong:
        return show_warning(visit, warning_id, failed=form, errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        errors = {"": str(refused)}
        return show_warning(visit, warning_id, failed=form, errors=errors, typed=fields.typed(), status=422)
    except Conflict as late:
        return show_warning(visit, warning_id, failed=form, conflict=late, typed=fields.typed(), status=409)
    return RedirectResponse(leads_to or f"/warnings/{warning_id}", status_code=303)


@router.post("/warnings/{warning_id}/settle", name="settle_warning")
def settle(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Say what the warning was, with the reason."""
    fields = Fields(form)

    def act(asked: Asked) -> None:
        outcome = fields.choice("outcome", set(SETTLEMENTS)) or ""
        reason = fields.needed("reason", longest=_LONGEST)
        fields.done()
        settling.settle(visit.store, asked, outcome=outcome, reason=reason)

    return _done(visit, warning_id, "settle", fields, act)


@router.post("/warnings/{warning_id}/undo", name="undo_warning")
def undo(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Take back one's own settlement of today."""
    fields = Fields(form)
    return _done(visit, warning_id, "undo", fields, lambda asked: settling.undo(visit.store, asked))


@router.post("/warnings/{warning_id}/snooze", name="snooze_warning")
def snooze(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Set it aside until a day."""
    fields = Fields(form)

    def act(asked: Asked) -> None:
        until = fields.day("until", required=True)
        reason = fields.needed("reason", longest=_LONGEST)
        fields.done()
        if until is not None:
            settling.snooze(visit.store, asked, until=until, reason=reason)

    return _done(visit, warning_id, "snooze", fields, act)


@router.post("/warnings/{warning_id}/wake", name="wake_warning")
def wake(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """It stands again at once."""
    fields = Fields(form)
    return _done(visit, warning_id, "wake", fields, lambda asked: settling.wake(visit.store, asked))


@router.post("/warnings/{warning_id}/give", name="give_warning")
def give(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Take it over, or give it to somebody else. From the list one goes back to the list."""
    fields = Fields(form)

    def act(asked: Asked) -> str | None:
        to = fields.needed("to", longest=64)
        reason = fields.text("reason", longest=_LONGEST)
        fields.done()
        settling.give(visit.store, asked, to=to, reason=reason)
        return "/warnings" if form.get("back") == "list" else None

    return _done(visit, warning_id, "give", fields, act)


@router.post("/warnings/{warning_id}/to-case", name="warning_to_case")
def to_case(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Attach it to an open case of the employer."""
    fields = Fields(form)

    def act(asked: Asked) -> None:
        case_id = fields.needed("case", longest=64)
        reason = fields.text("reason", longest=_LONGEST)
        fields.done()
        settling.to_case(visit.store, asked, case_id=case_id, reason=reason)

    return _done(visit, warning_id, "to-case", fields, act)


@router.post("/warnings/{warning_id}/visit", name="propose_visit")
def visit_proposed(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Propose a visit; whoever holds the case goes on to the form of its visit."""
    fields = Fields(form)

    def act(asked: Asked) -> str | None:
        case_id, officer_id = fields.text("case", longest=64), fields.text("officer", longest=64)
        day, reason = fields.day("day"), fields.text("reason", longest=_LONGEST)
        fields.done()
        number = settling.propose_visit(
            visit.store, asked, case_id=case_id, day=day, officer_id=officer_id, reason=reason
        )
        return f"/cases/{number}/visit" if number and _visits(visit, number) else None

    return _done(visit, warning_id, "visit", fields, act)


def _visits(visit: Visit, matter_no: str) -> bool:
    """Whether this person can record a visit of the case now."""
    if not may(visit.actor, "record_visit"):
        return False
    with visit.store.read() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.matter_no == matter_no)).one()
        heads = frozenset({Role.HEAD})
        return case.status == "in_progress" and works_on(session, visit.actor, case, heads, on=visit.today)
