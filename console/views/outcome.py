"""How a case ends (办理结果): the exit, what the records say, what a person vouches for, and the head's decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from casework.discretion import SCALES, Scale, Waiver, compute, items_of, scales_with
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.leniency import BASIS, EXEMPTIONS, FINED, RULES, UNPUNISHED, Condition, Exit, Unmet
from casework.money import fen_of
from casework.record import Json
from casework.sparing import LINES
from console import drafts
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.known import drafted_note, usual_waiver
from console.ledger_lists import liable_party
from console.offers import outcome_offered
from console.render import page
from console.views.case import frame
from services.cases import outcomes
from warehouse.models import CaseRow, OutcomeRow
from warehouse.queries.officers import names_of
from warehouse.queries.sight import case_seen, seen_by
from warehouse.store.settings import setting

router = APIRouter()
WAIVERS = (1, 2, 3)
"""How many fines one form can waive or impose."""
_EXITS = (
    Exit.EXEMPT_FIRST_OFFENCE,
    Exit.FILING_WITHDRAWN,
    Exit.HANDLING,
    Exit.PENALTY,
    Exit.TRANSFERRED_TO_POLICE,
    Exit.EXEMPT_NO_HARM,
    Exit.EXEMPT_NO_FAULT,
    Exit.LIGHTER_PENALTY,
    Exit.CORRECTION_ONLY,
    Exit.NOT_ESTABLISHED,
)
"""In the order of the page: the first five have a digit each, the sixth opens the others."""


@router.get("/cases/{matter_no}/outcome", name="outcome_page")
def outcome_page(visit: Visiting, request: Request, matter_no: str) -> Response:
    """The form for one exit; a draft is taken up again."""
    wanted = request.query_params.get("exit")
    if wanted is not None and wanted not in set(Exit):
        raise NotFound("There is no such outcome.")
    return _form(visit, matter_no, exit_=Exit(wanted) if wanted else None)


def _form(
    visit: Visit,
    matter_no: str,
    *,
    exit_: Exit | None,
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    conflict: Conflict | None = None,
    kept_until: datetime | None = None,
    status: int = 200,
) -> Response:
    """What was typed is shown again even where the case has its outcome by now; only the button is gone then."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
        offered = outcome_offered(visit.actor, case, context["holding"], context["done"])
        if not offered and typed is None:
            raise NotFound("There is no such form.")
        draft = _draft(session, case) if typed is None else None
        about = exit_.value if exit_ else None
        late = drafts.found(session, visit, case, drafts.OUTCOME, about=about) if typed is None else None
        if late is not None and (late.about not in set(Exit) or (draft is not None and draft.at > late.at)):
            late = None
        items = [one.item for one in items_of(setting(session, "leniency.offence_items"))]
        more = setting(session, "leniency.discretion_scales")
        scales = scales_with(more)
        own = [key for key in scales if key not in {row.key for row in SCALES}]
        steps = setting(session, "leniency.discretion_steps")
        liable, note = liable_party(session, case.id), drafted_note(context["done"], context["money"])
        quicker = names_of(session, [conflict.by]).get(conflict.by) if conflict and conflict.by else None
    exits = list(_EXITS) if case.status == "in_progress" else [Exit.TRANSFERRED_TO_POLICE]
    chosen = exit_ or (Exit(late.about) if late else Exit(draft.exit) if draft else Exit.EXEMPT_FIRST_OFFENCE)
    if not offered:
        exits = [chosen]
    elif chosen not in exits:
        chosen = exits[0]
    if typed is not None:
        start = typed
    elif late is not None:
        start = drafts.started(late)
    elif draft and draft.exit == chosen:
        start = _of_draft(draft)
    else:
        start = {"addressee": [one[0] for one in liable]}
        if chosen in UNPUNISHED:
            start["note"] = [note]
        if chosen in EXEMPTIONS:
            start |= usual_waiver(case, scales, steps, own)
            start["offence_item"] = items if len(items) == 1 else []
    line_nos = {key: line.no for line in LINES for key in line.keys}
    proposal, counted = _proposed(chosen, start, scales, steps)
    conditions = outcomes.checklist(visit.store, case_id=case.id, exit=chosen, at=visit.at, proposal=proposal)
    ordered = sorted(conditions, key=lambda one: line_nos.get(one.key, 0) if chosen in EXEMPTIONS else 0)
    context |= {
        "offered": offered,
        "exits": exits,
        "exit": chosen,
        "basis": BASIS[chosen],
        "spares": chosen in EXEMPTIONS,
        "fines": chosen in FINED,
        "items": items,
        "liable": liable if chosen is Exit.HANDLING else [],
        "scales": [row for row in scales.values() if row.high or chosen not in FINED],
        "steps": list(steps) if isinstance(steps, dict) else [],
        "waiver_lines": WAIVERS,
        "counted": counted,
        "line_nos": line_nos,
        "checked": [one for one in ordered if not one.by_person],
        "by_hand": _ticks(ordered, line_nos if chosen in EXEMPTIONS else {}),
        "errors": errors or {},
        "typed": start,
        "conflict": conflict,
        "kept_until": kept_until,
        "draft": late,
        "quicker": quicker,
    }
    return page(visit, "outcome.html", status=status, **context)


