"""Files of one address fill neither the inbox nor the way of others: a share of a day, and words always."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.self_report import LEFT
from counter.room import Budget, around
from tests.counter.conftest import Page, opened_page, post, receipt_in, tokens

VOICE = b"#!AMR\n" + bytes(700_000)
DAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def small(tmp_path: Path, now: datetime) -> Iterator[Page]:
    """A page on which one address may leave two megabytes a day, and one where the room is scarce."""
    with opened_page(tmp_path, now, place_megabytes=2, scarce_megabytes=1) as made:
        yield made


def told(page: Page) -> list[dict[str, Any]]:
    """What the office reads of every posting, in any order."""
    return [dict(raw.payload) for raw in page.office.pull(None, now=page.now)]


def test_one_address_uses_up_its_share_and_its_words_and_the_files_of_others_go_in(small: Page) -> None:
    here = small.phone("203.0.113.7")
    for _ in range(2):
        assert "files could not be taken" not in post(here, files=[("a", VOICE)]).text
    over = post(here, files=[("a", VOICE), ("b", VOICE[:900])])
    assert over.status_code == 200
    assert "2 of your files could not be taken" in over.text
    assert "2 个文件没有收下" in post(small.phone("203.0.113.7", "zh"), files=[("a", VOICE), ("b", VOICE[:900])]).text
    assert "could not be taken" not in post(small.phone("203.0.113.8"), files=[("a", VOICE)]).text
    found = sorted((len(one["files"]), one.get("files_left") or 0) for one in told(small))
    assert found == [(0, 2), (0, 2), (1, 0), (1, 0), (1, 0)]
    remarks = sorted(small.office.read(raw).remarks for raw in small.office.pull(None, now=small.now))
    assert remarks == [(), (), (), (f"{LEFT}:2",), (f"{LEFT}:2",)]
    small.later(days=1)
    assert "could not be taken" not in post(here, files=[("a", VOICE)]).text


def test_who_only_speaks_is_asked_for_words_and_loses_nothing_typed(small: Page) -> None:
    here = small.phone("203.0.113.7")
    for _ in range(2):
        post(here, files=[("a", VOICE)])
    asked = post(here, files=[("a", VOICE)], story="", employer="青岛某某公司")
    assert asked.status_code == 503
    assert "send them without the files" in asked.text
    assert 'value="青岛某某公司"' in asked.text
    assert "今天从这个网络传来的文件太多" in post(small.phone("203.0.113.7", "zh"), files=[("a", VOICE)], story="").text
    assert len(told(small)) == 2


def test_a_form_sent_again_costs_nothing_and_a_correction_what_it_adds(small: Page) -> None:
    here = small.phone("203.0.113.7")
    hidden = tokens(here)
    first = post(here, files=[("a", VOICE)], **hidden)
    for _ in range(4):
        assert receipt_in(post(here, files=[("a", VOICE)], **hidden)) == receipt_in(first)
        corrected = post(here, files=[("a", VOICE)], **hidden, story="工资四个月没发。")
        assert "could not be taken" not in corrected.text
        post(here, files=[("a", VOICE)], **hidden)
    grown = post(here, files=[(f"{one}", VOICE) for one in range(3)], **hidden, story="三段录音")
    assert grown.status_code == 503, "more than its share: what lies there already stays as it is"
    (kept,) = told(small)
    assert len(kept["files"]) == 1


def test_when_the_room_is_scarce_everybody_has_a_small_share_and_when_it_is_over_words_go_in(small: Page) -> None:
    small.inbox._most = 3_000_000
    for number in range(3):
        assert "could not be taken" not in post(small.phone(f"198.51.{number}.1"), files=[("a", VOICE)]).text
    large = post(small.phone("198.51.9.1"), files=[("a", VOICE), ("b", VOICE[:400_000])])
    assert "2 of your files could not be taken" in large.text, (
        "with it the room would be scarce, and a share is one megabyte"
    )
    assert "could not be taken" not in post(small.phone("198.51.10.1"), files=[("a", VOICE[:300_000])]).text
    full = post(small.phone("198.51.11.1"), files=[("a", VOICE)])
    assert (full.status_code, "1 of your files could not be taken" in full.text) == (200, True)
    assert post(small.phone("198.51.12.1")).status_code == 200


@given(
    some.lists(some.tuples(some.integers(0, 30), some.integers(1, 60), some.booleans(), some.booleans()), max_size=60)
)
def test_no_place_ever_has_more_than_its_share_nor_its_surroundings_more_than_ten(
    asked: list[tuple[int, int, bool, bool]],
) -> None:
    budget, kept = Budget(100, 20), dict.fromkeys(range(31), 0)
    for place, size, scarce, breaks in asked:
        try:
            with budget.taking(f"203.0.113.{place}", DAY) as room:
                room(size, False)
                if room(size, scarce):
                    kept[place] += 0 if breaks else size
                    assert not scarce or kept[place] + (size if breaks else 0) <= 20
                if breaks:
                    raise RuntimeError
        except RuntimeError:
            pass
        assert kept[place] <= 100
        assert sum(kept.values()) <= 1_000
    with budget.taking("203.0.113.1", NEXT) as room:
        assert room(100, False)


def test_what_lies_together_is_told_by_its_network() -> None:
    assert around("203.0.113.7") == around("203.0.113.250") == "203.0.113.0/24"
    assert around("2001:db8:1:2::/64") == around("2001:db8:1:3::/64") == "2001:db8:1::/48"
    assert around("nowhere") == "nowhere"
