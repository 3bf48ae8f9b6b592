"""Warn early, before the working day: what the wage feed, the complaints and the promises say together."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.warnings.muting import keep_score, scored_today
from services.warnings.raising import SCHEDULE, raise_warnings, ran_today


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def evaluate(*, again: bool) -> int:
    """How many warnings were raised anew; none when the run of today has been made."""
    with installation() as here:
        if not again and ran_today(here.store, at=now()):
            return 0
        return raise_warnings(here.store, actor=SCHEDULE, at=now()).raised


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def score(*, again: bool) -> int:
    """How many rules fell silent or speak again; none when today has been scored."""
    with installation() as here:
        if not again and scored_today(here.store, at=now()):
            return 0
        count = keep_score(here.store, actor=SCHEDULE, at=now())
        return len(count.muted) + len(count.speaking)


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def warn(again: bool = False) -> int:
    """Raise, keep and clear warnings, once a day; `again` runs although today has been.

    It is planned every hour of the working day, so that a machine that slept at twenty past seven catches up. It looks
    at all that is known: one run makes up for those missed. Then the rules are scored: what falls silent does so from
    the next run on, and a score that fails keeps no warning back.
    """
    raised = evaluate(again=again)
    score(again=again)
    return raised
