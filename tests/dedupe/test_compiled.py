"""Where compiled loops are kept, what happens where nothing can be, and that they say what plain Python does."""

from __future__ import annotations

import ast
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import dedupe
from dedupe import warming
from dedupe.compiled import compiled, in_loops

ROOT = Path(dedupe.__file__).parent.parent
FOLDER = "from dedupe import compiled; print(compiled._FOLDER.name)"
LOOP = """
import numpy as np
from dedupe.components import components
one, other = np.asarray([0, 1], dtype=np.int32), np.asarray([1, 2], dtype=np.int32)
print(components(4, one, other).tolist())
"""
GROUPS = """
from tests.dedupe.graphs import alone, grouped, make
found = grouped(alone(make(3, 4), 1)[0])
print(found.claim.tolist(), found.case.tolist(), [one.tolist() for one in found.refused])
"""


def _run(code: str, where: Path = ROOT, **said: str) -> str:
    """What a process of its own prints, which must say nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    kept |= {"PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1", **said}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=where, env=kept, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the package, and nothing kept."""
    for name in ("dedupe", "casework"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_code_is_kept_elsewhere_when_a_module_with_a_loop_changes(copied: Path) -> None:
    before = _run(FOLDER, copied)
    with (copied / "dedupe" / "text.py").open("a") as file:
        file.write("\n# has no loop\n")
    assert _run(FOLDER, copied) == before
    with (copied / "dedupe" / "components.py").open("a") as file:
        file.write("\n# has loops\n")
    changed = _run(FOLDER, copied)
    assert changed != before
    with (copied / "dedupe" / "laid.py").open("a") as file:
        file.write("\n# has constants of loops\n")
    assert _run(FOLDER, copied) != changed


def test_code_is_kept_beside_the_modules(copied: Path) -> None:
    assert _run(LOOP, copied) == "[0, 0, 0, 1]\n"
    assert list((copied / "dedupe" / "__pycache__").glob("loops-*/**/*.nbc"))


def test_without_a_folder_to_write_to_a_process_compiles_for_itself(copied: Path, tmp_path: Path) -> None:
    (copied / "dedupe" / "__pycache__").write_text("in the place of the folder")
    nowhere = str(tmp_path / "dedupe" / "__init__.py" / "home")
    for said in ({}, {"NUMBA_CACHE_DIR": nowhere}):
        assert _run(LOOP, copied, HOME=nowhere, XDG_CACHE_HOME=nowhere, **said) == "[0, 0, 0, 1]\n"


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    kept = tmp_path / "not" / "there"
    assert _run(LOOP, NUMBA_CACHE_DIR=str(kept)) == "[0, 0, 0, 1]\n"
    assert list(kept.glob("loops-*/**/*.nbc"))


def test_plain_python_makes_the_same_groups() -> None:
    assert _run(GROUPS, NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="ignore") == _run(GROUPS)


def test_where_loops_cannot_be_kept_each_process_compiles_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def njit(**how: object) -> object:
        asked.append(how)
        if how.get("cache"):
            raise RuntimeError("no locator available")
        return lambda loop: loop

    monkeypatch.setattr("dedupe.compiled.numba.njit", njit)

    def loop() -> int:
        return 7

    assert compiled(loop)() == 7
    assert [one.get("cache") for one in asked] == [True, None]
    assert all(one["nogil"] for one in asked)


@pytest.mark.parametrize("kind", ["IntEnum", "IntFlag"])
def test_modules_that_number_what_loops_count_with_are_part_of_what_is_kept(kind: str) -> None:
    trees = {path.stem: ast.parse(path.read_text("utf-8")) for path in Path(dedupe.__file__).parent.glob("*.py")}
    classes = {name: [one for one in tree.body if isinstance(one, ast.ClassDef)] for name, tree in trees.items()}
    numbered = {
        name for name, of in classes.items() if any(ast.unparse(base) == kind for one in of for base in one.bases)
    }
    assert numbered
    assert numbered <= set(in_loops())


def test_every_loop_is_compiled_beforehand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(warming, "MANY", 300)
    every = warming.made_up(warming.MANY + warming.FEW)
    assert len({one.complaint_id for one in every}) == len(every) == 360
    assert warming.made_up(9) == warming.made_up(9)
    assert warming.warm() > 0
    if not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]  # made when numba starts
        monkeypatch.delitem(sys.modules, "dedupe.warming")
        runpy.run_module("dedupe.warming", run_name="__main__")
        assert "loops are ready" in capsys.readouterr().out
