"""What an employer is called: a spelling taken out of it, and the credit code read off the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.identifiers import is_uscc, plain
from casework.people import Actor
from casework.record import Json
from dedupe.normalise import name_key
from services.employers.merging import family_rows, for_change
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerRow,
    new_id,
)
from warehouse.store.cases import refresh_case
from warehouse.store.one_employer import change_employer, employer_for_change, note_event
from warehouse.store.project_firms import take_spelling


def split_alias(
    store: Warehouse, *, employer_id: str, version: int, alias_id: str, reason: str, actor: Actor, at: datetime
) -> str:
    """A spelling names another employer: it becomes one of its own, with the cases that name it. Returns its id.

    A person's "different" is for ever: no likeness of the names brings the two together again, but a merge.
    """
    if not reason.strip():
        raise BadInput("Say why the spelling names another employer.")
    with store.write() as session:
        one_at_a_time(session, "employers")  # before the cases: the intake takes the two in this order too
        one_at_a_time(session, "linkage")  # its cases are several: a merge of cases locks them in an order of its own
        row = for_change(session, employer_id, version, actor)
        alias = session.get(EmployerAliasRow, alias_id)
        family = {one.id: one for one in family_rows(session, row.id)}
        if alias is None or alias.employer_id not in family:
            raise NotFound("There is no such spelling of this employer.")
        owner = family[alias.employer_id]
        other = EmployerRow(
            id=new_id("emp"),
            name=alias.name,
            name_key=name_key(alias.name)[:200] or owner.name_key,
            district_code=owner.district_code,
            created_at=at,
            split_from=owner.id,
        )
        session.add(other)
        session.flush()
        before: dict[str, Any] = {"alias": alias.name, "learned_from": alias.learned_from, "owner": owner.id}
        session.delete(alias)
        if owner is not row:
            change_employer(owner, {}, by=actor.id, at=at)
        change_employer(row, {}, by=actor.id, at=at)
        session.flush()
        event = note_event(session, "split_alias", row, other, before=before, reason=reason.strip(), by=actor.id, at=at)
        take_spelling(session, owner_id=owner.id, name=other.name, other_id=other.id)
        named = _cases_named(session, owner.id, other.name)
        for case_id in named:
            refresh_case(session, case_id, by=actor.id, at=at)
        details: dict[str, Json] = {"event": event.id, "split_off": other.id, "cases": len(named)}
        audit.record(session, by=actor.id, act="split_alias", subject=row.id, at=at, details=details)
        return other.id


def _cases_named(session: Session, employer_id: str, name: str) -> list[str]:
    said, member = ComplaintVersionRow, CaseMembershipRow
    question = (
        select(CaseRow.id)
        .distinct()
        .join(member, member.case_id == CaseRow.id)
        .join(said, said.complaint_id == member.complaint_id)
        .where(
            CaseRow.employer_id == employer_id,
            CaseRow.status != "merged",
            member.valid_to.is_(None),
            said.newest,
            said.employer_name == name,
        )
    )
    return sorted(session.scalars(question))


def verify_code(
    store: Warehouse,
    *,
    employer_id: str,
    version: int,
    uscc: str,
    reason: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    """An officer read the credit code off the register. Another one than stood here needs a reason.

    What people complain with is taken as it is, with a remark; what is verified must be a code.
    """
    code = plain(uscc)
    if not is_uscc(code):
        raise BadInput("A credit code has 18 characters, and its last one must fit the others.")
    with store.write() as session:
        one_at_a_time(session, "employers")
        row = for_change(session, employer_id, version, actor)
        family = family_rows(session, row.id)
        stood = {one.uscc for one in family if one.uscc}
        if stood - {code} and not (reason or "").strip():
            raise BadInput("Another credit code stood here; say why this one is right.")
        others = select(EmployerRow.id).where(EmployerRow.uscc == code, EmployerRow.id.not_in({o.id for o in family}))
        if session.scalar(others.limit(1)) is not None:
            raise NotAllowed("Another employer has this credit code; if the two are one, merge them.")
        if any(one.uscc not in (None, code) for one in family if one is not row):
            raise NotAllowed("An employer merged into this one has another code; take that merge back first.")
        before = {
            "uscc": row.uscc,
            "checked_on": row.code_checked_on.isoformat() if row.code_checked_on else None,
            "checked_by": row.code_checked_by,
        }
        values = {"uscc": code, "code_checked_on": local_day(at), "code_checked_by": actor.id}
        change_employer(employer_for_change(session, row.id, version=version), values, by=actor.id, at=at)
        event = note_event(session, "verify_code", row, None, before=before, reason=reason, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="verify_code", subject=row.id, at=at, details={"event": event.id})
