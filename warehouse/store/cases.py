"""Cases: opened, and kept equal to what their members say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local_day
from casework.errors import Conflict, NotAllowed, NotFound
from casework.identifiers import plain
from casework.ledger import Sums
from casework.lifecycle import OPEN, LegalStatus, WorkStatus
from casework.numbering import matter_no
from casework.secrecy import in_confidence
from warehouse.engine import for_change
from warehouse.models import (
    SCAN,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    JudgementRow,
    SiteRow,
    WorkerRow,
    new_id,
)
from warehouse.store import case_facts
from warehouse.store.case_facts import Member, Person
from warehouse.store.employers import employers_by_code, employers_by_spelling
from warehouse.store.one_ledger import sums_of
from warehouse.store.serials import next_serial
from warehouse.store.served import place_of_case, territories
from warehouse.store.settings import whole
from warehouse.store.sparing import promise_broken


def open_case(session: Session, *, main_complaint_id: str, prefix: str, by: str, at: datetime) -> CaseRow:
    """A new case for a complaint. The caller adds the members and refreshes it."""
    received_at = session.get_one(ComplaintRow, main_complaint_id).received_at
    year = local_day(at).year
    serial = next_serial(session, f"matter:{year}")
    row = CaseRow(
        id=new_id("case"),
        matter_no=matter_no(prefix=prefix, year=year, serial=serial),
        status=WorkStatus.TO_DISPATCH.value,
        legal_status=LegalStatus.RECEIVED.value,
        nature="other",
        sector="unknown",
        opened_at=received_at,
        main_complaint_id=main_complaint_id,
        suggested_why=[],
        urgent=False,
        confidential=False,
        group_incident=False,
        needs_check=False,
        needs_supplement=False,
        confidence=1.0,
        version=1,
        changed_at=at,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    return row


def case_for_change(session: Session, case_id: str, *, version: int | None = None) -> CaseRow:
    """A case, locked until the end of the transaction unless one only looks.

    Raises `NotFound`, and `Conflict` when it is not as it was seen.

    A version that was not asked for is not checked. What this transaction read of the case before it had the lock is
    read again, or an old look would pass for the present one.
    """
    question = for_change(session, select(CaseRow).where(CaseRow.id == case_id))
    row = session.scalars(question.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such case.")
    if version is not None and row.version != version:
        at = row.changed_at.isoformat(timespec="minutes")
        raise Conflict("Somebody else changed this case meanwhile.", by=row.changed_by, at=at)
    return row


def live_case(session: Session, case_id: str, *, version: int | None = None) -> CaseRow:
    """As `case_for_change`, and `NotAllowed` for a number that leads on to another case."""
    row = case_for_change(session, case_id, version=version)
    if row.status == WorkStatus.MERGED:
        raise NotAllowed(f"The case {row.matter_no} was merged into another; open that one.")
    return row


def change_case(row: CaseRow, values: Mapping[str, Any], *, by: str, at: datetime) -> bool:
    """Set columns and let the version grow, if that changes anything."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at, row.changed_by = at, by
    return True


def refresh_case(session: Session, case_id: str, *, by: str, at: datetime, ledger: Sums | None = None) -> None:
    """Recompute what the case shows from its members. Its version grows only if something changed.

    `ledger`: what its ledger adds up to, where the caller has just added it up.
    """
    row = case_for_change(session, case_id)
    members = members_of(session, case_id)
    if not members:
        return
    people = people_of(session, case_id)
    oldest = min(members, key=lambda member: (member.received_at, member.complaint_id))
    first, last = case_facts.months(members)
    ledger = ledger or sums_of(session, case_id)
    heads = case_facts.most(case_facts.heads(members, people), ledger.workers or None)
    site = case_facts.best(member.site_name for member in members)
    values: dict[str, Any] = {
        "opened_at": oldest.received_at,
        "main_complaint_id": oldest.complaint_id,
        "worker_count": heads,
        "amount_claimed_fen": case_facts.most(case_facts.yuan_in_fen(members, people), ledger.claimed),
        "arrears_from": first,
        "arrears_to": last,
        "nature": case_facts.nature_of(members),
        "sector": case_facts.sector_of(members),
        "site_name": site,
        "site_id": _site(session, site),
        "district_code": place_of_case((member.district_code for member in members), territories(session)),
        "urgent": any(member.urgent for member in members) or promise_broken(session, case_id),
        "confidential": any(in_confidence(m.confidential, m.kind) for m in members),
        "group_incident": heads is not None and heads >= whole(session, "group_incident.tier1"),
        "needs_check": needs_check(session, case_id),
        **_employer(session, row, members),
    }
    values["needs_supplement"] = values["employer_id"] is None
    change_case(row, values, by=by, at=at)
    session.flush()


