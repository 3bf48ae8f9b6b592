"""The shipped model can be made again: the same worlds and the same code give the same file, and it says so itself."""

from __future__ import annotations

import json

import pytest

from benchmarks import teaching
from dedupe.weights import CURRENT, DATA


@pytest.mark.timeout(120)
def test_teaching_twice_gives_one_file_that_says_where_it_is_from() -> None:
    one, other = (teaching.teach(called="a", dated="2026-11-21", seeds=(5,), complaints=3000) for _ in range(2))
    assert one.text == other.text
    told = json.loads(one.text)["learned_from"]
    assert told["source"] == "made-up worlds of 3000 complaints each, family tuning, seeds 5"
    assert told["complaints"] == one.complaints == 3000


def test_the_model_in_use_says_which_worlds_taught_it() -> None:
    told = json.loads((DATA / CURRENT).read_text("utf-8"))
    seeds = ", ".join(map(str, teaching.SEEDS))
    assert told["learned_from"]["source"].endswith(f"family tuning, seeds {seeds}")
    assert told["learned_from"]["complaints"] == len(teaching.SEEDS) * teaching.COMPLAINTS
    assert "from by-hand+" in told["method"]
