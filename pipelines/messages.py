"""Tell workers and officers what they are owed to know: ask about the money, write, send, ask what arrived."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.messaging.running import one_round


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def tell() -> int:
    """How many messages were handed over."""
    with installation() as here:
        return one_round(here.store, here.settings, actor=Actor.system("messages"), clock=now).sent.sent


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def messages() -> int:
    """One round of messages. What is written and sent stands in our tables: it may run twice, late, or be killed."""
    return tell()
