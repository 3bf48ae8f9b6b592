"""Count the month that is over, into a workbook in the exports folder."""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.months.closing_month import Asked
from services.months.monthly import write_months


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def export(month: str | None) -> int:
    """How many workbooks were written; none while all that are due lie there."""
    with installation() as here:
        folder = here.settings.data_dir / "exports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        asked = Asked(here.settings.district, here.settings.district_name)
        return write_months(here.store, folder=folder, asked=asked, at=now(), month=month)


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def month(month: str | None = None) -> int:
    """Write the workbook of the month that is over, on the first working day after it; `month` names another one.

    It is planned every hour of the day, so that a machine that slept on that day catches up, and so that the final
    workbook takes the place of the provisional one in the hour after the lock. A run that finds nothing to do does
    nothing.
    """
    return export(month)
