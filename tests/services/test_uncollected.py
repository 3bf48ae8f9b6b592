"""The search for circles of objects is put off while a batch is filed, and goes on whatever happens."""

from __future__ import annotations

import gc

import pytest

from services.arriving.uncollected import uncollected


def test_it_goes_on_afterwards_also_when_the_batch_fails() -> None:
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_batch_within_a_batch_leaves_it_to_the_outer_one() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_process_that_does_not_search_at_all_is_left_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
