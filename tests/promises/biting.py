"""Which mutants are tried, by which tests, and what is made of those that live.

A sample is drawn by a seed, spread over the modules of a group by their size. Each mutant meets the tests that run its
line until one fails: those of a file called after the module first, then the quick and the particular. What lies
outside every function runs when a module is imported, and no test can be named for its line: then the tests are asked
that run a line which names what stands there, then those of files that name the module, or where these are few those
that take it in, and those that run any of it. Where a test counts all of a module anew (`bitten.csv`), it is asked
after them. A test that fails without the mutant too kills nothing.
"""

from __future__ import annotations

import ast
import csv
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, TypeAlias, TypeGuard

from dedupe.compiled import in_loops
from tests.floors import FLOORS
from tests.promises.bite_worker import ALIVE, CUT_OFF, IMPORT, NOT_FOUND
from tests.promises.covering import JUDGES, ROOT, Measured, last_asked, texts, that_import
from tests.promises.mutants import Mutant, mutants

EXCUSES = Path(__file__).with_name("survivors.csv")
PLUGINS = ("_hypothesis_pytestplugin", "xdist.plugin", "xdist.looponfail", "pytest_timeout", "anyio.pytest_plugin")
"""What every run of pytest here begins with."""
LIBRARIES = (
    *PLUGINS,
    "numpy", "pandas", "numba", "sqlalchemy.orm", "psycopg", "fastapi", "uvicorn", "hypothesis", "openpyxl",
    "lxml.etree", "cryptography.fernet", "rapidfuzz", "pydantic_settings", "httpx", "babel.dates", "jinja2",
    "alembic.command", "PIL.Image",
)  # fmt: skip
"""What the tests import most, read once by each worker. None of it may have begun a thread."""
_NOT_COPIED = ("build", "dist", ".*")
_NOT_TOLD = ("COVERAGE_", "PYTEST_", "SCALE", "PROOFS", "STORE")
_ENOUGH_TESTS, _ENOUGH_SECONDS, _MOST_TESTS, _MOST_SECONDS = 40, 20.0, 200, 60.0
_AT_ONCE = 3
_PATIENCE = 30.0
"""Seconds that tests are given beyond four times what they take."""
_ON_A_SERVER = "[postgres"
_ALL_ON_A_SERVER = re.compile(r"^pytestmark = .*\bmark\.postgres\b", re.MULTILINE)
"""Mutants meet the tests on SQLite: a server would have to be brought up for each of them."""


