"""Names, phones, identity numbers and rosters as arrays, against plain definitions, value by value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, Hamming

from dedupe import person_steps
from dedupe.persons import IdNumber, Person, id_number, person, phone
from dedupe.roster_steps import roster_steps
from dedupe.table import Table
from dedupe.tabulate import tabulate
from dedupe.text import sound
from dedupe.values import IDENTITY, PHONE, NumberList, PersonList
from tests.dedupe.making import said

CHANCE = Random(11)


def _digits(length: int, alphabet: str) -> str:
    return "".join(CHANCE.choices(alphabet, k=length))


def _mistyped(digits: str, alphabet: str) -> str:
    place = CHANCE.randrange(len(digits) - 1)
    if CHANCE.random() < 0.5:
        return digits[:place] + CHANCE.choice(alphabet) + digits[place + 1 :]
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _family(first: str, alphabet: str, size: int) -> list[str]:
    """Numbers that are some slips away from each other."""
    found = [first]
    while len(found) < size:
        found.append(_mistyped(CHANCE.choice(found), alphabet))
    return sorted(set(found))


def _agree(left: str, right: str) -> bool:
    return len(left) == len(right) and all("*" in pair or pair[0] == pair[1] for pair in zip(left, right, strict=True))


def _slip(left: str, right: str) -> bool:
    return len(left) == len(right) and DamerauLevenshtein.distance(left, right) == 1


def _phone(left: str, right: str) -> int:
    if any(len(one) == 11 and one[0] == "1" and one[1] in "012" for one in (left, right)):
        return -1
    full = "*" not in left + right
    if left == right and full:
        return 0
    if _agree(left, right):
        return 2
    return 3 if full and _slip(left, right) else 4


def _identity(left: IdNumber, right: IdNumber) -> int:
    if left == right and "*" not in left.digits:
        birthday = len(left.digits) == 15 or (1 <= int(left.digits[10:12]) <= 12 and 1 <= int(left.digits[12:14]) <= 31)
        return 0 if birthday and (len(left.digits) == 15 or len(set(left.digits[:17])) > 1) else -1
    if _agree(left.digits, right.digits):
        return 1
    return 2 if not (left.valid and right.valid) and _slip(left.digits, right.digits) else 3


def _name(left: Person, right: Person) -> int:
    if left.whole and right.whole:
        if left == right:
            return 0
        if sound(left.key) == sound(right.key):
            return 1
        short, long = sorted((left.key, right.key), key=len)
        if len(long) < 3:
            return 4
        if len(short) == len(long):
            return 3 if Hamming.distance(short, long) == 1 else 4
        return 3 if short in {long[:place] + long[place + 1 :] for place in range(len(long))} else 4
    fits = not left.given or not right.given or _agree(left.given, right.given)
    return 2 if left.surname == right.surname and fits else 4


def _table(**lists: Any) -> Table:
    """A table that holds nothing but these values."""
    return replace(tabulate([]), **{name: one.built() for name, one in lists.items()})


def _as_defined(values: Sequence[Any], fast: Callable[[Any, Any], Any], slow: Callable[[Any, Any], int]) -> set[int]:
    """All pairs of values by both ways; the levels that were met."""
    one, other = np.divmod(np.arange(len(values) ** 2), len(values))
    found = fast(one.astype(np.int32), other.astype(np.int32))
    wanted = [slow(left, right) for left in values for right in values]
    assert found.tolist() == wanted
    return set(wanted)


def test_phones_are_compared_as_defined() -> None:
    digits = [
        one
        for start in ("13812345678", "12345678901", "138****5678", "88651234", "0532886512", "1391234****")
        for one in _family(start, "123456789*", 60)
    ]
    listed = NumberList("phone", PHONE)
    numbers = [number for number in map(phone, digits) if number]
    values = list(dict.fromkeys(number.digits for number in numbers))
    for number in numbers:
        listed.number(number)
    phones = _table(phones=listed).phones
    nobody = np.zeros(len(values), dtype=bool)
    assert len(values) ** 2 >= 30_000
    met = _as_defined(values, lambda one, other: person_steps.phone_steps(phones, one, other, nobody), _phone)
    assert met == {-1, 0, 2, 3, 4}
    met = _as_defined(
        values,
        lambda one, other: person_steps.boss_phone_steps(phones, one, other),
        lambda left, right: (0, 0, 1, 1, 2, -1)[_phone(left, right)],
    )
    assert met == {-1, 0, 1, 2}


def test_identity_numbers_are_compared_as_defined() -> None:
    starts = ("11010519491231002X", "111111111111111111", "110105********002X", "110105491231002", "440524188001010014")
    read = [id_number(one) for start in starts for one in _family(start, "0123456789*", 60)]
    values = list(dict.fromkeys(number for number in read if number))
    listed = NumberList("id", IDENTITY)
    for number in values:
        listed.number(number)
    ids = _table(ids=listed).ids
    assert len(values) ** 2 >= 30_000
    met = _as_defined(values, lambda one, other: person_steps.id_steps(ids, one, other), _identity)
    assert met == {-1, 0, 1, 2, 3}


def test_two_numbers_that_both_check_out_are_two_however_alike() -> None:
    """A slip of the pen spoils the check digit: where both are in order nobody slipped."""
    listed = NumberList("id", IDENTITY)
    for digits in ("11010519491231002X", "11010519491231003X"):
        number = id_number(digits)
        assert number
        listed.number(number)
    ids = _table(ids=listed).ids
    one, other = np.asarray([0], np.int32), np.asarray([1], np.int32)
    assert person_steps.id_steps(ids, one, other).tolist() == [2]
    checked = replace(ids, valid=np.ones_like(ids.valid))
    assert person_steps.id_steps(checked, one, other).tolist() == [3]


def test_names_are_compared_as_defined() -> None:
    read = {
        person(
            CHANCE.choice(("张", "章", "欧阳", "欧", "司马", "李"))
            + "".join(CHANCE.choices("阳建健国伟*", k=CHANCE.randint(0, 3)))
            + CHANCE.choice(("", "", "", "师傅"))
        )
        for _ in range(500)
    }
    values = sorted((who for who in read if who), key=repr)
    listed = PersonList()
    for who in values:
        listed.number(who)
    persons = _table(persons=listed).persons
    assert len(values) ** 2 >= 50_000
    met = _as_defined(values, lambda one, other: person_steps.name_steps(persons, one, other), _name)
    assert met == {0, 1, 2, 3, 4}
    met = _as_defined(
        values,
        lambda one, other: person_steps.boss_steps(persons, one, other),
        lambda left, right: (0, 1, 1, 2, 2)[_name(left, right)],
    )
    assert met == {0, 1, 2}


def test_rosters_have_in_common_whoever_is_in_both() -> None:
    names = [f"{surname}{given}" for surname in "张王李赵孙钱" for given in ("建国", "伟", "海涛", "红", "树林")]
    crews = [tuple((name, None, None) for name in CHANCE.sample(names, CHANCE.randint(1, 9))) for _ in range(120)]
    table = tabulate([said(f"c{place}", crew=crew) for place, crew in enumerate(crews)])
    one, other = np.divmod(np.arange(len(crews) ** 2), len(crews))
    wanted = [min(2, len(set(left) & set(right))) for left in crews for right in crews]
    assert roster_steps(table.crews, table.crew[one], table.crew[other]).tolist() == wanted
    assert set(wanted) == {0, 1, 2}
