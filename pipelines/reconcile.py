"""Hold the last days of every channel against its source, and land what no pull brought."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import channel_names, reconcile_now


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def compare(channel: str) -> int:
    """How many records a pull had missed, or had in another form; they are landed and filed now."""
    with installation() as here:
        count = reconcile_now(here.store, here.settings, channel, clock=now, actor=Actor.system("reconcile"))
    return count.hidden + count.changed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def reconcile() -> int:
    """Every channel by itself: one in trouble keeps no other from being compared, and fails the flow at its end."""
    states = {channel: compare(channel, return_state=True) for channel in channel_names()}
    for channel, state in states.items():
        found = state.result(raise_on_failure=False) if state.is_completed() else None
        get_run_logger().info("%s: %s", channel, "not compared" if found is None else f"{found} found")
    return sum(state.result() for state in states.values())
