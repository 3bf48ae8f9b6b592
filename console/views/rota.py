"""Who is away and who is recused (请假与回避): recorded by the desk or a head, decided by a head, lifted again."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from casework.errors import BadInput, NotAllowed, NotFound
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.acts import NO_SUCH_CASE
from console.views.shared import menu
from console.words import N_
from services.people import rota
from warehouse.models import CaseRow
from warehouse.queries.recusals import requests_waiting
from warehouse.queries.rota import absences, officers_of, recusals
from warehouse.queries.sight import seen_by

router = APIRouter()
NO_EMPLOYER = N_("The employer of this case is not known yet; name the case alone.")


def _page(
    visit: Visit,
    *,
    failed: str = "",
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    with visit.store.read() as session:
        context = {
            "nav": menu(session, visit),
            "officers": officers_of(session, visit.actor),
            "away": absences(session, visit.actor, today=visit.today),
            "requests": requests_waiting(session, visit.actor),
            "barred": recusals(session, visit.actor, today=visit.today),
        }
    return page(
        visit,
        "rota.html",
        status=status,
        active="rota_page",
        failed=failed,
        errors=errors or {},
        typed=typed or {},
        **context,
    )


@router.get("/rota", name="rota_page")
def rota_page(visit: Visiting) -> Response:
    """Today's rota and what is to come."""
    return _page(visit)


@router.post("/rota/absences", name="record_absence")
def record_absence(visit: Visiting, form: Posting) -> Response:
    """An officer is away from one day to another."""
    fields = Fields(form)
    try:
        account_id = fields.choice("account_id", _officers(visit)) or ""
        first, last = fields.day("from_on", required=True), fields.day("to_on", required=True)
        reason = fields.text("reason", longest=400)
        fields.done()
        if first is not None and last is not None:
            rota.record_absence(
                visit.store,
                account_id=account_id,
                from_on=first,
                to_on=last,
                reason=reason,
                actor=visit.actor,
                at=visit.at,
            )
    except Wrong as wrong:
        return _page(visit, failed="absence", errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, failed="absence", errors={"": str(refused)}, typed=fields.typed(), status=422)
    return RedirectResponse("/rota", status_code=303)


@router.post("/rota/recusals", name="record_recusal")
def record_recusal(visit: Visiting, form: Posting) -> Response:
    """A head keeps an officer away from a case, or from every case of its employer."""
    fields = Fields(form)
    try:
        account_id = fields.choice("account_id", _officers(visit)) or ""
        case = _case(visit, fields)
        whole = fields.choice("whole", {"case", "employer"})
        asked_by = fields.choice("asked_by", set(rota.ASKED_BY)) or ""
        first, last = fields.day("from_on", required=True), fields.day("to_on")
        reason = fields.needed("reason", longest=400)
        if case is not None and whole == "employer" and case.employer_id is None:
            fields.wrong("matter_no", NO_EMPLOYER)
        fields.done()
        if case is not None and first is not None:
            rota.record_recusal(
                visit.store,
                account_id=account_id,
                reason=reason,
                from_on=first,
                to_on=last,
                asked_by=asked_by,
                employer_id=case.employer_id if whole == "employer" else None,
                case_id=case.id if whole == "case" else None,
                actor=visit.actor,
                at=visit.at,
            )
    except Wrong as wrong:
        return _page(visit, failed="recusal", errors=wrong.errors, typed=fields.typed(), status=422)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, failed="recusal", errors={"": str(refused)}, typed=fields.typed(), status=422)
    return RedirectResponse("/rota", status_code=303)


def _officers(visit: Visit) -> set[str]:
    with visit.store.read() as session:
        return {account_id for account_id, _ in officers_of(session, visit.actor)}


def _case(visit: Visit, fields: Fields) -> CaseRow | None:
    number = fields.needed("matter_no", longest=40).upper()
    with visit.store.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number, seen_by(visit.actor))).one_or_none()
        if row is not None:
            session.expunge(row)
    if row is None and number:
        fields.wrong("matter_no", NO_SUCH_CASE)
    return row


@router.post("/rota/absences/{absence_id}/end", name="end_absence")
def end_absence(visit: Visiting, absence_id: str) -> Response:
    """The officer is back."""
    rota.end_absence(visit.store, absence_id=absence_id, actor=visit.actor, at=visit.at)
    return RedirectResponse("/rota", status_code=303)


@router.post("/rota/recusals/{recusal_id}/end", name="end_recusal")
def end_recusal(visit: Visiting, recusal_id: str) -> Response:
    """The recusal is lifted."""
    with visit.store.read() as session:
        known = {one.id for one in recusals(session, visit.actor, today=visit.today)}
    if recusal_id not in known:
        raise NotFound("There is no such recusal.")
    rota.end_recusal(visit.store, recusal_id=recusal_id, actor=visit.actor, at=visit.at)
    return RedirectResponse("/rota", status_code=303)
