"""Warn early, before the working day: what the wage feed, the complaints and the promises say together."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.warnings.raising import SCHEDULE, raise_warnings, ran_today


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def evaluate(*, again: bool) -> int:
    """How many warnings were raised anew; none when the run of today has been made."""
    with installation() as here:
        if not again and ran_today(here.store, at=now()):
            return 0
        return raise_warnings(here.store, actor=SCHEDULE, at=now()).raised


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def warn(again: bool = False) -> int:
    """Raise, keep and clear warnings, once a day; `again` runs although today has been.

    It is planned every hour of the working day, so that a machine that slept at twenty past seven catches up. It looks
    at all that is known: one run makes up for those missed.
    """
    return evaluate(again=again)
