"""Which cells of a month do not leave the bureau: small counts, and what they could be computed back from.

Primary suppression by a threshold, then secondary suppression until no sum that is shown gives a hidden cell back
(Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001; Hundepool and others, Statistical Disclosure
Control, 2012). The reader is taken to know every total and every sum between figures, that counts
are whole and not negative, and this very rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Cell = tuple[str, str, str]
"""Figure, dimension, member."""

GROUPS: tuple[tuple[str, ...], ...] = (
    ("received", "cases_opened", "workers_concerned", "amount_claimed"),
    ("concluded", "exempted", "amount_exempted", "jobs_kept"),
    ("workers_paid", "amount_paid"),
    ("visits",),
    ("documents",),
)
"""The figures that are broken down outside. Those of a group are never more than each other, so that one would bound
the other: they are hidden for the same members."""
SIDES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "channel": GROUPS,
    "nature": GROUPS,
    "town": GROUPS,
    "outcome": (("concluded",), ("workers_paid", "amount_paid")),
}
"""The breakdowns that leave, with the groups each has. By inspector none: that is nobody's business outside."""
KINDS = ("documents", "clocks_on_time", "clocks_overdue")
"""Figures that are told apart by their kind too."""
SUMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("duplicates", "unlinked", "received"), ("received", "duplicates", "unlinked", "cases_opened")),
    (("cases_opened", "concluded"), ("pending_start", "cases_opened", "concluded", "pending_end")),
)
"""Totals of which any one follows from the others; first those to hide beside a small one, in order of preference.
What waits at the end of a month is what waits at the start of the next, whose export shows it: that hides nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a month, and how many complaints or cases stand behind each."""

    cells: Mapping[Cell, int]
    behind: Mapping[Cell, int]
    spared: frozenset[str]
    """The outcomes that together are the figure `exempted`."""
    between: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many complaints or cases stand behind what is left of a figure without its part (`COMPLEMENTS`)."""

    def rests_on(self, cell: Cell) -> int:
        """How many stand behind a cell; where nobody said, it is taken to be a count of such."""
        return self.behind.get(cell, abs(self.cells.get(cell, 0)))

    def members(self, dimension: str, figure: str | None = None) -> list[str]:
        """The members of a dimension that anything, or one figure, is counted of."""
        return sorted({m for name, by, m in self.cells if by == dimension and figure in (None, name)})


WARNED = ("start", "raised", "confirmed", "false", "corrected", "cleared", "end", "visits_proposed", "visited")
STEPS = ("dispatched", "in_progress", "concluded", "closed")
PARTS = frozenset(
    {
        "through_platform", "inquiry_notices", "rectification_orders", "decisions", "announced", "referred",
        "to_police", "police_filed", "listed", "delisted", "published", "complaints_declined", "workers_migrant",
        "workers_unstated", "withdrawn", "money_not_came", "money_unanswered",
        *(f"warnings_{one}" for one in WARNED),
        *(f"progress_{one}" for one in STEPS),
    }
)  # fmt: skip
"""Totals that say again what a channel, a nature or a kind of papers says: they would give a cell back that is hidden
there; how far the cases opened have got, whose differences would be small; and what the office warned itself of, which
is nobody's business outside."""
COMPLEMENTS: tuple[tuple[str, str], ...] = (
    ("asked", "answered"),
    ("asked", "solved"),
    ("asked", "satisfied"),
    ("answered", "solved"),
    ("answered", "satisfied"),
    ("money_asked", "money_came"),
    ("clocks_met", "clocks_on_time"),
    ("problems_found", "problems_corrected"),
    ("cases_opened", "amount_unsaid"),
    ("concluded", "fined"),
    ("concluded", "declined"),
    ("concluded", "exempted"),
)
"""A figure and a part of it: what is left of the one without the other is a count as well (who did not answer, what was
late), which no cell says but every reader computes. Where it is small the part is hidden, altogether."""


def leaves(cell: Cell) -> bool:
    """Whether a cell is in what leaves at all: every total but of `PARTS`, and the breakdowns named here."""
    name, dimension, _ = cell
    if name in PARTS:
        return False
    if dimension == "kind":
        return name in KINDS
    return dimension == "total" or any(name in group for group in SIDES.get(dimension, ()))


def hidden(table: Table, *, least: int) -> frozenset[Cell]:
    """The cells that stay inside: all that count, or rest on, fewer than `least`, and those hidden for their sake.

    A figure whose total is hidden is hidden altogether. Cells that do not leave (`leaves`) are not spoken of.
    """
    small = {name for name, by, _ in table.cells if by == "total" and _small(table, name, least)}
    wholly = _with_partners(table, small | _left_small(table, least))
    while True:
        found: set[Cell] = set()
        further: set[str] = set()
        for dimension, group, members in _lists(table, wholly):
            forced = _forced(table, dimension, group, wholly) & set(members)
            chosen = _chosen(table, dimension, group, members, least, forced)
            if chosen is None:
                further.add(_to_hide(table, dimension, group, wholly))
                continue
            told = [name for name in group if _sum(table, name, dimension, chosen)]
            found |= {(name, dimension, member) for name in told for member in chosen}
        if not further:
            return frozenset(found.union(*(_all_of(table, name) for name in wholly)) - _plainly_none(table, wholly))
        wholly = _with_partners(table, wholly | further)


def _left_small(table: Table, least: int) -> set[str]:
    """The parts without which something small would be left of the whole."""
    found = set()
    for whole, part in COMPLEMENTS:
        left = table.cells.get((whole, "total", ""), 0) - table.cells.get((part, "total", ""), 0)
        if table.cells.get((part, "total", "")) and _is_small(left, table.between.get((whole, part), abs(left)), least):
            found.add(part)
    return found


