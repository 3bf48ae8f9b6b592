"""Warn early, before the working day: what the wage feed, the complaints and the promises say together."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.warnings.raising import raise_warnings


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def evaluate() -> int:
    """How many warnings were raised anew."""
    with installation() as here:
        return raise_warnings(here.store, actor=Actor.system("warn"), at=now()).raised


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def warn() -> int:
    """Raise, keep and clear warnings. It looks at all that is known: one run makes up for those missed."""
    return evaluate()
