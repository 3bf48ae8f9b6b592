"""The ledger of a case: people and sums, masked; the payment plan; who is liable to pay."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from console.acts_ledger import PAGE
from console.fields import Fields
from console.guard import Posting, Visiting
from console.render import page
from console.views.accounts import confirm
from console.views.case import frame
from services.money.ledger_book import WORKBOOK, export_ledger, roster_template
from services.people.reveal_worker import reveal_worker
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


@router.get("/cases/{matter_no}/ledger/roster.xlsx", name="roster_template")
def empty_roster(visit: Visiting, matter_no: str) -> Response:
    """The empty roster to fill in and bring back; it holds nothing of the case."""
    with visit.store.read() as session:
        case_seen(session, visit.actor, matter_no=matter_no)
    return _workbook(roster_template(), "roster.xlsx")


@router.post("/cases/{matter_no}/ledger/export", name="export_ledger")
def export(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """The ledger as a workbook, for a reason, noted in the audit log; with names only where that is asked for."""
    fields = Fields(form)
    reason, names = fields.needed("reason", longest=40), fields.text("names", longest=10)
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
    confirm(visit, form)
    body = export_ledger(
        visit.store, case_id=case.id, reason=reason, plain=names == "plain", actor=visit.actor, at=visit.at
    )
    return _workbook(body, f"ledger-{matter_no}.xlsx")


def _workbook(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(body, media_type=WORKBOOK, headers=headers)


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
