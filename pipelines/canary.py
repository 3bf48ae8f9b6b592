"""Place the canary of the day in every channel that takes one."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.arriving.canaries import place_canaries


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def place() -> int:
    """How many were placed."""
    with installation() as here:
        return place_canaries(here.store, here.settings, actor=Actor.system("canary"), at=now()).placed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def canary() -> int:
    """One sealed complaint of nobody a working day and channel; a second run places none."""
    return place()
