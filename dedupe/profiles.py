"""What a group of complaints is known by, and why two groups may not become one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dedupe import naming
from dedupe import person_findings as people
from dedupe.fingerprint import Fingerprints, Period
from dedupe.persons import Person
from dedupe.weights import Model

_APART = frozenset({naming.Alike.TRADE, naming.Alike.ELSEWHERE})
_ALIKE = frozenset({*range(naming.Alike.CHARACTER + 1), naming.Alike.RELATED, naming.Alike.VAGUE})
_PLACED = frozenset({naming.Sites.ONE, naming.Sites.CLOSE, naming.Sites.CHARACTER, naming.Sites.VAGUE})
_NUMBERED = frozenset({naming.Sites.PHASE, naming.Sites.SECTION})


@dataclass(slots=True)
class Profile:
    """The distinct values that the members of a group say, and where their unpaid months lie."""

    members: list[int]
    codes: set[str] = field(default_factory=set)
    firms: set[int] = field(default_factory=set)
    spots: set[int] = field(default_factory=set)
    streets: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    period: Period | None = None

    @classmethod
    def of(cls, prints: Fingerprints, row: int) -> Profile:
        """One complaint as a group."""
        found = cls([row])
        code = prints.columns["code"].at(row)
        if code is not None:
            found.codes.add(code)
        for name, into in (
            ("employer", found.firms),
            ("site", found.spots),
            ("address", found.streets),
            ("name", found.names),
        ):
            if (number := int(prints.columns[name].codes[row])) >= 0:
                into.add(number)
        identity = prints.columns["id_no"].at(row)
        if identity is not None and identity.valid:
            found.ids.add(identity.digits)
        found.period = prints.columns["period"].at(row)
        return found

    def take(self, other: Profile) -> None:
        """Become both."""
        self.members += other.members
        self.codes |= other.codes
        self.firms |= other.firms
        self.spots |= other.spots
        self.streets |= other.streets
        self.names |= other.names
        self.ids |= other.ids
        both = [period for period in (self.period, other.period) if period]
        if both:
            self.period = Period(min(one.first for one in both), max(one.last for one in both))


class Vetoes:
    """Why two groups may not become one. Each pair of values is compared once and remembered by its numbers."""

    def __init__(self, prints: Fingerprints, model: Model) -> None:
        self.lines = model.lines
        self.values = {name: prints.columns[name].values for name in ("employer", "site", "address", "name")}
        self.known: dict[tuple[str, int, int], int] = {}

    def step(self, column: str, compare: Callable[[Any, Any], int], left: int, right: int) -> int:
        """How two values of a column stand to each other."""
        key = (column, left, right) if left <= right else (column, right, left)
        if key not in self.known:
            values = self.values[column]
            self.known[key] = int(compare(values[key[1]], values[key[2]]))
        return self.known[key]

    def case(self, left: Profile, right: Profile, *, strict: bool = True) -> str | None:
        """Why two groups are not one dispute: the name of the contradiction, or None.

        `strict` bars groups whose firms have nothing in common, even at one site: contractor and subcontractor are two
        employers. One worker's own claim may name both.
        """
        if len(left.members) + len(right.members) > self.lines["largest_case"]:
            return "too_large"
        if left.codes and right.codes and left.codes != right.codes:
            return "codes_differ"
        if left.period and right.period and left.period.gap(right.period) > self.lines["largest_gap_months"]:
            return "periods_disjoint"
        if not (left.codes and right.codes):
            steps = {self.step("employer", naming.alike, one, other) for one in left.firms for other in right.firms}
            if steps & _APART or (strict and steps and not steps & _ALIKE):
                return "employers_differ"
            if strict and naming.Alike.RELATED in steps and not self._one_spot(left, right):
                return "employers_differ"
        return self._sites(left, right)

    def rivals(self, left: Profile, right: Profile) -> str | None:
        """Why two groups cannot both be joined by a third: only what is a contradiction however it was spelled."""
        return self.case(left, right, strict=False)

    def _one_spot(self, left: Profile, right: Profile) -> bool:
        """The two are known to be at one site or address."""
        return any(
            self.step("site", naming.sites, one, other) <= naming.Sites.CLOSE
            for one in left.spots
            for other in right.spots
        ) or self._near(left, right)

    def _near(self, left: Profile, right: Profile) -> bool:
        return any(
            self.step("address", naming.addresses, one, other) <= naming.Sites.CLOSE
            for one in left.streets
            for other in right.streets
        )

    def _sites(self, left: Profile, right: Profile) -> str | None:
        found = {self.step("site", naming.sites, one, other) for one in left.spots for other in right.spots}
        if not found:
            return None
        if found & _NUMBERED:
            return "phases_differ" if naming.Sites.PHASE in found else "sections_differ"
        if found & _PLACED:
            return None
        return None if self._near(left, right) else "sites_differ"

    def claim(self, left: Profile, right: Profile) -> str | None:
        """Why two groups are not one worker's claim: the name of the contradiction, or None."""
        if len(left.members) + len(right.members) > self.lines["largest_claim"]:
            return "too_large"
        if left.ids and right.ids:
            if left.ids != right.ids:
                return "ids_differ"
        elif any(self.step("name", _two_people, one, other) for one in left.names for other in right.names):
            return "names_differ"
        return self.case(left, right, strict=False)


def _two_people(left: Person, right: Person) -> bool:
    tests = (people.names_are_one, people.names_sound_alike, people.names_fit, people.names_one_character)
    return not any(test(left, right) for test in tests)
