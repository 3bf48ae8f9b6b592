"""A form sent when the case had left its officer's hands: what was typed is given back, with who took the case.

The page holds what the form held and nothing of the case, which is no longer this officer's to see.
"""

from __future__ import annotations

from fastapi import Request, Response
from starlette.datastructures import FormData

from casework.leniency import RULES
from console import labels_papers
from console.acts import ACTS
from console.guard import SAFE, Visit
from console.render import page
from console.words import N_
from warehouse.queries.taken import taken_from

_BY_NAME = {act.name: act for act in ACTS}
_TYPED = frozenset({"text", "long", "list", "paid", "duties", "verified", "paid_to", "steps", "items"})
"""Kinds of fields that hold words or lists; a day or a choice is chosen again in a moment."""
_OUTCOME = {"note": N_("Note"), "exempted_article": N_("Remark on the amount")} | {
    f"evidence-{rule.key}": N_("Evidence") for rule in RULES
}
TAKEN_OVER = N_("This case is no longer with you")


def answer(request: Request, visit: Visit) -> Response | None:
    """409 with what was typed, for who held the case when the form was made; None for everybody else."""
    route = str(getattr(request.scope.get("route"), "name", ""))
    number = str(request.path_params.get("matter_no", ""))
    form = getattr(request.state, "form", None)
    works = (route in _BY_NAME or route in ("submit_outcome", "fill_paper")) and number.isprintable()
    if request.method in SAFE or visit.who is None or not works or not isinstance(form, FormData):
        return None
    with visit.store.read() as session:
        taken = taken_from(session, visit.actor, matter_no=number, login=visit.who.session_id)
    if taken is None:
        return None
    words = [(name, text) for name, text in form.multi_items() if isinstance(text, str) and text.strip()]
    called = _called(route)
    typed = [(called[name], text) for name, text in words if name in called]
    return page(visit, "taken_over.html", status=409, heading=TAKEN_OVER, number=number, taken=taken, typed=typed)


def _called(route: str) -> dict[str, str]:
    """The fields of a form that hold words, as they are called on it."""
    if route == "fill_paper":
        return dict(labels_papers.BLANKS)
    if route == "submit_outcome":
        return _OUTCOME
    return {ask.name: ask.words for ask in _BY_NAME[route].asks if ask.kind in _TYPED}
