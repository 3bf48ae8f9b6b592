"""What machines ask: who is told, what they are told, and that it is true and of nobody."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from casework.people import Actor
from console.app import make_app
from services.office.backups import back_up
from services.office.event_log import listen
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.promises.in_process import console as in_process
from warehouse import audit
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AuditRow

TOKEN = "a-token-that-nobody-guesses"


def asked(address: str, path: str = "/metrics", **headers: str) -> httpx.Response:
    """One request of a machine."""
    return httpx.get(address + path, headers=headers, trust_env=False, timeout=30)


def figures(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample of an answer, read as Prometheus reads it."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_this_machine_reads_the_figures_and_they_are_those_of_the_pages(
    console: str, log_in: Callable[[str], Person]
) -> None:
    desk = log_in("desk")
    desk.get("/queue")
    desk.get("/queue?tab=overdue")
    answer = asked(console)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    cases = {labels[0][1]: number for labels, number in found["arrears_cases"].items()}
    assert sum(cases.values()) > 5
    assert found["arrears_queue_length"][()] == cases["to_dispatch"] > 0
    assert found["arrears_store_reachable"][()] == found["arrears_ready"][()] == 1
    assert len(found["arrears_channel_stale"]) == 6
    assert found["arrears_audit_rows_total"][()] > 10
    queue = (("method", "GET"), ("route", "/queue"), ("status", "2xx"))
    assert found["arrears_http_request_duration_seconds_count"][queue] == 2, "it was opened twice"
    assert "process_resident_memory_bytes" in found


def test_nothing_of_a_person_stands_in_them(console: str, morning: Warehouse) -> None:
    text = asked(console).text + asked(console, "/healthz").text
    assert text.isascii()
    assert re.findall(r"(?<![\d.])1[3-9]\d{9}(?!\d)|[A-Z]{2}\d{4}-\d+", text) == []
    labels = set(re.findall(r'(\w+)="', text))
    allowed = {"channel", "outcome", "status", "state", "job", "version", "method", "route", "le", "generation"}
    assert labels <= allowed


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
def test_a_stranger_is_told_nothing(morning: Warehouse, settings: Settings, path: str) -> None:
    with in_process(make_app(morning, settings, lambda: NOW)) as client:
        for place, headers in (
            ("10.1.2.3", {}),
            ("10.1.2.3", {"Host": "127.0.0.1:8000"}),
            ("127.0.0.1", {"Host": "arrears.example"}),
            ("127.0.0.1", {"Host": "127.0.0.1:8000", "X-Forwarded-For": "127.0.0.1"}),
            ("127.0.0.1", {"Host": "localhost", "Forwarded": "for=127.0.0.1"}),
            ("10.1.2.3", {"Authorization": f"Bearer {TOKEN}"}),
            ("10.1.2.3", {"Authorization": "Bearer "}),
        ):
            answer = client.request("GET", path, place=place, headers=headers)
            if path == "/metrics":
                assert answer.status_code == 404, (place, headers)
            else:
                assert answer.json() == {"status": "ok"}, (place, headers)


def test_whoever_shows_the_token_is_told_from_anywhere(morning: Warehouse, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "token"
    with_token = settings.model_copy(update={"metrics_token_file": file})
    with in_process(make_app(morning, with_token, lambda: NOW)) as client:

        def status(shown: str) -> int:
            answer = client.request("GET", "/metrics", place="10.1.2.3", headers={"Authorization": shown})
            return answer.status_code

        assert status(f"Bearer {TOKEN}") == 404, "the file is absent"
        file.write_text("short\n")
        assert status("Bearer short") == 404
        file.write_text(TOKEN + "\n")
        assert status(f"Bearer {TOKEN}") == 200
        assert status(f"bearer {TOKEN}") == 200
        assert status(f"Basic {TOKEN}") == 404
        assert status(f"Bearer {TOKEN}x") == 404
        file.write_text("another-token-that-is-new\n")
        assert status(f"Bearer {TOKEN}") == 404, "it is changed without a restart"


class Clock:
    """A clock that a test sets."""

    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The morning, to begin with."""
    return Clock()


@pytest.fixture
def ticking(morning: Warehouse, settings: Settings, clock: Clock) -> Iterator[str]:
    """A console whose clock the test sets."""
    with served(morning, settings, clock) as address:
        yield address


def checks(address: str) -> dict[str, Any]:
    """The checks of the health page, by subject."""
    return {one["subject"]: one for one in asked(address, "/healthz").json()["checks"]}


