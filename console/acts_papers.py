"""The acts on papers: which kinds are issued as such, and the proof of service that goes along with one."""

from __future__ import annotations

from casework.lifecycle import DECIDED, WORKED
from casework.sanctions import STEP_PAPERS
from console import labels
from console.forms import Act, Asked, plain
from console.words import N_
from services.paperwork.filling_papers import issue_service_proof
from services.paperwork.papers import DECIDED_ON, order_correction
from services.paperwork.serving import announce_service

_OF_THEIR_OWN = frozenset(
    {
        "rectification_order",
        "inquiry_notice",
        "interview_record",
        "inspection_record",
        "declining_notice",
        "supplement_notice",
        "other_way_notice",
        "performance_demand",
        "service_proof",
    }
)
ISSUED_AS_SUCH = {
    code: name for code, name in labels.PAPERS.items() if code not in _OF_THEIR_OWN | STEP_PAPERS | DECIDED_ON
}
"""The kinds that are issued by themselves; the others come with an act of their own."""

_TRIED = {way: words for way, words in labels.SERVED.items() if way != "by_notice"}

ORDER = Act(
    "order_correction",
    "order",
    N_("Order to correct"),
    N_("Order to correct"),
    WORKED,
    plain(order_correction),
    holder=True,
    asks=(
        Asked("demand", N_("What is to be corrected"), "long"),
        Asked("law", N_("By which article"), now="《劳动保障监察条例》第二十六条"),
        Asked("issued_on", N_("Issued on"), "day", now="today"),
        Asked("due_on", N_("To be corrected by"), "day", required=False, hint=N_("empty: the usual term")),
        Asked("workers", N_("Workers concerned"), "whole", required=False, now="verified_workers"),
        Asked("amount", N_("Amount, yuan"), "yuan", required=False, now="verified_amount"),
        Asked("addressee", N_("Addressed to"), "pick", required=False, hint=N_("empty: the employer"), now="liable"),
    ),
)

PAPER_ACTS: tuple[Act, ...] = (
    Act(
        "announce_service",
        "announce",
        N_("Announce the service of a paper"),
        N_("Service by notice"),
        WORKED | DECIDED,
        plain(announce_service),
        holder=True,
        says=N_("Where no other way reached the party. It counts as served when the term of the notice has ended."),
        asks=(
            Asked("document_id", N_("Paper"), "paper"),
            Asked("announced_on", N_("Announced on"), "day", now="today"),
            Asked("tried", N_("Way that was tried before"), "choice", offers=_TRIED),
            Asked("reason", N_("Why it failed"), "long"),
        ),
    ),
    Act(
        "issue_service_proof",
        "service-proof",
        N_("Issue a proof of service"),
        N_("Proof of service"),
        WORKED | DECIDED,
        plain(issue_service_proof),
        holder=True,
        says=N_("It is taken along, signed by the receiver, and fills itself when the service is recorded."),
        asks=(
            Asked("document_id", N_("Paper"), "paper"),
            Asked("issued_on", N_("Issued on"), "day", now="today"),
        ),
    ),
)
