"""Numbers that the office may put into its rules: whatever is taken can be read back and counted with."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.errors import BadInput
from casework.settings_of_law import SETTINGS
from services.office.rules import check_value, most_of, read_value
from warehouse.engine import Warehouse
from warehouse.store.settings import set_setting, whole

NUMBERS = sorted(
    name for name, one in SETTINGS.items() if isinstance(one.default, int) and not isinstance(one.default, bool)
)


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 400, str(10**12), "-1", "1e3", "NaN", "true"])
@pytest.mark.parametrize("name", ["account.idle.minutes", "archive.years", "photo.side"])
def test_a_number_that_no_rule_can_mean_is_refused(name: str, typed: str) -> None:
    with pytest.raises(BadInput):
        check_value(name, read_value(name, typed))


def test_the_largest_number_of_every_rule_is_read_back_whole_and_can_be_counted_with(
    store: Warehouse, now: datetime
) -> None:
    for name in NUMBERS:
        most = most_of(name)
        with store.write() as session:
            set_setting(session, name, most, source="test", by="acc_x", at=now)
            assert whole(session, name) == most
        if name.endswith("days"):
            assert now + timedelta(days=most)
        if name.endswith(("months", "years")):
            assert now.replace(year=now.year + most)


@pytest.mark.parametrize("name", ["message.link.workers", "message.link.console"])
def test_an_address_that_messages_carry_is_one_that_a_telephone_opens(name: str) -> None:
    for whole_one in ("", "https://gongzi.example.gov.cn", "https://gongzi.example.gov.cn:8443/w"):
        check_value(name, whole_one)
    for broken in (
        "gongzi.example.gov.cn",
        "https://a.gov.cn/?x=1",
        "https://a.gov.cn/#x",
        " https://a.gov.cn",
        "ftp://a",
    ):
        with pytest.raises(BadInput):
            check_value(name, broken)
    if name == "message.link.workers":
        with pytest.raises(BadInput):
            check_value(name, "http://gongzi.example.gov.cn")
