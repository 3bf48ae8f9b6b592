"""Who tells which channel what of a dispute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.told import RosterLine, Told
from sandbox.world import people, wording
from sandbox.world.books import BOOKS
from sandbox.world.manners import Family
from sandbox.world.people import Dispute, Person
from sandbox.world.said import SHANGHAI, Said, Teller
from sandbox.world.spelling import Speller

_CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "wage_monitor", "mailbox", "walk_in")
_SHARES = (32, 18, 9, 14, 10, 9, 8)
_SHARES_OTHER = (38, 20, 10, 14, 0, 9, 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a planned complaint must be; None leaves it to chance."""

    channel: str | None = None
    kind: str | None = None
    knows: str | None = None


class Storyteller:
    """Turns disputes into what the channels hear."""

    def __init__(self, rng: Random, family: Family, agents: list[Person], *, wide: bool = False) -> None:
        self.rng = rng
        self.speller = Speller(rng, family, wide=wide)
        self.agents = agents
        self._claims = 0

    def tell(self, dispute: Dispute, wishes: list[Wish]) -> list[Told]:
        """All complaints about one dispute, without keys."""
        rng, tellers, told = self.rng, list[Teller](), list[Told]()
        for wish in wishes:
            again = [t for t in tellers if t.kind != "anon"] if wish.kind is None else []
            if again and rng.random() < 0.28:
                teller = rng.choice(again)
            else:
                teller = self._teller(dispute, wish, tellers)
                tellers.append(teller)
            channel = wish.channel or self._channel(dispute, teller)
            teller.channel = channel
            at = self._moment(dispute.start, dispute.end)
            told.append(self._complaint(dispute, teller, channel, at, wish))
        return told

    def _teller(self, dispute: Dispute, wish: Wish, before: list[Teller]) -> Teller:
        rng, roll = self.rng, self.rng.random()
        kind = wish.kind or "worker"
        if wish.kind is None:
            if roll < 0.08:
                kind = "anon"
            elif roll < 0.22 and dispute.crew_size >= 4 and all(t.kind != "crew" for t in before):
                kind = "crew"
        place = sum(t.kind != "anon" for t in before)
        while len(dispute.crew) <= place:
            dispute.crew.append(people.make_person(rng))
        person = dispute.crew[place]
        single = dispute.months * dispute.wage + rng.randrange(-9, 10) * 100
        single = max(single if rng.random() < 0.8 else single + rng.randrange(100), 500)
        heads = dispute.crew_size if kind == "crew" else 1
        phone = rng.choice(self.agents).phone if rng.random() < 0.07 else person.phone
        return Teller(f"{dispute.case}-{len(before) + 1}", kind, person, single * heads, heads, phone)

    def _channel(self, dispute: Dispute, teller: Teller) -> str:
        rng = self.rng
        if teller.kind == "anon":
            return rng.choices(("message_board", "hotline_12345", "mailbox"), (60, 25, 15))[0]
        shares = _SHARES if dispute.employer.trade.construction else _SHARES_OTHER
        first = rng.choices(_CHANNELS, shares)[0]
        return rng.choices(_CHANNELS, shares)[0] if first == teller.channel else first

    def _moment(self, start: datetime, end: datetime) -> datetime:
        """Some at once, most within weeks; few at night, as long as there is a day to wait for."""
        rng = self.rng
        at = start + timedelta(days=rng.expovariate(1 / 9)) if rng.random() < 0.9 else start
        if at > end:
            at = start + (end - start) * rng.random()
        later = at + timedelta(hours=8)
        if at.astimezone(SHANGHAI).hour < 7 and later < end and end - start > timedelta(days=1):
            at = later
        return at.replace(microsecond=0)

    def _complaint(self, d: Dispute, teller: Teller, channel: str, at: datetime, wish: Wish) -> Told:
        rng = self.rng
        said = Said(self.speller, d, teller, channel, at, wish.knows)
        title, narrative = wording.compose(rng, channel, said.facts(), BOOKS[self.speller.family])
        fields = said.fields()
        crew = teller.kind == "crew"
        return Told(
            key="",
            channel=channel,
            told_at=at,
            case=d.case,
            claim=teller.claim,
            title=title,
            narrative=narrative,
            rural=d.employer.trade.construction or rng.random() < 0.4,
            construction=d.employer.trade.construction,
            confidential=rng.random() < 0.03,
            urgent=(crew and teller.heads >= 30) or rng.random() < 0.02,
            roster=self._roster(d, teller) if crew and channel in ("mailbox", "petition", "walk_in") else (),
            says=said.facts_in(f"{title}{narrative}", fields),
            how=tuple(said.how),
            **fields,
        )

    def _roster(self, dispute: Dispute, teller: Teller) -> tuple[RosterLine, ...]:
        rng = self.rng
        while len(dispute.crew) < dispute.crew_size:
            dispute.crew.append(people.make_person(rng))
        share = Decimal(teller.amount // max(teller.heads, 1))
        bare = rng.random() < 0.3
        spell = self.speller
        return tuple(
            (p.name, None if bare else spell.phone(p.phone).text, None if bare else spell.identity(p.id_no).text, share)
            for p in dispute.crew[: dispute.crew_size]
        )
