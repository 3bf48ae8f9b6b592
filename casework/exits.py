"""What the records say about a case, and the checks of the exits over it. A check gives back met or not, and the fact.

A fact is one plain sentence; where something is missing it names what, in heads and yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from casework.money import yuan_words

Finding: TypeAlias = tuple[bool, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The records of one case on one day. Sums in fen; None is "not said" or "not yet".

    `workers_paid` are persons named in proven payments; `earlier_case_nos` are cases of the same employer, under any
    of its names, that ended with an offence within the window, `older_case_nos` those before it. A window of 0 months
    has no beginning. `relapsed_case_nos` are spared cases after which the employer offended again. `workers_short` are
    workers of the ledger to whom less was proven paid than was verified for them. `fine_needs` are the articles of the
    fines that are imposed or waived, each with what must have gone before (`casework.discretion.AFTER`); `fine_misfit`
    says what is wrong with their sum. `fined_before` are the days on which this case ended with a fine already.
    `orders_missed` are the articles, in full, of served orders that were not obeyed in time; `pay_missed`: one of them
    named a sum to pay. `review_from` is the fine from which a legal review is asked for; 0: none. `defences` are what
    the party did about the prior notice (`casework.party`), `fine_announced` the fine it names.
    """

    today: date
    employer_known: bool
    filed: bool
    worker_count: int | None
    amount_claimed: int | None
    amount_verified: int | None
    amount_paid: int
    workers_paid: int
    visits: int
    inquiries: int
    order_due_on: date | None
    corrected_on: date | None
    pledge_signed_on: date | None
    prior_notice_served_on: date | None
    earlier_case_nos: tuple[str, ...]
    group_incident: bool
    most_owed_to_one: int | None
    arrears_months: int | None
    amount_exempted: int | None
    exempted_article: str | None
    amount_fined: int | None
    group_tier: int
    max_workers: int
    criminal_one: int
    criminal_group: int
    criminal_group_workers: int
    criminal_months: int
    window_months: int
    fine_scale: int
    workers_short: int = 0
    older_case_nos: tuple[str, ...] = ()
    relapsed_case_nos: tuple[str, ...] = ()
    offence_items: tuple[str, ...] = ()
    offence_item: str | None = None
    list_version: str = ""
    red_flags: tuple[str, ...] = ()
    listed: bool = False
    educated_on: date | None = None
    reviewed_on: date | None = None
    review_passed: bool | None = None
    crime_reported_on: date | None = None
    fine_needs: tuple[tuple[str, str], ...] = ()
    fine_misfit: str | None = None
    orders_missed: tuple[str, ...] = ()
    pay_missed: bool = False
    refused: bool = False
    fined_before: tuple[date, ...] = ()
    fine_announced: int | None = None
    review_from: int = 0
    amount_additional: int | None = None
    defence_until: date | None = None
    defence_provisional: bool = False
    defences: frozenset[str] = frozenset()


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


def order_open(facts: Facts) -> Finding:
    """Exit A is the order itself."""
    if facts.order_due_on is None:
        return False, "No rectification order was issued."
    return True, f"Ordered to correct by {facts.order_due_on}."


def first_offence(facts: Facts) -> Finding:
    """Asked of every case of the employer, under all its names."""
    if not facts.employer_known:
        return False, "The employer is still unclear, so earlier offences cannot be looked up."
    earlier, older, months = ", ".join(facts.earlier_case_nos), ", ".join(facts.older_case_nos), facts.window_months
    if not months:
        return not earlier, f"Not the first: {earlier}." if earlier else "No earlier offence on record."
    if earlier:
        return False, f"Not the first: {earlier} in the last {months} months."
    if older:
        return True, f"No earlier offence in the last {months} months; before that {older}."
    return True, f"No earlier offence in the last {months} months."


def heads_slight(facts: Facts) -> Finding:
    """Harm to many is not slight."""
    if facts.worker_count is None:
        return False, "The number of workers is not known."
    words = f"{facts.worker_count} workers; the limit is {facts.max_workers}."
    return facts.worker_count <= facts.max_workers, words


def corrected_in_time(facts: Facts) -> Finding:
    """Corrected by the day the order named; without an order, corrected at all."""
    if facts.corrected_on is None:
        return False, "No correction is recorded."
    if facts.order_due_on is not None and facts.corrected_on > facts.order_due_on:
        return False, f"Corrected on {facts.corrected_on}, after the deadline {facts.order_due_on}."
    return True, f"Corrected on {facts.corrected_on}."


