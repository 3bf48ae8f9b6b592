"""Files that came with an employer's answer: sent as what they are, as attachments, and never shown as a page."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from console.guard import Visit, Visiting
from services.prevention.reading import see_sent_file

router = APIRouter()


@router.get("/preventions/files/{sent_file}/small", name="prevention_file_small")
def prevention_file_small(visit: Visiting, sent_file: str) -> Response:
    """The small picture for lists."""
    return _sent(visit, sent_file, small=True)


@router.get("/preventions/files/{sent_file}/whole", name="prevention_file")
def prevention_file(visit: Visiting, sent_file: str) -> Response:
    """The file as it is kept; its opening is noted in the audit log."""
    return _sent(visit, sent_file, small=False)


def _sent(visit: Visit, file_id: str, *, small: bool) -> Response:
    opened = see_sent_file(visit.store, file_id=file_id, small=small, actor=visit.actor, at=visit.at)
    file = opened.file
    kind = "image/jpeg" if small else file.media if file.look != "paper" else "application/octet-stream"
    name = f"{file_id}.{'jpg' if small else file.ending or 'bin'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if opened.length is not None:
        headers["Content-Length"] = str(opened.length)
    return StreamingResponse(opened.body, media_type=kind, headers=headers)
