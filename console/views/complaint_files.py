"""A file that a complaint brought: the page that shows or plays it, and the file itself.

The file is sent as what it is and as an attachment: it stands in our pages, and its address opened by itself is saved
and never shown.
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from casework.errors import NotFound
from console.guard import Visit, Visiting
from console.render import page
from console.views.case import frame
from services.cases.complaint_files import see_file
from warehouse.queries import case as queries
from warehouse.queries.complaint_files import files_brought
from warehouse.queries.sight import case_seen

router = APIRouter()
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


@router.get("/cases/{matter_no}/files/{file_id}", name="file_page")
def file_page(visit: Visiting, matter_no: str, file_id: str) -> Response:
    """One file of a complaint, shown or played, with what is known of it."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        files = files_brought(session, [one.id for one in queries.members(session, case)])
    kept = [one for one in files if one.state == "kept"]
    here = next((place for place, one in enumerate(kept) if one.id == file_id), None)
    if here is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return page(
        visit,
        "complaint_file.html",
        **context,
        file=kept[here],
        before=kept[here - 1] if here else None,
        after=kept[here + 1] if here + 1 < len(kept) else None,
    )


@router.get("/cases/{matter_no}/files/{file_id}/small", name="file_small")
def file_small(visit: Visiting, matter_no: str, file_id: str) -> Response:
    """The small picture for lists."""
    opened = see_file(visit.store, matter_no=matter_no, file_id=file_id, small=True, actor=visit.actor, at=visit.at)
    return Response(b"".join(opened.body), media_type="image/jpeg", headers=_headers(file_id, "jpg"))


@router.get("/cases/{matter_no}/files/{file_id}/whole", name="file_whole")
def file_whole(visit: Visiting, request: Request, matter_no: str, file_id: str) -> Response:
    """The file as it is kept, or the piece of it that a player asks for; its opening is noted in the audit log."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    return _sent(visit, matter_no, file_id, asked)


def _sent(visit: Visit, matter_no: str, file_id: str, asked: re.Match[str] | None) -> Response:
    first = int(asked[1]) if asked else 0
    last = int(asked[2]) if asked and asked[2] else None
    opened = see_file(
        visit.store,
        matter_no=matter_no,
        file_id=file_id,
        small=False,
        actor=visit.actor,
        at=visit.at,
        first=first,
        last=last,
    )
    headers = _headers(file_id, opened.file.ending or "bin") | {"Accept-Ranges": "bytes"}
    headers["Content-Length"] = str(opened.last - opened.first + 1)
    if asked:
        headers["Content-Range"] = f"bytes {opened.first}-{opened.last}/{opened.length}"
    kind = opened.file.media if opened.file.look != "paper" else "application/octet-stream"
    return StreamingResponse(opened.body, status_code=206 if asked else 200, media_type=kind, headers=headers)


def _headers(file_id: str, ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{file_id}.{ending}"',
        "Cache-Control": "no-store",
    }