def _proposed(
    exit_: Exit, start: dict[str, list[str]], scales: Mapping[str, Scale], steps: Json
) -> tuple[outcomes.Proposal | None, int | None]:
    """What the form proposes as it stands, and what its fines add up to in fen; None where nothing can be counted."""
    rows = _waivers(Fields(FormData([(name, value) for name, values in start.items() for value in values])))
    try:
        counted = sum(one.amount for one in compute(rows, scales, steps)) if rows else None
    except BadInput:
        return None, None
    item = (start.get("offence_item") or [""])[0] or None
    waived, fined = rows if exit_ in EXEMPTIONS else (), rows if exit_ in FINED else ()
    listed = item if exit_ in EXEMPTIONS else None
    return outcomes.Proposal(exit=exit_, waivers=waived, fines=fined, offence_item=listed), counted


def _ticks(conditions: Iterable[Condition], line_nos: Mapping[str, int]) -> list[list[Condition]]:
    """What a person vouches for, a tick for each condition; those of one of the twelve lines stand together."""
    groups: dict[object, list[Condition]] = {}
    for one in conditions:
        if one.by_person:
            groups.setdefault(line_nos.get(one.key, one.key), []).append(one)
    return list(groups.values())


def _vouched(fields: Fields) -> list[str]:
    """The conditions that were ticked, each by itself."""
    return fields.many("confirmed")


def _draft(session: Session, case: CaseRow) -> OutcomeRow | None:
    question = select(OutcomeRow).where(OutcomeRow.case_id == case.id, OutcomeRow.state == "draft")
    row = session.scalars(question.order_by(OutcomeRow.at.desc()).limit(1)).one_or_none()
    if row is not None:
        session.expunge(row)  # It is looked at after the session has ended.
    return row


def _of_draft(draft: OutcomeRow) -> dict[str, list[str]]:
    """A draft as it was typed. What a person vouched for is asked again: a tick is given for now, not for then."""

    def yuan(fen: int | None) -> list[str]:
        return [] if fen is None else [f"{fen / 100:.2f}"]

    start = {
        "amount_fined": yuan(draft.amount_fined_fen),
        "amount_additional": yuan(draft.amount_additional_fen),
        "jobs_kept": [] if draft.jobs_kept is None else [str(draft.jobs_kept)],
        "offence_item": [draft.offence_item or ""],
        "addressee": [draft.addressee_id or ""],
        "note": [draft.note or ""],
    }
    for place, kept in zip(WAIVERS, draft.waivers or draft.fines or (), strict=False):
        waiver = kept["waiver"]
        start |= {
            f"scale-{place}": [waiver["scale"]],
            f"step-{place}": [waiver["step"]],
            f"units-{place}": [str(waiver["units"])],
            f"base-{place}": yuan(waiver["base"]),
        }
    return start


