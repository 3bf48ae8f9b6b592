"""The ledger of a case: people and sums, masked; the payment plan; who is liable to pay."""

from __future__ import annotations

from fastapi import APIRouter, Response

from console.acts_ledger import PAGE
from console.guard import Visiting
from console.render import page
from console.views.case import frame
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
