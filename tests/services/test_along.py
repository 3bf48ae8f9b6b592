"""Who is named beside a month: whoever leads a case of the year up to it, or of the year before."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.months.alongside import alongside
from tests.services.office import Office
from tests.services.test_locked_month import sent
from warehouse.engine import Warehouse
from warehouse.statistics.along import leads
from warehouse.statistics.spans import stretch

FEBRUARY, DAY = datetime(2026, 2, 3, tzinfo=UTC), date(2026, 11, 3)


def test_whoever_leads_a_case_of_the_year_is_named_beside_a_month_that_has_none(store: Warehouse) -> None:
    office = Office(store, FEBRUARY)
    sent(office, office.case(received_at=FEBRUARY), "signed", 0)
    with store.read() as session:
        beside = alongside(session, stretch("2026-10", DAY), ("370215",), today=DAY)
        assert leads(beside) == {office.inspectors[0].id}
    assert leads(None) == set()
