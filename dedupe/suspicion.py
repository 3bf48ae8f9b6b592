"""Which cases look as if two disputes had become one: what the nightly scan asks people about.

A merge was right by what was known then. Complaints are corrected, models change, cases that were dispatched are never
taken apart by the machine: so every case is looked at again as a whole. Nothing here is undone; a person is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from casework.identifiers import is_uscc, plain
from casework.linkage import Band, Finding, Judgement, LinkRecord
from casework.paths import Link, side_of, strongest_path, strongest_tree, weakest
from dedupe.linker import explain_pair
from dedupe.weights import Model, load_model
from dedupe.why import Known

GAP_MONTHS = 3
"""Months in which nobody was owed anything, between two members' unpaid months, that make one dispute unlikely."""
NARROW_BITS = 3.0
"""A bridge this little above the line is a narrow one."""
PLACES = 12
"""Places of one case that are compared with each other; a case with more is compared in its first ones."""
CROSSINGS = 64
"""Pairs across a bridge that are tried for a second way over."""


Weigh = Callable[..., Judgement]
"""`explain_pair` with what it is to go by."""


class Doubt(StrEnum):
    """What makes a case suspicious, gravest first."""

    CODES = "codes_differ"
    SITES = "far_sites"
    PERIODS = "periods_disjoint"
    AGENT = "agents_phone"
    BRIDGE = "weak_bridge"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The pair to ask about, left id < right id, with its judgement, and all that is suspicious about their case."""

    pair: Judgement
    doubts: tuple[Doubt, ...]


def suspicion(
    records: Sequence[LinkRecord],
    known: Known,
    *,
    aliases: Mapping[str, str] | None = None,
    model: Model | None = None,
) -> Suspicion | None:
    """The suspicion about one case, or None. What a person joined is none: they knew.

    `known` holds the judgements and decisions among the case's complaints; `aliases` are those the linker was given.
    """
    chosen = model or load_model()
    weigh = partial(explain_pair, aliases=aliases, model=chosen)
    said = {record.complaint_id: record for record in records}
    links = [link for link in known.links() if {link.left, link.right} <= said.keys()]
    found: dict[Doubt, tuple[str, str]] = {}
    for doubt, pairs in _doubts(said, links, known, weigh, chosen.lines["case_same"]):
        pair = next((pair for pair in pairs if not _joined_by_person(links, *pair)), None)
        if pair is not None:
            found[doubt] = pair
    if not found:
        return None
    doubts = tuple(doubt for doubt in Doubt if doubt in found)
    one, other = found[doubts[0]]
    return Suspicion(weigh(said[one], said[other], among=_one_phone(said, one, other)), doubts)


def _doubts(
    said: Mapping[str, LinkRecord], links: Sequence[Link], known: Known, weigh: Weigh, line: float
) -> Iterator[tuple[Doubt, Iterable[tuple[str, str]]]]:
    yield Doubt.CODES, _two_codes(said)
    yield Doubt.SITES, _far_sites(said, weigh)
    yield Doubt.PERIODS, _gap(said)
    tree = strongest_tree(links)
    yield Doubt.AGENT, [(link.left, link.right) for link in tree if _agents_phone_only(link, known)]
    yield Doubt.BRIDGE, _narrow_bridge(said, tree, weigh, line)


def _joined_by_person(links: Sequence[Link], one: str, other: str) -> bool:
    return any(link.by_person for link in strongest_path(links, one, other))


def _age(record: LinkRecord) -> tuple[object, str]:
    return record.submitted_at, record.complaint_id


def _two_codes(said: Mapping[str, LinkRecord]) -> list[tuple[str, str]]:
    """The oldest complaints that give each of two valid credit codes."""
    first: dict[str, str] = {}
    for record in sorted(said.values(), key=_age):
        if record.employer_uscc and is_uscc(record.employer_uscc):
            first.setdefault(plain(record.employer_uscc), record.complaint_id)
    return list(itertools.combinations(first.values(), 2))


def _far_sites(said: Mapping[str, LinkRecord], weigh: Weigh) -> Iterator[tuple[str, str]]:
    """Pairs at two sites whose places are different too."""
    first: dict[tuple[str | None, ...], LinkRecord] = {}
    for record in sorted(said.values(), key=_age):
        if record.site_name:
            first.setdefault((record.site_name, record.site_address, (record.district_code or "")[:6]), record)
    for one, other in itertools.combinations(list(first.values())[:PLACES], 2):
        levels = {line.level for line in weigh(one, other).evidence}
        if "sites_differ" in levels and levels & {"districts_differ", "addresses_differ"}:
            yield one.complaint_id, other.complaint_id


def _gap(said: Mapping[str, LinkRecord]) -> list[tuple[str, str]]:
    """The two complaints on both sides of a time in which nobody was owed anything."""
    spans = sorted(
        (first, last, name)
        for name, record in said.items()
        if (span := _span(record)) is not None
        for first, last in [span]
    )
    found = []
    latest, whose = -1, ""
    for first, last, name in spans:
        if whose and first - latest - 1 >= GAP_MONTHS:
            found.append((whose, name))
        if last > latest:
            latest, whose = last, name
    return found


def _span(record: LinkRecord) -> tuple[int, int] | None:
    """The unpaid months, counted from year 0."""
    ends = [_month(text) for text in (record.arrears_from, record.arrears_to) if text]
    numbers = [end for end in ends if end is not None]
    return (min(numbers), max(numbers)) if numbers else None


def _month(text: str) -> int | None:
    year, _, month = text.partition("-")
    return int(year) * 12 + int(month) if year.isdecimal() and month.isdecimal() else None


_OF_ANYBODY = frozenset({"phone", "told", "district", "text", "amount", "heads", "period"})


def _agents_phone_only(link: Link, known: Known) -> bool:
    """Nothing holds the pair but a phone that many persons give: neither firm, place, boss nor the worker's name."""
    judged = known.judgement(link.left, link.right)
    if link.by_person or judged is None:
        return False
    speaks = [line for line in judged.evidence if line.finding in (Finding.AGREES, Finding.CLOSE) and line.weight > 0]
    return {line.feature for line in speaks} <= _OF_ANYBODY and any(line.level == "phone_of_many" for line in speaks)


def _narrow_bridge(
    said: Mapping[str, LinkRecord], tree: Sequence[Link], weigh: Weigh, line: float
) -> list[tuple[str, str]]:
    """The weakest link, where nothing else joins the two or more on its either side and it lies near the line."""
    bridge = weakest(tree)
    if bridge is None or bridge.by_person or bridge.bits >= line + NARROW_BITS:
        return []
    sides = [sorted(side_of(tree, name, without=bridge)) for name in (bridge.left, bridge.right)]
    if min(map(len, sides)) < 2:
        return []
    for one, other in itertools.islice(itertools.product(*sides), CROSSINGS):
        if {one, other} == {bridge.left, bridge.right}:
            continue
        if weigh(said[one], said[other], among=_one_phone(said, one, other)).band is Band.SAME:
            return []
    return [(bridge.left, bridge.right)]


def _one_phone(said: Mapping[str, LinkRecord], one: str, other: str) -> list[LinkRecord]:
    """Members with the phone of either: how many share it decides what it is worth."""
    phones = {said[name].complainant_phone for name in (one, other)} - {None}
    return [record for record in said.values() if record.complainant_phone in phones]
