"""What people decide about an employer: one with another, a spelling apart, its credit code; and who watches."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, Conflict, NotAllowed
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.views.employers import show_employer
from services.employers import merging, naming, watching
from warehouse.queries.employer_sight import employer_seen

router = APIRouter()


def _seen(visit: Visit, employer_id: str) -> str:
    with visit.store.read() as session:
        return employer_seen(session, visit.actor, employer_id).id


def _done(visit: Visit, employer_id: str, form: str, fields: Fields, act: Callable[[], object]) -> Response:
    """Do it and show the employer; a form with a mistake, or one that came too late, is shown again as it was typed."""
    try:
        act()
    except Wrong as wrong:
        errors, status = wrong.errors, 422
    except (BadInput, NotAllowed) as refused:
        errors, status = {"": str(refused)}, 422
    except Conflict as late:
        errors, status = {"": str(late)}, 409
    else:
        return RedirectResponse(f"/employers/{employer_id}", status_code=303)
    looked_for = fields.text("text", longest=80)
    return show_employer(
        visit,
        employer_id,
        looked_for=looked_for,
        failed=form,
        errors=errors,
        typed=fields.typed(),
        status=status,
    )


@router.post("/employers/{employer_id}/alike", name="find_alike")
def find_alike(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """The employers that could be this one, by a name or credit code."""
    own = _seen(visit, employer_id)
    fields = Fields(form)
    text = fields.needed("text", longest=80)
    if fields.errors:
        return show_employer(visit, own, failed="alike", errors=fields.errors, typed=fields.typed(), status=422)
    return show_employer(visit, own, looked_for=text, typed=fields.typed())


@router.post("/employers/{employer_id}/merge", name="merge_employers")
def merge_employers(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """The one chosen is this one; it can be taken back."""
    own = _seen(visit, employer_id)
    fields = Fields(form)

    def act() -> None:
        version = fields.version()
        other, _, seen_as = fields.needed("other", longest=80).rpartition("@")
        reason = fields.needed("reason", longest=400)
        if not fields.errors and (not other or not seen_as.isdecimal() or len(seen_as) > 9):
            fields.wrong("other", "Please choose one of the answers offered.")
        fields.done()
        merging.merge_employers(
            visit.store,
            from_id=other,
            into_id=own,
            from_version=int(seen_as),
            into_version=version,
            reason=reason,
            actor=visit.actor,
            at=visit.at,
        )

    return _done(visit, own, "merge", fields, act)


@router.post("/employers/{employer_id}/undo", name="undo_employer")
def undo_employer(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """A merge, a parting or a verified code is taken back."""
    own = _seen(visit, employer_id)
    fields = Fields(form)

    def act() -> None:
        version, event_id = fields.version(), fields.needed("event", longest=64)
        fields.done()
        merging.undo(visit.store, event_id=event_id, version=version, actor=visit.actor, at=visit.at)

    return _done(visit, own, "undo", fields, act)


@router.post("/employers/{employer_id}/split", name="split_alias")
def split_alias(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """A spelling names another employer."""
    own = _seen(visit, employer_id)
    fields = Fields(form)

    def act() -> None:
        version, alias_id = fields.version(), fields.needed("alias", longest=64)
        reason = fields.needed("reason", longest=400)
        fields.done()
        naming.split_alias(
            visit.store,
            employer_id=own,
            version=version,
            alias_id=alias_id,
            reason=reason,
            actor=visit.actor,
            at=visit.at,
        )

    return _done(visit, own, "split", fields, act)


@router.post("/employers/{employer_id}/code", name="verify_code")
def verify_code(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """The credit code as it was read off the register."""
    own = _seen(visit, employer_id)
    fields = Fields(form)

    def act() -> None:
        version, code = fields.version(), fields.needed("uscc", longest=40)
        reason = fields.text("reason", longest=400)
        fields.done()
        naming.verify_code(
            visit.store,
            employer_id=own,
            version=version,
            uscc=code,
            reason=reason,
            actor=visit.actor,
            at=visit.at,
        )

    return _done(visit, own, "code", fields, act)


def _back(form: Posting, employer_id: str) -> Response:
    """To the list or the page that the button stood on."""
    where = "/employers" if form.get("back") == "list" else f"/employers/{employer_id}"
    return RedirectResponse(where, status_code=303)


@router.post("/employers/{employer_id}/watch", name="watch_employer")
def watch_employer(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """From now on this person is told when a new complaint names it."""
    own = _seen(visit, employer_id)
    watching.watch(visit.store, employer_id=own, actor=visit.actor, at=visit.at)
    return _back(form, own)


@router.post("/employers/{employer_id}/unwatch", name="unwatch_employer")
def unwatch_employer(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """No more."""
    own = _seen(visit, employer_id)
    watching.unwatch(visit.store, employer_id=own, actor=visit.actor, at=visit.at)
    return _back(form, own)
