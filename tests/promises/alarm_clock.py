"""Prefect around an installation, as docs/operations.md runs it: a server with a password, a worker, a supervisor.

The supervisor does what systemd does for the units of ops/systemd and nothing else: whatever ended is started again,
and what a killed worker had started is killed with it. Nobody takes any other step.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml

from pipelines.schedule import environment
from tests.pipelines.prefect_server import ROOT

PASSWORD = "arrears:a-word-of-the-test"
POOL = "arrears-ingest"
_PATIENCE = 240.0
_RUN = b"PREFECT__FLOW_RUN_ID="


@dataclass
class Unit:
    """One unit of the supervisor: its command, what it runs as now, and how often it was started."""

    command: Sequence[str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    starts: int = 0


@dataclass
class AlarmClock:
    """The schedule of one installation: `settings` are its environment."""

    home: Path
    settings: Mapping[str, str]
    units: dict[str, Unit] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.api = f"http://127.0.0.1:{port}/api"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARREARS_", "PREFECT_"))}
        ours = {"PREFECT_SERVER_API_AUTH_STRING": PASSWORD, "PREFECT_API_AUTH_STRING": PASSWORD}
        ours |= {"PREFECT_SERVER_UI_ENABLED": "false", "PYTHONPATH": str(ROOT)}
        self.environment = kept | environment(self.home, self.api) | ours | dict(self.settings)
        self.home.mkdir(parents=True)
        python = sys.executable
        server = [python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        worker = f"{python} -m prefect worker start --pool {POOL} --limit 3"
        self.units["server"] = Unit(server, self.home / "server.log")
        self.units["worker"] = Unit(
            ["/bin/sh", "-c", f"{python} -m pipelines.schedule prepare && exec {worker}"], self.home / "worker.log"
        )
        self._thread = threading.Thread(target=self._supervise, daemon=True)

    def start(self, deployments: Mapping[str, Any]) -> None:
        """Server, deployments, worker; from then on they are looked after."""
        self._start("server")
        self.wait_for_server()
        self._run("-m", "pipelines.schedule", "prepare")
        plan = self.home / "prefect.yaml"
        plan.write_text(yaml.safe_dump(dict(deployments), sort_keys=False), "utf-8")
        self._run("-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(plan))
        self._start("worker")
        self._thread.start()

    def stop(self) -> None:
        """End everything, at once."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        for name in ("worker", "server"):
            self._kill(name)

    def wait_for_server(self) -> None:
        """Until it answers."""
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.3)

    def kill(self, name: str) -> None:
        """SIGKILL for a unit and all that it started."""
        self._kill(name)

    def kill_run(self, run: str, channel: str) -> bool:
        """SIGKILL for this run, or another at its channel, else for one that takes up what died.

        Whether one of the first two was there. The run itself is known without a question: while the server answers
        one, a short run comes to its end.
        """
        found = list(self._flow_runs())
        at_it = [pid for pid, one in found if one == run]
        runs = {} if at_it else {pid: self._parameters(one) for pid, one in found}
        at_it = at_it or [pid for pid, asked in runs.items() if asked.get("channel") == channel]
        for pid in at_it or [pid for pid, asked in runs.items() if "channel" not in asked][:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(at_it)

    def ask(self, channel: str, place: str = "") -> str:
        """One run of a channel now, in a process that dies at the named place. A busy server is asked again. Its id."""
        told = {"env": {"TZ": "Asia/Shanghai", "ARREARS_FAILPOINT": place}}
        asked = {"parameters": {"channel": channel, "forced": True}, "job_variables": told}
        asked["state"] = {"type": "SCHEDULED"}
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                found = self._call("GET", f"/deployments/name/collect/{channel}")
                return str(self._call("POST", f"/deployments/{found['id']}/create_flow_run", asked)["id"])
            except requests.RequestException:
                assert time.monotonic() < until, "the server takes no run"
                time.sleep(1)

    def _flow_runs(self) -> Iterator[tuple[int, str]]:
        """Processes that are flow runs of this server, with the ids of the runs."""
        ours = f"PREFECT_API_URL={self.api}".encode()
        for place in Path("/proc").iterdir():
            if place.name.isdecimal():
                with contextlib.suppress(OSError):
                    said = (place / "environ").read_bytes().split(b"\0")
                    runs = [one.removeprefix(_RUN).decode() for one in said if one.startswith(_RUN)]
                    if ours in said and runs:
                        yield int(place.name), runs[0]

    def _parameters(self, run: str) -> dict[str, Any]:
        try:
            return dict(self._call("GET", f"/flow_runs/{run}")["parameters"])
        except requests.RequestException:
            return {}

    def _call(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        user, _, password = PASSWORD.partition(":")
        answer = requests.request(verb, self.api + path, json=body, auth=(user, password), timeout=30)
        answer.raise_for_status()
        return answer.json()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.api}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def _run(self, *command: str) -> None:
        ran = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_PATIENCE,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout[-2_000:]

    def _start(self, name: str) -> None:
        unit = self.units[name]
        with unit.log.open("ab") as log:
            unit.child = subprocess.Popen(
                unit.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        unit.starts += 1

    def _kill(self, name: str) -> None:
        child = self.units[name].child
        if child is None:
            return
        for pid in [child.pid, *started_by(child.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.wait(30)

    def _supervise(self) -> None:
        """Start again, after a second, what has ended."""
        while not self._over.wait(0.2):
            for name, unit in self.units.items():
                if unit.child is not None and unit.child.poll() is not None and not self._over.wait(1):
                    self._start(name)


def started_by(pid: int) -> list[int]:
    """The children of a process, theirs, and so on."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((place / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(place.name))
    found = list(parents.get(pid, []))
    for child in found:
        found += parents.get(child, [])
    return found
