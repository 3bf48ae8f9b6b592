"""Look at every open case as a whole, at night: where two disputes may have become one, a person is asked."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.linkage.suspicions import scan_cases


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def scan() -> int:
    """How many cases look suspicious."""
    with installation() as here:
        return scan_cases(here.store, actor=Actor.system("suspect"), at=now()).suspicious


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def suspect() -> int:
    """Ask about cases that look like two."""
    return scan()
