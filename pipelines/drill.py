"""Bring the newest backup back beside the store, and write down that it could be done."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.drilling import drill as bring_back


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def restored() -> int:
    """How many complaints came back."""
    with installation() as here:
        return bring_back(here.store, here.settings, actor=Actor.system("drill"), at=now()).complaints


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def drill() -> int:
    """Tonight's restore drill."""
    return restored()
