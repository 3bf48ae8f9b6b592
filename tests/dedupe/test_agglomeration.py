"""Grouping: what must hold for any complaints, pairs and decisions, and single cases that show how it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numba
import numpy as np
import pytest

from casework.linkage import Decision, LinkRecord, Verdict
from dedupe.agglomeration import Words
from dedupe.components import components
from dedupe.edges import Edges, Kind, packed
from dedupe.engine import Grouped, group
from dedupe.laid import LEFT, RIGHT, WHY
from dedupe.lots import grown_in_lots
from dedupe.tabulate import tabulate
from dedupe.vetoes import REASONS, Why
from tests.dedupe import graphs
from tests.dedupe.graphs import LINES, Tangle
from tests.dedupe.making import said
from tests.dedupe.plain_grouping import plainly

A_LOT = 500
"""Tangles in one table."""


def _holds(seed: int, *, singly: int) -> None:
    """Every promise, for `A_LOT` tangles: as they are, in any order, with a word taken back, and some by themselves."""
    tangle = graphs.make(seed, A_LOT)
    found = graphs.grouped(tangle)
    assert graphs.broken_promises(tangle, found) == set(), seed
    other, old = graphs.shuffled(tangle, seed)
    again = graphs.grouped(other)
    assert (old[again.case] == found.case[old]).all(), seed
    assert (old[again.claim] == found.claim[old]).all(), seed
    assert _refusals(again, old) == _refusals(found, np.arange(len(old))), seed
    last = [(rows[0][:-1], rows[1][:-1]) for rows in (tangle.words.together, tangle.words.apart)]
    graphs.grouped(replace(tangle, words=Words(last[0], last[1])))
    undone = graphs.grouped(tangle)
    assert (undone.case == found.case).all(), seed
    assert (undone.claim == found.claim).all(), seed
    for which in range(0, A_LOT, max(1, A_LOT // singly)):
        part, rows = graphs.alone(tangle, which)
        single = graphs.grouped(part)
        assert (rows[single.case] == found.case[rows]).all(), (seed, which)
        assert (rows[single.claim] == found.claim[rows]).all(), (seed, which)


def _refusals(found: Grouped, old: Any) -> set[tuple[int, int, int]]:
    left, right, why = found.refused
    sides = zip(old[left].tolist(), old[right].tolist(), why.tolist(), strict=True)
    return {(min(one, other), max(one, other), why) for one, other, why in sides}


@pytest.mark.parametrize("seed", range(6))
def test_three_thousand_tangles_are_grouped_without_one_broken_promise(seed: int) -> None:
    _holds(seed, singly=25)


def test_lots_of_any_size_give_the_same() -> None:
    tangle = graphs.make(40, A_LOT)
    found = []
    for size in (1, 300, 1 << 30):
        grown = grown_in_lots(tangle.table, LINES, tangle.words, tangle.edges, rows=size)
        refused = {tuple(line) for line in grown.refused[:, [LEFT, RIGHT, WHY]].tolist()}
        found.append(([_first(label) for label in (grown.claim, grown.case)], refused))
    assert found[0] == found[1] == found[2]
    assert found[0][0][1] != list(range(len(tangle.of)))


def _first(label: Any) -> list[int]:
    """Every row's group by its first row."""
    first: dict[int, int] = {}
    return [first.setdefault(one, row) for row, one in enumerate(label.tolist())]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hundred_thousand_tangles_are_grouped_without_one_broken_promise() -> None:
    many = 2_000 if numba.config.DISABLE_JIT else 100_000  # type: ignore[attr-defined]  # plain Python takes far longer
    for seed in range(1000, 1000 + many // A_LOT):
        _holds(seed, singly=5)


def test_the_tangles_are_worth_untangling() -> None:
    tangle = graphs.make(0, A_LOT)
    found = graphs.grouped(tangle)
    sizes = np.bincount(found.case)
    assert (sizes >= 4).sum() > 50
    assert {REASONS[why] for why in found.refused[2].tolist()} >= {
        "a person said no",
        "codes_differ",
        "periods_disjoint",
        "employers_differ",
        "phases_differ",
        "sites_differ",
        "fits two disputes",
        "too_large",
    }
    assert (found.claim != np.arange(len(found.claim))).sum() > 100
    bound = components(len(tangle.of), *tangle.words.together)
    assert (bound[tangle.words.apart[0]] == bound[tangle.words.apart[1]]).sum() > 20


def _joined(tangle: Tangle, found: Grouped, left: int, right: int) -> Grouped:
    """The same with two cases made one, named by the older: what a grouping would do that overlooked something."""
    sides = sorted((int(found.case[left]), int(found.case[right])), key=lambda row: _age(tangle, row))
    case = np.where(found.case == sides[1], sides[0], found.case).astype(np.int32)
    return replace(found, case=case)


def _age(tangle: Tangle, row: int) -> tuple[int, int]:
    return int(tangle.table.at[row]), int(tangle.table.uid[row])


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("overlooks a no", "a no was not obeyed"),
        ("overlooks a yes", "a yes was not obeyed"),
        ("names by the youngest", "a case is not named by its oldest"),
        ("cuts a claim", "a claim spans two cases"),
        ("joins strangers", "a case hangs together by nothing"),
        ("joins codes", "a case has two codes"),
    ],
)
def test_a_planted_fault_is_caught(fault: str, promise: str) -> None:
    tangle = graphs.make(1, A_LOT)
    found = graphs.grouped(tangle)
    case, claim = found.case.copy(), found.claim.copy()
    if fault == "overlooks a no":
        broken = _joined(tangle, found, int(tangle.words.apart[0][0]), int(tangle.words.apart[1][0]))
    elif fault == "overlooks a yes":
        broken = replace(
            found, case=graphs.grouped(replace(tangle, words=Words((case[:0], case[:0]), (case[:0],) * 2))).case
        )
    elif fault == "names by the youngest":
        large = int(np.argmax(np.bincount(case)))
        case[case == large] = max(np.flatnonzero(case == large).tolist(), key=lambda row: _age(tangle, row))
        broken = replace(found, case=case)
    elif fault == "cuts a claim":
        row = int(np.flatnonzero((claim != np.arange(len(claim))) & (case != np.arange(len(case))))[0])
        case[row] = row
        broken = replace(found, case=case)
    elif fault == "joins strangers":
        broken = _joined(tangle, found, 0, len(case) - 1)
    else:
        code = tangle.table.code
        broken = _joined(tangle, found, int(np.flatnonzero(code == 7)[0]), int(np.flatnonzero(code == 8)[0]))
        free = np.setdiff1d(np.arange(len(case)), np.concatenate(tangle.words.together))
        one, other = (int(free[code[free] == wanted][0]) for wanted in (7, 8))
        broken = _joined(tangle, found, one, other)
        bound = (case[:0], case[:0])
        tangle = replace(tangle, words=Words(bound, tangle.words.apart))
    assert promise in graphs.broken_promises(tangle, broken)


