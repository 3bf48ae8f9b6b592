"""A real Prefect server for a test session: its own folder, its own port, gone afterwards."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.nursery import Nursery, of_the_command

ROOT = Path(__file__).parent.parent.parent
_PATIENCE = 120.0
READ = (
    "prefect.flows",
    "prefect.cli",
    "prefect.client.orchestration",
    "pipelines.schedule",
    "pipelines.collect",
    "pipelines.watch",
)
"""What most programs read that are run against the server."""


@dataclass(frozen=True)
class PrefectServer:
    """Where the server is and with what environment its clients start. Nothing of Prefect is imported here."""

    home: Path
    environment: dict[str, str]
    nursery: Nursery

    def run(self, *command: str, expected: int | None = 0, **changed: str) -> str:
        """Run a program of ours or of Prefect's against the server; what it printed.

        It is the fork of a process that has read Prefect in this environment: what is `changed` of that, only a program
        may be given that reads none of Prefect.
        """
        nursery = of_the_command() if command[1] == "console.cli" else self.nursery
        assert nursery is not self.nursery or not changed
        environment = self.environment | changed
        ran = nursery.run(*command, environment=environment, seconds=_PATIENCE, together=True)
        assert expected is None or ran.returncode == expected, ran.stdout
        return ran.stdout

    def run_afresh(self, *command: str) -> str:
        """The same, by a process that begins with nothing."""
        ran = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
        )
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    @contextmanager
    def worker(self, pool: str) -> Iterator[None]:
        """A worker of a pool."""
        command = ["-m", "prefect", "worker", "start", "--pool", pool, "--name", f"test-{pool}"]
        with _child(command, self.environment, self.home / f"worker-{pool}.log"):
            yield

    def dump(self) -> str:
        """Everything the server's database holds, as text."""
        with closing(sqlite3.connect(self.home / "prefect.db")) as database:
            return "\n".join(database.iterdump())


@contextmanager
def _child(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        yield child
    finally:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextmanager
def running(home: Path, extra: dict[str, str]) -> Iterator[PrefectServer]:
    """The server, from answering to gone."""
    from pipelines.schedule import environment

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    api = f"http://127.0.0.1:{port}/api"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARREARS_", "PREFECT_"))}
    ours = kept | environment(home, api) | extra | {"PREFECT_SERVER_UI_ENABLED": "false"}
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _child(command, ours, home / "server.log") as child:
        until = time.monotonic() + _PATIENCE
        while not _answers(f"{api}/health"):
            assert child.poll() is None, (home / "server.log").read_text()[-2_000:]
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.3)
        nursery = Nursery(READ, ours)
        try:
            yield PrefectServer(home, ours, nursery)
        finally:
            nursery.close()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
