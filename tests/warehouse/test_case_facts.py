"""Heads and yuan of a case are a union: the order does not matter, the same worker twice adds nobody and no yuan."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import pytest

from warehouse.store.case_facts import Member, Person, best, firm_of, heads, yuan_in_fen

AT = datetime(2026, 11, 1, tzinfo=UTC)


def member(key: str, claim: str, *, count: int | None = None, fen: int | None = None) -> Member:
    return Member(
        complaint_id=key,
        claim_id=claim,
        received_at=AT,
        kind="worker_complaint",
        nature="arrears",
        sector="unknown",
        employer_name=None,
        employer_uscc=None,
        site_name=None,
        district_code=None,
        worker_count=count,
        amount_fen=fen,
        arrears_from=None,
        arrears_to=None,
        urgent=False,
        confidential=False,
    )


def person(key: str, name: str | None, phone: str | None, fen: int | None, *, complainant: bool = True) -> Person:
    return Person(complaint_id=key, complainant=complainant, name=name, phone=phone, id_no=None, own_fen=fen)


def test_the_same_worker_over_three_channels_adds_nobody_and_no_yuan() -> None:
    members = [member(key, "a", fen=800000) for key in "abc"]
    people = [person(key, "n1", "p1", 800000) for key in "ab"] + [person("c", None, "p1", 800000)]
    assert (heads(members, people), yuan_in_fen(members, people)) == (1, 800000)


def test_a_roster_and_its_members_own_complaints_are_counted_once() -> None:
    crew = [person("r", f"n{number}", f"p{number}", 1_000_00, complainant=False) for number in range(12)]
    members = [member("r", "r", count=12, fen=12_000_00), member("a", "a", fen=1_000_00)]
    people = [*crew, person("a", "n3", "p3", 1_000_00)]
    assert (heads(members, people), yuan_in_fen(members, people)) == (12, 12_000_00)


@pytest.mark.parametrize("seed", range(20))
def test_195_people_and_2_76_million_come_out_whatever_the_order(seed: int) -> None:
    shares = [1_415_000 + (1_000 if number < 75 else 0) for number in range(195)]
    shares[0] += 276_000_000 - sum(shares)
    crew = [
        person(f"r{number % 5}", f"n{number}", f"p{number}", share, complainant=False)
        for number, share in enumerate(shares)
    ]
    again = [person(f"again{n}", f"n{n}", f"p{n}", shares[n]) for n in range(0, 195, 7)]
    members = [member(f"r{n}", f"r{n}") for n in range(5)]
    members += [member(f"again{n}", f"c{n}", fen=shares[n]) for n in range(0, 195, 7)]
    people = [*crew, *again]
    chance = random.Random(seed)
    chance.shuffle(members)
    chance.shuffle(people)
    assert (heads(members, people), yuan_in_fen(members, people)) == (195, 276_000_000)


def test_nobody_said_is_not_zero() -> None:
    assert heads([member("a", "a")], []) is None
    assert yuan_in_fen([member("a", "a")], []) is None


def test_two_people_of_one_name_with_different_phones_are_two() -> None:
    members = [member("a", "a"), member("b", "b")]
    assert heads(members, [person("a", "n", "p1", None), person("b", "n", "p2", None)]) == 2


def test_the_best_spelling_is_the_commonest_then_the_fullest() -> None:
    assert best(["蓝天", "蓝天海产", None, "蓝天海产"]) == "蓝天海产"
    assert best(["蓝天", "蓝天海产公司"]) == "蓝天海产公司"
    assert best([None, ""]) is None


FULL, SHORT, TYPO = "青岛祥晟机电安装有限公司", "祥晟机电", "青岛详晟机电有限公司"


def test_among_employers_named_equally_often_the_one_named_in_full_whatever_its_id() -> None:
    for ids in itertools.permutations(("emp_a", "emp_b", "emp_c")):
        full, short, typo = ids
        told = [(short, SHORT), (typo, TYPO), (full, FULL), (None, "祥盛"), (None, None)]
        for order in itertools.permutations(told):
            assert firm_of(order) == full
        assert firm_of([*told, (short, SHORT)]) == short, "most members name it"
        assert firm_of([(short, SHORT), (typo, None)]) == short
    assert firm_of([(None, FULL)]) is None
