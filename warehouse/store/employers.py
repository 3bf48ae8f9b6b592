"""Employers and sites: found again by credit code or comparable name, with every spelling they were named by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.engine import one_at_a_time
from warehouse.models import EmployerAliasRow, EmployerRow, SiteRow, new_id

_LONGEST = 200


def find_or_make_employer(
    session: Session,
    *,
    name: str | None,
    name_key: str,
    uscc: str | None,
    district_code: str | None,
    learned_from: str,
    at: datetime,
) -> str | None:
    """The employer of this name or credit code, made when it is new; None when neither says who it is.

    A different credit code is a different employer, whatever the name. A spelling not heard before becomes an alias.
    """
    if not name_key and uscc is None:
        return None
    one_at_a_time(session, "employers")
    row = _find(session, name=name, name_key=name_key, uscc=uscc)
    if row is None:
        row = EmployerRow(
            id=new_id("emp"),
            name=name or uscc or name_key,
            name_key=name_key or uscc or "",
            uscc=uscc,
            district_code=district_code,
            created_at=at,
        )
        session.add(row)
        session.flush()
    elif uscc is not None and row.uscc is None:
        row.uscc = uscc
        row.version += 1
    if name and name_key:
        add_alias(session, row, name, learned_from=learned_from, at=at)
    session.flush()
    return row.id


def _find(session: Session, *, name: str | None, name_key: str, uscc: str | None) -> EmployerRow | None:
    """By the code; else by a spelling that a person took out, which is nobody's alias any more; else by the name."""
    oldest = (EmployerRow.created_at, EmployerRow.id)
    if uscc is not None:
        known = session.scalars(select(EmployerRow).where(EmployerRow.uscc == uscc).order_by(*oldest)).first()
        if known is not None or not name_key:
            return known
    apart = select(EmployerRow).where(EmployerRow.name == name, EmployerRow.split_from.is_not(None))
    taken_out = session.scalars(apart.order_by(*oldest)).first()
    if taken_out is not None and (uscc is None or taken_out.uscc is None):
        return taken_out
    question = select(EmployerRow).where(EmployerRow.name_key == name_key)
    if uscc is not None:
        question = question.where(EmployerRow.uscc.is_(None))
    return session.scalars(question.order_by(EmployerRow.uscc.is_(None), *oldest)).first()


def add_alias(session: Session, employer: EmployerRow, name: str, *, learned_from: str, at: datetime) -> None:
    """Remember a spelling, unless a person took it out of this very employer."""
    taken_out = select(EmployerRow.id).where(EmployerRow.name == name, EmployerRow.split_from == employer.id)
    if session.scalar(taken_out.limit(1)) is not None:
        return
    known = select(EmployerAliasRow.id).where(
        EmployerAliasRow.employer_id == employer.id, EmployerAliasRow.name == name
    )
    if name != employer.name and session.scalar(known) is None:
        session.add(
            EmployerAliasRow(
                id=new_id("als"), employer_id=employer.id, name=name, learned_from=learned_from, learned_at=at
            )
        )


def employers_by_spelling(session: Session, spellings: set[str]) -> dict[str, str]:
    """Whom a spelling names, exactly as it is written. An own name goes before an alias, a known code before none."""
    found: dict[str, str] = {}
    by_alias = (
        select(EmployerAliasRow.name, EmployerRow.id)
        .join(EmployerRow, EmployerRow.id == EmployerAliasRow.employer_id)
        .where(EmployerAliasRow.name.in_(spellings))
        .order_by(EmployerRow.uscc.is_(None), EmployerRow.created_at, EmployerRow.id)
    )
    by_name = (
        select(EmployerRow.name, EmployerRow.id)
        .where(EmployerRow.name.in_(spellings))
        .order_by(EmployerRow.uscc.is_(None), EmployerRow.created_at, EmployerRow.id)
    )
    for question in (by_name, by_alias):
        for spelling, employer_id in session.execute(question):
            found.setdefault(spelling, employer_id)
    return found


def employers_by_code(session: Session, codes: set[str]) -> dict[str, str]:
    """Whom a credit code names."""
    question = select(EmployerRow.uscc, EmployerRow.id).where(EmployerRow.uscc.in_(codes))
    return {code: employer_id for code, employer_id in session.execute(question) if code is not None}


def find_or_make_site(
    session: Session, *, name: str, name_key: str, address: str | None, district_code: str | None
) -> str | None:
    """The place of work of this name, made when it is new."""
    if not name_key or len(name) > _LONGEST:
        return None
    one_at_a_time(session, "sites")
    row = session.scalars(select(SiteRow).where(SiteRow.name_key == name_key).order_by(SiteRow.id)).first()
    if row is None:
        row = SiteRow(id=new_id("site"), name=name, name_key=name_key, address=address, district_code=district_code)
        session.add(row)
        session.flush()
    return row.id
