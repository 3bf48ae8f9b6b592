"""The firms of the economy: how many they employ, what they pay, and how sound they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.economy.tempers import Temper

_TOWNS = ("370215001000", "370215002000", "370215003000", "370215004000", "370215101000", "370215102000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """One firm. `site` is None where it is no construction firm. Wages are yuan a worker and month."""

    number: int
    name: str
    district_code: str
    site: str | None
    started_on: date
    deposit_paid: bool
    heads: int
    wage: int
    pay_day: int
    fragile: float
    """How much likelier than an average firm it fails."""
    candid: bool
    """Whether it reports unpaid wages as unpaid."""


def found(number: int, chance: Random, temper: Temper, begins: date) -> Firm:
    """One firm by chance."""
    builds = chance.random() < temper.building
    return Firm(
        number=number,
        name=f"试验用人单位{number:05d}",
        district_code=chance.choice(_TOWNS),
        site=f"SITE{number:05d}" if builds else None,
        started_on=begins - timedelta(days=chance.randrange(60, 500)),
        deposit_paid=chance.random() > 0.06,
        heads=chance.randrange(8, 45),
        wage=chance.randrange(4_200, 9_000, 100),
        pay_day=chance.choice((10, 10, 15, 15, 20, 25)),
        fragile=min(6.0, chance.lognormvariate(-0.5, 1.0)),
        candid=chance.random() > temper.pretends,
    )
