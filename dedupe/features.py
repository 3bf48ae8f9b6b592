"""What each field can say about two complaints. The docstrings are the sentences an inspector reads beside the score.

A feature is a row of levels; the first level that is true speaks. A field that one side left out says nothing at all.
"""

# ruff: noqa: ARG001 - the last level of a feature is true of every pair that reached it

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, Hamming

from casework.linkage import Finding
from dedupe import naming
from dedupe.employers import Employer
from dedupe.fingerprint import Line, Period
from dedupe.persons import IdNumber, Person
from dedupe.sites import Site
from dedupe.text import sound

Number: TypeAlias = Any
"""An int, or an array of them."""
Truth: TypeAlias = Any
"""A bool, or an array of them."""
Test: TypeAlias = Callable[[Any, Any], Any]


class Bars(StrEnum):
    """What a contradiction bars: being one worker's claim, or being one dispute (and then one claim neither)."""

    CLAIM = "claim"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Level:
    """One thing a field can say. `bars` makes it a contradiction that no score outweighs."""

    test: Test
    finding: Finding
    bars: Bars | None = None

    @property
    def name(self) -> str:
        """The name under which weights and translations know it."""
        return str(getattr(self.test, "__name__", ""))

    @property
    def sentence(self) -> str:
        """What is read beside the score."""
        return (self.test.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Feature:
    """One field and its levels, strongest first.

    `rare`: a common value says less than a rare one. `personal`: tells persons apart, not disputes. `numeric`: the
    tests take arrays as well as numbers. `step`: finds the level at once where testing in turn would be slow.
    """

    name: str
    levels: tuple[Level, ...]
    rare: bool = False
    personal: bool = False
    numeric: bool = False
    step: Callable[[Any, Any], int] | None = None

    def level(self, left: object, right: object) -> int:
        """The first level that is true of two values."""
        if self.step is not None:
            return self.step(left, right)
        return next(index for index, level in enumerate(self.levels) if level.test(left, right))


def codes_are_one(left: str, right: str) -> bool:
    """Both give the same credit code."""
    return left == right


def codes_differ(left: str, right: str) -> bool:
    """Both give a credit code and they are different."""
    return left != right


def employers_are_one(left: Employer, right: Employer) -> bool:
    """The employer is written the same, but for place and legal form."""
    return naming.alike(left, right) is naming.Alike.ONE


def employer_in_short(left: Employer, right: Employer) -> bool:
    """One side writes the employer in short."""
    return naming.alike(left, right) is naming.Alike.SHORT


def employer_within(left: Employer, right: Employer) -> bool:
    """One employer's name contains the other's."""
    return naming.alike(left, right) is naming.Alike.WITHIN


def employers_sound_alike(left: Employer, right: Employer) -> bool:
    """The employers' names sound alike and are written differently."""
    return naming.alike(left, right) is naming.Alike.SOUND


def employers_one_character(left: Employer, right: Employer) -> bool:
    """The employers' names differ in one character: a slip, or a sister company."""
    return naming.alike(left, right) is naming.Alike.CHARACTER


def employer_trades_differ(left: Employer, right: Employer) -> bool:
    """The employers have one name and different trades."""
    return naming.alike(left, right) is naming.Alike.TRADE


def employers_elsewhere(left: Employer, right: Employer) -> bool:
    """The employers have one name and are in different cities."""
    return naming.alike(left, right) is naming.Alike.ELSEWHERE


def employer_vague(left: Employer, right: Employer) -> bool:
    """One side does not say which firm it is."""
    return naming.alike(left, right) is naming.Alike.VAGUE


def employers_differ(left: Employer, right: Employer) -> bool:
    """The employers' names are different."""
    return naming.alike(left, right) is naming.Alike.NONE


def sites_are_one(left: Site, right: Site) -> bool:
    """The site is the same."""
    return naming.sites(left, right) is naming.Sites.ONE


def sites_close(left: Site, right: Site) -> bool:
    """The site is written alike."""
    return naming.sites(left, right) is naming.Sites.CLOSE


def sites_one_character(left: Site, right: Site) -> bool:
    """The sites differ in one character: a slip, or another site."""
    return naming.sites(left, right) is naming.Sites.CHARACTER


def site_vague(left: Site, right: Site) -> bool:
    """One side gives a town or a number and no site."""
    return naming.sites(left, right) is naming.Sites.VAGUE


def phases_differ(left: Site, right: Site) -> bool:
    """The same project, and a different phase."""
    return naming.sites(left, right) is naming.Sites.PHASE


def sections_differ(left: Site, right: Site) -> bool:
    """The same project, and a different section."""
    return naming.sites(left, right) is naming.Sites.SECTION


def sites_differ(left: Site, right: Site) -> bool:
    """The sites are different."""
    return naming.sites(left, right) is naming.Sites.NONE


def addresses_are_one(left: Site, right: Site) -> bool:
    """The address is the same."""
    return naming.addresses(left, right) is naming.Sites.ONE


def addresses_close(left: Site, right: Site) -> bool:
    """The address is written alike."""
    return naming.addresses(left, right) is naming.Sites.CLOSE


def address_vague(left: Site, right: Site) -> bool:
    """One address is too short to tell."""
    return naming.addresses(left, right) is naming.Sites.VAGUE


def addresses_differ(left: Site, right: Site) -> bool:
    """The addresses are different."""
    return True


def districts_are_one(left: str, right: str) -> bool:
    """The district is the same."""
    return left[:6] == right[:6]


def districts_differ(left: str, right: str) -> bool:
    """The districts are different."""
    return True


def phones_are_one(left: Line, right: Line) -> bool:
    """Both give the same phone."""
    return left.phone == right.phone and left.phone.full and not left.of_many


def phone_of_many(left: Line, right: Line) -> bool:
    """Both give the same phone, which many different people give."""
    return left.phone == right.phone and left.phone.full


def phones_fit(left: Line, right: Line) -> bool:
    """The visible digits of the phones agree."""
    both = left.phone.digits, right.phone.digits
    return len(both[0]) == len(both[1]) and all("*" in pair or pair[0] == pair[1] for pair in zip(*both, strict=True))


def phones_one_slip(left: Line, right: Line) -> bool:
    """The phones differ in one digit, or in two that changed places."""
    return left.phone.full and right.phone.full and _one_slip(left.phone.digits, right.phone.digits)


def phones_differ(left: Line, right: Line) -> bool:
    """The phones are different."""
    return True


def ids_are_one(left: IdNumber, right: IdNumber) -> bool:
    """Both give the same identity number."""
    return left == right and "*" not in left.digits


def ids_fit(left: IdNumber, right: IdNumber) -> bool:
    """The visible digits of the identity numbers agree."""
    both = left.digits, right.digits
    return len(both[0]) == len(both[1]) and all("*" in pair or pair[0] == pair[1] for pair in zip(*both, strict=True))


def ids_one_slip(left: IdNumber, right: IdNumber) -> bool:
    """The identity numbers differ in one digit, and one of them has a wrong check digit."""
    return not (left.valid and right.valid) and _one_slip(left.digits, right.digits)


def ids_differ(left: IdNumber, right: IdNumber) -> bool:
    """Both give an identity number and they are different."""
    return True


def names_are_one(left: Person, right: Person) -> bool:
    """The complainant's name is the same."""
    return left == right and left.whole


def names_sound_alike(left: Person, right: Person) -> bool:
    """The complainants' names sound alike."""
    return left.whole and right.whole and sound(left.key) == sound(right.key)


def names_fit(left: Person, right: Person) -> bool:
    """A name is masked or short, and what is visible agrees."""
    if (left.whole and right.whole) or left.surname != right.surname:
        return False
    if not left.given or not right.given:
        return True
    same_length = len(left.given) == len(right.given)
    return same_length and all("*" in pair or pair[0] == pair[1] for pair in zip(left.given, right.given, strict=True))


def names_one_character(left: Person, right: Person) -> bool:
    """The complainants' names differ in one character."""
    if not (left.whole and right.whole) or len(left.key) != len(right.key) or len(left.key) < 3:
        return False
    return int(Hamming.distance(left.key, right.key)) == 1


def names_differ(left: Person, right: Person) -> bool:
    """The complainants' names are different."""
    return True


def bosses_are_one(left: Person, right: Person) -> bool:
    """The boss is the same."""
    return left == right and left.whole


def bosses_fit(left: Person, right: Person) -> bool:
    """The boss may be the same: one side gives the surname only, or another character that sounds the same."""
    return names_fit(left, right) or names_sound_alike(left, right)


def bosses_differ(left: Person, right: Person) -> bool:
    """The bosses are different."""
    return True


def rosters_share(left: frozenset[str], right: frozenset[str]) -> bool:
    """Both rosters name the same person."""
    return not left.isdisjoint(right)


def rosters_differ(left: frozenset[str], right: frozenset[str]) -> bool:
    """The rosters have nobody in common."""
    return True


def heads_are_one(left: Number, right: Number) -> Truth:
    """The number of workers is the same."""
    return left == right


def heads_close(left: Number, right: Number) -> Truth:
    """The number of workers is about the same."""
    return abs(left - right) * 4 <= np.maximum(left, right)


def heads_differ(left: Number, right: Number) -> Truth:
    """The numbers of workers are different."""
    return True


def amounts_are_one(left: Number, right: Number) -> Truth:
    """The amount owed is the same."""
    return left == right


def amounts_close(left: Number, right: Number) -> Truth:
    """The amounts owed are within a twentieth of each other."""
    return abs(left - right) * 20 <= np.maximum(left, right)


def amounts_near(left: Number, right: Number) -> Truth:
    """The amounts owed are within a quarter of each other."""
    return abs(left - right) * 4 <= np.maximum(left, right)


def amounts_differ(left: Number, right: Number) -> Truth:
    """The amounts owed are different."""
    return True


def periods_are_one(left: Period, right: Period) -> bool:
    """The unpaid months are the same."""
    return left == right


def periods_overlap(left: Period, right: Period) -> bool:
    """The unpaid months overlap."""
    return max(left.first, right.first) <= min(left.last, right.last)


def periods_touch(left: Period, right: Period) -> bool:
    """The unpaid months lie close together."""
    return left.gap(right) <= 1


def periods_disjoint(left: Period, right: Period) -> bool:
    """The unpaid months lie apart."""
    return True


def told_within_weeks(left: Number, right: Number) -> Truth:
    """Both were told within a month."""
    return abs(left - right) <= 31


def told_within_half_a_year(left: Number, right: Number) -> Truth:
    """Both were told within half a year."""
    return abs(left - right) <= 183


def told_long_apart(left: Number, right: Number) -> Truth:
    """They were told more than half a year apart."""
    return True


def texts_are_one(share: float, _: None = None) -> bool:
    """The two texts are the same but for a few words."""
    return share >= 0.8


def texts_alike(share: float, _: None = None) -> bool:
    """The two texts have much in common."""
    return share >= 0.45


def texts_differ(share: float, _: None = None) -> bool:
    """The two texts are told differently."""
    return True


def _one_slip(left: str, right: str) -> bool:
    return len(left) == len(right) and int(DamerauLevenshtein.distance(left, right, score_cutoff=1)) == 1
