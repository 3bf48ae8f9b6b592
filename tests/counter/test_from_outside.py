"""The page in its own process under what comes from outside: bounded cost, clear words, everybody else served.

The same measurement whole, with ten thousand postings, is `python -m benchmarks.workers_page` (`make evidence`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import workers_page as outside


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[outside.Running]:
    """The process, once for all tests here."""
    with outside.running(tmp_path_factory.mktemp("page")) as made:
        yield made


@pytest.mark.parametrize(("said", "status"), [(True, 413), (False, 411)])
def test_a_film_of_two_gigabytes_is_refused_by_its_first_lines(page: outside.Running, said: bool, status: int) -> None:
    found = outside.film(page, said=said)
    assert (found["status"], found["says_how_much"]) == (status, said), found
    assert found["bytes_sent"] < 32 * 1024**2, "what lies in the buffers of the line, and nothing of the film"
    assert found["memory_mib"] < 32, found
    assert found["seconds"] < 10, found


def test_the_largest_posting_takes_no_more_memory_than_a_few_parts_of_it(page: outside.Running) -> None:
    found = outside.largest(page, 20)
    assert found["status"] == 200
    assert found["memory_mib"] < 32, found


def test_many_posts_from_one_address_cost_little_and_the_others_are_served(page: outside.Running) -> None:
    found = outside.flood(page, 400)
    assert found["posts"] == 400
    assert set(found["by_status"]) == {"200", "429"}
    assert found["by_status"]["200"] <= 28, "twenty, and two for each telephone of those that had sent"
    assert found["cpu_ms_a_post"] < 25, found
    assert (found["others_refused"], found["others_posted"] > 0) == (0, True)
    assert found["others_longest_seconds"] < 5, found


def test_what_is_two_things_is_taken_as_what_its_first_bytes_say_or_not_at_all(page: outside.Running) -> None:
    found = outside.two_things_at_once(page)
    assert found["files"] == found["as_should_be"] == len(outside.BOTH)
    types = set()
    for raw in page.office.pull(None, now=datetime.now(UTC)):
        types |= {one["media"] for one in raw.payload["files"]}  # type: ignore[index, union-attr, call-overload]
    assert types <= {"image/jpeg", "video/mp4", "audio/amr"}


def test_a_hundred_wrong_receipts_slow_who_guesses_and_nobody_else(page: outside.Running) -> None:
    found = outside.guesses(page)
    assert found["by_status"]["404"] <= 11
    assert found["by_status"]["429"] >= 89
    assert (found["worker_behind_the_same_address"], found["worker_elsewhere"]) == (200, 200)


def test_its_log_names_nobody(page: outside.Running) -> None:
    log = Path(page.settings.folder).parent / "counter.log"
    text = log.read_text("utf-8")
    assert "a posting was taken in" in text
    for secret in (*outside.GOOD.values(), "203.0.113.7", "10.88.0.1"):
        assert len(secret) < 5 or secret not in text, secret
