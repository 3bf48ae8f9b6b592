"""Count the month that is over, into a workbook in the exports folder."""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from casework.calendar import local_day
from casework.people import Actor
from pipelines.safe import safe
from pipelines.settings import TIMEOUT, installation, now
from services.months.closing_month import export_month


def last_month(at: datetime) -> str:
    """The last month that is over at a moment, YYYY-MM."""
    return (local_day(at).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def export(month: str) -> int:
    """How many complaints the workbook counts."""
    with installation() as here:
        folder = here.settings.data_dir / "exports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        count = export_month(
            here.store,
            month=month,
            path=folder / f"{month}.xlsx",
            purpose="monthly report",
            actor=Actor.system("month"),
            at=now(),
            district=here.settings.district,
        )
        return count.complaints


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def month(month: str | None = None) -> int:
    """Write the workbook of a month; of the one just over, when none is named."""
    return export(month or last_month(now()))
