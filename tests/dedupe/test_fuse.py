"""The fuse blows where a run would merge what no run should, and says why."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe import fuse
from dedupe.agglomeration import Words
from dedupe.table import I32
from dedupe.tabulate import tabulate
from tests.dedupe.making import said

CODES = ("91370215MA3C0001X6", "91370215MA3D0007XY")
NONE = (np.zeros(0, np.int32),) * 2


def _pair(one: int, other: int) -> tuple[I32, I32]:
    return np.asarray([one], np.int32), np.asarray([other], np.int32)


@pytest.mark.parametrize(
    ("largest", "cases", "complaints", "said_of"),
    [
        (fuse.LARGEST_USUAL, 50, 150, None),
        (fuse.LARGEST_USUAL + 1, 50, 150, "One case would hold 101 of 150"),
        (250, 800, 1_000, None),
        (251, 800, 1_000, "One case would hold 251 of 1000"),
        (90, 51, 1_000, None),
        (90, 49, 1_000, "1000 complaints would make only 49 cases"),
        (90, 49, 999, None),
    ],
)
def test_a_case_too_large_and_cases_too_few_blow_it(
    largest: int, cases: int, complaints: int, said_of: str | None
) -> None:
    found = fuse.implausible(largest, cases, complaints)
    assert (found is None) if said_of is None else (found or "").startswith(said_of)


def test_a_field_that_says_nothing_of_very_many_blows_it() -> None:
    assert fuse.broken(30, 100) is None
    assert (fuse.broken(31, 100) or "").startswith("31 of 100 complaints")
    assert fuse.broken(99, 99) is None


def test_no_case_joins_two_codes_or_what_a_person_keeps_apart() -> None:
    table = tabulate([said("a", employer_uscc=CODES[0]), said("b", employer_uscc=CODES[1]), said("c")])
    apart, one = np.asarray([0, 1, 1], np.int32), np.asarray([0, 0, 2], np.int32)
    assert fuse.forbidden(table, apart, Words(NONE, NONE)) is None
    assert fuse.forbidden(table, one, Words(NONE, NONE)) == "One case would join two credit codes."
    assert fuse.forbidden(table, one, Words(_pair(0, 1), NONE)) is None
    assert (fuse.forbidden(table, apart, Words(NONE, _pair(1, 2))) or "").startswith("One case would span a decision")
    assert fuse.forbidden(table, apart, Words(NONE, _pair(0, 2))) is None
    assert fuse.after(table, one, Words(NONE, NONE)) == "One case would join two credit codes."


def test_cases_are_counted_and_not_the_rows_by_which_they_are_known() -> None:
    table = tabulate([said(str(number)) for number in range(1_000)])
    in_few = (np.arange(1_000) // 40 * 40).astype(np.int32)
    assert (fuse.after(table, in_few, Words(NONE, NONE)) or "").startswith("1000 complaints would make only 25 cases")
    in_many = (np.arange(1_000) // 10 * 10).astype(np.int32)
    assert fuse.after(table, in_many, Words(NONE, NONE)) is None
