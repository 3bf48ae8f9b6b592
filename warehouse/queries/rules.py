"""The settings of the office as their page lists them: value, source, who put it and when; and the history of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.record import Json
from casework.settings_of_law import SETTINGS
from warehouse.models import AccountRow, SettingChangeRow
from warehouse.queries.officers import names_of
from warehouse.store.settings import in_force, versions


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One setting. `by` is a name; None at a default, which nobody put. `version` counts its changes."""

    name: str
    says: str
    value: Json
    default: Json
    source: str
    by: str | None
    at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one setting."""

    was: Json
    now: Json
    source: str
    by: str
    at: datetime


def rules(session: Session) -> list[RuleLine]:
    """Every setting, by name."""
    lines = in_force(session)
    names = names_of(session, [one.set_by for one in lines])
    changed = versions(session)
    return [
        RuleLine(
            name=one.name,
            says=SETTINGS[one.name].says,
            value=one.value,
            default=SETTINGS[one.name].default,
            source=one.source,
            by=names.get(one.set_by, one.set_by) if one.set_by else None,
            at=one.set_at,
            version=changed.get(one.name, 0),
        )
        for one in lines
    ]


def changes_of(session: Session, name: str) -> list[Change]:
    """The history of a setting, newest first."""
    question = (
        select(SettingChangeRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == SettingChangeRow.by)
        .where(SettingChangeRow.name == name)
        .order_by(SettingChangeRow.at.desc(), SettingChangeRow.id.desc())
    )
    return [Change(row.was, row.now, row.source, who or row.by, row.at) for row, who in session.execute(question)]
