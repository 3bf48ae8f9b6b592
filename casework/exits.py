"""The checks of the exits over what the records say about a case. A check gives back met or not, and the fact.

A fact is one plain sentence; where something is missing it names what, in heads and yuan.
"""

from __future__ import annotations

from datetime import date

from casework.facts import Facts, Finding
from casework.ledger import Short
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
    """
    if facts.order_due_on is not None and facts.corrected_on is None:
        return False, "An order to correct was not obeyed yet, or that it was is not recorded."
    missing = max((facts.amount_verified or 0) - facts.amount_paid, 0)
    if missing:
        return False, f"{yuan_words(missing)} are still missing."
    if facts.workers_short:
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


def order_unpaid(facts: Facts) -> Finding:
    """Ordered to pay by a day, and still unpaid after it."""
    if facts.order_due_on is None:
        return False, "No order to pay was issued."
    if facts.order_due_on >= facts.today:
        return False, f"The order still runs until {facts.order_due_on}."
    if _unpaid(facts) == 0:
        return False, "The verified amount has been paid."
    return True, f"The order ran out on {facts.order_due_on} unpaid."


def _unpaid(facts: Facts) -> int:
    if facts.unpaid_by_ledger is not None:
        return facts.unpaid_by_ledger
    owed = facts.amount_verified if facts.amount_verified is not None else (facts.amount_claimed or 0)
    return max(owed - facts.amount_paid, 0)


def criminal_figure(facts: Facts) -> Finding:
    """Three months of one worker and the figure for one, or ten workers and the figure for a group: of who is short."""
    unpaid, heads = _unpaid(facts), facts.worker_count or 0
    if facts.heads_short is not None:
        heads = facts.heads_short
    if heads >= facts.criminal_group_workers and unpaid >= facts.criminal_group:
        return True, f"{heads} workers and {yuan_words(unpaid)} unpaid reach the figure for a group."
    one = _most_for_months(facts, unpaid, heads)
    if one >= facts.criminal_one:
        return True, f"{yuan_words(one)} owed to one worker reach the figure for one."
    return False, f"{heads} workers and {yuan_words(unpaid)} unpaid are below the criminal figure."


def _most_for_months(facts: Facts, unpaid: int, heads: int) -> int:
    """The most that one worker is owed for as many months as the crime asks; the only one is owed all there is."""
    people = facts.short or ((Short(unpaid, None),) if heads == 1 else ())
    for_months = [one for one in people if ((one.months or facts.arrears_months) or 0) >= facts.criminal_months]
    if heads == 1 and for_months:
        return unpaid
    return max((min(one.fen or 0, unpaid) for one in for_months), default=0)


def not_criminal(facts: Facts) -> Finding:
    """The crime needs the figure and an order that ran out unpaid; paid wages bar nothing."""
    reached, fact = criminal_figure(facts)
    if reached:
        return False, f"{fact} Transfer to the police comes first."
    return True, "The criminal figure is not reached."


def no_transfer_due(facts: Facts) -> Finding:
    """A fine replaces no transfer: what is handed over it may stand beside, for another act; what came back is open."""
    if facts.police_gave_back:
        return True, "The police did not take the case."
    if facts.handed_over_on is not None:
        return True, f"Handed over to the police on {facts.handed_over_on}."
    if facts.with_police_since is not None:
        return False, _reported(facts.with_police_since)
    return not_criminal(facts)


def not_with_police(facts: Facts) -> Finding:
    """Who pays after the report does not take the case from the police: that is theirs to weigh."""
    if facts.with_police_since is None:
        return True, "The police do not have the case."
    return False, _reported(facts.with_police_since)


def _reported(since: date) -> str:
    return f"The case goes to the police; two officers reported it on {since}."


def no_group_incident(facts: Facts) -> Finding | None:
    """An incident is what people do, not how many are owed.

    One on record bars, as a red flag; that so many workers have not come together, a person answers for.
    """
    if facts.group_incident or (facts.worker_count or 0) >= facts.group_tier:
        return None
    return True, "No group incident."


def two_reported(facts: Facts) -> Finding | None:
    """By the record of the transfer; without one, a person answers for it."""
    if facts.crime_reported_on is None:
        return None
    return True, f"Two officers reported on {facts.crime_reported_on}."
