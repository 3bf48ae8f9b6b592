"""What a complaint says becomes a row: sums, months, the district, and who stands in whose field."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dedupe.tabulate import tabulate
from tests.dedupe.making import said


def test_impossible_sums_counts_and_months_say_nothing() -> None:
    sums = ("1E+15", "1E+999", "-5", "NaN", "Infinity", "0.001")
    records = [said(f"s{number}", amount_owed=Decimal(one)) for number, one in enumerate(sums)]
    assert tabulate(records).amount.tolist() == [0] * len(sums)
    assert tabulate([said("h", workers_count=2**40), said("n", workers_count=-3)]).heads.tolist() == [2**31 - 1, 0]
    months = tabulate([said("m", arrears_from="1989-12", arrears_to="2101-01"), said("o", arrears_from="2026-13")])
    assert months.first.tolist() == months.last.tolist() == [0, 0]


def test_unpaid_months_are_read_either_way_round_and_end_when_it_was_told() -> None:
    march, july = 2026 * 12 + 2, 2026 * 12 + 6
    table = tabulate(
        [
            said("both", arrears_from="2026-07", arrears_to="2026-03"),
            said("open", arrears_from="2026-03"),
            said("late", arrears_from="2026-08"),
            said("end", arrears_to="2026-07"),
        ]
    )
    assert table.first.tolist() == [march, march, july + 1, july]
    assert table.last.tolist() == [july, march + 3, july + 2, july]


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_a_moment_in_any_year_is_a_day(year: int) -> None:
    moment = datetime(year, 6, 1, 12, tzinfo=UTC)
    table = tabulate([said("c", submitted_at=moment, arrears_from="2026-03")])
    assert table.day.tolist() == [moment.toordinal()]
    assert table.last[0] >= table.first[0] == 2026 * 12 + 2


def test_a_district_is_the_one_said_or_that_of_the_address_or_of_the_firm() -> None:
    table = tabulate(
        [
            said("said", district_code="370214001", site_address="青岛市即墨区滨海路12号"),
            said("address", district_code="城阳", site_address="青岛市即墨区滨海路12号"),
            said("firm", employer_name="青岛市城阳区蓝天海产有限公司"),
            said("none", employer_name="青岛蓝天海产有限公司"),
        ]
    )
    assert table.district.tolist() == [370214, 370215, 370214, 0]


def test_whoever_stands_in_the_employers_field_is_the_boss() -> None:
    table = tabulate([said("a", employer_name="包工头王建国"), said("b", boss_name="王建国")])
    assert table.firm[0] == -1
    assert table.boss[0] == table.boss[1] >= 0
