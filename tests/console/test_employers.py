"""The pages of employers: the list by risk, one employer with its reasons, and what people decide about who it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import EmployerRow

LogIn = Callable[[str], Person]


def employers_in(text: str) -> list[str]:
    return re.findall(r'data-open="/employers/([^"]+)"', text)


def test_smoke(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    text = desk.get("/employers")
    ids = employers_in(text)
    assert ids
    for one in ids:
        desk.get(f"/employers/{one}")
        desk.get(f"/employers/{one}.json")
