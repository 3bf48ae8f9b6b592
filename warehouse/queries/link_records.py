"""What is filed, in the form the linker takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.linkage import LinkRecord
from casework.money import yuan_of
from warehouse.many import some_at_a_time
from warehouse.models import ComplaintRow, ComplaintVersionRow, WorkerRow


def link_records(session: Session, only: Collection[str] | None = None) -> list[tuple[LinkRecord, int]]:
    """The newest version of every complaint, or of these, with its number, by id."""
    if only is None:
        return _records(session, None)
    return [found for some in some_at_a_time(only) for found in _records(session, some)]


def _records(session: Session, only: Collection[str] | None) -> list[tuple[LinkRecord, int]]:
    crews = _crews(session, only)
    question = (
        select(ComplaintVersionRow, ComplaintRow.channel, ComplaintRow.received_at)
        .join(ComplaintRow, ComplaintRow.id == ComplaintVersionRow.complaint_id)
        .where(ComplaintVersionRow.newest)
        .order_by(ComplaintRow.id)
    )
    if only is not None:
        question = question.where(ComplaintRow.id.in_(only))
    found = []
    for said, channel, received_at in session.execute(question):
        amount: Decimal | None = yuan_of(said.amount_claimed_fen)
        record = LinkRecord(
            complaint_id=said.complaint_id,
            channel=channel,
            submitted_at=received_at,
            employer_name=said.employer_name,
            employer_uscc=said.employer_uscc,
            site_name=said.site_name,
            site_address=said.site_address,
            district_code=said.district_code,
            complainant_name=said.complainant_name,
            complainant_phone=said.complainant_phone,
            complainant_id_no=said.complainant_id_no,
            workers_count=said.worker_count,
            amount_owed=amount,
            arrears_from=said.arrears_from,
            arrears_to=said.arrears_to,
            narrative=f"{said.title}\n{said.narrative}" if said.title else said.narrative,
            boss_name=said.boss_name,
            crew=tuple(crews.get((said.complaint_id, said.version), ())),
        )
        found.append((record, said.version))
    return found


def _crews(
    session: Session, only: Collection[str] | None
) -> dict[tuple[str, int], list[tuple[str | None, str | None, str | None]]]:
    question = (
        select(WorkerRow.complaint_id, WorkerRow.version, WorkerRow.name, WorkerRow.phone, WorkerRow.id_no)
        .join(
            ComplaintVersionRow,
            (ComplaintVersionRow.complaint_id == WorkerRow.complaint_id)
            & (ComplaintVersionRow.version == WorkerRow.version),
        )
        .where(WorkerRow.part == "roster", ComplaintVersionRow.newest)
        .order_by(WorkerRow.complaint_id, WorkerRow.id)
    )
    if only is not None:
        question = question.where(WorkerRow.complaint_id.in_(only))
    crews: dict[tuple[str, int], list[tuple[str | None, str | None, str | None]]] = defaultdict(list)
    for complaint_id, version, *person in session.execute(question):
        crews[complaint_id, version].append((person[0], person[1], person[2]))
    return crews


def newest_versions(session: Session) -> dict[str, int]:
    """Which version of each complaint counts now."""
    question = select(ComplaintVersionRow.complaint_id, ComplaintVersionRow.version).where(ComplaintVersionRow.newest)
    return {complaint_id: version for complaint_id, version in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy
