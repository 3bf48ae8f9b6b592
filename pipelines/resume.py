"""Take up channels whose run died: killed, or its machine gone. Prefect is not asked who died: our own leases know."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import channels_to_take_up, take_up_now

_RESUME = Actor.system("resume")


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def find() -> list[str]:
    """The channels whose last run died and whose lease is over, as far as they can be taken up."""
    with installation() as here:
        return channels_to_take_up(here.store, here.settings, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def take_up(channel: str) -> int | None:
    """How many complaints were filed; None where another run was quicker or somebody paused the channel."""
    with installation() as here:
        count = take_up_now(here.store, here.settings, channel, clock=now, actor=_RESUME)
    return None if count is None else count.filed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def resume() -> int:
    """Ask each channel whose run was cut off once more, without waiting for its turn. How many were taken up.

    One in trouble keeps no other from being taken up, and fails the flow at its end.
    """
    states = {channel: take_up(channel, return_state=True) for channel in find()}
    taken = 0
    for channel, state in states.items():
        filed = state.result(raise_on_failure=False) if state.is_completed() else None
        taken += isinstance(filed, int)
        told = f"taken up, {filed} filed" if isinstance(filed, int) else "nothing to do"
        get_run_logger().info("%s: %s", channel, told if state.is_completed() else "not taken up")
    for state in states.values():
        state.result()
    return taken
