"""Consoles as an office runs them: `arrears serve`, each in a process of its own, on free ports of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from services.office.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0


@dataclass
class Consoles:
    """Processes of `arrears serve` over one store."""

    settings: Settings
    script: tuple[str, ...] = ("-m", "console.cli")
    addresses: list[str] = field(default_factory=list)
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What the commands of this installation are told."""
        told = {"ARREARS_DATA_DIR": str(self.settings.data_dir), "ARREARS_DATABASE_URL": self.settings.database}
        return os.environ | told | {"PYTHONPATH": str(ROOT)}

    def start(self) -> None:
        """One more, on a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        with (self.settings.data_dir / "console.log").open("ab") as log:
            told = self.environment() | {"ARREARS_CONSOLE_PORT": str(port)}
            command = [sys.executable, *self.script, "serve"]
            self.children.append(subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=subprocess.STDOUT))
        self.addresses.append(f"http://127.0.0.1:{port}")

    def wait(self) -> None:
        """Until each of them answers."""
        until = time.monotonic() + PATIENCE
        for child, address in zip(self.children, self.addresses, strict=True):
            while not _answers(address):
                assert child.poll() is None, "the console did not start"
                assert time.monotonic() < until, "the console does not answer"
                time.sleep(0.05)

    def memory(self) -> int:
        """What they hold of the memory, in KiB."""
        told = [Path(f"/proc/{child.pid}/status").read_text("utf-8") for child in self.children]
        return sum(int(line.split()[1]) for one in told for line in one.splitlines() if line.startswith("VmRSS"))

    def stop(self) -> None:
        """All of them."""
        for child in self.children:
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
            child.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz/live", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def consoles(settings: Settings, how_many: int, *script: str) -> Iterator[Consoles]:
    """So many, while the context lasts."""
    made = Consoles(settings, script or ("-m", "console.cli"))
    try:
        for _ in range(how_many):
            made.start()
        yield made
    finally:
        made.stop()
