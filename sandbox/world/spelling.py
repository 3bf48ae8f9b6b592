"""How people spell what they say: three families of mistakes. One is to tune a linker on, two are to report it on."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from sandbox.world.manners import Family, Manner, elsewhere
from sandbox.world.people import Dispute, Employer, Person, Site
from sandbox.world.seen import REPORTING, TUNING, former
from sandbox.world.unseen import UNSEEN

_MANNERS: dict[Family, Manner] = {"tuning": TUNING, "reporting": REPORTING, "unseen": UNSEEN}
_FORMER = 0.02
_ELSEWHERE = 0.005
_MONTH_OFF = 0.06
_ROUNDED = 0.12


class Spelled(NamedTuple):
    """What was written, None when it was not given, and the kind of spelling."""

    text: str | None
    kind: str


class Speller:
    """One family's way of spelling, drawn from one source of chance. `wide`: there are many counties to take it for."""

    def __init__(self, rng: Random, family: Family, *, wide: bool = False) -> None:
        self.rng = rng
        self.family: Family = family
        self.wide = wide
        self._manner = _MANNERS[family]

    def employer(self, employer: Employer) -> Spelled:
        """The firm as somebody calls it."""
        rng = self.rng
        if self.family == "reporting" and rng.random() < _FORMER:
            return Spelled(former(rng, employer), "firm: its former name")
        if self.wide and rng.random() < _ELSEWHERE:
            return Spelled(elsewhere(rng, employer), "firm: thought to be of another city")
        kind, text = self._manner.firms.draw(rng, employer)
        return Spelled(text, kind)

    def boss(self, boss: Person, *, building: bool) -> Spelled:
        """The boss named where the firm was asked for."""
        shapes = self._manner.bosses[not building]
        return Spelled(self.rng.choice(shapes).format(n=boss.name, s=boss.surname), "firm: its boss instead")

    def site(self, site: Site) -> Spelled:
        """The site as somebody calls it."""
        kind, text = self._manner.sites.draw(self.rng, site)
        return Spelled(text, kind)

    def project_as_employer(self, site: Site) -> Spelled:
        """The project named where the firm was asked for."""
        return Spelled(site.name + self.rng.choice(self._manner.projects), "firm: the project instead")

    def person(self, person: Person) -> Spelled:
        """A worker's name as the channel has it."""
        kind, text = self._manner.persons.draw(self.rng, person.name)
        return Spelled(text, kind)

    def phone(self, phone: str) -> Spelled:
        """A phone as typed; None when it was not given."""
        kind, text = self._manner.phones.draw(self.rng, phone)
        return Spelled(text, kind)

    def identity(self, id_no: str) -> Spelled:
        """An identity number as typed; None when it was not given."""
        kind, text = self._manner.id_nos.draw(self.rng, id_no)
        return Spelled(text, kind)

    def months(self, dispute: Dispute, now: int) -> tuple[int, int]:
        """The months owed as somebody remembers them: in the unseen family one end is off by a month at times."""
        first, last = dispute.first_month, dispute.last_month
        if self.family == "unseen":
            first += self._slip()
            last = min(last + self._slip(), now)
        return min(first, last), last

    def _slip(self) -> int:
        rng = self.rng
        return rng.choice((-1, 1)) if rng.random() < _MONTH_OFF else 0

    def amount(self, yuan: int) -> int:
        """The sum as somebody gives it: rounded to thousands at times, in the unseen family to 万 as well."""
        rng = self.rng
        if rng.random() < _ROUNDED and yuan >= 10_000:
            return round(yuan, -3)
        if self.family == "unseen" and rng.random() < _ROUNDED and yuan >= 30_000:
            return round(yuan, -4)
        return yuan
