"""What leaves the bureau: who knows every sum and the rule itself can compute no hidden number exactly."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import pytest

from casework import disclosure
from casework.disclosure import COMPLEMENTS, KINDS, SIDES, SUMS, Cell, Table, hidden, leaves
from casework.leniency import EXEMPTIONS, Exit
from tests.promises.proofs import times

FIGURES = (
    "received", "duplicates", "unlinked", "cases_opened", "pending_start", "pending_end", "concluded", "declined",
    "fined", "workers_concerned", "amount_claimed", "exempted", "amount_exempted", "amount_paid", "workers_paid",
    "visits", "documents", "clocks_met", "clocks_on_time", "clocks_overdue", "asked", "answered", "solved", "satisfied",
    "problems_found", "problems_corrected", "amount_unsaid", "money_asked", "money_came", "money_not_came",
    "money_unanswered",
)  # fmt: skip
SPARED = frozenset(str(one) for one in EXEMPTIONS)
ENDS = [str(one) for one in Exit] + ["declined", "open"]
LEAST = 3


def random_table(chance: random.Random) -> Table:
    """A month as it could be: each case and complaint is an item of its own, so every sum between figures holds."""
    cells: dict[Cell, int] = {(name, "total", ""): 0 for name in FIGURES}
    behind: dict[Cell, int] = {}
    many = chance.choice((3, 8, 40, 200))
    places = {
        "channel": [f"c{n}" for n in range(chance.randint(1, 6))],
        "nature": [f"n{n}" for n in range(chance.randint(1, 5))],
        "town": [f"t{n}" for n in range(chance.randint(1, 12))],
    }

    def add(name: str, where: dict[str, str], value: int, kind: str = "") -> None:
        if value:
            for cell in ((name, "total", ""), *((name, by, one) for by, one in where.items())):
                cells[cell] = cells.get(cell, 0) + value
                behind[cell] = behind.get(cell, 0) + 1
            if kind:
                cells[name, "kind", kind] = cells.get((name, "kind", kind), 0) + value
                behind[name, "kind", kind] = behind.get((name, "kind", kind), 0) + 1

    for _ in range(chance.randint(0, many)):
        where = {by: chance.choice(members[: chance.randint(1, len(members))]) for by, members in places.items()}
        where["outcome"] = "open"
        kind = chance.choice(("duplicates", "unlinked", "new", "new", "new", "old", "old"))
        ended = kind in ("new", "old") and chance.random() < 0.5
        if ended:
            where["outcome"] = chance.choice(ENDS[:-1])
        if kind in ("duplicates", "unlinked", "new"):
            add("received", where, 1)
        _call_back(chance, add, where)
        _ask_of_money(chance, add, where)
        if kind in ("duplicates", "unlinked"):
            add(kind, where, 1)
            continue
        _case(chance, add, where, kind, ended=ended)
    return Table(cells, behind, SPARED)


Add = Callable[..., None]


def _call_back(chance: random.Random, add: Add, where: dict[str, str]) -> None:
    """Most are reached, and most of these are satisfied: so that few are left over."""
    if chance.random() < 0.5:
        add("asked", where, 1)
        if chance.random() < 0.85:
            add("answered", where, 1)
            add("solved", where, chance.choice((0, 1, 1, 1, 1)))
            add("satisfied", where, chance.choice((0, 1, 1, 1, 1, 1, 1)))


def _ask_of_money(chance: random.Random, add: Add, where: dict[str, str]) -> None:
    """Somebody is asked whether the money came; most say so."""
    if chance.random() < 0.3:
        add("money_asked", where, 1)
        add(chance.choice(("money_came", "money_came", "money_not_came", "money_unanswered")), where, 1)


def _case(chance: random.Random, add: Add, where: dict[str, str], kind: str, *, ended: bool) -> None:
    add("cases_opened" if kind == "new" else "pending_start", where, 1)
    if kind == "new":
        add("workers_concerned", where, chance.randint(1, 30))
        claimed = chance.choice((0, chance.randint(1, 10**8)))
        add("amount_claimed", where, claimed)
        add("amount_unsaid", where, int(not claimed))
    add("concluded" if ended else "pending_end", where, 1)
    if ended:
        add("fined", where, chance.choice((0, 1, 1, 1, 1)))
    if where["outcome"] == "declined":
        add("declined", where, 1)
    if where["outcome"] in SPARED:
        add("exempted", where, 1)
        add("amount_exempted", where, chance.randint(1, 10**7))
    if chance.random() < 0.3:
        add("workers_paid", where, chance.randint(1, 9))
        add("amount_paid", where, chance.randint(1, 10**8))
    add("visits", where, chance.choice((0, 0, 1, 2)))
    add("documents", where, chance.choice((0, 0, 1)), kind=chance.choice(("order", "notice", "form")))
    duty = chance.choice(("accept", "decide"))
    add("clocks_met", where, 1, kind=duty)
    add("clocks_on_time", where, chance.choice((0, 1, 1, 1, 1)), kind=duty)
    found = chance.choice((0, 0, 1, 2))
    add("problems_found", where, found)
    add("problems_corrected", where, chance.choice((found, found, 0)))
    add("clocks_overdue", where, chance.choice((0, 0, 0, 1)), kind=chance.choice(("accept", "decide")))


Line = tuple[dict[Cell, int], int]
"""Hidden numbers with their factors, and what they add up to: everything else of the sum is shown."""


def known(table: Table, gone: frozenset[Cell]) -> list[Line]:
    """What a reader can write down: each list against its total, each sum of totals, and the ends that are sums."""
    sums: list[list[tuple[Cell, int]]] = []
    for by in (*SIDES, "kind"):
        for name in FIGURES:
            own = [(name, by, one) for one in table.members(by, name if by == "kind" else None)]
            if leaves((name, by, "")) and (by != "kind" or own):
                sums.append([((name, "total", ""), -1), *((cell, 1) for cell in own)])
    spared = [("concluded", "outcome", one) for one in table.members("outcome") if one in SPARED]
    sums.append([(("exempted", "total", ""), -1), *((cell, 1) for cell in spared)])
    if "declined" in table.members("outcome"):
        sums.append([(("declined", "total", ""), -1), (("concluded", "outcome", "declined"), 1)])
    sums.append([(("received", "total", ""), 1), *(((one, "total", ""), -1) for one in SUMS[0][1][1:])])
    sums.append([((name, "total", ""), sign) for name, sign in zip(SUMS[1][1], (1, 1, -1, -1), strict=True)])
    lines = []
    for terms in sums:
        open_ = {cell: sign for cell, sign in terms if cell in gone}
        if open_:
            lines.append((open_, -sum(sign * table.cells.get(cell, 0) for cell, sign in terms if cell not in gone)))
    return lines


def found_out(table: Table, gone: frozenset[Cell]) -> list[Cell]:
    """The hidden cells that a reader can tell exactly: by elimination over the sums, and by bounds, to the end.

    Bounds rest on whole numbers from 0 on.
    """
    lines = _eliminated(known(table, gone))
    low: dict[Cell, Fraction] = dict.fromkeys(gone, Fraction(0))
    high: dict[Cell, Fraction | None] = dict.fromkeys(gone, None)
    moved = True
    while moved:
        moved = False
        for terms, value in lines:
            for cell, factor in terms.items():
                rest = [(one, by) for one, by in terms.items() if one != cell]
                least = _bound(rest, low, high, smallest=True)
                most = _bound(rest, low, high, smallest=False)
                ends = [None if one is None else (Fraction(value) - one) / factor for one in (most, least)]
                lower, upper = ends if factor > 0 else ends[::-1]
                if lower is not None and lower > low[cell]:
                    low[cell], moved = lower, True
                if upper is not None and (high[cell] is None or upper < high[cell]):  # type: ignore[operator]
                    high[cell], moved = upper, True
    return sorted(cell for cell in gone if high[cell] is not None and low[cell] == high[cell])


def _bound(
    terms: Iterable[tuple[Cell, Fraction]],
    low: dict[Cell, Fraction],
    high: dict[Cell, Fraction | None],
    *,
    smallest: bool,
) -> Fraction | None:
    total = Fraction(0)
    for cell, factor in terms:
        end = low[cell] if (factor > 0) == smallest else high[cell]
        if end is None:
            return None
        total += factor * end
    return total


def _eliminated(lines: list[Line]) -> list[tuple[dict[Cell, Fraction], Fraction]]:
    """The same sums, and what they say solved for one another (Gauss, exactly)."""
    left = [({cell: Fraction(by) for cell, by in terms.items()}, Fraction(value)) for terms, value in lines]
    original = [(dict(terms), value) for terms, value in left]
    solved: list[tuple[dict[Cell, Fraction], Fraction]] = []
    while left:
        terms, value = left.pop()
        if not terms:
            assert value == 0, "the sums contradict each other"
            continue
        pivot, factor = next(iter(terms.items()))
        terms, value = {cell: by / factor for cell, by in terms.items()}, value / factor
        left = [_less(line, pivot, terms, value) for line in left]
        solved = [_less(line, pivot, terms, value) for line in solved]
        solved.append((terms, value))
    return original + solved


def _less(
    line: tuple[dict[Cell, Fraction], Fraction], pivot: Cell, terms: dict[Cell, Fraction], value: Fraction
) -> tuple[dict[Cell, Fraction], Fraction]:
    own, said = line
    by = own.get(pivot)
    if by is None:
        return line
    joined = {cell: own.get(cell, Fraction(0)) - by * terms.get(cell, Fraction(0)) for cell in {*own, *terms}}
    return {cell: one for cell, one in joined.items() if one}, said - by * value


def small(table: Table) -> set[Cell]:
    """What the rule names: of what leaves, each number that counts or rests on one or two."""
    return {
        cell
        for cell, value in table.cells.items()
        if leaves(cell) and value and (value < LEAST or table.rests_on(cell) < LEAST)
    }


def test_no_hidden_number_is_found_out_by_who_knows_all_sums() -> None:
    chance, seen = random.Random(8), 0
    for _ in range(times(400, least=60)):
        table = random_table(chance)
        gone = hidden(table, least=LEAST)
        assert small(table) <= gone
        assert all(leaves(cell) for cell in gone)
        assert found_out(table, gone) == []
        assert _smallest_sum(table, gone) >= LEAST
        seen += len(gone)
    assert seen > 1_000, "enough was hidden"


def told_by_subtraction(table: Table, gone: frozenset[Cell]) -> list[tuple[str, str, int]]:
    """What a reader gets by taking a figure that is shown from another of which it is a part: one or two."""
    shown = {name: table.cells.get((name, "total", ""), 0) for name in FIGURES if (name, "total", "") not in gone}
    pairs = [(whole, part) for whole, part in COMPLEMENTS if whole in shown and part in shown and shown[part]]
    left = [(whole, part, shown[whole] - shown[part]) for whole, part in pairs]
    return [one for one in left if 0 < one[2] < LEAST]


def test_no_one_or_two_is_left_when_a_part_is_taken_from_its_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(21)
    tables = [random_table(chance) for _ in range(times(400, least=60))]
    assert [told_by_subtraction(table, hidden(table, least=LEAST)) for table in tables] == [[]] * len(tables)
    pairs = [{(whole, part) for whole, part, _ in told_by_subtraction(table, frozenset())} for table in tables]
    assert set().union(*pairs) == set(COMPLEMENTS), "of each pair something small was there to be found"
    monkeypatch.setattr(disclosure, "COMPLEMENTS", ())
    assert any(told_by_subtraction(table, hidden(table, least=LEAST)) for table in tables), "as it was before"


def test_what_is_left_is_small_too_where_few_stand_behind_it() -> None:
    cells = {("clocks_met", "total", ""): 20, ("clocks_on_time", "total", ""): 15}
    assert hidden(Table(cells, {}, SPARED), least=LEAST) == frozenset()
    of_one = Table(cells, {}, SPARED, {("clocks_met", "clocks_on_time"): 1})
    assert hidden(of_one, least=LEAST) == {("clocks_on_time", "total", "")}


def _smallest_sum(table: Table, gone: frozenset[Cell]) -> int:
    """The least that the hidden numbers of a list with a shown total add up to: that sum is no secret."""
    found = [LEAST]
    for by in (*SIDES, "kind"):
        for name in FIGURES:
            own = [cell for cell in gone if cell[0] == name and cell[1] == by]
            if own and (name, "total", "") not in gone:
                found.append(sum(table.cells.get(cell, 0) for cell in own))
    return min(found)


def _only_small(table: Table, *, least: int) -> frozenset[Cell]:
    return frozenset(small(table))


def _no_partners(table: Table, wholly: Iterable[str]) -> frozenset[str]:
    return frozenset(wholly)


@pytest.mark.parametrize("planted", ["no second cell is hidden", "no second total is hidden"])
def test_the_reader_of_this_test_finds_out_what_is_hidden_carelessly(
    planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide: Callable[..., frozenset[Cell]] = hidden
    if planted == "no second cell is hidden":
        hide = _only_small
    else:
        monkeypatch.setattr(disclosure, "_with_partners", _no_partners)
    chance = random.Random(8)
    tables = [random_table(chance) for _ in range(60)]
    assert any(found_out(table, hide(table, least=LEAST)) for table in tables)


def test_a_large_month_keeps_its_numbers() -> None:
    cells: dict[Cell, int] = {}
    for name in ("received", "cases_opened", "concluded"):
        cells |= {(name, "channel", one): 100 for one in ("a", "b", "c")} | {(name, "total", ""): 300}
    cells["concluded", "channel", "a"], cells["concluded", "channel", "b"] = 2, 198
    table = Table(cells, {}, SPARED)
    assert hidden(table, least=LEAST) == {("concluded", "channel", "a"), ("concluded", "channel", "c")}
    assert hidden(table, least=1) == frozenset()


def test_figures_told_by_kind_are_hidden_by_kind() -> None:
    cells = {("documents", "total", ""): 9, ("documents", "kind", "x"): 1, ("documents", "kind", "y"): 8}
    assert {cell for cell in hidden(Table(cells, {}, SPARED), least=3) if cell[1] == "kind"} == {
        ("documents", "kind", "x"),
        ("documents", "kind", "y"),
    }
    assert KINDS[0] == "documents"
