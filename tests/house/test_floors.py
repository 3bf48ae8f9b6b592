"""The tree itself: floors, sizes, names, and what every channel must have."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy.dialects import registry

from connectors.registry import CHANNELS, channels
from tests.floors import FLOORS
from warehouse import schema
from warehouse.models import Base

ROOT = Path(__file__).parent.parent.parent
LONGEST = 300
LONGER: dict[str, str] = {}
"""Modules that may be longer, each with its reason. Empty, and good so."""


def tracked() -> list[Path]:
    """Every file that is or is about to be in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def modules() -> list[Path]:
    """Our own code."""
    return [path for floor in (*FLOORS, "sandbox") for path in sorted((ROOT / floor).rglob("*.py"))]


def test_no_room_looks_up_or_sideways() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if "migrations/versions" not in str(path) and (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert sorted(set(long) - set(LONGER)) == []
    assert sorted(set(LONGER) - set(long)) == [], "no longer long: take it off the list"


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    assert [str(path.relative_to(ROOT)) for path in modules() if {path.stem, path.parent.name} & drawers] == []


def test_no_table_or_column_takes_a_reserved_word() -> None:
    reserved: set[str] = set()
    for dialect in ("sqlite", "postgresql"):
        reserved |= registry.load(dialect)().identifier_preparer.reserved_words
    tables = Base.metadata.tables.values()
    names = {table.name for table in tables} | {column.name for table in tables for column in table.columns}
    assert sorted(names & reserved) == []


def test_the_migrations_have_one_head() -> None:
    assert len(schema.heads()) == 1


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_a_contract_driver_a_page_and_an_imitation(name: str) -> None:
    for path in (f"tests/contracts/drivers/{name}.py", f"docs/channels/{name}.md", f"sandbox/platforms/{name}.py"):
        assert (ROOT / path).is_file(), path


def test_every_channel_is_collected_as_often_as_it_says() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    collected = {one["parameters"]["channel"]: one["schedules"][0] for one in deployments if one["tags"] == ["collect"]}
    assert set(collected) == set(CHANNELS)
    for channel in channels():
        minutes = collected[channel.name]["cron"].split()[0]
        assert minutes.endswith(f"/{channel.every_minutes}"), channel.name


def test_every_schedule_runs_in_shanghai_under_a_name_that_stays() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    schedules = [schedule for one in deployments for schedule in one["schedules"]]
    assert len(schedules) == len(deployments)
    assert {schedule["timezone"] for schedule in schedules} == {"Asia/Shanghai"}
    assert all(schedule["slug"] for schedule in schedules)
    limits = {one["name"]: one["concurrency_limit"] for one in deployments if "concurrency_limit" in one}
    assert {limit["collision_strategy"] for limit in limits.values()} == {"CANCEL_NEW"}
    assert {one["name"] for one in deployments} - set(limits) == {*CHANNELS, "resume"}, "the seven channels"


def test_what_takes_up_dead_channels_stands_behind_no_long_run() -> None:
    """A place is held for half an hour by a long run; the pool of `resume` has short ones only."""
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    pool_of = {one["name"]: one["work_pool"]["name"] for one in deployments}
    long = {
        *CHANNELS,
        "link",
        "suspect",
        "warn",
        "month",
        "bulletin-weekly",
        "bulletin-monthly",
        "reconcile",
        "backup",
        "drill",
    }
    assert long <= set(pool_of)
    assert pool_of["resume"] not in {pool_of[name] for name in long}


def test_no_file_names_a_machine_or_a_registry() -> None:
    wrong = re.compile(r"(?<![\w.~-])/(home|root|Users|work)/\w|pypi\.org/simple|files\.pythonhosted|registry\.npmjs")
    here = Path(__file__)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path != here
        and path.suffix in {".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".json", ".sh", ".env", ".cfg", ".ini", ""}
        and wrong.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


def imported_by(path: Path) -> set[str]:
    """The packages a module names in its imports, wherever they stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_the_words_need_nothing_but_python() -> None:
    allowed = sys.stdlib_module_names | {"casework"}
    assert {name: more for name in (ROOT / "casework").glob("*.py") if (more := imported_by(name) - allowed)} == {}


@pytest.mark.parametrize("room", ["queries", "statistics"])
def test_what_asks_never_writes(room: str) -> None:
    writing = {"add", "add_all", "delete", "merge", "flush", "commit", "insert", "update"}
    calls = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "warehouse" / room).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in {"insert", "update", "delete"})
            or (
                isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "session"
                and node.func.attr in writing
            )
        )
    ]
    assert calls == []
