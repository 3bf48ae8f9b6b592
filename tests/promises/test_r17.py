"""R17: upgrades lose nothing, and on PostgreSQL nobody notices one: rows, probes, the version before on new tables.

A store is filled on SQLite, walked down and up its steps, moved to PostgreSQL and walked there; every row is compared
by its hash. Then the steps of docs/operations.md are rehearsed beside two consoles of the version before, taken from
the repository's own history, while ten requests a second ask and write. What squawk says of each step is
tests/warehouse/test_locks_of_steps.py; the whole suite on PostgreSQL is `make test-postgresql`.
"""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, text

from benchmarks.pages import logged_in
from benchmarks.serving import served
from benchmarks.stored_cases import PASSWORD, make_cases, matter_no
from casework.people import Actor
from services.office.moving_store import move_store
from services.office.settings import Settings
from tests.conftest import NOW
from tests.dumps import dump
from tests.postgres import Server
from tests.promises.previous import Version, before, ours
from tests.promises.probing import PATIENCE, Probe, tell, token
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.promises.test_r12 import ROOT, Served
from tests.warehouse.test_gentle_steps import planted
from tests.warehouse.walking import OLDEST, Walk, forms, numbers
from warehouse import audit, crypto, schema
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import LandedRow
from warehouse.moving import counts

ROWS = times(100_000, tier="G", least=400)
UPGRADES = times(10, tier="G", least=1)
CONSOLES = 2 if SCALE >= 1 else 1
CALM = 5 * CONSOLES
"""So many requests are answered between two acts of the rehearsal."""
PATHS = ("/queue", "/cases", f"/cases/{matter_no(0)}", "/account", "/warnings", "/employers/emp_3", "/healthz")
SMOKE = (*PATHS, "/queue?tab=overdue", "/dashboard", "/channels", "/review", "/statistics", f"/cases/{matter_no(60)}")
LOOKED_AT = SMOKE if SCALE >= 1 else PATHS
STEPS_OF_THE_BOOK = (
    "arrears backup",
    "SWITCH=no bash wheelhouse/ops/install.sh /opt/arrears",
    "/opt/arrears/VERSION/venv/bin/arrears setup",
    "bash wheelhouse/ops/install.sh /opt/arrears",
    "systemctl restart arrears-console@8001",
    "curl -fsS http://127.0.0.1:8001/healthz",
    "systemctl stop arrears-worker@ingest arrears-worker@interactive",
    "systemctl restart arrears-prefect",
    "systemctl start arrears-worker@ingest arrears-worker@interactive",
    "prefect --no-prompt deploy --all",
    "arrears doctor",
)
"""What docs/operations.md lets an administrator type. The installer, systemd and Prefect have tests of their own."""
_PROGRAMS = {"arrears", "SWITCH=no", "bash", "systemctl", "curl", "prefect", "/opt/arrears/VERSION/venv/bin/arrears"}
REWRITES = (
    (
        'op.add_column("cases", sa.Column("colour", sa.Integer(), nullable=True))\n'
        f'    op.execute("UPDATE cases SET colour = 1"); op.execute("SELECT pg_sleep({2 * PATIENCE:g})")'
    ),
    'op.drop_column("cases", "colour")',
)
DROPS = 'op.drop_column("cases", "site_name")', "pass"

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(1_500)]


