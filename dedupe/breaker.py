"""The fuse: when a run looks implausible as a whole, nothing is merged by itself and the reason is said."""

from __future__ import annotations

from collections import Counter

from dedupe.employers import Employer
from dedupe.fingerprint import Fingerprints
from dedupe.grouping import Groups

FEW = 100
EMPTY_NAMES = 0.3
LARGEST_SHARE = 0.25
LARGEST_USUAL = 100


def before(prints: Fingerprints) -> str | None:
    """Does one name that says nothing (有限公司) stand in the employer field of very many? Then the field is broken."""
    column = prints.columns["employer"]
    if len(prints) < FEW or not column.values:
        return None
    counts = prints.counts("employer")
    for firm, count in zip(column.values, counts.tolist(), strict=True):
        if _says_nothing(firm) and count > EMPTY_NAMES * len(prints):
            return f"{count} of {len(prints)} complaints name an employer that says nothing; the field looks broken."
    return None


def after(groups: Groups) -> str | None:
    """Is there a case no run should make: two credit codes, a human "no" inside, or a quarter of all complaints?"""
    sizes = Counter(groups.names())
    largest = max(sizes.values(), default=0)
    if largest > max(LARGEST_USUAL, LARGEST_SHARE * len(groups.leader)):
        return f"One case would hold {largest} of {len(groups.leader)} complaints."
    ordered = {row for pair in groups.words.together for row in pair}
    for profile in groups.profiles.values():
        if len(profile.codes) > 1 and ordered.isdisjoint(profile.members):
            return "One case would join two credit codes."
    if any(groups.find(one) == groups.find(other) for one, other in groups.words.apart):
        return "One case would span a decision that keeps two complaints apart."
    return None


def _says_nothing(firm: Employer) -> bool:
    return not firm.core and firm.site is None and bool(firm.form)
