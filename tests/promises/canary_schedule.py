"""The canary town's Prefect: a server with a home of its own, and a process that runs the flows which are asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.pipelines.prefect_server import ROOT, PrefectServer, running
from tests.promises.canary_town import CanaryTown

_SCRIPT = Path(__file__).with_name("canary_flows.py")


class Schedule:
    """Runs flows one after the other. What the process says, and what Prefect keeps, is looked at in the end."""

    def __init__(self, town: CanaryTown, server: PrefectServer) -> None:
        self.town, self.server, self.ran = town, server, 0
        self._child: subprocess.Popen[str] | None = None

    def run(self, flow: str, *, lines: str = "", **arguments: object) -> str:
        """Run one flow to its end: `done`, or the kind of its error. `lines` is what it reads by itself."""
        if self._child is None:
            self._child = self._start({})
        said = self._ask(self._child, flow, arguments, lines)
        self.ran += 1
        return said

    def killed(self, flow: str, place: str, **arguments: object) -> bool:
        """A run that is killed at a named place, in a process of its own."""
        child = self._start({"ARREARS_FAILPOINT": place})
        self._ask(child, flow, arguments, "")
        _end(child)
        self.town.free_leases()
        return child.returncode < 0

    def _start(self, more: dict[str, str]) -> subprocess.Popen[str]:
        with (self.town.logs / "flows.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(_SCRIPT)],
                cwd=ROOT,
                env=self.server.environment | self.town.named | more,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _ask(self, child: subprocess.Popen[str], flow: str, arguments: dict[str, object], lines: str) -> str:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps([flow, arguments]) + "\n" + lines)
        child.stdin.flush()
        with (self.town.logs / "flows.out").open("a", encoding="utf-8") as log:
            for line in child.stdout:
                log.write(line)
                if line.startswith("\x1e"):
                    return line[1:].strip()
        return "gone"

    def close(self) -> None:
        """No more is asked for."""
        if self._child is not None:
            _end(self._child)


def _end(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextmanager
def schedule(town: CanaryTown) -> Iterator[Schedule]:
    """A server and its flows, from answering to gone."""
    home = town.root / "prefect"
    home.mkdir()
    with running(home, town.named) as server:
        made = Schedule(town, server)
        try:
            yield made
        finally:
            made.close()
