"""R13: a disk that fails, or is full, is never answered with "saved", and the store goes on when the disk does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.promises.proofs import Proof, proof, times
from warehouse import audit, crypto
from warehouse.engine import open_warehouse
from warehouse.models import AuditRow, ExportPurposeRow

FAULTS = times(80, tier="G", least=1)
"""The first so many calls of either kind; in the test command a few of them, spread."""
FIRST_TO_LAST = 80
ACTS = 12
FULL_ACTS = 400
MEGABYTES = 4
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The keys of this run in a file, for processes of their own."""
    crypto.keyring().save(tmp_path / "keys.json")
    return tmp_path / "keys.json"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes. Where none can be had: skipped, with the reason."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("no small disk can be mounted here: it needs root and the right to mount")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def wrong_with(url: str, saved: set[str]) -> list[str]:
    """What is wrong with a store after its disk failed."""
    store = open_warehouse(url)
    try:
        with store.read() as session:
            wrong = [] if session.scalar(text("PRAGMA integrity_check")) == "ok" else ["not whole"]
            if audit.verify(session).broken_at is not None:
                wrong.append("audit log broken")
            rows = set(session.scalars(select(ExportPurposeRow.id)))
            told = set(session.scalars(select(AuditRow.subject).where(AuditRow.act == "write")))
    finally:
        store.close()
    if rows != told:
        wrong.append("an act by half")
    if saved - rows:
        wrong.append(f"{len(saved - rows)} saved acts lost")
    return wrong


def failing(folder: Path, template: Path, keys: Path, when: str, made: Proof, *ways: str) -> list[str]:
    """One process whose disk fails at a call; what is wrong afterwards."""
    folder.mkdir()
    shutil.copyfile(template, folder / "arrears.db")
    url, log = f"sqlite:///{folder / 'arrears.db'}", folder / "strace.log"
    fault = f"inject=fdatasync,pwrite64:error=EIO:when={when}"
    command = ["strace", "-f", "--seccomp-bpf", "-o", str(log), "-e", "trace=fdatasync,pwrite64", "-e", fault]
    command += [sys.executable, "-m", "tests.promises.writing", url, str(keys), str(ACTS), *ways]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    lines = ran.stdout.split("\n")
    assert "done" in lines, f"the process did not live to the end: {ran.stderr[-500:]}"
    refused = lines.count("refused")
    made.count("calls that failed", log.read_text().count("(INJECTED)"))
    made.count("acts refused", refused)
    made.count("acts saved", ACTS - refused)
    if not when.endswith("+") and refused:
        made.count("saved again after a fault", lines[-3].startswith("saved"))
    saved = {line.removeprefix("saved ") for line in lines if line.startswith("saved ")}
    wrong = wrong_with(url, saved)
    shutil.rmtree(folder)
    return wrong


def test_a_failing_disk_is_no_success(sqlite_template: Path, keys: Path, small_disk: Path, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace here: ops/packages.sh installs it")
    numbers = range(1, FIRST_TO_LAST + 1) if FAULTS >= FIRST_TO_LAST else [3 + 17 * one for one in range(FAULTS)]
    enough = {
        "calls that failed": 2 * len(numbers),
        "acts refused": len(numbers),
        "acts saved": len(numbers),
        "saved again after a fault": len(numbers) // 2,
        "refused on the full disk": 1,
        "saved when there was room again": 5,
    }
    with proof("R13", seed=13, enough=enough) as made:
        for number in numbers:
            for when in (str(number), f"{number}+"):
                wrong = failing(tmp_path / f"n{when}", sqlite_template, keys, when, made)
                assert wrong == [], f"a fault at call {when}"
        unseen = Proof("R13", 13, {})
        hasty = failing(tmp_path / "hasty", sqlite_template, keys, f"{numbers[-1]}+", unseen, "--hasty")
        made.planted("what failed is called saved", caught=bool(hasty))
        full(small_disk, sqlite_template, keys, made)


def full(disk: Path, template: Path, keys: Path, made: Proof) -> None:
    """The disk is full, then is not: the same process goes on."""
    shutil.copyfile(template, disk / "arrears.db")
    filler = disk / "filler"
    filler.write_bytes(bytes(1_000_000))
    url = f"sqlite:///{disk / 'arrears.db'}"
    command = [sys.executable, "-m", "tests.promises.writing", url, str(keys), str(FULL_ACTS), "--wait"]
    environment, saved = os.environ | {"PYTHONPATH": str(ROOT)}, set[str]()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        for line in child.stdout:
            word, _, name = line.strip().partition(" ")
            if word == "saved":
                saved.add(name)
                made.count("saved when there was room again", not filler.exists())
            elif word == "done" or not filler.exists():
                break  # all was written, or the disk is full for good: enough was seen
            else:
                made.count("refused on the full disk")
                filler.unlink()
                child.stdin.write("\n")
                child.stdin.flush()
        child.kill()
    assert wrong_with(url, saved) == []
