"""The schedule on a real Prefect server: it deploys, it plans, it pulls, and it keeps nothing personal."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from casework.calendar import local_day
from sandbox.platforms.hotline_12345 import Hotline
from services.months.monthly import last_month
from tests.contracts.drivers.hotline_12345 import HotlineDriver
from tests.pipelines.prefect_server import ROOT, PrefectServer, running
from warehouse.engine import open_warehouse
from warehouse.models import PullCertificateRow

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

CANARIES = ("欧阳验漏", "13987654321", "370282199001011234")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installation that the flows work on."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Iterator[HotlineDriver]:
    """The imitated hotline, named in the channels file."""
    driver = HotlineDriver(tmp_path_factory.mktemp("hotline"), datetime.now(UTC))
    platform: Hotline = driver.platform
    lines = [f'{name} = "{value}"' for name, value in platform.settings.items()]
    (data_dir / "channels.toml").write_text("\n".join(["[hotline_12345]", *lines]) + "\n")
    yield driver
    driver.close()


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Iterator[PrefectServer]:
    """The server with its pools, and a data folder that is set up."""
    with running(tmp_path_factory.mktemp("prefect"), {"ARREARS_DATA_DIR": str(data_dir)}) as server:
        server.run("-m", "console.cli", "setup")
        server.run("-m", "pipelines.schedule", "prepare")
        yield server


@pytest.fixture(scope="session")
def deployed(prefect_server: PrefectServer) -> PrefectServer:
    """The server with everything of prefect.yaml deployed."""
    prefect_server.run_afresh("-m", "prefect", "--no-prompt", "deploy", "--all")
    return prefect_server


def wait_until(there: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if there():
            return True
        time.sleep(0.5)
    return there()


def certificates(data_dir: Path, channel: str) -> list[tuple[str, int]]:
    """(verdict, new) of every ended pull of a channel, the oldest first."""
    store = open_warehouse(f"sqlite:///{data_dir / 'arrears.db'}")
    try:
        with store.read() as session:
            ended = (
                select(PullCertificateRow)
                .where(PullCertificateRow.channel == channel, PullCertificateRow.verdict != "running")
                .order_by(PullCertificateRow.started_at)
            )
            return [(row.verdict, row.landed_new) for row in session.scalars(ended)]
    finally:
        store.close()


def test_deploying_plans_runs_without_a_question(deployed: PrefectServer) -> None:
    assert wait_until(lambda: int(deployed.run("-m", "pipelines.schedule", "planned")) > 0, 120)


def test_deploying_again_doubles_no_deployment(deployed: PrefectServer) -> None:
    deployed.run("-m", "prefect", "--no-prompt", "deploy", "--all")
    listed = deployed.run("-c", COUNT_DEPLOYMENTS)
    assert int(listed) == len(yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"])


COUNT_DEPLOYMENTS = """
import asyncio
from prefect.client.orchestration import get_client

async def count():
    async with get_client() as client:
        return len(await client.read_deployments())

print(asyncio.run(count()))
"""


def test_a_worker_pulls_a_channel_and_a_second_run_brings_nothing_new(
    deployed: PrefectServer, data_dir: Path, hotline: HotlineDriver
) -> None:
    hotline.good(3)
    trigger = "from pipelines.schedule import trigger; trigger('collect/hotline_12345', {'forced': True})"
    with deployed.worker("arrears-ingest"):
        deployed.run("-c", trigger)
        assert wait_until(lambda: len(certificates(data_dir, "hotline_12345")) >= 1, 120)
        deployed.run("-c", trigger)
        assert wait_until(lambda: len(certificates(data_dir, "hotline_12345")) >= 2, 120)
    first, second = certificates(data_dir, "hotline_12345")[:2]
    assert first == ("complete", 3)
    assert second[1] == 0


def test_a_channel_asked_a_moment_ago_is_not_asked_again(
    deployed: PrefectServer, data_dir: Path, hotline: HotlineDriver
) -> None:
    before = len(certificates(data_dir, "hotline_12345"))
    assert before > 0, "the pull of the test above is needed"
    deployed.run("-c", "from pipelines.collect import collect; assert collect('hotline_12345') is None")
    assert len(certificates(data_dir, "hotline_12345")) == before


def test_a_month_is_written_by_its_flow_once(deployed: PrefectServer, data_dir: Path) -> None:
    month = last_month(local_day(datetime.now(UTC)))
    run = f"from pipelines.month import month; print('written', month('{month}'))"
    assert "written 1" in deployed.run("-c", run)
    body = (data_dir / "exports" / f"{month}.xlsx").read_bytes()
    assert "written 0" in deployed.run("-c", run)
    assert (data_dir / "exports" / f"{month}.xlsx").read_bytes() == body


def test_a_bulletin_is_drafted_by_its_flow_once(deployed: PrefectServer) -> None:
    run = "from pipelines.bulletin import bulletin; print('drafted', bulletin('weekly'), bulletin('weekly'))"
    assert "drafted 1 0" in deployed.run("-c", run)


def test_what_never_ended_is_ended_at_the_next_start(deployed: PrefectServer) -> None:
    deployed.run("-c", LEAVE_A_DEAD_RUN)
    ended = deployed.run("-c", REAP)
    assert int(ended) >= 1
    assert int(deployed.run("-c", REAP)) == 0


LEAVE_A_DEAD_RUN = """
import asyncio
from prefect.client.orchestration import get_client
from prefect.states import Pending, Running
from pipelines.watch import watch

async def leave():
    async with get_client() as client:
        run = await client.create_flow_run(watch, state=Pending())
        await client.set_flow_run_state(run.id, Running(), force=True)

asyncio.run(leave())
"""
REAP = """
from datetime import UTC, datetime, timedelta
from pipelines.schedule import reap
print(reap(older_than=timedelta(0), at=datetime.now(UTC)))
"""


def test_a_failing_flow_leaves_nothing_personal_with_prefect(prefect_server: PrefectServer) -> None:
    script = Path(__file__).parent / "leaky.py"
    ran = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env=prefect_server.environment | {"PYTHONPATH": str(ROOT)},
        input="\n".join(CANARIES),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode != 0
    assert wait_until(lambda: "Unreadable:bad_phone in quote" in prefect_server.dump(), 120), ran.stderr
    kept = prefect_server.dump() + ran.stdout + ran.stderr + "".join(_decoded(prefect_server.home))
    assert [word for word in CANARIES if word in kept] == []


def _decoded(home: Path) -> list[str]:
    """Stored results and parameters, which are pickles in base64 that a plain search does not see into."""
    texts = []
    for path in (home / "storage").rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            texts.append(body.decode("utf-8", "replace"))
            texts += [base64.b64decode(part + b"===").decode("utf-8", "replace") for part in body.split(b'"')]
    return texts


def test_the_search_for_leaks_finds_a_leak(prefect_server: PrefectServer) -> None:
    """The guard of the test above: the same words, handed over as a parameter, are found."""
    planted = "private-13987650000"
    prefect_server.run("-c", PLANT.replace("PLANTED", planted))
    assert wait_until(lambda: planted in prefect_server.dump(), 120)


PLANT = """
from prefect import flow

@flow(persist_result=False)
def careless(phone: str) -> None:
    pass

careless("PLANTED")
"""
