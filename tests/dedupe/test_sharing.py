"""Phones that many different persons give identify nobody."""

from __future__ import annotations

import numpy as np
import pytest

from casework.linkage import LinkRecord
from dedupe.sharing import named_anew, shared_phones, shared_phones_of
from dedupe.tabulate import tabulate
from tests.dedupe.making import said


def _given(*names: str | None, number: str = "13812345678") -> list[LinkRecord]:
    return [
        said(f"{number}/{place}/{name}", complainant_name=name, complainant_phone=number)
        for place, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("names", "many"),
    [
        (("王建国", "李海涛", "赵树林"), True),
        (("王建国", "李海涛", "李海涛"), False),
        (("王建国", "李海涛", "李海滔"), False),
        (("王建国", "李海涛", "李*涛", "赵师傅", None), False),
        (("王建国", "李海涛", "涛海李", "赵树林"), True),
    ],
)
def test_a_phone_is_of_many_when_three_different_persons_give_it(names: tuple[str | None, ...], many: bool) -> None:
    table = tabulate(_given(*names))
    assert shared_phones(table).tolist() == [many]
    assert shared_phones_of(table, table.phone[:1]).tolist() == [many]
    assert shared_phones_of(table, table.phone[:1], np.arange(len(names))).tolist() == [many]


def test_a_masked_phone_is_never_of_many() -> None:
    table = tabulate(_given("王建国", "李海涛", "赵树林", number="138****5678"))
    assert not shared_phones(table).any()


def test_asking_for_some_phones_gives_what_asking_for_all_gives() -> None:
    numbers = [f"139{one:08d}" for one in range(87_650, 87_800)]
    rows = [
        said(f"{number}/{place}", complainant_name=name, complainant_phone=number)
        for order, number in enumerate(numbers)
        for place, name in enumerate(("王建国", "李海涛", "赵树林", "赵树森")[: 1 + order % 4])
    ]
    table = tabulate(rows)
    whole = shared_phones(table)
    assert 50 < whole.sum() < len(whole) == 150
    some = np.arange(0, len(whole), 3)
    found = shared_phones_of(table, some)
    assert (found[some] == whole[some]).all()
    assert not np.delete(found, some).any()


def test_only_a_phone_with_a_new_name_may_turn_out_to_be_shared() -> None:
    other = "13912345678"
    old = [*_given("王建国", "李海涛"), *_given("王建国", "李海涛", number=other)]
    new = [*_given("王建国", None), *_given("赵树林", number=other), *_given("李海涛", number="13712345678")]
    table = tabulate([*old, *new])
    rows = np.arange(len(old), len(table), dtype=np.int32)
    found = named_anew(table, rows, np.arange(len(table), dtype=np.int32))
    assert found.tolist() == sorted({int(table.phone[row]) for row in rows[2:]})
    assert named_anew(table, rows[:0], rows[:0]).tolist() == []
