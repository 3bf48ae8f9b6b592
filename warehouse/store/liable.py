"""The liability chain of a case and of those merged into it: each party once, as it was said last."""

from __future__ import annotations

from datetime import datetime
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.liability import ROLES
from warehouse.models import LiablePartyRow, new_id
from warehouse.store.leading import family


def chain_of(session: Session, case_id: str) -> list[LiablePartyRow]:
    """The parties from the top of the chain down."""
    newest = {party_key(row.part, row.name): row for row in _every(session, case_id)}
    return sorted(newest.values(), key=lambda row: (ROLES.index(row.part), row.at, row.id))


def _every(session: Session, case_id: str) -> list[LiablePartyRow]:
    order = {one.case_id: one.place for one in family(session, case_id)}
    rows = session.scalars(select(LiablePartyRow).where(LiablePartyRow.case_id.in_(order)))
    return sorted(rows, key=lambda row: (row.at, -order[row.case_id], row.id))


def party_key(part: str, name: str) -> tuple[str, str]:
    """By what a party of the chain is known again."""
    return part, "".join(normalize("NFKC", name).split()).casefold()


def to_the_same(session: Session, one: str | None, other: str | None) -> bool:
    """Whether two papers go to the same party; None is the employer. A merged chain may hold a party in two rows."""
    return _key(session, one) == _key(session, other)


def _key(session: Session, party_id: str | None) -> tuple[str, str] | None:
    row = session.get(LiablePartyRow, party_id) if party_id else None
    return party_key(row.part, row.name) if row is not None else None


def liable_in(session: Session, case_id: str) -> tuple[tuple[str, str], str] | None:
    """Which party an officer named as liable to pay, and on what ground: the last one named counts."""
    named = [(row.liable_at, row) for row in _every(session, case_id) if row.liable_ground and row.liable_at]
    if not named:
        return None
    _, last = max(named, key=lambda one: (one[0], one[1].id))
    return party_key(last.part, last.name), last.liable_ground or ""


def own_party(session: Session, case_id: str, row: LiablePartyRow, *, by: str, at: datetime) -> LiablePartyRow:
    """The row of this case for a party of its chain; one that came with a case merged in is written here now."""
    if row.case_id == case_id:
        return row
    own = LiablePartyRow(
        id=new_id("lia"),
        case_id=case_id,
        part=row.part,
        name=row.name,
        uscc=row.uscc,
        told_by=row.told_by,
        told_where=row.told_where,
        irregular=row.irregular,
        owes=row.owes,
        by=by,
        at=at,
    )
    session.add(own)
    session.flush()
    return own
