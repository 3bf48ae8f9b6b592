"""Words read as rows of characters say what words read one by one say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.spelling import FEW, WIDE, distinct, is_one_slip, is_within, one_slip, within_one
from dedupe.values import WordList

SHORT = st.text(alphabet="源丰建筑\x00😀", min_size=1, max_size=6)
LONG = st.text(alphabet="源丰", min_size=WIDE - 2, max_size=WIDE + 2)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SHORT | LONG, SHORT | LONG), min_size=1, max_size=40))
def test_rows_of_characters_say_what_words_say(pairs: list[tuple[str, str]]) -> None:
    known = WordList()
    numbers = np.asarray([[known.number(one), known.number(other)] for one, other in pairs], dtype=np.int64)
    words = known.built()
    within, slip = [is_within(*pair) for pair in pairs], [is_one_slip(*pair) for pair in pairs]
    for times in (1, FEW + 1):
        left, right = np.tile(numbers, (times, 1)).T
        assert within_one(words, left, right).tolist() == within * times
        assert one_slip(words, left, right).tolist() == slip * times


@settings(deadline=None)
@given(st.lists(st.integers(0, 5) | st.integers(0, 2**63 - 1), max_size=60))
def test_distinct_values_are_given_once_in_the_order_in_which_they_come(values: list[int]) -> None:
    each, place = distinct(np.asarray(values, dtype=np.int64))
    assert each.tolist() == list(dict.fromkeys(values))
    assert each[place].tolist() == values
