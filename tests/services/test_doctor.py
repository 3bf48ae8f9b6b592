"""The doctor finds what is wrong, says what to do, and calls nothing wrong that is well."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from casework.calendar import local_day
from casework.people import Actor
from services.office import checked_store
from services.office.backups import back_up, newest
from services.office.checked_schedule import Prefect, heard_beyond, schedule
from services.office.checked_settings import configuration
from services.office.checked_store import clock, durability, file_system_of
from services.office.doctor import _contents, check_up
from services.office.findings import Finding, Health
from services.office.running import set_up
from services.office.settings import Settings
from services.office.vitals import judged, look
from warehouse import audit, crypto, migrations, schema
from warehouse.engine import Warehouse

NOBODY = Prefect("http://127.0.0.1:9/api")


def told(findings: list[Finding], health: Health) -> list[str]:
    """The words of the findings of one kind; each that is not well says what to do."""
    chosen = [one for one in findings if one.health is health]
    assert all(one.do for one in chosen if one.health is not Health.WELL), chosen
    return [one.words for one in chosen]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Settings]:
    """An installation that is set up. The keys of the test session come back afterwards."""
    before = crypto.keyring()
    settings = Settings(data_dir=tmp_path / "data")
    set_up(settings)
    yield settings
    crypto.use(before)


def test_a_new_installation_is_told_what_is_missing_and_nothing_else(installed: Settings, now: datetime) -> None:
    found = list(check_up(installed, at=now, prefect=NOBODY, environment={}))
    by_subject = {one.subject: one for one in found}
    well = {"python", "prefect", "sqlalchemy", "fastapi", "settings", "keys", "database", "durability", "clock", "disk"}
    assert {one for one in well if by_subject[one].health is not Health.WELL} == set()
    assert by_subject["audit log"].health is Health.WELL
    assert by_subject["schedule"].health is Health.BROKEN
    assert by_subject["hotline_12345"].health is Health.BROKEN
    assert "docs/channels/hotline_12345.md" in by_subject["hotline_12345"].do
    assert by_subject["backup"].do.startswith("run `arrears backup`")
    assert [one for one in found if one.health is not Health.WELL and not one.do] == []


def test_settings_that_nothing_reads_are_told_with_the_right_name(installed: Settings) -> None:
    found = list(configuration(installed, {"ARREARS_DATABSE_URL": "x", "ARREARS_DATA_DIR": "y", "PATH": "/bin"}))
    assert told(found, Health.LOOK) == ["ARREARS_DATABSE_URL is set, and nothing reads it"]
    assert found[0].do == "set ARREARS_DATABASE_URL instead"


@pytest.mark.parametrize(
    ("changed", "health", "words"),
    [
        ({"console_host": "0.0.0.0"}, Health.BROKEN, "cookies go without TLS"),
        ({"console_host": "0.0.0.0", "secure_cookies": True}, Health.LOOK, "speaks no TLS"),
        ({"trusted_proxy": "127.0.0.1"}, Health.LOOK, "cookies may go without TLS"),
        ({"secure_cookies": True}, Health.LOOK, "count as from one place"),
        ({"data_dir": Path("relative")}, Health.LOOK, "not absolute"),
        ({"metrics_token_file": Path("absent")}, Health.BROKEN, "cannot be read"),
    ],
)
def test_a_door_that_is_open_is_told(
    installed: Settings, changed: dict[str, object], health: Health, words: str
) -> None:
    found = told(list(configuration(installed.model_copy(update=changed), {})), health)
    assert len(found) == 1
    assert words in found[0]


def test_what_others_may_read_is_told(installed: Settings) -> None:
    channels = installed.data_dir / "channels.toml"
    channels.write_text("")
    channels.chmod(0o644)
    installed.data_dir.chmod(0o755)
    token = installed.data_dir / "token"
    token.write_text("0123456789abcdef01234567")
    token.chmod(0o640)
    found = list(configuration(installed.model_copy(update={"metrics_token_file": token}), {}))
    assert len(told(found, Health.BROKEN)) == 3
    for path, mode in ((channels, 0o600), (installed.data_dir, 0o700), (token, 0o600)):
        path.chmod(mode)
    assert told(list(configuration(installed, {})), Health.WELL) == ["the settings hold together"]


def test_the_database_keeps_what_it_is_told(store: Warehouse, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=store_url)
    found = list(durability(store, settings))
    if store.engine.dialect.name == "sqlite":
        assert told(found, Health.BROKEN) == []
        monkeypatch.setattr(checked_store, "_SQLITE", {"synchronous": ("3", "EXTRA")})
        assert told(list(durability(store, settings)), Health.BROKEN) == ["synchronous is 2, not EXTRA"]
        monkeypatch.setattr(checked_store, "NETWORK", {file_system_of(Path(store_url.removeprefix("sqlite:///")))})
        assert "network disk" in told(list(durability(store, settings)), Health.BROKEN)[-1]
    else:  # the server of the tests is quick and careless
        careless = {words.split()[0] for words in told(found, Health.BROKEN)}
        assert careless == {"fsync", "synchronous_commit", "full_page_writes"}
        assert [words.split()[0] for words in told(found, Health.LOOK)] == ["data_checksums"]
        far = Settings(database_url="postgresql+psycopg://u@db.example/x")
        assert any("in clear" in words for words in told(list(durability(store, far)), Health.BROKEN))


def test_the_form_of_the_tables_is_told(store: Warehouse, now: datetime) -> None:
    def set_form(revision: str | None) -> schema.Form:
        with store.write() as session:
            session.execute(text("DELETE FROM alembic_version"))
            if revision is not None:
                session.execute(text("INSERT INTO alembic_version VALUES (:one)"), {"one": revision})
        return schema.form(store.engine)

    own = schema.heads()[0]
    oldest = min(path.name[:4] for path in Path(migrations.__file__).parent.glob("versions/0*.py"))
    assert schema.form(store.engine) is schema.Form.OWN
    for revision, form, ready in (
        (oldest, schema.Form.OLDER, False),
        ("later", schema.Form.NEWER, True),
        (None, schema.Form.NONE, False),
        (own, schema.Form.OWN, True),
    ):
        assert set_form(revision) is form
        assert look(store, Settings(), at=now).ready is ready


def test_the_longest_mount_says_which_disk_it_is(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nserver:/x /srv/data nfs4 rw 0 0\nshort line\n")
    assert file_system_of(Path("/srv/data/arrears.db"), mounts) == "nfs4"
    assert file_system_of(Path("/srv/database/arrears.db"), mounts) == "ext4"
    assert file_system_of(Path("/srv"), tmp_path / "absent") is None


def test_a_clock_that_stands_before_what_was_done_is_told(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    real = datetime.now(now.tzinfo)
    with store.write() as session:
        audit.record(session, by="system:test", act="watch", subject="x", at=real)
    assert clock(store, at=real, newest_backup=None).health is Health.WELL
    behind = clock(store, at=real - timedelta(hours=3), newest_backup=None)
    assert (behind.health, "180 minutes before the last row" in behind.words) == (Health.BROKEN, True)
    later = tmp_path / "later.backup"
    later.touch()
    os.utime(later, times=(real.timestamp() + 7200,) * 2)
    assert "the last backup" in clock(store, at=real, newest_backup=later).words
    if store.engine.dialect.name == "postgresql":
        ahead = clock(store, at=real + timedelta(minutes=5), newest_backup=None)
        assert (ahead.health, "clock of the database" in ahead.words) == (Health.LOOK, True)


def test_a_year_whose_holidays_nobody_knows_is_told(store: Warehouse, now: datetime) -> None:
    settings = Settings()

    def calendar(day: datetime) -> Finding:
        return next(one for one in _contents(settings, store, local_day(day)) if one.subject == "calendar")

    assert calendar(now - timedelta(days=90)).health is Health.WELL
    assert calendar(now).health is Health.LOOK
    assert calendar(now + timedelta(days=60)).health is Health.BROKEN
    assert "2027" in calendar(now).do


def test_backup_drill_and_disk_age_as_the_health_page_says(installed: Settings, store: Warehouse) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("a backup here is of the embedded store")
    settings = installed.model_copy(update={"database_url": str(store.engine.url)})
    crypto.use(crypto.load_keyring(installed.keys))
    made = back_up(store, settings, actor=Actor.system("test"), at=datetime.now().astimezone())
    assert newest(settings) == made.path
    at = datetime.fromtimestamp(made.path.stat().st_mtime).astimezone()
    for age, health in ((timedelta(hours=1), "well"), (timedelta(hours=40), "look"), (timedelta(days=8), "broken")):
        seen = {one.subject: one for one in judged(look(store, settings, at=at + age))}
        assert seen["backup"].health.value == health, age
        assert seen["drill"].health.value == ("broken" if age > timedelta(days=7) else "look")


@contextmanager
def imitated(*, settings: dict[str, object] | None, planned: int, password: str = "") -> Iterator[str]:
    """What the doctor asks of a Prefect server, answered as a server in this state answers."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200 if self.path.endswith("/health") else None, settings)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(None, planned)

        def _answer(self, status: int | None, body: object) -> None:
            shown = bool(self.headers.get("Authorization")) or not password
            self.send_response(status or (200 if shown else 401))
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_said: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    thread.join()
    server.server_close()


