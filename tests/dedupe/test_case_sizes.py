"""The sizes that are counted along are those that counting anew finds."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dedupe.case_sizes import CaseSizes


@pytest.mark.parametrize("seed", range(10))
def test_sizes_are_counted_along(seed: int) -> None:
    chance = Random(seed)
    case = np.asarray([chance.randrange(9) for _ in range(chance.choice([0, 9, 30]))], dtype=np.int32)
    sizes = CaseSizes(case)
    for _ in range(20):
        count = chance.randrange(3)
        sizes.extend(count)
        case = np.append(case, np.arange(len(case), len(case) + count, dtype=np.int32))
        rows = np.asarray(sorted(chance.sample(range(len(case)), chance.randrange(len(case) + 1))), dtype=np.int64)
        before = case[rows]
        case[rows] = [chance.choice(rows.tolist()) for _ in rows]
        sizes.move(before, case[rows])
        wanted = np.bincount(case, minlength=len(case))
        assert np.array_equal(sizes.of(np.arange(len(case), dtype=np.int32)), wanted)
        assert sizes.cases == np.count_nonzero(wanted)
        assert sizes.largest == wanted.max(initial=0)
