"""Where officers are reached, and who they are to the rules of sight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.people import Actor, Role
from casework.reaching import ReachedBy
from warehouse.models import AccountRow, OfficerAddressRow, RoleGrantRow, new_id


@dataclass(frozen=True, slots=True)
class Reached:
    """One address of one officer whose account works."""

    address_id: str
    account_id: str
    way: ReachedBy
    address: str = field(repr=False)
    language: str


def addresses_of(session: Session, account_id: str) -> list[Reached]:
    """The addresses of one account, the oldest first."""
    return _reached(session, OfficerAddressRow.account_id == account_id)


def reached_officers(session: Session) -> list[Reached]:
    """Every address in use of every account that works."""
    return _reached(session)


def _reached(session: Session, *only: object) -> list[Reached]:
    row = OfficerAddressRow
    question = (
        select(row, AccountRow.language)
        .join(AccountRow, AccountRow.id == row.account_id)
        .where(row.ended_at.is_(None), AccountRow.disabled_at.is_(None), *only)  # type: ignore[arg-type]
        .order_by(row.since, row.id)
    )
    return [
        Reached(one.id, one.account_id, ReachedBy(one.way), one.address, language)
        for one, language in session.execute(question)
    ]


def give_address(session: Session, account_id: str, way: ReachedBy, address: str, *, at: datetime) -> str:
    """Keep an address of an account. Returns its id."""
    row = OfficerAddressRow(id=new_id("adr"), account_id=account_id, way=way.value, address=address, since=at)
    session.add(row)
    session.flush()
    return row.id


def actors(session: Session, account_ids: Collection[str]) -> dict[str, Actor]:
    """These accounts with the roles they hold now, as the rules of sight know them."""
    grants: dict[str, set[tuple[Role, str]]] = {}
    question = select(RoleGrantRow.account_id, RoleGrantRow.role, RoleGrantRow.territory).where(
        RoleGrantRow.account_id.in_(account_ids), RoleGrantRow.ended_at.is_(None)
    )
    for account_id, role, territory in session.execute(question):
        grants.setdefault(account_id, set()).add((Role(role), territory))
    return {
        account_id: Actor(
            account_id,
            frozenset(role for role, _ in held),
            tuple(sorted({place for _, place in held})),
            frozenset(held),
        )
        for account_id, held in grants.items()
    }
