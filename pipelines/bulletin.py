"""Draft the bulletins of the week and of the month that are over; a head issues them."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.bulletins import Kind
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.bulletins.making import Over, make_due


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def draft(kind: str) -> int:
    """How many drafts were made; none while all that are due are there."""
    with installation() as here:
        over = Over(here.settings.district, here.settings.district_name)
        return make_due(here.store, kind=Kind(kind), over=over, at=now())


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def bulletin(kind: str) -> int:
    """Draft what is due of one kind, `weekly` or `monthly`, with what was missed before.

    It is planned every hour of the day, so that a machine that slept catches up. A run that finds nothing to do does
    nothing: what was made is left to the people who read it.
    """
    return draft(kind)