def _site(session: Session, name: str | None) -> str | None:
    return session.scalar(select(SiteRow.id).where(SiteRow.name == name).order_by(SiteRow.id).limit(1))


def _employer(session: Session, row: CaseRow, members: Sequence[Member]) -> dict[str, str | None]:
    """Who the employer is: as a person picked, by the code most members give, or by the name."""
    if row.employer_picked_by is not None:
        return {"employer_id": row.employer_id, "employer_name": row.employer_name}
    codes = employers_by_code(session, {plain(m.employer_uscc) for m in members if m.employer_uscc})
    whose = employers_by_spelling(session, {m.employer_name for m in members if m.employer_name})
    told = [plain(m.employer_uscc or "") for m in members]
    named = case_facts.firm_of((codes.get(code), code) for code in told)
    named = named or case_facts.firm_of((whose.get(m.employer_name or ""), m.employer_name) for m in members)
    own = [m.employer_name for m in members if named and whose.get(m.employer_name or "") == named]
    return {"employer_id": named, "employer_name": case_facts.firm_name(own or [m.employer_name for m in members])}


def members_of(session: Session, case_id: str) -> list[Member]:
    """What the newest versions of the members say, oldest first."""
    said = ComplaintVersionRow
    question = (
        select(
            ComplaintRow.id.label("complaint_id"),
            CaseMembershipRow.claim_id,
            ComplaintRow.received_at,
            said.kind,
            said.nature,
            said.sector,
            said.employer_name,
            said.employer_uscc,
            said.site_name,
            said.district_code,
            said.worker_count,
            said.amount_claimed_fen.label("amount_fen"),
            said.arrears_from,
            said.arrears_to,
            said.urgent,
            said.confidential,
        )
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .join(said, said.complaint_id == ComplaintRow.id)
        .where(CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None), said.newest)
        .order_by(ComplaintRow.received_at, ComplaintRow.id)
    )
    return [Member(**row._mapping) for row in session.execute(question)]


def people_of(session: Session, case_id: str) -> list[Person]:
    """The people named in the newest versions of the members, by blind index."""
    said = ComplaintVersionRow
    question = (
        select(
            WorkerRow.complaint_id,
            (WorkerRow.part == "complainant").label("complainant"),
            WorkerRow.name_blind.label("name"),
            WorkerRow.phone_blind.label("phone"),
            WorkerRow.id_no_blind.label("id_no"),
            WorkerRow.amount_claimed_fen.label("own_fen"),
        )
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == WorkerRow.complaint_id)
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .where(CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None), said.newest)
        .order_by(WorkerRow.complaint_id, WorkerRow.id)
    )
    return [Person(**row._mapping) for row in session.execute(question)]


def needs_check(session: Session, case_id: str) -> bool:
    """Whether a pair that spans this case and another open one waits for a first word of a person."""
    return bool(asked_neighbours(session, case_id, limit=1))


def asked_neighbours(session: Session, case_id: str, *, limit: int | None = None) -> list[str]:
    """The other open cases that a waiting pair joins to this one."""
    found = {one for question in _neighbours(limit) for one in session.scalars(question, {"case_id": case_id})}
    return sorted(found)


@cache
def _neighbours(limit: int | None) -> tuple[Select[tuple[str]], ...]:
    """What `asked_neighbours` asks from either end of a pair: put together once, for every change of a case asks it."""
    own, other, person = CaseMembershipRow, aliased(CaseMembershipRow), aliased(JudgementRow)
    answered = select(person.id).where(
        person.left_id == JudgementRow.left_id,
        person.right_id == JudgementRow.right_id,
        person.by_person,
        person.newest,
    )
    case_id = bindparam("case_id", type_=own.case_id.type)
    return tuple(
        select(other.case_id)
        .distinct()
        .select_from(JudgementRow)
        .join(own, own.complaint_id == getattr(JudgementRow, mine))
        .join(other, other.complaint_id == getattr(JudgementRow, theirs))
        .join(CaseRow, CaseRow.id == other.case_id)
        .where(
            JudgementRow.newest,
            ~JudgementRow.by_person,
            JudgementRow.by != SCAN,
            JudgementRow.verdict == "unsure",
            own.case_id == case_id,
            own.valid_to.is_(None),
            other.case_id != case_id,
            other.valid_to.is_(None),
            CaseRow.status.in_(OPEN),
            ~answered.exists(),
        )
        .limit(limit)
        for mine, theirs in (("left_id", "right_id"), ("right_id", "left_id"))
    )