def test_health_tells_of_channels_backup_and_drill_as_they_age(
    ticking: str, clock: Clock, morning: Warehouse, settings: Settings
) -> None:
    if morning.engine.dialect.name != "sqlite":
        pytest.skip("a backup here is of the embedded store; tests/services/test_backups.py makes one of PostgreSQL")
    first = checks(ticking)
    assert (first["store"]["health"], first["schema"]["health"]) == ("well", "well")
    assert (first["backup"]["health"], first["drill"]["health"]) == ("broken", "broken"), "an office of weeks has none"
    made = back_up(morning, settings, actor=Actor.system("test"), at=NOW)
    with morning.write() as session:
        audit.record(session, by="system:test", act="drill", subject="drill", at=NOW)
    begun = datetime.fromtimestamp(made.path.stat().st_mtime, NOW.tzinfo)
    clock.at = max(begun, NOW) + timedelta(minutes=5)
    seen = checks(ticking)
    assert (seen["backup"]["health"], seen["backup"]["age_hours"]) == ("well", 0)
    clock.at = max(begun, NOW) + timedelta(days=8)
    old = checks(ticking)
    assert (old["backup"]["health"], old["drill"]["health"]) == ("broken", "broken")
    assert old["drill"]["age_hours"] >= 8 * 24
    assert old["channels"]["stale"] > 0
    answer = asked(ticking, "/healthz")
    assert (answer.status_code, answer.json()["health"]) == (200, "broken"), "old backups keep nobody from working"
    assert figures(asked(ticking).text)["arrears_drill_age_seconds"][()] >= 8 * 24 * 3600


def test_a_young_installation_without_a_backup_is_to_be_looked_at_and_an_old_one_is_broken(
    ticking: str, clock: Clock, morning: Warehouse
) -> None:
    with morning.read() as session:
        began = session.scalars(select(AuditRow.at).order_by(AuditRow.seq).limit(1)).one()
    for age, health in ((timedelta(days=6), "look"), (timedelta(days=8), "broken")):
        clock.at = began + age
        seen = checks(ticking)
        assert (seen["backup"]["health"], seen["drill"]["health"]) == (health, health)


def test_without_its_tables_the_console_lives_and_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    store = open_warehouse(f"sqlite:///{tmp_path / 'empty.db'}")
    with served(store, settings) as address:
        answer = asked(address, "/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "unready")
        assert "arrears setup" in {one["subject"]: one for one in answer.json()["checks"]}["schema"]["words"]
        assert asked(address, "/healthz/live").status_code == 200
        assert figures(asked(address).text)["arrears_ready"][()] == 0
    store.close()


def test_a_database_that_is_gone_is_a_finding_and_no_error(settings: Settings) -> None:
    store = open_warehouse("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with served(store, settings) as address:
        answer = asked(address, "/healthz")
        assert answer.status_code == 503
        assert {one["subject"]: one["health"] for one in answer.json()["checks"]}["store"] == "broken"
        assert figures(asked(address).text)["arrears_store_reachable"][()] == 0
    store.close()


def test_while_an_upgrade_is_under_way_the_older_program_stays_ready(ticking: str, morning: Warehouse) -> None:
    with morning.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    answer = asked(ticking, "/healthz")
    assert answer.status_code == 200
    assert {one["subject"]: one["health"] for one in answer.json()["checks"]}["schema"] == "look"


def test_each_request_is_a_line_without_its_query(
    log_in: Callable[[str], Person], console: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(root, "level", root.level)
    handler = listen(tmp_path / "console.log")
    try:
        desk = log_in("desk")
        desk.get("/queue?q=13987654321")
        matter = re.search(r"/cases/([A-Z]{2}\d{4}-\d+)", desk.get("/queue"))
        assert matter is not None
        desk.get(f"/cases/{matter[1]}")
        asked(console, "/nowhere/13987654321%0a%1b[31m?name=%E7%8E%8B")
        asked(console, "/queue", **{"User-Agent": "13987654321"})
        until = time.monotonic() + 10  # a line is written when its answer has gone out
        while '"status": 303' not in (tmp_path / "console.log").read_text().splitlines()[-1]:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        handler.close()
        logging.getLogger("arrears").setLevel(logging.NOTSET)
    text = (tmp_path / "console.log").read_text("ascii")
    assert "13987654321" not in text
    assert matter[1] not in text
    told = [json.loads(one) for one in text.splitlines()]
    events = [one for one in told if one["event"] == "http"]
    assert all(one["ms"] > 0 and re.fullmatch("[0-9a-f]{16}", one["request"]) for one in events)
    routes = [(one["route"], one["status"], "account" in one) for one in events]
    assert ("/queue", 200, True) in routes
    assert ("/cases/{matter_no}", 200, True) in routes
    assert ("-", 404, False) in routes
    assert ("/queue", 303, False) in routes
