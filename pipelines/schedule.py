"""The Prefect server from outside: its environment, its pools, its deployments, and runs that died without a word.

Nothing here decides anything about complaints: Prefect is the alarm clock. Prefect reads its environment when it is
imported, so it is imported late.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

TIMEOUT = 1_800
"""Seconds after which a run of any flow is given up. One that has been "running" for twice as long is a dead one."""

POOLS = ("arrears-ingest", "arrears-interactive")
ROOT = Path(__file__).parent.parent


def environment(home: Path, api_url: str) -> dict[str, str]:
    """What every process of Prefect is started with: ops/prefect.env and the three things only this machine knows."""
    lines = (ROOT / "ops" / "prefect.env").read_text("utf-8").splitlines()
    fixed = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return fixed | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api_url,
        "PREFECT_LOGGING_CONFIG_PATH": str(ROOT / "ops" / "prefect-logging.yml"),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "TZ": "Asia/Shanghai",
    }


def use(settings: Mapping[str, str]) -> None:
    """Put the environment in force for this process."""
    os.environ.update(settings)


def digest() -> str:
    """What a deployment depends on: the schedule, the flows and Prefect itself. The same digest needs no new one."""
    parts = [(ROOT / "prefect.yaml").read_bytes(), version("prefect").encode()]
    parts += [path.read_bytes() for path in sorted((ROOT / "pipelines").glob("*.py"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_pools() -> None:
    """Make the work pools; those that stand are left as they are."""
    asyncio.run(_make_pools())


async def _make_pools() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    async with get_client() as client:
        standing = {pool.name for pool in await client.read_work_pools()}
        for name in POOLS:
            if name not in standing:
                await client.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=template))


def reap(*, older_than: timedelta, at: datetime) -> int:
    """Mark as crashed what "runs" since before `older_than`, and drop what should have started before now.

    A worker that is stopped leaves its run "running" for ever, holding its place; and a schedule that slept would fire
    everything it missed, oldest first.
    """
    return asyncio.run(_reap(at - older_than, at))


async def _reap(since: datetime, at: datetime) -> int:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.objects import State
    from prefect.states import Cancelled, Crashed

    def runs(states: list[str], before: dict[str, Any]) -> FlowRunFilter:
        return FlowRunFilter.model_validate({"state": {"type": {"any_": states}}, **before})

    stuck = runs(["RUNNING", "PENDING", "CANCELLING"], {"start_time": {"before_": since.astimezone(UTC)}})
    missed = runs(["SCHEDULED"], {"expected_start_time": {"before_": at.astimezone(UTC)}})
    ended = 0
    ends: list[tuple[FlowRunFilter, State[Any]]] = [
        (stuck, Crashed(message="its worker was lost")),
        (missed, Cancelled(message="missed while nothing ran")),
    ]
    async with get_client() as client:
        for which, state in ends:
            while found := await client.read_flow_runs(flow_run_filter=which, limit=200):
                for run in found:
                    await client.set_flow_run_state(run.id, state, force=True)
                ended += len(found)
    return ended


def scheduled_ahead() -> int:
    """How many runs the schedule has planned. None at all means that it sleeps, whatever its page shows."""
    return asyncio.run(_scheduled_ahead())


async def _scheduled_ahead() -> int:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    planned = FlowRunFilter.model_validate({"state": {"type": {"any_": ["SCHEDULED"]}}})
    async with get_client() as client:
        return len(await client.read_flow_runs(flow_run_filter=planned, limit=200))


def trigger(deployment: str, parameters: Mapping[str, Any] | None = None) -> str:
    """Ask for one run of a deployment now; its id. Does not wait for it."""
    return asyncio.run(_trigger(deployment, dict(parameters or {})))


async def _trigger(deployment: str, parameters: dict[str, Any]) -> str:
    from prefect.deployments import arun_deployment

    run = await arun_deployment(deployment, parameters=parameters, timeout=0, as_subflow=False)
    return str(run.id)


def main() -> None:
    """`python -m pipelines.schedule prepare`: pools, and runs that died. `planned`: how many runs lie ahead."""
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb == "prepare":
        make_pools()
        sys.stdout.write(f"{reap(older_than=timedelta(seconds=2 * TIMEOUT), at=datetime.now(UTC))} dead runs ended\n")
    elif verb == "planned":
        sys.stdout.write(f"{scheduled_ahead()}\n")
    else:
        sys.stderr.write(f"{main.__doc__}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