Asked: TypeAlias = Mapping[Mutant, tuple[list[str], float]]
"""The tests of each mutant, and how long they take without it, in seconds."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a mutant: `failed` with the test that did, `cut off`, or `alive` after so many tests."""

    mutant: Mutant
    what: str
    by: str
    tests: int
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether the tests noticed it: one failed, or they came to no end."""
        return self.what not in (ALIVE, NOT_FOUND)


def drawn(modules: Sequence[str], many: int, seed: int, root: Path = ROOT) -> list[Mutant]:
    """About `many` mutants, at least one of each module that has any: as many of each as it has share of them all."""
    texts = {module: (root / module).read_bytes() for module in modules}
    every = {module: mutants(module, text) for module, text in texts.items()}
    total = sum(len(made) for made in every.values())
    chance = random.Random(seed)
    chosen: list[Mutant] = []
    for module, made in every.items():
        share = many * len(made) / total
        whole = max(1, int(share) + (chance.random() < share % 1))
        standing = (one for one in chance.sample(made, len(made)) if one.stands(texts[module]))
        chosen += sorted(islice(standing, whole), key=lambda one: one.start)
    return chosen


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share in which the true one lies, 95 times of 100 (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


class Choice:
    """The tests that one mutant meets, by what a run under coverage says."""

    def __init__(self, run: Measured, root: Path = ROOT) -> None:
        self._run, self._root = run, root
        self._by_line: dict[str, dict[int, list[str]]] = {}
        self._naming: dict[str, set[str]] = {}
        self._texts = {
            str(path.relative_to(root)): path.read_text("utf-8") for path in (root / "tests").rglob("test_*.py")
        }
        self._served = {path for path, text in self._texts.items() if _ALL_ON_A_SERVER.search(text)}
        self._last = last_asked() if root == ROOT else {}
        self._ours = {
            str(path.relative_to(root)): path.read_text("utf-8")
            for floor in FLOORS
            for path in (root / floor).rglob("*.py")
        }

    def tests(self, one: Mutant) -> tuple[list[str], float]:
        """Functions of tests without their parameters, in the order in which they are asked, and their seconds."""
        if one.module not in self._by_line:
            self._by_line[one.module] = self._run.tests(one.module)
        lines = self._by_line[one.module]
        names = set(lines.get(one.line, ())) if one.inside else set()
        first: set[str] = set()
        if not names:
            first = {name.partition("[")[0] for line in self._users(one) for name in lines.get(line, ())}
            names = {name for of in lines.values() for name in of}
            if not one.inside:
                named = self._run_in(self._files_naming(one.module))
                if sum(self._run.seconds[name] for name in named) < _ENOUGH_SECONDS:
                    named |= self._run_in(set().union(*map(self._files_naming, self._taken_in_by(one.module))))
                names |= named
        functions = self._on_sqlite(names)
        near = self._files_naming(one.module)
        turn = _turns(functions)
        own = f"test_{Path(one.module).name}"

        def rank(name: str) -> tuple[Any, ...]:
            file = _file(name)
            return name not in first, Path(file).name != own, file not in near, turn[name], functions[name], name

        order = sorted(functions, key=rank)
        chosen: list[str] = []
        seconds = 0.0
        for name in order[:_MOST_TESTS]:
            if len(chosen) >= _ENOUGH_TESTS and seconds >= _ENOUGH_SECONDS:
                break
            if chosen and seconds + functions[name] > _MOST_SECONDS:
                continue
            chosen.append(name)
            seconds += functions[name]
        last = self._last.get(one.module, "")
        if last in functions and last not in chosen:
            chosen.append(last)
            seconds += functions[last]
        return chosen, seconds

    def _run_in(self, files: set[str]) -> set[str]:
        """The tests of some files."""
        return {name for name in self._run.seconds if _file(name) in files}

    def _on_sqlite(self, names: set[str]) -> dict[str, float]:
        """Functions of tests that need no server, and how long all of their parameters take, in seconds."""
        found: dict[str, float] = {}
        for name in names:
            bare = name.partition("[")[0]
            if _ON_A_SERVER not in name and _file(name) not in self._served:
                found[bare] = found.get(bare, 0.0) + self._run.seconds[name]
        return found

    def _users(self, one: Mutant) -> set[int]:
        """The lines in functions of a module that name what a statement outside of them makes."""
        tree = ast.parse((self._root / one.module).read_bytes())
        made: set[str] = set()
        for part in tree.body:
            if part.lineno <= one.line <= (part.end_lineno or part.lineno):
                named = [part.name] if isinstance(part, ast.FunctionDef | ast.ClassDef) else []
                made.update(named or (each.id for each in ast.walk(part) if _is_made(each)))
        lines: set[int] = set()
        for whole in ast.walk(tree):
            if isinstance(whole, ast.FunctionDef | ast.AsyncFunctionDef):
                if whole.name in made:  # a default: whoever runs the function
                    lines.update(range(whole.lineno, (whole.end_lineno or whole.lineno) + 1))
                lines.update(each.lineno for each in ast.walk(whole) if isinstance(each, ast.Name) and each.id in made)
        return lines

    def _files_naming(self, module: str) -> set[str]:
        """Files of tests that name a module, or where none does one that takes it in."""
        if module not in self._naming:
            self._naming[module] = that_import(module, self._texts)
            if not self._naming[module]:  # a part of another module, which the tests name
                users = self._taken_in_by(module)
                self._naming[module] = {path for user in users for path in self._files_naming(user)}
        return self._naming[module]

    def _taken_in_by(self, module: str) -> set[str]:
        """Our modules that take in this one."""
        return that_import(module, self._ours) - {module}


def _file(name: str) -> str:
    return name.partition("::")[0]


def _turns(seconds: Mapping[str, float]) -> dict[str, int]:
    """When a test has its turn among those of its file: the quickest first, `_AT_ONCE` of a file at a time.

    What half of all tests run, a page or a figure, is judged by few of them: forty of one file are less than three of
    fourteen.
    """
    passed: Counter[str] = Counter()
    found: dict[str, int] = {}
    for name in sorted(seconds, key=lambda name: (seconds[name], name)):
        found[name] = passed[_file(name)] // _AT_ONCE
        passed[_file(name)] += 1
    return found


def _is_made(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


class Bench:
    """Workers, each with a copy of the tree of its own."""

    def __init__(self, folder: Path, *, workers: int, root: Path = ROOT, libraries: Sequence[str] = LIBRARIES) -> None:
        self.workers, self.root, self._libraries = workers, root, libraries
        self._in_loops = {f"dedupe/{name}.py" for name in in_loops()}
        self._free: SimpleQueue[tuple[Path, dict[bool, subprocess.Popen[str]]]] = SimpleQueue()
        self._all: list[dict[bool, subprocess.Popen[str]]] = []
        for number in range(workers):
            tree = folder / f"tree{number}"
            shutil.copytree(root, tree, ignore=shutil.ignore_patterns(*_NOT_COPIED), symlinks=True)
            self._all.append({})
            self._free.put((tree, self._all[-1]))

    def close(self) -> None:
        """End all workers."""
        for started in self._all:
            for process in started.values():
                process.communicate(timeout=60)

    def ask(
        self, module: str | None, text: str, tests: Sequence[str], seconds: float, words: Sequence[str] = ()
    ) -> dict[str, Any]:
        """What a worker says of a text in the place of a module, or of the tree as it is."""
        tree, started = self._free.get()
        try:
            plain = module in self._in_loops
            if plain not in started:
                started[plain] = self._start(tree, plain)
            process = started[plain]
            more = [*words, *(["-W", "ignore::RuntimeWarning"] if plain else [])]
            asked = {"module": module, "text": text, "tests": list(tests), "seconds": seconds, "words": more}
            _pipe(process.stdin).write(json.dumps(asked) + "\n")
            _pipe(process.stdin).flush()
            said: dict[str, Any] = json.loads(_pipe(process.stdout).readline())
            return said
        finally:
            self._free.put((tree, started))

    def _start(self, tree: Path, plain: bool) -> subprocess.Popen[str]:
        """A worker. Where loops are mutated it runs them as plain Python: machine code is made once and kept."""
        kept = as_in_the_test_command()
        kept |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_DISABLE_JIT": str(int(plain))}
        kept |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process with threads is not forked
        command = [sys.executable, "-m", "tests.promises.bite_worker", str(tree), *self._libraries]
        return subprocess.Popen(command, cwd=ROOT, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def as_in_the_test_command() -> dict[str, str]:
    """The environment of tests that a mutant meets: whole promises would take hours, and write evidence of a mutant."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_TOLD)}


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe
    return pipe