QUIET: dict[str, object] = {"server": {"analytics_enabled": False}}


def listening(folder: Path, port: int, address: str) -> Path:
    """The kernel's table of listeners with one line."""
    folder.mkdir(exist_ok=True)
    (folder / "tcp").write_text(f"  sl  local_address rem_address st\n   0: {address}:{port:04X} 00000000:0000 0A 0\n")
    return folder


def test_a_schedule_that_sleeps_or_tells_is_told(tmp_path: Path) -> None:
    with imitated(settings=QUIET, planned=7) as url:
        assert told(list(schedule(Prefect(url))), Health.BROKEN) == []
    with imitated(settings=QUIET, planned=0) as url:
        assert "the schedule sleeps" in told(list(schedule(Prefect(url))), Health.BROKEN)[0]
    with imitated(settings={"server": {"analytics_enabled": True}}, planned=7) as url:
        assert "report its use" in told(list(schedule(Prefect(url))), Health.LOOK)[0]


def test_a_server_that_others_reach_needs_a_password(tmp_path: Path) -> None:
    with imitated(settings=QUIET, planned=7) as url:
        tables = listening(tmp_path / "open", int(url.split(":")[2].split("/")[0]), "00000000")
        assert "no password" in told(list(schedule(Prefect(url), tables=tables)), Health.BROKEN)[0]
    with imitated(settings=QUIET, planned=7, password="p") as url:
        tables = listening(tmp_path / "kept", int(url.split(":")[2].split("/")[0]), "00000000")
        found = list(schedule(Prefect(url, "arrears:p"), tables=tables))
        assert told(found, Health.BROKEN) == []
        assert "from other machines, with a password" in told(found, Health.WELL)[0]
        assert "not ours" in told(list(schedule(Prefect(url), tables=tables)), Health.BROKEN)[0]


@pytest.mark.parametrize(
    ("address", "beyond"),
    [
        ("0100007F", False),
        ("00000000", True),
        ("0A01020A", True),
        ("00000000000000000000000001000000", False),
        ("00000000000000000000000000000000", True),
        ("0000000000000000FFFF00000100007F", False),
    ],
)
def test_the_kernels_table_is_read_as_it_is_written(tmp_path: Path, address: str, beyond: bool) -> None:
    assert heard_beyond(4200, listening(tmp_path / "net", 4200, address)) is beyond
    assert heard_beyond(4201, listening(tmp_path / "net", 4200, address)) is False
