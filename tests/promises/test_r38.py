"""R38: the tests bite. What decides is run by them line for line and branch for branch, and they notice faults in it.

Whole (`make bite`) it judges a run of all tests under coverage, which `make coverage` made before, and tries mutants of
the modules that `bitten.csv` names. In the test command the same is tried on a module of some lines, with a test that
asserts something, with one that does not, and with one that leaves a branch out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.promises import biting
from tests.promises.bite_worker import ALIVE, CUT_OFF
from tests.promises.biting import (
    PLUGINS,
    Before,
    Choice,
    Excuse,
    Tried,
    as_in_the_test_command,
    bench,
    drawn,
    excuses,
    tried,
    unexplained,
    wilson,
)
from tests.promises.covering import FOLDER, ROOT, groups, measured, ours
from tests.promises.mutants import mutants
from tests.promises.proofs import SCALE, Proof, proof, times

EACH = times(80, tier="N")
"""About so many mutants of each group are tried."""
LEAST_KILLED, LEAST_RUN = 90.0, 95.0
"""Percent: of the mutants of a group, and of lines and branches of everything we wrote."""
GROUPS = ["dedupe", "clocks", "authz", "outbox", "audit", "figures"]
OPERATORS = {"boundary", "comparison", "boolean", "constant", "arithmetic", "return", "deleted", "loop", "default"}
SMALL = '''"""What a day of work pays."""


def pay(hours: int, rate: int = 20) -> int:
    """Hours beyond eight count one and a half times."""
    if hours < 0:
        raise ValueError("no hours below none")
    beyond = max(0, hours - 8)
    total = 2 * hours * rate
    if beyond:
        total += beyond * rate
    return total // 2
'''
BITES = """import pytest
from small import pay


def test_pay():
    assert [pay(0), pay(8), pay(10), pay(9, 10)] == [0, 160, 220, 95]
    with pytest.raises(ValueError):
        pay(-1)
