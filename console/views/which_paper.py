"""Which paper comes next (下达文书): the kinds by their digits, and those that are there, to look at, take or serve."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from casework.errors import NotFound
from console.guard import Visiting
from console.render import page
from console.views.case import frame
from console.words import N_
from warehouse.queries.sight import case_seen

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Choice:
    """One paper one can begin: the act that writes it, what its form is told, and how it is called."""

    act: str
    words: str
    asked: str = ""


CHOICES: tuple[Choice, ...] = (
    Choice("issue_inquiry", N_("Notice of inquiry")),
    Choice("order_correction", N_("Order to correct")),
    Choice("issue_document", N_("Prior notice of a decision"), "?kind=prior_notice"),
    Choice("submit_outcome", N_("Decision, with the outcome")),
    Choice("issue_service_proof", N_("Proof of service")),
    Choice("issue_document", N_("Another paper")),
)
"""In the order of the digits. A decision is issued when its outcome is approved, so it begins with the outcome."""


@router.get("/cases/{matter_no}/papers", name="papers_page")
def papers_page(visit: Visiting, matter_no: str) -> Response:
    """The choice, for who may issue one of them."""
    with visit.store.read() as session:
        case = case_seen(session, visit.actor, matter_no=matter_no)
        context = frame(session, visit, case)
    paths = {act.name: act.path for act in context["acts"] if not act.at_once}
    if context["may_conclude"]:
        paths["submit_outcome"] = "outcome"
    if not {one.act for one in CHOICES} & set(paths):
        raise NotFound("There is no such form.")
    return page(visit, "which_paper.html", **context, choices=CHOICES, paths=paths)
