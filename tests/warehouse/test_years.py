"""The year of a number and of a list is the year in Shanghai, which begins eight hours before the one in UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from services.office.working_days import published
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.queries.cards import card_counts
from warehouse.queries.deadlines import Horizon

NEW_YEARS_MORNING = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)  # 01:00 on 1 January in Shanghai


def test_a_number_of_new_years_morning_bears_the_new_year(store: Warehouse) -> None:
    office = Office(store, NEW_YEARS_MORNING)
    assert office.look(office.case()).matter_no == "JM2026-00001"


def test_what_was_concluded_on_new_years_morning_is_of_the_new_year(store: Warehouse, now: datetime) -> None:
    office = Office(store, NEW_YEARS_MORNING)
    case_id = office.case()
    with store.write() as session:
        session.get_one(CaseRow, case_id).status = "concluded"
    this_year = Horizon(date(2026, 11, 20), published(), 2)
    with store.read() as session:
        counts = [
            card_counts(session, office.desk, one) for one in (this_year, replace(this_year, today=date(2027, 1, 2)))
        ]
    assert [one["concluded"] for one in counts] == [1, 0]
