"""A file brought in in the place of a channel, as `arrears import` does at the terminal."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from casework.errors import BadInput, NotFound
from console.fields import MISSING, Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.labels import CHANNELS
from console.render import page
from console.views.shared import menu
from services.arriving.uploads import FileRefused, refused_file, take_upload
from services.office.running import channel_names

router = APIRouter()


def _page(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    with visit.store.read() as session:
        nav = menu(session, visit)
    start: dict[str, Any] = {"errors": {}, "channel": "", "count": None, "kept": None, "under": None}
    sources = [name for name in CHANNELS if name in channel_names()]
    return page(
        visit, "upload.html", status=status, nav=nav, active="channels_page", sources=sources, **(start | context)
    )


@router.get("/channels/upload", name="upload_page")
def upload_page(visit: Visiting, request: Request) -> Response:
    """The form."""
    channel = request.query_params.get("channel") or ""
    if channel and channel not in channel_names():
        raise NotFound("There is no such channel.")
    return _page(visit, channel=channel)


@router.post("/channels/upload", name="upload_file")
def upload_file(visit: Visiting, form: Posting) -> Response:
    """Read the file apart and take in its rows; a file that cannot be read waits in quarantine with its reason."""
    fields = Fields(form)
    channel = fields.choice("channel", set(channel_names()), required=False)
    file = fields.stream("file")
    if file is None:
        fields.wrong("file", MISSING)
    try:
        fields.done()
    except Wrong as wrong:
        return _page(visit, status=422, errors=wrong.errors, channel=channel or "")
    if file is None:
        raise BadInput("Please choose a file.")
    source, name = file
    try:
        count = take_upload(
            visit.store,
            visit.settings,
            source=source,
            name=name,
            channel=channel,
            actor=visit.actor,
            clock=visit.request.app.state.clock,
        )
    except FileRefused as refused:
        errors = {"file": str(refused)}
        return _page(visit, status=422, errors=errors, channel=channel or "", kept=refused.landed_id)
    return _page(visit, count=count, under=channel or "import")


@router.post("/quarantine/{landed_id}/file", name="refused_file")
def download_refused(visit: Visiting, landed_id: str) -> Response:
    """A refused file as it was sent, to be looked at elsewhere; noted in the audit log."""
    content = refused_file(visit.store, visit.settings, landed_id=landed_id, actor=visit.actor, at=visit.at)
    headers = {"Content-Disposition": f'attachment; filename="{landed_id}.bin"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/octet-stream", headers=headers)
