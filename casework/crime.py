"""The crime (CRIM §276-1) among the checks of the exits: its figure, the order that ran out, and who has the case."""

from __future__ import annotations

from datetime import date

from casework.facts import Facts, Finding
from casework.ledger import Short
from casework.money import yuan_words

WITH_THE_POLICE = frozenset({"handed_over", "reconsider", "police_filed"})
"""States of a transfer in which the police have the case."""
UNDER_WAY = frozenset({"reported", "approved"}) | WITH_THE_POLICE
"""States of a transfer that nobody has refused."""

_FILED_BY_POLICE = "The police have filed the case; what is paid after that only mitigates."


def order_unpaid(facts: Facts) -> Finding:
    """Ordered to pay by a day, by a paper that was served before it, and still unpaid after it (SPC13 §4, §6)."""
    if facts.police_filed:
        return True, _FILED_BY_POLICE
    if facts.ordered_until is None:
        return False, "No order to pay was served that names an amount and a day after its service."
    if facts.ordered_until >= facts.today:
        return False, f"The order still runs until {facts.ordered_until}."
    if still_unpaid(facts) == 0:
        return False, "The verified amount has been paid."
    return True, f"The order ran out on {facts.ordered_until} unpaid."


def still_unpaid(facts: Facts) -> int:
    """What of the wages is not proven paid, in fen: by the ledger, else of the sum verified, else claimed."""
    if facts.unpaid_by_ledger is not None:
        return facts.unpaid_by_ledger
    owed = facts.amount_verified if facts.amount_verified is not None else (facts.amount_claimed or 0)
    return max(owed - facts.amount_paid, 0)


def criminal_figure(facts: Facts) -> Finding:
    """Three months of one worker and the figure for one, or ten workers and the figure for a group: of who is short."""
    unpaid, heads = still_unpaid(facts), facts.worker_count or 0
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


def crime_reached(facts: Facts) -> Finding:
    """The figure; or that the police have filed the case, after which a payment only mitigates (SPC13 §6)."""
    return (True, _FILED_BY_POLICE) if facts.police_filed else criminal_figure(facts)


def not_criminal(facts: Facts) -> Finding:
    """The crime needs the figure and an order that ran out unpaid; paid wages bar nothing.

    What is only claimed may reach it or not: nobody is spared, or sent to the police, before it is verified.
    """
    reached, fact = criminal_figure(facts)
    if reached and facts.amount_verified is None and facts.unpaid_by_ledger is None:
        return False, f"{fact} This is only what was claimed: verify the amount first."
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


def two_reported(facts: Facts) -> Finding:
    """By the record of the transfer alone: reported by two, decided by a head, and the police have the packet."""
    have_it = facts.with_police_since is not None and facts.handed_over_on is not None
    if not have_it or facts.police_filed is False:
        return False, "No transfer of this case was handed over to the police, or they gave it back."
    return True, f"Two officers reported on {facts.with_police_since}; it was handed over."
