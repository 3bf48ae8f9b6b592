"""A back payment while it is typed: what the pasted list adds up to, before and after, and who is not on the roster."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.money import fen_of
from console.fields import Fields
from console.guard import Posting, Visiting
from console.paid_lines import paid_lines
from console.render import page
from warehouse.queries.sight import case_seen
from warehouse.queries.weighing import weigh

router = APIRouter()


@router.post("/cases/{matter_no}/payment/weigh", name="weigh_payment")
def weigh_payment(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """The totals as a fragment; it keeps nothing. Posted, so that no name stands in an address."""
    fields = Fields(form)
    lines = [(one.name, fen_of(one.amount) or 0) for one in paid_lines("lines", fields) or ()]
    typed = None if lines else fields.yuan("amount")
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        weighed = weigh(session, case, lines or ([("", fen_of(typed) or 0)] if typed else []))
    strangers = [lines[place][0] for place in weighed.strangers] if lines else []
    return page(
        visit,
        "weighed.html",
        weighed=weighed,
        listed=bool(lines),
        strangers=strangers,
        wrong=fields.errors.get("lines"),
    )