def paid_in_full(facts: Facts) -> Finding:
    """Proven per worker, against the verified amount. A promise is no payment."""
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


def _heads(heads: int) -> str:
    return "1 worker" if heads == 1 else f"{heads} workers"


def pledge_signed(facts: Facts) -> Finding:
    """《劳动维权》承诺书."""
    if facts.pledge_signed_on is None:
        return False, "The pledge letter is not signed."
    return True, f"Signed on {facts.pledge_signed_on}."


def amount_verified(facts: Facts) -> Finding:
    """Claimed, verified and paid are three numbers."""
    if facts.amount_verified is None:
        return False, "The amount has not been verified yet."
    return True, f"{yuan_words(facts.amount_verified)} verified."


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
    owed = facts.amount_verified if facts.amount_verified is not None else (facts.amount_claimed or 0)
    return max(owed - facts.amount_paid, 0)


def criminal_figure(facts: Facts) -> Finding:
    """Three months of one worker and the one-worker figure, or ten workers and the group figure."""
    unpaid, heads = _unpaid(facts), facts.worker_count or 0
    if heads >= facts.criminal_group_workers and unpaid >= facts.criminal_group:
        return True, f"{heads} workers and {yuan_words(unpaid)} unpaid reach the figure for a group."
    one = facts.most_owed_to_one if facts.most_owed_to_one is not None else (unpaid if heads == 1 else 0)
    long_enough = facts.arrears_months is not None and facts.arrears_months >= facts.criminal_months
    if long_enough and min(one, unpaid) >= facts.criminal_one:
        return True, f"{yuan_words(min(one, unpaid))} owed to one worker reach the figure for one."
    return False, f"{heads} workers and {yuan_words(unpaid)} unpaid are below the criminal figure."


def not_criminal(facts: Facts) -> Finding:
    """The crime needs the figure and an order that ran out unpaid; paid wages bar nothing."""
    reached, fact = criminal_figure(facts)
    if reached:
        return False, f"{fact} Transfer to the police comes first."
    return True, "The criminal figure is not reached."


def no_group_incident(facts: Facts) -> Finding:
    """Never spared, however small the sum."""
    if facts.group_incident or (facts.worker_count or 0) >= facts.group_tier:
        return False, "It is a group incident."
    return True, "No group incident."


def offence_listed(facts: Facts) -> Finding | None:
    """The item is on the office's list; without a list only a person can answer for it."""
    if not facts.offence_items:
        return None
    if facts.offence_item not in facts.offence_items:
        return False, "Name the item of the office's no-penalty list."
    return True, f"On the office's no-penalty list {facts.list_version}."


def no_red_flag(facts: Facts) -> Finding | None:
    """A recorded one bars; that there is none, a person answers for."""
    if facts.red_flags:
        return False, f"On record: {', '.join(facts.red_flags)}."
    return None


def not_listed(facts: Facts) -> Finding | None:
    """Our own list is asked; the national one a person looks up."""
    return (False, "The employer is on the joint-sanction list.") if facts.listed else None


def no_relapse(facts: Facts) -> Finding:
    """Who was spared and offended again has lost the benefit."""
    if facts.relapsed_case_nos:
        return False, f"Spared before and offended again: {', '.join(facts.relapsed_case_nos)}."
    return True, "No relapse after an earlier sparing."


def educated(facts: Facts) -> Finding:
    """Whoever is not punished must be educated."""
    if facts.educated_on is None:
        return False, "No education record."
    return True, f"Educated on {facts.educated_on}."


def legally_reviewed(facts: Facts) -> Finding:
    """By somebody else than who proposes and who approves."""
    if facts.reviewed_on is None:
        return False, "The legal review of this outcome is still to be made."
    if not facts.review_passed:
        return False, f"The legal review of {facts.reviewed_on} did not pass."
    return True, f"Passed on {facts.reviewed_on}."


def two_reported(facts: Facts) -> Finding | None:
    """By the record of the transfer; without one, a person answers for it."""
    if facts.crime_reported_on is None:
        return None
    return True, f"Two officers reported on {facts.crime_reported_on}."
