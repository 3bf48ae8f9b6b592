"""Files that the complaints of a case brought, for its pages: what each is and whence, never what it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.media import Look, media_named
from warehouse.models import CaseMembershipRow, ComplaintFileRow, ComplaintRow
from warehouse.store.linkage import members
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """One file. `number` counts within its complaint; `size_bytes` and the measures are of what is kept."""

    id: str
    complaint_id: str
    complaint_no: str
    channel: str
    number: int
    state: str
    reason_code: str | None
    look: Look | None
    media: str | None
    ending: str | None
    size_bytes: int | None
    sha256: str | None
    sent_media: str | None
    sent_sha256: str | None
    width: int | None
    height: int | None
    settled_at: datetime | None


def files_brought(session: Session, complaint_ids: Collection[str]) -> list[BroughtFile]:
    """The files of these complaints, in the order of the complaints' numbers."""
    row = ComplaintFileRow
    question = (
        select(row, ComplaintRow.complaint_no, ComplaintRow.channel)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(row.complaint_id.in_(complaint_ids))
        .order_by(ComplaintRow.complaint_no, row.number)
    )
    return [_file(*found) for found in session.execute(question).tuples()]


def files_of_case(session: Session, case_id: str) -> list[BroughtFile]:
    """The files of the complaints that are in a case now, in the order of their numbers."""
    if ComplaintFileRow not in there(session, [case_id]):
        return []
    return files_brought(session, members(session, case_id))


def by_complaint(files: Collection[BroughtFile]) -> Mapping[str, list[BroughtFile]]:
    """The same by complaint."""
    found: dict[str, list[BroughtFile]] = {}
    for one in files:
        found.setdefault(one.complaint_id, []).append(one)
    return found


def file_of_case(session: Session, case_id: str, file_id: str) -> BroughtFile | None:
    """A file, if the complaint that brought it is in this case now."""
    row, member = ComplaintFileRow, CaseMembershipRow
    question = (
        select(row, ComplaintRow.complaint_no, ComplaintRow.channel)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .join(member, member.complaint_id == row.complaint_id)
        .where(row.id == file_id, member.case_id == case_id, member.valid_to.is_(None))
    )
    found = session.execute(question).tuples().first()
    return _file(*found) if found else None


def _file(row: ComplaintFileRow, complaint_no: str, channel: str) -> BroughtFile:
    media = media_named(row.media) if row.media else None
    return BroughtFile(
        row.id,
        row.complaint_id,
        complaint_no,
        channel,
        row.number,
        row.state,
        row.reason_code,
        media.look if media else None,
        row.media,
        media.ending if media else None,
        row.size_bytes,
        row.sha256,
        row.sent_media,
        row.sent_sha256,
        row.width,
        row.height,
        row.settled_at,
    )
