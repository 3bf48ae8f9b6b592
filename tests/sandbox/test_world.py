"""The invented world: the same for the same seed, its truth whole, its numbers well-formed."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from sandbox.told import Told
from sandbox.world import Family, World, make_world, tell_all, write_resolve_csv, write_truth_csv
from sandbox.world.numbers import code_check, id_check, in_words

UNTIL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]

_DIGEST = """
import hashlib
from datetime import UTC, datetime
from sandbox.world import make_world
world = make_world(11, complaints=300, until=datetime(2026, 11, 20, 0, 30, tzinfo=UTC), days=30, family="{family}")
text = repr([world.told, world.projects, world.balances, world.payrolls, world.attendance])
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> World:
    """The world of the demonstration."""
    return make_world(7, complaints=200, until=UNTIL, days=20)


@pytest.fixture(scope="module", params=["tuning", "reporting"])
def large(request: pytest.FixtureRequest) -> list[Told]:
    """A few thousand complaints of each family."""
    family: Family = request.param
    return make_world(3, complaints=4000, until=UNTIL, family=family).told


@pytest.mark.parametrize("family", ["tuning", "reporting"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(family: str) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST.format(family=family)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def test_another_seed_or_family_gives_another_world(world: World) -> None:
    other_seed = make_world(8, complaints=200, until=UNTIL, days=20)
    other_family = make_world(7, complaints=200, until=UNTIL, days=20, family="reporting")
    assert len({repr(w.told) for w in (world, other_seed, other_family)}) == 3


def test_the_truth_is_a_partition_and_claims_lie_within_cases(large: list[Told]) -> None:
    assert len({told.complaint_id for told in large}) == len(large) == 4000
    cases_of_claim: dict[str, set[str]] = defaultdict(set)
    for told in large:
        cases_of_claim[told.claim].add(told.case)
    assert all(len(cases) == 1 for cases in cases_of_claim.values())
    assert len(set(cases_of_claim)) > len({told.case for told in large})


def test_complaints_come_in_the_order_of_telling_and_within_the_bounds(large: list[Told]) -> None:
    moments = [told.told_at for told in large]
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=150) <= moments[0]
    assert moments[-1] <= UNTIL
    assert [told.key for told in large] == sorted(told.key for told in large)


def test_whole_identity_numbers_and_credit_codes_check(world: World) -> None:
    codes = [told.employer_uscc for told in world.told if told.employer_uscc]
    assert codes
    assert all(len(code) == 18 and code_check(code[:17]) == code[17] for code in codes)
    lines = [line for payroll in world.payrolls for line in payroll.lines]
    assert len(lines) > 100
    assert all(id_check(line.id_no[:17]) == line.id_no[17] and line.id_no[:4] == "3702" for line in lines)
    assert all(re.fullmatch(r"1[3-9]\d{9}", line.phone) for line in lines)


def test_the_check_characters_agree_with_published_vectors() -> None:
    assert id_check("11010519491231002") == "X"
    assert code_check("91110108551385082") == "Q"
    assert code_check("91370215MA3C0000H") == "0"


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "零"), (10, "十"), (32000, "三万二千"), (10500, "一万零五百"), (205, "二百零五"), (7008, "七千零八")],
)
def test_numbers_are_put_into_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_text_channels_hold_nothing_but_text(large: list[Told]) -> None:
    texts = [told for told in large if told.channel in ("message_board", "mailbox")]
    assert len(texts) > 100
    for told in texts:
        assert told.narrative
        assert not any((told.employer_name, told.site_name, told.complainant_name, told.complainant_phone))
        assert told.amount_owed is None


def test_one_text_in_twenty_is_about_something_else(large: list[Told]) -> None:
    texts = [told for told in large if told.channel in ("message_board", "mailbox")]
    off_topic = [told for told in texts if told.case.startswith("N")]
    assert 0.035 <= len(off_topic) / len(texts) <= 0.065
    assert max(Counter(told.case for told in off_topic).values()) == 1


def test_the_world_holds_what_makes_linking_hard(large: list[Told]) -> None:
    phones: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    channels: dict[str, set[str]] = defaultdict(set)
    for told in large:
        channels[told.claim].add(told.channel)
        if told.complainant_phone:
            phones[told.complainant_phone].add(told.case)
        if told.complainant_name:
            names[told.complainant_name].add(told.case)
    assert max(map(len, phones.values())) >= 5, "a phone of an agent"
    assert max(map(len, names.values())) >= 8, "a name that many share"
    assert sum(len(heard) > 1 for heard in channels.values()) > 200, "workers heard on several channels"
    assert any("****" in phone for phone in phones), "masked phones"
    assert any("*" in (told.complainant_id_no or "") for told in large), "masked identity numbers"
    assert max(Counter(told.case for told in large).values()) >= 60, "large crews"
    assert any(told.workers_count and told.workers_count >= 30 for told in large), "joint complaints"
    assert any(re.search("[一二三四五六七八九]万", told.narrative) for told in large), "numerals in words"
    assert any(re.search(r"\d万", told.narrative) for told in large), "万 beside 元"
    assert any("二期" in (told.site_name or "") for told in large), "phases"


def test_the_last_morning_is_a_full_one(world: World) -> None:
    morning = [told for told in world.told if told.told_at > UNTIL - timedelta(hours=18)]
    by_case = Counter(told.case for told in morning)
    heard: dict[str, set[str]] = defaultdict(set)
    for told in morning:
        heard[told.case].add(told.channel)
    assert 35 <= len(morning) <= 50
    assert 18 <= len(by_case) <= 27
    assert max(map(len, heard.values())) >= 3
    assert sum(len(told.roster) >= 30 for told in morning) >= 2


def test_every_channel_is_told_something(world: World) -> None:
    assert {told.channel for told in world.told} == {
        "hotline_12345", "national_clue", "petition", "message_board", "wage_monitor", "mailbox", "walk_in"
    }  # fmt: skip


def test_the_stream_gives_as_many_as_asked_and_starts_at_once() -> None:
    stream = tell_all(5, complaints=1_000_000, until=UNTIL)
    first = list(islice(stream, 500))
    assert len({told.key for told in first}) == 500
    assert sum(1 for _ in tell_all(5, complaints=700, until=UNTIL)) == 700


def test_payrolls_fail_before_most_complaints_and_not_elsewhere(world: World) -> None:
    told_sites = {told.site_name for told in world.told if told.channel == "wage_monitor"}
    disputed = {p.code for p in world.projects if p.name in told_sites}
    assert disputed
    unpaid = {p.project_code for p in world.payrolls if any(line.paid < line.due for line in p.lines)}
    assert len(unpaid & disputed) >= len(disputed) * 0.5
    assert {p.code for p in world.projects} - unpaid, "some pay what they owe"
    assert len(world.balances) > 10
    assert all(balance.balance >= Decimal(0) for balance in world.balances)


def test_the_files_hold_every_complaint_and_the_truth_beside(tmp_path: Path, world: World) -> None:
    write_resolve_csv(world.told, tmp_path / "in.csv")
    write_truth_csv(world.told, tmp_path / "truth.csv")
    with (tmp_path / "in.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    assert len(given[0]) == 16
    assert [row["complaint_id"] for row in given] == [row["complaint_id"] for row in truth]
    assert [row["complaint_id"] for row in given] == [told.complaint_id for told in world.told]
    assert len(given) > 100
    assert not any(told.case in row["narrative"] for row, told in zip(given, world.told, strict=True))
