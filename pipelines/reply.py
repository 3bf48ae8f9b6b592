"""Send the answers that are due, each on its own channel, and read them back."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import connector_of
from services.replying.replies import send_due


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def send() -> int:
    """How many answers a channel confirmed."""
    with installation() as here:
        count = send_due(
            here.store, connector_of=connector_of(here.settings), actor=Actor.system("reply"), at=now(), clock=now
        )
        return count.confirmed


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def reply() -> int:
    """Empty the outbox."""
    return send()
