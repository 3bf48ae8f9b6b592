"""Who is suggested for a case (建议监察员): rules as rows with their reasons, two inspectors or none.

An officer who is absent, recused or without the territory is out; the rest are ordered by points, then by load, then by
id, so that the same morning gives the same list.

Points are worth open cases: who knows the employer is suggested while they carry up to five cases more than another, on
a street of their own up to three, for knowing the sector or a light load one. So the loads of a brigade with one
territory stay within a case or two of each other, and apart by no more than these where streets differ.

To lead a case is more work than to assist in one. So who leads is asked by what each leads as well: else one inspector
would lead all the cases of their street while the others, as laden by number, only assisted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from casework.errors import NotAllowed

RULE_VERSION = "2026-11-3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One inspector as seen from one case: the open cases they have and lead, and whether they had its like before."""

    account_id: str
    territories: tuple[str, ...]
    in_territory: bool
    absent: bool
    recused: bool
    open_cases: int
    max_open_cases: int
    had_employer: bool
    had_sector: bool
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that speaks for an inspector. The console shows the words of `code`."""

    code: str
    points: int
    holds: Callable[[Candidate, str | None], bool]
    source: str


_DISTRICT = 6


def _own_street(who: Candidate, place: str | None) -> bool:
    return any(len(own) > _DISTRICT and (place or "").startswith(own) for own in who.territories)


REASONS: tuple[Reason, ...] = (
    Reason("handled_employer", 20, lambda who, _: who.had_employer, "house rule 2026-11"),
    Reason("own_street", 12, _own_street, "house rule 2026-11"),
    Reason("knows_sector", 4, lambda who, _: who.had_sector, "house rule 2026-11"),
    Reason("light_load", 4, lambda who, _: who.open_cases < 5, "house rule 2026-11"),
    Reason("territory", 1, lambda who, _: who.in_territory, "QD §15"),
)

BARS: tuple[tuple[str, Callable[[Candidate], bool], str], ...] = (
    ("recused", lambda who: who.recused, "423 §16; QD §29"),
    ("absent", lambda who: who.absent, "house rule 2026-11"),
    ("other_territory", lambda who: not who.in_territory, "423 §13; QD §15"),
    ("full", lambda who: who.open_cases >= who.max_open_cases, "setting: dispatch.max_open_cases"),
)

LOAD_POINTS = 4
"""Points an open case costs: a morning's list spreads over the brigade instead of falling on one."""
LEAD_POINTS = 6
"""Points that each case one leads costs beside it when a lead is looked for."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two inspectors for a case, and why the lead one, strongest reason first."""

    lead_id: str
    assisting_id: str
    why: tuple[str, ...]


def barred(who: Candidate) -> str | None:
    """The first bar that keeps an inspector from a case, by code."""
    return next((code for code, holds, _ in BARS if holds(who)), None)


def points(who: Candidate, place: str | None) -> int:
    """What speaks for an inspector, less what they carry already."""
    return sum(reason.points for reason in REASONS if reason.holds(who, place)) - LOAD_POINTS * who.open_cases


def _to_lead(who: Candidate, place: str | None) -> int:
    return points(who, place) - LEAD_POINTS * who.leads


def suggest(candidates: Sequence[Candidate], place: str | None) -> Pair:
    """The two inspectors for a case at a place. Raises `NotAllowed` with fewer than two (QD §28: two officers)."""
    free = [who for who in candidates if barred(who) is None]
    free.sort(key=lambda who: (-points(who, place), who.open_cases, who.account_id))
    if len(free) < 2:
        raise NotAllowed(f"A case needs two inspectors, and only {len(free)} may take this one.")
    lead = min(free, key=lambda who: (-_to_lead(who, place), who.leads, who.open_cases, who.account_id))
    assisting = next(who for who in free if who is not lead)
    why = tuple(reason.code for reason in REASONS if reason.holds(lead, place))
    return Pair(lead.account_id, assisting.account_id, why)


def list_version(case_versions: Iterable[tuple[str, int]]) -> str:
    """The digest of the list an officer saw: the same cases in the same versions, in whatever order."""
    lines = sorted(f"{len(case_id)}:{case_id}@{version}" for case_id, version in case_versions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
