"""What the records say about a case, and the checks of the exits over it. A check gives back met or not, and the fact.

A fact is one plain sentence; where something is missing it names what, in heads and yuan.
"""

from __future__ import annotations

from casework.facts import Facts, Finding
from casework.money import yuan_words


def employer_known(facts: Facts) -> Finding:
    """The party must be named in every decision."""
    return facts.employer_known, "Known." if facts.employer_known else "The employer is still unclear."


def filed(facts: Facts) -> Finding:
    """Filing is acceptance, on the same day."""
    return facts.filed, "Filed." if facts.filed else "The case has not been filed yet."


def not_filed(facts: Facts) -> Finding:
    """A filed case ends by a decision, a withdrawal or a transfer."""
    return not facts.filed, "The case is filed; withdraw the filing instead." if facts.filed else "Not filed."


def investigated(facts: Facts) -> Finding:
    """No decision without having looked."""
    seen = facts.visits + facts.inquiries
    return seen > 0, f"{facts.visits} visits, {facts.inquiries} inquiries." if seen else "No visit or inquiry yet."


def order_kept(facts: Facts) -> Finding:
    """Exit A is the order itself, while it may still be obeyed or because it was. One that was missed is punished."""
    if facts.order_due_on is None:
        return False, "No rectification order was issued."
    if facts.corrected_on is not None:
        return corrected_in_time(facts)
    if facts.order_due_on < facts.today:
        return False, f"The order ran out on {facts.order_due_on} and was not obeyed."
    return True, f"Ordered to correct by {facts.order_due_on}."


def corrected_in_time(facts: Facts) -> Finding:
    """Corrected by the day the order named; without an order, corrected at all."""
    if facts.corrected_on is None:
        return False, "No correction is recorded."
    if facts.order_due_on is not None and facts.corrected_on > facts.order_due_on:
        return False, f"Corrected on {facts.corrected_on}, after the deadline {facts.order_due_on}."
    return True, f"Corrected on {facts.corrected_on}."


def paid_in_full(facts: Facts) -> Finding:
    """Proven per worker, against the verified amount. A promise is no payment; where no wage is owed, none is asked."""
    if not facts.owes:
        return True, "No wages are claimed or verified."
    if facts.amount_verified is None or facts.worker_count is None:
        lacking = "amount" if facts.amount_verified is None else "number of workers"
        return False, f"The {lacking} has not been verified yet."
    heads = max(facts.worker_count - facts.workers_paid, 0)
    fen = max(facts.amount_verified - facts.amount_paid, 0)
    if heads and fen:
        return False, f"{_heads(heads)} and {yuan_words(fen)} are still missing."
    if heads:
        return False, f"{_heads(heads)} {'is' if heads == 1 else 'are'} still missing from the proofs of payment."
    if fen:
        return False, f"{yuan_words(fen)} are still missing."
    if facts.workers_short:
        return False, f"{_heads(facts.workers_short)} received less than was verified for them."
    return True, f"{_heads(facts.workers_paid)} received {yuan_words(facts.amount_paid)}."


def nothing_open(facts: Facts) -> Finding:
    """Before a file is closed: every order was obeyed, and the money that was verified is proven paid (423 §26).

    Who was told apart has all of it. How many a complaint once spoke of is no reason to keep a file open for ever.
    Where a review or a court changed the sum, it is the sum as changed that is paid: how it falls on each worker, its
    paper says.
    """
    if facts.order_due_on is not None and facts.corrected_on is None:
        return False, "An order to correct was not obeyed yet, or that it was is not recorded."
    changed = facts.ordered_as_changed
    missing = max((facts.amount_verified or 0 if changed is None else changed) - facts.amount_paid, 0)
    if missing:
        return False, f"{yuan_words(missing)} are still missing."
    if facts.workers_short and changed is None:
        return False, f"{_heads(facts.workers_short)} received less than was verified for them."
    return True, "Every order was obeyed, and what was verified is paid."


def _heads(heads: int) -> str:
    return "1 worker" if heads == 1 else f"{heads} workers"


def amount_verified(facts: Facts) -> Finding:
    """Claimed, verified and paid are three numbers."""
    if facts.amount_verified is None:
        return False, "The amount has not been verified yet."
    return True, f"{yuan_words(facts.amount_verified)} verified."


def nothing_verified(facts: Facts) -> Finding:
    """What the officers have verified is proven; it cannot at once be not established."""
    if facts.amount_verified:
        return False, f"{yuan_words(facts.amount_verified)} are verified as owed."
    return True, "No wages are verified."


def prior_notice_served(facts: Facts) -> Finding:
    """The party may state and defend before it is decided on."""
    if facts.prior_notice_served_on is None:
        return False, "No prior notice was served."
    return True, f"Served on {facts.prior_notice_served_on}."


def no_group_incident(facts: Facts) -> Finding | None:
    """An incident is what people do, not how many are owed.

    One on record bars, as a red flag; that so many workers have not come together, a person answers for.
    """
    if facts.group_incident or (facts.worker_count or 0) >= facts.group_tier:
        return None
    return True, "No group incident."
