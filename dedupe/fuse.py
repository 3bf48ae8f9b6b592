"""The fuse: when a run looks implausible as a whole, nothing is merged by itself and the reason is said."""

from __future__ import annotations

import numpy as np

from dedupe.agglomeration import Words
from dedupe.table import I32, Table

FEW = 100
EMPTY_NAMES = 0.3
LARGEST_SHARE = 0.25
LARGEST_USUAL = 100
MANY = 1_000
MOST_MERGED = 0.95
"""Of `MANY` complaints and more, the share that may go into older cases: a broken file makes nearly all alike."""


def before(table: Table) -> str | None:
    """Does one name that says nothing (有限公司) stand in the employer field of very many? Then the field is broken."""
    names = saying_nothing(table)
    return broken(int(np.bincount(names).max()) if len(names) else 0, len(table))


def after(table: Table, label: I32, words: Words) -> str | None:
    """Is there a case that no run should make, or are nearly all complaints merged?

    `label` is each complaint's case by some member's row.
    """
    sizes = np.bincount(label, minlength=1)
    return implausible(int(sizes.max()), int((sizes > 0).sum()), len(table)) or forbidden(table, label, words)


def saying_nothing(table: Table) -> I32:
    """The employers that say nothing, once for every complaint that names one and no site either."""
    rows = np.flatnonzero((table.firm >= 0) & (table.site < 0))
    firm = table.firm[rows]
    found: I32 = firm[(table.firms.core[firm] == 0) & (table.firms.trade[firm] == 0)]
    return found


def broken(most: int, complaints: int) -> str | None:
    """`most` is how many complaints name the same employer that says nothing."""
    if complaints >= FEW and most > EMPTY_NAMES * complaints:
        return f"{most} of {complaints} complaints name an employer that says nothing; the field looks broken."
    return None


def implausible(largest: int, cases: int, complaints: int) -> str | None:
    """Would one case hold a quarter of all, or are there hardly any cases?"""
    if largest > max(LARGEST_USUAL, LARGEST_SHARE * complaints):
        return f"One case would hold {largest} of {complaints} complaints."
    if complaints >= MANY and cases < (1 - MOST_MERGED) * complaints:
        return f"{complaints} complaints would make only {cases} cases."
    return None


def forbidden(table: Table, label: I32, words: Words) -> str | None:
    """Does a case hold two credit codes, or two complaints that a person keeps apart?"""
    if _two_codes(table, label, words):
        return "One case would join two credit codes."
    if (label[words.apart[0]] == label[words.apart[1]]).any():
        return "One case would span a decision that keeps two complaints apart."
    return None


def _two_codes(table: Table, label: I32, words: Words) -> bool:
    """Does a case that no person had a hand in hold two different codes?"""
    said = np.flatnonzero(table.code != 0)
    low = np.full(len(label), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(low, label[said], table.code[said])
    high = np.zeros(len(label), dtype=np.uint64)
    np.maximum.at(high, label[said], table.code[said])
    two = (high != 0) & (low != high)
    for rows in words.together:
        two[label[rows]] = False
    return bool(two.any())
