"""Importing a table: filed once, known the second time, and what cannot be read waits with its reason."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.calendar import SHANGHAI, local_day
from casework.errors import BadInput
from casework.people import Actor
from services.arriving.imports import import_file
from services.replying.receipt_days import watch_receipts
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ReceiptDayRow
from warehouse.store.receipts import balance_of

SYSTEM = Actor.system("test")
HEAD = "complaint_id,channel,submitted_at,employer_name,amount_owed,narrative\n"


def test_a_table_is_filed_once_and_bad_rows_wait(store: Warehouse, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "complaints.csv"
    rows = [
        "c1,hotline,2026-11-01 09:00:00,青岛蓝天海产加工有限公司,8000,拖欠工资",
        "c2,hotline,2026-11-01 09:00:00,青岛蓝天海产加工有限公司,很多,拖欠工资",
        "c3,hotline,2026-11-02 09:00:00,青岛建工集团有限公司,,拖欠工资",
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    seen: list[tuple[int, int]] = []
    first = import_file(
        store,
        path=path,
        channel=None,
        actor=SYSTEM,
        clock=lambda: now,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert (first.read, first.filed, first.quarantined, first.unchanged) == (3, 2, 1, 0)
    assert dict(first.reasons) == {"amount_unreadable": 1}
    assert seen == [(0, 3), (3, 3)]
    again = import_file(store, path=path, channel=None, actor=SYSTEM, clock=lambda: now)
    assert (again.filed, again.updated, again.unchanged, again.quarantined) == (0, 0, 3, 0)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == 2


def test_a_file_that_is_no_table_writes_nothing(store: Warehouse, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("Dear office,\nplease help.\n", "utf-8")
    with pytest.raises(BadInput):
        import_file(store, path=path, channel=None, actor=SYSTEM, clock=lambda: now)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == 0


def test_a_day_that_was_counted_amid_a_long_import_gets_nothing_more(
    store: Warehouse, tmp_path: Path, now: datetime
) -> None:
    rows = [f"c{number},hotline,2026-11-01 09:00:00,青岛建工集团有限公司,,拖欠工资" for number in range(450)]
    path = tmp_path / "many.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    midnight = datetime.combine(local_day(now) + timedelta(days=1), time(), SHANGHAI)
    clock = {"at": midnight - timedelta(minutes=2)}

    def at_night(done: int, _all: int) -> None:
        """After the first batch the night comes, and the day is counted."""
        if done == 200:
            clock["at"] = midnight + timedelta(minutes=40)
            watch_receipts(store, actor=SYSTEM, at=clock["at"])

    import_file(store, path=path, channel="hotline_12345", actor=SYSTEM, clock=lambda: clock["at"], progress=at_night)
    assert watch_receipts(store, actor=SYSTEM, at=clock["at"] + timedelta(days=1)).days == 1
    with store.read() as session:
        days = session.scalars(select(ReceiptDayRow).order_by(ReceiptDayRow.day)).all()
        assert [(row.day, row.received, row.remainder) for row in days] == [
            (local_day(now), 200, 0),
            (local_day(now) + timedelta(days=1), 250, 0),
        ]
        assert [balance_of(session, row.channel, row.day).received for row in days] == [200, 250]
