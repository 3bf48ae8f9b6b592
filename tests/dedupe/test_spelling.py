"""Words read as rows of characters say what words read one by one say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.spelling import WIDE, is_one_slip, is_within, one_slip, within_one
from dedupe.values import WordList

FEW = st.text(alphabet="源丰建筑\x00😀", min_size=1, max_size=6)
LONG = st.text(alphabet="源丰", min_size=WIDE - 2, max_size=WIDE + 2)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(FEW | LONG, FEW | LONG), min_size=1, max_size=40))
def test_rows_of_characters_say_what_words_say(pairs: list[tuple[str, str]]) -> None:
    known = WordList()
    numbers = np.asarray([[known.number(one), known.number(other)] for one, other in pairs], dtype=np.int64)
    words = known.built()
    assert within_one(words, numbers[:, 0], numbers[:, 1]).tolist() == [is_within(*pair) for pair in pairs]
    assert one_slip(words, numbers[:, 0], numbers[:, 1]).tolist() == [is_one_slip(*pair) for pair in pairs]
