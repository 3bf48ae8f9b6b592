"""What a group of complaints is known by, and why two groups may not become one."""

from __future__ import annotations

from dataclasses import dataclass, field

from dedupe import features, naming
from dedupe.employers import Employer
from dedupe.fingerprint import Fingerprints, Period
from dedupe.persons import Person
from dedupe.sites import Site
from dedupe.weights import Model

_APART = frozenset({naming.Alike.TRADE, naming.Alike.ELSEWHERE})
_PLACED = frozenset({naming.Sites.ONE, naming.Sites.CLOSE, naming.Sites.VAGUE})
_NUMBERED = frozenset({naming.Sites.PHASE, naming.Sites.SECTION})


@dataclass(slots=True)
class Profile:
    """The distinct values that the members of a group say, and where their unpaid months lie."""

    members: list[int]
    codes: set[str] = field(default_factory=set)
    firms: set[Employer] = field(default_factory=set)
    spots: set[Site] = field(default_factory=set)
    streets: set[Site] = field(default_factory=set)
    names: set[Person] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    period: Period | None = None

    @classmethod
    def of(cls, prints: Fingerprints, row: int) -> Profile:
        """One complaint as a group."""
        found = cls([row])
        for name, into in (
            ("code", found.codes),
            ("employer", found.firms),
            ("site", found.spots),
            ("address", found.streets),
            ("name", found.names),
        ):
            if (value := prints.columns[name].at(row)) is not None:
                into.add(value)
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


def case_veto(left: Profile, right: Profile, model: Model) -> str | None:
    """Why two groups are not one dispute: the name of the contradiction, or None."""
    if len(left.members) + len(right.members) > model.lines["largest_case"]:
        return "too_large"
    if left.codes and right.codes and left.codes != right.codes:
        return "codes_differ"
    if left.period and right.period and left.period.gap(right.period) > model.lines["largest_gap_months"]:
        return "periods_disjoint"
    if not (left.codes and right.codes) and any(
        naming.alike(one, other) in _APART for one in left.firms for other in right.firms
    ):
        return "employers_differ"
    return _site_veto(left, right)


def _site_veto(left: Profile, right: Profile) -> str | None:
    if not left.spots or not right.spots:
        return None
    found = {naming.sites(one, other) for one in left.spots for other in right.spots}
    if found & _NUMBERED:
        return "phases_differ" if naming.Sites.PHASE in found else "sections_differ"
    if found & _PLACED:
        return None
    near = any(
        naming.addresses(one, other) in (naming.Sites.ONE, naming.Sites.CLOSE)
        for one in left.streets
        for other in right.streets
    )
    return None if near else "sites_differ"


def claim_veto(left: Profile, right: Profile, model: Model) -> str | None:
    """Why two groups are not one worker's claim: the name of the contradiction, or None."""
    if len(left.members) + len(right.members) > model.lines["largest_claim"]:
        return "too_large"
    if left.ids and right.ids:
        if left.ids != right.ids:
            return "ids_differ"
    elif any(_two_people(one, other) for one in left.names for other in right.names):
        return "names_differ"
    return case_veto(left, right, model)


def _two_people(left: Person, right: Person) -> bool:
    tests = (features.names_are_one, features.names_sound_alike, features.names_fit, features.names_one_character)
    return not any(test(left, right) for test in tests)
