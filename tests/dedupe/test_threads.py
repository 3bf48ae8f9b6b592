"""Parts are worked on by two threads, come back in their order, and never wait for each other."""

from __future__ import annotations

import os
from threading import Barrier, current_thread

import pytest

from dedupe.threads import halves, over


def test_parts_come_back_in_their_order() -> None:
    assert list(over(lambda part: part * part, range(40))) == [part * part for part in range(40)]


def test_two_parts_are_worked_on_at_once() -> None:
    both = Barrier(2, timeout=20)
    assert sorted(over(lambda part: both.wait(), [0, 1])) == [0, 1]


def test_work_within_work_does_not_wait_for_a_thread() -> None:
    def work(part: int) -> list[str]:
        return list(over(lambda inner: current_thread().name, [part] * 3))

    for names in over(work, range(6)):
        assert len(set(names)) == 1


def test_one_part_needs_no_thread() -> None:
    assert list(over(lambda part: current_thread().name, ["only"])) == [current_thread().name]


def test_what_a_part_raises_is_raised() -> None:
    def work(part: int) -> int:
        raise ValueError(f"part {part}")

    with pytest.raises(ValueError, match="part 0"):
        list(over(work, range(2)))
    assert list(over(abs, [-1, -2])) == [1, 2]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_process_that_is_split_off_has_threads_of_its_own() -> None:
    list(over(abs, [-1, -2]))
    if (child := os.fork()) == 0:
        os._exit(0 if list(over(abs, [-1, -2])) == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    ("size", "few", "wanted"), [(0, 0, [(0, 0)]), (3, 3, [(0, 3)]), (1, 0, [(0, 0), (0, 1)]), (5, 4, [(0, 2), (2, 5)])]
)
def test_few_are_not_halved(size: int, few: int, wanted: list[tuple[int, int]]) -> None:
    assert [(part.start, part.stop) for part in halves(size, few)] == wanted
