"""A complaint told at the window (登记来访): eight fields, and the open cases it may belong to."""

from __future__ import annotations

import re
import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from casework.complaint import Complaint
from casework.errors import BadInput, NotAllowed, Unreadable
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.labels_ledger import REMARKS
from console.render import page
from console.views.shared import horizon, menu
from services.arriving.intake import record_walk_in
from services.arriving.reading import completed
from warehouse.models import ComplaintRow
from warehouse.queries.case import matter_of
from warehouse.queries.walk_in import employer_names, similar, told_today

router = APIRouter()
CHANNEL = "walk_in"
_NUMBER = re.compile(r"[A-Z]{2}\d{4}-\d{5,}\Z")


def _page(
    visit: Visit, *, errors: dict[str, str], typed: dict[str, list[str]], key: str, status: int = 200, **more: Any
) -> Response:
    with visit.store.read() as session:
        nav = menu(session, visit)
        employers = employer_names(session, visit.actor)
    context = {"nav": nav, "active": "walk_in_page", "employers": employers, "errors": errors, "typed": typed}
    more.setdefault("filed", "")
    return page(visit, "walk_in.html", status=status, **context, key=key, **more)


@router.get("/walk-in", name="walk_in_page")
def walk_in_page(visit: Visiting, request: Request) -> Response:
    """The empty form; after one was filed, with its number."""
    filed = request.query_params.get("filed", "")
    filed = filed if _NUMBER.match(filed) else ""
    odd = [one for one in request.query_params.get("odd", "").split(",") if filed and one in REMARKS]
    return _page(visit, errors={}, typed={}, key=secrets.token_hex(12), filed=filed, odd=odd)


@router.post("/walk-in/similar", name="walk_in_similar")
def walk_in_similar(visit: Visiting, form: Posting) -> Response:
    """Open cases like what is being typed, as a fragment. Posted, so that the phone stands in no address."""
    fields = Fields(form)
    employer, phone = fields.text("employer_name", longest=120), fields.text("complainant_phone", longest=30)
    with visit.store.read() as session:
        ahead = horizon(session, visit)
        found = similar(session, visit.actor, ahead, employer=employer, phone=phone)
        waiting = told_today(session, visit.actor, ahead, phone=phone)
    return page(visit, "similar.html", found=found, waiting=waiting)


@router.post("/walk-in", name="record_walk_in")
def record(visit: Visiting, form: Posting) -> Response:
    """File the complaint. The form's own key makes a second press the same complaint."""
    fields = Fields(form)
    key = fields.needed("key", longest=24)
    complaint = _complaint(visit, fields, key)
    try:
        fields.done()
        complaint_id = record_walk_in(visit.store, complaint=complaint, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _page(visit, errors=wrong.errors, typed=fields.typed(), key=key, status=422)
    except (BadInput, NotAllowed, Unreadable) as refused:
        return _page(visit, errors={"": str(refused)}, typed=fields.typed(), key=key, status=422)
    with visit.store.read() as session:
        matter_no = matter_of(session, visit.actor, complaint_id)
        number = session.scalar(select(ComplaintRow.complaint_no).where(ComplaintRow.id == complaint_id))
    odd = ",".join(one for one in completed(complaint).remarks if one in REMARKS)
    filed = f"/walk-in?filed={number}" + (f"&odd={odd}" if odd else "")
    return RedirectResponse(f"/cases/{matter_no}" if matter_no else filed, status_code=303)


def _complaint(visit: Visit, fields: Fields, key: str) -> Complaint:
    name, phone = fields.needed("complainant_name", longest=60), fields.needed("complainant_phone", longest=30)
    start, end = fields.month("arrears_from"), fields.month("arrears_to")
    if start and end and end < start:
        fields.wrong("arrears_to", "The last month comes before the first.")
    return Complaint(
        channel=CHANNEL,
        source_key=f"walk-in-{key}",
        version=1,
        received_at=visit.at,
        narrative=fields.needed("narrative"),
        employer_name=fields.text("employer_name", longest=200),
        employer_uscc=fields.text("employer_uscc", longest=40),
        site_name=fields.text("site_name", longest=200),
        district_code=visit.settings.district,
        complainant_name=name,
        complainant_phone=phone,
        complainant_id_no=fields.text("complainant_id_no", longest=40),
        worker_count=fields.whole("worker_count", least=1),
        amount_claimed=fields.yuan("amount"),
        arrears_from=start,
        arrears_to=end,
        confidential=fields.ticked("confidential"),
    )
