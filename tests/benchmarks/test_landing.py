"""The bare insert beside which landing is measured: it writes what ours wrote, and as whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bare import as_written, bare, table_after_table, written
from benchmarks.landing import LANDING, collected, pulled
from services.arriving import filing, intake
from tests.dumps import dump
from warehouse.engine import Warehouse, open_warehouse
from warehouse.schema import upgrade


def test_the_bare_insert_writes_the_same_transactions(
    store: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "BATCH", 9)
    monkeypatch.setattr(intake, "BATCH", 9)
    collected(store, pulled(30, tmp_path))
    rows = written(store)
    landed, filed = ([one for one in rows if (one[0].name in LANDING) is which] for which in (True, False))
    whole = [*as_written(landed), *as_written(filed)]
    assert len(whole) == 9, "thirty records in pieces of nine, landed and filed, and the end of the pull"
    assert [table.name for table, _ in whole[-1]] == ["audit"]
    for transaction in whole[4:-1]:
        told = {table.name: lines for table, lines in transaction}
        complaints = {line["id"] for line in told["complaint"]}
        assert 3 <= len(complaints) <= 9
        for name in ("complaint_version", "worker", "clock"):
            assert {line["complaint_id"] for line in told[name]} <= complaints, name
        assert {line["clock_id"] for line in told["clock_event"]} == {line["id"] for line in told["clock"]}
    if store.engine.dialect.name == "postgresql":
        return  # its tables are not made a second time here
    apart = [*table_after_table(landed, 4), *table_after_table(filed, 4)]
    for number, transactions in enumerate((whole, apart)):
        other = open_warehouse(f"sqlite:///{tmp_path}/other{number}.db")
        upgrade(other.engine)
        bare(other, transactions)
        assert dump(other) == dump(store)
        other.close()
