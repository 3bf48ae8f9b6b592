"""Runs as they are kept: begun in one transaction, ended in another. A run without an end was cut off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import PullCertificateRow, RunRow, new_id

CUT_OFF = "cut_off"
_WORDS = "The run was cut off before its end."


def open_run(
    session: Session,
    *,
    job: str,
    subject: str | None,
    started_by: str,
    by: str,
    at: datetime,
    pull_id: str | None,
) -> str:
    """A run begins. What "runs" still of the same work under the same lease was cut off. Returns the run's id."""
    if job == "collect":
        question = select(RunRow).where(RunRow.job == job, RunRow.subject == subject, RunRow.state == "running")
        for cut in session.scalars(question):
            cut.state, cut.error_code, cut.error_words = "failed", CUT_OFF, _WORDS
            _from_certificate(session, cut)
    row = RunRow(
        id=new_id("job"),
        job=job,
        subject=subject,
        started_by=started_by,
        by=by,
        started_at=at,
        state="running",
        seen=0,
        new=0,
        updated=0,
        merged=0,
        quarantined=0,
        pull_id=pull_id,
    )
    session.add(row)
    session.flush()
    return row.id


def close_run(
    session: Session,
    run_id: str,
    *,
    state: str,
    ms: int,
    counts: dict[str, int],
    error: tuple[str, str] | None,
    pull_id: str | None,
) -> None:
    """A run ended. The figures of a pull are those of its certificate, also where it broke off."""
    row = session.get_one(RunRow, run_id)
    row.state, row.ms, row.pull_id = state, ms, pull_id
    row.error_code, row.error_words = error or (None, None)
    for name, count in counts.items():
        setattr(row, name, count)
    _from_certificate(session, row)
    session.flush()


def _from_certificate(session: Session, row: RunRow) -> None:
    pull = session.get(PullCertificateRow, row.pull_id) if row.pull_id else None
    if pull is not None:
        row.seen, row.new, row.updated, row.quarantined = pull.seen, pull.landed_new, pull.landed_versions, pull.refused
