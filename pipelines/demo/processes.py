"""The processes of the demonstration: each with its own log and its own group, and none left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 8.0


class DidNotStart(Exception):
    """A part of the demonstration is not there. Says which, and where its log is."""


@dataclass
class Crew:
    """What was started, in order. Each child leads a group of its own, so that its children end with it.

    Started from here and not by a shell with `&`: a worker that inherits an ignored SIGINT never stops on SIGTERM.
    """

    folder: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def log_of(self, name: str) -> Path:
        """Where a part writes what it has to say."""
        return self.folder / "logs" / f"{name}.log"

    def start(self, name: str, command: Sequence[str], *, cwd: Path) -> subprocess.Popen[bytes]:
        """Start one part."""
        log = self.log_of(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            child = subprocess.Popen(  # noqa: S603 - our own programs
                list(command),
                cwd=cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.running[name] = child
        self._remember()
        return child

    def run(self, name: str, command: Sequence[str], *, cwd: Path, patience: float) -> None:
        """Run one part to its end. Raises `DidNotStart` when it fails."""
        child = self.start(name, command, cwd=cwd)
        try:
            code = child.wait(patience)
        except subprocess.TimeoutExpired:
            raise DidNotStart(f"{name} took longer than {patience:.0f} s; its log is {self.log_of(name)}") from None
        self.running.pop(name)
        if code != 0:
            raise DidNotStart(f"{name} failed with code {code}; its log is {self.log_of(name)}")

    def wait_for(self, name: str, there: Callable[[], bool], *, patience: float) -> None:
        """Wait until a part does its work. Raises `DidNotStart` when it died or took too long."""
        until = time.monotonic() + patience
        while not there():
            self.look_after()
            if time.monotonic() > until:
                raise DidNotStart(f"{name} did not come up in {patience:.0f} s; its log is {self.log_of(name)}")
            time.sleep(0.2)

    def look_after(self) -> None:
        """Raises `DidNotStart` when a part that should be running has ended."""
        for name, child in self.running.items():
            if child.poll() is not None:
                raise DidNotStart(f"{name} ended with code {child.returncode}; its log is {self.log_of(name)}")

    def stop(self) -> None:
        """End everything that was started, the last first."""
        for child in reversed(self.running.values()):
            _signal_group(child.pid, signal.SIGTERM)
        until = time.monotonic() + _PATIENCE
        for child in reversed(self.running.values()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
        for child in self.running.values():
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
        self.running.clear()
        self._remember()

    def _remember(self) -> None:
        noted = {name: child.pid for name, child in self.running.items()}
        (self.folder / "running.json").write_text(json.dumps(noted))


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_leftovers(folder: Path) -> int:
    """End what a demonstration that was killed left running: only what carries this folder in its environment."""
    try:
        noted = json.loads((folder / "running.json").read_text())
    except (OSError, ValueError):
        return 0
    ended = 0
    for group in noted.values():
        with contextlib.suppress(OSError):
            if f"ARREARS_DATA_DIR={folder}".encode() in Path(f"/proc/{group}/environ").read_bytes():
                _signal_group(group, signal.SIGKILL)
                ended += 1
    return ended


def free_port(wanted: int | None = None) -> int:
    """A port on loopback nobody listens on: the one wanted if it is free."""
    for port in ([wanted] if wanted else []) + [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise DidNotStart("there is no free port on loopback")


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the demonstration as Ctrl-C does: through its `finally`."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
