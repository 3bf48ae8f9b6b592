"""The requirements: locked by hash, without hosts, and with the pins that Prefect needs to start and to schedule."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.office.doctor import PINS

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
BENCHMARK = "requirements-benchmark.lock"
FUZZ = "requirements-fuzz.lock"


def locked(name: str) -> dict[str, str]:
    """Package and version of every line of a lock."""
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("name", [*LOCKS, BENCHMARK, FUZZ])
def test_a_lock_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", [*LOCKS, BENCHMARK, FUZZ])
def test_every_package_is_locked_by_hash(name: str) -> None:
    parts = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    assert [part.split("==")[0] for part in parts if part.strip() and "--hash=sha256:" not in part] == []


@pytest.mark.parametrize("name", LOCKS)
@pytest.mark.parametrize(("package", "too_new", "why"), PINS)
def test_the_pins_hold_that_the_schedule_needs(name: str, package: str, too_new: tuple[int, ...], why: str) -> None:
    version = tuple(int(part) for part in locked(name)[package].split(".")[:3])
    assert version < too_new, why


def test_what_the_project_asks_for_is_in_both_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[\[<>=!~ ]", line)[0] for line in project["dependencies"]}
    assert sorted(asked - set(locked(LOCKS[0]))) == []
    assert sorted(set(locked(LOCKS[0])) - set(locked(LOCKS[1]))) == []


def test_the_peer_of_the_benchmark_is_locked_apart_from_what_the_project_needs() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    asked = {re.split(r"[\[<>=!~ ]", line)[0] for line in groups["benchmark"]}
    assert sorted(asked - set(locked(BENCHMARK))) == []
    assert [name for name in ("splink", "duckdb", "recordlinkage") if name in locked(LOCKS[1])] == []


def test_the_fuzzer_is_locked_alone() -> None:
    assert set(locked(FUZZ)) == {"atheris"}
    assert "atheris" not in locked(LOCKS[1])


@pytest.mark.slow
def test_the_server_of_the_schedule_can_be_imported() -> None:
    command = [sys.executable, "-c", "import prefect.server.api.server"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2_000:]
