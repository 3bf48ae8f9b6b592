"""The benchmark of locking a month locks it both ways, and leaves the store as it was."""

from __future__ import annotations

from sqlalchemy import func, select

from benchmarks.locking import NOW, WAYS, measured
from benchmarks.stored_cases import make_cases
from services.months import settled
from warehouse.engine import Warehouse
from warehouse.models import MonthItemRow, MonthRow


def test_both_ways_lock_the_same_month_in_turn(store: Warehouse) -> None:
    make_cases(store, 300, NOW)
    tries = settled.TRIES
    found = measured(store, 1, acts=5)
    assert tries == settled.TRIES
    assert found["rows_kept"] > 0
    assert all(found[name]["seconds"] > 0 and found[name]["longest_wait_seconds"] > 0 for name in WAYS)
    assert found["waits_shorter_by"] > 0
    with store.read() as session:
        assert [session.scalar(select(func.count()).select_from(row)) for row in (MonthRow, MonthItemRow)] == [0, 0]
