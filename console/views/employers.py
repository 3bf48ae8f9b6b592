"""Employers (用人单位): the list by risk, and one employer with the reasons of its risk. No complainant stands here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.risk import BARS, RiskLevel
from console.employer_json import as_json
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.case import frame
from console.views.shared import menu
from console.views.warnings import in_words
from services.employers.taking_out import note_taken_out
from services.office.working_days import calendar_in_force
from warehouse.models import EmployerRow
from warehouse.queries import employer_acts as acts
from warehouse.queries import employer_page as queries
from warehouse.queries.employer_pay import wages
from warehouse.queries.employer_record import risks
from warehouse.queries.employer_sight import employer_seen
from warehouse.queries.employer_trend import trend
from warehouse.queries.employers import (
    NO_RISK,
    NOTHING,
    SORTS,
    Line,
    Wanted,
    alike,
    employers,
    is_watched,
    sums_seen,
)
from warehouse.queries.officers import names_of
from warehouse.queries.rule_record import settled_by_people
from warehouse.queries.sight import case_seen
from warehouse.queries.warnings import warnings_on

router = APIRouter()
LEVELS = tuple(level.value for level in reversed(RiskLevel))


def _state(wanted: Wanted) -> Callable[..., dict[str, str]]:
    """What a link or form of the list carries: what is looked for, with changes. What holds anyway is left out."""

    def to(**changes: Any) -> dict[str, str]:
        after = asdict(replace(wanted, **{"page": 1, **changes}))
        plain = asdict(Wanted())
        kept = {name: value for name, value in after.items() if value != plain[name]}
        return {name: "yes" if value is True else str(value) for name, value in kept.items()}

    return to


def _list(visit: Visit, wanted: Wanted) -> Response:
    with visit.store.read() as session:
        listed = employers(session, visit.actor, wanted, today=visit.today)
        nav = menu(session, visit)
    return page(
        visit,
        "employers.html",
        nav=nav,
        active="employers_page",
        listed=listed,
        wanted=wanted,
        to=_state(wanted),
        levels=LEVELS,
        sorts=SORTS,
        bars=BARS,
    )


@router.get("/employers", name="employers_page")
def employers_page(visit: Visiting, request: Request) -> Response:
    """The employers of one's cases, the riskiest first. An address carries filters, and no text that was searched."""
    asked = request.query_params
    level, sort, number = asked.get("level", ""), asked.get("sort", "risk"), asked.get("page", "1")
    if level not in ("", *LEVELS) or sort not in SORTS or not number.isdecimal() or len(number) > 6:
        raise NotFound("There is no such list.")
    at_work, watched = (asked.get(name) == "yes" for name in ("at_work", "watched"))
    return _list(visit, Wanted(level=level, at_work=at_work, watched=watched, sort=sort, page=int(number)))


@router.post("/employers", name="search_employers")
def search_employers(visit: Visiting, form: Posting) -> Response:
    """The same list, of the employers that a name, an alias or a credit code points at."""
    fields = Fields(form)
    level = fields.choice("level", set(LEVELS), required=False) or ""
    sort = fields.choice("sort", set(SORTS), required=False) or "risk"
    number = fields.whole("page", least=1) or 1
    text = fields.text("text", longest=80) or ""
    fields.done()
    at_work, watched = fields.ticked("at_work"), fields.ticked("watched")
    return _list(visit, Wanted(text, level, at_work, watched, sort, min(number, 10**6)))


def facts(session: Session, visit: Visit, row: EmployerRow) -> dict[str, Any]:
    """Everything that is shown of one employer."""
    actor, today = visit.actor, visit.today
    family = queries.family(session, row)
    names = queries.names(session, actor, family)
    lines = queries.cases(session, actor, family)
    paid = wages(session, actor, family, calendar=calendar_in_force(session), at=visit.at)
    return {
        "employer": row,
        "family": family,
        "names": names,
        "risk": risks(session, today=today, only=[row.id]).get(row.id, NO_RISK),
        "sums": sums_seen(session, actor, [row.id]).get(row.id, NOTHING),
        "cases": lines,
        "promises": acts.promises(session, actor, family),
        "decided": acts.decided(session, actor, family, today=today),
        "listings": acts.listings(session, actor, family),
        "publications": acts.publications(session, actor, family),
        "chains": acts.chains(session, actor, family),
        "wages": paid,
        "projects": paid.projects,
        "months": queries.months(session, lines, today=today),
        "trend": trend(session, actor, family, paid.months, today=today),
    }


