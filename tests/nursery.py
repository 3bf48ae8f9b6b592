"""Processes of ours for tests, each the fork of one that has read the libraries already: to read them takes a command
of ours a second and a half, and one of Prefect's two.

What a test runs is a process of its own all the same: with its own arguments, environment, folder, standard streams and
end. What it imports beyond the libraries named here it imports itself; from there on nothing is known of the fork.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO, Any

ROOT = Path(__file__).parents[1]
OF_THE_COMMAND = (
    "typer", "rich.progress", "rich.table", "pydantic_settings", "structlog.dev", "cryptography.fernet", "argon2",
    "sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "alembic.command", "psycopg",
    "numpy", "numba", "pypinyin", "rapidfuzz", "requests", "lxml.etree", "chinese_calendar",
    "warehouse.models", "warehouse.engine", "dedupe.why", "services.office.settings",
)  # fmt: skip
"""What `arrears` reads whatever it is told to do, but for the console itself. None of it reads its environment there,
and none may begin a thread."""
_WORDS = 200_000
"""Bytes that a call may have: its arguments and its environment."""


class Nursery:
    """A process that has imported some modules and forks for every run. It begins with the first one."""

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._modules = modules
        self._environment = None if environment is None else dict(environment)
        self._begun: tuple[socket.socket, subprocess.Popen[bytes]] | None = None

    def run(
        self,
        *command: str,
        environment: Mapping[str, str],
        given: str = "",
        seconds: float = 120,
        together: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run `-m module …` or `-c script …` as Python would, with this environment and these words as its input.

        `together` puts what it says of errors into its output, where it is said.
        """
        asked = {"command": command, "environment": dict(environment), "seconds": seconds}
        with TemporaryFile() as words, TemporaryFile() as out, TemporaryFile() as err:
            words.write(given.encode())
            words.seek(0)
            code = self._call(json.dumps(asked).encode(), [words, out, out if together else err])
            said = [_read(out), _read(err)]
        if code == -signal.SIGALRM:
            raise subprocess.TimeoutExpired(command, seconds)
        return subprocess.CompletedProcess(command, code, *said)

    def _call(self, words: bytes, files: Sequence[IO[bytes]]) -> int:
        line, _ = self._begun = self._begun or self._begin()
        socket.send_fds(line, [words], [file.fileno() for file in files])
        answer = line.recv(100)
        assert answer, "the process that forks has ended"
        return int(answer)

    def _begin(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno()), *self._modules],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return ours, process

    def close(self) -> None:
        """No more runs."""
        if self._begun:
            line, process = self._begun
            line.close()
            process.wait(20)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def of_the_command() -> Nursery:
    """The one of this test process for `arrears`; gone at its end."""
    made = Nursery(OF_THE_COMMAND)
    atexit.register(made.close)
    return made


def _serve(line: socket.socket) -> Any | None:
    """Fork for each call until the other side is gone. In a child: what it is to run. Else None, at the end."""
    while True:
        body, fds, _, _ = socket.recv_fds(line, _WORDS, 3)
        if not body:
            return None
        asked = json.loads(body)
        child = os.fork()
        if child == 0:
            line.close()
            for number, fd in enumerate(fds):
                os.dup2(fd, number)
            _close(fds)
            return asked
        _close(fds)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _close(fds: Sequence[int]) -> None:
    for fd in fds:
        os.close(fd)


def _begin(asked: Any) -> None:
    """Be the process that was asked for."""
    signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    kind, what, *arguments = asked["command"]
    sys.argv = [what if kind == "-m" else "-c", *arguments]
    if kind == "-m":
        sys.modules.pop(what, None)  # it is read again, as the program
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    exec(compile(what, "<string>", "exec"), main.__dict__)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as door:
        for name in sys.argv[2:]:
            importlib.import_module(name)
        assert threading.active_count() == 1, "a fork has none of the threads"
        gc.collect()
        gc.freeze()
        run = _serve(door)
    if run is not None:
        _begin(run)
