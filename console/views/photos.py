"""A photograph of a visit: the page that shows it, the picture itself, and the act that strikes it out.

A picture is sent as an attachment: it stands in our pages, and its address opened by itself is saved and never shown.
"""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from console.access import may
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.case import frame
from services.cases import photographing
from services.cases.held import officers_of
from warehouse.queries.officers import names_of
from warehouse.queries.photos import in_order
from warehouse.queries.sight import case_seen

router = APIRouter()


def _page(
    visit: Visit,
    matter_no: str,
    photo_id: str,
    *,
    errors: dict[str, str] | None = None,
    typed: str = "",
    conflict: Conflict | None = None,
    status: int = 200,
) -> Response:
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        photos = in_order(context["done"].photos)
        here = next((place for place, one in enumerate(photos) if one.id == photo_id), None)
        if here is None:
            raise NotFound("There is no such photograph, or it is not yours to see.")
        quicker = names_of(session, [conflict.by]).get(conflict.by) if conflict and conflict.by else None
        own = visit.actor.id in officers_of(session, case.id) or visit.actor.covers(case.district_code)
    return page(
        visit,
        "photo.html",
        status=status,
        **context,
        photo=photos[here],
        before=photos[here - 1] if here else None,
        after=photos[here + 1] if here + 1 < len(photos) else None,
        strikes=own and case.status == "in_progress" and may(visit.actor, "strike_photo"),
        errors=errors or {},
        typed=typed,
        conflict=conflict,
        quicker=quicker,
    )


@router.get("/cases/{matter_no}/photos/{photo_id}", name="photo_page")
def photo_page(visit: Visiting, matter_no: str, photo_id: str) -> Response:
    """One photograph, as large as it is kept, with what is known of it."""
    return _page(visit, matter_no, photo_id)


@router.get("/cases/{matter_no}/photos/{photo_id}/small", name="photo_small")
def photo_small(visit: Visiting, matter_no: str, photo_id: str) -> Response:
    """The small picture for lists."""
    return _picture(visit, matter_no, photo_id, small=True)


@router.get("/cases/{matter_no}/photos/{photo_id}/whole", name="photo_whole")
def photo_whole(visit: Visiting, matter_no: str, photo_id: str) -> Response:
    """The picture as it is kept; noted in the audit log, for nothing on it is masked."""
    return _picture(visit, matter_no, photo_id, small=False)


def _picture(visit: Visit, matter_no: str, photo_id: str, *, small: bool) -> Response:
    picture = photographing.see_photo(
        visit.store, matter_no=matter_no, photo_id=photo_id, small=small, actor=visit.actor, at=visit.at
    )
    headers = {"Content-Disposition": f'attachment; filename="{photo_id}.jpg"', "Cache-Control": "no-store"}
    return Response(b"".join(picture.parts), media_type=picture.media, headers=headers)


@router.post("/cases/{matter_no}/photos/{photo_id}/strike", name="strike_photo")
def strike_photo(visit: Visiting, form: Posting, matter_no: str, photo_id: str) -> Response:
    """Strike the photograph out, with the reason."""
    fields = Fields(form)
    version, reason = fields.version(), fields.needed("reason", longest=400)
    with visit.store.read() as session:
        case_id = case_seen(session, visit.actor, matter_no=matter_no).id
    try:
        fields.done()
        photographing.strike_photo(
            visit.store,
            case_id=case_id,
            version=version,
            photo_id=photo_id,
            reason=reason,
            actor=visit.actor,
            at=visit.at,
        )
    except Wrong as wrong:
        return _page(visit, matter_no, photo_id, errors=wrong.errors, typed=reason, status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, matter_no, photo_id, errors={"": str(refused)}, typed=reason, status=422)
    except Conflict as quicker:
        return _page(visit, matter_no, photo_id, conflict=quicker, typed=reason, status=409)
    return RedirectResponse(f"/cases/{matter_no}?tab=handling", status_code=303)