@contextmanager
def bench(folder: Path, *, workers: int, root: Path = ROOT, libraries: Sequence[str] = LIBRARIES) -> Iterator[Bench]:
    """Workers for as long as they are needed."""
    made = Bench(folder, workers=workers, root=root, libraries=libraries)
    try:
        yield made
    finally:
        made.close()


def tried(chosen: Sequence[Mutant], tests: Asked, workers: Bench) -> list[Tried]:
    """Each mutant with its tests. One that was killed by a test that fails without a mutant too is tried without it.

    Tests that come to no end have noticed a mutant only where they do without it.
    """
    found = _each(chosen, tests, workers)
    while bad := _fail_anyway({one.by for one in found if one.by}, workers):
        without = {
            one.mutant: ([name for name in tests[one.mutant][0] if not _among(name, bad)], tests[one.mutant][1])
            for one in found
            if one.by in bad
        }
        tests = {**tests, **without}
        other = {one.mutant: one for one in _each(list(without), tests, workers)}
        found = [other.get(one.mutant, one) for one in found]
    endless = [one.mutant for one in found if one.what == CUT_OFF]
    anyway = {one.mutant for one in _each(endless, tests, workers, spoiled=False) if one.what == CUT_OFF}
    return [replace(one, what=ALIVE) if one.mutant in anyway else one for one in found]


