"""R16: from nothing to a console that answers as before: an empty folder, the keys, a backup, and the clock runs."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from benchmarks import serving
from benchmarks.pages import logged_in
from benchmarks.stored_cases import make_cases
from casework.people import Actor
from services.office.backups import back_up, restore
from services.office.drilling import drill
from services.office.findings import Health
from services.office.settings import Settings
from services.office.vitals import DRILL_OLD, judged, look
from tests.conftest import NOW
from tests.promises.proofs import SCALE, proof, times
from tests.promises.test_r12 import ROOT, Served
from warehouse import crypto
from warehouse.engine import open_warehouse
from warehouse.models import CaseRow

CASES = times(100_000, tier="G", least=300)
MOST_SECONDS = 300
GOLDEN = (
    "/queue",
    "/queue?tab=overdue",
    "/queue?tab=due_soon",
    "/queue?tab=concluded",
    "/review",
    "/warnings",
    "/employers",
    "/employers?sort=paid",
    "/cases",
    "/cases?figure=concluded&period=year",
    "/cases?figure=paid&period=month",
    "/channels",
    "/quarantine",
    "/statistics",
    "/statistics?span=2026",
    "/statistics?span=2026-Q3",
    "/calendar",
    "/dashboard?period=all",
    "/dashboard?period=year",
    "/definitions",
)
_CHANGES = re.compile(r'name="(?:csrf|key|act_key|once)" value="[^"]*"|nonce="[^"]*"|drawn=[^"&]*|\d\d:\d\d(?::\d\d)?')
"""What no two answers share: tokens, and the minute at which a page was made."""

pytestmark = pytest.mark.timeout(1_500)


def answers(address: str) -> dict[str, str]:
    """What each golden page says to the desk, without what changes at every look."""
    with logged_in(address) as desk:
        return {path: _said(desk, path) for path in GOLDEN}


def _said(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    return f"{answer.status_code} {_CHANGES.sub('', answer.text)}"


def _command(settings: Settings, *words: str) -> int:
    environment = {"ARREARS_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "console.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=600, check=False).returncode


def _served(settings: Settings) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        served = Served(settings, int(probe.getsockname()[1]))
    served.start()
    return served


def from_nothing(keys: Path, backup: Path, folder: Path) -> tuple[dict[str, str], float]:
    """What the console says that was brought up from a backup alone, and after how many seconds it had said it."""
    began = time.monotonic()
    folder.mkdir()
    settings = Settings(data_dir=folder)
    shutil.copy(keys, settings.keys)
    if SCALE < 1:  # a process of its own for each step takes longer than the test command has
        restore(settings, backup, actor=Actor.system("test"), at=NOW)
        store = open_warehouse(settings.database)
        with serving.served(store, settings, lambda: datetime.now(UTC)) as address:
            said = answers(address)
        store.close()
        return said, time.monotonic() - began
    assert _command(settings, "restore", str(backup), "--yes") == 0
    served = _served(settings)
    try:
        return answers(served.address), time.monotonic() - began
    finally:
        served.kill()


def test_from_nothing_to_the_same_answers(sqlite_template: Path, tmp_path: Path) -> None:
    enough = {"cases": CASES, "golden answers alike": 20, "golden answers of status 200": 15}
    with proof("R16", seed=16, enough=enough) as made:
        here = Settings(data_dir=tmp_path / "here")
        here.data_dir.mkdir()
        shutil.copyfile(sqlite_template, here.data_dir / "arrears.db")
        crypto.keyring().save(here.keys)
        store = open_warehouse(here.database)
        make_cases(store, CASES, NOW)
        made.count("cases", CASES)
        with serving.served(store, here, lambda: datetime.now(UTC)) as address:
            before = answers(address)
        made.count("golden answers of status 200", sum(said.startswith("200") for said in before.values()))
        backup = back_up(store, here, actor=Actor.system("test"), at=NOW).path

        after, seconds = from_nothing(here.keys, backup, tmp_path / "there")
        unlike = [path for path in GOLDEN if after[path] != before[path]]
        assert unlike == []
        made.count("golden answers alike", len(GOLDEN) - len(unlike))
        made.count("seconds from nothing to the last answer", round(seconds, 1))
        assert seconds <= MOST_SECONDS

        drilled = drill(store, here, actor=Actor.system("drill"), at=NOW)
        made.count("seconds of the drill", drilled.seconds)
        assert drilled.cases >= CASES
        seen = [
            next(one.health for one in judged(look(store, here, at=at)) if one.subject == "drill")
            for at in (NOW, NOW + DRILL_OLD * 1.01)
        ]
        assert seen[0] is Health.WELL
        made.planted("nobody drilled for more than seven days", caught=seen[1] is Health.BROKEN)

        with store.write() as session:
            for row in session.scalars(select(CaseRow).where(CaseRow.status == "to_dispatch")):
                row.employer_name = "别家海产加工有限公司"
        with serving.served(store, here, lambda: datetime.now(UTC)) as address:
            made.planted("rows are other ones", caught=answers(address) != before)
        store.close()
