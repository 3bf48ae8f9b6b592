"""Acts a person may do, but not on this case now: each with the reason, so that nothing seems to have vanished."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casework.people import Actor, Role
from console.access import may
from console.acts import ACTS
from console.acts_lives import ACTS_OF_LIVES
from console.forms import Act
from console.words import N_
from warehouse.models import CaseRow
from warehouse.queries.case import Holding

NOT_YOURS = N_("only the two inspectors who have the case, or a head, do this")
ONLY_INSPECTORS = N_("only the two inspectors who have the case do this")
ONLY_WHILE = N_("only while the case is: %(states)s")
OTHERWISE = N_("not at this point of the case")
_FILED_ALREADY = N_("the case is filed already")
_NOT_FILED = N_("needs a filed case")
_NO_PAPER = N_("no paper waits to be served")
_NOT_CARRIED_OUT = N_("no decision that orders something was served, or it is past that step")
_NOT_SERVED = N_("no decision was served yet")
_ORDER_UNPAID = N_("needs an order that was not obeyed, and none of these under way")
_NO_LISTING = N_("the listing is not at this step")
_NO_TRANSFER = N_("the transfer is not at this step")
_NO_PUBLICATION = N_("the publication is not at this step")

NEEDS: Mapping[str, str] = {
    "accept_case": _FILED_ALREADY,
    "accept_joined": N_("no complaint joined since the case was filed"),
    "decline_case": _FILED_ALREADY,
    "send_back": _FILED_ALREADY,
    "end_investigation": N_("needs a filed case under investigation, with a visit or a paper"),
    "add_photos": N_("no visit and no payment of this case is recorded"),
    "record_correction": N_("no order waits to be corrected"),
    "serve_document": _NO_PAPER,
    "announce_service": _NO_PAPER,
    "issue_service_proof": _NO_PAPER,
    "record_defence": N_("no prior notice was served"),
    "record_inquiry_answer": N_("no notice of inquiry was issued"),
    "record_answer": N_("no referral waits for an answer"),
    "answer_supervision": N_("no supervision waits for an answer"),
    "extend_investigation": N_("needs a filed case under investigation"),
    "decide_recusal": N_("no recusal waits to be decided"),
    "suspend_clock": N_("no deadline runs that may be suspended"),
    "resume_clock": N_("no deadline stands still"),
    "educate": _NOT_FILED,
    "search_offences": _NOT_FILED,
    "lift_red_flag": N_("no red flag is on record"),
    "verify_amount": N_("the case has a ledger: verify there, worker by worker"),
    "review_outcome": N_("no sparing waits for its review"),
    "check_duty": N_("no obligation of a pledge waits to be checked"),
    "record_follow_up": N_("no follow-up visit is due"),
    "decide_revocation": N_("no revocation is proposed"),
    "record_remedy": _NOT_SERVED,
    "end_remedy": _NOT_SERVED,
    "record_performance": _NOT_CARRIED_OUT,
    "demand_performance": _NOT_CARRIED_OUT,
    "apply_enforcement": N_("performance was not demanded yet, or the court was asked"),
    "close_case": N_("the decision is not carried out yet"),
    "reopen_case": N_("no outcome stands, or the police have the case"),
    "take_back_decline": N_("the case was not declined"),
    "archive_case": N_("the case is not closed, or archived already"),
    "tell_party": _ORDER_UNPAID,
    "record_objection": _NO_LISTING,
    "verify_objection": _NO_LISTING,
    "extend_listing": _NO_LISTING,
    "decide_listing": _NO_LISTING,
    "ask_removal": _NO_LISTING,
    "decide_removal": _NO_LISTING,
    "take_down": _NO_LISTING,
    "propose_publication": N_("needs a served decision to pay or to punish, and none of these under way"),
    "decide_publication": _NO_PUBLICATION,
    "publish_breach": _NO_PUBLICATION,
    "record_publication_objection": _NO_PUBLICATION,
    "answer_publication": N_("no objection to a publication waits for an answer"),
    "correct_publication": _NO_PUBLICATION,
    "withdraw_publication": _NO_PUBLICATION,
    "report_crime": _ORDER_UNPAID,
    "decide_transfer": _NO_TRANSFER,
    "issue_transfer_letter": _NO_TRANSFER,
    "hand_over": _NO_TRANSFER,
    "record_police": _NO_TRANSFER,
    "ask_reconsideration": _NO_TRANSFER,
    "take_back": _NO_TRANSFER,
    "hand_materials": _NO_TRANSFER,
}
"""What an act waits for that was not done so far, by name."""
ELSEWHERE = frozenset(act.name for act in ACTS_OF_LIVES if any(ask.name == "complaint_id" for ask in act.asks))
"""Acts on one complaint: they stand beside the complaint."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """One act that is not possible now. `states`: of which the case would have to be in one, where that is why."""

    title: str
    why: str
    states: tuple[str, ...] = ()


def withheld(actor: Actor, case: CaseRow, holding: Holding | None, offered: Collection[Act]) -> list[Withheld]:
    """What this person's role may do on a case, but not on this one now, in the order of the table of acts."""
    names = {act.name for act in offered}
    rest = (act for act in ACTS if may(actor, act.name) and act.name not in names | ELSEWHERE and not act.on)
    return [_why(act, actor, case, holding) for act in rest]


def _why(act: Act, actor: Actor, case: CaseRow, holding: Holding | None) -> Withheld:
    if case.status not in act.states:
        return Withheld(act.title, ONLY_WHILE, tuple(sorted(act.states)))
    mine = holding is not None and actor.id in (holding.lead_id, holding.assisting_id)
    if act.holder and not mine and act.name in ("sign_for", "send_back"):
        return Withheld(act.title, ONLY_INSPECTORS)
    desk = act.desk and actor.may(Role.DESK_OFFICER, case.district_code)
    if act.holder and not (mine or desk or actor.may(Role.HEAD, case.district_code)):
        return Withheld(act.title, NOT_YOURS)
    return Withheld(act.title, NEEDS.get(act.name, OTHERWISE))
