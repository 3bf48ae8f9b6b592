"""The checks of a fine, imposed or waived, and of an order to pay: articles, sums, and that the party was heard."""

from __future__ import annotations

from casework.articles import in_full
from casework.facts import Facts, Finding
from casework.merits import legally_reviewed
from casework.money import yuan_words
from casework.party import Party


def waiver_explained(facts: Facts) -> Finding:
    """Each waived amount says of which article and scale it is, and does not exceed that scale."""
    if facts.amount_exempted is None or not facts.exempted_article:
        return False, "Name the waived amount and the article and scale it is of."
    if facts.amount_exempted > facts.fine_scale:
        return False, f"The waived amount is above the scale of {yuan_words(facts.fine_scale)}."
    wrong = facts.fine_misfit or _unfounded(facts)
    if wrong:
        return False, wrong
    return True, f"Waived {yuan_words(facts.amount_exempted)} by {facts.exempted_article}."


def fine_named(facts: Facts) -> Finding:
    """A penalty has its sum, by articles under which this act can be fined."""
    wrong = facts.fine_misfit or _unfounded(facts)
    if wrong:
        return False, wrong
    if not facts.amount_fined:
        return False, "Name the amount of the fine."
    return True, f"{yuan_words(facts.amount_fined)}."


def _unfounded(facts: Facts) -> str | None:
    """Why a fine could not be imposed: 724 §54-57 and 423 §30 punish what followed an order or an inspection."""
    for article, after in facts.fine_needs:
        if after == "failed_order" and not any(in_full(article) in law for law in facts.orders_missed):
            return f"{article} is fined after a served order by that article was not obeyed in time; there is none."
        if after == "refusal" and not facts.refused and not facts.orders_missed:
            return f"{article} is fined after a refusal, a concealment or a failed order; none is on record."
    return None


def not_fined_before(facts: Facts) -> Finding:
    """One act is fined once."""
    if facts.fined_before:
        return False, f"This case was fined already, on {facts.fined_before[0]}; one act is fined once."
    return True, "Not fined before."


def heard(facts: Facts) -> Finding:
    """An order to pay is made when the party has spoken, waived, or let its days go by."""
    if Party.STATED in facts.defences and Party.HEARING_ASKED not in facts.defences:
        return True, "The party's statement was examined again."
    return hearing_over(facts)


def hearing_held(facts: Facts) -> Finding:
    """Who asked for a hearing is heard before a fine is even proposed: what it says belongs into the proposal."""
    if Party.HEARING_ASKED in facts.defences and Party.HEARD not in facts.defences:
        return False, "The party asked for a hearing, which was not held yet."
    return True, "No hearing waits to be held."


def hearing_over(facts: Facts) -> Finding:
    """A statement alone ends no right to a hearing, which is asked for within five working days."""
    if facts.prior_notice_served_on is None:
        return False, "No prior notice was served."
    if Party.HEARD in facts.defences:
        return True, "The hearing was held."
    if Party.HEARING_ASKED in facts.defences:
        return False, "The party asked for a hearing, which was not held yet."
    if Party.WAIVED in facts.defences:
        return True, "The party waived its defence and a hearing."
    if facts.defence_until is None or facts.defence_provisional:
        return False, "The days of the party's defence cannot be counted yet; record that it spoke or waived."
    if facts.today <= facts.defence_until:
        return False, f"The party may defend itself until {facts.defence_until}; it has not waived that."
    return True, f"The party's days ended on {facts.defence_until}."


def not_above_announced(facts: Facts) -> Finding:
    """No heavier for having defended oneself; a heavier one needs a new notice."""
    if facts.prior_notice_served_on is None:
        return False, "No prior notice was served."
    if facts.fine_announced is None:
        return False, "The prior notice announced no fine."
    if (facts.amount_fined or 0) > facts.fine_announced:
        return False, f"The prior notice announced {yuan_words(facts.fine_announced)}; the fine is above that."
    return True, f"{yuan_words(facts.fine_announced)} were announced."


def reviewed_where_asked(facts: Facts) -> Finding:
    """After a hearing, and for a fine of some weight, there is no decision without a legal review."""
    heavy = 0 < facts.review_from <= (facts.amount_fined or 0)
    if not heavy and Party.HEARD not in facts.defences:
        return True, "No legal review is asked for."
    return legally_reviewed(facts)


def additional_founded(facts: Facts) -> Finding:
    """50% to 100% of what was to be paid goes to the worker on top, once an order to pay was not obeyed."""
    if facts.amount_additional is None:
        return True, "None is ordered."
    if not facts.pay_missed:
        return (
            False,
            "Additional compensation follows a served order to pay a sum, not paid in time; there is none.",
        )
    owed = facts.amount_verified or 0
    if not owed <= facts.amount_additional * 2 <= owed * 2:
        return False, f"Additional compensation lies between 50% and 100% of the {yuan_words(owed)} to be paid."
    return True, f"{yuan_words(facts.amount_additional)} on top."
