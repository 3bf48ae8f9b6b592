"""The blanks of every kind of paper: what each is called, whether it must be filled, and where it comes from.

A blank is filled from the case (records of the case and the office), by the act that issued the paper, or typed by an
officer on the paper's own page. A required one that is still empty is printed as a line to write on, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from casework.blanks_known import COMMON as COMMON
from casework.blanks_known import KNOWN
from casework.blanks_known import Blank as Blank
from casework.blanks_known import Origin as Origin
from casework.errors import BadInput

_SUM = re.compile(r"\d{1,12}(\.\d{1,2})?")


def _blanks(*keys: str) -> tuple[Blank, ...]:
    """The blanks of one kind, in the order of the paper; `key!` must be filled, `key?` need not, whatever is usual.

    Any paper may have a further text.
    """
    found = [_blank(key) for key in keys]
    further = () if "text!" in keys else (KNOWN["text"],)
    return (*COMMON, *found, *further)


def _as_approved(*keys: str) -> tuple[Blank, ...]:
    """The blanks of a kind that nobody adds to after a head approved it."""
    return (*COMMON, *map(_blank, keys))


def _blank(key: str) -> Blank:
    known = KNOWN[key.rstrip("!?")]
    return replace(known, required=not key.endswith("?") and (key.endswith("!") or known.required))


BLANKS: Mapping[str, tuple[Blank, ...]] = MappingProxyType(
    {
        "acceptance_notice": _blanks("complaint_nos", "employer", "nature", "officers", "contact"),
        "declining_notice": _blanks("complaint_nos", "employer?", "nature", "ground", "law", "reason", "remedy"),
        "supplement_notice": _blanks("complaint_nos", "employer?", "nature", "wanted", "wanted_until", "contact"),
        "other_way_notice": _blanks("complaint_nos", "employer?", "nature", "way", "reason", "contact"),
        "filing_form": _blanks(
            "sources", "employer", "uscc", "address", "contact_person", "phone", "id_type", "id_no", "nature",
            "period", "workers", "amount_claimed", "facts!", "article!", "opinion!", "officers",
        ),
        "inquiry_notice": _blanks("employer", "appear_on!", "place!", "items", "contact!", "officers"),
        "interview_record": _blanks(
            "started_at!", "ended_at!", "place!", "side!", "person!", "post", "officers", "text!", "unsigned_why"
        ),
        "inspection_record": _blanks(
            "employer", "started_at!", "ended_at!", "place!", "person!", "post", "officers", "text!", "unsigned_why"
        ),
        "rectification_order": _blanks(
            "employer", "uscc", "facts!", "article", "law", "demand", "due_on", "order_workers", "order_amount",
            "contact",
        ),
        "inspection_advice": _blanks("employer", "facts!", "advice!", "contact"),
        "disposal_form": _blanks(
            "employer", "uscc", "nature", "facts!", "statement!", "article!", "amount_verified", "amount_paid",
            "opinion!", "officers",
        ),
        "prior_notice": _blanks(
            "employer", "uscc", "facts!", "evidence!", "article!", "intended!", "intended_fine", "contact!"
        ),
        "handling_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "basis!", "amount_verified",
            "amount_additional", "decision!", "pay_until!", "remedy",
        ),
        "penalty_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "article!", "outcome!", "basis!",
            "amount_fined", "decision!", "remedy",
        ),
        "exemption_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "outcome!", "basis!", "offence_item",
            "why_spared!", "amount_exempted", "exempted_article", "education!", "remedy",
        ),
        "unproven_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "outcome!", "basis!", "remedy",
        ),
        "filing_withdrawal": _blanks("employer", "uscc", "facts!", "basis!", "why_spared!", "remedy"),
        "transfer_letter": _blanks(
            "receiver!", "employer", "uscc", "facts!", "evidence!", "workers", "amount_verified", "amount_paid",
            "officers",
        ),
        "transfer_form": _blanks(
            "employer", "uscc", "workers", "amount_verified", "amount_paid", "reported_on", "report", "officers",
            "transfer_decision", "transfer_decided_on",
        ),
        "reconsideration_letter": _blanks(
            "police", "employer", "uscc", "police_answered_on", "police_answer", "facts!", "evidence", "officers"
        ),
        "listing_notice": _blanks(
            "employer", "uscc", "listing_order", "listing_ground", "amount_verified", "amount_paid", "listed_persons",
            "contact",
        ),
        "listing_decision": _blanks(
            "employer", "uscc", "address", "legal_rep", "listing_order", "listing_ground", "amount_verified",
            "amount_paid", "listing_told_on", "listing_verified", "reason", "listed_persons", "listed_until", "remedy",
        ),
        "not_listed_decision": _blanks(
            "employer", "uscc", "listing_order", "listing_told_on", "listing_verified", "credit_pledge_on", "reason"
        ),
        "removal_decision": _blanks(
            "employer", "uscc", "listed_on", "corrected_on", "removal_asked_on", "credit_pledge_on", "reason",
            "listed_persons",
        ),
        "removal_refusal": _blanks(
            "employer", "uscc", "listed_on", "removal_asked_on", "reason", "listed_until", "remedy"
        ),
        "publication_notice": _as_approved(
            "employer", "uscc", "published_code", "published_address", "published_rep", "published_breach",
            "published_facts", "published_handling",
        ),
        "publication_answer": _blanks("employer", "uscc", "publication_no", "objected_on", "reason"),
        "publication_correction": _as_approved(
            "employer", "uscc", "publication_no", "publication_step", "reason", "published_facts?",
            "published_handling?",
        ),
        "performance_demand": _blanks(
            "employer", "uscc", "decision_no", "unpaid", "fine_due", "late_from", "text!", "contact"
        ),
        "closing_report": _blanks(
            "employer", "outcome", "decision_no", "decision_served_on", "process!", "performance!",
            "amount_verified", "amount_paid", "opinion!", "officers",
        ),
        "pledge": _blanks("employer", "uscc", "legal_rep!", "obligations", "pledged_amount", "pledged_until"),
        "service_proof": _blanks(
            "served_to", "served_title", "served_no", "place!", "served_how", "served_on", "witness"
        ),
    }
)  # fmt: skip
"""The blanks of each kind, in the order of the paper."""

ALL: Mapping[str, Blank] = MappingProxyType({blank.key: blank for blank in (*COMMON, *KNOWN.values())})


def typed(kind: str) -> tuple[Blank, ...]:
    """The blanks of a kind that an officer fills."""
    return tuple(blank for blank in BLANKS[kind] if blank.origin is Origin.TYPED)


def check_sum(blank: Blank, value: object) -> None:
    """Raises `BadInput` where a blank of money holds anything but a sum in yuan: others count with it."""
    if blank.form == "yuan" and value and not _SUM.fullmatch(str(value)):
        raise BadInput("The blank takes a sum in yuan.")


def lacking(kind: str, values: Mapping[str, object]) -> tuple[Blank, ...]:
    """The required blanks that are still empty."""
    return tuple(blank for blank in BLANKS[kind] if blank.required and not values.get(blank.key))


def words_in(value: object) -> Iterable[str]:
    """Every text within what a paper's blanks hold, lists and tables among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from words_in(one)
