"""Copy the database, sealed, into the backups folder, and read the copy back."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.office.backups import back_up


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def copy() -> int:
    """How many bytes the copy takes."""
    with installation() as here:
        return back_up(here.store, here.settings, actor=Actor.system("backup"), at=now()).size


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def backup() -> int:
    """Make tonight's backup."""
    return copy()
