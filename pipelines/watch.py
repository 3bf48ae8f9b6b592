"""Look after the channels and the promises: what is silent, failing or late. Reads our tables, never Prefect's."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.watching import watch_channels
from services.watching_sparing import watch_promises


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look() -> int:
    """How many channels are in trouble."""
    with installation() as here:
        watch_promises(here.store, actor=Actor.system("watch"), at=now())
        return watch_channels(here.store, actor=Actor.system("watch"), at=now()).alarms


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def watch() -> int:
    """Say which channels need somebody."""
    return look()
