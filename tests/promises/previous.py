"""The version before: the newest code of our own history whose tables are in an older form than ours.

It is taken from the repository. A source archive has no history; there is no version before then.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.office.settings import Settings
from tests.promises.test_r12 import ROOT, Served
from tests.warehouse.walking import numbers

STEPS = "warehouse/migrations/versions"
FLOORS = ("casework", "connectors", "dedupe", "warehouse", "services", "pipelines", "console", "sandbox")
_SAID = re.compile(r'^(revision|down_revision)(?:: \S+)? = (?:"(\w+)"|None)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Version:
    """Some version of the program, where it lies, and the newest step that it knows."""

    commit: str
    newest: str
    root: Path = ROOT

    def command(self, settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
        """`arrears …` of this version, in a process of its own."""
        environment = os.environ | {
            "ARREARS_DATA_DIR": str(settings.data_dir),
            "ARREARS_DATABASE_URL": settings.database,
            "PYTHONPATH": str(self.root),
            "PYTHONUTF8": "1",
        }
        command = [sys.executable, "-m", "console.cli", *words]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    def console(self, settings: Settings, port: int) -> Served:
        """Its console, to be started."""
        return Served(settings, port, root=self.root)


def ours() -> Version:
    """The code as it lies here."""
    return Version("this one", numbers()[-1])


def before(folder: Path) -> Version | None:
    """The version before ours, laid into a folder; None where there is no history."""
    if _git("rev-parse", "--show-toplevel") != f"{ROOT}\n":
        return None
    mine = numbers()
    for commit in _candidates():
        steps = _chain(_texts(commit))
        if steps and len(steps) < len(mine) and steps == mine[: len(steps)]:
            _lay(commit, folder, FLOORS)
            return Version(commit[:7], steps[-1], folder)
    return None


def _git(*words: str) -> str:
    """What git says; nothing where there is no git, no repository, or not so much history."""
    try:
        ran = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return ran.stdout if ran.returncode == 0 else ""


def _candidates() -> Iterator[str]:
    """The newest first: what the trunk was before each change of the steps; and before steps that are not kept yet."""
    yield from _git("rev-parse", "HEAD").split()
    for commit in _git("log", "--first-parent", "-m", "--format=%H", "-40", "--", STEPS).split():
        yield from _git("rev-parse", "--verify", "--quiet", f"{commit}^1").split()


def _archive(commit: str, *paths: str) -> tarfile.TarFile:
    ran = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit, *paths], capture_output=True, timeout=60, check=True
    )
    return tarfile.open(fileobj=io.BytesIO(ran.stdout))


def _texts(commit: str) -> Iterator[str]:
    with _archive(commit, STEPS) as packed:
        for member in packed:
            file = packed.extractfile(member) if member.name.endswith(".py") else None
            if file is not None:
                yield file.read().decode()


def _chain(texts: Iterable[str]) -> list[str] | None:
    """The steps, oldest first; None where they are not one row."""
    below: dict[str | None, str] = {}
    for text in texts:
        said = {name: number or None for name, number in _SAID.findall(text)}
        number = said.get("revision")
        if number is not None:
            if said.get("down_revision") in below:
                return None
            below[said.get("down_revision")] = number
    row: list[str] = []
    at: str | None = None
    while at in below and len(row) < len(below):
        at = below[at]
        row.append(at)
    return row if len(row) == len(below) else None


def _lay(commit: str, folder: Path, paths: Iterable[str]) -> None:
    with _archive(commit, *paths) as packed:
        packed.extractall(folder, filter="data")
