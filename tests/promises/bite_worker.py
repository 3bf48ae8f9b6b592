"""Runs tests against one mutant after the other, each in a process forked from this one, which has read the libraries.

Started as `python -m tests.promises.bite_worker FOLDER [LIBRARY…]` over a copy of the tree, which it may spoil: a
mutant is written in the place of its module, so that programs which a test starts run it too, and is put back after.
Nothing of ours is imported before the fork but this module. It reads a line of JSON for each mutant and answers with
one.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

ALIVE, FAILED, CUT_OFF, NOT_FOUND = "alive", "failed", "cut off", "not found"
IMPORT = "import of "
_NO_SUCH_TEST, _NO_TEST, _BROKEN = 4, 5, 70
_BE_PARENT = 36
"""PR_SET_CHILD_SUBREAPER of Linux."""


_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""What was read before the fork cannot have its asserts rewritten, and need not."""


class _Noting:
    """Notes the tests that failed, the first of which kills a mutant, and files that could not be collected."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._note(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._note(f"{IMPORT}{report.nodeid}")

    def _note(self, said: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(said + "\n")


def asked(tree: Path, one: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a mutant, or of the tree as it is where no module is named.

    `what` is `alive`, `failed` with the tests that did, `cut off` after its seconds, or `not found`: no such test.
    """
    noted = tree / ".noted"
    noted.unlink(missing_ok=True)
    begun = time.monotonic()
    with _in_place(tree, one):
        code = _forked(tree, one, noted)
    if code == _BROKEN:
        raise RuntimeError((tree / ".said").read_text("utf-8", "replace")[-2_000:])
    by = noted.read_text("utf-8").splitlines() if noted.exists() else []
    what = FAILED if code else ALIVE
    if code is None:
        what = CUT_OFF
    elif code in (_NO_SUCH_TEST, _NO_TEST) and not by:
        what = FAILED if _fell_before(tree) else NOT_FOUND
    return {"what": what, "by": by, "seconds": round(time.monotonic() - begun, 2)}


@contextmanager
def _in_place(tree: Path, one: dict[str, Any]) -> Iterator[None]:
    """A mutant stands where its module stood."""
    if one["module"] is None:
        yield
        return
    path = tree / one["module"]
    before, kept = path.read_bytes(), Path(importlib.util.cache_from_source(str(path)))
    kept.unlink(missing_ok=True)
    try:
        path.write_bytes(one["text"].encode())
        yield
    finally:
        path.write_bytes(before)
        kept.unlink(missing_ok=True)


def _fell_before(tree: Path) -> bool:
    """Whether the tests could not even begin, since what they all import fell over the fault."""
    return "while loading conftest" in (tree / ".said").read_text("utf-8", "replace")


def _forked(tree: Path, one: dict[str, Any], noted: Path) -> int | None:
    """The exit code of the tests in a process of their own, or None when it was ended after its seconds."""
    child = os.fork()
    if child == 0:
        code = _BROKEN
        try:
            os.setsid()
            said = os.open(tree / ".said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            words = ["-xq", *_WITHOUT, "--rootdir", str(tree), "-c", str(tree / "pyproject.toml")]
            _same_examples()
            code = int(pytest.main([*words, *one["words"], *one["tests"]], plugins=[_Noting(noted)]))
        except BaseException:  # noqa: BLE001 - whatever it was, this process ends here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    return _waited(child, float(one["seconds"]))


def _same_examples() -> None:
    """Hypothesis, where it was read, plays the same examples each time, and none is too slow."""
    hypothesis = sys.modules.get("hypothesis")
    if hypothesis is not None:
        hypothesis.settings.register_profile("bitten", deadline=None, derandomize=True, database=None)
        hypothesis.settings.load_profile("bitten")


def _waited(child: int, seconds: float) -> int | None:
    """Wait for a process. All that it started ends with it, and it when its time is over."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        status = os.waitpid(child, 0)[1]
    except TimeoutError:
        status = None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _end_all(child)
    return None if status is None else os.waitstatus_to_exitcode(status)


def _end_all(leader: int) -> None:
    """End the group that a process leads, and then the servers that it left behind with groups of their own: they come
    to this one when it has ended."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(leader, 0)
    while left := _children():
        for one in left:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(one, 0)


def _children() -> list[int]:
    """Processes that this one began, or that were left to it by those who began them."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text("ascii")
    return [int(one) for one in found.split()]


def _take_in_orphans() -> None:
    """What a process leaves behind when it ends becomes a child of this one and not of the first of all."""
    if ctypes.CDLL(None, use_errno=True).prctl(_BE_PARENT, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def main(tree: Path, libraries: list[str]) -> None:
    """Answer one line with one line, until there are no more."""
    _take_in_orphans()
    for name in libraries:
        importlib.import_module(name)
    os.chdir(tree)
    ours = {"", str(tree), *os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    sys.path[:] = [str(tree), *[one for one in sys.path if one not in ours]]
    os.environ["PYTHONPATH"] = str(tree)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asked(tree, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
