"""The checks of a sparing that speak of the offence and the party: the list, the history, education, review, flags."""

from __future__ import annotations

from casework.facts import Facts, Finding


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


def pledge_signed(facts: Facts) -> Finding:
    """《劳动维权》承诺书."""
    if facts.pledge_signed_on is None:
        return False, "The pledge letter is not signed."
    return True, f"Signed on {facts.pledge_signed_on}."


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
