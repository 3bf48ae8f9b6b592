"""Which disputes there are: firms with their sites, sisters, namesakes and next year's trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sandbox.world import people, tables
from sandbox.world.people import Dispute, Employer, Person, Site
from sandbox.world.places import PLACES, Place
from sandbox.world.said import SHANGHAI

_COUNTS = (1, 2, 3, 4, 6, 9, 14, 24, 45, 90, 160)
_COUNT_SHARES = (400, 240, 110, 80, 70, 45, 28, 14, 8, 4, 1)


SMALL = 3000
"""Complaints up to which a world is one office with its neighbour; beyond, it grows by counties."""
PER_COUNTY = 1500
"""Complaints of one county: about twice what the busiest real one hears in five months."""
_COUNTIES_A_PART = 8
_CREW_OF_200_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a large world that is drawn by itself: its counties, and which of the complaints are theirs."""

    number: int
    places: tuple[Place, ...]
    start: int
    stop: int

    @property
    def crews_of_200(self) -> int:
        """How many crews of two hundred complain man by man: one for every hundred thousand complaints."""
        return self.stop // _CREW_OF_200_EVERY - self.start // _CREW_OF_200_EVERY


@dataclass(frozen=True, slots=True)
class Frame:
    """When the world plays and how large it is."""

    since: datetime
    until: datetime
    complaints: int
    home: str

    @property
    def wide(self) -> bool:
        """Larger than one office and its neighbour: every county then has the complaints of a county."""
        return self.complaints > SMALL

    @property
    def places(self) -> tuple[Place, ...]:
        """The counties that play a part, home first: two when small, more as the world grows."""
        wanted = self.complaints // PER_COUNTY if self.wide else 2 + self.complaints // SMALL
        return tuple(sorted(PLACES, key=lambda place: place.code != self.home)[:wanted])

    @property
    def parts(self) -> list[Part]:
        """The counties in groups that know nothing of each other, so that each can be drawn by itself."""
        places, size = self.places, self.complaints
        firsts = range(0, len(places), _COUNTIES_A_PART) if self.wide else (0,)
        found = []
        for number, first in enumerate(firsts):
            mine = places[first : first + _COUNTIES_A_PART] if self.wide else places
            until = first + len(mine)
            found.append(Part(number, mine, size * first // len(places), size * until // len(places)))
        return found

    @property
    def largest(self) -> int:
        """The most complaints one dispute may draw."""
        return max(8, self.complaints // 25)


class Disputes:
    """Makes groups of disputes that a careless rule would confuse."""

    def __init__(self, rng: Random, frame: Frame, part: Part) -> None:
        self.rng = rng
        self.frame = frame
        self._prefix = f"D{part.number:03d}-" if frame.wide else "D"
        self._cases = 0
        self._names: set[str] = set()
        self._sites: set[str] = set()
        self._places = places = part.places
        self._weights = [1] * len(places) if frame.wide else [10 * len(places)] + [1] * (len(places) - 1)

    def group(self, window: tuple[datetime, datetime]) -> list[Dispute]:
        """The disputes of one firm, and of those easily taken for it."""
        rng = self.rng
        place = rng.choices(self._places, self._weights)[0]
        employer = self._register(people.make_employer(rng, place))
        found = self._of(employer, window)
        roll = rng.random()
        if roll < 0.09:
            found += self._of(self._register(people.make_sister(rng, employer)), window)
        elif roll < 0.16:
            found += self._of(self._register(people.make_namesake(rng, employer)), window)
        elif roll < 0.19 and self.frame.wide and found[0].site is not None:
            builder = self._register(people.make_employer(rng, place, rng.choice(tables.BUILDING)))
            found.append(self._dispute(builder, found[0].site, window))
        return found

    def crew_of_200(self, window: tuple[datetime, datetime]) -> Dispute:
        """A builder's crew of two hundred."""
        place = self.rng.choice(self._places)
        builder = self._register(people.make_employer(self.rng, place, tables.BUILDING[1]))
        dispute = self._dispute(builder, self._found_sites(builder)[0], window)
        dispute.crew_size = 200
        return dispute

    def single(self, window: tuple[datetime, datetime], employer: Employer | None = None) -> Dispute:
        """One dispute alone, at home."""
        firm = employer or self._register(people.make_employer(self.rng, self._places[0]))
        sites = self._found_sites(firm)
        return self._dispute(firm, sites[0] if sites else None, window)

    def sisters(self, window: tuple[datetime, datetime]) -> list[Dispute]:
        """Two firms one character apart, each with a dispute."""
        first = self.single(window)
        return [first, self.single(window, self._register(people.make_sister(self.rng, first.employer)))]

    def count(self) -> int:
        """How many complaints a dispute draws."""
        drawn = self.rng.choices(_COUNTS, _COUNT_SHARES)[0]
        return min(drawn if drawn < 6 else int(drawn * (0.75 + self.rng.random() / 2)), self.frame.largest)

    def _register(self, employer: Employer) -> Employer:
        """No two firms of a county are registered under one name; in a large world nor under one brand and trade."""
        while (known := self._registered(employer)) in self._names:
            employer = people.make_employer(self.rng, employer.place)
        self._names.add(known)
        return employer

    def _registered(self, employer: Employer) -> str:
        name = f"{employer.brand}{employer.trade_word}" if self.frame.wide else employer.name
        return f"{employer.district}{name}"

    def _found_sites(self, employer: Employer) -> list[Site]:
        """The firm's sites. In a large world no two sites of a county have one name: the register of places forbids."""
        while True:
            sites = people.make_sites(self.rng, employer, employer.place)
            names = {f"{employer.district}{site.base}{site.kind}" for site in sites}
            if not self.frame.wide or not names & self._sites:
                self._sites |= names
                return sites

    def _of(self, employer: Employer, window: tuple[datetime, datetime]) -> list[Dispute]:
        rng = self.rng
        sites: list[Site | None] = [*self._found_sites(employer)] or [None]
        found: list[Dispute] = []
        boss = people.make_person(rng)
        for site in sites:
            if found and rng.random() < 0.2:
                continue
            found.append(self._dispute(employer, site, window, boss if rng.random() < 0.4 else None))
        if rng.random() < 0.13:
            found.append(self._relapse(found[0], window[0]))
        return found

    def _dispute(
        self,
        employer: Employer,
        site: Site | None,
        window: tuple[datetime, datetime],
        boss: Person | None = None,
    ) -> Dispute:
        rng = self.rng
        start = window[0] + (window[1] - window[0]) * rng.random()
        local = start.astimezone(SHANGHAI)
        last = local.year * 12 + local.month - 1 - rng.choices((0, 1, 2, 3, 5), (3, 45, 26, 16, 10))[0]
        length = rng.choices((1, 2, 3, 4, 5, 6, 8, 11), (15, 22, 22, 13, 8, 9, 6, 5))[0]
        street, address = (site.street_code, site.address) if site else people.make_address(rng, employer.place)
        return Dispute(
            case=self._number(),
            employer=employer,
            site=site,
            address=address,
            street_code=street,
            boss=boss or people.make_person(rng),
            first_month=last - length + 1,
            last_month=last,
            crew_size=rng.choices((1, 2, 4, 8, 15, 35, 80, 200), (10, 12, 20, 24, 18, 10, 5, 1))[0],
            wage=rng.randrange(35, 110) * 100,
            job=rng.choice(employer.trade.jobs),
            start=start,
            end=window[1],
        )

    def _number(self) -> str:
        self._cases += 1
        return f"{self._prefix}{self._cases:06d}"

    def _relapse(self, first: Dispute, since: datetime) -> Dispute:
        """The same firm and site in trouble before: months that do not touch, often the same workers."""
        rng = self.rng
        gap = rng.randrange(5, 10)
        length = rng.randrange(1, 4)
        relapse = Dispute(
            case=self._number(),
            employer=first.employer,
            site=first.site,
            address=first.address,
            street_code=first.street_code,
            boss=first.boss,
            first_month=first.first_month - gap - length + 1,
            last_month=first.first_month - gap,
            crew_size=first.crew_size,
            wage=first.wage,
            job=first.job,
            start=since + (first.start - since) * rng.random() ** 2,
            end=first.start,
        )
        if rng.random() < 0.45:
            first.crew, relapse.crew = list(shared := _shared_crew(rng)), list(shared)
        return relapse


def _shared_crew(rng: Random) -> list[Person]:
    """Workers who were there both times."""
    return [people.make_person(rng) for _ in range(rng.randrange(1, 5))]
