"""Suggest inspectors for what waits, and deliver the notices whose grace is over. The click itself is a person's."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.dispatch.dispatching import deliver_notices, suggest_inspectors


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def suggest() -> int:
    """How many cases got a suggestion."""
    with installation() as here:
        return suggest_inspectors(here.store, actor=Actor.system("dispatch"), at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def deliver() -> int:
    """How many notices were delivered."""
    with installation() as here:
        return deliver_notices(here.store, at=now(), grace=here.settings.recall_grace)


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def dispatch() -> int:
    """Prepare the list for the click, and tell the inspectors of clicks past recall."""
    suggested = suggest()
    deliver()
    return suggested
