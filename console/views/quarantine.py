"""Records that could not be read (异常数据): the reason, the fields masked until revealed, mend or discard."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, NotAllowed, NotFound
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.labels import CHANNELS
from console.render import page
from console.views.shared import menu
from services.arriving.intake import discard
from services.arriving.mending import discard_many, mend_many, mend_record
from services.people.reveals import PAYLOAD, reveal
from warehouse.queries.quarantine import heard_of, quarantine_groups, quarantine_lines, quarantine_record

router = APIRouter()
PREFIX = "field."


def _list(
    visit: Visit,
    *,
    channel: str | None = None,
    reason: str | None = None,
    errors: dict[str, str] | None = None,
    done: tuple[int, int, str] | None = None,
    status: int = 200,
) -> Response:
    with visit.store.read() as session:
        if channel is not None and channel not in CHANNELS and not heard_of(session, channel):
            raise NotFound("There is no such channel.")
        groups = quarantine_groups(session)
        lines = quarantine_lines(session, channel=channel, reason=reason)
        first = quarantine_record(session, lines[0].id) if lines and not visit.by_htmx else None
        nav = menu(session, visit)
    return page(
        visit,
        "quarantine.html",
        status=status,
        lines=lines,
        groups=groups,
        channel=channel,
        reason=reason,
        errors=errors or {},
        done=done,
        record=first,
        problem=None,
        nav=nav,
        active="quarantine_page",
    )


@router.get("/quarantine", name="quarantine_page")
def quarantine_page(visit: Visiting, request: Request) -> Response:
    """What waits, newest first: all of it, or what waits for one reason."""
    query = request.query_params
    return _list(visit, channel=query.get("channel") or None, reason=query.get("reason"))


@router.post("/quarantine/mend", name="mend_many")
def mend_many_landed(visit: Visiting, form: Posting) -> Response:
    """Read the ticked records again, with one correction laid over all of them, or with none."""
    fields = Fields(form)
    ids, channel, reason = fields.many("landed"), fields.text("channel"), fields.text("with_reason")
    name, value = fields.text("field", longest=80), fields.text("value")
    try:
        fields.done()
        mended = {name: value} if name and value is not None else {}
        count = mend_many(visit.store, visit.settings, landed_ids=ids, mended=mended, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _list(visit, channel=channel, reason=reason, errors=wrong.errors, status=422)
    except BadInput as refused:
        return _list(visit, channel=channel, reason=reason, errors={"": str(refused)}, status=422)
    return _list(visit, channel=channel, done=(count.filed, count.left, "mended"))


@router.post("/quarantine/discard", name="discard_many")
def discard_many_landed(visit: Visiting, form: Posting) -> Response:
    """Set the ticked records aside for good, with one reason."""
    fields = Fields(form)
    ids, channel, reason = fields.many("landed"), fields.text("channel"), fields.text("with_reason")
    why = fields.text("why", longest=400) or ""
    try:
        fields.done()
        count = discard_many(visit.store, landed_ids=ids, reason=why, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _list(visit, channel=channel, reason=reason, errors=wrong.errors, status=422)
    except (BadInput, NotAllowed) as refused:
        return _list(visit, channel=channel, reason=reason, errors={"": str(refused)}, status=422)
    return _list(visit, channel=channel, done=(count, 0, "discarded"))


def _record(visit: Visit, landed_id: str, *, problem: str | None = None, status: int = 200) -> Response:
    with visit.store.read() as session:
        record = quarantine_record(session, landed_id)
        nav = menu(session, visit)
    if record.state not in ("quarantined", "discarded"):
        raise NotFound("This record is not in quarantine.")
    template = "quarantined_pane.html" if visit.by_htmx else "quarantined.html"
    return page(visit, template, status=status, record=record, problem=problem, nav=nav, active="quarantine_page")


@router.get("/quarantine/{landed_id}", name="quarantined_page")
def quarantined_page(visit: Visiting, landed_id: str) -> Response:
    """One record, with nothing of what it says."""
    return _record(visit, landed_id)


@router.post("/quarantine/{landed_id}/reveal", name="reveal_landed")
def reveal_landed(visit: Visiting, landed_id: str) -> Response:
    """What was received, in plain; noted in the audit log."""
    value = reveal(
        visit.store, subject_id=landed_id, field=PAYLOAD, reason="mend_record", actor=visit.actor, at=visit.at
    )
    template = "revealed.html" if visit.by_htmx else "revealed_page.html"
    return page(visit, template, value=value, back=f"/quarantine/{landed_id}")


@router.post("/quarantine/{landed_id}/mend", name="mend_landed")
def mend_landed(visit: Visiting, form: Posting, landed_id: str) -> Response:
    """Correct fields and have the record read again."""
    fields = Fields(form)
    names = [name for name in form if name.startswith(PREFIX)]
    mended = {name.removeprefix(PREFIX): value for name in names if (value := fields.text(name)) is not None}
    fields.done()
    try:
        mend_record(visit.store, visit.settings, landed_id=landed_id, mended=mended, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as refused:
        return _record(visit, landed_id, problem=str(refused), status=422)
    return RedirectResponse("/quarantine", status_code=303)


@router.post("/quarantine/{landed_id}/discard", name="discard_landed")
def discard_landed(visit: Visiting, form: Posting, landed_id: str) -> Response:
    """Set the record aside for good, with the reason."""
    reason = Fields(form).text("reason", longest=400) or ""
    try:
        discard(visit.store, landed_id=landed_id, reason=reason, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as refused:
        return _record(visit, landed_id, problem=str(refused), status=422)
    return RedirectResponse("/quarantine", status_code=303)
