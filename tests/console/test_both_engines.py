"""The pages over PostgreSQL: the same questions, the same click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.forms import send
from tests.console.morning import make_morning
from tests.console.warned import make_warnings
from tests.postgres import Server
from warehouse.engine import open_warehouse

PAGES = {
    "desk": (
        "/queue",
        "/queue?tab=overdue",
        "/queue/sheet",
        "/queue?tab=due_soon",
        "/queue?tab=concluded",
        "/review",
        "/linkage/sample",
        "/walk-in",
        "/employers",
        "/employers?sort=paid",
        "/warnings",
        "/warnings?state=snoozed&level=red&mine=yes",
        "/channels",
        "/quarantine",
        "/statistics",
        "/statistics?span=2026",
        "/statistics/list?span=2026&figure=received",
        "/statistics/list?span=2026-Q4&figure=clocks_overdue&town=370215001&lead=nobody&kind=accept",
        "/definitions",
        "/cases/JM2026-00002/employer",
        "/cases/JM2026-00002",
        "/cases/JM2026-00002?tab=handling",
        "/calendar",
    ),
    "song": ("/mine",),
    "head": (
        "/mine",
        "/dashboard?period=all",
        "/dashboard?period=today",
        "/cases",
        "/cases?figure=concluded&period=year&reached=dispatched&town=370215007&mark=red&lead=nobody",
        "/cases?figure=paid&period=month",
        "/cases?figure=satisfied&period=month",
    ),
}


@pytest.fixture
def on_postgres(postgres: Server, tmp_path: Path) -> Iterator[str]:
    """The console over a morning kept in PostgreSQL."""
    postgres.copy("console_morning")
    warehouse = open_warehouse(postgres.url("console_morning"))
    make_morning(warehouse, NOW)
    make_warnings(warehouse, NOW)
    with served(warehouse, Settings(data_dir=tmp_path)) as address:
        yield address
    warehouse.close()
    postgres.run("DROP DATABASE console_morning WITH (FORCE)")


@pytest.mark.postgres
def test_every_page_and_the_click_work_on_postgresql(on_postgres: str) -> None:
    for login, paths in PAGES.items():
        person = Person(on_postgres)
        person.log_in(login)
        for path in paths:
            person.get(path)
        if login == "desk":
            for text in ("3307", "澜田", "刘春生"):
                assert "JM2026-00002" in person.post("/search", q=text)
            assert "整批撤回" in send(person, person.get("/queue"), "/queue/dispatch")
        person.client.close()
