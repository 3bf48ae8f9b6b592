"""Judge the pairs among what is filed, and group the complaints into cases."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.link_kept import KEPT
from services.linking import link_complaints


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def judge_and_group() -> int:
    """How many cases stand now. Complaints that the last run read are not read again."""
    with installation() as here:
        kept = here.settings.data_dir / KEPT
        return link_complaints(here.store, actor=Actor.system("link"), at=now(), kept=kept).cases


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def link() -> int:
    """Bring complaints of one dispute into one case."""
    return judge_and_group()
