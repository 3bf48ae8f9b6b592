"""How often each rule of early warning was right (预警准确率), which are muted and why, and a head's word on it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, Conflict, NotAllowed
from casework.warnings.scores import HORIZON
from console import labels_warning_scores
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.shared import menu
from console.views.warnings import in_words
from services.warnings import muting
from services.warnings.own_record import BECAME
from services.warnings.scoring import scores
from warehouse.queries.officers import names_of

router = APIRouter()
_LONGEST = 400


@router.get("/warnings/score", name="scores_page")
def scores_page(visit: Visiting) -> Response:
    """The score of every rule at every level, of the places one sees."""
    return _page(visit)


def _page(visit: Visit, *, problem: Exception | None = None, fields: Fields | None = None) -> Response:
    with visit.store.read() as session:
        found = scores(session, actor=visit.actor, office=visit.settings.district, at=visit.at)
        people = {one.last.by for one in (*found.lines, *found.quiet) if one.last}
        if isinstance(problem, Conflict) and problem.by:
            people.add(problem.by)
        names = names_of(session, sorted(people))
        nav = menu(session, visit)
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    context: dict[str, Any] = {"found": found, "names": names, "nav": nav, "active": "warnings_page", "errors": errors}
    context |= {"typed": fields.typed() if fields else {}, "became": BECAME, "horizon": HORIZON}
    context |= {"score_labels": labels_warning_scores, **in_words(visit)}
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    return page(visit, "warning_scores.html", status=status, **context)


@router.post("/warnings/score/mute", name="mute_rule")
def mute_rule(visit: Visiting, form: Posting) -> Response:
    """A rule at a level raises nothing new from now on."""
    return _say(visit, form, mute=True)


@router.post("/warnings/score/speak", name="let_rule_speak")
def let_rule_speak(visit: Visiting, form: Posting) -> Response:
    """A rule at a level speaks again."""
    return _say(visit, form, mute=False)


def _say(visit: Visit, form: Posting, *, mute: bool) -> Response:
    fields = Fields(form)
    try:
        choice = fields.choice("what", {f"{rule}:{level}" for rule, level in muting.PAIRS}) or ":"
        step = fields.whole("step", required=True)
        reason = fields.needed("reason", longest=_LONGEST)
        fields.done()
        rule, _, level = choice.partition(":")
        muting.say(
            visit.store,
            rule=rule,
            level=level,
            mute=mute,
            step=step or 0,
            reason=reason,
            actor=visit.actor,
            office=visit.settings.district,
            at=visit.at,
        )
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return _page(visit, problem=problem, fields=fields)
    return RedirectResponse("/warnings/score", status_code=303)
