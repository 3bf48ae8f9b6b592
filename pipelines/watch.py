"""Look after the channels and the promises: what is silent, failing or late. Reads our tables, never Prefect's."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.payment_plans import watch_plans
from services.watching import watch_channels
from services.watching_sparing import watch_promises


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look() -> int:
    """How many channels are in trouble."""
    with installation() as here:
        watch_promises(here.store, actor=Actor.system("watch"), at=now())
        return watch_channels(here.store, actor=Actor.system("watch"), at=now()).alarms


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look_at_plans() -> int:
    """How many instalments were found broken, of which nobody had been told."""
    with installation() as here:
        return watch_plans(here.store, actor=Actor.system("watch"), at=now())


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def watch() -> int:
    """Say which channels need somebody, and tell the officers of payment plans that were not kept."""
    look_at_plans()
    return look()
