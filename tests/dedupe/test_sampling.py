"""The blind sample: drawn the same way twice, weaker joins more often, and its share is right in the long run."""

from __future__ import annotations

import pytest

from dedupe.sampling import LEAST_WEIGHT, chances, draw, share_right, wilson

PAIRS = [(f"a{one:04d}", f"b{one:04d}") for one in range(2000)]
BITS = [4.0 + (one % 40) for one in range(2000)]


def test_the_same_name_draws_the_same_pairs_whatever_their_order() -> None:
    first = {PAIRS[one.place]: one.chance for one in draw(PAIRS, BITS, 50, name="monday")}
    turned = {PAIRS[::-1][one.place]: one.chance for one in draw(PAIRS[::-1], BITS[::-1], 50, name="monday")}
    assert first == pytest.approx(turned)
    assert len(first) == 50


def test_another_name_draws_other_pairs() -> None:
    one, other = ({PAIRS[found.place] for found in draw(PAIRS, BITS, 50, name=name)} for name in ("monday", "tuesday"))
    assert len(one & other) < 25


@pytest.mark.parametrize("size", [1, 7, 50, 1999, 2000])
def test_the_chances_sum_to_the_size_and_the_weaker_has_the_larger(size: int) -> None:
    found = chances(BITS, size)
    assert found.sum() == pytest.approx(size)
    assert 0 < found.min() <= found.max() <= 1
    assert found[0] == found.max()
    assert found[39] >= found[0] * LEAST_WEIGHT * (1 - 1e-9)


def test_where_there_are_fewer_all_are_drawn_for_certain() -> None:
    assert {(one.place, one.chance) for one in draw(PAIRS[:3], BITS[:3], 20, name="n")} == {(0, 1), (1, 1), (2, 1)}


@pytest.mark.parametrize(("pairs", "size"), [([], 5), (PAIRS, 0), (PAIRS, -3)])
def test_nothing_is_drawn_from_nothing(pairs: list[tuple[str, str]], size: int) -> None:
    assert draw(pairs, BITS[: len(pairs)], size, name="n") == []


def test_pairs_of_one_strength_are_drawn_alike() -> None:
    assert chances([9.0] * 10, 4) == pytest.approx([0.4] * 10)


def test_the_share_is_right_in_the_long_run_and_the_interval_holds_it() -> None:
    right = [bits > 6 or place % 3 == 0 for place, bits in enumerate(BITS)]
    truth = sum(right) / len(right)
    shares, plain, held = [], [], 0
    for trial in range(300):
        answers = [(right[one.place], one.chance) for one in draw(PAIRS, BITS, 200, name=str(trial))]
        found = share_right(answers)
        assert found is not None
        shares.append(found.share)
        plain.append(sum(good for good, _ in answers) / len(answers))
        held += found.low <= truth <= found.high
    assert sum(shares) / 300 == pytest.approx(truth, abs=0.004)
    assert abs(sum(plain) / 300 - truth) > 0.05, "weak joins are drawn more often: unweighed, the share must be off"
    assert held >= 280


def test_what_an_answer_is_worth_falls_with_its_unequal_weight() -> None:
    even = share_right([(True, 0.5), (True, 0.5), (False, 0.5), (True, 0.5)])
    uneven = share_right([(True, 0.9), (True, 0.9), (False, 0.1), (True, 0.9)])
    assert even is not None
    assert uneven is not None
    assert (even.share, even.worth) == pytest.approx((0.75, 4.0))
    assert uneven.share == pytest.approx((3 / 0.9) / (3 / 0.9 + 10))
    assert uneven.worth < 2
    assert uneven.high - uneven.low > even.high - even.low


def test_without_an_answer_there_is_no_share() -> None:
    assert share_right([]) is None


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [(1.0, 10, 0.7225, 1.0), (0.0, 10, 0.0, 0.2775), (0.5, 100, 0.4038, 0.5962), (0.9, 50, 0.7864, 0.9565)],
)
def test_the_interval_is_wilsons(share: float, count: float, low: float, high: float) -> None:
    assert wilson(share, count) == pytest.approx((low, high), abs=5e-5)
