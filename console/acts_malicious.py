"""The acts against malicious non-payment: the joint-sanction list, publication, and the transfer to the police."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from casework.lifecycle import CARED_FOR
from casework.sanctions import PACKET
from console import acts_listing, acts_publication
from console.acts_listing import ordered_to_pay
from console.acts_lives import given_back
from console.acts_sparing import yes
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.labels_sparing import PACKET as PACKET_WORDS
from console.labels_sparing import POLICE_ANSWERS, TRANSFER_DECISIONS
from console.words import N_
from services.cases import handling
from services.malice import transferring
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

_TODAY = "today"
_REASON = Asked("reason", N_("Reason"), "long")


def _hand_over(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """The five papers of the packet are five fields."""
    transferring.hand_over(
        visit.store,
        **common(visit, case, version),
        police=values["police"],
        handed_at=values["handed_at"],
        packet={name: values[f"packet_{name}"] or "" for name in PACKET},
    )
    return None


ACTS: tuple[Act, ...] = (
    *acts_listing.ACTS,
    *acts_publication.ACTS,
    Act(
        "report_crime",
        "crime-report",
        N_("Report a suspected crime"),
        N_("Suspected crime"),
        CARED_FOR,
        plain(transferring.report_crime),
        holder=True,
        says=N_("Two officers report in writing; the head decides within three days. A fine replaces no transfer."),
        asks=(
            Asked("officer_ids", N_("Officers, at least two"), "officers"),
            Asked("report", N_("Report"), "long"),
            Asked("reported_on", N_("On"), "day", now=_TODAY),
            Asked("addressee", N_("Who was ordered to pay"), "pick", required=False, hint=N_("empty: the employer")),
        ),
    ),
    Act(
        "decide_transfer",
        "crime-decide",
        N_("Decide on the transfer to the police"),
        N_("Decide on the transfer"),
        CARED_FOR,
        yes(transferring.decide_transfer, "approve"),
        (Asked("approve", N_("Decision"), "choice", offers=TRANSFER_DECISIONS), _REASON),
    ),
    Act(
        "issue_transfer_letter",
        "crime-letter",
        N_("Issue the transfer letter"),
        N_("Transfer letter"),
        CARED_FOR,
        plain(partial(handling.issue_document, kind="transfer_letter", body={})),
        holder=True,
        says=N_("The number is given by the system; the letter goes with the packet."),
        asks=(Asked("issued_on", N_("Issued on"), "day", now=_TODAY),),
    ),
    Act(
        "hand_over",
        "crime-hand-over",
        N_("Hand over to the police"),
        N_("Hand over to the police"),
        CARED_FOR,
        _hand_over,
        holder=True,
        says=N_("Where each of the five papers lies, or why there is none. The transfer letter must be issued."),
        asks=(
            Asked("police", N_("Police office")),
            Asked("handed_at", N_("Time"), "moment", now="now"),
            *(Asked(f"packet_{name}", words) for name, words in PACKET_WORDS.items()),
        ),
    ),
    Act(
        "record_police",
        "crime-police",
        N_("Record the decision of the police"),
        N_("Decision of the police"),
        CARED_FOR,
        yes(transferring.record_police, "filed"),
        holder=True,
        asks=(
            Asked("filed", N_("Decision"), "choice", offers=POLICE_ANSWERS),
            Asked("answered_on", N_("On"), "day", now=_TODAY),
            Asked("answer", N_("What the police wrote"), "long"),
        ),
    ),
    Act(
        "ask_reconsideration",
        "crime-reconsider",
        N_("Ask the police to reconsider"),
        N_("Ask to reconsider"),
        CARED_FOR,
        plain(transferring.ask_reconsideration),
        holder=True,
        asks=(Asked("asked_on", N_("On"), "day", now=_TODAY),),
    ),
    Act(
        "take_back",
        "crime-take-back",
        N_("Take the case back from the police"),
        N_("Take it back"),
        frozenset({"concluded", "closed"}),
        plain(transferring.take_back),
        (_REASON,),
        says=N_(
            "The police have refused it for good. A served decision is enforced on; else the case is worked on again."
        ),
    ),
    Act(
        "hand_materials",
        "crime-materials",
        N_("Record that the materials were handed over"),
        N_("Materials handed over"),
        CARED_FOR,
        plain(transferring.hand_materials),
        holder=True,
        asks=(Asked("handed_on", N_("On"), "day", now=_TODAY),),
    ),
)


def _transfer(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: done.transfer is not None and done.transfer.state in states


def _may_report(_case: CaseRow, done: Handling) -> bool:
    free = done.transfer is None or done.transfer.state in ("refused", "police_refused")
    return free and ordered_to_pay(done)


def _to_write(_case: CaseRow, done: Handling) -> bool:
    written = any(one.kind == "transfer_letter" for one in done.papers)
    return _transfer("approved")(_case, done) and not written


def _may_reconsider(_case: CaseRow, done: Handling) -> bool:
    row = done.transfer
    return row is not None and row.state == "police_refused" and row.reconsider_asked_on is None


def _to_hand(_case: CaseRow, done: Handling) -> bool:
    return done.transfer is not None and done.transfer.state == "police_filed" and done.transfer.materials_on is None


FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    **acts_listing.FITS,
    **acts_publication.FITS,
    "report_crime": _may_report,
    "decide_transfer": _transfer("reported"),
    "issue_transfer_letter": _to_write,
    "hand_over": _transfer("approved"),
    "record_police": _transfer("handed_over", "reconsider"),
    "ask_reconsideration": _may_reconsider,
    "take_back": given_back,
    "hand_materials": _to_hand,
}
"""When an act makes sense with what was done so far."""
