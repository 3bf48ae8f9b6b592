"""What the fields of a person and a claim can say: phone, identity, name, roster, heads, sum, months and text."""

# ruff: noqa: ARG001 - the last level of a feature is true of every pair that reached it

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, Hamming

from dedupe.features import Number, Truth
from dedupe.fingerprint import Line, Period
from dedupe.persons import IdNumber, Person
from dedupe.text import sound


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
