"""Work that nobody watches lets others go first, and asks for no more of that than it has already."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_ASK = """
import os, subprocess, sys
from services.office.behind import stand_back
os.setpriority(os.PRIO_PROCESS, 0, int(sys.argv[1]))
stand_back()
stand_back()
ask = "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"
print(os.getpriority(os.PRIO_PROCESS, 0), subprocess.check_output([sys.executable, "-c", ask], text=True).strip())
"""


def _said(*command: str) -> str:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("before", "after"), [("0", "10 10"), ("4", "10 10"), ("15", "15 15")])
def test_a_process_and_its_children_stand_back_once(before: str, after: str) -> None:
    if int(_said("-c", "import os; print(os.getpriority(os.PRIO_PROCESS, 0))")) > int(before):
        pytest.skip("what runs this stands back already")
    assert _said("-c", _ASK, before).strip() == after


@pytest.mark.parametrize(("command", "stands_back"), [("serve", False), ("demo", False), ("import", True), ("", True)])
def test_every_command_stands_back_but_those_that_serve_pages(command: str, stands_back: bool) -> None:
    script = (
        "import sys, console.cli as cli\n"
        "cli.stand_back = lambda: print('behind')\n"
        f"sys.argv = ['arrears', *{command!r}.split(), '--help']\n"
        "cli.main()"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert said.startswith("behind") is stands_back


def test_what_only_some_commands_need_is_not_loaded_by_all() -> None:
    dear = {"sqlalchemy", "numba", "pandas", "pypinyin", "fastapi"}
    script = f"import sys, console.cli; print(sorted({dear!r} & set(sys.modules)))"
    assert _said("-c", script).strip() == "[]"
