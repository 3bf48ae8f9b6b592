"""Who there is: workers, bosses, employers, sites, and the dispute between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from random import Random

from sandbox.world import numbers, tables
from sandbox.world.places import Place
from sandbox.world.tables import Trade


@dataclass(frozen=True, slots=True)
class Person:
    """A worker, a boss or an agent."""

    name: str
    phone: str
    id_no: str

    @property
    def surname(self) -> str:
        """The first character of the name."""
        return self.name[0]


@dataclass(frozen=True, slots=True)
class Employer:
    """A firm as the register has it, in its parts; `place` is where it is registered."""

    region: str
    brand: str
    trade: Trade
    trade_word: str
    suffix: str
    uscc: str
    place: Place

    @property
    def name(self) -> str:
        """The registered name."""
        return f"{self.region}{self.brand}{self.trade_word}{self.suffix}"

    @property
    def district(self) -> str:
        """The code of the county."""
        return self.place.code


@dataclass(frozen=True, slots=True)
class Site:
    """A building site, a works or a branch: `base` is what its phases share."""

    base: str
    phase: str
    kind: str
    address: str
    street_code: str

    @property
    def name(self) -> str:
        """The name as registered."""
        return f"{self.base}{self.kind}{self.phase}"


@dataclass(slots=True)
class Dispute:
    """One case of the truth: one employer, one site, one arrears episode. Months count from year 0."""

    case: str
    employer: Employer
    site: Site | None
    address: str
    street_code: str
    boss: Person
    first_month: int
    last_month: int
    crew_size: int
    wage: int
    job: str
    start: datetime
    end: datetime
    crew: list[Person] = field(default_factory=list)

    @property
    def months(self) -> int:
        """How many months are owed."""
        return self.last_month - self.first_month + 1


def person_name(rng: Random) -> str:
    """A name from the character tables, skewed so that some are shared by many."""
    surname = tables.SURNAMES[int(len(tables.SURNAMES) * rng.random() ** 2.2)]
    count = len(tables.GIVEN)
    given = tables.GIVEN[int(count * rng.random() ** 1.5)]
    if rng.random() < 0.78:
        given += tables.GIVEN[int(count * rng.random() ** 1.3)]
    return surname + given


def make_person(rng: Random) -> Person:
    """Somebody new."""
    return Person(person_name(rng), numbers.mobile(rng), numbers.identity_number(rng))


def make_employer(rng: Random, place: Place, trade: Trade | None = None) -> Employer:
    """A firm of a county; two in five are builders."""
    chosen = trade or rng.choice(tables.BUILDING if rng.random() < 0.45 else tables.OTHERS)
    brand = rng.choice(tables.BRAND_FIRST) + rng.choice(tables.BRAND_SECOND)
    region = rng.choice(_regions(place))
    suffix = rng.choice(chosen.suffixes)
    return Employer(region, brand, chosen, chosen.word, suffix, numbers.credit_code(rng, place.code), place)


@cache
def _regions(place: Place) -> tuple[str, ...]:
    """What a firm of a county may be registered under.

    Away from home a ward is named only behind its city, as the rules on the names of enterprises have it.
    """
    city = place.city
    alone = place.short if place.at_home or not place.ward else f"{city}{place.short}"
    return (city, city, city + "市", place.in_full, alone, city + place.short, place.province)


def make_sister(rng: Random, of: Employer) -> Employer:
    """A different firm one or two characters away: 海产 and 水产, or one syllable of the brand."""
    brand, word = of.brand, of.trade_word
    if rng.random() < 0.6:
        word = of.trade.near
    else:
        brand = brand[0] + rng.choice(tables.BRAND_SECOND)
    uscc = numbers.credit_code(rng, of.district)
    return Employer(of.region, brand, of.trade, word, of.suffix, uscc, of.place)


def make_namesake(rng: Random, of: Employer) -> Employer:
    """A firm of another trade with the same short name in the same county."""
    other = make_employer(rng, of.place)
    return Employer(of.region, of.brand, other.trade, other.trade_word, other.suffix, other.uscc, of.place)


def make_address(rng: Random, place: Place) -> tuple[str, str]:
    """Street code and address within a county."""
    road = rng.choice(tables.ROAD_FIRST) + rng.choice(tables.ROAD_SECOND) + rng.choice(("路", "路", "街", "一路"))
    spot = f"{road}{rng.randrange(1, 900)}号"
    if place.code == "370215":
        code, street = rng.choice(tables.STREETS_370215)
        return code, f"{place.name}{street}{spot}"
    return place.code, f"{place.name}{spot}"


def make_sites(rng: Random, employer: Employer, place: Place) -> list[Site]:
    """Where the firm works: for builders one to three sites or phases, for others their works or none worth a name."""
    if not employer.trade.construction:
        return []
    count = rng.choices((1, 2, 3), (62, 28, 10))[0]
    sites: list[Site] = []
    base = kind = address = code = ""
    for number in range(count):
        same = number > 0 and rng.random() < 0.5
        if not same:
            base = rng.choice(tables.SITE_FIRST) + rng.choice(tables.SITE_SECOND)
            kind = rng.choice(tables.PROJECT_KINDS)
            code, address = make_address(rng, place)
        if same or (count > 1 and number + 1 < count):
            phase = (tables.PHASES if kind in tables.PROJECT_KINDS[:6] else tables.SECTIONS)[number]
        else:
            phase = rng.choice(("", "", "", "一期", "二期"))
        sites.append(Site(base, phase, kind, address, code))
    return sites
