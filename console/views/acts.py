"""The forms of the acts on a case: one page for all, a route for each, so that each has its own permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from console import drafts, ledger_lists
from console.access import may
from console.acts import ACTS, BY_PATH
from console.acts_ledger import Told, told_by
from console.fields import Fields
from console.forms import Act, Asked
from console.guard import Posting, Visit, Visiting, Wrong
from console.inquiry_lines import months_owed, read_items, read_numbers, read_tick
from console.known import known
from console.ledger_lists import READERS
from console.paid_lines import paid_lines
from console.picks import duty_lines, picks
from console.render import page
from console.views.case import frame
from console.words import N_
from services.cases.photo_caps import photo_caps
from warehouse.models import CaseRow
from warehouse.queries.officers import inspectors, names_of
from warehouse.queries.sight import case_seen, seen_by
from warehouse.queries.tellers import Tellers

router = APIRouter()
TWO_OFFICERS = N_("Please choose at least two officers.")
NO_SUCH_CASE = N_("There is no such case of yours.")


def form_page(
    visit: Visit,
    matter_no: str,
    act: Act,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    conflict: Conflict | None = None,
    kept_until: datetime | None = None,
    status: int = 200,
) -> Response:
    """The form of one act; after a mistake or a conflict with what was typed, else with the draft of it, if any."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        about = visit.request.query_params.get("complaint")
        draft = drafts.found(session, visit, case, act.name, about=about) if typed is None else None
        officers = inspectors(session, today=visit.today, place=case.district_code)
        quicker = _name(session, conflict.by) if conflict and conflict.by else None
        fresh = (
            drafts.started(draft, act)
            if draft
            else _defaults(visit, session, act, context) | _lists(session, case, act)
        )
        start = typed if typed is not None else fresh
        return page(
            visit,
            "act.html",
            status=status,
            **context,
            act=act,
            errors=errors or {},
            typed=start,
            conflict=conflict,
            kept_until=kept_until,
            draft=draft,
            quicker=quicker,
            officers=officers,
            advice=act.advice(session, case) if act.advice else (),
            above=act.above(session, case) if act.above else (),
            parties=ledger_lists.parties(session, case.id),
            picks=picks(session, case),
            photo_caps=photo_caps(session),
        )


def _lists(session: Session, case: CaseRow, act: Act) -> dict[str, list[str]]:
    """The lists that are made for the case, to be filled in."""
    made = {ask.name: ledger_lists.start_of(session, case, ask.now) for ask in act.asks if ask.now}
    return {name: [text] for name, text in made.items() if text is not None}


def _name(session: Session, account_id: str) -> str:
    return names_of(session, [account_id]).get(account_id, account_id)


def _place(session: Session, context: dict[str, Any]) -> str | None:
    """Where the last visit was; one that names somebody is typed anew."""
    visits, case = context["done"].visits, context["case"]
    if not visits:
        return None
    place: str = visits[-1].place
    return place if Tellers(session, [case.id]).hide(place, case.id) == place else None


def _defaults(visit: Visit, session: Session, act: Act, context: dict[str, Any]) -> dict[str, list[str]]:
    """What stands in a fresh form. Nothing legal is filled in or ticked in advance."""
    local = visit.at.astimezone(SHANGHAI)
    clock = {"today": local.date().isoformat(), "now": f"{local:%Y-%m-%d %H:%M}"}
    start = {ask.name: [clock.get(ask.now, ask.now)] for ask in act.asks if ask.now} | months_owed(act, context["case"])
    place = _place(session, context) if act.name == "record_visit" else None
    kept = sum(one.state == "kept" for one in context["files"])
    start |= known(act, context["case"], context["done"], context["money"], place=place, files=kept)
    kind = next((ask for ask in act.asks if ask.name == "kind"), None)
    if kind is not None and visit.request.query_params.get("kind") in kind.offers:
        start["kind"] = [visit.request.query_params["kind"]]
    if "complaint" in visit.request.query_params:
        start["complaint_id"] = [visit.request.query_params["complaint"]]
    if "paper" in visit.request.query_params:
        start["document_id"] = [visit.request.query_params["paper"]]
    holding = context["holding"]
    if holding is not None:
        start["officer_ids"] = [holding.lead_id, holding.assisting_id]
        start.setdefault("lead_id", [holding.lead_id])
        start.setdefault("assisting_id", [holding.assisting_id])
    return start


@router.get("/cases/{matter_no}/{path}", name="act_page")
def act_page(visit: Visiting, matter_no: str, path: str) -> Response:
    """An empty form, for someone who may do the act."""
    act = BY_PATH.get(path)
    if act is None or act.at_once or not may(visit.actor, act.name):
        raise NotFound("There is no such form.")
    return form_page(visit, matter_no, act)


