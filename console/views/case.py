"""One case: who and what on every tab, its clocks and money, why its complaints are one, what comes next."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.paths import weakest
from console.acts_clocks import with_a_clock
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.offers import next_step, offered, outcome_offered
from console.render import page
from console.views.shared import horizon, menu
from services import linking
from services.reveals import reveal
from services.twelve_lines import sparing_of
from warehouse.models import CaseRow
from warehouse.queries import case as queries
from warehouse.queries import ledger as ledgers
from warehouse.queries.callbacks import called
from warehouse.queries.deadlines import deadlines_of
from warehouse.queries.endings import sent_back
from warehouse.queries.history import handling, history
from warehouse.queries.investigation import investigation
from warehouse.queries.lives import lives_of, steps_of
from warehouse.queries.notices import notices
from warehouse.queries.officers import names_of
from warehouse.queries.sight import case_seen
from warehouse.queries.workings import workings_of
from warehouse.store import linkage
from warehouse.store.settings import codes

router = APIRouter()
TABS = ("complaints", "handling", "log")


def frame(session: Session, visit: Visit, case: CaseRow) -> dict[str, Any]:
    """What stands above every tab and every form of a case."""
    holding = queries.holding(session, case)
    done = handling(session, case.id)
    money = queries.money(session, case)
    ahead = horizon(session, visit)
    clocks = deadlines_of(session, [case.id], ahead)[case.id]
    suspendable = codes(session, "clock.suspend.kinds")
    return {
        "nav": menu(session, visit),
        "active": "mine_page"
        if holding and visit.actor.id in (holding.lead_id, holding.assisting_id)
        else "queue_page",
        "case": case,
        "employer": queries.employer(session, case),
        "clocks": clocks,
        "suspendable": suspendable,
        "workings": workings_of(session, case.id, clocks, ahead.calendar),
        "money": money,
        "holding": holding,
        "names": names_of(session, (holding.lead_id, holding.assisting_id) if holding else ()),
        "done": done,
        "leads_on": queries.leads_on(session, case),
        "lives": lives_of(session, case),
        "acts": with_a_clock(offered(visit.actor, case, holding, done), clocks, suspendable),
        "may_conclude": outcome_offered(visit.actor, case, holding, done),
        "next_step": next_step(case, done, money),
        "plan": ledgers.plan(session, case.id, today=visit.today),
    }


@router.get("/cases/{matter_no}", name="case_page")
def case_page(visit: Visiting, request: Request, matter_no: str) -> Response:
    """The page of one case."""
    tab = request.query_params.get("tab", "complaints")
    if tab not in TABS:
        raise NotFound("There is no such tab.")
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        members = queries.members(session, case)
        context = frame(session, visit, case) | {
            "tab": tab,
            "notices": notices(session, visit.actor, case_id=case.id),
            "investigation": investigation(session, case, today=visit.today),
            "returned": sent_back(session, [case.id]).get(case.id) if case.status == "to_dispatch" else None,
            "members": members,
            "numbers": {one.id: one.complaint_no for one in members},
            "bridge": weakest([link for one in members for link in one.way]),
            "last_merge": queries.last_merge(session, case.id),
            "linked": queries.linked_cases(session, visit.actor, case.id),
            "steps": steps_of(session, case) if tab == "log" else [],
            "called": called(session, case),
            "ledger": ledgers.ledger(session, case) if tab == "handling" else None,
            "chain": ledgers.chain(session, case) if tab == "handling" else None,
            "events": history(session, case.id, limit=200 if tab == "log" else 12),
            "sparing": sparing_of(session, case, today=visit.today) if tab == "handling" else None,
        }
        context["people"] = names_of(session, context["sparing"].people) if context["sparing"] else {}
        return page(visit, "case.html", **context)


@router.post("/cases/{matter_no}/split", name="split_case")
def split_case(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """Take the ticked complaints out into a case of their own."""
    fields = Fields(form)
    version, chosen = fields.version(), fields.many("complaint")
    reason = fields.text("reason", longest=400)
    if not chosen:
        fields.wrong("", "Please tick the complaints that are to leave the case.")
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        if not set(chosen) <= set(linkage.members(session, case.id)):
            raise NotFound("There is no such complaint in this case.")
    linking.split(
        visit.store,
        case_id=case.id,
        version=version,
        complaint_ids=chosen,
        actor=visit.actor,
        at=visit.at,
        reason=reason,
    )
    return RedirectResponse(f"/cases/{matter_no}", status_code=303)


@router.post("/cases/{matter_no}/reveal", name="reveal_field")
def reveal_field(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """One masked field in plain, for a reason, noted in the audit log. Answered in place: it never has an address."""
    fields = Fields(form)
    complaint, name = fields.needed("complaint", longest=64), fields.needed("name", longest=40)
    reason = fields.text("reason", longest=40) or ""
    fields.done()
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        if complaint not in linkage.members(session, case.id):
            raise NotFound("There is no such complaint in this case.")
    value = reveal(visit.store, subject_id=complaint, field=name, reason=reason, actor=visit.actor, at=visit.at)
    template = "revealed.html" if visit.by_htmx else "revealed_page.html"
    return page(visit, template, value=value, back=f"/cases/{matter_no}", heading="Shown in plain")
