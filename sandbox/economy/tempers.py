"""How an economy behaves: the chances that its firms, platforms and workers live by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """Chances of one family of economies. Months are months of wages; every chance is invented, none is measured."""

    name: str
    building: float = 0.7
    """Share of firms on a construction site with a special account; others are known by complaints and other dues."""
    trouble_begins: float = 0.013
    """Chance a month that an average firm's money fails."""
    trouble_ends: float = 0.25
    """Chance a month that it comes back."""
    slips: float = 0.05
    """Chance a month that a sound firm pays some days late."""
    irregular: float = 0.05
    """Chance a month that a sound owner pays a special account late."""
    silent: float = 0.02
    """Chance a month that a sound site sends no payroll."""
    silent_in_trouble: float = 0.12
    pretends: float = 0.10
    """Share of firms that report unpaid wages as paid in half of the cases."""
    other_dues: float = 0.6
    """Chance that a firm in trouble owes social insurance too, a month or two later; a third less for utilities."""
    other_dues_sound: float = 0.006
    sudden: float = 0.0005
    """Chance a month that somebody complains of a sound firm: a leaver, a deduction, a quarrel."""
    patience: float = 1.0
    """How long workers wait; half of it is half as long."""


TUNING = Temper(name="tuning")
JUDGING = Temper(
    name="judging",
    building=0.62,
    trouble_begins=0.016,
    trouble_ends=0.3,
    slips=0.07,
    irregular=0.06,
    silent=0.03,
    silent_in_trouble=0.15,
    pretends=0.14,
    other_dues=0.55,
    other_dues_sound=0.008,
    sudden=0.0007,
    patience=0.85,
)
