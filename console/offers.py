"""Which acts a person may do on a case now, and which step the case waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.crime import WITH_THE_POLICE
from casework.leniency import EXEMPTIONS
from casework.lifecycle import NEXT_IN_LAW, LegalStatus
from casework.money_came import Said, asks
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


FRONT = frozenset(
    {
        "sign_for",
        "recall_case",
        "accept_case",
        "accept_joined",
        "decline_case",
        "record_visit",
        "issue_document",
        "record_payment",
        "close_case",
        "archive_case",
    }
)
"""Acts that stand above the case as buttons, whatever comes next."""
GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        N_("Investigate"),
        frozenset(
            {
                "add_photos",
                "issue_inquiry",
                "record_inquiry_answer",
                "record_interview",
                "record_inspection",
                "verify_amount",
                "refer",
                "record_answer",
                "extend_investigation",
                "end_investigation",
            }
        ),
    ),
    (
        N_("Order and serve"),
        frozenset(
            {
                "order_correction",
                "record_correction",
                "serve_document",
                "announce_service",
                "issue_service_proof",
                "record_defence",
            }
        ),
    ),
    (N_("Flexible enforcement"), frozenset({"record_pledge", *FITS_OF_SPARING, "record_red_flag", "lift_red_flag"})),
    (N_("Joint-sanction list, publication and police"), frozenset(FITS_OF_MALICE)),
    (N_("After the decision"), frozenset(FITS_OF_LIVES) - {"record_defence"}),
)
"""The other acts by what they are for; what is in no group arranges the work."""
ARRANGE = N_("Arrange the work")
_FEW = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """The acts of one person on one case: those in front, and the others in groups behind one button."""

    front: tuple[Act, ...]
    groups: tuple[tuple[str, tuple[Act, ...]], ...]


def shelve(acts: Sequence[Act], next_act: str) -> Shelf:
    """What comes next stands first. A few acts need no button to hide behind."""
    here = [act for act in acts if not act.on]
    if len(here) <= len(FRONT & {act.name for act in here}) + _FEW:
        return Shelf(tuple(here), ())
    first = sorted((act for act in here if act.name in FRONT | {next_act}), key=lambda act: act.name != next_act)
    rest = [act for act in here if act not in first]
    known = frozenset().union(*(names for _, names in GROUPS))
    groups = [(words, tuple(act for act in rest if act.name in names)) for words, names in GROUPS]
    groups.append((ARRANGE, tuple(act for act in rest if act.name not in known)))
    return Shelf(tuple(first), tuple(one for one in groups if one[1]))


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


def outcome_offered(actor: Actor, case: CaseRow, holding: Holding | None, done: Handling) -> bool:
    """Whether this person may record the outcome of this case now; after a decision, only that the police have it."""
    mine = holding is not None and actor.id in (holding.lead_id, holding.assisting_id)
    head = actor.may(Role.HEAD, case.district_code)
    with_police = done.transfer is not None and done.transfer.state in WITH_THE_POLICE
    again = case.status == "concluded" and LegalStatus.TRANSFERRED in NEXT_IN_LAW[LegalStatus(case.legal_status)]
    open_ = case.status == "in_progress" or (again and with_police)
    return open_ and may(actor, "submit_outcome") and (mine or head)


def _fits(name: str, case: CaseRow, done: Handling) -> bool:
    """Whether the act makes sense with what was done so far."""
    if name in _FITS:
        return _FITS[name](case, done)
    if name in ("accept_case", "decline_case"):
        return case.case_no is None
    if name == "verify_amount":
        return not done.in_ledger
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


_RUN_FROM_SERVICE = ("inquiry_notice", "rectification_order", "prior_notice")
"""Papers of the investigation that do nothing before they reach the party."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, the act that does it, and how far the case is: names of steps, each done, now or to come."""

    words: str
    act: str
    steps: tuple[tuple[str, str], ...]


def next_step(
    case: CaseRow, done: Handling, money: Money, *, recused: bool = False, heard: Said | None = None
) -> NextStep:
    """The step the case waits for. `recused`: somebody who has it may not touch it, so it wants another inspector.

    `heard`: what its workers say of the money since its last conclusion. While one may still answer, or says no, the
    file of a case whose workers are asked is not closed.
    """
    steps = (N_("Dispatch"), N_("Sign for"), N_("File"), N_("Investigate"), N_("Outcome"), N_("Close the file"))
    place, words, act = _place(case, done, money)
    if recused and case.status in ("dispatched", "in_progress"):
        words, act = N_("Give the case to other inspectors: an officer who has it is recused."), "reassign"
    if act == "close_case" and heard is not None and _asks(case, done):
        if heard.not_came:
            words, act = N_("A worker says that the money did not come: settle that before the file is closed."), ""
        elif heard.waiting:
            words = N_("Wait for what the workers say of the money, or until their days are over; then close the case.")
            act = ""
    marks = tuple((name, "done" if n < place else "now" if n == place else "to-come") for n, name in enumerate(steps))
    return NextStep(words, act, marks)


def _asks(case: CaseRow, done: Handling) -> bool:
    return asks(done.standing.exit if done.standing is not None else None, case.status, case.legal_status)


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
    waits = next((one for one in done.outcomes if one.state == "submitted"), None)
    if waits is not None and waits.exit in set(EXEMPTIONS) and not done.reviewed:
        return (
            4,
            N_("Somebody else makes the legal review; then a head approves or rejects the outcome."),
            "review_outcome",
        )
    if waits is not None:
        return 4, N_("A head approves or rejects the outcome."), "decide_outcome"
    if case.case_no is None:
        return 2, N_("Accept and file the case, within five working days."), "accept_case"
    if done.joined:
        return 3, N_("Accept the complaints that joined the case, within five working days."), "accept_joined"
    if not done.visits and not done.papers:
        return 3, N_("Visit the employer, two officers together, or send a notice of inquiry."), "record_visit"
    if any(paper.to_serve and paper.kind in _RUN_FROM_SERVICE for paper in done.papers):
        return 3, N_("Serve the paper that is issued, and record how it was served."), "serve_document"
    if money.verified_fen is None:
        return 3, N_("Verify the amount owed."), "verify_lines" if done.in_ledger else "verify_amount"
    unpaid = money.paid_fen < money.verified_fen
    if any(order.corrected_on is None for order in done.orders):
        if not unpaid:
            return 3, N_("What is owed is proven paid: record that the order was obeyed."), "record_correction"
        pay = "pay_workers" if done.in_ledger else "record_payment"
        return 3, N_("Check whether the order was obeyed, and record what was paid."), pay
    if unpaid and not any(paper.kind == "rectification_order" for paper in done.papers):
        return 3, N_("Order the employer to pay by a day, or record what was paid."), "order_correction"
    return 4, N_("Record the outcome and submit it for approval."), "submit_outcome"
