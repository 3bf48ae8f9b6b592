"""Mending: whatever channel a record came by, a person's correction brings it in; what was received stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.errors import BadInput
from casework.people import Actor
from connectors.registry import CHANNELS, connect
from services.arriving.imports import import_file
from services.arriving.intake import collect_channel
from services.arriving.mending import mend_record
from services.office.settings import Settings
from tests.contracts.suite import driver
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, LandedRow
from warehouse.queries.quarantine import quarantine_lines, quarantine_record

SYSTEM = Actor.system("test")


def filed(store: Warehouse) -> int:
    """How many complaints are filed."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(ComplaintRow)) or 0


def waiting(store: Warehouse) -> list[str]:
    """The records in quarantine."""
    with store.read() as session:
        return [line.id for line in quarantine_lines(session)]


MENDED = {
    "hotline_12345": {"callTime": "2026-11-19 08:00:00"},
    "national_clue": {"反映时间": "2026-11-19 08:00"},
    "petition": {"registeredAt": "2026-11-19T08:00:00+08:00"},
    "message_board": {"service_code": "WAGE"},
    "wage_monitor": {"complaintTime": "2026-11-19 08:00:00"},
    "self_report": {"posted_at": "2026-11-19T08:00:00+08:00"},
    "mailbox": {"text": "我的工资三个月没有发。"},
}
"""What a person fills in for the one bad record that the imitated platforms have."""
HEAD = "complaint_id,submitted_at,employer_name,amount_owed,narrative\n"


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_bad_record_of_every_channel_is_mended_into_a_complaint(
    store: Warehouse, tmp_path: Path, now: datetime, channel: str
) -> None:
    with closing(driver(channel, tmp_path, now)) as hands:
        hands.good(1)
        hands.bad()
        collect_channel(store, connect(channel, hands.settings), run_id="r", clock=lambda: now, actor=SYSTEM)
        settings = _settings(tmp_path, channel, hands.settings)
    (landed_id,) = waiting(store)
    with store.read() as session:
        before = dict(session.get_one(LandedRow, landed_id).payload)
    assert filed(store) == 1
    given: dict[str, Any] = {"landed_id": landed_id, "actor": SYSTEM, "at": now}
    name = next(iter(MENDED[channel]))
    with pytest.raises(BadInput):
        mend_record(store, settings, mended={name: "" if channel == "mailbox" else "？？"}, **given)
    assert mend_record(store, settings, mended=MENDED[channel], **given) == "filed"
    assert (filed(store), waiting(store)) == (2, [])
    with store.read() as session:
        assert session.get_one(LandedRow, landed_id).payload == before


@pytest.mark.parametrize("source", [None, "walk_in", "hotline_12345", "village_office"])
def test_a_row_of_a_file_is_mended_by_its_layout_whatever_its_source(
    store: Warehouse, tmp_path: Path, now: datetime, source: str | None
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(HEAD + "c1,2026-11-01,青岛蓝天海产加工有限公司,很多,拖欠工资\n", "utf-8")
    count = import_file(store, path=path, channel=source, actor=SYSTEM, clock=lambda: now)
    assert (count.filed, count.quarantined) == (0, 1)
    (landed_id,) = waiting(store)
    with store.read() as session:
        record = quarantine_record(session, landed_id)
    assert record.imported
    assert len(record.fields) > 3
    assert not any(name.startswith("_") for name in record.fields)
    settings = Settings(data_dir=tmp_path)
    given: dict[str, Any] = {"landed_id": landed_id, "actor": SYSTEM, "at": now}
    nonsense: list[dict[str, str]] = [{}, {"_layout": "messages"}, {"no_such_column": "1"}, {"amount_owed": "更多"}]
    for wrong in nonsense:
        with pytest.raises(BadInput):
            mend_record(store, settings, mended=wrong, **given)
    assert mend_record(store, settings, mended={"amount_owed": "8000"}, **given) == "filed"
    assert (filed(store), waiting(store)) == (1, [])
    again = import_file(store, path=path, channel=source, actor=SYSTEM, clock=lambda: now)
    assert (again.unchanged, again.filed, again.quarantined) == (1, 0, 0)


def test_a_row_with_too_many_cells_offers_nothing_to_mend(store: Warehouse, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(HEAD + "c1,2026-11-01,某公司,1,拖欠工资,多出来的\n", "utf-8")
    import_file(store, path=path, channel=None, actor=SYSTEM, clock=lambda: now)
    (landed_id,) = waiting(store)
    with store.read() as session:
        assert quarantine_record(session, landed_id).fields == ()
    with pytest.raises(BadInput):
        mend_record(
            store, Settings(data_dir=tmp_path), landed_id=landed_id, mended={"narrative": "工资"}, actor=SYSTEM, at=now
        )


def _settings(folder: Path, channel: str, said: Mapping[str, str]) -> Settings:
    path = folder / "channels.toml"
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
    path.write_text("\n".join([f"[{channel}]", *lines]) + "\n", "utf-8")
    return Settings(data_dir=folder, channels_file=path)
