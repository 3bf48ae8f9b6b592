"""One case: who and what on every tab, its clocks and money, why its complaints are one, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from casework.clocks import SHOWN_BESIDE
from casework.errors import NotFound
from casework.lifecycle import ENDED, WorkStatus
from casework.paths import weakest
from casework.tiers import Lamp, beside_the_law
from console import drafts
from console.access import may
from console.acts_clocks import with_a_clock
from console.ahead import ahead_of
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.handback import handed_back
from console.history_facts import Fact, facts, officers_in
from console.offers import next_step, offered, outcome_offered, shelve
from console.render import page
from console.views.listing import place_in_list
from console.views.shared import horizon, menu
from console.views.warnings import in_words
from console.withheld import withheld
from services.cases.before_deciding import barred
from services.leniency.twelve_lines import sparing_of
from services.linkage import linking
from services.people.reveals import reveal
from warehouse.models import CaseRow
from warehouse.queries import beside_case
from warehouse.queries import case as queries
from warehouse.queries import ledger as ledgers
from warehouse.queries.callbacks import called
from warehouse.queries.complaint_files import files_of_case
from warehouse.queries.deadlines import Deadline, Horizon, deadlines_of, nearest
from warehouse.queries.endings import sent_back
from warehouse.queries.history import handling, history
from warehouse.queries.investigation import investigation
from warehouse.queries.lives import lives_of, steps_of
from warehouse.queries.money_asked import said_by_workers
from warehouse.queries.notices import notices
from warehouse.queries.officers import names_of
from warehouse.queries.photos import in_order
from warehouse.queries.recusals import requests_on
from warehouse.queries.sight import case_seen
from warehouse.queries.tellers import Tellers
from warehouse.queries.tiers import lamps_of
from warehouse.queries.warning_acts import warnings_taken_to
from warehouse.queries.warnings import warnings_on
from warehouse.queries.workings import workings_of
from warehouse.store import linkage
from warehouse.store.money_questions import said_of
from warehouse.store.recusals import recused_from
from warehouse.store.settings import codes, setting

router = APIRouter()
TABS = ("complaints", "handling", "papers", "log")
_ABOVE = 3
_BESIDE = frozenset({"reply", *SHOWN_BESIDE})
"""Deadlines that are not the case's own: what a channel is owed, and the limit that binds nobody."""


def nearest_three(clocks: Sequence[Deadline]) -> list[Deadline]:
    """The deadlines that stand above a case: the nearest three, of which one is its own and not a channel's.

    Two complaints of one channel often owe their answers on one day; that day is shown once.
    """
    once: dict[object, Deadline] = {}
    for one in clocks:
        once.setdefault((one.kind, one.channel, one.due_on, one.state), one)
    different = list(once.values())
    own = next((one for one in different if one.kind not in _BESIDE and one.state in ("running", "paused")), None)
    first = different[:_ABOVE]
    return first if own is None or own in first else sorted([*first[:-1], own], key=clocks.index)


