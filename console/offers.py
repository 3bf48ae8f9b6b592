"""Which acts a person may do on a case now, and which step the case waits for."""

from __future__ import annotations

from dataclasses import dataclass

from casework.people import Actor, Role
from console.access import may
from console.acts import ACTS
from console.acts_lives import FITS as FITS_OF_LIVES
from console.acts_lives import after_closing, after_decision
from console.acts_malicious import FITS as FITS_OF_MALICE
from console.acts_sparing import FITS as FITS_OF_SPARING
from console.forms import Act
from console.words import N_
from warehouse.models import CaseRow
from warehouse.queries.case import Holding, Money
from warehouse.queries.history import Handling

_FITS = {**FITS_OF_LIVES, **FITS_OF_SPARING, **FITS_OF_MALICE}
"""Acts that make sense with what was done so far only, by name."""


def offered(actor: Actor, case: CaseRow, holding: Holding | None, done: Handling) -> list[Act]:
    """The acts that this person may do on this case now. What is not offered here, the service would refuse."""
    mine = holding is not None and actor.id in (holding.lead_id, holding.assisting_id)
    head = actor.may(Role.HEAD, case.district_code)
    found = []
    for act in ACTS:
        if case.status not in act.states or not may(actor, act.name):
            continue
        desk = act.desk and actor.may(Role.DESK_OFFICER, case.district_code)
        if act.holder and not (mine or desk or (head and act.name not in ("sign_for", "send_back"))):
            continue
        if act.fits(case, done) if act.fits else _fits(act.name, case, done):
            found.append(act)
    return found


def outcome_offered(actor: Actor, case: CaseRow, holding: Holding | None) -> bool:
    """Whether this person may record the outcome of this case now."""
    mine = holding is not None and actor.id in (holding.lead_id, holding.assisting_id)
    head = actor.may(Role.HEAD, case.district_code)
    return case.status == "in_progress" and may(actor, "submit_outcome") and (mine or head)


def _fits(name: str, case: CaseRow, done: Handling) -> bool:
    """Whether the act makes sense with what was done so far."""
    if name in _FITS:
        return _FITS[name](case, done)
    if name in ("accept_case", "decline_case"):
        return case.case_no is None
    if name == "accept_joined":
        return case.case_no is not None and done.joined
    if name == "end_investigation":
        return case.legal_status == "filed" and bool(done.visits or done.papers)
    if name == "record_correction":
        return any(order.corrected_on is None for order in done.orders)
    if name in ("serve_document", "announce_service", "issue_service_proof"):
        return any(paper.to_serve for paper in done.papers)
    if name == "send_back":
        return case.case_no is None
    return True


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, the act that does it, and how far the case is: names of steps, each done, now or to come."""

    words: str
    act: str
    steps: tuple[tuple[str, str], ...]


def next_step(case: CaseRow, done: Handling, money: Money) -> NextStep:
    """The step the case waits for."""
    steps = (N_("Dispatch"), N_("Sign for"), N_("File"), N_("Investigate"), N_("Outcome"), N_("Close the file"))
    place, words, act = _place(case, done, money)
    marks = tuple((name, "done" if n < place else "now" if n == place else "to-come") for n, name in enumerate(steps))
    return NextStep(words, act, marks)


def _place(case: CaseRow, done: Handling, money: Money) -> tuple[int, str, str]:
    if case.status == "merged":
        return 0, N_("This case was merged; go on with the other one."), ""
    if case.status == "to_dispatch":
        if case.needs_check:
            return 0, N_("Decide on the possible duplicate first."), ""
        if case.needs_supplement:
            return 0, N_("Find out who the employer is."), "pick_employer"
        return 0, N_("Dispatch it to two inspectors."), ""
    if case.status == "dispatched":
        return 1, N_("The inspector signs for it; until then it can be recalled."), "sign_for"
    if case.status == "closed":
        return (6, *after_closing(case))
    if case.status == "concluded":
        return (5, *after_decision(case, done))
    return _work(case, done, money)


def _work(case: CaseRow, done: Handling, money: Money) -> tuple[int, str, str]:
    if any(one.state == "submitted" for one in done.outcomes):
        return 4, N_("A head approves or rejects the outcome."), "decide_outcome"
    if case.case_no is None:
        return 2, N_("Accept and file the case, within five working days."), "accept_case"
    if done.joined:
        return 3, N_("Accept the complaints that joined the case, within five working days."), "accept_joined"
    if not done.visits and not done.papers:
        return 3, N_("Visit the employer, two officers together, or send a notice of inquiry."), "record_visit"
    if money.verified_fen is None:
        return 3, N_("Verify the amount owed."), "verify_amount"
    if any(order.corrected_on is None for order in done.orders):
        return 3, N_("Check whether the order was obeyed, and record what was paid."), "record_payment"
    return 4, N_("Record the outcome and submit it for approval."), "submit_outcome"