def _all_of(table: Table, figure: str) -> set[Cell]:
    """Every cell of a figure that leaves, of members it counts nothing of too."""
    cells = {(figure, dimension, member) for dimension in SIDES for member in table.members(dimension)}
    cells |= {(figure, "total", ""), *((figure, "kind", member) for member in table.members("kind", figure))}
    return {cell for cell in cells if leaves(cell)}


def _plainly_none(table: Table, wholly: frozenset[str]) -> set[Cell]:
    """The outcomes that came to nobody, as a total that is shown says: a mark there would hide nothing."""
    none = {
        name for name in ("declined", "exempted") if name not in wholly and not table.cells.get((name, "total", ""))
    }
    members = (table.spared if "exempted" in none else set()) | ({"declined"} if "declined" in none else set())
    return {("concluded", "outcome", member) for member in members}


def _is_small(value: int, behind: int, least: int) -> bool:
    return value != 0 and (abs(value) < least or behind < least)


def _small(table: Table, figure: str, least: int, dimension: str = "total", member: str = "") -> bool:
    cell = (figure, dimension, member)
    return _is_small(table.cells.get(cell, 0), table.rests_on(cell), least)


def _with_partners(table: Table, wholly: Iterable[str]) -> frozenset[str]:
    """With every total that could be computed from the others another one: the largest of those preferred.

    And with the ends that have a total of their own, where the ends are hidden altogether; with the exempted cases
    their employers, of whom there are hardly fewer.
    """
    found = set(wholly)
    for preferred, terms in (*SUMS, *SUMS):
        if len(found & set(terms)) == 1:
            others = [name for name in preferred if name not in found]
            found.add(max(others, key=lambda name: (table.cells.get((name, "total", ""), 0), -others.index(name))))
    ends = {name for name in ("declined", "exempted") if table.cells.get((name, "total", ""))}
    found |= ends if "concluded" in found else set()
    return frozenset(found | ({"employers_exempted"} if "exempted" in found else set()))


def _lists(table: Table, wholly: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
    """Every list of members whose sum is known: of each breakdown, group by group, and of the kinds."""
    for dimension, groups in SIDES.items():
        for group in groups:
            shown = tuple(name for name in group if name not in wholly)
            if not shown:
                continue
            members = table.members(dimension)
            if (dimension, group) == ("outcome", ("concluded",)):
                for part in _of_ends(members, table.spared, wholly):
                    yield dimension, shown, part
            else:
                yield dimension, shown, members
    for name in KINDS:
        if name not in wholly:
            yield "kind", (name,), table.members("kind", name)


def _of_ends(members: Sequence[str], spared: frozenset[str], wholly: frozenset[str]) -> list[list[str]]:
    """The outcomes in as many parts as have a sum of their own among the totals: the spared, the declined, the rest."""
    parts: dict[str, list[str]] = {"rest": []}
    for member in members:
        own = "exempted" if member in spared else "declined" if member == "declined" else "rest"
        parts.setdefault("rest" if own in wholly else own, []).append(member)
    return list(parts.values())


def _forced(table: Table, dimension: str, group: Sequence[str], wholly: frozenset[str]) -> frozenset[str]:
    """The outcomes that would tell a hidden total: the declined, and the spared."""
    if dimension != "outcome" or "concluded" not in group:
        return frozenset()
    own = {"declined"} if "declined" in wholly else set()
    return frozenset(own | (table.spared if "exempted" in wholly else set()))


def _to_hide(table: Table, dimension: str, group: Sequence[str], wholly: frozenset[str]) -> str:
    """The total without which a list that cannot be protected has more members, or is hidden altogether."""
    beside = ("declined", "exempted") if dimension == "outcome" and "concluded" in group else ()
    open_ = (name for name in beside if name not in wholly and table.cells.get((name, "total", "")))
    return next(open_, group[0])


def _sum(table: Table, figure: str, dimension: str, members: Iterable[str]) -> int:
    return sum(table.cells.get((figure, dimension, member), 0) for member in members)


def _chosen(
    table: Table, dimension: str, group: Sequence[str], members: Sequence[str], least: int, forced: frozenset[str]
) -> list[str] | None:
    """The members to hide of a list, fewest and smallest first; None where even all of them would not protect one."""
    small = {one for one in members if any(_small(table, name, least, dimension, one) for name in group)}
    chosen = sorted(small | forced)
    if not chosen:
        return []

    def size(member: str) -> tuple[bool, list[int], str]:
        own = [table.cells.get((name, dimension, member), 0) for name in group]
        return not any(own), own, member

    spare = sorted((one for one in members if one not in chosen), key=size)
    while not all(_protected(table, name, dimension, chosen, least) for name in group):
        if not spare:
            return None
        chosen.append(spare.pop(0))
    return chosen


def _protected(table: Table, figure: str, dimension: str, chosen: Sequence[str], least: int) -> bool:
    """Whether the sum of the hidden cells, which can be computed, neither is small itself nor leaves but one answer.

    At least two cells share it, and who takes each for one or more still has something left to share out.
    """
    values = [table.cells.get((figure, dimension, member), 0) for member in chosen]
    behind = sum(table.rests_on((figure, dimension, member)) for member in chosen)
    if not any(values):
        return True
    return len(values) > 1 and not _is_small(sum(values), behind, least) and (sum(values) > len(values) or 0 in values)