def _doing(act: Act) -> Callable[[Visit, Any, str], Response]:
    def do(visit: Visiting, form: Posting, matter_no: str) -> Response:
        fields = Fields(form)
        with visit.store.read() as session:
            case = case_seen(session, visit.actor, matter_no=matter_no)
            values = {ask.name: _value(session, visit, ask, fields, case) for ask in act.asks}
        version = fields.version()
        try:
            fields.done()
            result = act.run(visit, case, version, values)
        except Wrong as wrong:
            return form_page(visit, matter_no, act, errors=wrong.errors, typed=fields.typed(), status=422)
        except (BadInput, NotAllowed) as refused:
            if act.at_once:
                raise
            return form_page(visit, matter_no, act, errors={"": str(refused)}, typed=fields.typed(), status=422)
        except Conflict as quicker:
            if act.at_once:
                raise
            typed = fields.typed()
            until = drafts.keep(visit, case.id, act.name, typed, version=version, about=drafts.about(act, typed))
            return form_page(visit, matter_no, act, typed=typed, conflict=quicker, kept_until=until, status=409)
        if not act.at_once:
            drafts.forget(visit, case.id, act.name, about=drafts.about(act, fields.typed()))
        told = told_by(act, result)
        if told:
            return _told(visit, act, matter_no, told)
        return RedirectResponse(_after(visit, act, matter_no), status_code=303)

    do.__doc__ = act.title
    return do


def _told(visit: Visit, act: Act, matter_no: str, told: Told) -> Response:
    """What came of an act where that is more than done or not: lines kept out, sums that do not fit."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        return page(visit, "told.html", **frame(session, visit, case), act=act, told=told)


def _after(visit: Visit, act: Act, matter_no: str) -> str:
    """Where one stands afterwards: on the case, unless it is no longer one's own to see."""
    with visit.store.read() as session:
        seen = session.scalar(select(CaseRow.id).where(CaseRow.matter_no == matter_no, seen_by(visit.actor)))
    if seen is None:
        return "/mine"
    if act.on:
        return f"/cases/{matter_no}/{act.on}"
    return f"/cases/{matter_no}" + ("?tab=handling" if act.asks and act.holder and act.name != "send_back" else "")


for _act in ACTS:
    router.add_api_route(f"/cases/{{matter_no}}/{_act.path}", _doing(_act), methods=["POST"], name=_act.name)


def _value(session: Session, visit: Visit, ask: Asked, fields: Fields, case: CaseRow) -> Any:
    """One field as its kind reads it; mistakes are collected in `fields`."""
    name, needed = ask.name, ask.required
    if ask.kind == "choice":
        return fields.choice(name, set(ask.offers), required=needed)
    if ask.kind in ("officer", "officers"):
        known = {one.id for one in inspectors(session, today=visit.today, place=case.district_code)}
        if ask.kind == "officer":
            return fields.choice(name, known, required=needed)
        chosen = fields.many(name, known)
        if len(chosen) < 2:
            fields.wrong(name, TWO_OFFICERS)
        return chosen
    if ask.kind == "case":
        return _other_case(session, visit, name, fields)
    if ask.kind in READERS:
        return READERS[ask.kind](name, fields)
    if ask.kind == "list":
        return fields.text(name, required=needed, longest=ledger_lists.LONGEST)
    if ask.kind == "paid":
        return paid_lines(name, fields)
    if ask.kind == "duties":
        return duty_lines(name, fields)
    if ask.kind == "pick":
        return fields.choice(name, {one[0] for one in picks(session, case)[name]}, required=needed)
    readers: dict[str, Callable[..., Any]] = {
        "day": fields.day,
        "moment": fields.moment,
        "whole": fields.whole,
        "yuan": fields.yuan,
        "items": partial(read_items, fields),
        "tick": partial(read_tick, fields),
        "numbers": partial(read_numbers, fields),
        "photos": lambda one, **_needed: fields.streams(one),
        "month": fields.month,
    }
    return readers.get(ask.kind, fields.text)(name, required=needed)


def _other_case(session: Session, visit: Visit, name: str, fields: Fields) -> CaseRow | None:
    number = fields.text(name, required=True, longest=40)
    if number is None:
        return None
    row = session.scalars(
        select(CaseRow).where(CaseRow.matter_no == number.upper(), seen_by(visit.actor))
    ).one_or_none()
    if row is None:
        fields.wrong(name, NO_SUCH_CASE)
    else:
        session.expunge(row)
    return row
