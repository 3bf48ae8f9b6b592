"""Send the answers that are due, each on its own channel, and read them back."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.running import connector_of
from services.prevention.exchanging import exchange_notices
from services.replying.hearing_money import hear_workers
from services.replying.replies import send_due
from services.replying.telling_progress import tell_progress


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def hear() -> int:
    """How many workers said something new of whether their money came."""
    with installation() as here:
        return hear_workers(here.store, connector_of(here.settings), actor=Actor.system("page"), at=now()).heard


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def send() -> int:
    """How many answers a channel confirmed."""
    with installation() as here:
        count = send_due(
            here.store, connector_of=connector_of(here.settings), actor=Actor.system("reply"), at=now(), clock=now
        )
        return count.confirmed


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def tell() -> int:
    """Of how many complaints something new was told to their workers."""
    with installation() as here:
        actor = Actor.system("reply")
        return tell_progress(here.store, connector_of(here.settings), actor=actor, at=now()).told


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def exchange() -> int:
    """How many answers of employers to prevention notices were taken in; links that ought to open do from here on."""
    with installation() as here:
        actor = Actor.system("reply")
        return exchange_notices(here.store, connector_of(here.settings), actor=actor, clock=now).answers


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def reply() -> int:
    """Hear workers about their money, empty the outbox, tell workers how far it is, exchange with employers."""
    hear()
    sent = send()
    tell()
    exchange()
    return sent
