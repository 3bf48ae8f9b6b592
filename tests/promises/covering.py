"""What the tests run: a plugin that notes which test runs which line, and what it noted, read again.

`ops/coverage.sh` takes it in by `-p tests.promises.covering`. Coverage itself is begun in every process by
COVERAGE_PROCESS_START; here only the name of the test under way is told to it, and how long each test took that passed.

Where nothing but tests and modules of no group changed since a whole run, the tests of those files and those that name
such a module are run again and added (`make coverage MORE=1`): what the others took stays true.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import settings

from tests.floors import FLOORS

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("bitten.csv")
FOLDER = Path(os.environ.get("BITE") or ROOT / "build" / "bite")
"""Where a run under coverage leaves its data: `.coverage`, `tests-*.jsonl`, `stamp`."""
_STAMP = "stamp"
JUDGES = frozenset(f"tests/promises/{name}.py" for name in ("biting", "bite_worker", "mutants"))
"""They read what was noted, and run nothing of ours."""
_failed: set[str] = set()


def pytest_configure() -> None:
    """Everything takes longer here: no example of Hypothesis is too slow."""
    settings.register_profile("covered", deadline=None)
    settings.load_profile("covered")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """The lines that run from here on are those of this test."""
    measured = coverage.Coverage.current()
    begun = time.monotonic()
    if measured is not None:
        measured.switch_context(item.nodeid)
    yield
    if measured is not None:
        measured.switch_context("")
        if item.nodeid not in _failed:
            FOLDER.mkdir(parents=True, exist_ok=True)
            with (FOLDER / f"tests-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps([item.nodeid, round(time.monotonic() - begun, 3)]) + "\n")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test that failed or was left out says nothing of a mutant."""
    if not report.passed:
        _failed.add(report.nodeid)


@lru_cache(maxsize=1)
def groups() -> dict[str, list[str]]:
    """The modules of each group that bite, as `bitten.csv` names them: a path, or a pattern of paths. Each in one."""
    found: dict[str, list[str]] = {}
    for group, _, modules in _table():
        found.setdefault(group, []).extend(modules)
    return found


def last_asked() -> dict[str, str]:
    """By module the test that counts all of it anew, where there is one: it takes its time, and is asked last."""
    return {module: test for _, test, modules in _table() if test for module in modules}


