"""Look after the channels and the deadlines: which channel is silent or behind, which day is no longer a guess.

Reads our own tables, never Prefect's states.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.watching import watch_channels
from services.working_days import recount_deadlines


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look() -> int:
    """How many channels are in trouble."""
    with installation() as here:
        return watch_channels(here.store, actor=Actor.system("watch"), at=now()).alarms


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def recount() -> int:
    """How many deadlines moved because the holidays of their year became known."""
    with installation() as here:
        return recount_deadlines(here.store, actor=Actor.system("watch"), at=now())


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def watch() -> int:
    """Say which channels need somebody; count again the deadlines that were only a guess."""
    recount()
    return look()
