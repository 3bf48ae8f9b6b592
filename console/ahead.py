"""What comes next on a case, at once: the step, by which article, until which day; and what else is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from casework.clocks import SHOWN_BESIDE
from console.forms import Act
from console.offers import NextStep
from warehouse.queries.deadlines import Deadline

GOVERNED_BY: Mapping[str, tuple[str, ...]] = {
    "accept_case": ("accept",),
    "accept_joined": ("accept",),
    "record_visit": ("investigate",),
    "verify_amount": ("investigate",),
    "verify_lines": ("investigate",),
    "order_correction": ("investigate",),
    "record_payment": ("rectify", "investigate"),
    "pay_workers": ("rectify", "investigate"),
    "record_correction": ("rectify", "investigate"),
    "submit_outcome": ("decide", "investigate"),
    "decide_outcome": ("decide", "investigate"),
    "serve_document": ("serve",),
    "record_performance": ("pay_fine", "rectify"),
    "apply_enforcement": ("apply_court", "demand"),
}
"""The deadlines that an act meets or works towards, the first that runs."""
ARTICLES: Mapping[str, str] = {
    "record_visit": "423 §16; QD §28",
    "reassign": "423 §16; QD §29",
    "submit_outcome": "423 §18; QD §31",
    "decide_outcome": "423 §18; QD §31",
    "demand_performance": "AEL §54",
}
"""The article of an act itself, where its deadline's own says less."""
DONE_BY: Mapping[str, str] = {
    "supervise": "answer_supervision",
    "serve": "serve_document",
    "rectify": "record_correction",
    "decide": "submit_outcome",
    "list_verify": "verify_objection",
    "list_decide": "decide_listing",
    "list_answer": "decide_removal",
    "list_take_down": "take_down",
    "publish": "publish_breach",
    "publication_answer": "answer_publication",
    "publication_correct": "correct_publication",
    "withdraw_published": "withdraw_publication",
    "transfer_decide": "decide_transfer",
    "transfer_hand_over": "hand_over",
    "police_decide": "record_police",
    "reconsider": "ask_reconsideration",
    "hand_materials": "hand_materials",
    "follow_up": "record_follow_up",
    "apply_court": "apply_enforcement",
}
"""The act that meets a deadline, where one has a form."""


@dataclass(frozen=True, slots=True)
class Due:
    """One more deadline that runs, and where it is met: the end of an address under the case, empty without a form."""

    clock: Deadline
    path: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next step with its article and deadline, the address of its form, and whatever else is due."""

    words: str
    path: str
    article: str
    clock: Deadline | None
    also: tuple[Due, ...]


def ahead_of(step: NextStep, clocks: Sequence[Deadline], acts: Collection[Act], *, may_conclude: bool = False) -> Ahead:
    """What this person sees under "Next step". An address is given only for a form they may open now."""
    paths = {act.name: act.path for act in acts if not act.at_once}
    if may_conclude:
        paths["submit_outcome"] = "outcome"
    live = sorted((one for one in clocks if one.state == "running"), key=lambda one: (one.due_on, one.kind))
    wanted = GOVERNED_BY.get(step.act, ())
    clock = next((one for kind in wanted for one in live if one.kind == kind), None)
    rest = (one for one in live if one.kind not in SHOWN_BESIDE and (clock is None or one.kind != clock.kind))
    once: dict[object, Deadline] = {}
    for one in rest:
        once.setdefault((one.kind, one.channel, one.due_on), one)
    return Ahead(
        words=step.words,
        path=paths.get(step.act, ""),
        article=ARTICLES.get(step.act, ""),
        clock=clock,
        also=tuple(Due(one, paths.get(DONE_BY.get(one.kind, ""), "")) for one in once.values()),
    )
