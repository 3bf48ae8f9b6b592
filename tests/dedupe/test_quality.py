"""The measures of a grouping, held against their plain definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.quality import area_under_curve, measure, measure_labels

LABELS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=24)


@given(LABELS)
def test_labels_are_measured_as_the_definitions_have_it(rows: list[tuple[int, int]]) -> None:
    found, truth = [one for one, _ in rows], [other for _, other in rows]
    quality = measure_labels(np.asarray(found), np.asarray(truth))
    places = range(len(rows))
    made = {pair for pair in combinations(places, 2) if found[pair[0]] == found[pair[1]]}
    wanted = {pair for pair in combinations(places, 2) if truth[pair[0]] == truth[pair[1]]}
    assert quality.pairs.precision == (len(made & wanted) / len(made) if made else 1)
    assert quality.pairs.recall == (len(made & wanted) / len(wanted) if wanted else 1)
    mine = [{other for other in places if found[other] == found[row]} for row in places]
    right = [{other for other in places if truth[other] == truth[row]} for row in places]
    size = len(rows)
    precise = sum(len(mine[row] & right[row]) / len(mine[row]) for row in places) / size if rows else 1
    recalled = sum(len(mine[row] & right[row]) / len(right[row]) for row in places) / size if rows else 1
    assert quality.b_cubed.precision == pytest.approx(precise)
    assert quality.b_cubed.recall == pytest.approx(recalled)
    whole = {frozenset(group) for group in mine} & {frozenset(group) for group in right}
    assert quality.exact.precision == (len(whole) / len(set(found)) if rows else 1)
    assert quality.exact.recall == (len(whole) / len(set(truth)) if rows else 1)
    assert quality.largest == max(map(len, mine), default=0)
    assert quality.largest_true == max(map(len, right), default=0)


@given(LABELS)
def test_names_and_numbers_are_measured_the_same(rows: list[tuple[int, int]]) -> None:
    found = {str(row): f"case {one}" for row, (one, _) in enumerate(rows)}
    truth = {str(row): ("true", other) for row, (_, other) in enumerate(rows)}
    labels = np.asarray(rows, dtype=np.int64).reshape(-1, 2)
    named, numbered = measure(dict(reversed(found.items())), truth), measure_labels(labels[:, 0], labels[:, 1])
    assert (named.pairs, named.exact, named.largest) == (numbered.pairs, numbered.exact, numbered.largest)
    assert named.b_cubed.f1 == pytest.approx(numbered.b_cubed.f1)


def test_groupings_of_different_complaints_are_not_compared() -> None:
    with pytest.raises(ValueError, match="not of the same complaints"):
        measure({"a": 1}, {"b": 1})
    with pytest.raises(ValueError, match="not of the same complaints"):
        measure_labels(np.zeros(2), np.zeros(3))


def test_where_all_are_true_or_none_is_nothing_can_be_ranked_wrongly() -> None:
    assert area_under_curve([(1.0, True), (2.0, True)]) == area_under_curve([(1.0, False)]) == 1.0
    assert area_under_curve([(1.0, True), (2.0, False)]) == 0.0