def fill(store: Warehouse, rows: int) -> int:
    """So many rows and some more, in the tables that grow: cases with what belongs to them, landed records, the log."""
    cases = max(rows // 12, 80)
    make_cases(store, cases, NOW, waiting=30)
    for start in range(0, cases, 2_000):
        with store.write() as session:
            told = [_landed(number) for number in range(start, min(start + 2_000, cases))]
            session.execute(insert(LandedRow), told)
            for number in range(start, min(start + 2_000, cases)):
                audit.record(session, by="system:test", act="filled", subject=f"case_{number}", at=NOW)
    with store.engine.connect() as connection:
        return sum(counts(connection).values())


def _landed(number: int) -> dict[str, object]:
    payload = {"orderId": f"key{number}", "majorContent": "工资未发。"}
    return {
        "id": f"lnd_{number}", "channel": "hotline_12345", "kind": "complaint", "source_key": f"key{number}",
        "version": 1, "digest": f"{number:064x}", "payload": payload, "position": f"{number:09d}",
        "landed_at": NOW, "state": "filed",
    }  # fmt: skip


def walked(store: Warehouse, empty: str, made: Proof) -> None:
    """Each step back and again and back, with the hash of every row; below scale 1 the newest two alone."""
    row = numbers()
    walk = Walk(store, forms(empty), OLDEST if SCALE >= 1 else row[-3])
    assert list(walk.down_and_up()) == []
    assert schema.is_current(store.engine)
    made.count("steps taken back and again", walk.steps)
    made.count("rows compared by hash", walk.rows_compared)


def moved(settings: Settings, url: str, made: Proof) -> None:
    """SQLite to PostgreSQL, compared row by row with what we dumped ourselves."""
    here = open_warehouse(settings.database)
    held = dump(here)
    here.close()
    told = move_store(settings, url, actor=Actor.system("test"), at=NOW)
    there = open_warehouse(url)
    came = dump(there)
    there.close()
    assert [name for name in held if name != "audit" and held[name] != came[name]] == []
    assert len(came["audit"]) == len(held["audit"]) + 1
    assert set(held["audit"]) <= set(came["audit"])
    made.count("rows moved to PostgreSQL", told.rows)


def port() -> int:
    """One that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def consoles(version: Version, settings: Settings) -> Iterator[list[Served]]:
    """So many consoles of a version behind the probe; in the list stand those that run."""
    running_now = [version.console(settings, port()) for _ in range(CONSOLES)]
    try:
        for one in running_now:
            one.start()
        yield running_now
    finally:
        for one in running_now:
            with suppress(AssertionError):
                one.kill()


def ready(address: str) -> None:
    """As step 4 of the book asks: `curl -fsS …/healthz`, until it is well."""
    until = time.monotonic() + 60
    while httpx.get(f"{address}/healthz", trust_env=False, timeout=10, verify=False).status_code != 200:
        assert time.monotonic() < until, "the console is not ready"
        time.sleep(0.1)


def typed(page: str) -> list[str]:
    """The commands of the book's section on upgrades, in order."""
    section = page.partition("## Upgrade without downtime")[2].partition("\n## ")[0].partition("\nBack:")[0]
    named = (words.split() for words in re.findall(r"`([^`]+)`", section))
    return [" ".join(words) for words in named if words[0] in _PROGRAMS and len(words) > 1]


def smoke(version: Version, console: Served, settings: Settings, folder: Path, made: Proof) -> None:
    """The version before at work on the new tables: log in, look, tell a complaint, bring in a file, back up."""
    with logged_in(console.address) as desk:
        answers = {path: desk.get(path).status_code for path in LOOKED_AT}
        assert set(answers.values()) == {200}, answers
        made.count("pages of the version before on the new tables", len(answers))
        said = tell(desk, console.address, token(desk.get("/account").text))
        assert said.status_code == 200
        assert said.url.path != "/login"
    made.count("acts of the version before on the new tables")
    if SCALE < 1:  # a process of its own takes longer than the test command has
        return
    file = folder / f"{secrets.token_hex(4)}.csv"
    file.write_text(f"线索编号,反映时间,诉求描述\nX-{file.stem},2026-11-19 09:00,工资没有发\n", "utf-8")
    brought = version.command(settings, "import", str(file), "--json")
    assert brought.returncode == 0, brought.stderr
    made.count("acts of the version before on the new tables")


def lock_timeouts(server: Server) -> tuple[int, int]:
    """How often PostgreSQL wrote that somebody waited for a lock too long, or for each other; and tries of `hold`.

    `hold` waits a fifth of a second at a time and gives everything back: that is how it does not stand in the way.
    """
    assert server.data
    told = (server.data.parent / "log").read_text("utf-8", errors="replace").split("ERROR:")
    cut = [one for one in told if "due to lock timeout" in one.partition("\n")[0]]
    tries = sum("STATEMENT:  LOCK TABLE" in one for one in cut)
    return len(cut) - tries + sum("deadlock detected" in one.partition("\n")[0] for one in told), tries


def rehearse(old: Version, new: Version, settings: Settings, server: Server, folder: Path, made: Proof) -> None:
    """The book's six steps, each upgrade of the tables several times, beside people at work."""
    with closing(open_warehouse(settings.database)) as store:
        schema.downgrade(store.engine, old.newest)
        waited, tried = lock_timeouts(server)
        with consoles(old, settings) as row, Probe([one.address for one in row], "desk", PASSWORD, PATHS) as probe:
            probe.more(CALM)
            if SCALE >= 1:
                assert old.command(settings, "backup").returncode == 0  # step 1; step 2 lays files beside
            for number in range(UPGRADES):
                if number:  # back again, which no office does beside people at work
                    with probe.rest():
                        schema.downgrade(store.engine, old.newest)
                seen = len(probe.answers)
                began = time.monotonic()
                if SCALE >= 1:
                    ran = new.command(settings, "setup")  # step 3
                    assert ran.returncode == 0, ran.stderr
                else:
                    schema.upgrade(store.engine)
                made.count("seconds of upgrades", round(time.monotonic() - began, 2))
                probe.more(CALM)
                made.count("upgrades beside people at work")
                made.count("requests during upgrades", len(probe.answers) - seen)
            assert schema.is_current(store.engine)
            ready(row[0].address)  # its health says that an upgrade is under way, and that it is well
            smoke(old, row[0], settings, folder, made)
            for one in list(row):  # step 4
                if CONSOLES > 1:
                    one.stop()
                    newer = new.console(settings, one.port)
                    row[row.index(one)] = newer
                    newer.start()
                    ready(newer.address)
                    made.count("consoles restarted one after the other")
                probe.more(CALM)
            if CONSOLES > 1:
                doctor = new.command(settings, "doctor", "--json")  # step 6
                assert '"database"' in doctor.stdout
            probe.more(CALM)
        made.count("requests asked by the probe", len(probe.answers))
        made.count("of them telling a complaint", sum(answer.path == "/walk-in" for answer in probe.answers))
        made.count("slowest request, ms", round(1000 * max(answer.seconds for answer in probe.answers)))
        assert probe.failed == []
        made.count("failed probes", 0)
        timeouts, tries = lock_timeouts(server)
        made.count("tries to take several tables at once that met somebody", tries - tried)
        assert timeouts == waited
        made.count("lock timeouts and deadlocks", 0)
        told = sum(answer.path == "/walk-in" for answer in probe.answers) + 1
        with store.read() as session:
            found = session.scalar(text("SELECT count(*) FROM complaint WHERE channel = 'walk_in'"))
            assert audit.verify(session).broken_at is None
        assert found == told, "what was answered is stored once"


def noticed(settings: Settings, more: Path) -> bool:
    """Whether the probe sees a bad step, beside a console of the form before it."""
    store, other = open_warehouse(settings.database), open_warehouse(settings.database)
    with (
        served(store, settings, lambda: datetime.now(UTC)) as address,
        Probe([address], "desk", PASSWORD, PATHS) as probe,
    ):
        probe.more(3)
        asked = threading.Thread(target=schema.upgrade, args=(other.engine,), kwargs={"more": more})
        asked.start()
        until = time.monotonic() + 3 * PATIENCE
        while not probe.failed and time.monotonic() < until:
            time.sleep(0.1)
        asked.join()
    for one in (store, other):
        one.close()
    return bool(probe.failed)


@contextmanager
def database(server: Server) -> Iterator[str]:
    """An empty one."""
    name = f"t_{secrets.token_hex(8)}"
    server.run(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_book_says_what_is_rehearsed() -> None:
    assert typed((ROOT / "docs" / "operations.md").read_text("utf-8")) == list(STEPS_OF_THE_BOOK)


def test_upgrades_lose_nothing_and_nobody_notices(sqlite_template: Path, postgres: Server, tmp_path: Path) -> None:
    old = before(tmp_path / "before")
    if old is None:
        pytest.skip("there is no history here to take the version before from: this is a source archive")
    enough = {
        "rows stored": ROWS,
        "steps taken back and again": 2 * (len(numbers()) - 2) if SCALE >= 1 else 2,
        "rows compared by hash": 100 * ROWS if SCALE >= 1 else ROWS,
        "rows moved to PostgreSQL": ROWS,
        "upgrades beside people at work": UPGRADES,
        "requests during upgrades": 5 * UPGRADES,
        "requests asked by the probe": 200 if SCALE >= 1 else 15,
        "pages of the version before on the new tables": len(LOOKED_AT),
        "consoles restarted one after the other": 2 if SCALE >= 1 else 0,
    }
    with proof("R17", seed=17, enough=enough) as made, database(postgres) as url, database(postgres) as empty:
        settings = Settings(data_dir=tmp_path / "here", database_url=None)
        settings.data_dir.mkdir()
        shutil.copyfile(sqlite_template, settings.data_dir / "arrears.db")
        crypto.keyring().save(settings.keys)
        store = open_warehouse(settings.database)
        made.count("rows stored", fill(store, ROWS))
        if SCALE >= 1:  # tests/warehouse/test_migrations.py does it in the test command
            walked(store, f"sqlite:///{tmp_path / 'empty.db'}", made)
        store.close()
        moved(settings, url, made)
        there = Settings(data_dir=settings.data_dir, database_url=url)
        store = open_warehouse(url)
        walked(store, empty, made)
        store.close()
        rehearse(old, ours(), there, postgres, tmp_path, made)
        bad: tuple[tuple[str, tuple[str, str]], ...] = (("a step drops a column that is read", DROPS),)
        if SCALE >= 1:
            bad = (("a step fills a column while it holds the table", REWRITES), *bad)
        for number, (bug, step) in enumerate(bad):
            (folder := tmp_path / f"bad{number}").mkdir()
            made.planted(bug, caught=noticed(there, planted(folder, step)))
            if bug != bad[-1][0]:
                back = open_warehouse(url)
                schema.downgrade(back.engine, numbers()[-1], more=folder)
                back.close()