def ours() -> list[str]:
    """Every module of the product, from the root of the tree."""
    return [str(path.relative_to(ROOT)) for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def _table() -> Iterator[tuple[str, str, list[str]]]:
    every = ours()
    taken: set[str] = set()
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            named = [path for path in every if fnmatch(path, row["modules"]) and path not in taken]
            assert named, f"no module is called {row['modules']}, or each is named before"
            taken.update(named)
            yield row["group"], row["last"], named


def texts() -> dict[str, str]:
    """The sum of all that is measured and all that measures: a run is of these texts and of no others."""
    paths = [path for folder in (*FLOORS, "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    named = {path.relative_to(ROOT).as_posix(): path for path in paths}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in named.items() if name not in JUDGES}


def changed(folder: Path = FOLDER) -> list[str]:
    """The files of tests to run again: those that are other than in the run, and those that name a module that is.

    What was noted of both is forgotten: what only other tests run of such a module counts as not run. Raises
    ValueError where a module of a group changed, or what tests are made of.
    """
    before, now = json.loads((folder / _STAMP).read_text("ascii")), texts()
    found = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    judged = {module for modules in groups().values() for module in modules}
    modules = [path for path in found if path.partition("/")[0] in FLOORS and path not in judged]
    others = [path for path in found if path not in modules and not Path(path).name.startswith("test_")]
    if others:
        raise ValueError(f"more than tests changed since ({', '.join(others[:5])}): make coverage")
    tests = {path: (ROOT / path).read_text("utf-8") for path in now if Path(path).name.startswith("test_")}
    again = {path for path in found if path in tests}.union(*(that_import(module, tests) for module in modules))
    forgotten = again.union(found)
    with sqlite3.connect(folder / ".coverage") as data:
        for path in modules:
            data.execute("DELETE FROM arc WHERE file_id IN (SELECT id FROM file WHERE path = ?)", (str(ROOT / path),))
        for path in forgotten:
            data.execute(
                "DELETE FROM arc WHERE context_id IN (SELECT id FROM context WHERE substr(context, 1, ?) = ?)",
                (len(path) + 2, f"{path}::"),
            )
    for noted in folder.glob("tests-*.jsonl"):
        lines = noted.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if json.loads(line)[0].partition("::")[0] not in forgotten]
        noted.write_text("".join(kept), "utf-8")
    return sorted(again)


def that_import(module: str, texts: Mapping[str, str]) -> set[str]:
    """Those of some files, by path with their texts, that name a module to take it in."""
    dotted = module.removesuffix(".py").replace("/", ".")
    package, _, last = dotted.rpartition(".")
    words = (f"from {dotted} import", f"import {dotted}", f"from {package} import {last}")
    return {path for path, text in texts.items() if any(word in text for word in words)}


@dataclass(slots=True)
class Share:
    """Lines and ways out of branches of some modules: how many there are, how many were taken, and which were not."""

    there: int = 0
    taken: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """How much of it was taken, in percent; everything of nothing."""
        return 100 * self.taken / self.there if self.there else 100.0


@dataclass(slots=True)
class Measured:
    """A run under coverage: what it took of each module, and which tests took it."""

    files: dict[str, dict[str, Any]]
    seconds: dict[str, float]
    data: coverage.CoverageData

    def share(self, modules: list[str]) -> Share:
        """How much of some modules was taken. A module that nothing imported was not taken at all."""
        made = Share()
        for module in modules:
            of = self.files.get(module)
            if of is None:
                made.there += 1
                made.missing.append(f"{module}: never run")
                continue
            said = of["summary"]
            made.there += said["num_statements"] + said["num_branches"]
            made.taken += said["covered_lines"] + said["covered_branches"]
            made.missing += [f"{module}:{line}" for line in of["missing_lines"]]
            gone = set(of["missing_lines"])
            made.missing += [
                f"{module}:{one}->{other}" for one, other in of["missing_branches"] if not {one, abs(other)} & gone
            ]
        return made

    def tests(self, module: str) -> dict[int, list[str]]:
        """The tests that passed of each line of a module, in no order."""
        taken = self.data.contexts_by_lineno(str(ROOT / module))
        return {line: [name for name in names if name in self.seconds] for line, names in taken.items()}


def measured(folder: Path = FOLDER, *, root: Path = ROOT) -> Measured:
    """What a run left behind. Raises FileNotFoundError where there was none, ValueError where it is of other texts."""
    if not (folder / ".coverage").is_file():
        raise FileNotFoundError(f"nothing was run under coverage: make coverage writes {folder}")
    if root == ROOT and json.loads((folder / _STAMP).read_text("ascii")) != texts():
        raise ValueError("what was run under coverage is of other texts: make coverage")
    here = coverage.Coverage(data_file=str(folder / ".coverage"), config_file=str(ROOT / "pyproject.toml"))
    here.load()
    here.json_report(outfile=str(folder / "coverage.json"), include=[f"{root}/*"])
    told = json.loads((folder / "coverage.json").read_text("utf-8"))["files"]
    files = {str((Path.cwd() / path).relative_to(root)): of for path, of in told.items()}
    seconds: dict[str, float] = {}
    for path in sorted(folder.glob("tests-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            name, took = json.loads(line)
            seconds[name] = max(took, seconds.get(name, 0.0))
    return Measured(files, seconds, here.get_data())


if __name__ == "__main__":  # ops/coverage.sh: what is measured from here on is of these texts
    FOLDER.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] == ["--more"]:
        print(*changed())
    (FOLDER / _STAMP).write_text(json.dumps(texts(), indent=0) + "\n", encoding="ascii")