"""
ASSERTS_NOTHING = BITES.replace("assert [pay(0), pay(8), pay(10), pay(9, 10)] == [0, 160, 220, 95]", "pay(10)")
LEAVES_A_BRANCH = BITES.replace("pay(0), pay(8), pay(10), pay(9, 10)", "pay(10)").replace("0, 160, 220, 95", "220")


def judged(found: list[Tried], made: Proof, group: str) -> list[str]:
    """Whether enough mutants of a group were killed. Those of a sample: the interval of the true share is told."""
    killed = sum(one.killed for one in found)
    low, high = wilson(killed, len(found))
    made.count("mutants tried", len(found))
    made.count("mutants killed", killed)
    for what, share in (("", killed / max(1, len(found))), (", at least", low), (", at most", high)):
        made.count(f"{group}: killed{what}, percent", round(100 * share, 1))
    for what, many in Counter(one.what for one in found).items():
        made.count(f"mutants {what}", many)
    return [] if 100 * killed >= LEAST_KILLED * len(found) else [f"{group}: {killed} of {len(found)} mutants killed"]


def small(folder: Path, test: str) -> Path:
    """A tree of one module and its test."""
    folder.mkdir()
    (folder / "small.py").write_text(SMALL)
    (folder / "test_small.py").write_text(test)
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    return folder


def bitten(folder: Path, test: str, made: Proof) -> list[str]:
    """What is wrong with a small module and its test, by some mutants of it."""
    tree = small(folder, test)
    every = mutants("small.py", SMALL.encode())
    chosen = [one for one in every if one.operator in {"boundary", "arithmetic", "return"}]
    with bench(folder.with_suffix(".copies"), workers=1, root=tree, libraries=PLUGINS) as workers:
        found = tried(chosen, {one: (["test_small.py::test_pay"], 1.0) for one in chosen}, workers)
    return judged(found, made, "small") + unexplained(found, {}, tree)


def not_run(folder: Path, test: str) -> list[str]:
    """Lines and branches of a small module that its test does not run."""
    tree = small(folder, test)
    command = [
        sys.executable,
        "-m",
        "coverage",
        "run",
        "--branch",
        "--source=.",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
    ]
    told = as_in_the_test_command()
    ran = subprocess.run([*command, "-p", "no:cacheprovider"], cwd=tree, env=told, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    return measured(tree, root=tree).share(["small.py"]).missing


def whole(made: Proof, folder: Path) -> list[str]:
    """Everything that was run under coverage, and mutants of each group."""
    run, wrong = measured(), []
    over_all = run.share(ours())
    made.count("tests that passed", len(run.seconds))
    made.count("lines and branches", over_all.there)
    made.count("run, percent", round(over_all.percent, 2))
    if over_all.percent < LEAST_RUN:
        wrong.append(f"{over_all.percent:.2f} % of lines and branches are run")
    choice, before, found = Choice(run), Before(FOLDER / "tried.jsonl"), []
    made.count("mutants known from an earlier run", len(before.known))
    with bench(folder, workers=len(os.sched_getaffinity(0))) as workers:
        for group, modules in groups().items():
            share = run.share(modules)
            made.count(f"{group}: modules", len(modules))
            made.count(f"{group}: run, percent", round(share.percent, 2))
            wrong += [f"{group}: not run: {one}" for one in share.missing]
            chosen = drawn(modules, EACH, made.seed)
            of = before.tried(chosen, {one: choice.tests(one) for one in chosen}, workers)
            wrong += judged(of, made, group)
            found += of
    made.count("survivors", sum(not one.killed for one in found))
    return wrong + unexplained(found, excuses())


@pytest.mark.timeout(7200 if SCALE >= 1 else 120)
def test_r38(tmp_path: Path) -> None:
    full = SCALE >= 1
    enough = {"mutants tried": 300, "tests that passed": 2_000} if full else {"mutants tried": 5}
    with proof("R38", seed=38, enough=enough) as made:
        assert list(groups()) == GROUPS
        texts = [path.read_bytes() for path in (ROOT / "casework").glob("*.py")]
        assert {one.operator for text in texts for one in mutants("", text)} == OPERATORS
        assert bitten(tmp_path / "bites", BITES, Proof("R38", 38, {}) if full else made) == []
        blank = bitten(tmp_path / "blank", ASSERTS_NOTHING, Proof("R38", 38, {}))
        made.planted("a test that asserts nothing", caught=any("mutants killed" in one for one in blank))
        made.planted("a survivor without a reason", caught=any("lives" in one for one in blank))
        made.planted("a branch that nobody takes", caught=bool(not_run(tmp_path / "branch", LEAVES_A_BRANCH)))
        for where in ("casework/money.py", "casework/gone.py"):
            stale = {Excuse(where, "return 7", "return", "return None"): "there is no such line"}
            made.planted(f"a reason without a survivor in {where}", caught=bool(unexplained([], stale)))
        if full:
            assert whole(made, tmp_path / "trees") == []


@pytest.mark.parametrize(("further", "seconds", "what"), [("", 30.0, ALIVE), ("time.sleep(60)", 3.0, CUT_OFF)])
def test_a_server_that_a_test_leaves_behind_ends_with_it(
    tmp_path: Path, further: str, seconds: float, what: str
) -> None:
    begins = f"""import subprocess
import time
from pathlib import Path


def test_pay():
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    Path({str(tmp_path / "left")!r}).write_text(str(left.pid))
    {further}
"""
    tree = small(tmp_path / "tree", begins)
    with bench(tmp_path / "copies", workers=1, root=tree, libraries=PLUGINS) as workers:
        assert workers.ask(None, "", ["test_small.py::test_pay"], seconds)["what"] == what
    assert not Path("/proc", (tmp_path / "left").read_text("ascii")).exists()


def test_what_a_mutant_meets_is_no_whole_promise_and_writes_no_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = """import os


def test_pay():
    assert not {"SCALE", "PROOFS", "STORE"} & set(os.environ)
"""
    tree = small(tmp_path / "tree", looks)
    for name in ("SCALE", "PROOFS", "STORE"):
        monkeypatch.setenv(name, "1")
    with bench(tmp_path / "copies", workers=1, root=tree, libraries=PLUGINS) as workers:
        assert workers.ask(None, "", ["test_small.py::test_pay"], 30.0)["what"] == ALIVE


@pytest.mark.parametrize(("endless", "what"), [("True", ALIVE), ("pay(8) != 160", CUT_OFF)])
def test_tests_that_come_to_no_end_without_a_mutant_too_have_not_noticed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endless: str, what: str
) -> None:
    waits = f"""import time
from small import pay


def test_pay():
    while {endless}:
        time.sleep(0.1)
"""
    tree = small(tmp_path / "tree", waits)
    monkeypatch.setattr(biting, "_PATIENCE", 3.0)
    one = next(one for one in mutants("small.py", SMALL.encode()) if one.operator == "return")
    with bench(tmp_path / "copies", workers=1, root=tree, libraries=PLUGINS) as workers:
        found = tried([one], {one: (["test_small.py::test_pay"], 0.0)}, workers)
    assert [said.what for said in found] == [what]