def show_employer(
    visit: Visit,
    employer_id: str,
    *,
    looked_for: str | None = None,
    failed: str = "",
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    """The page of one employer; of one that was merged, of the one that stays."""
    with visit.store.read() as session:
        row = employer_seen(session, visit.actor, employer_id)
        if row.id != employer_id:
            return RedirectResponse(f"/employers/{row.id}", status_code=303)
        context = facts(session, visit, row)
        steps = queries.steps(session, context["family"])
        standing = warnings_on(session, visit.actor, row.id, today=visit.today)
        found: list[Line] | None = None
        if looked_for is not None:
            found = alike(session, visit.actor, row.id, looked_for)
        context |= {
            "nav": menu(session, visit),
            "steps": steps,
            "people": names_of(session, [row.code_checked_by, *(one.by for one in steps)]),
            "watched": is_watched(session, visit.actor, row.id),
            "found": found,
            "warnings": standing,
            "settled": settled_by_people(session, {one.rule for one in standing}),
        }
        return page(
            visit,
            "employer.html",
            status=status,
            active="employers_page",
            failed=failed,
            errors=errors or {},
            typed=typed or {},
            bars=BARS,
            most=max((one.cases for one in context["months"]), default=0),
            most_paid=max((one.paid_fen for one in context["months"]), default=0),
            **context,
            **in_words(visit),
        )


@router.post("/employers/{employer_id}.json", name="export_employer")
def export_employer(visit: Visiting, form: Posting, employer_id: str) -> Response:
    """The same facts for a program, in the shape of docs/employer.schema.json; as a file, for a purpose.

    The purpose and the sha256 of the file are written down before it is given.
    """
    fields = Fields(form)
    purpose = fields.needed("purpose", longest=200)
    try:
        fields.done()
    except Wrong as wrong:
        return show_employer(visit, employer_id, status=422, failed="json", errors=wrong.errors, typed=fields.typed())
    with visit.store.read() as session:
        row = employer_seen(session, visit.actor, employer_id)
        standing = warnings_on(session, visit.actor, row.id, today=visit.today)
        settled = settled_by_people(session, {one.rule for one in standing})
        told = as_json(visit, facts(session, visit, row), standing, settled)
        stays, name = row.id, f'attachment; filename="employer-{row.id}.json"'
    answer = JSONResponse(told, headers={"Content-Disposition": name, "Cache-Control": "no-store"})
    digest = hashlib.sha256(answer.body).hexdigest()
    note_taken_out(visit.store, stays, purpose=purpose, digest=digest, actor=visit.actor, at=visit.at)
    return answer


@router.get("/employers/{employer_id}", name="employer_page")
def employer_page(visit: Visiting, employer_id: str) -> Response:
    """One employer: who it is, why it is risky, what it owes, promised, paid, was spared and punished for."""
    return show_employer(visit, employer_id)


@router.get("/cases/{matter_no}/employer", name="case_employer")
def case_employer(visit: Visiting, matter_no: str) -> Response:
    """The employer of a case beside it: risk, other cases the reader may see, promises, exemptions, names."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case) | {"profile": None}
        if case.employer_id is not None:
            found = facts(session, visit, employer_seen(session, visit.actor, case.employer_id))
            cases = found.pop("cases")
            context |= {
                "profile": found.pop("employer"),
                "names_heard": found.pop("names"),
                "others": [one for one in cases if one.id != case.id],
                **found,
            }
        return page(visit, "case_employer.html", bars=BARS, **context)
