"""Which disputes there are: firms with their sites, sisters, namesakes and next year's trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sandbox.world import people, tables
from sandbox.world.people import Dispute, Employer, Person, Site
from sandbox.world.said import SHANGHAI

Place = tuple[str, str, str]

_COUNTS = (1, 2, 3, 4, 6, 9, 14, 24, 45, 90, 160)
_COUNT_SHARES = (400, 240, 110, 80, 70, 45, 28, 14, 8, 4, 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """When the world plays and how large it is."""

    since: datetime
    until: datetime
    complaints: int
    home: str

    @property
    def places(self) -> list[Place]:
        """The districts that play a part: home alone when small, its neighbours as the world grows."""
        order = sorted(tables.DISTRICTS, key=lambda place: place[0] != self.home)
        return order[: min(len(order), 2 + self.complaints // 3000)]

    @property
    def largest(self) -> int:
        """The most complaints one dispute may draw."""
        return max(8, self.complaints // 25)


class Disputes:
    """Makes groups of disputes that a careless rule would confuse."""

    def __init__(self, rng: Random, frame: Frame) -> None:
        self.rng = rng
        self.frame = frame
        self._cases = 0
        self._names: set[str] = set()
        places = frame.places
        self._places = places
        self._place_weights = [10 * len(places)] + [1] * (len(places) - 1) if len(places) < 4 else [1] * len(places)

    def group(self, window: tuple[datetime, datetime]) -> list[Dispute]:
        """The disputes of one firm, and of those easily taken for it."""
        rng = self.rng
        place = rng.choices(self._places, self._place_weights)[0]
        employer = self._register(people.make_employer(rng, place))
        found = self._of(employer, place, window)
        roll = rng.random()
        if roll < 0.09:
            found += self._of(self._register(people.make_sister(rng, employer)), place, window)
        elif roll < 0.16:
            found += self._of(self._register(people.make_namesake(rng, employer, place)), place, window)
        return found

    def single(self, window: tuple[datetime, datetime], employer: Employer | None = None) -> Dispute:
        """One dispute alone, at home."""
        place = self._places[0]
        firm = employer or self._register(people.make_employer(self.rng, place))
        sites: list[Site | None] = [*people.make_sites(self.rng, firm, place)[:1]]
        return self._dispute(firm, sites[0] if sites else None, place, window)

    def sisters(self, window: tuple[datetime, datetime]) -> list[Dispute]:
        """Two firms one character apart, each with a dispute."""
        first = self.single(window)
        return [first, self.single(window, self._register(people.make_sister(self.rng, first.employer)))]

    def count(self) -> int:
        """How many complaints a dispute draws."""
        drawn = self.rng.choices(_COUNTS, _COUNT_SHARES)[0]
        return min(drawn if drawn < 6 else int(drawn * (0.75 + self.rng.random() / 2)), self.frame.largest)

    def _register(self, employer: Employer) -> Employer:
        """No two firms of a district are registered under one name."""
        place = next(p for p in tables.DISTRICTS if p[0] == employer.district)
        while f"{employer.district}{employer.name}" in self._names:
            employer = people.make_employer(self.rng, place)
        self._names.add(f"{employer.district}{employer.name}")
        return employer

    def _of(self, employer: Employer, place: Place, window: tuple[datetime, datetime]) -> list[Dispute]:
        rng = self.rng
        sites: list[Site | None] = [*people.make_sites(rng, employer, place)] or [None]
        found: list[Dispute] = []
        boss = people.make_person(rng)
        for site in sites:
            if found and rng.random() < 0.2:
                continue
            found.append(self._dispute(employer, site, place, window, boss if rng.random() < 0.4 else None))
        if rng.random() < 0.13:
            found.append(self._relapse(found[0], window[0]))
        return found

    def _dispute(
        self,
        employer: Employer,
        site: Site | None,
        place: Place,
        window: tuple[datetime, datetime],
        boss: Person | None = None,
    ) -> Dispute:
        rng = self.rng
        self._cases += 1
        start = window[0] + (window[1] - window[0]) * rng.random()
        local = start.astimezone(SHANGHAI)
        last = local.year * 12 + local.month - 1 - rng.choices((0, 1, 2, 3, 5), (3, 45, 26, 16, 10))[0]
        length = rng.choices((1, 2, 3, 4, 5, 6, 8, 11), (15, 22, 22, 13, 8, 9, 6, 5))[0]
        street, address = (site.street_code, site.address) if site else people.make_address(rng, place)
        return Dispute(
            case=f"D{self._cases:06d}",
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

    def _relapse(self, first: Dispute, since: datetime) -> Dispute:
        """The same firm and site in trouble before: months that do not touch, often the same workers."""
        rng = self.rng
        self._cases += 1
        gap = rng.randrange(5, 10)
        length = rng.randrange(1, 4)
        relapse = Dispute(
            case=f"D{self._cases:06d}",
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
