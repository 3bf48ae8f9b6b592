"""The ledger of a case: people and sums, masked; the payment plan; who is liable to pay."""

from __future__ import annotations

from fastapi import APIRouter, Response

from console.acts_ledger import PAGE
from console.fields import Fields
from console.guard import Posting, Visiting
from console.render import page
from console.views.case import frame
from services.reveal_worker import reveal_worker
from warehouse.queries import ledger as queries
from warehouse.queries.sight import case_seen

router = APIRouter()


@router.get("/cases/{matter_no}/ledger", name="ledger_page")
def ledger_page(visit: Visiting, matter_no: str) -> Response:
    """The page of one case's ledger."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        return page(
            visit,
            "ledger.html",
            **context,
            ledger=queries.ledger(session, case),
            chain=queries.chain(session, case),
            kept_here=[act for act in context["acts"] if act.on == PAGE],
        )


@router.post("/cases/{matter_no}/ledger/reveal", name="reveal_worker")
def reveal_field(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """One masked field of one worker in plain, for a reason, noted in the audit log. It never has an address."""
    fields = Fields(form)
    number = fields.whole("number", required=True) or 0
    name, reason = fields.needed("name", longest=40), fields.needed("reason", longest=40)
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
    value = reveal_worker(
        visit.store, case_id=case.id, number=number, field=name, reason=reason, actor=visit.actor, at=visit.at
    )
    template = "revealed.html" if visit.by_htmx else "revealed_page.html"
    return page(visit, template, value=value, back=f"/cases/{matter_no}/ledger", heading="Shown in plain")
