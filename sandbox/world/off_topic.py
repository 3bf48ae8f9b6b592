"""What else people write to a message board: houses, deposits, loans. Each is a case of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sandbox.told import Told
from sandbox.world import people, tables, wording
from sandbox.world.places import Place

_SHARE = 0.05
_TEXT_ONLY = ("message_board", "mailbox")


class OffTopic:
    """Adds one text about something else to every twenty on the channels that hold only text."""

    def __init__(self, rng: Random, places: Sequence[Place], part: int | None = None) -> None:
        self.rng = rng
        self.places = places
        self._wide = part is not None
        self._prefix = "N" if part is None else f"N{part:03d}-"
        self._due = 0.0
        self._made = 0

    def beside(self, told: list[Told], window: tuple[datetime, datetime]) -> list[Told]:
        """Those that come due beside these complaints."""
        self._due += sum(one.channel in _TEXT_ONLY for one in told) * _SHARE / (1 - _SHARE)
        found = []
        while self._due >= 1:
            self._due -= 1
            found.append(self._one(window))
        return found

    def _one(self, window: tuple[datetime, datetime]) -> Told:
        rng = self.rng
        self._made += 1
        place = rng.choice(self.places) if self._wide else self.places[0]
        firm = people.make_employer(rng, place)
        facts = {
            "employer": firm.brand + firm.trade_word,
            "site": rng.choice(tables.SITE_FIRST) + rng.choice(tables.SITE_SECOND) + "小区",
            "boss": people.person_name(rng),
            "amount": wording.amount_words(rng, rng.randrange(2, 400) * 500),
            "since": f"{rng.randrange(2019, 2027)}年{rng.randrange(1, 13)}月",
            "address": people.make_address(rng, place)[1],
        }
        title, narrative = wording.noise(rng, facts)
        case = f"{self._prefix}{self._made:06d}"
        return Told(
            key="",
            channel=rng.choice(_TEXT_ONLY),
            told_at=(window[0] + (window[1] - window[0]) * rng.random()).replace(microsecond=0),
            case=case,
            claim=f"{case}-1",
            title=title,
            narrative=narrative,
            district_code=place.code if self._wide else None,
        )
