"""The fuse: when a run looks implausible as a whole, nothing is merged by itself and the reason is said."""

from __future__ import annotations

import numpy as np

from dedupe.agglomeration import Groups, Words
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
    if len(table) < FEW:
        return None
    rows = np.flatnonzero((table.firm >= 0) & (table.site < 0))
    firm = table.firm[rows]
    firm = firm[(table.firms.core[firm] == 0) & (table.firms.trade[firm] == 0)]
    most = int(np.bincount(firm).max()) if len(firm) else 0
    if most > EMPTY_NAMES * len(table):
        return f"{most} of {len(table)} complaints name an employer that says nothing; the field looks broken."
    return None


def after(table: Table, cased: Groups, words: Words, *, complaints: int | None = None) -> str | None:
    """Is there a case no run should make: a quarter of all complaints, two credit codes, a human "no" inside? Or are
    nearly all complaints merged?

    `complaints` is how many there are in all, when the table holds only those that a change touches.
    """
    label = cased.label
    total = len(table) if complaints is None else complaints
    sizes = np.bincount(label, minlength=len(table))
    largest = int(sizes.max()) if len(label) else 0
    if largest > max(LARGEST_USUAL, LARGEST_SHARE * total):
        return f"One case would hold {largest} of {total} complaints."
    if complaints is None and total >= MANY and int((sizes > 0).sum()) < (1 - MOST_MERGED) * total:
        return f"{total} complaints would make only {int((sizes > 0).sum())} cases."
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
