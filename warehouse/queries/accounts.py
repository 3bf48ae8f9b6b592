"""Accounts as their page lists them: roles and places, the second factor, the last login, absences, recusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import AbsenceRow, AccountRow, LoginSessionRow, RecusalRow, RoleGrantRow


@dataclass(frozen=True, slots=True)
class Held:
    """One role in one place, and since when."""

    id: str
    role: str
    territory: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Absent:
    """Days somebody is away."""

    id: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account as an administrator sees it. `recusals` counts those in force; of what, only the rota says."""

    id: str
    login: str
    name: str
    grants: tuple[Held, ...]
    blocked_at: datetime | None
    must_change: bool
    second_factor: bool
    seen_at: datetime | None
    absences: tuple[Absent, ...]
    recusals: int

    def away(self, today: date) -> bool:
        """Whether they are away today."""
        return any(one.from_on <= today <= one.to_on for one in self.absences)


def accounts_of(session: Session, actor: Actor, *, today: date, account_id: str | None = None) -> list[AccountLine]:
    """The accounts of the places this administrator works for, working ones first; or the one, if it is among them."""
    account, grant = AccountRow, RoleGrantRow
    # The secret itself is not read: whether there is one is all a list needs.
    people = select(
        *(account.id, account.login, account.name, account.disabled_at, account.must_change),
        account.totp_secret.is_not(None).label("second_factor"),
    ).order_by(account.disabled_at.is_not(None), account.login)
    held = select(grant).where(grant.ended_at.is_(None)).order_by(grant.role, grant.territory)
    seen = select(LoginSessionRow.account_id, func.max(LoginSessionRow.seen_at)).group_by(LoginSessionRow.account_id)
    away = (
        select(AbsenceRow.account_id, AbsenceRow.id, AbsenceRow.from_on, AbsenceRow.to_on)
        .where(AbsenceRow.ended_at.is_(None), AbsenceRow.to_on >= today)
        .order_by(AbsenceRow.from_on)
    )
    barred = (
        select(RecusalRow.account_id, func.count())
        .where(
            RecusalRow.ended_at.is_(None),
            RecusalRow.from_on <= today,
            or_(RecusalRow.to_on.is_(None), RecusalRow.to_on >= today),
        )
        .group_by(RecusalRow.account_id)
    )
    if account_id is not None:
        people, held = people.where(account.id == account_id), held.where(grant.account_id == account_id)
        seen, away = (
            seen.where(LoginSessionRow.account_id == account_id),
            away.where(AbsenceRow.account_id == account_id),
        )
        barred = barred.where(RecusalRow.account_id == account_id)
    grants: dict[str, list[Held]] = {}
    for row in session.scalars(held):
        grants.setdefault(row.account_id, []).append(Held(row.id, row.role, row.territory, row.granted_at))
    absent: dict[str, list[Absent]] = {}
    for who, one, first, last in session.execute(away):
        absent.setdefault(who, []).append(Absent(one, first, last))
    last_seen = {who: at for who, at in session.execute(seen)}  # noqa: C416 - rows are no pairs to mypy
    recusals = {who: count for who, count in session.execute(barred)}  # noqa: C416 - as above
    return [
        AccountLine(
            id=one.id,
            login=one.login,
            name=one.name,
            grants=tuple(grants.get(one.id, ())),
            blocked_at=one.disabled_at,
            must_change=one.must_change,
            second_factor=one.second_factor,
            seen_at=last_seen.get(one.id),
            absences=tuple(absent.get(one.id, ())),
            recusals=recusals.get(one.id, 0),
        )
        for one in session.execute(people)
        if one.id not in grants or any(actor.covers(held.territory) for held in grants[one.id])
    ]
