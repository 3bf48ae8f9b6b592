"""Filing: a complaint is never changed, never re-parented, never deleted. A new version supersedes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.calendar import Calendar, local_day
from casework.clocks import ACCEPT, TimeLimit
from casework.complaint import Complaint
from casework.suspension import NAMED_BY_CHANNEL
from warehouse.blinds import id_no_blind, name_blind, phone_blind, phone_tail_blind
from warehouse.models import ComplaintRow, ComplaintVersionRow, WorkerRow, new_id
from warehouse.store.clocks import start_clock, start_fixed_clock
from warehouse.store.serials import next_serial


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing came to. `known`: this very version was filed before, and nothing was written."""

    complaint_id: str
    new: bool
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What goes with a complaint into the store: the landed row it was read from, and how its days are counted."""

    calendar: Calendar
    reply_limit: TimeLimit | None
    by: str
    at: datetime
    landed_id: str | None = None


def fen(amount: Decimal | None) -> int | None:
    """Yuan as integer fen; "not said" stays so."""
    return None if amount is None else int(amount * 100)


def file_complaint(session: Session, complaint: Complaint, filing: Filing) -> Filed:
    """Keep one version of a complaint. Its first version gives it a number and starts its own clocks."""
    row = session.get(ComplaintRow, complaint.id)
    if row is None:
        _open(session, complaint, filing)
    elif _version(session, complaint) is not None:
        return Filed(complaint.id, new=False, known=True)
    newest = _supersede(session, complaint)
    session.add(_version_row(complaint, filing, newest=newest))
    session.add_all(_workers(complaint))
    session.flush()
    return Filed(complaint.id, new=row is None, known=False)


def _version(session: Session, complaint: Complaint) -> str | None:
    return session.scalar(
        select(ComplaintVersionRow.id).where(
            ComplaintVersionRow.complaint_id == complaint.id, ComplaintVersionRow.version == complaint.version
        )
    )


def _supersede(session: Session, complaint: Complaint) -> bool:
    """Older versions stop being the one that counts. False when a newer one is there already."""
    same = ComplaintVersionRow.complaint_id == complaint.id
    newer = select(ComplaintVersionRow.id).where(same, ComplaintVersionRow.version > complaint.version).limit(1)
    if session.scalar(newer) is not None:
        return False
    session.execute(update(ComplaintVersionRow).where(same, ComplaintVersionRow.newest).values(newest=False))
    return True


def _open(session: Session, complaint: Complaint, filing: Filing) -> None:
    day = local_day(complaint.received_at)
    serial = next_serial(session, f"complaint:{day.year}")
    session.add(
        ComplaintRow(
            id=complaint.id,
            complaint_no=f"XS{day.year}-{serial:05d}",
            channel=complaint.channel,
            source_key=complaint.source_key,
            received_at=complaint.received_at,
            filed_at=filing.at,
        )
    )
    session.flush()
    start_clock(
        session,
        ACCEPT,
        started_on=day,
        calendar=filing.calendar,
        by=filing.by,
        at=filing.at,
        complaint_id=complaint.id,
    )
    if not complaint.wants_reply:
        return
    if complaint.reply_due_on is not None:
        start_fixed_clock(
            session,
            "reply",
            started_on=day,
            due_on=complaint.reply_due_on,
            source=NAMED_BY_CHANNEL,
            by=filing.by,
            at=filing.at,
            complaint_id=complaint.id,
        )
    elif filing.reply_limit is not None:
        start_clock(
            session,
            filing.reply_limit,
            started_on=day,
            calendar=filing.calendar,
            by=filing.by,
            at=filing.at,
            complaint_id=complaint.id,
        )


def _version_row(complaint: Complaint, filing: Filing, *, newest: bool) -> ComplaintVersionRow:
    return ComplaintVersionRow(
        id=new_id("cv"),
        complaint_id=complaint.id,
        version=complaint.version,
        landed_id=filing.landed_id,
        newest=newest,
        read_at=filing.at,
        kind=complaint.kind.value,
        nature=complaint.nature.value,
        sector=complaint.sector.value,
        title=complaint.title,
        narrative=complaint.narrative,
        employer_name=complaint.employer_name,
        employer_uscc=complaint.employer_uscc,
        boss_name=complaint.boss_name,
        site_name=complaint.site_name,
        site_address=complaint.site_address,
        district_code=complaint.district_code,
        complainant_name=complaint.complainant_name,
        complainant_phone=complaint.complainant_phone,
        phone_blind=phone_blind(complaint.complainant_phone),
        phone_tail_blind=phone_tail_blind(complaint.complainant_phone),
        complainant_id_no=complaint.complainant_id_no,
        id_no_blind=id_no_blind(complaint.complainant_id_no),
        worker_count=complaint.worker_count,
        amount_claimed_fen=fen(complaint.amount_claimed),
        arrears_from=complaint.arrears_from,
        arrears_to=complaint.arrears_to,
        confidential=complaint.confidential,
        wants_reply=complaint.wants_reply,
        urgent=complaint.urgent,
        reply_due_on=complaint.reply_due_on,
        probably_arrears=complaint.probably_arrears,
        extracted=[asdict(found) for found in complaint.extracted],
        remarks=list(complaint.remarks),
    )


def _workers(complaint: Complaint) -> list[WorkerRow]:
    """The people named. The sum is the complainant's own only when they speak for nobody else."""
    alone = complaint.worker_count in (None, 1) and not complaint.roster
    people = [
        (line.name, line.phone, line.id_no, line.amount, "roster")
        for line in complaint.roster
        if line.name or line.phone or line.id_no
    ]
    named = (complaint.complainant_name, complaint.complainant_phone, complaint.complainant_id_no)
    if any(named):
        people.insert(0, (*named, complaint.amount_claimed if alone else None, "complainant"))
    return [
        WorkerRow(
            id=new_id("wk"),
            complaint_id=complaint.id,
            version=complaint.version,
            part=part,
            name=name,
            name_blind=name_blind(name),
            phone=phone,
            phone_blind=phone_blind(phone),
            id_no=id_no,
            id_no_blind=id_no_blind(id_no),
            amount_claimed_fen=fen(amount),
        )
        for name, phone, id_no, amount, part in people
    ]
