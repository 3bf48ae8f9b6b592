"""A backup that nobody brought back is a hope: the drill brings it back, and the doctor asks for the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.errors import BadInput
from casework.people import Actor
from services.office.backups import back_up
from services.office.drilling import drill
from services.office.findings import Health
from services.office.settings import Settings
from services.office.vitals import judged, look
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


def seen(store: Warehouse, settings: Settings, at: datetime) -> Health:
    """What the doctor and the health page say of the last drill."""
    return next(one.health for one in judged(look(store, settings, at=at)) if one.subject == "drill")


def test_a_drill_brings_the_newest_backup_back_and_touches_nothing(
    store: Warehouse, settings: Settings, now: datetime
) -> None:
    assert seen(store, settings, now) is Health.LOOK
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
    assert seen(store, settings, now + timedelta(minutes=5)) is Health.WELL
    assert sorted(path.name for path in settings.data_dir.iterdir()) == ["backups"]


def test_the_doctor_is_red_after_seven_days(store: Warehouse, settings: Settings, now: datetime) -> None:
    back_up(store, settings, actor=ACTOR, at=now)
    drill(store, settings, actor=ACTOR, at=now)
    found = [seen(store, settings, now + timedelta(days=days)) for days in (0, 3, 8)]
    assert found == [Health.WELL, Health.LOOK, Health.BROKEN]


def test_a_drill_that_fails_leaves_the_day_of_the_last_good_one(
    store: Warehouse, settings: Settings, now: datetime
) -> None:
    made = back_up(store, settings, actor=ACTOR, at=now)
    drill(store, settings, actor=ACTOR, at=now)
    body = bytearray(made.path.read_bytes())
    body[-1] ^= 1
    made.path.write_bytes(body)
    with pytest.raises(BadInput):
        drill(store, settings, actor=ACTOR, at=now + timedelta(days=1))
    assert seen(store, settings, now + timedelta(days=1)) is Health.WELL
    assert seen(store, settings, now + timedelta(days=8)) is Health.BROKEN
