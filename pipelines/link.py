"""Judge the pairs among what is filed, and group the complaints into cases."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from dedupe.pair_store import Kept
from dedupe.standing import weighed
from dedupe.table import Mask, Table
from dedupe.weights import CURRENT, DATA, Model
from pipelines.linking_in_parts import pairs_in_parts
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.arriving.canaries import pass_canaries
from services.linkage.link_kept import KEPT
from services.linkage.linking import link_complaints


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def judge_and_group() -> int:
    """How many cases stand now. Complaints that the last run read are not read again."""
    with installation() as here:
        settings = here.settings

        def weigh_all(table: Table, shared: Mask, model: Model) -> Kept:
            if len(table) < settings.link_parts_from:
                return weighed(table, shared, model)
            text, under = (DATA / CURRENT).read_text("utf-8"), settings.data_dir
            address, tls = settings.dask_address, settings.dask_tls
            return pairs_in_parts(table, text, runner=settings.link_runner, address=address, tls=tls, under=under)

        actor, kept = Actor.system("link"), settings.data_dir / KEPT
        return link_complaints(here.store, actor=actor, at=now(), kept=kept, weigh_all=weigh_all).cases


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def pass_our_own() -> int:
    """How many canaries went the way to the queue, in a transaction that was taken back."""
    with installation() as here:
        return pass_canaries(here.store, here.settings, actor=Actor.system("canary"), at=now(), clock=now)


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def link() -> int:
    """Bring complaints of one dispute into one case."""
    stand = judge_and_group()
    pass_our_own()
    return stand
