"""Look after the channels, the promises and the deadlines: what is silent, failing, late or no longer a guess.

Reads our own tables, never Prefect's states.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.arriving.watching import watch_channels
from services.cases.drafts import sweep_drafts
from services.cases.once import sweep_clicks
from services.cases.out_of_sight import bring_into_sight
from services.leniency.watching_sparing import watch_promises
from services.money.payment_plans import watch_plans
from services.office.witness import bear_witness
from services.office.working_days import recount_deadlines
from services.replying.receipt_days import watch_receipts

_WATCH = Actor.system("watch")


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look() -> int:
    """How many channels are in trouble."""
    with installation() as here:
        return watch_channels(here.store, actor=_WATCH, at=now()).alarms


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look_at_promises() -> int:
    """How many obligations and follow-up visits fell due, of which nobody had been told."""
    with installation() as here:
        count = watch_promises(here.store, actor=_WATCH, at=now())
        return count.duties + count.follow_ups


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look_at_plans() -> int:
    """How many instalments were found broken, of which nobody had been told."""
    with installation() as here:
        return watch_plans(here.store, actor=_WATCH, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look_at_receipts() -> int:
    """How many channels have answers that do not arrive, or a day that does not add up."""
    with installation() as here:
        return watch_receipts(here.store, actor=_WATCH, at=now()).alarms


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def look_elsewhere() -> int:
    """How many open cases lay where nobody looks, and are before every desk now."""
    with installation() as here:
        return bring_into_sight(here.store, actor=_WATCH, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def recount() -> int:
    """How many deadlines moved because the holidays of their year became known."""
    with installation() as here:
        return recount_deadlines(here.store, actor=_WATCH, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def sweep() -> int:
    """How many drafts of forms nobody came back to were dropped. The keys of old clicks are forgotten with them."""
    with installation() as here:
        sweep_clicks(here.store, actor=_WATCH, at=now())
        return sweep_drafts(here.store, actor=_WATCH, at=now())


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def witness() -> int:
    """How many rows the audit log has; its last seal is written down outside the database."""
    with installation() as here:
        return bear_witness(here.store, here.settings.audit_witness, at=now())


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def watch() -> int:
    """Say which channels need somebody, tell the officers of promises that were not kept, count guessed days again.

    Days that ended are counted in the receipt book, and answers that do not arrive are an alarm every working day.
    Old drafts are swept, and the last seal of the audit log is written down where `ARREARS_AUDIT_WITNESS` says.
    Each look is taken whatever became of the others; a flow with a failed look fails at its end.
    """
    looks = witness, look_at_receipts, look_at_promises, look_at_plans, look_elsewhere, recount, sweep, look
    states = [one(return_state=True) for one in looks]
    return [state.result() for state in states][-1]
