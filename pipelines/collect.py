"""Pull one channel, land what came, file what can be read. One deployment a channel."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import collect_now


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def land_and_file(channel: str, *, forced: bool) -> int | None:
    """How many complaints were filed; None when the channel had been asked a moment before."""
    with installation() as here:
        count = collect_now(here.store, here.settings, channel, clock=now, actor=Actor.system("collect"), forced=forced)
    return None if count is None else count.filed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def collect(channel: str, forced: bool = False) -> int | None:
    """Bring in what one channel has. Twice, late or cut off, nothing is lost and nothing doubled."""
    filed = land_and_file(channel, forced=forced)
    get_run_logger().info("%s: %s", channel, "asked a moment ago" if filed is None else f"{filed} filed")
    return filed
