"""Files that came with an employer's answer: sent as what they are, as attachments, and never shown as a page."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from casework.errors import NotFound
from console.guard import Visiting
from services.prevention.reading import see_sent_file

router = APIRouter()


@router.get("/preventions/{notice_id}/files/{file_id}/{look}", name="prevention_file")
def prevention_file(visit: Visiting, notice_id: str, file_id: str, look: str) -> Response:
    """A file of an answer, or its small picture. It is sent as what it is, and as an attachment."""
    if look not in ("small", "whole"):
        raise NotFound("There is no such file, or it is not yours to see.")
    small = look == "small"
    opened = see_sent_file(
        visit.store, notice_id=notice_id, file_id=file_id, small=small, actor=visit.actor, at=visit.at
    )
    file = opened.file
    kind = "image/jpeg" if small else file.media if file.look != "paper" else "application/octet-stream"
    name = f"{file_id}.{'jpg' if small else file.ending or 'bin'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if opened.length is not None:
        headers["Content-Length"] = str(opened.length)
    return StreamingResponse(opened.body, media_type=kind, headers=headers)
