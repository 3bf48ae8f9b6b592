"""Who is named beside a month: whoever leads a case of the year up to it, or of the year before."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.months.alongside import alongside
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow
from warehouse.statistics.along import leads
from warehouse.statistics.spans import stretch

FEBRUARY, DAY = datetime(2026, 2, 3, tzinfo=UTC), date(2026, 11, 3)


def test_whoever_leads_a_case_of_the_year_is_named_beside_a_month_that_has_none(store: Warehouse) -> None:
    office = Office(store, FEBRUARY)
    lead, other, *_ = (one.id for one in office.inspectors)
    people = {"lead_id": lead, "assisting_id": other, "why": [], "dispatched_by": "acc", "state": "signed"}
    case_id = office.case(received_at=FEBRUARY)
    with store.write() as session:
        session.add(AssignmentRow(id="asg", case_id=case_id, dispatched_at=FEBRUARY, **people))
    with store.read() as session:
        assert leads(alongside(session, stretch("2026-10", DAY), ("370215",), today=DAY)) == {lead}
    assert leads(None) == set()