class Before:
    """What became of mutants in earlier runs: whoever writes a test or a reason need not wait for all of them again.

    One that a test killed is dead as long as nothing changed but other files of tests; of any other it is known as long
    as nothing changed at all, nor who chooses the tests.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._texts = path, texts()
        others = {name: of for name, of in self._texts.items() if not Path(name).name.startswith("test_")}
        judges = [(ROOT / name).read_text("utf-8") for name in sorted(JUDGES)]
        self._all, self._others = _digest([self._texts, judges]), _digest(others)
        self.known: dict[Mutant, Tried] = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            of, mutant, rest = json.loads(line)
            said = Tried(Mutant(*mutant), *rest)
            if of == self._of(said):
                self.known[said.mutant] = said

    def _of(self, said: Tried) -> str:
        """Of which texts it is known."""
        file = _file(said.by.removeprefix(IMPORT))
        return _digest([self._others, self._texts[file]]) if file in self._texts else self._all

    def tried(self, chosen: Sequence[Mutant], tests: Asked, workers: Bench) -> list[Tried]:
        """As `tried`; those that are known are not tried again."""
        fresh = tried([one for one in chosen if one not in self.known], tests, workers)
        with self._path.open("a", encoding="utf-8") as file:
            for one in fresh:
                said = [self._of(one), astuple(one.mutant), [one.what, one.by, one.tests, one.seconds]]
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
        self.known.update((one.mutant, one) for one in fresh)
        return [self.known[one] for one in chosen]


def _digest(said: object) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _each(chosen: Sequence[Mutant], tests: Asked, workers: Bench, *, spoiled: bool = True) -> list[Tried]:
    """What the tests of each mutant say of it, or of its module as it is."""

    def one(mutant: Mutant) -> Tried:
        names, seconds = tests[mutant]
        if not names:
            return Tried(mutant, ALIVE, "", 0, 0.0)
        text = (workers.root / mutant.module).read_bytes()
        shown = (mutant.of(text) if spoiled else text).decode()
        said = workers.ask(mutant.module, shown, names, _PATIENCE + 4 * seconds, ["-m", "not postgres"])
        return Tried(mutant, said["what"], next(iter(said["by"]), ""), len(names), said["seconds"])

    with ThreadPoolExecutor(workers.workers) as hands:
        return list(hands.map(one, chosen))


def _among(name: str, bad: set[str]) -> bool:
    """Whether a function of tests, or the file that it lies in, is one of these."""
    return name in {by.partition("[")[0] for by in bad} or f"{IMPORT}{_file(name)}" in bad


def _fail_anyway(killers: set[str], workers: Bench) -> set[str]:
    """Those that fail in the tree as it is, asked a file at a time."""
    by_file: dict[str, list[str]] = {}
    for by in sorted(killers):
        by_file.setdefault(_file(by.removeprefix(IMPORT)), []).append(by)

    def bad(file: str) -> set[str]:
        names = sorted({by.partition("[")[0] for by in by_file[file] if not by.startswith(IMPORT)})
        failed: set[str] = set()
        if names:
            said = workers.ask(None, "", names, 600.0, ["--maxfail=1000", "-m", "not postgres"])
            failed = {by.partition("[")[0] for by in said["by"]} if said["what"] != CUT_OFF else set(names)
        collected = workers.ask(None, "", [file], 60.0, ["--collect-only"])["what"] == ALIVE
        return {
            by for by in by_file[file] if (not collected if by.startswith(IMPORT) else by.partition("[")[0] in failed)
        }

    with ThreadPoolExecutor(workers.workers) as hands:
        return {by for of in hands.map(bad, by_file) for by in of}


@dataclass(frozen=True, slots=True)
class Excuse:
    """A line of `survivors.csv`: a mutant that lives, and why it may."""

    module: str
    line: str
    operator: str
    now: str


def excuses(path: Path = EXCUSES) -> dict[Excuse, str]:
    """The survivors that are known, each with its reason."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            Excuse(row["module"], row["line"], row["operator"], row["now"]): row["reason"]
            for row in csv.DictReader(file)
        }


def as_excuse(one: Mutant, root: Path = ROOT) -> Excuse:
    """How a mutant would be listed: by the text of its line, which stays where the numbers of lines do not."""
    text = (root / one.module).read_text("utf-8").splitlines()[one.line - 1].strip()
    return Excuse(one.module, text, one.operator, one.now)


def unexplained(found: Sequence[Tried], known: Mapping[Excuse, str], root: Path = ROOT) -> list[str]:
    """Survivors without a reason, and reasons whose mutant was tried and did not live, or is of no text any more."""
    alive = {as_excuse(one.mutant, root): one for one in found if not one.killed}
    killed = {as_excuse(one.mutant, root) for one in found if one.killed}
    wrong = [
        f"{one.module}:{said.mutant.line}: {one.operator}: {said.mutant.was!r} as {one.now!r} lives, {said.tests} tests"
        for one, said in alive.items()
        if one not in known
    ]
    wrong += [f"no reason: {one.module}: {one.line}" for one, reason in known.items() if len(reason) < 10]
    wrong += [f"does not live: {one.module}: {one.line}" for one in known if one in killed - set(alive)]
    there = {module: (root / module) for module in {one.module for one in known}}
    for module, path in there.items():
        made = {as_excuse(one, root) for one in mutants(module, path.read_bytes())} if path.is_file() else set()
        wrong += [f"excuses nothing: {module}: {one.line}" for one in known if one.module == module and one not in made]
    return wrong
