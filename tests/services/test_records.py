"""What the linker is given of what is filed: the newest version, and what only the narrative tells."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.linkage.explaining import explain
from services.linkage.records import records_filed
from tests.services.office import Office
from tests.services.test_suspicions import big_case, correct
from warehouse.engine import Warehouse


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_the_boss_phone_of_the_narrative_weighs_as_in_a_file(office: Office) -> None:
    _, (one, other, third, _) = big_case(office)
    for name in (one, other):
        correct(office, name, narrative="工资没有发，老板电话13853201234，打不通。")
    with office.store.read() as session:
        phones = {record.complaint_id: record.boss_phone for record in records_filed(session)}
        levels = [line.level for line in explain(session, one, other).pair.evidence]
        against = [line.level for line in explain(session, one, third).pair.evidence]
    assert (phones[one], phones[other], phones[third]) == ("13853201234", "13853201234", None)
    assert "boss_phones_are_one" in levels
    assert "boss_phones_are_one" not in against


def test_only_the_complaints_asked_for_are_read(office: Office) -> None:
    _, inside = big_case(office)
    with office.store.read() as session:
        assert [record.complaint_id for record in records_filed(session, inside[:1])] == inside[:1]
        assert len(records_filed(session)) == 4