def frame(session: Session, visit: Visit, case: CaseRow) -> dict[str, Any]:
    """What stands above every tab and every form of a case."""
    holding = queries.holding(session, case)
    done = handling(session, case.id)
    money = queries.money(session, case)
    ahead = horizon(session, visit)
    clocks = deadlines_of(session, [case.id], ahead)[case.id]
    pair = (holding.lead_id, holding.assisting_id) if holding and case.status in ("dispatched", "in_progress") else ()
    recused = recused_from(session, case, pair, on=visit.today)
    suspendable = codes(session, "clock.suspend.kinds")
    acts = with_a_clock(offered(visit.actor, case, holding, done), clocks, suspendable)
    conclude = outcome_offered(visit.actor, case, holding, done)
    heard = said_of(session, case, today=visit.today)[0] if case.status == WorkStatus.CONCLUDED else None
    step = next_step(case, done, money, recused=bool(recused), heard=heard)
    return {
        "nav": menu(session, visit),
        "active": "mine_page"
        if holding and visit.actor.id in (holding.lead_id, holding.assisting_id)
        else "queue_page",
        "case": case,
        "draft_here": bool(setting(session, "draft.visit.on_device")) and may(visit.actor, "record_visit"),
        "employer": queries.employer(session, case),
        "clocks": clocks,
        "nearest": nearest_three(clocks),
        "tiers": _tiers(session, visit, case, clocks, ahead),
        "suspendable": suspendable,
        "workings": workings_of(session, case.id, clocks, ahead.calendar),
        "money": money,
        "heard": said_by_workers(session, case.id, today=visit.today) if case.status in ENDED else None,
        "holding": holding,
        "names": names_of(session, (holding.lead_id, holding.assisting_id) if holding else ()),
        "done": done,
        "leads_on": beside_case.leads_on(session, case),
        "lives": lives_of(session, case),
        "acts": acts,
        "shelf": shelve(acts, step.act),
        "may_conclude": conclude,
        "next_step": step,
        "ahead": ahead_of(step, clocks, acts, may_conclude=conclude),
        "withheld": withheld(visit.actor, case, holding, acts),
        "photos": in_order(done.photos),
        "files": files_of_case(session, case.id),
        "plan": ledgers.plan(session, case.id, today=visit.today),
    }


def _tiers(
    session: Session, visit: Visit, case: CaseRow, clocks: Sequence[Deadline], ahead: Horizon
) -> tuple[Lamp, ...]:
    """The lamps of the office's response tier, as far as no deadline of the law comes first."""
    legal = nearest(clocks)
    found = lamps_of(session, [case.id], at=visit.at, calendar=ahead.calendar).get(case.id, ())
    return beside_the_law(found, legal.due_on if legal else None)


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
            "drafts": drafts.waiting(session, visit, case),
            "notices": notices(session, visit.actor, case_id=case.id),
            "investigation": investigation(session, case, today=visit.today),
            "requests": requests_on(session, visit.actor, case),
            "returned": sent_back(session, [case.id]).get(case.id) if case.status == "to_dispatch" else None,
            "members": members,
            "numbers": {one.id: one.complaint_no for one in members},
            "bridge": weakest([link for one in members for link in one.way]),
            "last_merge": beside_case.last_merge(session, case.id),
            "warnings": warnings_on(session, visit.actor, case.employer_id, today=visit.today),
            "taken_in": warnings_taken_to(session, case.id),
            "beside": place_in_list(session, visit, matter_no),
            "linked": beside_case.linked_cases(session, visit.actor, case.id),
            "steps": steps_of(session, case) if tab == "log" else [],
            "called": called(session, case),
            "ledger": ledgers.ledger(session, case) if tab == "handling" else None,
            "chain": ledgers.chain(session, case) if tab == "handling" else None,
            "events": history(session, case.id, limit=200 if tab == "log" else 12),
            "barred": barred(session, case, actor=visit.actor, today=visit.today)
            if tab == "handling" and may(visit.actor, "decide_outcome")
            else None,
            "sparing": sparing_of(session, case, today=visit.today) if tab == "handling" else None,
        }
        context["handed_back"] = handed_back(
            case, members, context["done"], context["money"], context["holding"], context["lives"]
        )
        context["numbers_of"] = {one.id: one.document_no for one in context["done"].orders}
        context["facts"] = _facts(session, context)
        context["masked"] = partial(Tellers(session, [case.id]).hide, subject_id=case.id)
        context["people"] = names_of(session, context["sparing"].people) if context["sparing"] else {}
        return page(visit, "case.html", **context, **in_words(visit))


def _facts(session: Session, context: dict[str, Any]) -> list[list[Fact]]:
    """What the log keeps of each act, in the order of the events."""
    events = context["events"]
    names = names_of(session, officers_in(events))
    papers = {one.id: one.document_no for one in context["done"].papers}
    return [facts(one, names, papers, context["numbers"]) for one in events]


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
