"""The workbook by the schedule: from the first working day on, once, late if need be, final once it is locked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.people import Role
from services.months.closing_month import Asked
from services.months.freezing_month import freeze_month
from services.months.monthly import first_working_day, write_months
from services.office.working_days import published
from tests.services.office import DISTRICT, Office
from warehouse.engine import Warehouse
from warehouse.models import AuditRow

ASKED = Asked(DISTRICT, "即墨区")


@pytest.fixture
def office(store: Warehouse) -> Office:
    made = Office(store, datetime(2026, 10, 5, tzinfo=UTC))
    made.case()
    return made


def run(office: Office, folder: Path, day: date, hour: int = 7) -> int:
    at = datetime(day.year, day.month, day.day, hour - 7, tzinfo=UTC)
    return write_months(office.store, folder=folder, asked=ASKED, at=at)


def acts(office: Office) -> int:
    with office.store.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == "export_month")) or 0


def test_the_first_working_day_is_that_of_the_office() -> None:
    known = {
        date(2026, 10, 9): date(2026, 10, 8),
        date(2026, 2, 9): date(2026, 2, 2),
        date(2026, 11, 20): date(2026, 11, 2),
    }
    assert {day: first_working_day(day, published()) for day in known} == known
    assert first_working_day(date(2025, 1, 20), published()) == date(2025, 1, 2), "the first of January is a holiday"


def test_nothing_before_the_first_working_day_then_once_and_not_again(office: Office, tmp_path: Path) -> None:
    assert run(office, tmp_path, date(2026, 11, 1)) == 0, "a Sunday"
    assert run(office, tmp_path, date(2026, 11, 2)) == 1
    body = (tmp_path / "2026-10.xlsx").read_bytes()
    assert [run(office, tmp_path, date(2026, 11, 2), hour) for hour in (8, 9)] == [0, 0]
    assert run(office, tmp_path, date(2026, 11, 20)) == 0
    assert (tmp_path / "2026-10.xlsx").read_bytes() == body
    assert acts(office) == 1


def test_a_machine_that_slept_catches_up_with_every_month_it_missed(office: Office, tmp_path: Path) -> None:
    assert run(office, tmp_path, date(2026, 10, 20)) == 1
    assert run(office, tmp_path, date(2027, 1, 19)) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx") == [
        "2026-09.xlsx",
        "2026-10.xlsx",
        "2026-11.xlsx",
        "2026-12.xlsx",
    ]
    assert run(office, tmp_path, date(2027, 1, 20)) == 0


def test_the_final_one_takes_the_place_of_the_provisional_one_and_a_lost_file_comes_back(
    office: Office, tmp_path: Path
) -> None:
    run(office, tmp_path, date(2026, 11, 2))
    freeze_month(office.store, month="2026-10", actor=office.head, at=datetime(2026, 11, 3, tzinfo=UTC))
    assert run(office, tmp_path, date(2026, 11, 3)) == 1
    final = (tmp_path / "2026-10.xlsx").read_bytes()
    assert run(office, tmp_path, date(2026, 11, 4)) == 0
    (tmp_path / "2026-10.xlsx").unlink()
    assert run(office, tmp_path, date(2026, 11, 5)) == 1
    assert (tmp_path / "2026-10.xlsx").read_bytes() == final


def test_a_lock_over_everything_makes_it_final_too(office: Office, tmp_path: Path) -> None:
    run(office, tmp_path, date(2026, 11, 2))
    everywhere = office.officer(Role.HEAD, "")
    freeze_month(office.store, month="2026-10", actor=everywhere, at=datetime(2026, 11, 3, tzinfo=UTC))
    provisional = (tmp_path / "2026-10.xlsx").read_bytes()
    assert run(office, tmp_path, date(2026, 11, 3)) == 1
    assert (tmp_path / "2026-10.xlsx").read_bytes() != provisional
    assert run(office, tmp_path, date(2026, 11, 4)) == 0
