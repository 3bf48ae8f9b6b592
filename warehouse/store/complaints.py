"""Filing: a complaint is never changed, never re-parented, never deleted. A new version supersedes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.calendar import Calendar, local_day
from casework.clocks import ACCEPT, DueDay, TimeLimit, due_day
from casework.complaint import Complaint
from casework.suspension import NAMED_BY_CHANNEL
from warehouse.blinds import id_no_blind, name_blind, phone_blind, phone_tail_blind
from warehouse.many import one_of, write_rows
from warehouse.models import ComplaintRow, ComplaintVersionRow, WorkerRow, new_id
from warehouse.store.new_clocks import NewClock, counted_clock, fixed_clock, start_clocks
from warehouse.store.serials import next_serials


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
    return file_complaints(session, [(complaint, filing.landed_id)], filing)[0]


def file_complaints(session: Session, told: Sequence[tuple[Complaint, str | None]], filing: Filing) -> list[Filed]:
    """Keep a version of each complaint, each with the landed row it was read from, in their order.

    Complaints heard for the first time go into the store together: a statement a table, however many there are. One
    that is told again in the same batch finds its first version stored.
    """
    asked = select(ComplaintRow.id).where(one_of(ComplaintRow.id, {complaint.id for complaint, _ in told}))
    known = set(session.scalars(asked))
    fresh: dict[str, tuple[Complaint, str | None]] = {}
    found = []
    for complaint, landed_id in told:
        if complaint.id in fresh:
            _open(session, list(fresh.values()), filing)
            known |= fresh.keys()
            fresh = {}
        if complaint.id in known:
            found.append(_again(session, complaint, landed_id, filing))
        else:
            fresh[complaint.id] = complaint, landed_id
            found.append(Filed(complaint.id, new=True, known=False))
    _open(session, list(fresh.values()), filing)
    return found


def _again(session: Session, complaint: Complaint, landed_id: str | None, filing: Filing) -> Filed:
    """A further version of a complaint in the store, or one that is there already."""
    if _version(session, complaint) is not None:
        return Filed(complaint.id, new=False, known=True)
    row = _version_row(complaint, landed_id, filing, newest=_supersede(session, complaint))
    write_rows(session, ComplaintVersionRow, [row])
    write_rows(session, WorkerRow, _workers(complaint, row))
    return Filed(complaint.id, new=False, known=False)


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


def _open(session: Session, told: Sequence[tuple[Complaint, str | None]], filing: Filing) -> None:
    """Complaints heard for the first time: a number each by the year in which it was told, its clocks, its version."""
    years = [local_day(complaint.received_at).year for complaint, _ in told]
    numbers = {
        year: iter(next_serials(session, f"complaint:{year}", count)) for year, count in sorted(Counter(years).items())
    }
    rows = [
        {
            "id": complaint.id,
            "complaint_no": f"XS{year}-{next(numbers[year]):05d}",
            "channel": complaint.channel,
            "source_key": complaint.source_key,
            "received_at": complaint.received_at,
            "filed_at": filing.at,
        }
        for (complaint, _), year in zip(told, years, strict=True)
    ]
    write_rows(session, ComplaintRow, rows)
    # The days of one batch are few, and to count a term walks over each of its days.
    due = cache(lambda limit, day: due_day(day, limit.length, limit.unit, filing.calendar))
    clocks = [clock for complaint, _ in told for clock in _clocks(complaint, filing, due)]
    start_clocks(session, clocks, by=filing.by, at=filing.at)
    versions = [_version_row(one, landed, filing, newest=True) for one, landed in told]
    write_rows(session, ComplaintVersionRow, versions)
    workers = (_workers(complaint, row) for (complaint, _), row in zip(told, versions, strict=True))
    write_rows(session, WorkerRow, [worker for some in workers for worker in some])


def _clocks(complaint: Complaint, filing: Filing, due: Callable[[TimeLimit, date], DueDay]) -> Iterator[NewClock]:
    """When we must accept it, and when its channel wants an answer, if it does."""
    day = local_day(complaint.received_at)
    yield counted_clock(ACCEPT, started_on=day, due=due(ACCEPT, day), complaint_id=complaint.id)
    if not complaint.wants_reply:
        return
    if complaint.reply_due_on is not None:
        due_on = complaint.reply_due_on
        yield fixed_clock("reply", started_on=day, due_on=due_on, source=NAMED_BY_CHANNEL, complaint_id=complaint.id)
    elif filing.reply_limit is not None:
        limit = filing.reply_limit
        yield counted_clock(limit, started_on=day, due=due(limit, day), complaint_id=complaint.id)


def _version_row(complaint: Complaint, landed_id: str | None, filing: Filing, *, newest: bool) -> dict[str, Any]:
    return {
        "id": new_id("cv"),
        "complaint_id": complaint.id,
        "version": complaint.version,
        "landed_id": landed_id,
        "newest": newest,
        "read_at": filing.at,
        "kind": complaint.kind.value,
        "nature": complaint.nature.value,
        "sector": complaint.sector.value,
        "title": complaint.title,
        "narrative": complaint.narrative,
        "employer_name": complaint.employer_name,
        "employer_uscc": complaint.employer_uscc,
        "boss_name": complaint.boss_name,
        "site_name": complaint.site_name,
        "site_address": complaint.site_address,
        "district_code": complaint.district_code,
        "complainant_name": complaint.complainant_name,
        "complainant_phone": complaint.complainant_phone,
        "phone_blind": phone_blind(complaint.complainant_phone),
        "phone_tail_blind": phone_tail_blind(complaint.complainant_phone),
        "complainant_id_no": complaint.complainant_id_no,
        "id_no_blind": id_no_blind(complaint.complainant_id_no),
        "worker_count": complaint.worker_count,
        "amount_claimed_fen": fen(complaint.amount_claimed),
        "arrears_from": complaint.arrears_from,
        "arrears_to": complaint.arrears_to,
        "confidential": complaint.confidential,
        "wants_reply": complaint.wants_reply,
        "urgent": complaint.urgent,
        "reply_due_on": complaint.reply_due_on,
        "probably_arrears": complaint.probably_arrears,
        "extracted": [
            {"field": one.field, "value": one.value, "start": one.start, "end": one.end} for one in complaint.extracted
        ],
        "remarks": list(complaint.remarks),
    }


def _workers(complaint: Complaint, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The people named. The sum is the complainant's own only when they speak for nobody else.

    `told`: the row of the version, which has the complainant's indexes already.
    """
    people = [
        _worker(complaint, "roster", line.name, line.phone, line.id_no, line.amount)
        | {"phone_blind": phone_blind(line.phone), "id_no_blind": id_no_blind(line.id_no)}
        for line in complaint.roster
        if line.name or line.phone or line.id_no
    ]
    named = (complaint.complainant_name, complaint.complainant_phone, complaint.complainant_id_no)
    if any(named):
        alone = complaint.worker_count in (None, 1) and not complaint.roster
        own = _worker(complaint, "complainant", *named, complaint.amount_claimed if alone else None)
        people.insert(0, own | {"phone_blind": told["phone_blind"], "id_no_blind": told["id_no_blind"]})
    return people


def _worker(
    complaint: Complaint, part: str, name: str | None, phone: str | None, id_no: str | None, amount: Decimal | None
) -> dict[str, Any]:
    """One person named, but for what their numbers are found by."""
    return {
        "id": new_id("wk"),
        "complaint_id": complaint.id,
        "version": complaint.version,
        "part": part,
        "name": name,
        "name_blind": name_blind(name),
        "phone": phone,
        "id_no": id_no,
        "amount_claimed_fen": fen(amount),
    }
