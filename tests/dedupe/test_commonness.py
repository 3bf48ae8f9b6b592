"""How common a value is follows from the value alone, and no value decides by being odd."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from dedupe.commonness import LEAST, MOST, RARE, _of_sums, commonness, count_values, rarity, usual_values
from dedupe.patterns import UNIT
from dedupe.table import Table
from dedupe.tabulate import tabulate
from dedupe.weights import load_model
from tests.dedupe.making import said

COMMON = load_model().commonness


def _named(*names: str) -> Table:
    return tabulate(said(f"c{number}", complainant_name=name) for number, name in enumerate(names))


def _bits(table: Table) -> list[float]:
    every = np.ones(len(table), dtype=bool)
    agree = {**dict.fromkeys(RARE, ~every), "name": every}
    found = rarity(table, np.arange(len(table), dtype=np.int32), agree, COMMON)["name"]
    return [float(bits) / UNIT for bits in found]


def test_a_name_many_share_says_less_than_a_rare_one() -> None:
    common, usual, rare = _bits(_named("王伟", "王庆海", "逄磬裔"))
    assert common > usual > rare


def test_a_character_never_seen_makes_a_name_rare_and_breaks_nothing() -> None:
    seen, unseen, strange = _bits(_named("王建国", "王建龘", "欧阳龘龘龘"))
    assert seen > unseen
    assert LEAST <= strange <= unseen


def test_a_round_sum_says_less_than_one_to_the_yuan() -> None:
    fen = np.asarray([1_000_000, 1_200_000, 1_250_000, 1_873_000, 1_873_152], dtype=np.int64)
    bits = COMMON.amounts(fen).tolist()
    assert bits == sorted(bits, reverse=True)
    assert bits[0] - bits[3] > 3 * UNIT


@pytest.mark.parametrize("fen", [1, 99, 100, 10**13, 10**17, 2**63 - 1])
def test_no_sum_is_too_small_or_too_large(fen: int) -> None:
    assert -100 * UNIT < int(COMMON.amounts(np.asarray([fen], dtype=np.int64))[0]) < 0


def test_corrections_stay_within_their_bounds() -> None:
    for bits in _bits(_named("王伟", "张强", "龘龘", "司马相如", "李")):
        assert LEAST <= bits <= MOST


def test_what_others_say_changes_no_correction() -> None:
    alone = _bits(_named("孙福海"))[0]
    among = _bits(_named("孙福海", *["孙福海"] * 50, "王伟"))
    assert among[0] == alone
    assert among[50] == alone


def test_nothing_is_corrected_where_the_two_do_not_agree() -> None:
    table = _named("王伟", "李强")
    none = {name: np.zeros(2, dtype=bool) for name in RARE}
    found = rarity(table, np.arange(2, dtype=np.int32), none, COMMON)
    assert set(found) == set(RARE)
    assert all(not bits.any() for bits in found.values())


def test_counts_hold_whole_names_and_sums_that_were_said() -> None:
    table = tabulate(
        [
            said("a", complainant_name="王建国", amount_owed=Decimal(18000), boss_name="王总"),
            said("b", complainant_name="欧阳强", amount_owed=None),
            said("c", complainant_name="李*"),
        ]
    )
    counts = count_values(table)
    assert counts["surnames"] == {"欧": 1, "王": 1, "阳": 1}
    assert counts["given_single"] == {"强": 1}
    assert counts["given_further"] == {"国": 1}
    assert counts["sums"] == {"5/2": 1}
    usual = usual_values(table, counts)
    assert set(usual) == set(RARE)
    assert usual["boss"] == 0.0


def test_a_count_below_nought_is_refused() -> None:
    counts = count_values(_named("王建国"))
    counts["surnames"]["王"] = -5
    with pytest.raises(ValueError, match="below nought"):
        commonness({"counts": counts, "usual": dict.fromkeys(RARE, 0.0)})


def test_a_name_is_as_common_as_its_parts_together() -> None:
    names = ("王伟", "欧阳强", "张建国", "欧阳建国", "司马相如海", "王")
    known = _named(*names).persons
    found = COMMON.persons(known, np.arange(len(known.given), dtype=np.int32))
    assert len(found) == len(names)
    for row, bits in zip(known.chars.tolist(), found.tolist(), strict=True):
        surname, name = [one for one in row[:2] if one], [one for one in row[2:] if one]
        first = COMMON.given[0 if len(name) == 1 else 1][row[2]]
        wanted = sum(COMMON.surname[one] for one in surname) + COMMON.length[len(name)] + first
        assert bits == wanted + sum(COMMON.given[2][one] for one in name[1:])


@pytest.mark.parametrize(
    ("fen", "shape"),
    [
        (0, (0, 0)),
        (7, (0, 2)),
        (10, (0, 1)),
        (100, (1, 1)),
        (101, (1, 3)),
        (110, (1, 2)),
        (1_800_000, (5, 2)),
        (1_873_050, (5, 6)),
        (10**13, (12, 1)),
        (2**63 - 1, (17, 18)),
    ],
)
def test_a_sum_is_known_by_its_length_and_its_figures(fen: int, shape: tuple[int, int]) -> None:
    assert COMMON.amounts(np.asarray([fen], dtype=np.int64))[0] == COMMON.sums[shape]


def test_each_further_figure_of_a_sum_makes_it_ten_times_rarer() -> None:
    """Of the sums of one length, 9 have one figure that is not nought, 81 have two, and each further one gives ten
    times as many."""
    found = _of_sums({"6/1": 10, "6/2": 10, "6/3": 10, "6/4": 10})
    steps = [float(found[6, figures] - found[6, figures + 1]) / UNIT for figures in (1, 2, 3)]
    assert steps == pytest.approx([np.log2(9), np.log2(10), np.log2(10)], abs=0.05)
