"""A backup that nobody brought back is a hope: the drill brings it back, and the doctor asks for the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.errors import BadInput
from casework.people import Actor
from services.office.backups import back_up
from services.office.doctor import Health, check_drill
from services.office.drilling import RECORD, drill, last_drill
from services.office.settings import Settings
from tests.dumps import still
from tests.services.office import Office
from warehouse.engine import Warehouse

ACTOR = Actor.system("test")


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    """An installation whose database is the one under test."""
    made = Settings(data_dir=tmp_path / "data", database_url=store_url)
    made.data_dir.mkdir()
    return made


def test_a_drill_brings_the_newest_backup_back_and_touches_nothing(
    store: Warehouse, settings: Settings, now: datetime
) -> None:
    assert check_drill(settings, now).health is Health.LOOK
    with pytest.raises(BadInput, match="no backup"):
        drill(store, settings, actor=ACTOR, at=now)
    office = Office(store, now)
    office.case(channels=("hotline_12345", "petition"))
    back_up(store, settings, actor=ACTOR, at=now)
    office.case()
    before = still(store)
    drilled = drill(store, settings, actor=ACTOR, at=now + timedelta(minutes=5))
    assert (drilled.cases, drilled.complaints, drilled.made_at) == (1, 2, now)
    assert still(store) == before
    assert last_drill(settings) == drilled
    assert sorted(path.name for path in settings.data_dir.iterdir()) == ["backups", RECORD]


def test_the_doctor_is_red_after_seven_days(store: Warehouse, settings: Settings, now: datetime) -> None:
    back_up(store, settings, actor=ACTOR, at=now)
    drill(store, settings, actor=ACTOR, at=now)
    assert [check_drill(settings, now + timedelta(days=days)).health for days in (0, 7, 8)] == [
        Health.WELL,
        Health.WELL,
        Health.BROKEN,
    ]


def test_a_drill_that_fails_leaves_the_day_of_the_last_good_one(
    store: Warehouse, settings: Settings, now: datetime
) -> None:
    made = back_up(store, settings, actor=ACTOR, at=now)
    good = drill(store, settings, actor=ACTOR, at=now)
    body = bytearray(made.path.read_bytes())
    body[-1] ^= 1
    made.path.write_bytes(body)
    with pytest.raises(BadInput):
        drill(store, settings, actor=ACTOR, at=now + timedelta(days=1))
    assert last_drill(settings) == good
    (settings.data_dir / RECORD).write_text("half a rec")
    assert last_drill(settings) is None