def _waivers(fields: Fields) -> tuple[Waiver, ...]:
    """The rows of the discretion guideline that were chosen."""
    found = []
    for place in WAIVERS:
        scale = fields.text(f"scale-{place}", longest=40)
        step = fields.text(f"step-{place}", longest=40)
        units = fields.whole(f"units-{place}")
        base = fields.yuan(f"base-{place}")
        if scale:
            found.append(Waiver(scale, step or "", units if units is not None else 1, fen_of(base)))
    return tuple(found)


def _evidence(fields: Fields) -> dict[str, str]:
    """What was typed beside the ticks of a person."""
    found = {rule.key: fields.text(f"evidence-{rule.key}", longest=400) for rule in RULES}
    return {key: words for key, words in found.items() if words}


@router.post("/cases/{matter_no}/outcome", name="submit_outcome")
def submit_outcome(visit: Visiting, form: Posting, matter_no: str) -> Response:
    """Submit to a head, or keep as a draft. What is missing is named, fact by fact."""
    fields = Fields(form)
    chosen = Exit(fields.choice("exit", {one.value for one in Exit}) or Exit.EXEMPT_FIRST_OFFENCE)
    version = fields.version()
    chosen_rows = _waivers(fields)
    proposal = outcomes.Proposal(
        exit=chosen,
        confirmed=_vouched(fields),
        evidence=_evidence(fields),
        waivers=chosen_rows if chosen in EXEMPTIONS else (),
        fines=chosen_rows if chosen in FINED else (),
        exempted_article=fields.text("exempted_article", longest=200) if chosen in EXEMPTIONS else None,
        jobs_kept=fields.whole("jobs_kept") if chosen in EXEMPTIONS else None,
        amount_additional=fields.yuan("amount_additional") if chosen is Exit.HANDLING else None,
        amount_fined=fields.yuan("amount_fined") if chosen in FINED else None,
        offence_item=fields.text("offence_item", longest=100) if chosen in EXEMPTIONS else None,
        addressee=fields.text("addressee", longest=64) if chosen is Exit.HANDLING else None,
        note=fields.text("note"),
    )
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
    shown: dict[str, Any] = {"exit_": chosen, "typed": fields.typed()}
    try:
        fields.done()
        outcomes.submit_outcome(
            visit.store,
            case_id=case.id,
            version=version,
            proposal=proposal,
            actor=visit.actor,
            at=visit.at,
            save_draft=form.get("draft") == "yes",
        )
    except Wrong as wrong:
        return _form(visit, matter_no, errors=wrong.errors, status=422, **shown)
    except Unmet as unmet:
        lacking = {f"condition-{line.key}": line.says if line.by_person else line.fact for line in unmet.conditions}
        return _form(visit, matter_no, errors=lacking, status=422, **shown)
    except (BadInput, NotAllowed) as refused:
        return _form(visit, matter_no, errors={"": str(refused)}, status=422, **shown)
    except Conflict as conflict:
        until = drafts.keep(visit, case.id, drafts.OUTCOME, shown["typed"], version=version, about=chosen.value)
        return _form(visit, matter_no, conflict=conflict, kept_until=until, status=409, **shown)
    drafts.forget(visit, case.id, drafts.OUTCOME, about=chosen.value)
    return RedirectResponse(f"/cases/{matter_no}?tab=handling", status_code=303)


@router.post("/outcomes/{outcome_id}/decide", name="decide_outcome")
def decide_outcome(visit: Visiting, form: Posting, outcome_id: str) -> Response:
    """A head approves or rejects."""
    fields = Fields(form)
    answer = fields.choice("approve", {"yes", "no"})
    reason = fields.text("reason", longest=1000)
    fields.done()
    with visit.store.read() as session:
        question = select(CaseRow.matter_no).join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
        matter_no = session.scalar(question.where(OutcomeRow.id == outcome_id, seen_by(visit.actor)))
    if matter_no is None:
        raise NotFound("There is no such outcome.")
    outcomes.decide_outcome(
        visit.store, outcome_id=outcome_id, approve=answer == "yes", reason=reason, actor=visit.actor, at=visit.at
    )
    return RedirectResponse(f"/cases/{matter_no}?tab=handling", status_code=303)
