"""The acts of the joint-sanction list: told, heard, decided, and off it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casework.lifecycle import CARED_FOR
from console import labels
from console.acts_sparing import yes
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.labels_ledger import YES_NO
from console.labels_sparing import LISTING_DECISIONS, LISTING_GROUNDS
from console.words import N_
from services.malice import listing
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

_TODAY = "today"
_REASON = Asked("reason", N_("Reason"), "long")


def _tell(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """Names of persons come one a line. No way of service says that the notice is served later."""
    given: dict[str, Any] = {**values, "persons": (values["persons"] or "").splitlines()}
    given["rural_basis"] = values["rural_basis"] or ""
    return listing.tell_party(visit.store, **common(visit, case, version), **given)


ACTS: tuple[Act, ...] = (
    Act(
        "tell_party",
        "listing",
        N_("Tell the party that it is to be listed"),
        N_("Joint-sanction list"),
        CARED_FOR,
        _tell,
        holder=True,
        says=N_(
            "An order ran out unpaid, and one of the grounds. By a numbered notice; from its service the party has "
            "five working days to object."
        ),
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
            Asked("told_on", N_("Party told on"), "day", now=_TODAY),
            Asked(
                "served_how",
                N_("How the notice was served"),
                "choice",
                required=False,
                hint=N_("empty: it is numbered now, and its service is recorded later"),
                offers=labels.SERVED_AT_ONCE,
                now="direct",
            ),
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
)


def _listing(*states: str) -> Callable[[CaseRow, Handling], bool]:
    return lambda _case, done: done.listing is not None and done.listing.state in states


def ordered_to_pay(done: Handling) -> bool:
    """An order to correct is open, or a handling decision was served."""
    decided = any(one.kind == "handling_decision" and one.served_on is not None for one in done.papers)
    return decided or any(one.corrected_on is None for one in done.orders)


def _may_list(_case: CaseRow, done: Handling) -> bool:
    free = done.listing is None or done.listing.state in ("dropped", "spared", "removed")
    return free and ordered_to_pay(done)


def _asked_off(_case: CaseRow, done: Handling) -> bool:
    row = done.listing
    waits = row is not None and row.removal_asked_on is not None and row.removal_decided_on is None
    return waits and _listing("listed")(_case, done)


def _may_ask_off(_case: CaseRow, done: Handling) -> bool:
    return _listing("listed")(_case, done) and not _asked_off(_case, done)


def _to_take_down(_case: CaseRow, done: Handling) -> bool:
    return _listing("removed")(_case, done) and done.listing is not None and done.listing.taken_down_on is None


FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    "tell_party": _may_list,
    "record_objection": _listing("told"),
    "verify_objection": _listing("objected"),
    "extend_listing": _listing("told", "objected", "verified"),
    "decide_listing": _listing("told", "verified"),
    "ask_removal": _may_ask_off,
    "decide_removal": _asked_off,
    "take_down": _to_take_down,
}
"""When an act makes sense with what was done so far."""