@pytest.mark.parametrize("largest", [1, 512])
def test_the_loops_give_what_the_plain_rule_gives_one_by_one(largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the steps of all values in tables, and with each asked for when it is needed."""
    monkeypatch.setattr("dedupe.answers.LARGEST_SET", largest)
    for seed in range(5_000, 5_003):
        tangle = graphs.make(seed, 150)
        found, wanted = graphs.grouped(tangle), plainly(tangle, LINES)
        assert (_first(found.claim), _first(found.case)) == wanted, seed


FULL: dict[str, Any] = {"employer_name": "青岛源丰建筑工程有限公司", "arrears_from": "2026-03", "arrears_to": "2026-05"}


def _cased(
    records: Sequence[LinkRecord], edges: Sequence[tuple[int, int, float]], words: Sequence[Decision] = ()
) -> Grouped:
    table = tabulate(records)
    given = Words.of(words, {record.complaint_id: row for row, record in enumerate(records)})
    columns = list(zip(*edges, strict=True)) or [(), (), ()]
    left, right = (np.asarray(column, dtype=np.int32) for column in columns[:2])
    bits = np.asarray(columns[2], dtype=np.float32)
    pairs = Edges(packed(left, right), np.full(len(bits), Kind.CASE, dtype=np.uint8), bits, bits)
    return group(table, given, pairs, graphs.model(400.0))


def _why(found: Grouped) -> dict[tuple[int, int], str]:
    left, right, why = (column.tolist() for column in found.refused)
    return {
        (min(one, other), max(one, other)): REASONS[reason] for one, other, reason in zip(left, right, why, strict=True)
    }


def test_who_names_no_site_does_not_bridge_two() -> None:
    rows = [
        said("a", site_name="泉悦公园一期", **FULL),
        said("b", day=1, site_name="泉悦公园二期", **FULL),
        said("c", day=2, employer_name="源丰建筑"),
    ]
    found = _cased(rows, [(0, 2, 9.0), (1, 2, 7.0)])
    assert found.case.tolist() == [0, 1, 0]
    assert _why(found) == {}


def test_who_fits_two_disputes_joins_neither_until_a_person_says() -> None:
    rows = [
        said("a", site_name="泉悦公园一期", **FULL),
        said("b", day=1, site_name="泉悦公园二期", **FULL),
        said("c", day=2, employer_name="源丰建筑"),
    ]
    found = _cased(rows, [(0, 2, 7.5), (1, 2, 7.0)])
    assert found.case.tolist() == [0, 1, 2]
    assert _why(found) == {(0, 2): "fits two disputes"}
    told = _cased(rows, [(0, 2, 7.5), (1, 2, 7.0)], [Decision("b", "c", Verdict.SAME)])
    assert told.case.tolist() == [0, 1, 1]


def test_satellites_of_one_dispute_all_join_it_and_each_other_if_none_would_have_them() -> None:
    core = [said(f"a{one}", day=one, site_name="鹤山学校", **FULL) for one in range(2)]
    vague = [said(f"b{one}", day=3 + one, employer_name="源丰建筑") for one in range(4)]
    edges = [(0, 1, 9.0), (0, 2, 6.0), (1, 3, 6.0), (2, 3, 8.0), (4, 5, 6.0)]
    assert _cased([*core, *vague], edges).case.tolist() == [0, 0, 0, 0, 4, 4]


def test_a_yes_joins_what_contradicts_and_a_no_parts_what_agrees() -> None:
    rows = [
        said("a", employer_uscc="91370200MA3C5T4X1N", **FULL),
        said("b", day=1, employer_name="宏达机械"),
        said("c", day=2, **FULL),
    ]
    words = [Decision("a", "b", Verdict.SAME), Decision("a", "c", Verdict.DIFFERENT)]
    assert _cased(rows, [(0, 2, 20.0)], words).case.tolist() == [0, 0, 2]


def test_where_people_contradict_each_other_the_no_stands() -> None:
    rows = [said("a"), said("b", day=1), said("c", day=2)]
    words = [Decision("a", "b", Verdict.SAME), Decision("b", "c", Verdict.SAME), Decision("a", "c", Verdict.DIFFERENT)]
    found = _cased(rows, [], words)
    assert found.case[0] != found.case[2]
    assert set(_why(found).values()) == {"a person said no"}


def test_months_of_another_year_are_another_dispute() -> None:
    rows = [
        said("a", **FULL),
        said("b", day=1, employer_name="源丰建筑", arrears_from="2025-01", arrears_to="2025-02"),
        said("c", day=2, employer_name="源丰建筑"),
    ]
    found = _cased(rows, [(0, 2, 9.0), (1, 2, 5.0)])
    assert found.case.tolist() == [0, 1, 0]


FAR = {**FULL, "employer_name": "济南源丰建筑工程有限公司"}


def test_one_name_in_two_cities_is_two_firms() -> None:
    found = _cased([said("a", **FULL), said("b", day=1, **FAR)], [(0, 1, 20.0)])
    assert found.case.tolist() == [0, 1]
    assert _why(found) == {(0, 1): "employers_differ"}


def test_at_one_place_it_is_one_whose_city_somebody_took_for_another() -> None:
    places: tuple[dict[str, Any], ...] = ({"site_name": "鹤山学校"}, {"site_address": "李沧区流林街805号"})
    for place in places:
        rows = [said("a", **FULL, **place), said("b", day=1, **FAR, **place)]
        assert _cased(rows, [(0, 1, 20.0)]).case.tolist() == [0, 0]


def test_a_city_that_one_took_for_another_does_not_keep_the_others_out() -> None:
    rows = [
        said("a", site_name="鹤山学校", **FULL),
        said("b", day=1, site_name="鹤山学校", **FAR),
        said("c", day=2, **FULL),
        said("d", day=3, **FAR),
    ]
    found = _cased(rows, [(0, 1, 20.0), (0, 2, 10.0), (1, 3, 10.0)])
    assert found.case.tolist() == [0, 0, 0, 0]


def test_nobody_and_no_pair_are_groups_too() -> None:
    assert _cased([], []).case.tolist() == []
    assert _cased([said("a"), said("b")], []).case.tolist() == [0, 1]


def test_every_reason_has_its_words() -> None:
    assert len(REASONS) == len(Why)
