"""The installation that canary people complain to: six platforms, an office, a console and a Prefect server of its own.

Everything that the program and its tools write lies under one folder: data, temporary files, logs, Prefect's home. The
platforms lie outside it, for they are somebody else's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import update

from casework.people import Actor, Role
from sandbox.serve import serve
from services.office.running import set_up
from services.office.settings import Settings
from services.people.accounts import create_account
from tests.pipelines.prefect_server import ROOT
from tests.promises.canary_page import WorkersPage
from tests.scenarios.town import DISTRICT, PASSWORD, Town
from warehouse import crypto
from warehouse.engine import open_warehouse
from warehouse.models import LeaseRow
from warehouse.store.settings import set_setting

PEOPLE = (
    ("desk", "王静", Role.DESK_OFFICER),
    ("song", "宋海涛", Role.INSPECTOR),
    ("yu", "于晓明", Role.INSPECTOR),
    ("li", "李敏", Role.INSPECTOR),
    ("head", "赵明远", Role.HEAD),
    ("bureau", "孙立", Role.BUREAU_HEAD),
    ("reader", "钱进", Role.READ_ONLY),
    ("system", "周立新", Role.SYSTEM_ADMIN),
    ("security", "吴桐", Role.SECURITY_ADMIN),
    ("audit", "郑重", Role.AUDIT_ADMIN),
)
_PATIENCE = 60.0


class CanaryTown(Town):
    """The office of one day, this one. `root` holds all that is looked at in the end."""

    def __init__(self, root: Path) -> None:
        self.root, self.data = root, root / "data"
        self.logs, self.temporary = root / "logs", root / "tmp"
        for folder in (self.logs, self.temporary):
            folder.mkdir(parents=True)
        outside = root.with_name(root.name + ".outside")
        self.running = serve(None, outside)
        self.settings = Settings(
            data_dir=self.data,
            channels_file=outside / "channels.toml",
            recall_grace_seconds=0,
            audit_witness=self.data / "witness.txt",
        )
        self.running.write_channels_toml(outside / "channels.toml")
        self.page = WorkersPage(root, self.logs, self.temporary)
        self.page.take_the_place(outside / "channels.toml", self.running.platforms["self_report"].settings)
        set_up(self.settings)
        self.store = open_warehouse(self.settings.database)
        self.now = datetime.now(UTC)
        self._entered = {}
        setup = Actor.system("setup")
        with self.store.write() as session:
            awake, why = "00:00-00:00", "the day may be a night"
            set_setting(session, "message.quiet_hours", awake, source=why, by=setup.id, at=self.now)
        self.accounts = {
            login: create_account(
                self.store,
                login=login,
                name=name,
                password=PASSWORD,
                grants=((role, DISTRICT),),
                actor=setup,
                at=self.now - timedelta(days=30),
            )
            for login, name, role in PEOPLE
        }

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the installation is started with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARREARS_", "PREFECT_"))}
        return kept | self.named

    @property
    def named(self) -> dict[str, str]:
        """The part of the environment that is of this installation."""
        return {
            "ARREARS_DATA_DIR": str(self.data),
            "ARREARS_CHANNELS_FILE": str(self.settings.channels_file),
            "ARREARS_MESSAGES_FILE": str(Path(str(self.settings.channels_file)).with_name("messages.toml")),
            "ARREARS_RECALL_GRACE_SECONDS": "0",
            "ARREARS_AUDIT_WITNESS": str(self.settings.audit_witness),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
        }

    def later(self) -> None:
        """The next part of the day begins."""
        self.now = datetime.now(UTC)

    def command(self, *words: str, **more: str) -> int:
        """One `arrears` command in a process of its own; how it ended. What it says goes to the logs."""
        with (self.logs / "commands.log").open("ab") as log:
            ran = subprocess.run(
                [sys.executable, "-m", "console.cli", *words],
                cwd=ROOT,
                env=self.environment | more,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=300,
                check=False,
            )
        return ran.returncode

    def killed(self, channel: str, place: str) -> bool:
        """A collecting process is killed at a named place. Its lease is over at once: nobody waits five minutes."""
        code = self.command("collect", channel, ARREARS_FAILPOINT=place)
        self.free_leases()
        return code == -signal.SIGKILL

    def free_leases(self) -> None:
        """What dead processes held is free, as it would be some minutes later."""
        with self.store.write() as session:
            session.execute(update(LeaseRow).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))

    @contextmanager
    def served(self) -> Iterator[str]:
        """The console in a process of its own, from answering to gone. Its address."""
        port = _free_port()
        environment = self.environment | {"ARREARS_CONSOLE_PORT": str(port)}
        with (self.logs / "console.log").open("ab") as log:
            command = [sys.executable, "-m", "console.cli", "serve"]
            child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + _PATIENCE
            while not _answers(address):
                assert child.poll() is None, "the console did not start"
                assert time.monotonic() < until, "the console does not answer"
                time.sleep(0.1)
            yield address
        finally:
            child.terminate()
            child.wait(20)

    def close(self) -> None:
        """The platforms close, and the store."""
        self.page.close()
        self.running.stop()
        self.store.close()


@contextmanager
def canary_town(root: Path) -> Iterator[CanaryTown]:
    """A town with keys of its own; the keys of the other tests are back in force afterwards."""
    before, temporary = crypto.keyring(), tempfile.tempdir
    town = CanaryTown(root)
    tempfile.tempdir = str(town.temporary)
    try:
        yield town
    finally:
        tempfile.tempdir = temporary
        town.close()
        crypto.use(before)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=2, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
