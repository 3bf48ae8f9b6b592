"""The acts against malicious non-payment: the joint-sanction list, and the transfer to the police."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from casework.sanctions import PACKET
from console.acts_lives import given_back
from console.acts_sparing import CARED_FOR, yes
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.labels_sparing import LISTING_DECISIONS, LISTING_GROUNDS, POLICE_ANSWERS, TRANSFER_DECISIONS, YES_NO
from console.labels_sparing import PACKET as PACKET_WORDS
from console.words import N_
from services import handling, listing, transferring
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

_TODAY = "today"
_REASON = Asked("reason", N_("Reason"), "long")


def _tell(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """Names of persons come one a line."""
    given: dict[str, Any] = {**values, "persons": (values["persons"] or "").splitlines()}
    return listing.tell_party(visit.store, **common(visit, case, version), **given)


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
    Act(
        "tell_party",
        "listing",
        N_("Tell the party that it is to be listed"),
        N_("Joint-sanction list"),
        CARED_FOR,
        _tell,
        holder=True,
        says=N_("An order ran out unpaid, and one of the grounds. The party has five working days to object."),
        asks=(
            Asked("order_id", N_("Order to pay"), "pick"),
            Asked("grounds", N_("Ground"), "choice", offers=LISTING_GROUNDS),
            Asked(
                "persons",
                N_("Legal representative and responsible persons"),
                "long",
                required=False,
                hint=N_("one a line; they are listed too"),
            ),
            Asked("told_on", N_("Told on"), "day", now=_TODAY),
            Asked(
                "rural_basis",
                N_("On what it rests that the workers are rural migrants"),
                "long",
                required=False,
                hint=N_("needed where the case is not of these by its nature"),
            ),
        ),
    ),
    Act(
        "record_objection",
        "listing-objection",
        N_("Record the objection to the listing"),
        N_("Objection"),
        CARED_FOR,
        plain(listing.record_objection),
        holder=True,
        asks=(
            Asked("objection", N_("What is objected"), "long"),
            Asked("objected_on", N_("On"), "day", now=_TODAY),
        ),
    ),
    Act(
        "verify_objection",
        "listing-verify",
        N_("Verify the objection"),
        N_("Verify the objection"),
        CARED_FOR,
        plain(listing.verify_objection),
        holder=True,
        asks=(Asked("verified", N_("What was found"), "long"), Asked("verified_on", N_("On"), "day", now=_TODAY)),
    ),
    Act(
        "extend_listing",
        "listing-extend",
        N_("Extend the decision on the listing"),
        N_("Extend the listing"),
        CARED_FOR,
        plain(listing.extend_listing),
        (_REASON,),
        says=N_("20 working days more, once."),
    ),
    Act(
        "decide_listing",
        "listing-decide",
        N_("Decide on the listing"),
        N_("Decide on the listing"),
        CARED_FOR,
        plain(listing.decide_listing),
        (
            Asked("decision", N_("Decision"), "choice", offers=LISTING_DECISIONS),
            _REASON,
            Asked("credit_pledge_on", N_("Credit pledge signed on"), "day", required=False),
        ),
    ),
    Act(
        "ask_removal",
        "listing-removal",
        N_("Record the request for removal from the list"),
        N_("Removal asked for"),
        CARED_FOR,
        plain(listing.ask_removal),
        holder=True,
        asks=(
            Asked("corrected_on", N_("Corrected on"), "day"),
            Asked("credit_pledge_on", N_("Credit pledge signed on"), "day"),
            Asked("asked_on", N_("Asked on"), "day", now=_TODAY),
        ),
    ),
    Act(
        "decide_removal",
        "listing-removal-decide",
        N_("Answer the request for removal"),
        N_("Answer the request for removal"),
        CARED_FOR,
        yes(listing.decide_removal, "grant"),
        (Asked("grant", N_("Remove from the list?"), "choice", offers=YES_NO), _REASON),
    ),
    Act(
        "take_down",
        "listing-take-down",
        N_("Record that the entry is taken down"),
        N_("Taken down"),
        CARED_FOR,
        plain(listing.take_down),
        holder=True,
        asks=(Asked("taken_down_on", N_("On"), "day", now=_TODAY),),
    ),
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


def _listing(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: done.listing is not None and done.listing.state in states


def _transfer(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: done.transfer is not None and done.transfer.state in states


def _ordered(done: Handling) -> bool:
    """An order to correct is open, or a handling decision was served."""
    decided = any(one.kind == "handling_decision" and one.served_on is not None for one in done.papers)
    return decided or any(one.corrected_on is None for one in done.orders)


def _may_list(_case: CaseRow, done: Handling) -> bool:
    free = done.listing is None or done.listing.state in ("dropped", "spared", "removed")
    return free and _ordered(done)


def _may_report(_case: CaseRow, done: Handling) -> bool:
    free = done.transfer is None or done.transfer.state in ("refused", "police_refused")
    return free and _ordered(done)


def _to_write(_case: CaseRow, done: Handling) -> bool:
    written = any(one.kind == "transfer_letter" for one in done.papers)
    return _transfer("approved")(_case, done) and not written


def _asked_off(_case: CaseRow, done: Handling) -> bool:
    row = done.listing
    waits = row is not None and row.removal_asked_on is not None and row.removal_decided_on is None
    return waits and _listing("listed")(_case, done)


def _may_ask_off(_case: CaseRow, done: Handling) -> bool:
    return _listing("listed")(_case, done) and not _asked_off(_case, done)


def _to_take_down(_case: CaseRow, done: Handling) -> bool:
    return _listing("removed")(_case, done) and done.listing is not None and done.listing.taken_down_on is None


def _may_reconsider(_case: CaseRow, done: Handling) -> bool:
    row = done.transfer
    return row is not None and row.state == "police_refused" and row.reconsider_asked_on is None


def _to_hand(_case: CaseRow, done: Handling) -> bool:
    return done.transfer is not None and done.transfer.state == "police_filed" and done.transfer.materials_on is None


FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    "tell_party": _may_list,
    "record_objection": _listing("told"),
    "verify_objection": _listing("objected"),
    "extend_listing": _listing("told", "objected", "verified"),
    "decide_listing": _listing("told", "verified"),
    "ask_removal": _may_ask_off,
    "decide_removal": _asked_off,
    "take_down": _to_take_down,
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
