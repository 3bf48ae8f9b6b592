"""Take up channels whose run died: killed, or its machine gone. Prefect is not asked who died: our own leases know."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from casework.errors import LeaseTaken
from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import collect_now, cut_off_channels

_RESUME = Actor.system("resume")


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def find() -> list[str]:
    """The channels whose last run died and whose lease is over."""
    with installation() as here:
        return cut_off_channels(here.store, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def take_up(channel: str) -> int:
    """How many complaints were filed; none where another run was quicker."""
    with installation() as here:
        try:
            count = collect_now(here.store, here.settings, channel, clock=now, actor=_RESUME)
        except LeaseTaken:
            return 0
    return 0 if count is None else count.filed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def resume() -> int:
    """Ask each channel whose run was cut off once more, without waiting for its turn. How many there were.

    One in trouble keeps no other from being taken up, and fails the flow at its end.
    """
    channels = find()
    states = {channel: take_up(channel, return_state=True) for channel in channels}
    for channel, state in states.items():
        get_run_logger().info("%s: %s", channel, "taken up" if state.is_completed() else "not taken up")
    for state in states.values():
        state.result()
    return len(channels)
